//! `cargo xtask parity`: asks every host the same questions and compares the answers of `call`,
//! byte for byte, with those of the native build. Prints one SHA-256 a method; a difference shows
//! the first request it was found at. Hosts that cannot run here are named. With `--built`, the
//! modules are taken as they lie in `dist`.

mod hosts;
mod requests;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::build;
use crate::shell::{Outcome, say, target};
use hosts::Host;
use requests::Request;

/// Builds everything, then compares. Arguments name the hosts to run; none means all.
pub fn run(arguments: &[String]) -> Outcome {
    let (flags, wanted): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|argument| argument.starts_with("--"));
    match flags.as_slice() {
        [] => build::make()?,
        [flag] if *flag == "--built" => {}
        _ => return Err("the only flag is `--built`".to_owned()),
    }
    let folder = target().join("parity");
    fs::create_dir_all(&folder).map_err(|fault| format!("cannot make `{}`: {fault}", folder.display()))?;
    let requests = requests::gather()?;
    let file = folder.join("requests.jsonl");
    requests::write(&file, &requests)?;

    say(&format!("asking the native build {} questions", requests.len()));
    let native = hosts::NATIVE.answers(&file)?;
    if native.len() != requests.len() {
        return Err(format!("the native build gave {} answers to {} requests", native.len(), requests.len()));
    }
    for (method, (count, digest)) in digests(&requests, &native) {
        println!("{method:<12} {count:>6} answers  SHA-256 {digest}");
    }
    let mut faults = Vec::new();
    for host in
        hosts::OTHERS.iter().filter(|host| wanted.is_empty() || wanted.iter().any(|name| *name == host.name))
    {
        match compare(host, &folder, &requests, &native) {
            Ok(same) => println!("{:<24} {same}", host.name),
            Err(fault) => {
                println!("{:<24} DIFFERS", host.name);
                faults.push(format!("{}: {fault}", host.name));
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn compare(host: &Host, folder: &Path, requests: &[Request], native: &[String]) -> Outcome<String> {
    if let Some(missing) = host.missing() {
        return Ok(format!("not run: {missing}"));
    }
    say(&format!("asking {}", host.name));
    let answered = || requests.iter().zip(native).filter(|(request, _)| host.answers_to(&request.method));
    let all = answered().count();
    let asked = || answered().step_by(host.step(all));
    let file = folder.join("asked.jsonl");
    requests::write(&file, asked().map(|(request, _)| request))?;
    let answers = host.answers(&file)?;
    let different = asked().zip(&answers).find(|((_, native), answer)| native != answer);
    if let Some(((request, native), answer)) = different {
        return Err(format!(
            "{}\n  native: {}\n  here:   {}",
            request.title,
            around(native, answer),
            around(answer, native)
        ));
    }
    if answers.len() != asked().count() {
        return Err(format!("{} answers to {} requests", answers.len(), asked().count()));
    }
    let sample = if answers.len() < all { format!(" (a sample of {all})") } else { String::new() };
    Ok(format!("the same {} answers{sample}", answers.len()))
}

/// What one text says around the place where it leaves another.
fn around(text: &str, other: &str) -> String {
    let equal = text.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let from = text.floor_char_boundary(equal.saturating_sub(80));
    let to = text.floor_char_boundary(equal + 160);
    format!("…{}…", &text[from..to])
}

/// For each method, how many answers there are and the digest over them, in order.
fn digests<'a>(requests: &'a [Request], answers: &[String]) -> BTreeMap<&'a str, (usize, String)> {
    let mut running: BTreeMap<&str, (usize, Sha256)> = BTreeMap::new();
    for (request, answer) in requests.iter().zip(answers) {
        let (count, digest) = running.entry(&request.method).or_default();
        *count += 1;
        digest.update(answer);
        digest.update("\n");
    }
    let finish = |digest: Sha256| digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    running.into_iter().map(|(method, (count, digest))| (method, (count, finish(digest)))).collect()
}
