use super::selectors::{Requirement, Role, Written};
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;

declare_lint! {
    /// A selector on a label that changes with every rollout or release.
    ///
    /// ## Why
    /// `pod-template-hash`, `controller-revision-hash` and the labels of a chart's or an
    /// application's version are written anew by each rollout. A policy that asks for today's
    /// value selects nothing tomorrow: pods lose their isolation, or their connections.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector:
    ///     matchLabels:
    ///       app: web
    ///       pod-template-hash: 5f9c7d8b6
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
    ///     matchLabels:
    ///       app: web
    ///   policyTypes: [Ingress]
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the selector selects more without the label. None is offered where nothing would
    /// be left to select by.
    pub VOLATILE_LABEL = {
        name: "volatile-label", code: "NP208", severity: Warning,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// The labels, and who writes them anew.
static VOLATILE: [(&str, &str); 7] = [
    ("pod-template-hash", "every rollout of a Deployment"),
    ("controller-revision-hash", "every rollout of a DaemonSet or StatefulSet"),
    ("pod-template-generation", "every rollout of a DaemonSet"),
    ("controller-uid", "every run of a Job"),
    ("batch.kubernetes.io/controller-uid", "every run of a Job"),
    ("helm.sh/chart", "every release of the chart"),
    ("app.kubernetes.io/version", "every release of the application"),
];

/// Looks at every selector of pods.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for written in policy.selectors().filter(|it| it.role != Role::Namespaces) {
        for it in written.requirements().filter(|it| !it.values.is_empty()) {
            if let Some((_, writer)) = VOLATILE.iter().find(|(key, _)| *key == it.key) {
                let has_others = written.requirements().count() > 1;
                report(policy, (&written, &it), writer, has_others, out);
            }
        }
    }
}

fn report(
    policy: &Policy<'_>,
    (selector, asked): (&Written<'_>, &Requirement<'_>),
    writer: &str,
    has_others: bool,
    out: &mut Findings<'_>,
) {
    let (key, field) = (asked.key, asked.field(&selector.field()));
    let message = format!("label `{key}` gets another value with {writer}");
    let mut found = out.add(&VOLATILE_LABEL, policy.object, &field, message);
    found.cause(key).help("select by labels that stay, such as `app.kubernetes.io/name`");
    if has_others {
        found.fix(Fix::risky(format!("no longer ask for `{key}`"), vec![policy.remove(field)]));
    }
}
