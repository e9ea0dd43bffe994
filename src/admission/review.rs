//! What an engine hands over, in every shape that is accepted, to the objects it is about.

use serde_json::Value;

/// The prefix of annotations that silence a lint on their object.
pub(super) const IGNORE: &str = "ignore.netpol/";

/// What is done to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// It is new.
    Create,
    /// It takes the place of an older version.
    Update,
    /// It goes, or something else is done that leaves it as it is.
    Other,
}

/// One request of the API server.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// Told back in the answer.
    pub uid: String,
    /// What is done.
    pub operation: Operation,
    /// The namespace; empty for objects of the whole cluster.
    pub namespace: String,
    /// The object; null where it goes.
    pub object: Value,
    /// Its older version, or null.
    pub old: Value,
}

/// What was handed over.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asked {
    /// A request of the API server.
    Review(Review),
    /// Manifests that no server has seen: the path, or an empty one, and the object.
    Manifests(Vec<(String, Value)>),
    /// A request of our own, for `check`.
    Check,
}

/// Reads the input; the second part is Gatekeeper's `parameters`.
pub(super) fn read(input: &Value) -> Result<(Asked, Option<&Value>), String> {
    match input {
        Value::Object(fields) => {
            if let Some(request) = fields.get("request") {
                return Ok((Asked::Review(review(request, "request")?), None));
            }
            if let Some(request) = fields.get("review") {
                let parameters = fields.get("parameters").filter(|it| !it.is_null());
                return Ok((Asked::Review(review(request, "review")?), parameters));
            }
            if fields.contains_key("sources") {
                return Ok((Asked::Check, None));
            }
            if !fields.contains_key("kind") {
                return Err("the input is no AdmissionReview, object, list of objects or request".into());
            }
        }
        Value::Array(_) => {}
        _ => return Err(format!("the input must be an object or a list, not {}", kind_of(input))),
    }
    let mut found = Vec::new();
    manifests("", input, &mut found);
    Ok((Asked::Manifests(found), None))
}

fn review(request: &Value, what: &str) -> Result<Review, String> {
    if !request.is_object() {
        return Err(format!("`{what}` must be an object, not {}", kind_of(request)));
    }
    let field = |name: &str| request.get(name).unwrap_or(&Value::Null);
    let text = |name: &str| match field(name) {
        Value::String(text) => Ok(text.clone()),
        Value::Null => Ok(String::new()),
        other => Err(format!("`{what}.{name}` must be a string, not {}", kind_of(other))),
    };
    let object = |name: &str| match field(name) {
        value @ (Value::Object(_) | Value::Null) => Ok(value.clone()),
        other => Err(format!("`{what}.{name}` must be an object, not {}", kind_of(other))),
    };
    let operation = match text("operation")?.as_str() {
        // A status, a scale or the like leaves the object itself as it is.
        _ if !text("subResource")?.is_empty() => Operation::Other,
        "CREATE" | "" => Operation::Create,
        "UPDATE" => Operation::Update,
        "DELETE" | "CONNECT" => Operation::Other,
        other => return Err(format!("`{what}.operation`: there is no operation `{other}`")),
    };
    let review = Review {
        uid: text("uid")?,
        operation,
        namespace: text("namespace")?,
        object: object("object")?,
        old: object("oldObject")?,
    };
    if review.object.is_null() && review.operation != Operation::Other {
        return Err(format!("`{what}.object` is missing"));
    }
    Ok(review)
}

/// The objects in a value: itself, the items of a list, or of conftest's combined files.
fn manifests(path: &str, value: &Value, found: &mut Vec<(String, Value)>) {
    if let Value::Array(items) = value {
        return items.iter().for_each(|item| manifests(path, item, found));
    }
    let kind = value.get("kind").and_then(Value::as_str).and_then(|kind| kind.strip_suffix("List"));
    if let (Some(kind), Some(Value::Array(items))) = (kind, value.get("items")) {
        let from = found.len();
        items.iter().for_each(|item| manifests(path, item, found));
        for (_, item) in found.iter_mut().skip(from).filter(|_| !kind.is_empty()) {
            inherit(item, value, kind);
        }
        return;
    }
    match (value.get("path").and_then(Value::as_str), value.get("contents")) {
        (Some(path), Some(contents)) => manifests(path, contents, found),
        _ => found.push((path.to_owned(), value.clone())),
    }
}

/// Items of a list of one kind leave kind and version to the list.
fn inherit(item: &mut Value, list: &Value, kind: &str) {
    let Value::Object(fields) = item else { return };
    if let (false, Some(version)) = (fields.contains_key("apiVersion"), list.get("apiVersion")) {
        fields.insert("apiVersion".to_owned(), version.clone());
    }
    if !fields.contains_key("kind") {
        fields.insert("kind".to_owned(), kind.into());
    }
}

/// `Kind/namespace/name`, of what there is.
pub(super) fn label(object: &Value) -> String {
    let part = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
    let parts = [part("/kind"), part("/metadata/namespace"), part("/metadata/name")];
    parts.into_iter().flatten().collect::<Vec<_>>().join("/")
}

/// Takes away the annotations that silence lints.
pub(super) fn without_ignores(object: &mut Value) {
    if let Some(annotations) = object.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        annotations.retain(|name, _| !name.starts_with(IGNORE));
    }
}

/// What a value is, for a sentence.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
