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
                let id = self.push(span, Value::String("<<".into()), Style::Plain);
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
        if self.wants_key() {
            if anchor.is_some() {
                let value = to_value(&resolved, || written.value.as_str().into());
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
        let value = to_value(&resolved, || written.value.into()).unwrap_or_else(|name| {
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
        let text: Box<str> = match resolved {
            Scalar::Text => written.value.into(),
            Scalar::Decoded(text) | Scalar::Int(text) => text,
            Scalar::Bool(value) => if value { "true" } else { "false" }.into(),
            Scalar::Float(value) => scalar::key_float(value).into(),
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

/// A value in the tree; the error is Go's name of a float that JSON cannot hold.
pub(in crate::syntax::yaml) fn to_value(
    resolved: &Scalar,
    text: impl FnOnce() -> Box<str>,
) -> Result<Value, &'static str> {
    Ok(match resolved {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => Value::Bool(*value),
        Scalar::Int(digits) => Value::Number(digits.clone()),
        Scalar::Uint(value) => Value::Number(value.to_string().into()),
        Scalar::Float(value) if value.is_nan() => return Err("NaN"),
        Scalar::Float(value) if value.is_infinite() => {
            return Err(if *value > 0.0 { "+Inf" } else { "-Inf" });
        }
        Scalar::Float(value) => Value::Number(scalar::json_float(*value).into()),
        Scalar::Text => Value::String(text()),
        Scalar::Decoded(text) => Value::String(text.clone()),
    })
}
