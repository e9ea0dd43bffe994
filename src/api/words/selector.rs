//! Selectors in words, with the corners told as they are: `NotIn` holds where the label is
//! missing, an empty value is a value.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// `every pod`, or `pods with …`. In a peer an absent selector beside a namespace selector, and
/// an empty one, both mean every pod.
pub(super) fn pods(selector: Option<&LabelSelector>) -> String {
    labelled("pod", &selector.map(conditions).unwrap_or_default())
}

/// `every node`, or `nodes with …`.
pub(super) fn nodes(selector: &LabelSelector) -> String {
    labelled("node", &conditions(selector))
}

fn labelled(what: &str, conditions: &[String]) -> String {
    if conditions.is_empty() { format!("every {what}") } else { format!("{what}s with {}", both(conditions)) }
}

/// `any namespace`, `namespace x`, or `namespaces with …`.
pub(super) fn namespaces(selector: &LabelSelector) -> String {
    let conditions = conditions(selector);
    match (named(selector), conditions.as_slice()) {
        (_, []) => "any namespace".into(),
        (Some(names), [_]) if names.len() == 1 => format!("namespace {}", names.concat()),
        (Some(names), [_]) => format!("namespaces {}", either(names)),
        _ => format!("namespaces with {}", both(&conditions)),
    }
}

/// The names a selector lists by the label that every namespace carries.
fn named(selector: &LabelSelector) -> Option<Vec<String>> {
    const NAME: &str = "kubernetes.io/metadata.name";
    let label = selector.match_labels.iter().flatten().find(|(key, _)| *key == NAME);
    if let Some((_, value)) = label {
        return Some(vec![format!("`{value}`")]);
    }
    let listed =
        selector.match_expressions.iter().flatten().find(|it| it.key == NAME && it.operator == "In")?;
    Some(listed.values.iter().flatten().map(|it| format!("`{it}`")).collect())
}

fn conditions(selector: &LabelSelector) -> Vec<String> {
    let equal = |key: &str, value: &str| {
        if value.is_empty() { format!("an empty `{key}`") } else { format!("`{key}={value}`") }
    };
    let labels = selector.match_labels.iter().flatten().map(|(key, value)| equal(key, value));
    let expressions = selector.match_expressions.iter().flatten().map(|it| {
        let key = &it.key;
        let values: Vec<String> = it.values.iter().flatten().map(|it| format!("`{it}`")).collect();
        match (it.operator.as_str(), it.values.as_deref()) {
            ("In", Some([only])) => equal(key, only),
            ("In", _) => format!("`{key}` set to {}", either(values)),
            ("NotIn", _) => format!("`{key}` absent or not {}", either(values)),
            ("Exists", _) => format!("any `{key}`"),
            ("DoesNotExist", _) => format!("no `{key}`"),
            (other, _) => format!("`{key}` `{other}`"),
        }
    });
    labels.chain(expressions).collect()
}

fn both(list: &[String]) -> String {
    match list.split_last() {
        Some((last, head)) if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        _ => list.concat(),
    }
}

/// `a`, `a or b`, `a, b, or c`.
pub(super) fn either(list: Vec<String>) -> String {
    match list.split_last() {
        Some((last, [first])) => format!("{first} or {last}"),
        Some((last, head)) if !head.is_empty() => format!("{}, or {last}", head.join(", ")),
        _ => list.concat(),
    }
}
