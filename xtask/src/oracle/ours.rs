//! What netpol answers to a question of the oracle, in the oracle's shape.

use netpol::manifest::Text;
use netpol::manifest::judge::{Judgement, Validation, assess, policy};
use netpol::options::{Limits, Minor};
use netpol::syntax::{NodeId, Parsed, parse};
use serde_json::{Value, json};

/// netpol's answer. A panic is an answer too, and always a difference.
pub(crate) fn answer(question: &Value, minor: Minor) -> Value {
    std::panic::catch_unwind(|| judged(question, minor)).unwrap_or_else(|_| json!({"verdict": "panic"}))
}

fn judged(question: &Value, minor: Minor) -> Value {
    let text = question["text"].as_str().unwrap_or_default();
    let parsed = parse(text, &Limits::default());
    // The oracle judges the first document of a text.
    if let Some(fault) = parsed.faults.iter().find(|it| it.document == 0) {
        return json!({"verdict": "reject", "stage": "yaml", "message": fault.message});
    }
    let Some((text, root)) = first(text, &parsed) else { return json!({"verdict": "none"}) };
    let word = |key| text.tree.get_str(root, key).unwrap_or_default();
    if word("kind") != "NetworkPolicy" || word("apiVersion").is_empty() {
        // netpol judges no other object; the server takes kind and version from the request's address
        // where none is written.
        return json!({"verdict": "none"});
    }
    let stored = question["old"].as_str().unwrap_or_default();
    let old = parse(stored, &Limits::default());
    let old = first(stored, &old).map(|(text, root)| policy(&text, root).value);
    let validation = old.as_ref().map_or(Validation::Create, Validation::Update);
    shape(assess(&text, root, (word("apiVersion"), word("kind")), validation).judgement(minor))
}

fn first<'a>(text: &'a str, parsed: &'a Parsed) -> Option<(Text<'a>, NodeId)> {
    let document = parsed.documents.first()?;
    Some((Text { text, tree: &parsed.tree, document }, document.root?))
}

fn shape(it: Judgement) -> Value {
    let mut out = json!({"verdict": if it.stage.is_some() { "reject" } else { "accept" }});
    if let Some(stage) = it.stage {
        let (code, reason) = stage.status();
        out["stage"] = stage.name().into();
        out["code"] = code.into();
        out["reason"] = reason.into();
        out["message"] = it.message.into();
    }
    if !it.causes.is_empty() {
        let row = |it: &netpol::manifest::judge::Cause| json!({"Reason": it.reason, "Message": it.message, "Field": it.field});
        out["causes"] = it.causes.iter().map(row).collect();
    }
    if let Some(error) = it.strict_error {
        out["strictError"] = error.into();
    }
    if !it.warnings.is_empty() {
        out["warnings"] = it.warnings.into();
    }
    if let Some(spec) = it.defaulted {
        out["defaultedSpec"] = json!(spec);
    }
    out
}
