//! The supplied workloads, as far as lints of a single policy may look at them.

use super::Context;
use super::selectors::{Requirement, requirements};
use crate::manifest::Body;
use crate::manifest::workload::Labels;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// Whether a workload supplied in `namespace` has labels that `selector` selects.
pub(super) fn any_in(cx: &Context<'_>, namespace: &str, selector: &LabelSelector) -> bool {
    cx.manifests.objects.iter().any(|object| match &object.body {
        Body::Workload(it) => {
            cx.namespace(object) == namespace && requirements(selector).all(|asked| holds(&asked, &it.labels))
        }
        _ => false,
    })
}

/// Whether labels meet a requirement.
pub(super) fn holds(asked: &Requirement<'_>, labels: &Labels) -> bool {
    let value = labels.get(asked.key);
    let listed = value.is_some_and(|value| asked.values.contains(value));
    match asked.operator {
        "In" => listed,
        "NotIn" => !listed,
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        _ => false,
    }
}

/// The workloads supplied in `namespace`: its name and each one's labels.
pub(super) fn labels_in<'c>(
    cx: &'c Context<'_>,
    namespace: &'c str,
) -> impl Iterator<Item = (&'c str, &'c Labels)> {
    cx.manifests.objects.iter().filter_map(move |object| match &object.body {
        Body::Workload(it) if cx.namespace(object) == namespace => Some((namespace, &it.labels)),
        _ => None,
    })
}
