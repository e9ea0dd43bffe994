//! New values as text: YAML that Kubernetes reads back as the same type, or JSON.

use super::super::scalar;
use serde_json::Value as Json;

/// How a document is written.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    pub(super) newline: &'static str,
    /// Columns by which a mapping within a mapping is indented.
    pub(super) step: usize,
    /// Columns by which a list is indented under its key.
    pub(super) dash: usize,
    /// Whether the document is JSON.
    pub(super) json: bool,
}

impl Manner {
    /// A line break and the indentation of the next line.
    pub(super) fn line(self, column: usize) -> String {
        format!("{}{}", self.newline, " ".repeat(column))
    }

    /// What follows `key:` where the key stands in `column`.
    pub(super) fn after_colon(self, value: &Json, column: usize) -> String {
        let below = match value {
            Json::Object(fields) if !fields.is_empty() => column + self.step,
            Json::Array(items) if !items.is_empty() => column + self.dash,
            scalar => return format!(" {}", self.flow(scalar)),
        };
        self.line(below) + &self.block(value, below)
    }

    /// A value in block style; its first line starts in `column` already.
    pub(super) fn block(self, value: &Json, column: usize) -> String {
        match value {
            Json::Object(fields) if !fields.is_empty() => {
                let lines = fields.iter().map(|(key, value)| {
                    format!("{}:{}", string(key, false), self.after_colon(value, column))
                });
                lines.collect::<Vec<_>>().join(&self.line(column))
            }
            Json::Array(items) if !items.is_empty() => {
                let lines = items.iter().map(|item| format!("- {}", self.block(item, column + 2)));
                lines.collect::<Vec<_>>().join(&self.line(column))
            }
            scalar => self.inline(scalar, false),
        }
    }

    /// A value on one line, within brackets.
    pub(super) fn flow(self, value: &Json) -> String {
        self.inline(value, true)
    }

    fn inline(self, value: &Json, flow: bool) -> String {
        match value {
            Json::Object(fields) => {
                let fields =
                    fields.iter().map(|(key, value)| format!("{}: {}", self.key(key), self.flow(value)));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }
            Json::Array(items) => {
                format!("[{}]", items.iter().map(|item| self.flow(item)).collect::<Vec<_>>().join(", "))
            }
            Json::String(text) if self.json => quoted(text),
            Json::String(text) => string(text, flow),
            other => other.to_string(),
        }
    }

    /// A key within brackets.
    pub(super) fn key(self, key: &str) -> String {
        if self.json { quoted(key) } else { string(key, true) }
    }

    /// JSON over several lines; the first starts in `column`.
    pub(super) fn pretty(self, value: &Json, column: usize) -> String {
        let (inner, outer) = (self.line(column + self.step), self.line(column));
        let comma = format!(",{inner}");
        match value {
            Json::Object(fields) if !fields.is_empty() => {
                let fields = fields.iter().map(|(key, value)| {
                    format!("{}: {}", self.key(key), self.pretty(value, column + self.step))
                });
                format!("{{{inner}{}{outer}}}", fields.collect::<Vec<_>>().join(&comma))
            }
            Json::Array(items) if !items.is_empty() => {
                let items = items.iter().map(|item| self.pretty(item, column + self.step));
                format!("[{inner}{}{outer}]", items.collect::<Vec<_>>().join(&comma))
            }
            other => self.flow(other),
        }
    }
}

/// A string as YAML: plain where no reader, of any YAML version, takes it for anything else.
pub(super) fn string(text: &str, flow: bool) -> String {
    if is_plain(text, flow) { text.into() } else { quoted(text) }
}

fn is_plain(text: &str, flow: bool) -> bool {
    let mut bytes = text.bytes();
    let Some(first) = bytes.next() else { return false };
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/');
    let inner = |byte: u8| word(byte) || matches!(byte, b'-' | b'+' | b'@' | b'=') || (!flow && byte == b' ');
    let last = text.bytes().last().unwrap_or_default();
    // `fd00::/8` is fine, `1:30` is a number to older readers.
    let colons = text.contains("::") && !flow && !text.ends_with(':');
    (word(first) && last != b' ')
        && bytes.all(|byte| inner(byte) || (byte == b':' && colons))
        && !text.contains(": ")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && scalar::is_text(text)
        && !is_number_elsewhere(text)
}

/// What some readers of YAML take for a number although Kubernetes' does not.
fn is_number_elsewhere(text: &str) -> bool {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    text.parse::<f64>().is_ok() || digits(body) || body.bytes().all(|byte| matches!(byte, b'.' | b'_'))
}

/// A JSON string that is a YAML string too: what YAML forbids or folds is escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in Json::String(text.into()).to_string().chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out
}
