use super::selectors::{NAME_LABEL, Requirement, Written};
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::manifest::Body;

declare_lint! {
    /// A namespace of the system chosen by a label that it does not carry by itself.
    ///
    /// ## Why
    /// The one label that Kubernetes gives every namespace is `kubernetes.io/metadata.name`.
    /// `name: kube-system` matches only where somebody has labelled the namespace so; anywhere
    /// else the rule allows nothing, and DNS is what usually breaks.
    ///
    /// The lint is silent where a supplied Namespace carries the label.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: dns
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - namespaceSelector: {matchLabels: {name: kube-system}}
    ///     ports:
    ///     - {port: 53, protocol: UDP}
    ///     - {port: 53, protocol: TCP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: dns
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
    ///     ports:
    ///     - {port: 53, protocol: UDP}
    ///     - {port: 53, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: it widens what is allowed to the namespace that was meant.
    pub UNLABELLED_NAMESPACE_NAME = {
        name: "unlabelled-namespace-name", code: "NP207", severity: Warning,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Keys under which people expect a namespace's name.
const KEYS: [&str; 4] = ["name", "namespace", "kubernetes.io/name", "metadata.name"];

/// Looks at every selector of namespaces.
pub(super) fn check(cx: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for written in policy.namespace_selectors() {
        for it in written.requirements().filter(|it| KEYS.contains(&it.key) && it.operator == "In") {
            let has_name = written.requirements().any(|it| it.key == NAME_LABEL);
            let system =
                it.values.iter().find(|value| is_system(cx, value) && !is_labelled(cx, it.key, value));
            if let Some(namespace) = system {
                report(policy, (&written, &it), namespace, has_name, out);
            }
        }
    }
}

fn is_system(cx: &Context<'_>, namespace: &str) -> bool {
    namespace == "default" || cx.options.system_namespaces.iter().any(|it| it == namespace)
}

/// Whether a supplied namespace carries the label.
fn is_labelled(cx: &Context<'_>, key: &str, value: &str) -> bool {
    cx.manifests.objects.iter().any(|object| match &object.body {
        Body::Namespace(it) => {
            it.metadata.labels.as_ref().and_then(|labels| labels.get(key)).is_some_and(|it| it == value)
        }
        _ => false,
    })
}

fn report(
    policy: &Policy<'_>,
    (selector, asked): (&Written<'_>, &Requirement<'_>),
    namespace: &str,
    has_name: bool,
    out: &mut Findings<'_>,
) {
    let (key, field) = (asked.key, asked.field(&selector.field()));
    let message = format!(
        "namespaces carry no label `{key}` by themselves: this selects `{namespace}` only where somebody has labelled it"
    );
    let mut found = out.add(&UNLABELLED_NAMESPACE_NAME, policy.object, &field, message);
    found.cause(namespace).help(format!("select by `{NAME_LABEL}`, which every namespace carries"));
    // With the name asked for as well, the label is a second condition that somebody meant.
    if has_name {
        return;
    }
    let step = if asked.is_label() {
        policy.rename(field, NAME_LABEL)
    } else {
        policy.set(field.field("key"), NAME_LABEL)
    };
    found.fix(Fix::risky(format!("select by `{NAME_LABEL}`"), vec![step]));
}
