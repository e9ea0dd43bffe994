//! Values of the wrong type: a map where a list belongs, text where a list belongs, and so on.

use super::super::schema::{NETWORK_POLICY, Type};
use super::super::strict::Fault;
use super::super::validate::{is_label_value, is_range};
use super::{Cx, Hint, last};
use crate::diagnostic::Fix;
use crate::field::{FieldPath, Segment};
use crate::syntax::Value;
use serde_json::Value as Json;

pub(super) fn hint(cx: &Cx, fault: &Fault) -> Hint {
    let Some(expected) = expected(&fault.field) else { return Hint::default() };
    let (at, name) = (&fault.field, last(&fault.field));
    match (expected, cx.value(at)) {
        (Type::Structs(_), Value::Mapping(_)) => {
            let fix = Fix::safe(format!("make `{name}` a list"), vec![cx.set(at.clone(), vec![cx.json(at)])]);
            Hint::help(format!("`{name}` is a list: its item starts with `- `")).with(fix)
        }
        (Type::Texts(_), Value::String(text)) => {
            let hint = Hint::help(format!("`{name}` is a list: write `[{text}]`"));
            let items: Vec<&str> = text.split([',', ' ']).filter(|it| !it.is_empty()).collect();
            if items.is_empty() || !items.iter().all(|it| fits(name, it)) {
                return hint;
            }
            hint.with(Fix::safe(format!("make `{name}` a list"), vec![cx.set(at.clone(), items)]))
        }
        (Type::Labels, Value::Sequence(_)) => labels(cx, at),
        (Type::Int32 | Type::Int64, Value::String(text)) => match text.parse::<i64>() {
            Ok(number) => Hint::help(format!("`{name}` is a number: write it without quotes"))
                .with(Fix::safe("write the number without quotes", vec![cx.set(at.clone(), number)])),
            Err(_) => Hint::help(format!("`{name}` is a number")),
        },
        (Type::IntOrString, Value::Number(_)) => {
            Hint::help("a port is a whole number from 1 to 65535, or the name of a container port")
        }
        (Type::Text(_), Value::Number(text)) if text.parse::<i64>().is_ok() && is_field(at) => {
            let fix = Fix::safe("put it in quotes", vec![cx.set(at.clone(), text)]);
            Hint::help("text that looks like a number needs quotes").with(fix)
        }
        (Type::Text(_), Value::Number(_) | Value::Bool(_)) => {
            Hint::help("text that YAML reads as a number or boolean needs quotes")
        }
        (Type::Time, _) => Hint::help("write the time as RFC 3339 does: `2006-01-02T15:04:05Z`"),
        (expected, _) => Hint::help(format!("a {} belongs here", expected.name())),
    }
}

/// Whether the server takes a text as an item of a list.
fn fits(list: &str, item: &str) -> bool {
    match list {
        "policyTypes" => matches!(item, "Ingress" | "Egress"),
        "except" => is_range(item),
        _ => is_label_value(item),
    }
}

/// The type that belongs at a path: of a list's item or a map's value too.
fn expected(path: &FieldPath) -> Option<Type> {
    let ty = NETWORK_POLICY.at(path)?.ty;
    Some(match (ty, path.0.last()?) {
        (Type::Structs(item), Segment::Index(_)) => Type::Struct(item),
        (Type::Texts(item), Segment::Index(_)) => Type::Text(item),
        (Type::Labels, Segment::Key(_)) => Type::Text("string"),
        (ty, _) => ty,
    })
}

/// Labels and selector values are quoted as they are written, by a lint of their own.
fn is_field(path: &FieldPath) -> bool {
    matches!(path.0.last(), Some(Segment::Field(_)))
}

/// `matchLabels` written as a list of pairs.
fn labels(cx: &Cx, at: &FieldPath) -> Hint {
    let name = last(at);
    let help = Hint::help(format!("`{name}` is a map: write its keys without `- `"));
    let Json::Array(items) = cx.json(at) else { return help };
    let mut merged = serde_json::Map::new();
    for item in items {
        let Json::Object(pairs) = item else { return help };
        for (key, value) in pairs {
            if !value.is_string() || merged.insert(key, value).is_some() {
                return help;
            }
        }
    }
    help.with(Fix::safe(format!("make `{name}` a map"), vec![cx.set(at.clone(), Json::Object(merged))]))
}
