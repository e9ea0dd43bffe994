//! `cargo xtask play`: builds the playground into `www/dist` and serves it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path};
use std::thread;

use crate::setup;
use crate::shell::{Outcome, execute, program, root, say};

/// Builds the page and serves it until it is stopped. `--build` only builds; a number is the port.
pub fn run(arguments: &[String]) -> Outcome {
    build()?;
    if arguments.iter().any(|it| it == "--build") {
        return Ok(());
    }
    let port = arguments.iter().find_map(|it| it.parse().ok()).unwrap_or(4173);
    serve(port)
}

/// `www/dist`, from `pkg/dist`, which `cargo xtask build` makes.
pub fn build() -> Outcome {
    if !root().join("pkg/dist/netpol_bg.wasm").exists() {
        crate::build::run(&[])?;
    }
    let www = root().join("www");
    if !www.join("node_modules").exists() {
        say("installing the packages of the playground");
        execute(program("npm", &["ci", "--no-audit", "--no-fund"]).current_dir(&www))?;
    }
    say("building the playground");
    execute(program("npm", &["run", "--silent", "build"]).current_dir(&www))
}

/// The tests of the playground, in a browser where there is one.
pub fn test() -> Outcome {
    build()?;
    if let Err(missing) = setup::browser() {
        say(&format!("the playground is not tested: {missing}"));
        return Ok(());
    }
    say("the playground in a browser");
    execute(program("npm", &["test", "--silent"]).current_dir(root().join("www")))
}

fn serve(port: u16) -> Outcome {
    let listener = TcpListener::bind(("127.0.0.1", port)).map_err(|fault| format!("port {port}: {fault}"))?;
    say(&format!("the playground is at http://127.0.0.1:{port}/ (Ctrl+C ends)"));
    let dist = root().join("www/dist");
    for stream in listener.incoming().flatten() {
        let dist = dist.clone();
        // A browser that goes away in the middle is nobody's fault.
        thread::spawn(move || answer(&stream, &dist).ok());
    }
    Ok(())
}

fn answer(mut stream: &TcpStream, dist: &Path) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or("/").split(['?', '#']).next().unwrap_or("/");
    let file = match path.trim_start_matches('/') {
        "" => "index.html",
        other => other,
    };
    let inside = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
    let body = if inside { fs::read(dist.join(file)).ok() } else { None };
    let (status, body) = body.map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
    let kind = match Path::new(file).extension().and_then(|it| it.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&body)
}
