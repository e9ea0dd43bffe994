//! The supplied Services, as far as lints of a single policy may look at them.

use super::{Context, Policy};
use crate::manifest::Body;
use crate::manifest::workload::{Labels, ServiceSpec};

/// Whether a supplied Service opens pods that the policy selects to the world outside.
pub(super) fn publishes(cx: &Context<'_>, policy: &Policy<'_>) -> bool {
    let namespace = cx.namespace(policy.object);
    cx.manifests.objects.iter().any(|object| match &object.body {
        Body::Service(it) => {
            cx.namespace(object) == namespace && is_published(&it.spec) && selects_same(policy, &it.spec)
        }
        _ => false,
    })
}

fn is_published(service: &ServiceSpec) -> bool {
    matches!(service.type_.as_deref(), Some("LoadBalancer" | "NodePort"))
}

/// Whether pods could be selected by both: no label has to have two values.
fn selects_same(policy: &Policy<'_>, service: &ServiceSpec) -> bool {
    let Some(behind) = &service.selector else { return false };
    let empty = Labels::new();
    let labels =
        policy.spec().and_then(|it| it.pod_selector.as_ref()?.match_labels.as_ref()).unwrap_or(&empty);
    labels.iter().all(|(key, value)| behind.get(key).is_none_or(|it| it.as_deref() == Some(value)))
}
