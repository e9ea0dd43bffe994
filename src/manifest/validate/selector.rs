//! Labels and label selectors.

use super::names::{label_key, label_value};
use super::{Errors, Kind, Shown, all, standing_at};
use crate::manifest::path::Path;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use std::collections::BTreeMap;

/// Labels. The server goes through them in no order; here they are sorted by key.
pub(super) fn labels(labels: Option<&BTreeMap<String, String>>, path: &Path, errors: &mut Errors) {
    for (key, value) in labels.into_iter().flatten() {
        label_key(key, |wrong| {
            let added = errors.add(path, Kind::Invalid, &Shown::Text(key), |minor| wrong.text(minor));
            standing_at(added, &path.key(key), true);
        });
        label_value(value, |wrong| {
            let added = errors.add(path, Kind::Invalid, &Shown::Text(value), |minor| wrong.text(minor));
            standing_at(added, &path.key(key), false);
        });
    }
}

/// A selector. `lenient_values`: an update of an object that already has a bad selector.
pub(super) fn selector(selector: &LabelSelector, lenient_values: bool, path: &Path, errors: &mut Errors) {
    labels(selector.match_labels.as_ref(), &path.field("matchLabels"), errors);
    let expressions = path.field("matchExpressions");
    for (at, requirement) in selector.match_expressions.iter().flatten().enumerate() {
        requires(requirement, lenient_values, &expressions.index(at), errors);
    }
}

fn requires(it: &LabelSelectorRequirement, lenient_values: bool, path: &Path, errors: &mut Errors) {
    let values = it.values.as_deref().unwrap_or_default();
    match it.operator.as_str() {
        "In" | "NotIn" if values.is_empty() => {
            let text = "must be specified when `operator` is 'In' or 'NotIn'";
            errors.add(&path.field("values"), Kind::Required, &Shown::Nothing, all(text));
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            let text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            errors.add(&path.field("values"), Kind::Forbidden, &Shown::Nothing, all(text));
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        other => {
            let text = "not a valid selector operator";
            errors.add(&path.field("operator"), Kind::Invalid, &Shown::Typed(other), all(text));
        }
    }
    let key = path.field("key");
    label_key(&it.key, |wrong| {
        errors.add(&key, Kind::Invalid, &Shown::Text(&it.key), |minor| wrong.text(minor));
    });
    if lenient_values {
        return;
    }
    let path = path.field("values");
    for (at, value) in values.iter().enumerate() {
        label_value(value, |wrong| {
            errors.add(&path.index(at), Kind::Invalid, &Shown::Text(value), |minor| wrong.text(minor));
        });
    }
}
