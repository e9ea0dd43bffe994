use super::closing::Closing;
use super::given::members;
use super::{Context, Findings};
use crate::analysis::reach::Group;
use crate::diagnostic::{Fix, Severity};
use crate::field::FieldPath;
use crate::manifest::Object;
use crate::manifest::effect::Direction;
use crate::order;
use std::collections::BTreeMap;

declare_lint! {
    /// A workload that no policy isolates.
    ///
    /// ## Why
    /// What no policy selects is open to the whole cluster. Beside pods that policies guard, an
    /// open one is most often one that was forgotten.
    ///
    /// Where the input is said to hold all policies, each workload is named: as a warning where
    /// its ingress is open, as info where only its egress is, and only if another pod of the
    /// namespace has its egress isolated. Else there is one info for a namespace that guards some of
    /// its pods and not others. Pods on their node's network are left out, for policies do not bind
    /// them, and so are the system's namespaces.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: shop, labels: {app: db}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: shop, labels: {app: db}}
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
    pub UNSELECTED_POD = {
        name: "unselected-pod", code: "NP101", severity: Warning,
        needs: [Workloads, Policies, Complete], fix: Unsafe, since: "0.1.0"
    }
}

/// The workloads of one namespace.
#[derive(Default)]
struct Home<'a> {
    guarded: [bool; 2],
    open: Vec<(&'a Object, [bool; 2])>,
}

/// Sorts the workloads of each namespace into those that policies isolate and those that none may.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.has_workloads() {
        out.not_evaluated(&UNSELECTED_POD, "no workloads are given");
        return;
    }
    if cx.has_other_policies() {
        out.not_evaluated(
            &UNSELECTED_POD,
            "policies of other kinds may guard what NetworkPolicies leave open",
        );
        return;
    }
    let closing = Closing::new(cx);
    for (name, home) in homes(cx) {
        if home.open.is_empty() {
            continue;
        }
        let [_, others] = home.guarded;
        if cx.options.complete.policies {
            for (workload, open @ [ingress, egress]) in &home.open {
                let fix = closing.fix(cx, name, [*ingress, *egress && others]);
                report(name, &home, workload, *open, fix, out);
            }
        } else {
            summarise(cx, name, &home, closing.fix(cx, name, [true, false]), out);
        }
    }
}

fn homes<'a>(cx: &Context<'a>) -> BTreeMap<&'a str, Home<'a>> {
    let (model, reach) = (cx.model(), cx.reach());
    let mut homes: BTreeMap<&str, Home<'_>> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for class in 0..u32::try_from(model.classes.list.len()).unwrap_or(u32::MAX) {
        let group = |direction| reach.groups(direction).get(reach.group_of(direction, class));
        let state = Direction::BOTH.map(group);
        for endpoint in members(model, class) {
            let Some(workload) = model.workloads.get(endpoint.workload as usize) else { continue };
            let exempt = cx.options.system_namespaces.iter().any(|it| it == workload.namespace);
            if exempt || model.endpoint_pod(endpoint).host_network {
                continue;
            }
            let home = homes.entry(workload.namespace).or_default();
            let open = state.map(|it| it.is_some_and(Group::is_open));
            for (guarded, group) in home.guarded.iter_mut().zip(state) {
                *guarded |= group.is_some_and(Group::is_isolated);
            }
            let object = cx.manifests.object(workload.object);
            let judged = object.filter(|it| cx.file(it.source).is_some_and(|file| !file.context));
            let told = judged.filter(|it| open.contains(&true) && seen.insert(it.id));
            home.open.extend(told.map(|object| (object, open)));
        }
    }
    for home in homes.values_mut() {
        order::sort_by_key(&mut home.open, |(object, _)| object.id);
    }
    homes
}

fn report(
    namespace: &str,
    home: &Home<'_>,
    workload: &Object,
    open: [bool; 2],
    fix: Option<Fix>,
    out: &mut Findings<'_>,
) {
    let [ingress, egress] = open;
    let [_, others] = home.guarded;
    let what = match (ingress, egress) {
        (true, true) => "no policy isolates these pods: all ingress and egress is open",
        (true, false) => "no policy isolates the ingress of these pods: anyone may reach them",
        (false, _) if others => {
            "no policy isolates the egress of these pods, though that of others in the namespace is"
        }
        (false, _) => return,
    };
    let mut found = out.add(&UNSELECTED_POD, workload, &FieldPath::parse("metadata.name"), what);
    found
        .cause(namespace)
        .help("add a policy that selects all pods of the namespace and denies, and allow what is needed");
    if !ingress {
        found.severity(Severity::Info);
    }
    if let Some(fix) = fix {
        found.fix(fix);
    }
}

fn summarise(cx: &Context<'_>, namespace: &str, home: &Home<'_>, fix: Option<Fix>, out: &mut Findings<'_>) {
    let [guarded, _] = home.guarded;
    let mut open = home.open.iter().filter(|(_, [ingress, _])| *ingress).map(|(object, _)| *object);
    let (true, Some(first)) = (guarded, open.next()) else { return };
    let others: Vec<&Object> = open.collect();
    let which = match others.len() {
        0 => "this workload is".into(),
        n => format!("this workload and {n} more of `{namespace}` are"),
    };
    let message =
        format!("{which} isolated by none of the policies given, though other pods of the namespace are");
    let name = FieldPath::parse("metadata.name");
    let mut found = out.add(&UNSELECTED_POD, first, &name, message);
    found.severity(Severity::Info).cause(namespace);
    for other in others.iter().take(4) {
        found.because(cx.manifests.place(other, &name), "nor is this one");
    }
    found.help("add a policy that denies by default to all pods of the namespace");
    if let Some(fix) = fix {
        found.fix(fix);
    }
}
