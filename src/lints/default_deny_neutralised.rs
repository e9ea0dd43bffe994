use super::{Context, Findings, Policy};
use crate::field::FieldPath;
use crate::manifest::effect::{self, Direction, Effect};

declare_lint! {
    /// A default deny beside a policy that allows everything to the same pods.
    ///
    /// ## Why
    /// Policies add up: one rule that allows all undoes every deny for the pods it is about. The
    /// default deny still stands there and looks as if it protected them.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: default-deny-ingress, namespace: shop}
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: open, namespace: shop}
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - {}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: default-deny-ingress, namespace: shop}
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ```
    pub DEFAULT_DENY_NEUTRALISED = {
        name: "default-deny-neutralised", code: "NP103", severity: Warning,
        needs: [Policies], fix: None, since: "0.1.0"
    }
}

/// Looks, beside each policy that denies a direction to all pods, for one that allows it all.
pub(super) fn check(cx: &Context<'_>, deny: &Policy<'_>, out: &mut Findings<'_>) {
    if !deny.selects_all() || deny.spec().is_none() {
        return;
    }
    for &direction in deny.directions() {
        if effect::effect(deny.value, direction) != Effect::Nothing {
            continue;
        }
        let opens = |it: &Policy<'_>| it.object.id != deny.object.id && it.selects_all();
        let open =
            cx.policies_of(cx.namespace(deny.object)).filter(opens).find_map(|it| {
                match effect::effect(it.value, direction) {
                    Effect::Allows { everything: Some(rule) } if it.directions().contains(&direction) => {
                        Some((it, rule))
                    }
                    _ => None,
                }
            });
        if let Some((open, rule)) = open {
            report(deny, direction, &open, rule, out);
        }
    }
}

fn report(deny: &Policy<'_>, direction: Direction, open: &Policy<'_>, rule: usize, out: &mut Findings<'_>) {
    let field = FieldPath::parse("spec.policyTypes");
    let other = &open.object.name;
    let message = format!(
        "this denies all {} of the namespace, but `{other}` allows all of it again",
        direction.name()
    );
    out.add(&DEFAULT_DENY_NEUTRALISED, deny.object, &field, message)
        .because(open.place(&direction.rules().index(rule)), "allows everything")
        .help(format!("remove `{other}`, or narrow it to the pods that need to be open"))
        .cause(format!("{} {other}", direction.name()));
}
