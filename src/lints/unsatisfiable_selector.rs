use super::selectors::{NAME_LABEL, Requirement, Role, Values, Written};
use super::{Context, Findings, Policy};
use crate::model::selector::Selector;
use crate::order;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

declare_lint! {
    /// A selector that nothing can match.
    ///
    /// ## Why
    /// All that a selector asks must hold at once. A label that has to be there and missing, or to
    /// have two values, never does: the policy or the peer is about nothing, now and always.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector:
    ///     matchLabels: {tier: front}
    ///     matchExpressions:
    ///     - {key: tier, operator: In, values: [back]}
    ///   policyTypes: [Ingress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector:
    ///     matchExpressions:
    ///     - {key: tier, operator: In, values: [front, back]}
    ///   policyTypes: [Ingress]
    /// ```
    pub UNSATISFIABLE_SELECTOR = {
        name: "unsatisfiable-selector", code: "NP204", severity: Error,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// Looks at every selector.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for written in policy.selectors() {
        // Labels alone ask one value of each key.
        if written.selector.match_expressions.is_none() {
            continue;
        }
        let asked = order::group(written.requirements().map(|it| (it.key, it)).collect());
        let mut impossible = asked.into_iter().filter(|(key, asked)| !can_hold(written.role, key, asked));
        if let Some((key, asked)) = impossible.next() {
            report(policy, &written, key, &asked, out);
        }
    }
}

/// Whether one label can pass all that is asked of it.
fn can_hold(role: Role, key: &str, asked: &[Requirement<'_>]) -> bool {
    // What is no operator is the server's to tell of.
    if asked.iter().any(|it| !["In", "NotIn", "Exists", "DoesNotExist"].contains(&it.operator)) {
        return true;
    }
    // Every namespace has a name.
    let named =
        (role == Role::Namespaces && key == NAME_LABEL).then(|| ask(key, "Exists", Values::List(&[])));
    let all = asked.iter().map(|it| ask(key, it.operator, it.values)).chain(named).collect();
    let together = LabelSelector { match_expressions: Some(all), match_labels: None };
    !Selector::read(&together).is_unsatisfiable()
}

fn ask(key: &str, operator: &str, values: Values<'_>) -> LabelSelectorRequirement {
    let values = values.iter().map(ToOwned::to_owned).collect();
    LabelSelectorRequirement { key: key.into(), operator: operator.into(), values: Some(values) }
}

fn report(
    policy: &Policy<'_>,
    written: &Written<'_>,
    key: &str,
    asked: &[Requirement<'_>],
    out: &mut Findings<'_>,
) {
    let what = match written.role {
        Role::Subject => "the policy selects no pod",
        Role::Pods => "this peer is no pod",
        Role::Namespaces => "this peer is in no namespace",
    };
    let message = format!("what is asked of label `{key}` can never hold: {what}");
    let field = written.field();
    let mut found = out.add(&UNSATISFIABLE_SELECTOR, policy.object, &field, message);
    found.cause(key).help("selectors of one list item must all hold; write alternatives as `values` of one `In`, or as peers of their own");
    for it in asked {
        let values = it.values.joined("`, `");
        let text = match it.operator {
            "In" => format!("it must be `{values}`"),
            "NotIn" => format!("it must not be `{values}`"),
            "Exists" => "it must be there".into(),
            _ => "it must be missing".into(),
        };
        found.because(policy.place(&it.field(&field)), text);
    }
}
