//! `cargo xtask fuzz`: texts nobody would write, read until the time is over.
//!
//! Builds itself with optimisation and unwinding (profile `fuzz`). A text depends on the seed and
//! its number alone. Each is written down before it is read, so that a crash of the whole process
//! leaves it behind; a panic is caught, its text cut down and printed; a text that takes more than
//! ten seconds is printed too and ends the run.

mod shrink;
mod texts;

use crate::oracle::random::Random;
use crate::shell::{Outcome, files, program, root, say, target};
use netpol::options::Limits;
use netpol::source::Span;
use netpol::syntax;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const USAGE: &str = "usage: cargo xtask fuzz [--seconds 60] [--seed 1]

  --seconds  how long
  --seed     the first number; another gives other texts";

/// Longer than any text may take.
const PATIENCE: u64 = 10;

/// The last panic: where it was raised, and its message.
static RAISED: Mutex<Option<(String, String)>> = Mutex::new(None);

/// The number of the text that is being read.
static READING: AtomicU64 = AtomicU64::new(0);

/// Runs the command.
pub fn run(args: &[String]) -> Outcome<ExitCode> {
    let (mut seconds, mut seed) = (60, 1);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let mut number = || rest.next().and_then(|it| it.parse::<u64>().ok()).ok_or(USAGE);
        match arg.as_str() {
            "--seconds" => seconds = number()?,
            "--seed" => seed = number()?,
            _ => return Err(USAGE.into()),
        }
    }
    let here = std::env::current_exe().map_err(|fault| fault.to_string())?;
    if here.parent().is_some_and(|folder| folder.ends_with("fuzz")) {
        return Ok(read(Duration::from_secs(seconds), seed));
    }
    say("building with optimisation");
    let mut cargo = program("cargo", &["run", "--quiet", "--profile", "fuzz", "--package", "xtask"]);
    let status = cargo.args(["--", "fuzz"]).args(args).status().map_err(|fault| fault.to_string())?;
    match status.code() {
        Some(0) => Ok(ExitCode::SUCCESS),
        Some(1) => Ok(ExitCode::FAILURE),
        _ => Err(format!("the process died with {status}; its last text is `{}`", last_text().display())),
    }
}

fn last_text() -> PathBuf {
    target().join("fuzz-last.txt")
}

/// Files to start from: policies and other objects of this repository.
fn seeds() -> Vec<String> {
    ["policies", "www/src/examples", "tests/oracle/seeds", "tests/lints"]
        .iter()
        .flat_map(|folder| files(&root().join(folder)))
        .filter(|path| path.extension().is_some_and(|end| end == "yaml" || end == "json" || end == "md"))
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect()
}

/// Reads texts until the time is over; prints every panic once.
fn read(time: Duration, seed: u64) -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or_default().to_owned();
        *RAISED.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((place, message));
    }));
    std::thread::spawn(watch);
    let seeds = seeds();
    say(&format!("reading for {} s from seed {seed}, {} files to start from", time.as_secs(), seeds.len()));
    let mut paper = File::create(last_text()).ok();
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    let (start, mut number, mut asked, mut bytes) = (Instant::now(), 0, 0_u64, 0_u64);
    let mut told = start;
    while start.elapsed() < time {
        number += 1;
        READING.store(number, Ordering::Relaxed);
        let mut random = Random::new(seed.wrapping_mul(1 << 40).wrapping_add(number));
        let text = texts::text(&mut random, &seeds);
        let ask = random.below(40) == 0;
        bytes += text.len() as u64;
        asked += u64::from(ask);
        if let Some(paper) = &mut paper {
            // Best effort: without it only a crash of the process loses its text.
            let _ = paper.rewind().and_then(|()| paper.write_all(text.as_bytes()));
            let _ = paper.set_len(text.len() as u64);
        }
        if let Some((place, message)) = panics(&text, ask) {
            let times = found.entry(place.clone()).or_default();
            *times += 1;
            if *times == 1 {
                let least = shrink::shrink(&text, |text| {
                    READING.fetch_add(1 << 48, Ordering::Relaxed);
                    panics(text, ask).is_some_and(|it| it.0 == place)
                });
                println!("panic at {place}: {message}\n  text {number}, cut down: {least:?}");
            }
        }
        if told.elapsed() > Duration::from_secs(60) {
            told = Instant::now();
            say(&format!("{number} texts after {} s", start.elapsed().as_secs()));
        }
    }
    println!(
        "{number} texts, {bytes} bytes, {asked} of them checked as policies, in {} s: {} kinds of panic",
        start.elapsed().as_secs(),
        found.len()
    );
    for (place, times) in &found {
        println!("  {times} times {place}");
    }
    if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Ends the process where one text takes too long.
fn watch() {
    let (mut before, mut since) = (0, Instant::now());
    loop {
        std::thread::sleep(Duration::from_millis(500));
        let now = READING.load(Ordering::Relaxed);
        if now != before {
            (before, since) = (now, Instant::now());
        } else if since.elapsed() > Duration::from_secs(PATIENCE) {
            let text = std::fs::read_to_string(last_text()).unwrap_or_default();
            println!("text {now} takes more than {PATIENCE} s: {text:?}");
            std::process::exit(1);
        }
    }
}

/// Where reading a text panics, and the message.
fn panics(text: &str, ask: bool) -> Option<(String, String)> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        parse(text);
        if ask {
            answer(text);
        }
    }));
    outcome.err()?;
    RAISED.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
}

/// Reads a text; every span must be a part of it, and the reader of plain text must read what the
/// parser reads.
fn parse(text: &str) {
    let parsed = syntax::parse(text, &Limits::default());
    let by_parser = syntax::parse_by_parser(text, &Limits::default());
    assert!(parsed == by_parser, "the reader of plain text and the parser differ");
    let part = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
    assert!(parsed.tree.nodes().all(|node| part(node.span)), "a node's span is no part of the text");
    assert!(parsed.documents.iter().all(|it| part(it.span)), "a document's span is no part of the text");
    assert!(parsed.faults.iter().all(|fault| part(fault.span)), "a fault's span is no part of the text");
    let comments = syntax::comments(text, &parsed);
    assert!(comments.iter().all(|it| part(it.span)), "a comment's span is no part of the text");
}

/// Checks a text as a source and has it fixed; both answers must be JSON objects.
fn answer(text: &str) {
    let request = json!({"sources": [{"path": "a.yaml", "text": text}]}).to_string();
    for method in ["check", "map", "fix"] {
        let answer = netpol::call(method, &request);
        let answer: Result<Value, _> = serde_json::from_str(&answer);
        assert!(answer.is_ok_and(|it| it.is_object()), "the answer to `{method}` is no JSON object");
    }
    let review = netpol::call("admission", text);
    assert!(serde_json::from_str::<Value>(&review).is_ok(), "the answer to `admission` is no JSON");
}
