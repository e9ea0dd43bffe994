//! Verdicts in the shapes that engines read.

use serde::Serialize;
use serde_json::{Value, json};

use super::classes::Origin;
use super::handed::Handed;
use super::judge::{Notice, Subject, Verdict, decide, judge};
use super::parse;
use super::review::{Asked, Given, scan};
use super::settings::Settings;
use crate::{api, config, manifest};

/// The names that OPA's hosts evaluate, by number; 0 is the one that Kubewarden's calls.
/// `netpol/call` is answered by `call` itself.
pub const ENTRYPOINTS: [&str; 6] =
    ["netpol/admission", "netpol/violations", "netpol/deny", "netpol/warn", "netpol/report", "netpol/call"];

/// Requests of our own bring their options; the bindings hand them to `call`.
const OWN: &str = "a request with `sources` is answered by `netpol/report` and `netpol/call` alone";

/// A message names lint, field and repair within so many characters; whoever shows it may cut it
/// there.
const HEAD: usize = 120;
/// Of which the field gets no more than this.
const FIELD: usize = 52;

/// The answer of an entrypoint to an input, under options that lie in OPA's data.
pub(super) fn opa(entrypoint: &str, input: &str, options: Result<Value, String>) -> Option<String> {
    let given = scan(input, "input");
    if entrypoint == "netpol/report" {
        return Some(written(&report(given, options)));
    }
    let verdict = verdict(given, options);
    let answer = match entrypoint {
        "netpol/admission" => return Some(written(&admission(&verdict))),
        "netpol/violations" => violations(&verdict),
        "netpol/deny" => plain(denials(&verdict), &verdict.denials),
        "netpol/warn" => plain(warnings(&verdict), &verdict.warnings),
        _ => return None,
    };
    Some(written(&answer))
}

/// The answer of an operation to its payload.
pub(super) fn kubewarden(operation: &str, payload: &str) -> Option<String> {
    let answer = match operation {
        "protocol_version" => json!("v1"),
        "validate_settings" => {
            let settings = parse(payload, "payload").map_err(|fault| vec![fault]);
            match settings.and_then(|settings| Settings::read(&settings)) {
                Ok(_) => json!({"valid": true, "message": null}),
                Err(faults) => json!({"valid": false, "message": faults.join("; ")}),
            }
        }
        "validate" => {
            let verdict = verdict_by_own_settings(payload, "payload");
            let message = message(&verdict);
            json!({
                "accepted": verdict.allowed(),
                "message": message,
                "code": message.is_some().then(|| code(&verdict)),
                "warnings": warnings(&verdict),
                "audit_annotations": audit(&verdict),
                "mutated_object": null,
            })
        }
        _ => return None,
    };
    Some(written(&answer))
}

/// The answer to `{"request", "settings"}`, as an AdmissionReview.
pub(super) fn review(payload: &str) -> String {
    written(&admission(&verdict_by_own_settings(payload, "request")))
}

/// What comes of a payload that brings its settings.
fn verdict_by_own_settings(payload: &str, what: &str) -> Verdict {
    let given = scan(payload, what);
    let settings = given.as_ref().ok().and_then(|given| given.settings);
    let settings = settings.map_or(Ok(Value::Null), |settings| parse(settings, "settings"));
    verdict(given, settings)
}

/// What comes of an input; faults of input and settings are in the verdict.
fn verdict(given: Result<Given<'_>, String>, options: Result<Value, String>) -> Verdict {
    let (given, options) = match (given, options) {
        (Ok(given), Ok(options)) => (given, options),
        (given, options) => {
            let faults = [given.err(), options.err()];
            return Verdict::error(faults.into_iter().flatten().collect());
        }
    };
    // The uid goes back even where nothing else could be read.
    let uid = given.uid();
    let parameters = given.parameters_of_review();
    let asked = match given.asked() {
        Ok(asked) => asked,
        Err(fault) => return Verdict { uid, ..Verdict::error(vec![fault]) },
    };
    let settings = match settings(options, parameters) {
        Ok(settings) => settings,
        Err(faults) => {
            let faults = faults.into_iter().map(|fault| format!("settings: {fault}")).collect();
            return Verdict { uid, ..Verdict::error(faults) };
        }
    };
    match asked {
        Asked::Review(review) => decide(*review, settings),
        Asked::Manifests(manifests) => {
            let subjects = manifests.into_iter().map(subject).collect();
            judge(subjects, Origin::Manifest, &settings)
        }
        Asked::Check => Verdict::error(vec![OWN.to_owned()]),
    }
}

fn subject((path, object): (String, Handed)) -> Subject {
    let path = if path.is_empty() { object.label() } else { path };
    Subject { path, object, old: None }
}

/// Gatekeeper's parameters over the options in the data.
fn settings(mut options: Value, parameters: Option<&str>) -> Result<Settings, Vec<String>> {
    if let Some(parameters) = parameters {
        match (&mut options, parse(parameters, "settings").map_err(|fault| vec![fault])?) {
            (_, Value::Null) => {}
            (Value::Object(fields), Value::Object(parameters)) => fields.extend(parameters),
            (options, parameters) => *options = parameters,
        }
    }
    Settings::read(&options)
}

