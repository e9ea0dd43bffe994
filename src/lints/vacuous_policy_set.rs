use super::{Context, Findings, Policy};
use crate::diagnostic::Severity;
use crate::field::FieldPath;
use crate::manifest::effect::Direction;
use crate::manifest::effect::{self, Effect};

declare_lint! {
    /// Policies that together change nothing.
    ///
    /// ## Why
    /// All pods may talk to all, as if no policy were there: each isolates nothing, or another one
    /// allows everything again. Whoever sees policies in the cluster takes it for guarded.
    ///
    /// Where the input is said to hold all policies and workloads, the given pods decide. Else the
    /// policies themselves have to allow everything that they isolate, and it is an info.
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
    ///   egress:
    ///   - {}
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
    pub VACUOUS_POLICY_SET = {
        name: "vacuous-policy-set", code: "NP106", severity: Warning,
        needs: [Workloads, Policies, Reach, Complete], fix: None, since: "0.1.0"
    }
}

/// Asks whether any pod is less open than without policies.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.has_workloads() {
        out.not_evaluated(&VACUOUS_POLICY_SET, "no workloads are given");
        return;
    }
    if cx.has_other_policies() {
        out.not_evaluated(&VACUOUS_POLICY_SET, "policies of other kinds may deny what NetworkPolicies allow");
        return;
    }
    let Some(first) = cx.policies().next() else { return };
    let complete = cx.options.complete.policies && cx.options.complete.workloads;
    let vacuous = if complete { is_open(cx) } else { cx.all_policies().all(|it| allows_all(&it)) };
    if !vacuous {
        return;
    }
    let count = cx.all_policies().count();
    let which = match count {
        1 => "the only policy given changes".into(),
        _ => format!("the {count} policies given together change"),
    };
    let message = format!("{which} nothing: all connections are as open as without");
    let mut found = out.add(&VACUOUS_POLICY_SET, first.object, &FieldPath::parse("metadata.name"), message);
    for policy in cx.policies().take(4) {
        for &direction in policy.directions() {
            if let Effect::Allows { everything: Some(rule) } = effect::effect(policy.value, direction) {
                let what = format!("allows all {}", direction.name());
                found.because(policy.place(&direction.rules().index(rule)), what);
            }
        }
    }
    found.help("remove the rules that allow everything, or see which pods the policies select");
    if !complete {
        found.severity(Severity::Info);
    }
}

/// Whether every given pod certainly may talk to anyone, both ways.
fn is_open(cx: &Context<'_>) -> bool {
    let (model, reach) = (cx.model(), cx.reach());
    let present = model.present();
    !present.is_empty()
        && present.iter().all(|class| Direction::BOTH.into_iter().all(|it| reach.row_of(it, class).is_open()))
}

/// Whether a policy allows all that it isolates.
fn allows_all(policy: &Policy<'_>) -> bool {
    policy
        .directions()
        .iter()
        .all(|it| matches!(effect::effect(policy.value, *it), Effect::Allows { everything: Some(_) }))
}
