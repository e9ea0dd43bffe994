use super::given::{judged, pods};
use super::undeclared_named_port::{Target, target};
use super::{Context, Findings};
use crate::field::FieldPath;
use crate::manifest::effect::Direction;
use crate::model::ports::Protocol;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

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
    let model = cx.model();
    let present = model.present();
    for judged in judged(cx) {
        for direction in Direction::BOTH {
            for (rule, compiled) in judged.rules(model, direction) {
                for (field, port) in rule.listed_ports() {
                    let Some(IntOrString::String(name)) = &port.port else { continue };
                    let Some(protocol) = Protocol::parse(port.protocol.as_deref()) else { continue };
                    let Target::Pods(sure, _) = target(cx, &judged, &rule, compiled, &present) else {
                        continue;
                    };
                    let twice = pods(model, &sure).find(|pod| pod.numbers(name, protocol).len() > 1);
                    let Some(object) = twice.and_then(|pod| cx.manifests.object(pod.object)) else {
                        continue;
                    };
                    let numbers: Vec<String> = twice
                        .map(|pod| pod.numbers(name, protocol).iter().map(u16::to_string).collect())
                        .unwrap_or_default();
                    let message = format!(
                        "`{}` declares `{name}` as {}: which of them is opened is open",
                        object.name,
                        numbers.join(" and ")
                    );
                    out.add(&AMBIGUOUS_NAMED_PORT, judged.policy.object, &field.field("port"), message)
                        .because(
                            cx.manifests.place(object, &FieldPath::parse("metadata.name")),
                            "declares it twice",
                        )
                        .help("give the ports different names, or write the number");
                }
            }
        }
    }
}