/// The `check` report of an input.
fn report(given: Result<Given<'_>, String>, options: Result<Value, String>) -> Value {
    let failed = |message: String| json!({"schemaVersion": api::SCHEMA_VERSION, "error": {"code": "invalid-request", "message": message, "at": ""}});
    let (given, settings) = match (given, options.map(|options| Settings::read(&options))) {
        (Ok(given), Ok(Ok(settings))) => (given, settings),
        (Err(fault), _) | (_, Err(fault)) => return failed(fault),
        (_, Ok(Err(faults))) => return failed(faults.join("; ")),
    };
    let objects: Vec<(String, Handed)> = match given.asked() {
        Ok(Asked::Review(review)) => {
            review.object.map(|object| (String::new(), object)).into_iter().collect()
        }
        Ok(Asked::Manifests(manifests)) => manifests,
        Ok(Asked::Check) => return failed(OWN.to_owned()),
        Err(fault) => return failed(fault),
    };
    let sources = objects.into_iter().map(subject).map(|it| it.object.into_source(it.path)).collect();
    let options = &settings.options;
    match config::levels(options) {
        Ok(levels) => {
            let report = api::report(&manifest::read_parsed(sources, false, options), options, &levels);
            serde_json::to_value(report).unwrap_or_default()
        }
        Err(fault) => failed(fault),
    }
}

/// The AdmissionReview that answers one, its fields in the order of their names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answered<'v> {
    api_version: &'static str,
    kind: &'static str,
    response: Response<'v>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'v> {
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    audit_annotations: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    uid: &'v str,
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct Status {
    code: u16,
    message: String,
}

fn admission(verdict: &Verdict) -> Answered<'_> {
    Answered {
        api_version: "admission.k8s.io/v1",
        kind: "AdmissionReview",
        response: Response {
            allowed: verdict.allowed(),
            audit_annotations: (!verdict.audited.is_empty()).then(|| audit(verdict)),
            status: message(verdict).map(|message| Status { code: code(verdict), message }),
            uid: &verdict.uid,
            warnings: warnings(verdict),
        },
    }
}

fn written(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}

/// What Gatekeeper expects of a constraint.
fn violations(verdict: &Verdict) -> Value {
    let denied = verdict
        .denials
        .iter()
        .map(|notice| json!({"msg": told(notice, verdict), "details": details(notice)}));
    let errors = verdict.errors.iter().map(|error| json!({"msg": error, "details": {"error": error}}));
    errors.chain(denied).collect()
}

/// What conftest expects of `deny` and `warn`: a message each, and details where there are some.
fn plain(messages: Vec<String>, notices: &[Notice]) -> Value {
    let unlinted = messages.len().saturating_sub(notices.len());
    let details = std::iter::repeat_n(Value::Null, unlinted).chain(notices.iter().map(details));
    messages.into_iter().zip(details).map(|(msg, details)| json!({"msg": msg, "details": details})).collect()
}

fn details(notice: &Notice) -> Value {
    let finding = &notice.finding;
    json!({
        "lint": finding.lint, "code": finding.code, "severity": finding.severity, "message": finding.message,
        "help": finding.help, "field": finding.field, "fingerprint": finding.fingerprint, "url": finding.url,
        "object": finding.object, "existing": notice.existing,
    })
}

fn code(verdict: &Verdict) -> u16 {
    if verdict.errors.is_empty() { 403 } else { 400 }
}

/// The whole message of a denial.
fn message(verdict: &Verdict) -> Option<String> {
    (!verdict.allowed()).then(|| denials(verdict).join("\n"))
}

fn denials(verdict: &Verdict) -> Vec<String> {
    let errors = verdict.errors.iter().map(|error| signed(error.clone(), verdict));
    errors.chain(verdict.denials.iter().map(|notice| told(notice, verdict))).collect()
}

/// Warnings, each short enough to be shown whole.
fn warnings(verdict: &Verdict) -> Vec<String> {
    let contact = verdict.contact.as_ref().map_or(0, |contact| contact.chars().count() + 3);
    let room = (HEAD - 1).saturating_sub(contact).max(HEAD / 2);
    let notes = verdict.notes.iter().map(|note| signed(cut(note, room), verdict));
    notes.chain(verdict.warnings.iter().map(|notice| signed(head(notice, room), verdict))).collect()
}

/// The findings that nobody is told of, for the audit log.
fn audit(verdict: &Verdict) -> Value {
    let told: Vec<String> = verdict
        .audited
        .iter()
        .map(|notice| match &notice.excepted {
            Some(reason) => format!("{} (excepted: {reason})", notice.finding.lint),
            None => notice.finding.lint.to_owned(),
        })
        .collect();
    if told.is_empty() { json!({}) } else { json!({"netpol.findings": told.join(", ")}) }
}

/// The whole message about a finding.
fn told(notice: &Notice, verdict: &Verdict) -> String {
    let (head, finding) = (head(notice, HEAD), &notice.finding);
    let help = finding.help.iter().filter(|help| !head.ends_with(help.as_str()));
    let rest: Vec<&str> = std::iter::once(&finding.message).chain(help).map(String::as_str).collect();
    signed(format!("{head}: {}", rest.join("; ")), verdict)
}

fn signed(message: String, verdict: &Verdict) -> String {
    match &verdict.contact {
        Some(contact) => format!("{message} ({contact})"),
        None => message,
    }
}

/// Lint, field and repair, within so many characters.
fn head(notice: &Notice, room: usize) -> String {
    let finding = &notice.finding;
    let title = finding.fixes.first().map(|fix| fix.title.as_str());
    let repair = finding.help.as_deref().or(title).unwrap_or(&finding.message);
    let field = finding.field.as_deref().unwrap_or("the object");
    let start = format!("{} {} at {}: ", finding.code, finding.lint, cut_front(field, FIELD));
    let left = room.saturating_sub(start.chars().count());
    cut(&format!("{start}{}", cut(repair, left)), room)
}

/// The first characters of a text, with a mark where some are left out.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

/// The last characters of a text: the end of a field's path tells most.
fn cut_front(text: &str, room: usize) -> String {
    let length = text.chars().count();
    if length <= room {
        return text.to_owned();
    }
    std::iter::once('…').chain(text.chars().skip(length + 1 - room)).collect()
}
