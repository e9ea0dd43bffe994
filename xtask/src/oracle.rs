//! `cargo xtask oracle`: netpol against the API server's own code.
//!
//! Builds the Go program of `tests/oracle` for each Kubernetes minor, asks both the same questions
//! and prints every difference.

mod compare;
mod mutate;
mod ours;
mod policy;
mod pools;
pub mod random;
mod server;
mod text;
mod vectors;

use netpol::options::Minor;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str =
    "usage: cargo xtask oracle [--minor 1.36]… [--count 2000] [--seed 1] [--keep] [--data] [--show]

  --minor   the Kubernetes minor whose code answers; default all
  --count   how many mutations
  --seed    the first of them
  --keep    writes one small case of each kind to tests/oracle/vectors.jsonl
  --show    prints questions and the server's answers, and compares nothing
  --data    checks the Go program itself against the answers in $NETPOL_DATA/validation";

/// What was asked for.
struct Args {
    minors: Vec<String>,
    count: u64,
    seed: u64,
    keep: bool,
    data: bool,
    show: bool,
}

/// Runs the command.
pub fn run(args: &[String]) -> Result<ExitCode, String> {
    let args = parse(args)?;
    let equal = if args.data {
        against_data()?
    } else if args.show {
        show(&args)?
    } else if args.keep {
        vectors::keep(&questions(&args))?
    } else {
        against_netpol(&args)?
    };
    Ok(if equal { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn parse(args: &[String]) -> Result<Args, String> {
    let mut parsed = Args { minors: Vec::new(), count: 2000, seed: 1, keep: false, data: false, show: false };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("`{arg}` needs a value"));
        let number = |text: &String| text.parse().map_err(|_| format!("`{text}` is no number"));
        match arg.as_str() {
            "--minor" => parsed.minors.push(value()?.clone()),
            "--count" => parsed.count = number(value()?)?,
            "--seed" => parsed.seed = number(value()?)?,
            "--keep" => parsed.keep = true,
            "--data" => parsed.data = true,
            "--show" => parsed.show = true,
            _ => return Err(USAGE.into()),
        }
    }
    if parsed.minors.is_empty() {
        parsed.minors = server::RELEASES.map(|(minor, _)| minor.to_string()).into();
    }
    Ok(parsed)
}

/// Prints every question and what the server of each minor says.
fn show(args: &Args) -> Result<bool, String> {
    let asked = questions(args);
    for minor in &args.minors {
        for ((question, mutations), answer) in asked.iter().zip(ask(minor, &asked)?) {
            let row = json!({"minor": minor, "mutations": mutations, "question": question, "answer": answer});
            println!("{row}");
        }
    }
    Ok(true)
}

/// A question and the mutations in it.
type Asked = (Value, Vec<&'static str>);

fn questions(args: &Args) -> Vec<Asked> {
    (args.seed..args.seed + args.count).map(mutate::question).collect()
}

fn ask(minor: &str, asked: &[Asked]) -> Result<Vec<Value>, String> {
    let questions: Vec<Value> = asked.iter().map(|it| it.0.clone()).collect();
    server::ask(&server::build(minor)?, &[], &questions)
}

/// Whether netpol answers as the server does, minor by minor. Prints each difference.
fn against_netpol(args: &Args) -> Result<bool, String> {
    let asked = questions(args);
    let mut all_equal = true;
    for minor in &args.minors {
        let version = Minor::parse(minor).ok_or_else(|| format!("netpol knows no Kubernetes `{minor}`"))?;
        let (mut equal, mut skipped) = (0, 0);
        for ((question, mutations), answer) in asked.iter().zip(ask(minor, &asked)?) {
            let got = ours::answer(question, version);
            if got["verdict"] == "none" || answer["verdict"] == "none" {
                skipped += 1;
                continue;
            }
            let differences = compare::differences(&answer, &got);
            equal += u64::from(differences.is_empty());
            if differences.is_empty() {
                continue;
            }
            println!(
                "--- {minor}, seed {}, {}",
                question["id"].as_str().unwrap_or_default(),
                mutations.join(" + ")
            );
            for it in differences {
                println!("{}\n  server {}\n  netpol {}", it.part, it.expected, it.got);
            }
            for part in ["text", "old"] {
                if let Some(text) = question[part].as_str() {
                    println!("{part}:\n{text}");
                }
            }
        }
        // Skipped: no policy is left in the text, or the object before the update is none.
        println!("{minor}: {equal} of {} equal, {skipped} skipped", args.count);
        all_equal &= equal + skipped == args.count;
    }
    Ok(all_equal)
}

/// Whether the Go program gives the stored answers of kube-apiserver 1.36, with the gate
/// StrictIPCIDRValidation on and off.
fn against_data() -> Result<bool, String> {
    let data = std::env::var("NETPOL_DATA").map_err(|_| "NETPOL_DATA is not set")?;
    let folder = Path::new(&data).join("validation");
    let program = server::build("1.36")?;
    let mut expected = stored(&folder.join("np_expected.jsonl"))?;
    let mut questions = Vec::new();
    for answer in &expected {
        let file = answer["file"].as_str().unwrap_or_default();
        let text = fs::read_to_string(folder.join(file)).map_err(|e| format!("{file}: {e}"))?;
        questions.push(json!({"id": file, "text": text}));
    }
    let on = report(&questions, &expected, &server::ask(&program, &[], &questions)?);
    for other in stored(&folder.join("np_expected_gate_off_diff.jsonl"))? {
        if let Some(same) = expected.iter_mut().find(|it| it["file"] == other["file"]) {
            *same = other;
        }
    }
    let flags = ["-gates", "StrictIPCIDRValidation=false"];
    let off = report(&questions, &expected, &server::ask(&program, &flags, &questions)?);
    println!("{on} of {0} equal, {off} of {0} with StrictIPCIDRValidation off", questions.len());
    Ok(on == questions.len() && off == questions.len())
}

/// Prints what differs; gives how many are equal.
fn report(questions: &[Value], expected: &[Value], got: &[Value]) -> usize {
    let mut equal = 0;
    for ((question, want), got) in questions.iter().zip(expected).zip(got) {
        let differences = compare::differences(want, got);
        if differences.is_empty() {
            equal += 1;
        }
        for it in differences {
            println!("{}: {}\n  expected {}\n  got      {}", question["id"], it.part, it.expected, it.got);
        }
    }
    equal
}

fn stored(path: &Path) -> Result<Vec<Value>, String> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut rows = Vec::new();
    for line in text.lines() {
        let mut row: Value = serde_json::from_str(line).map_err(|e| format!("{}: {e}", path.display()))?;
        if let Some(file) = row["file"].as_str() {
            row["file"] = file.trim_start_matches("./").into();
        }
        rows.push(row);
    }
    Ok(rows)
}
