use super::given::{Arrival, arrivals, judged};
use super::named_port::{Target, target};
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::{Direction, RuleRef};
use crate::model::Model;
use crate::model::ports::Protocol;
use crate::model::set::Set;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeMap;

declare_lint! {
    /// A rule that names the port of a Service where the pods behind it listen on another.
    ///
    /// ## Why
    /// Policies judge a connection as it arrives at the pod, after the Service has translated it.
    /// A rule for the Service's port opens a port on which nobody listens, and the one on which the
    /// pods do listen stays shut.
    ///
    /// Nothing is found where the pods declare the port too, where another Service leads to it, or
    /// where the rule opens the right one as well.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {}}]
    ///     ports: [{port: 80, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {}}]
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    ///
    /// ## Fix
    /// Unsafe: opens the port on which the pods listen instead of the one written.
    pub SERVICE_PORT_AS_CONTAINER_PORT = {
        name: "service-port-as-container-port", code: "NP308", severity: Warning,
        needs: [Services, Workloads], fix: Unsafe, since: "0.1.0"
    }
}

/// Holds each number of a rule against the Services in front of the pods it is about.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.has_services() {
        out.not_evaluated(&SERVICE_PORT_AS_CONTAINER_PORT, "no Services are given");
        return;
    }
    let model = cx.model();
    let (arrivals, present) = (arrivals(model), model.present());
    for judged in judged(cx) {
        for direction in Direction::BOTH {
            for (rule, compiled) in judged.rules(model, direction) {
                let Target::Pods(sure, open) = target(cx, &judged, &rule, compiled, &present) else {
                    continue;
                };
                // An address or a name beside the pods, or pods that only may be meant.
                if sure.is_empty() || sure != open {
                    continue;
                }
                for (field, port) in rule.listed_ports() {
                    let (Some(IntOrString::Int(number)), None) = (&port.port, port.end_port) else {
                        continue;
                    };
                    let Ok(number) = u16::try_from(*number) else { continue };
                    let Some(protocol) = Protocol::parse(port.protocol.as_deref()) else { continue };
                    let Some(found) = mistaken(model, &arrivals, &sure, protocol, number) else { continue };
                    if !opens(&rule, protocol, found.target) {
                        report(cx, &judged.policy, &field.field("port"), found, out);
                    }
                }
            }
        }
    }
}

/// The Service whose port the number is, if every pod is behind one of that port and none has it
/// for its own.
fn mistaken(
    model: &Model<'_>,
    arrivals: &BTreeMap<u32, Vec<Arrival>>,
    classes: &Set,
    protocol: Protocol,
    number: u16,
) -> Option<Arrival> {
    let mut found: Option<Arrival> = None;
    for at in classes.iter().filter_map(|class| model.members.get(class as usize)).flatten() {
        let pod = model.endpoint_pod(model.endpoints.get(*at as usize)?);
        let own = || arrivals.get(at).into_iter().flatten().filter(|it| it.protocol == protocol);
        let declared = pod.ports.iter().any(|it| it.protocol == protocol && it.number == number);
        if declared || own().any(|it| it.target == number) {
            return None;
        }
        let arrival = *own().find(|it| it.dialled == number)?;
        if found.is_some_and(|it| it.target != arrival.target) {
            return None;
        }
        found = Some(arrival);
    }
    found
}

fn opens(rule: &RuleRef<'_>, protocol: Protocol, number: u16) -> bool {
    rule.ports.unwrap_or_default().iter().any(|port| {
        let same = Protocol::parse(port.protocol.as_deref()) == Some(protocol);
        same && match &port.port {
            None | Some(IntOrString::String(_)) => true,
            Some(IntOrString::Int(first)) => {
                (*first..=port.end_port.unwrap_or(*first)).contains(&i32::from(number))
            }
        }
    })
}

fn report(cx: &Context<'_>, policy: &Policy<'_>, field: &FieldPath, found: Arrival, out: &mut Findings<'_>) {
    let Arrival { dialled, target, .. } = found;
    let Some(service) = cx.model().services.get(found.service) else { return };
    let message = format!(
        "{dialled} is the port of Service `{}`: the pods behind it listen on {target}, which this does not open",
        service.name
    );
    let mut told = out.add(&SERVICE_PORT_AS_CONTAINER_PORT, policy.object, field, message);
    if let Some(object) = cx.manifests.object(service.object) {
        told.because(
            cx.manifests.place(object, &FieldPath::parse("spec.ports")),
            "the Service translates here",
        );
    }
    told.help("policies judge the port of the pod, not that of the Service");
    told.fix(Fix::risky(format!("write {target}"), vec![policy.set(field.clone(), target)]));
}
