//! The OPA bundle: a tar.gz of the module, its manifest and empty data, the same bytes each time.

use std::io::Write;

use flate2::{Compression, GzBuilder};
use serde_json::json;

use crate::shell::{Outcome, digest, dist, read, write as write_file};

/// The names that the module answers to, in the order of their numbers.
const ENTRYPOINTS: [&str; 6] =
    ["netpol/admission", "netpol/violations", "netpol/deny", "netpol/warn", "netpol/report", "netpol/call"];

/// Writes `dist/netpol.bundle.tar.gz`.
pub fn write() -> Outcome {
    let module = read(&dist().join("netpol.opa.wasm"))?;
    let wasm: Vec<_> =
        ENTRYPOINTS.iter().map(|name| json!({"entrypoint": name, "module": "/policy.wasm"})).collect();
    // Only the entrypoints belong to the bundle: `data.netpol.options` is the user's.
    let manifest = json!({"revision": digest(&module), "roots": ENTRYPOINTS, "wasm": wasm}).to_string();
    let files: [(&str, &[u8]); 3] =
        [("/policy.wasm", &module), ("/data.json", b"{}"), ("/.manifest", manifest.as_bytes())];
    let told = |fault: std::io::Error| format!("cannot pack the bundle: {fault}");
    let mut packed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    for (name, bytes) in files {
        packed.write_all(&header(name, bytes.len())).map_err(told)?;
        packed.write_all(bytes).map_err(told)?;
        packed.write_all(&vec![0; bytes.len().next_multiple_of(512) - bytes.len()]).map_err(told)?;
    }
    packed.write_all(&[0; 1024]).map_err(told)?;
    write_file(&dist().join("netpol.bundle.tar.gz"), &packed.finish().map_err(told)?)
}

/// A tar header (POSIX ustar) of a plain file that nobody owns, from the beginning of time.
fn header(name: &str, size: usize) -> [u8; 512] {
    let mut header = [0; 512];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{size:011o}\0"));
    put(136, "00000000000\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}
