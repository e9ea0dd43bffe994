use super::blocks::is_whole_family;
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::manifest::Body;
use crate::manifest::effect::{self, ItemRef, RuleRef};
use k8s_openapi::api::networking::v1::NetworkPolicyPeer;
use serde_json::json;

declare_lint! {
    /// Every IPv4 address and no IPv6 one, or the other way round, in a cluster that has both.
    ///
    /// ## Why
    /// `0.0.0.0/0` says nothing of IPv6. On pods with addresses of both families the rule covers
    /// half of what it seems to, and which half is used depends on how a name resolves.
    ///
    /// The lint speaks only where both families are seen in the input or in the options.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: out
    /// spec:
    ///   podSelector: {matchLabels: {app: crawler}}
    ///   policyTypes: [Ingress, Egress]
    ///   ingress:
    ///   - from:
    ///     - ipBlock: {cidr: "2001:db8::/32"}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    ///   egress:
    ///   - to:
    ///     - ipBlock: {cidr: 0.0.0.0/0}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: out
    /// spec:
    ///   podSelector: {matchLabels: {app: crawler}}
    ///   policyTypes: [Ingress, Egress]
    ///   ingress:
    ///   - from:
    ///     - ipBlock: {cidr: "2001:db8::/32"}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    ///   egress:
    ///   - to:
    ///     - ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}
    ///     - ipBlock: {cidr: "::/0", except: ["fc00::/7", "fe80::/10"]}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: it widens what is allowed to the other family. None is offered where `except`
    /// leaves something out, because what to leave out of the other family is not known.
    pub MISSING_ADDRESS_FAMILY = {
        name: "missing-address-family", code: "NP408", severity: Info,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at rules for every address of one family, where the input knows both.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !(is_seen(cx, false) && is_seen(cx, true)) {
        return;
    }
    for policy in cx.policies() {
        for rule in policy.rules() {
            let whole: Vec<_> =
                rule.listed_peers().filter_map(|(field, peer)| Some((field, whole_family(peer)?))).collect();
            let [(field, v6)] = whole.as_slice() else { continue };
            let others = effect::peers(policy.value, rule.direction);
            let mut others = others.filter_map(|(_, peer)| whole_family(peer));
            if !others.any(|other| other != *v6) {
                report(&policy, &rule, *field, *v6, out);
            }
        }
    }
}

/// Whether a peer that is a whole family, exceptions aside, is IPv6.
fn whole_family(peer: &NetworkPolicyPeer) -> Option<bool> {
    let block = peer.ip_block.as_ref()?;
    is_whole_family(&block.cidr).then(|| block.cidr.contains(':'))
}

/// Whether a family occurs anywhere: in a block of some policy, in a Service, or in the options.
fn is_seen(cx: &Context<'_>, v6: bool) -> bool {
    let ranges = &cx.options.cluster;
    let mut given = ranges.pod_cidrs.iter().chain(&ranges.service_cidrs).chain(&ranges.node_cidrs);
    let family = if v6 { "IPv6" } else { "IPv4" };
    given.any(|cidr| cidr.contains(':') == v6)
        || cx.mentioned().families.get(usize::from(v6)) == Some(&true)
        || cx.manifests.objects.iter().any(|object| match &object.body {
            Body::Service(it) => it.spec.ip_families.iter().flatten().any(|it| it == family),
            _ => false,
        })
}

fn report(policy: &Policy<'_>, rule: &RuleRef<'_>, peer: ItemRef, v6: bool, out: &mut Findings<'_>) {
    let (said, forgotten, cidr) = if v6 { ("IPv6", "IPv4", "0.0.0.0/0") } else { ("IPv4", "IPv6", "::/0") };
    let message = format!("this rule is for every {said} address and for no {forgotten} one");
    let peers = rule.field().field(rule.direction.peers());
    let mut found = out.add(&MISSING_ADDRESS_FAMILY, policy.object, &peer.path(), message);
    found.help(format!("add a peer for {forgotten}, or leave it out on purpose"));
    let excepts = policy.node(&peer.field("ipBlock").field("except")).is_some();
    if !excepts {
        let end = peers.index(rule.peers.unwrap_or_default().len());
        found.fix(Fix::risky(
            format!("add `{cidr}`"),
            vec![policy.insert(end, json!({"ipBlock": {"cidr": cidr}}))],
        ));
    }
}
