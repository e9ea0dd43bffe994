//! `call(method, request) -> answer`: the only surface a host sees. JSON text in, JSON text out.
//!
//! Knows nothing of hosts. A request that cannot be read, or a method that does not exist, gives
//! `{"schemaVersion": 1, "error": {"code", "message", "at"}}`, never a panic.

pub(crate) mod options;
pub(crate) mod reader;
mod request;

use crate::admission;
use crate::api::{self, ApiError, SCHEMA_VERSION, Tool};
use crate::config::unknown;
use reader::Reader;
use serde::Serialize;

/// The methods, in the order documentation lists them.
const METHODS: [&str; 11] =
    ["check", "map", "why", "fix", "admission", "render", "explain", "hover", "complete", "words", "version"];

/// Answers one request.
///
/// ```
/// let request = r#"{"sources": [{"path": "a.yaml", "text": "kind: Pod"}]}"#;
/// let answer = netpol::call("check", request);
/// assert!(answer.contains(r#""objects":0"#));
/// assert!(netpol::call("chek", "{}").contains("did you mean `check`?"));
/// ```
#[must_use]
pub fn call(method: &str, request: &str) -> String {
    answer(method, request).unwrap_or_else(|error| write(&Failure { schema_version: SCHEMA_VERSION, error }))
}

fn answer(method: &str, request: &str) -> Result<String, ApiError> {
    match method {
        "version" => Ok(write(&Version { schema_version: SCHEMA_VERSION, tool: Tool::THIS })),
        "check" => {
            let tree = Reader::parse(request)?;
            let request = request::check(&tree.root())?;
            Ok(write(&api::check(&request.input, &request.options)?))
        }
        "map" => {
            let tree = Reader::parse(request)?;
            let request = request::check(&tree.root())?;
            Ok(write(&api::map(&request.input, &request.options)?))
        }
        "why" => {
            let tree = Reader::parse(request)?;
            let (request, question) = request::why(&tree.root())?;
            Ok(write(&api::why(&request.input, &question, &request.options)?))
        }
        "fix" => {
            let tree = Reader::parse(request)?;
            let request = request::fix(&tree.root())?;
            let permitted = api::Permitted { unsafe_fixes: request.unsafe_fixes, ..Default::default() };
            Ok(write(&api::fix(&request.inner.input, &request.inner.options, &permitted)?))
        }
        "admission" => Ok(admission::review(request)),
        #[cfg(feature = "text")]
        "render" => {
            let tree = Reader::parse(request)?;
            let request = request::render(&tree.root())?;
            let text = crate::report::render(&request.asked, &request.inner, request.format)?;
            Ok(write(&Rendered { schema_version: SCHEMA_VERSION, text }))
        }
        #[cfg(feature = "text")]
        "explain" => {
            let tree = Reader::parse(request)?;
            Ok(write(&crate::report::explain(&request::explain(&tree.root())?)?))
        }
        #[cfg(feature = "text")]
        "words" => {
            let tree = Reader::parse(request)?;
            let request = request::check(&tree.root())?;
            Ok(write(&api::words(&request.input, &request.options)))
        }
        #[cfg(feature = "text")]
        "hover" | "complete" => {
            let tree = Reader::parse(request)?;
            let (request, path, offset) = request::at(&tree.root())?;
            Ok(match method {
                "hover" => write(&api::hover(&request.input, &request.options, &path, offset)),
                _ => write(&api::complete(&request.input, &request.options, &path, offset)),
            })
        }
        #[cfg(not(feature = "text"))]
        "render" | "explain" | "words" | "hover" | "complete" => {
            Err(ApiError::new("not-in-this-build", "", format!("`{method}` is not part of this build")))
        }
        _ => Err(ApiError::new("unknown-method", "", unknown("method", method, METHODS))),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    schema_version: u32,
    error: ApiError,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    schema_version: u32,
    tool: Tool,
}

#[cfg(feature = "text")]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rendered {
    schema_version: u32,
    text: String,
}

/// Our shapes always serialise: no map has keys that are not text, no number is not finite.
fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::call;
    use serde_json::Value;

    fn fault(method: &str, request: &str) -> String {
        let answer: Value = serde_json::from_str(&call(method, request)).unwrap();
        answer["error"]["message"].as_str().unwrap_or("no error").to_owned()
    }

    /// An answer about nothing would look like one without findings.
    #[test]
    fn what_is_judged_must_be_named() {
        for method in ["check", "map", "fix"] {
            for request in ["{}", "null", r#"{"sources": null}"#, r#"{"with": []}"#] {
                assert_eq!(fault(method, request), "`sources` must be a list, not null", "{request}");
            }
            assert_eq!(fault(method, r#"{"sources": []}"#), "no error");
        }
        assert_eq!(
            fault("check", r#"{"source": []}"#),
            "there is no field `source`; did you mean `sources`?"
        );
    }

    #[test]
    fn a_request_is_one_value_of_json() {
        for (request, reason) in [
            ("", "unexpected EOF"),
            (r#"{"sources": ["#, "unexpected EOF"),
            ("sources: []", "offset 1: invalid character 's' looking for beginning of value"),
            (
                r#"{"sources": [],}"#,
                "offset 16: invalid character '}' looking for beginning of object key string",
            ),
            (r#"{"sources": []} {}"#, "offset 17: invalid character '{' after top-level value"),
        ] {
            assert_eq!(fault("check", request), format!("the request is not JSON: {reason}"), "{request}");
        }
    }
}
