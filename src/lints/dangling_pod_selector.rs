use super::near::{Near, near_miss};
use super::selectors::requirements;
use super::workloads::{holds, labels_in};
use super::{Context, Findings, Policy};
use crate::diagnostic::{Fix, Severity, Step};
use crate::field::FieldPath;
use crate::order::{self, Gather};
use std::collections::BTreeMap;

declare_lint! {
    /// A policy whose `podSelector` selects none of the given pods.
    ///
    /// ## Why
    /// Such a policy does nothing, and the pods it was written for stay as open as before. The
    /// usual causes are a misspelt label and a policy in the wrong namespace.
    ///
    /// An input that is not complete may just lack the pods. Then the lint speaks up where a
    /// given pod is a slip of the finger away, and else tells once for each namespace, as info.
    /// An empty selector never dangles.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: frontend}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: fronted}}
    ///   policyTypes: [Ingress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: frontend}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: frontend}}
    ///   policyTypes: [Ingress]
    /// ```
    ///
    /// ## Fix
    /// Unsafe: writes the label that exists, so that the policy takes effect.
    pub DANGLING_POD_SELECTOR = {
        name: "dangling-pod-selector", code: "NP201", severity: Warning,
        needs: [Workloads, Complete], fix: Unsafe, since: "0.1.0"
    }
}

/// Holds every policy's selector against the pods of its namespace.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.has_workloads() {
        out.not_evaluated(&DANGLING_POD_SELECTOR, "no workloads are given");
        return;
    }
    let subjects: BTreeMap<_, _> = cx
        .model()
        .policies
        .iter()
        .zip(&cx.model().subjects)
        .map(|(policy, set)| (policy.object, set))
        .gather();
    let mut quiet = Vec::new();
    for policy in cx.policies() {
        let dangles = subjects.get(&policy.object.id).is_some_and(|set| set.may.is_empty());
        if !dangles || policy.selects_all() {
            continue;
        }
        let namespace = cx.namespace(policy.object);
        let field = FieldPath::parse("spec.podSelector");
        let Some(selector) = policy.spec().and_then(|spec| spec.pod_selector.as_ref()) else { continue };
        let near = near_miss(selector, &field, labels_in(cx, namespace).map(|(_, labels)| labels));
        let elsewhere = labels_everywhere(cx)
            .find(|(other, labels)| {
                *other != namespace && requirements(selector).all(|it| holds(&it, labels))
            })
            .map(|(other, _)| other);
        if near.is_some() || elsewhere.is_some() || cx.options.complete.workloads {
            report(&policy, near, elsewhere, out);
        } else if labels_in(cx, namespace).next().is_some() {
            quiet.push((policy.object.namespace.as_deref().unwrap_or_default(), policy));
        }
    }
    for (_, policies) in order::group(quiet) {
        summarise(cx, &policies, out);
    }
}

fn labels_everywhere<'c>(
    cx: &'c Context<'_>,
) -> impl Iterator<Item = (&'c str, &'c crate::manifest::workload::Labels)> {
    cx.model().namespaces.iter().flat_map(|it| labels_in(cx, &it.name))
}

fn report(policy: &Policy<'_>, near: Option<Near>, elsewhere: Option<&str>, out: &mut Findings<'_>) {
    let field = FieldPath::parse("spec.podSelector");
    let message = "this policy selects none of the pods given in its namespace, so it does nothing";
    let mut found = out.add(&DANGLING_POD_SELECTOR, policy.object, &field, message);
    if let Some(near) = near {
        let (key, value) = &near.meant;
        found.at(policy.place(&near.field)).help(format!("a pod there has `{key}: {value}`"));
        found.fix(Fix::risky(format!("write `{key}: {value}`"), relabel(policy, &near)));
    } else if let Some(other) = elsewhere {
        found.help(format!("it would select pods in namespace `{other}`: put the policy there"));
    } else {
        found.help("compare its labels with those of the pods, or remove the policy");
    }
}

/// The steps that write the label that was meant.
pub(super) fn relabel(policy: &Policy<'_>, near: &Near) -> Vec<Step> {
    let object = policy.object.id;
    let (key, value) = &near.meant;
    if *key == near.written.0 {
        return vec![Step::Set { object, at: near.field.clone(), value: value.clone().into() }];
    }
    vec![Step::Rename { object, at: near.field.clone(), to: key.clone() }]
}

fn summarise(cx: &Context<'_>, policies: &[Policy<'_>], out: &mut Findings<'_>) {
    let Some((first, others)) = policies.split_first() else { return };
    let namespace = cx.namespace(first.object);
    let given = labels_in(cx, namespace).count();
    let pods = if given == 1 { "the 1 workload".into() } else { format!("any of the {given} workloads") };
    let which = match others.len() {
        0 => "this policy does not select".into(),
        n => format!("this policy and {n} more of the namespace do not select"),
    };
    let field = FieldPath::parse("spec.podSelector");
    let mut found = out.add(
        &DANGLING_POD_SELECTOR,
        first.object,
        &field,
        format!("{which} {pods} given in `{namespace}`"),
    );
    found.severity(Severity::Info).cause("incomplete");
    for other in others.iter().take(4) {
        found.because(other.place(&field), "nor does this one");
    }
    found.help("give all workloads of the namespace to be sure");
}
