//! What netpol answers to a question of the oracle, in the oracle's shape.

use netpol::options::Limits;
use serde_json::{Value, json};

/// netpol's answer; a panic is an answer too, and always a difference.
pub fn answer(question: &Value) -> Value {
    std::panic::catch_unwind(|| judged(question)).unwrap_or_else(|_| json!({"verdict": "panic"}))
}

fn judged(question: &Value) -> Value {
    let text = question["text"].as_str().unwrap_or_default();
    let parsed = netpol::syntax::parse(text, &Limits::default());
    match parsed.faults.iter().find(|it| it.document == 0) {
        Some(fault) => {
            json!({"verdict": "reject", "stage": "yaml", "message": fault.message, "documents": parsed.documents.len()})
        }
        None => json!({"documents": parsed.documents.len()}),
    }
}
