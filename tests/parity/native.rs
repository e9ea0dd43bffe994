//! Answers a file of requests with the native build, for the parity run: one line
//! `{"method", "request"}` each; an answer is its length in bytes, a newline, its bytes, a newline.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (requests, answers) =
        arguments.next().zip(arguments.next()).ok_or("usage: answers <requests> <answers>")?;
    let mut out = std::io::BufWriter::new(std::fs::File::create(answers)?);
    for line in std::fs::read_to_string(requests)?.lines() {
        let line: serde_json::Value = serde_json::from_str(line)?;
        let part = |name: &str| line.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let answer = netpol::call(part("method"), part("request"));
        writeln!(out, "{}\n{answer}", answer.len())?;
    }
    Ok(out.flush()?)
}
