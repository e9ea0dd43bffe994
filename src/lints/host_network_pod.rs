use super::{Context, Findings};
use crate::field::FieldPath;
use crate::manifest::Body;
use crate::model::selector::Selector;
use crate::options::Cni;

declare_lint! {
    /// A policy that selects pods which use their node's network.
    ///
    /// ## Why
    /// The traffic of such a pod is the node's. The API leaves open whether policies apply to it,
    /// and on nearly all network plugins they do not, so the policy does not bind these pods.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: apps/v1
    /// kind: DaemonSet
    /// metadata: {name: agent, namespace: infra}
    /// spec:
    ///   selector: {matchLabels: {app: agent}}
    ///   template:
    ///     metadata: {labels: {app: agent}}
    ///     spec:
    ///       hostNetwork: true
    ///       containers: [{name: agent, image: agent}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: agent, namespace: infra}
    /// spec:
    ///   podSelector: {matchLabels: {app: agent}}
    ///   policyTypes: [Ingress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: apps/v1
    /// kind: DaemonSet
    /// metadata: {name: agent, namespace: infra}
    /// spec:
    ///   selector: {matchLabels: {app: agent}}
    ///   template:
    ///     metadata: {labels: {app: agent}}
    ///     spec:
    ///       containers: [{name: agent, image: agent}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: agent, namespace: infra}
    /// spec:
    ///   podSelector: {matchLabels: {app: agent}}
    ///   policyTypes: [Ingress]
    /// ```
    pub HOST_NETWORK_POD = {
        name: "host-network-pod", code: "NP104", severity: Warning,
        needs: [Workloads], fix: None, since: "0.1.0"
    }
}

/// Reports each policy once whose selector names such pods; an empty selector means the others.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if cx.options.assume.get("host-network-pods").is_some_and(|it| it == "included") {
        return;
    }
    if !cx.has_workloads() {
        return;
    }
    let model = cx.model();
    for policy in cx.policies().filter(|policy| !policy.selects_all()) {
        let Some(selector) = policy.spec().and_then(|spec| spec.pod_selector.as_ref()) else { continue };
        let selector = Selector::read(selector);
        let namespace = cx.namespace(policy.object);
        let bound = model.workloads.iter().filter(|it| it.namespace == namespace).find(|workload| {
            workload.pods.iter().any(|pod| pod.host_network && selector.matches(|key| pod.label(key)).must())
        });
        let Some(workload) = bound else { continue };
        let Some(object) = cx.manifests.object(workload.object) else { continue };
        let field = FieldPath::parse("spec.podSelector");
        let message = format!("`{}` uses its node's network, so this policy does not bind it", workload.name);
        let mut found = out.add(&HOST_NETWORK_POD, policy.object, &field, message);
        let path = match &object.body {
            Body::Workload(it) if !it.from_template => FieldPath::parse("spec.hostNetwork"),
            _ => FieldPath::parse("spec.template.spec.hostNetwork"),
        };
        found.because(cx.manifests.place(object, &path), "the pod is on the node's network");
        found.cause(workload.name);
        found.help(match cx.options.cni {
            Cni::Any => "guard the node's ports with the node's firewall; what policies do here differs by network plugin",
            _ => "guard the node's ports with the node's firewall",
        });
    }
}
