use super::{Context, Findings, Policy};
use crate::diagnostic::{Applicability, Fix, Severity, Step};
use crate::field::FieldPath;

declare_lint! {
    /// `policyTypes` left out, so that the API server fills it in.
    ///
    /// ## Why
    /// The default is `Ingress`, always, and `Egress` only where `egress` has at least one rule.
    /// A policy with nothing but egress rules therefore denies all ingress as well, and
    /// `egress: []` denies nothing at all.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web-out
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   egress:
    ///   - to:
    ///     - podSelector: {matchLabels: {app: db}}
    ///   - to:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
    ///     ports:
    ///     - {port: 53, protocol: UDP}
    ///     - {port: 53, protocol: TCP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web-out
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress, Egress]
    ///   egress:
    ///   - to:
    ///     - podSelector: {matchLabels: {app: db}}
    ///   - to:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
    ///     ports:
    ///     - {port: 53, protocol: UDP}
    ///     - {port: 53, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Safe where it writes down what the default already is. Unsafe for `egress: []`: adding
    /// `Egress` narrows what the pods may reach, which is what the empty list seems to ask for.
    pub IMPLIED_POLICY_TYPES = {
        name: "implied-policy-types", code: "NP604", severity: Info,
        needs: [Object], fix: Mixed, since: "0.1.0"
    }
}

/// Speaks of every policy whose `policyTypes` is absent or empty.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    let Some(spec) = policy.spec() else { return };
    if spec.policy_types.as_ref().is_none_or(Vec::is_empty) {
        report(policy, out);
    }
}

fn report(policy: &Policy<'_>, out: &mut Findings<'_>) {
    let Some(spec) = policy.spec() else { return };
    let field = FieldPath::root().field("spec").field("policyTypes");
    let egress = FieldPath::root().field("spec").field("egress");
    let has_egress_rules = spec.egress.as_ref().is_some_and(|rules| !rules.is_empty());
    let has_ingress = spec.ingress.as_ref().is_some_and(|rules| !rules.is_empty());
    // `egress: null` and a field left out both decode to nothing; only a written list means something.
    let wrote_empty_egress = spec.egress.as_ref().is_some_and(Vec::is_empty)
        && policy.node(&egress).is_some_and(|node| !policy.tree().is_null(node));
    let (message, severity, types, applicability) = if has_egress_rules && !has_ingress {
        let message = "`policyTypes` is left out, so this policy also denies all ingress";
        (message, Severity::Warning, vec!["Ingress", "Egress"], Applicability::Safe)
    } else if wrote_empty_egress {
        let message = "`egress: []` without `policyTypes` denies nothing: egress is not isolated";
        (message, Severity::Warning, vec!["Ingress", "Egress"], Applicability::Unsafe)
    } else if has_egress_rules {
        let message = "`policyTypes` is left out: it defaults to `Ingress` and `Egress`";
        (message, Severity::Info, vec!["Ingress", "Egress"], Applicability::Safe)
    } else {
        let message = "`policyTypes` is left out: it defaults to `Ingress` alone";
        (message, Severity::Info, vec!["Ingress"], Applicability::Safe)
    };
    let listed = types.join("`, `");
    let mut found = out.add(&IMPLIED_POLICY_TYPES, policy.object, &field, message);
    found
        .severity(severity)
        .at(policy.key_place(&FieldPath::root().field("spec")))
        .cause(listed.clone())
        .help(format!("write `policyTypes` down: `{listed}`"))
        .fix(Fix {
            title: format!("write `policyTypes`: `{listed}`"),
            applicability,
            steps: vec![Step::Set { object: policy.object.id, at: field, value: types.into() }],
        });
    if has_egress_rules || wrote_empty_egress {
        found.because(
            policy.key_place(&egress),
            if has_egress_rules {
                "a rule here makes the default `Ingress` and `Egress`"
            } else {
                "an empty list adds no `Egress` to the default"
            },
        );
    }
}
