use super::{Context, Findings, Policy};
use crate::model::ip::{Block, Range};

declare_lint! {
    /// An `ipBlock` whose `except` takes away all of its `cidr`.
    ///
    /// ## Why
    /// Nothing is left for the peer to match: as a rule's only peer it leaves a rule that allows
    /// nothing, which is not what a rule is written for.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - ipBlock:
    ///         cidr: 192.0.2.0/24
    ///         except: [192.0.2.0/25, 192.0.2.128/25]
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - ipBlock:
    ///         cidr: 192.0.2.0/24
    ///         except: [192.0.2.128/25]
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    pub DEAD_IP_BLOCK = {
        name: "dead-ip-block", code: "NP404", severity: Error,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// Looks at every block with exceptions.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for (peer, block) in policy.blocks().filter(|(_, block)| block.except.is_some()) {
        let except = block.except.as_deref().unwrap_or_default();
        let readable = Range::cidr(&block.cidr).is_some();
        if !readable || !Block::read(&block.cidr, except).ranges.is_empty() {
            continue;
        }
        let message = format!("`except` takes away all of `{}`: this peer matches no address", block.cidr);
        let field = peer.field("ipBlock");
        let mut found = out.add(&DEAD_IP_BLOCK, policy.object, &field, message);
        for (at, part) in except.iter().enumerate() {
            found.because(policy.place(&field.field("except").index(at)), format!("without `{part}`"));
        }
        found.help("remove the peer, or leave in what it is meant to match");
    }
}
