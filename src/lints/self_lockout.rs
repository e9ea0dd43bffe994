use super::{Context, Findings};
use crate::analysis::reach::Cell;
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::Direction;
use crate::manifest::workload::Workload as Written;
use crate::model::Model;
use crate::model::pod::Workload;
use crate::model::ports::PortsId;
use crate::model::service::Mode;
use crate::order::Gather;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

declare_lint! {
    /// Replicas of a StatefulSet that cannot talk to each other on any port.
    ///
    /// ## Why
    /// A StatefulSet with a headless Service has one because its pods are to find each other: to
    /// elect a leader, to replicate. A policy that lets only clients in cuts them apart. That two
    /// pods are of one workload opens nothing between them.
    ///
    /// Found only where there is more than one replica, the Service is given and certainly no port is
    /// open between two of the pods.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: shop}
    /// spec: {clusterIP: None, selector: {app: db}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   replicas: 3
    ///   serviceName: db
    ///   selector: {matchLabels: {app: db}}
    ///   template:
    ///     metadata: {labels: {app: db}}
    ///     spec: {containers: [{name: db, image: db, ports: [{containerPort: 5432}, {containerPort: 7000}]}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: db}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {app: client}}}]
    ///     ports: [{port: 5432, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: db, namespace: shop}
    /// spec: {clusterIP: None, selector: {app: db}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   replicas: 3
    ///   serviceName: db
    ///   selector: {matchLabels: {app: db}}
    ///   template:
    ///     metadata: {labels: {app: db}}
    ///     spec: {containers: [{name: db, image: db}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: db}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {app: client}}}]
    ///     ports: [{port: 5432, protocol: TCP}]
    ///   - from: [{podSelector: {matchLabels: {app: db}}}]
    ///     ports: [{port: 7000, protocol: TCP}]
    /// ```
    ///
    /// ## Fix
    /// Unsafe: widens. Allows the pods that the Service selects as each other's peers, on the ports
    /// that they declare; without declared ports there is no fix.
    pub SELF_LOCKOUT = {
        name: "self-lockout", code: "NP311", severity: Info,
        needs: [Workloads, Services, Reach], fix: Unsafe, since: "0.1.0"
    }
}

/// Asks reach for each StatefulSet that has a headless Service of its own.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.has_services() {
        out.not_evaluated(&SELF_LOCKOUT, "no Services are given");
        return;
    }
    let model = cx.model();
    if cx.has_other_policies() {
        out.not_evaluated(&SELF_LOCKOUT, "policies of other kinds may allow what NetworkPolicies deny");
        return;
    }
    let headless: BTreeSet<(&str, &str)> = model
        .services
        .iter()
        .filter(|it| it.mode == Mode::Headless)
        .map(|it| (it.namespace, it.name))
        .gather();
    for (at, workload) in (0_u32..).zip(&model.workloads) {
        if workload.kind != "StatefulSet" || workload.count.is_none_or(|it| it < 2) {
            continue;
        }
        let Some(object) = cx.manifests.object(workload.object) else { continue };
        let crate::manifest::Body::Workload(written) = &object.body else { continue };
        let governed =
            written.service_name.as_deref().is_some_and(|it| headless.contains(&(workload.namespace, it)));
        if !governed || cx.file(object.source).is_none_or(|file| file.context) {
            continue;
        }
        if let Some(policies) = cut_apart(cx, model, at, workload) {
            let message = format!("no replica of `{}` can reach another on any port", workload.name);
            let mut found = out.add(&SELF_LOCKOUT, object, &FieldPath::parse("metadata.name"), message);
            for policy in policies.iter().filter_map(|it| model.policies.get(*it as usize)).take(3) {
                if let Some(object) = cx.manifests.object(policy.object) {
                    let place = cx.manifests.place(object, &FieldPath::parse("spec.podSelector"));
                    found.because(place, "selects them and allows nothing between them");
                }
            }
            found.help("if they replicate, allow the pods themselves as a peer");
            if let Some(fix) = repair(cx, model, at, written) {
                found.fix(fix);
            }
        }
    }
}

/// Rules that let the pods talk to each other on the ports they declare: in the first policy of each
/// direction that isolates them.
fn repair(cx: &Context<'_>, model: &Model<'_>, at: u32, written: &Written) -> Option<Fix> {
    let workload = model.workloads.get(at as usize)?;
    let name = written.service_name.as_deref()?;
    let service = model.services.iter().find(|it| it.namespace == workload.namespace && it.name == name)?;
    let selector = service.spec.selector.as_ref().filter(|it| !it.is_empty())?;
    let labels: BTreeMap<&str, &str> =
        selector.iter().map(|(key, value)| (key.as_str(), value.as_deref().unwrap_or_default())).gather();
    if labels.iter().any(|(key, value)| written.labels.get(*key).map(String::as_str) != Some(*value)) {
        return None;
    }
    let declared = written.spec.containers.iter().flatten().flat_map(|it| it.ports.iter().flatten());
    let ports: BTreeSet<(i32, &str)> = declared
        .filter_map(|it| Some((it.container_port?, it.protocol.as_deref().unwrap_or("TCP"))))
        .gather();
    let ports: Vec<_> =
        ports.iter().map(|(port, protocol)| json!({"port": port, "protocol": protocol})).collect();
    let class = model.endpoints.iter().find(|it| it.workload == at)?.class;
    let mut steps = Vec::new();
    for direction in Direction::BOTH {
        let group = cx.reach().groups(direction).get(cx.reach().group_of(direction, class))?;
        if !group.is_isolated() {
            continue;
        }
        let policies = group.must.iter().filter_map(|at| model.policies.get(*at as usize));
        let mut policies = policies.filter_map(|it| cx.policy(it.object)).filter(|it| !it.file.context);
        let policy = policies.next()?;
        let mut rule = json!({"ports": ports});
        let peer = json!([{"podSelector": {"matchLabels": labels}}]);
        rule.as_object_mut()?.insert(direction.peers().to_owned(), peer);
        let rules = direction.rules();
        let count = policy.node(&rules).map_or(0, |list| policy.tree().items(list).len());
        steps.push(match count {
            0 => policy.set(rules, json!([rule])),
            count => policy.insert(rules.index(count), rule),
        });
    }
    let title = "allow the pods to talk to each other on the ports they declare";
    (!steps.is_empty() && !ports.is_empty()).then(|| Fix::risky(title, steps))
}

/// The policies that isolate them, if nothing is open between any two.
fn cut_apart(cx: &Context<'_>, model: &Model<'_>, at: u32, workload: &Workload<'_>) -> Option<Vec<u32>> {
    let reach = cx.reach();
    let own: Vec<u32> = model.endpoints.iter().filter(|it| it.workload == at).map(|it| it.class).collect();
    let [only] = *own else { return None };
    let group = reach.groups(Direction::Ingress).get(reach.group_of(Direction::Ingress, only))?;
    let out = reach.groups(Direction::Egress).get(reach.group_of(Direction::Egress, only))?;
    let Cell { may, .. } = reach.between(only, only);
    let host = workload.pods.iter().any(|it| it.host_network);
    let policies = if group.is_isolated() { &group.must } else { &out.must };
    (may == PortsId::NONE && !host).then(|| policies.clone())
}
