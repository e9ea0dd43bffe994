//! `call(method, request) -> answer`: the only surface a host sees. JSON text in, JSON text out.

/// Answers one request. Never panics; a request that cannot be read gives `{"error": …}`.
#[must_use]
pub fn call(method: &str, _request: &str) -> String {
    format!("{{\"schemaVersion\":1,\"error\":{{\"code\":\"unknown-method\",\"message\":\"no method `{method}`\"}}}}")
}
