//! Compares two answers about one object.
//!
//! The server ranges over Go maps in `matchLabels`, `labels` and `annotations`, so that the order
//! of the causes within one such field is random: both sides are sorted there, and whole messages
//! are compared after the same sorting.

use serde_json::{Value, json};

/// The parts of an answer that netpol gives too.
pub(crate) const JUDGED: [&str; 9] =
    ["verdict", "stage", "code", "reason", "message", "causes", "strictError", "warnings", "defaultedSpec"];

/// One part in which two answers differ.
pub(crate) struct Difference {
    /// The part.
    pub(crate) part: &'static str,
    /// What was expected of it.
    pub(crate) expected: Value,
    /// What came.
    pub(crate) got: Value,
}

/// The parts in which the answers differ.
pub(crate) fn differences(expected: &Value, got: &Value) -> Vec<Difference> {
    let (expected, got) = (canonical(expected), canonical(got));
    let differ = JUDGED.into_iter().filter(|part| expected[*part] != got[*part]);
    differ.map(|part| Difference { part, expected: expected[part].clone(), got: got[part].clone() }).collect()
}

/// The answer with its causes in an order that does not depend on Go's maps.
pub(crate) fn canonical(answer: &Value) -> Value {
    let mut answer = without_addresses(answer);
    let Some(causes) = answer["causes"].as_array().cloned() else {
        return answer;
    };
    let mut sorted = causes.clone();
    for run in sorted.chunk_by_mut(|a, b| a["Field"] == b["Field"] && of_a_map(&a["Field"])) {
        run.sort_by_key(|it| it["Message"].to_string());
    }
    let whole = aggregate(&causes);
    let message = answer["message"].as_str().unwrap_or_default();
    if let Some(prefix) = message.strip_suffix(whole.as_str()) {
        answer["message"] = format!("{prefix}{}", aggregate(&sorted)).into();
    }
    answer["causes"] = json!(sorted);
    answer
}

/// Kubernetes 1.33 prints owner references as Go source, flags by their address in memory.
fn without_addresses(answer: &Value) -> Value {
    const FLAG: &str = "(*bool)(0x";
    let text = answer.to_string();
    let mut parts = text.split(FLAG);
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out.push_str(FLAG);
        out.push('…');
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit() || c == '…'));
    }
    serde_json::from_str(&out).unwrap_or_default()
}

fn of_a_map(field: &Value) -> bool {
    let field = field.as_str().unwrap_or_default();
    [".matchLabels", ".labels", ".annotations"].iter().any(|it| field.ends_with(it))
}

/// The text of several errors, as apimachinery's aggregate prints it: each once.
fn aggregate(causes: &[Value]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for cause in causes {
        let part = |name: &str| cause[name].as_str().unwrap_or_default();
        let text = format!("{}: {}", part("Field"), part("Message"));
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.as_slice() {
        [one] => one.clone(),
        _ => format!("[{}]", texts.join(", ")),
    }
}
