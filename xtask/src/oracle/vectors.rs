//! Picks cases worth keeping and writes them with the server's answers, so that a test can hold
//! netpol to them without Go.
//!
//! One case for each shape of answer: stage, template of the first texts, strict error, warnings.
//! The answer is that of 1.36; other minors say in what they differ.

use super::compare::{JUDGED, canonical};
use super::{Asked, ask, ours, server};
use netpol::options::Minor;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;

/// The minor whose answers are written in full.
const MAIN: &str = "1.36";
/// Longer cases are not kept.
const LONGEST: usize = 900;

/// Writes the vectors.
pub fn keep(asked: &[Asked]) -> Result<bool, String> {
    let mut answers = BTreeMap::new();
    for (minor, _) in server::RELEASES {
        answers.insert(minor, ask(minor, asked)?);
    }
    let mut kept: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (at, (question, mutations)) in asked.iter().enumerate() {
        let answer = &answers[MAIN][at];
        let size = question.to_string().len();
        // 1.33 tells two owners apart by where in memory their flags lie: no two runs agree.
        let by_address = answers["1.33"][at].to_string().contains("(*bool)(0x");
        // What is no policy nobody judges; two mutations at once say little about either.
        let ours = ours::answer(question, Minor::NEWEST);
        if answer["verdict"] == "none"
            || ours["verdict"] == "none"
            || by_address
            || size > LONGEST
            || mutations.len() > 1
        {
            continue;
        }
        let name = mutations.first().copied().unwrap_or_default();
        let same: Vec<String> = answers.values().map(|it| shape(name, &it[at])).collect();
        let seen = kept.entry(same.join("|")).or_insert((size, at));
        if size < seen.0 {
            *seen = (size, at);
        }
    }
    let mut places: Vec<usize> = kept.into_values().map(|it| it.1).collect();
    places.sort_unstable();
    let mut out = String::new();
    for at in &places {
        let (question, mutations) = &asked[*at];
        let expected = judged(&answers[MAIN][*at]);
        let mut row = json!({"name": mutations.join(" + "), "text": question["text"], "expected": expected});
        if let Some(old) = question.get("old") {
            row["old"] = old.clone();
        }
        for (minor, answers) in &answers {
            let differs = difference(&expected, &judged(&answers[*at]));
            if !differs.is_empty() {
                row["minors"][*minor] = differs.into();
            }
        }
        out.push_str(&format!("{row}\n"));
    }
    let path = server::root().join("tests/oracle/vectors.jsonl");
    fs::write(&path, out).map_err(|e| format!("{}: {e}", path.display()))?;
    println!("{} cases in {}", places.len(), path.display());
    Ok(true)
}

/// The parts of an answer that netpol gives too, in an order that Go's maps do not decide.
fn judged(answer: &Value) -> Value {
    let mut answer = canonical(answer);
    if let Some(parts) = answer.as_object_mut() {
        parts.retain(|part, _| JUDGED.contains(&part.as_str()));
    }
    answer
}

/// What another minor says otherwise; null where it says nothing.
fn difference(main: &Value, other: &Value) -> Map<String, Value> {
    JUDGED
        .into_iter()
        .filter(|part| main[*part] != other[*part])
        .map(|part| (part.to_string(), other[part].clone()))
        .collect()
}

/// What kind of answer it is: the texts without names, numbers and quoted values.
fn shape(mutation: &str, answer: &Value) -> String {
    let verdict = answer["verdict"].as_str().unwrap_or_default();
    let stage = answer["stage"].as_str().unwrap_or_default();
    let mut texts: Vec<String> = Vec::new();
    match answer["causes"].as_array() {
        Some(causes) => {
            for cause in causes {
                let field = cause["Field"].as_str().unwrap_or_default();
                let message = cause["Message"].as_str().unwrap_or_default();
                texts.push(template(&format!("{} {message}", last(field))));
            }
        }
        None => {
            // `… into Go struct field IPBlock.spec.egress.to.ipBlock.cidr of type string`
            let message = answer["message"].as_str().unwrap_or_default();
            let words: Vec<&str> = message.split(' ').map(last).collect();
            texts.push(template(&words.join(" ")));
        }
    }
    texts.sort_unstable();
    texts.dedup();
    let mut strict: Vec<String> =
        answer["strictError"].as_str().unwrap_or_default().split(", ").map(template).collect();
    strict.dedup();
    let strict = strict.join(", ");
    let warnings = answer["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut warnings: Vec<String> =
        warnings.map(|it| template(&it.split(": ").skip(1).collect::<String>())).collect();
    warnings.dedup();
    let warnings = warnings.join(", ");
    let name = if verdict == "accept" { mutation } else { "" };
    format!("{verdict} {stage} {name} {} {strict} {warnings}", texts.join(" "))
}

/// The last step of a path.
fn last(field: &str) -> &str {
    field.rsplit('.').next().unwrap_or_default()
}

fn template(text: &str) -> String {
    let text = text.replace("\\\"", "\"");
    let mut out = String::new();
    for (at, part) in text.split('"').enumerate() {
        // Every other part stands in quotes.
        if at % 2 == 0 {
            out.extend(part.chars().filter(|c| !c.is_ascii_digit()));
        } else {
            out.push('_');
        }
    }
    out
}
