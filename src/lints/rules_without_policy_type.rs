use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::{Direction, rules};

declare_lint! {
    /// Rules of a direction that `policyTypes` leaves out.
    ///
    /// ## Why
    /// The API ignores them: the pods are not isolated in that direction, and what looks like a
    /// list of what is allowed restricts nothing. Some network plugins enforce them all the same,
    /// so that the policy does different things on different clusters.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Egress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {matchLabels: {app: gateway}}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {matchLabels: {app: gateway}}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: listing the direction isolates the pods in it, which narrows what is allowed.
    pub RULES_WITHOUT_POLICY_TYPE = {
        name: "rules-without-policy-type", code: "NP603", severity: Error,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at the directions that a policy does not isolate.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    if !has_known_types(policy) {
        return;
    }
    let isolated = policy.directions();
    for direction in Direction::BOTH.into_iter().filter(|it| !isolated.contains(it)) {
        if rules(policy.value, direction).next().is_some() {
            report(policy, direction, out);
        }
    }
}

/// Whether `policyTypes` holds nothing but types: what else may have been meant is not known.
fn has_known_types(policy: &Policy<'_>) -> bool {
    let types = policy.spec().and_then(|it| it.policy_types.as_deref()).unwrap_or_default();
    types.iter().all(|it| Direction::BOTH.iter().any(|known| known.policy_type() == it))
}

fn report(policy: &Policy<'_>, direction: Direction, out: &mut Findings<'_>) {
    let (name, wanted) = (direction.name(), direction.policy_type());
    let message = format!("these {name} rules have no effect: `policyTypes` does not list `{wanted}`");
    out.add(&RULES_WITHOUT_POLICY_TYPE, policy.object, &direction.rules(), message)
        .at(policy.key_place(&direction.rules()))
        .because(policy.place(&FieldPath::parse("spec.policyTypes")), format!("`{wanted}` is not here"))
        .help(format!("add `{wanted}` to `policyTypes`, or remove the rules"))
        .fix(Fix::risky(format!("add `{wanted}` to `policyTypes`"), vec![policy.add_policy_type(direction)]));
}
