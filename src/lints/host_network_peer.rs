use super::given::judged;
use super::{Context, Findings};
use crate::field::FieldPath;
use crate::manifest::effect::Direction;
use crate::model::Model;
use crate::model::policy::{Namespaces, Peer};
use crate::model::set::Set;

declare_lint! {
    /// A peer that selects only pods which use their node's network.
    ///
    /// ## Why
    /// The traffic of such a pod comes from its node's address, and on most network plugins no
    /// selector of pods matches it. Ingress controllers and node agents are the usual case: the
    /// rule looks as if it let them in, and they are refused.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: agent, namespace: shop, labels: {app: agent}}
    /// spec: {hostNetwork: true}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {app: agent}}}]
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: agent, namespace: shop, labels: {app: agent}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {app: agent}}}]
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    pub HOST_NETWORK_PEER = {
        name: "host-network-peer", code: "NP213", severity: Warning,
        needs: [Workloads], fix: None, since: "0.1.0"
    }
}

/// Holds each peer that chooses by label against the given pods on their node's network.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if cx.options.assume.get("host-network-pods").is_some_and(|it| it == "included") {
        return;
    }
    if !cx.has_workloads() {
        return;
    }
    let model = cx.model();
    let hosts: Vec<u32> = (0_u32..)
        .zip(&model.endpoints)
        .filter(|(_, it)| model.endpoint_pod(it).host_network)
        .map(|(at, _)| at)
        .collect();
    if hosts.is_empty() {
        return;
    }
    let classes: Set = {
        let mut own: Vec<u32> =
            hosts.iter().filter_map(|at| model.endpoints.get(*at as usize)).map(|it| it.class).collect();
        own.sort_unstable();
        own.into_iter().collect()
    };
    let others = model.present().difference(&classes);
    for judged in judged(cx) {
        for direction in Direction::BOTH {
            for (rule, compiled) in judged.rules(model, direction) {
                let ids = compiled.peers.iter().flatten();
                for ((peer, _), id) in rule.listed_peers().zip(ids) {
                    // A pod on the pod network is meant as well, or first of all.
                    if model.peer_pods.get(*id as usize).is_none_or(|it| it.may.meets(&others)) {
                        continue;
                    }
                    let found = hosts.iter().find_map(|at| selected(model, *id, *at));
                    let Some((name, object)) = found else { continue };
                    let message = format!(
                        "`{name}` uses its node's network, so on most network plugins this peer does not match it"
                    );
                    let mut told = out.add(&HOST_NETWORK_PEER, judged.policy.object, &peer.path(), message);
                    told.cause(name).help("allow the addresses of the nodes with an `ipBlock`");
                    if let Some(object) = cx.manifests.object(object) {
                        told.because(
                            cx.manifests.place(object, &FieldPath::parse("metadata.name")),
                            "the pod is on the node's network",
                        );
                    }
                }
            }
        }
    }
}

/// The workload of an endpoint, if a peer that chooses by label certainly speaks of it.
fn selected<'a>(
    model: &Model<'a>,
    peer: u32,
    endpoint: u32,
) -> Option<(&'a str, crate::diagnostic::ObjectId)> {
    let Some(Peer::Pods(homes, selector)) = model.parts.peers.get(peer) else { return None };
    let selector = Some(model.parts.selector(*selector)).filter(|it| !it.is_empty())?;
    let endpoint = model.endpoints.get(endpoint as usize)?;
    let workload = model.workloads.get(endpoint.workload as usize)?;
    let home = model.namespaces.get(workload.home as usize)?;
    let there = match homes {
        Namespaces::Own(own) => *own == workload.home,
        Namespaces::Selected(id) => model.parts.selector(*id).matches(|key| home.label(key)).must(),
    };
    let pod = model.endpoint_pod(endpoint);
    (there && selector.matches(|key| pod.label(key)).must()).then_some((workload.name, workload.object))
}
