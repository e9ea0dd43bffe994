use super::given::{Judged, name_of, pods};
use super::named_port::{Target, each_named_port};
use super::near::slip;
use super::{Context, Findings};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::ItemRef;
use crate::model::ports::Protocol;
use crate::model::set::Set;
use crate::order;

declare_lint! {
    /// A port given by a name that none of the pods declares.
    ///
    /// ## Why
    /// A named port is looked up on the pod that is connected to, by name and protocol. Where no
    /// container declares it the rule opens nothing. Addresses declare no ports at all, so a name
    /// beside nothing but an `ipBlock` opens nothing either.
    ///
    /// An input that is not complete may lack pods: then only rules are judged that choose their
    /// pods by label.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers:
    ///   - name: web
    ///     ports: [{name: http, containerPort: 8080}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {}}]
    ///     ports: [{port: https, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// spec:
    ///   containers:
    ///   - name: web
    ///     ports: [{name: http, containerPort: 8080}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {}}]
    ///     ports: [{port: http, protocol: TCP}]
    /// ```
    ///
    /// ## Fix
    /// Unsafe: widens, for the rule takes effect. Writes the protocol or the name that the pods
    /// declare, where one is near enough.
    pub UNDECLARED_NAMED_PORT = {
        name: "undeclared-named-port", code: "NP401", severity: Warning,
        needs: [Workloads], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks each name up on the pods that its rule is about.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    each_named_port(cx, |judged, (field, name, protocol), target| match target {
        Target::Addresses => addresses(judged, field, name, out),
        Target::Pods(sure, open) => look_up(cx, judged, (field, name, protocol), (sure, open), out),
        Target::Unknown => {}
    });
}

fn addresses(judged: &Judged<'_>, field: ItemRef, name: &str, out: &mut Findings<'_>) {
    let message =
        format!("`{name}` opens nothing: the peers of this rule are addresses, which declare no ports");
    out.add(&UNDECLARED_NAMED_PORT, judged.policy.object, &field.field("port"), message)
        .help("write the port's number");
}

fn look_up(
    cx: &Context<'_>,
    judged: &Judged<'_>,
    (field, name, protocol): (ItemRef, &str, Protocol),
    (sure, open): (&Set, &Set),
    out: &mut Findings<'_>,
) {
    let model = cx.model();
    let declares = pods(model, open).any(|pod| !pod.numbers(name, protocol).is_empty());
    let Some(workload) = name_of(model, sure).filter(|_| !declares) else { return };
    let ports = || pods(model, sure).flat_map(|pod| &pod.ports);
    let other = ports().find(|port| port.name == name).map(|port| port.protocol);
    let near = ports()
        .filter(|port| port.protocol == protocol)
        .filter_map(|port| Some((slip(name, port.name)?, port.name)))
        .min();
    let message = match other {
        Some(_) => format!("no pod that this rule is about declares `{name}` over {}", protocol.name()),
        None => format!("no pod that this rule is about declares a port `{name}`, so it opens nothing"),
    };
    let mut found = out.add(&UNDECLARED_NAMED_PORT, judged.policy.object, &field.field("port"), message);
    if let Some(other) = other {
        found.help(format!("`{workload}` declares it over {}", other.name()));
        let step = judged.policy.set(field.field("protocol"), other.name());
        found.fix(Fix::risky(format!("write `protocol: {}`", other.name()), vec![step]));
    } else if let Some((_, near)) = near {
        found.help(format!("`{workload}` declares `{near}`"));
        let step = judged.policy.set(field.field("port"), near);
        found.fix(Fix::risky(format!("write `{near}`"), vec![step]));
    } else {
        let mut names: Vec<String> =
            ports().filter(|it| !it.name.is_empty()).map(|it| format!("`{}`", it.name)).collect();
        order::sort(&mut names);
        names.dedup();
        names.truncate(4);
        found.help(match names.as_slice() {
            [] => format!("`{workload}` names no port: give the number, or name the port in its containers"),
            names => format!("`{workload}` and the like declare {}", names.join(", ")),
        });
    }
    let pod = pods(model, sure).next().and_then(|pod| cx.manifests.object(pod.object));
    if let Some(object) = pod {
        found.because(cx.manifests.place(object, &FieldPath::parse("metadata.name")), "one of these pods");
    }
}
