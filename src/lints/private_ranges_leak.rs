use super::blocks::{PRIVATE, is_whole_family};
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::manifest::effect::Direction;
use crate::model::ip::{Block, Range};
use k8s_openapi::api::networking::v1::IPBlock;

declare_lint! {
    /// The internet without some of the private ranges, but not without all of them.
    ///
    /// ## Why
    /// Leaving one private range out of `0.0.0.0/0` says that the internet is meant and one's own
    /// networks are not. The ranges that are forgotten stay reachable: nodes, databases, whatever
    /// lives there.
    ///
    /// The lint speaks where one of `10.0.0.0/8`, `172.16.0.0/12` and `192.168.0.0/16` is left
    /// out whole and another not at all.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: internet
    /// spec:
    ///   podSelector: {matchLabels: {app: crawler}}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - ipBlock:
    ///         cidr: 0.0.0.0/0
    ///         except: [10.0.0.0/8, 169.254.0.0/16]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: internet
    /// spec:
    ///   podSelector: {matchLabels: {app: crawler}}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - ipBlock:
    ///         cidr: 0.0.0.0/0
    ///         except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16]
    ///   - to:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
    ///     ports:
    ///     - {port: 53, protocol: UDP}
    ///     - {port: 53, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: leaving out the rest narrows what is allowed.
    pub PRIVATE_RANGES_LEAK = {
        name: "private-ranges-leak", code: "NP409", severity: Info,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at the blocks of egress rules that are all of IPv4 but something.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for (field, peer) in
        policy.rules().filter(|it| it.direction == Direction::Egress).flat_map(|it| it.listed_peers())
    {
        let Some(block) = &peer.ip_block else { continue };
        let forgotten = forgotten(block);
        if forgotten.is_empty() {
            continue;
        }
        let except = field.field("ipBlock").field("except");
        let listed = forgotten.join("`, `");
        let message = format!("`except` leaves out some private ranges, but not `{listed}`");
        let all: Vec<&str> = block.except.iter().flatten().map(String::as_str).chain(forgotten).collect();
        out.add(&PRIVATE_RANGES_LEAK, policy.object, &except, message)
            .help("leave out the others too, if only the internet is meant")
            .fix(Fix::risky(format!("leave out `{listed}` too"), vec![policy.set(except.clone(), all)]));
    }
}

/// The private ranges that a block does not touch, if it leaves out another one whole.
fn forgotten(block: &IPBlock) -> Vec<&'static str> {
    if !is_whole_family(&block.cidr) || block.cidr.contains(':') {
        return Vec::new();
    }
    let left = Block::read(&block.cidr, block.except.as_deref().unwrap_or_default());
    let ranges = || PRIVATE.into_iter().filter_map(|cidr| Some((cidr, Range::cidr(cidr)?)));
    if ranges().all(|(_, range)| left.meets(range)) {
        return Vec::new();
    }
    ranges().filter(|(_, range)| left.covers(*range)).map(|(cidr, _)| cidr).collect()
}
