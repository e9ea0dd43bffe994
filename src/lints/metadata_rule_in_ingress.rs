use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::{Direction, METADATA_ADDRESSES};
use ipnet::IpNet;
use k8s_openapi::api::networking::v1::IPBlock;
use std::net::IpAddr;

declare_lint! {
    /// The cloud's metadata address in an ingress rule.
    ///
    /// ## Why
    /// The metadata service answers, it never calls: nothing ever comes in from
    /// `169.254.169.254`. To keep pods from reaching it, leave it out of what egress rules allow.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: guard
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: guard
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: making the rule one of egress narrows what the pods may reach, and opens ingress
    /// unless another policy isolates it. Offered where the policy has ingress rules only.
    pub METADATA_RULE_IN_INGRESS = {
        name: "metadata-rule-in-ingress", code: "NP305", severity: Warning,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at the blocks of every ingress rule, and at what they leave out.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for rule in policy.rules().filter(|rule| rule.direction == Direction::Ingress) {
        for (peer, written) in rule.listed_peers() {
            if let Some((at, address)) = written.ip_block.as_ref().and_then(metadata_in) {
                let block = peer.field("ipBlock");
                let field = at.map_or_else(|| block.field("cidr"), |at| block.field("except").index(at));
                report(policy, &field, address, out);
                break;
            }
        }
    }
}

/// The text of a block that is the metadata address and nothing else, with its place.
fn metadata_in(block: &IPBlock) -> Option<(Option<usize>, &str)> {
    let excepts = block.except.iter().flatten().enumerate().map(|(at, it)| (Some(at), it.as_str()));
    let mut texts = std::iter::once((None, block.cidr.as_str())).chain(excepts);
    texts.find(|(_, text)| is_metadata(text))
}

fn is_metadata(cidr: &str) -> bool {
    let Ok(net) = cidr.parse::<IpNet>() else { return false };
    METADATA_ADDRESSES.iter().filter_map(|it| it.parse::<IpAddr>().ok()).any(|it| net == IpNet::from(it))
}

fn report(policy: &Policy<'_>, field: &FieldPath, address: &str, out: &mut Findings<'_>) {
    let message =
        format!("nothing comes in from the metadata service: `{address}` in an ingress rule guards nothing");
    let mut found = out.add(&METADATA_RULE_IN_INGRESS, policy.object, field, message);
    found
        .because(
            policy.key_place(&Direction::Ingress.rules()),
            "these rules are about who may reach the pods",
        )
        .help("guard it in egress: allow a wider block there, with the address in its `except`");
    let spec = policy.spec();
    let has_egress = spec.is_some_and(|it| it.egress.is_some());
    let rules = spec.and_then(|it| it.ingress.as_deref()).unwrap_or_default();
    if has_egress || policy.directions() != [Direction::Ingress] {
        return;
    }
    let with_peers = rules.iter().enumerate().filter(|(_, rule)| rule.from.is_some());
    let from = |at| Direction::Ingress.rules().index(at).field("from");
    let mut steps: Vec<_> = with_peers.map(|(at, _)| policy.rename(from(at), "to")).collect();
    steps.push(policy.rename(Direction::Ingress.rules(), "egress"));
    steps.push(policy.set(FieldPath::parse("spec.policyTypes"), vec!["Egress"]));
    found.fix(Fix::risky("make these rules egress rules", steps));
}
