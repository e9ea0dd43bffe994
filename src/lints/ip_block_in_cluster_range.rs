use super::{Context, Findings};
use crate::field::FieldPath;
use crate::manifest::Body;
use crate::model::address::Ranges;
use crate::model::assume::{Assumption, Assumptions};
use crate::model::ip::Range;

declare_lint! {
    /// An `ipBlock` for addresses of the cluster's own pods or Services.
    ///
    /// ## Why
    /// An `ipBlock` is for addresses outside the cluster. Pods get a new address whenever they
    /// start, and whether a block matches them at all differs by network plugin. A Service's address
    /// is gone by the time most plugins judge.
    ///
    /// The ranges are those of the options and the `podCIDRs` of the Nodes given; without any the lint is
    /// silent. Only a block that lies inside such a range is found, never one that holds more, and
    /// no `except`. For nodes a block is the only way, so their addresses are left out.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Node
    /// metadata: {name: one}
    /// spec: {podCIDRs: [10.244.1.0/24]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{ipBlock: {cidr: 10.244.1.17/32}}]
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Node
    /// metadata: {name: one}
    /// spec: {podCIDRs: [10.244.1.0/24]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {app: gateway}}}]
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    pub IP_BLOCK_IN_CLUSTER_RANGE = {
        name: "ip-block-in-cluster-range", code: "NP407", severity: Warning,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// Holds each block against the ranges that are known.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let Ranges { mut pods, services, .. } = Ranges::read(cx.options);
    for object in &cx.manifests.objects {
        if let Body::Node(node) = &object.body {
            pods.extend(node.pod_cidrs.iter().filter_map(|text| Range::cidr(text)));
        }
    }
    // Where a plugin is known to look at a Service's own address, a block for it works.
    let matched = Assumptions::of(cx.options).get(Assumption::ClusterIpBlocks) == Some("match");
    let services = if matched { Vec::new() } else { services };
    if pods.is_empty() && services.is_empty() {
        return;
    }
    for policy in cx.policies() {
        for (peer, block) in policy.blocks() {
            let Some(range) = Range::cidr(&block.cidr) else { continue };
            let inside = |all: &Range| all.contains(range.first) && all.contains(range.last);
            let (whose, help) = if pods.iter().any(inside) {
                ("pods", "choose the pods by their labels")
            } else if services.iter().any(inside) {
                ("Services", "choose the pods behind the Service by their labels")
            } else {
                continue;
            };
            let message = format!("{} lies in the range of the cluster's own {whose}", block.cidr);
            out.add(&IP_BLOCK_IN_CLUSTER_RANGE, policy.object, &peer.field("ipBlock").field("cidr"), message)
                .because(policy.place(&FieldPath::parse("spec.podSelector")), "the rule is about these pods")
                .help(help);
        }
    }
}
