use super::closing::Closing;
use super::given::{Judged, all};
use super::{Context, Findings};
use crate::analysis::reach::Group;
use crate::diagnostic::Severity;
use crate::field::FieldPath;
use crate::manifest::effect::Direction;
use crate::manifest::{Body, Object};
use std::collections::BTreeMap;

declare_lint! {
    /// A namespace in which no policy isolates all pods.
    ///
    /// ## Why
    /// Policies that name pods guard those pods. One that selects all of them guards also the pod
    /// that somebody adds tomorrow: a namespace is closed only by a default deny.
    ///
    /// Where the input is said to hold all policies, a namespace without one for ingress is a
    /// warning, and one that lacks it for egress alone an info. Else there is an info for a
    /// namespace of which workloads are given and none of them is isolated, and only if the input
    /// has policies at all.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Egress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: default-deny-ingress, namespace: shop}
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ```
    ///
    /// ## Fix
    /// Unsafe: narrows. Adds a policy that denies by default to the first file of the namespace's
    /// policies; where egress is to be closed too, beside one that keeps DNS open. What the pods need
    /// else must be allowed by hand.
    pub NAMESPACE_WITHOUT_DEFAULT_DENY = {
        name: "namespace-without-default-deny", code: "NP102", severity: Warning,
        needs: [Namespaces, Policies, Complete], fix: Unsafe, since: "0.1.0"
    }
}

/// What was given of one namespace.
#[derive(Default)]
struct Home<'a> {
    /// Its Namespace object, its policies, its workloads: each in reading order.
    objects: [Vec<&'a Object>; 3],
    /// Whether some policy isolates all of its pods, ingress and egress.
    closed: [bool; 2],
    /// Whether the ingress of some given pod may be isolated.
    guarded: bool,
    /// Whether some given pod is on the pod network.
    bindable: bool,
}

/// Looks in each namespace for policies that select all pods.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if cx.has_other_policies() {
        let why = "policies of other kinds may guard what NetworkPolicies leave open";
        out.not_evaluated(&NAMESPACE_WITHOUT_DEFAULT_DENY, why);
        return;
    }
    // Spoken of are namespaces with pods; where all policies are given, those without as well.
    let given = |it: &Object| matches!(it.body, Body::Namespace(_));
    let speaks_of = cx.has_workloads() || cx.options.complete.policies && cx.objects().any(given);
    if !speaks_of {
        return;
    }
    let closing = Closing::new(cx);
    for (name, home) in homes(cx) {
        if cx.options.system_namespaces.iter().any(|it| it == name) {
            continue;
        }
        report(cx, name, &home, &closing, out);
    }
}

fn homes<'c, 'a>(cx: &'c Context<'a>) -> BTreeMap<&'c str, Home<'a>> {
    let (model, reach) = (cx.model(), cx.reach());
    let mut homes: BTreeMap<&str, Home<'_>> = BTreeMap::new();
    for object in cx.objects().filter(|it| it.accepted) {
        let (slot, name) = match &object.body {
            Body::Namespace(_) => (0, object.name.as_str()),
            Body::NetworkPolicy(_) => (1, cx.namespace(object)),
            Body::Workload(_) => (2, cx.namespace(object)),
            _ => continue,
        };
        if let Some(list) = homes.entry(name).or_default().objects.get_mut(slot) {
            list.push(object);
        }
    }
    for Judged { compiled, .. } in all(cx) {
        if !model.parts.selector(compiled.subject).is_empty() {
            continue;
        }
        if let Some(home) = homes.get_mut(compiled.namespace_name) {
            for (closed, direction) in home.closed.iter_mut().zip(Direction::BOTH) {
                *closed |= compiled.side(direction).isolates.may();
            }
        }
    }
    for endpoint in model.endpoints.iter().filter(|it| !model.endpoint_pod(it).host_network) {
        let Some(workload) = model.workloads.get(endpoint.workload as usize) else { continue };
        let Some(home) = homes.get_mut(workload.namespace) else { continue };
        let group = reach.groups(Direction::Ingress).get(reach.group_of(Direction::Ingress, endpoint.class));
        home.bindable = true;
        home.guarded |= !group.is_some_and(Group::is_open);
    }
    homes
}

fn report(cx: &Context<'_>, name: &str, home: &Home<'_>, closing: &Closing<'_>, out: &mut Findings<'_>) {
    let complete = cx.options.complete.policies;
    let [namespaces, policies, workloads] = &home.objects;
    let [ingress, egress] = home.closed;
    let speaks = if complete {
        !namespaces.is_empty() || home.bindable
    } else {
        !ingress && home.bindable && !home.guarded && !cx.model().policies.is_empty()
    };
    if (ingress && egress) || !speaks {
        return;
    }
    let Some(object) = namespaces.first().or(workloads.first()).or(policies.first()) else { return };
    let what = match (ingress, egress) {
        (false, true) => "the ingress",
        (true, _) => "the egress",
        (false, false) => "ingress or egress",
    };
    let message = match complete {
        true => format!("no policy isolates {what} of all pods in namespace `{name}`"),
        false => {
            format!("none of the policies given isolates the ingress of any pod given in namespace `{name}`")
        }
    };
    let mut found =
        out.add(&NAMESPACE_WITHOUT_DEFAULT_DENY, object, &FieldPath::parse("metadata.name"), message);
    found.cause(name).help(format!(
        "add a policy to `{name}` with `podSelector: {{}}` and no rules, then allow what is needed"
    ));
    if ingress || !complete {
        found.severity(Severity::Info);
    }
    if let Some(fix) = closing.fix(cx, name, [!ingress, complete && !egress]) {
        found.fix(fix);
    }
    for policy in policies.iter().take(3) {
        found.because(
            cx.manifests.place(policy, &FieldPath::parse("spec.podSelector")),
            "selects some pods, or isolates another direction",
        );
    }
}
