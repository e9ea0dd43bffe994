//! Admission: one request of the API server, or objects in any shape that engines hand around, to
//! a decision in the shape that the engine wants.
//!
//! Always answers with a verdict; what cannot be read is an error inside it, and denies. Knows
//! nothing of wasm and memory: `bindings` brings the text and takes the text.

mod answer;
mod classes;
mod handed;
mod judge;
mod known;
mod review;
mod settings;

pub use answer::ENTRYPOINTS;
pub use classes::{Class, Origin, class};
pub use handed::Handed;
pub use judge::{Notice, Verdict, decide};
pub use review::{Operation, Review};
pub use settings::{Mode, Settings};

use serde_json::Value;

/// Answers an entrypoint of [`ENTRYPOINTS`] in Open Policy Agent: `input` and `data` as JSON text.
/// Settings are `data.netpol.options`, under the `parameters` of Gatekeeper's input. Nothing where
/// there is no such entrypoint.
///
/// ```
/// let policy = r#"{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}}"#;
/// let review = format!(r#"{{"request": {{"uid": "1", "operation": "CREATE", "object": {policy}}}}}"#);
/// let answer = netpol::admission::opa("netpol/admission", &review, "{}").unwrap();
/// assert!(answer.contains(r#""allowed":true"#), "{answer}");
/// ```
#[must_use]
pub fn opa(entrypoint: &str, input: &str, data: &str) -> Option<String> {
    let options = match data {
        // Most hosts have none, and each evaluation reads it anew.
        "{}" | "null" => Ok(Value::Null),
        _ => parse(data, "data")
            .map(|mut data| data.pointer_mut("/netpol/options").map(Value::take).unwrap_or_default()),
    };
    answer::opa(entrypoint, input, options)
}

/// Whether this is a request of our own, for `call`, and nothing of an engine's.
#[must_use]
pub fn is_request(input: &str) -> bool {
    // Reading a large object twice only to see that it is none would be dear.
    input.contains("\"sources\"") && review::scan(input, "input").is_ok_and(|given| given.has_sources)
}

/// Answers an operation of Kubewarden: `protocol_version`, `validate_settings` or `validate`.
/// Nothing where there is no such operation.
#[must_use]
pub fn kubewarden(operation: &str, payload: &str) -> Option<String> {
    answer::kubewarden(operation, payload)
}

/// Answers `{"request": AdmissionRequest, "settings"}`, which is an AdmissionReview with settings,
/// with the AdmissionReview that goes back.
#[must_use]
pub fn review(request: &str) -> String {
    answer::review(request)
}

/// Reads what is small: settings, and data with settings.
fn parse(text: &str, what: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|fault| format!("the {what} is not JSON: {fault}"))
}
