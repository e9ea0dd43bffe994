//! JSON Patch (RFC 6902) as far as fixes use it: add, remove, replace, move.

use serde_json::Value;

/// The object's JSON after the patch; none where some operation does not apply.
pub(super) fn apply(text: &str, patch: &[Value]) -> Option<String> {
    let mut object: Value = serde_json::from_str(text).ok()?;
    for operation in patch {
        let field = |name| operation.get(name).and_then(Value::as_str);
        let path = field("path")?;
        match field("op")? {
            "add" => add(&mut object, path, operation.get("value")?.clone())?,
            "replace" => *object.pointer_mut(path)? = operation.get("value")?.clone(),
            "remove" => {
                remove(&mut object, path)?;
            }
            "move" => {
                let moved = remove(&mut object, field("from")?)?;
                add(&mut object, path, moved)?;
            }
            _ => return None,
        }
    }
    serde_json::to_string(&object).ok()
}

fn add(object: &mut Value, path: &str, value: Value) -> Option<()> {
    let (parent, name) = path.rsplit_once('/')?;
    match object.pointer_mut(parent)? {
        Value::Object(fields) => {
            fields.insert(unescape(name), value);
        }
        Value::Array(items) => {
            let at = if name == "-" { items.len() } else { name.parse().ok()? };
            if at > items.len() {
                return None;
            }
            items.insert(at, value);
        }
        _ => return None,
    }
    Some(())
}

fn remove(object: &mut Value, path: &str) -> Option<Value> {
    let (parent, name) = path.rsplit_once('/')?;
    match object.pointer_mut(parent)? {
        Value::Object(fields) => fields.remove(&unescape(name)),
        Value::Array(items) => {
            let at: usize = name.parse().ok()?;
            (at < items.len()).then(|| items.remove(at))
        }
        _ => None,
    }
}

/// A part of a JSON Pointer (RFC 6901) as it was before escaping.
fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::apply;
    use serde_json::json;

    #[test]
    fn every_operation_applies() {
        let patch = [
            json!({"op": "add", "path": "/a/1", "value": 9}),
            json!({"op": "add", "path": "/x~1y", "value": {}}),
            json!({"op": "replace", "path": "/a/0", "value": 7}),
            json!({"op": "move", "from": "/b", "path": "/x~1y/b"}),
            json!({"op": "remove", "path": "/a/2"}),
        ];
        let after = apply(r#"{"a": [1, 2], "b": 3}"#, &patch);
        assert_eq!(after.as_deref(), Some(r#"{"a":[7,9],"x/y":{"b":3}}"#));
    }

    #[test]
    fn what_does_not_apply_changes_nothing() {
        assert_eq!(apply("{}", &[json!({"op": "remove", "path": "/a"})]), None);
        assert_eq!(apply(r#"{"a": []}"#, &[json!({"op": "add", "path": "/a/1", "value": 1})]), None);
    }
}
