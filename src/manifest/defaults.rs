//! Defaults as the API server fills them in: a view beside what was written, never in its place.

use k8s_openapi::api::networking::v1::{
    NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// The policy as the server would store it: TCP where no protocol is written, the policy types
/// that follow from the rules, and nothing empty where Go leaves empty things out.
#[must_use]
pub fn defaulted(policy: &NetworkPolicy) -> NetworkPolicy {
    NetworkPolicy { metadata: policy.metadata.clone(), spec: Some(spec(policy.spec.as_ref())) }
}

/// The directions that a spec isolates, by the server's rule for specs that do not say.
#[must_use]
pub fn policy_types(spec: &NetworkPolicySpec) -> Vec<String> {
    match spec.policy_types.as_deref() {
        Some(types) if !types.is_empty() => types.to_vec(),
        _ if spec.egress.as_deref().is_some_and(|it| !it.is_empty()) => {
            vec!["Ingress".into(), "Egress".into()]
        }
        _ => vec!["Ingress".into()],
    }
}

fn spec(written: Option<&NetworkPolicySpec>) -> NetworkPolicySpec {
    let mut spec = written.cloned().unwrap_or_default();
    spec.policy_types = Some(policy_types(&spec));
    let selector = spec.pod_selector.get_or_insert_default();
    tidy_selector(selector);
    for rule in spec.ingress.iter_mut().flatten() {
        tidy(&mut rule.ports, port);
        tidy(&mut rule.from, peer);
    }
    for rule in spec.egress.iter_mut().flatten() {
        tidy(&mut rule.ports, port);
        tidy(&mut rule.to, peer);
    }
    tidy(&mut spec.ingress, |_| {});
    tidy(&mut spec.egress, |_| {});
    spec
}

fn tidy<T>(list: &mut Option<Vec<T>>, item: impl FnMut(&mut T)) {
    list.iter_mut().flatten().for_each(item);
    list.take_if(|it| it.is_empty());
}

fn port(it: &mut NetworkPolicyPort) {
    it.protocol.get_or_insert_with(|| "TCP".into());
}

fn peer(it: &mut NetworkPolicyPeer) {
    it.pod_selector.iter_mut().for_each(tidy_selector);
    it.namespace_selector.iter_mut().for_each(tidy_selector);
    if let Some(block) = &mut it.ip_block {
        tidy(&mut block.except, |_| {});
    }
}

fn tidy_selector(it: &mut LabelSelector) {
    it.match_labels.take_if(|it| it.is_empty());
    tidy(&mut it.match_expressions, |it| tidy(&mut it.values, |_| {}));
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::networking::v1::NetworkPolicyEgressRule;

    #[test]
    fn egress_is_isolated_by_default_only_where_a_rule_is() {
        let types = |egress| policy_types(&NetworkPolicySpec { egress, ..NetworkPolicySpec::default() });
        assert_eq!(types(None), ["Ingress"]);
        assert_eq!(types(Some(vec![])), ["Ingress"]);
        assert_eq!(types(Some(vec![NetworkPolicyEgressRule::default()])), ["Ingress", "Egress"]);
    }
}
