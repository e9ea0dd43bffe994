//! The questions of the parity run: our own, from tests/parity/requests, and one `check` and one
//! `map` for each file of the shared corpus and validation set where `NETPOL_DATA` names them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::shell::{Outcome, files, read, root, say, write as write_file};

pub struct Request {
    /// Where it comes from, for the reader.
    pub title: String,
    pub method: String,
    /// What `call` is given: JSON text, or what should have been.
    pub text: String,
}

/// All of them, in the same order each time.
pub fn gather() -> Outcome<Vec<Request>> {
    let mut requests = own()?;
    match std::env::var_os("NETPOL_DATA").map(PathBuf::from) {
        Some(data) => {
            for folder in ["corpus", "validation/np"] {
                requests
                    .extend(files(&data.join(folder)).iter().filter_map(|file| asked(&data, file)).flatten());
            }
        }
        None => say("NETPOL_DATA is not set: only our own requests, not the shared corpus"),
    }
    Ok(requests)
}

/// A file holds a list of `{"method", "request"}`; a request that is a string is sent as it is.
fn own() -> Outcome<Vec<Request>> {
    let mut requests = Vec::new();
    for file in files(&root().join("tests/parity/requests")) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let list: Vec<Value> =
            serde_json::from_slice(&read(&file)?).map_err(|fault| format!("{name}: {fault}"))?;
        for (number, entry) in list.into_iter().enumerate() {
            let text = match &entry["request"] {
                Value::String(text) => text.clone(),
                request => request.to_string(),
            };
            let method = entry["method"].as_str().unwrap_or_default().to_owned();
            requests.push(Request { title: format!("{name}, request {number}"), method, text });
        }
    }
    Ok(requests)
}

/// Files of manifests only; what is not UTF-8 cannot be put into a request.
fn asked(data: &Path, file: &Path) -> Option<[Request; 2]> {
    let manifest =
        file.extension().is_some_and(|end| ["yaml", "yml", "json"].iter().any(|known| end == *known));
    let text = String::from_utf8(read(file).ok().filter(|_| manifest)?).ok()?;
    let path = file.strip_prefix(data).unwrap_or(file).to_string_lossy().into_owned();
    let request = json!({"sources": [{"path": path, "text": text}]}).to_string();
    Some(["check", "map"].map(|method| Request {
        title: format!("{method} of {path}"),
        method: method.to_owned(),
        text: request.clone(),
    }))
}

/// One line each, as the hosts read them.
pub fn write<'r>(file: &Path, requests: impl IntoIterator<Item = &'r Request>) -> Outcome {
    let mut lines = String::new();
    for request in requests {
        lines.push_str(&json!({"method": request.method, "request": request.text}).to_string());
        lines.push('\n');
    }
    write_file(file, lines.as_bytes())
}
