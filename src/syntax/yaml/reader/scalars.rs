//! Scalars, as keys and as values.

use super::{Anchor, Child, Key, Reader, Stage, Written};
use crate::syntax::scalar::{self, Scalar};
use crate::syntax::tree::{Fault, Style, Value};

const MERGE_TAG: &str = "tag:yaml.org,2002:merge";

impl Reader<'_> {
    pub(super) fn scalar(&mut self, written: Written, anchor: Option<String>) -> Result<(), Fault> {
        let span = written.span;
        let merge = written.value == "<<" && (written.open || written.tag.as_deref() == Some(MERGE_TAG));
        if merge && self.wants_key() {
            if anchor.is_some() {
                let id = self.push(span, Value::String("<<"), Style::Plain);
                self.bind(anchor, Anchor { node: Some(id), weight: 1, height: 0 });
            }
            self.set_key(Key::Merge(span));
            return Ok(());
        }
        self.decoded += 1;
        self.check_ratio(span);
        let resolved = if written.open || written.tag.is_some() {
            scalar::resolve(written.tag.as_deref().unwrap_or_default(), &written.value)
        } else {
            Ok(Scalar::Text)
        };
        let resolved = resolved.unwrap_or_else(|message| {
            self.note(Stage::Decode, span, format!("yaml: {message}"));
            Scalar::Null
        });
        let mut room = String::new();
        if self.wants_key() {
            if anchor.is_some() {
                let value = to_value(&resolved, &written.value, &mut room);
                let id = self.push(span, value.unwrap_or(Value::Null), written.style);
                self.bind(anchor, Anchor { node: Some(id), weight: 1, height: 0 });
            }
            self.scalar_key(resolved, written);
            return Ok(());
        }
        // A root with nothing written is an empty document.
        if self.frames.is_empty() && span.start == span.end && written.tag.is_none() && anchor.is_none() {
            return Ok(());
        }
        let value = to_value(&resolved, &written.value, &mut room).unwrap_or_else(|name| {
            self.note(Stage::Encode, span, format!("json: unsupported value: {name}"));
            Value::Null
        });
        let id = self.push(span, value, written.style);
        self.bind(anchor, Anchor { node: Some(id), weight: 1, height: 0 });
        self.arrive(Child { id, span, weight: 1, height: 0 });
        Ok(())
    }

    fn scalar_key(&mut self, resolved: Scalar, written: Written) {
        let span = written.span;
        let float;
        let text: &str = match &resolved {
            Scalar::Text => &written.value,
            Scalar::Decoded(text) | Scalar::Int(text) => text,
            Scalar::Bool(value) => {
                if *value {
                    "true"
                } else {
                    "false"
                }
            }
            Scalar::Float(value) => {
                float = scalar::key_float(*value);
                &float
            }
            Scalar::Null => {
                self.set_key(Key::Unsupported(span, "%!s(<nil>), key: <nil>".into()));
                return;
            }
            Scalar::Uint(value) => {
                self.set_key(Key::Unsupported(span, format!("uint64, key: {value:#x}")));
                return;
            }
        };
        let key = self.push(span, Value::String(text), written.style);
        if let Some(frame) = self.frames.last_mut() {
            frame.weight += 1;
            frame.end = frame.end.max(span.end as usize);
            frame.key = Key::Is(key);
        }
    }
}

/// A value for the tree, some with text that needs room; the error is Go's name of a float that JSON
/// cannot hold.
pub(in crate::syntax::yaml) fn to_value<'a>(
    resolved: &'a Scalar,
    text: &'a str,
    room: &'a mut String,
) -> Result<Value<'a>, &'static str> {
    Ok(match resolved {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => Value::Bool(*value),
        Scalar::Int(digits) => Value::Number(digits),
        Scalar::Uint(value) => {
            *room = value.to_string();
            Value::Number(room)
        }
        Scalar::Float(value) if value.is_nan() => return Err("NaN"),
        Scalar::Float(value) if value.is_infinite() => {
            return Err(if *value > 0.0 { "+Inf" } else { "-Inf" });
        }
        Scalar::Float(value) => {
            *room = scalar::json_float(*value);
            Value::Number(room)
        }
        Scalar::Text => Value::String(text),
        Scalar::Decoded(text) => Value::String(text),
    })
}
