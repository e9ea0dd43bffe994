use super::given::pods;
use super::named_port::{Target, each_named_port};
use super::{Context, Findings};
use crate::field::FieldPath;

declare_lint! {
    /// A port given by a name that a pod declares twice, with different numbers.
    ///
    /// ## Why
    /// Two containers of one pod may give the same name to different ports. Which of them a rule
    /// opens is not said by the API: network plugins take the first, or both.
    ///
    /// That two pods give one name different numbers is what names are for, and not found.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers:
    ///   - {name: web, ports: [{name: metrics, containerPort: 9090}]}
    ///   - {name: proxy, ports: [{name: metrics, containerPort: 9102}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {}}]
    ///     ports: [{port: metrics, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers:
    ///   - {name: web, ports: [{name: metrics, containerPort: 9090}]}
    ///   - {name: proxy, ports: [{name: proxy-metrics, containerPort: 9102}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {}}]
    ///     ports: [{port: metrics, protocol: TCP}]
    /// ```
    pub AMBIGUOUS_NAMED_PORT = {
        name: "ambiguous-named-port", code: "NP402", severity: Info,
        needs: [Workloads], fix: None, since: "0.1.0"
    }
}

/// Looks each name up on the given pods that its rule is about.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    each_named_port(cx, |judged, (field, name, protocol), target| {
        let Target::Pods(sure, _) = target else { return };
        let model = cx.model();
        let Some(pod) = pods(model, sure).find(|pod| pod.numbers(name, protocol).len() > 1) else { return };
        let Some(object) = cx.manifests.object(pod.object) else { return };
        let numbers: Vec<String> = pod.numbers(name, protocol).iter().map(u16::to_string).collect();
        let message = format!(
            "`{}` declares `{name}` as {}: which of them is opened is open",
            object.name,
            numbers.join(" and ")
        );
        out.add(&AMBIGUOUS_NAMED_PORT, judged.policy.object, &field.field("port"), message)
            .because(cx.manifests.place(object, &FieldPath::parse("metadata.name")), "declares it twice")
            .help("give the ports different names, or write the number");
    });
}
