//! What checking costs beside reading: `cargo bench --bench check [policies] [rounds]`.
//!
//! Generates policies from a seed, then times in turn, in one process, the YAML library's bare
//! event loop over their text, reading with validation, the whole of `check`, and `call`, which is
//! what `node benches/check.mjs` asks of the npm package. Prints ratios; absolute times depend on the
//! machine. `NETPOL_BENCH_OUT` names a file for the text, so that other programs can be timed on the
//! same bytes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a bench fails by panicking"
)]

use libyaml_safer::{EventData, Parser};
use netpol::{Input, Options, check, manifest, source::Source};
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    let (count, times): (u32, u32) = (numbers.next().unwrap_or(10_000), numbers.next().unwrap_or(5));
    let text = policies(count);
    if let Some(path) = std::env::var_os("NETPOL_BENCH_OUT") {
        std::fs::write(path, &text).unwrap();
    }
    let options = Options::default();
    let request = serde_json::json!({"sources": [{"path": "policies.yaml", "text": text}]}).to_string();
    let mut rounds: Vec<[f64; 4]> = Vec::new();
    for _ in 0..=times {
        let input = Input::text("policies.yaml", text.clone());
        let sources = [Source::text("policies.yaml", text.clone())];
        rounds.push([
            seconds(|| events(&text)),
            seconds(|| manifest::read(&sources, &[], &options).objects.len()),
            seconds(|| check(&input, &options).unwrap().diagnostics.len()),
            seconds(|| netpol::call("check", &request).len()),
        ]);
    }
    // The first round warms up.
    let median = |which: usize| {
        let mut all: Vec<f64> = rounds[1.min(rounds.len() - 1)..].iter().map(|round| round[which]).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let [bare, read, whole, called] = [median(0), median(1), median(2), median(3)];
    println!("{count} policies, {:.1} MB of YAML, medians of {times} rounds", text.len() as f64 / 1e6);
    println!("event loop of the YAML library      {bare:>7.3} s  1.00");
    println!("read, decode, validate              {read:>7.3} s  {:.2}", read / bare);
    println!("the whole of check                  {whole:>7.3} s  {:.2}", whole / bare);
    println!("the same by `call`, JSON in and out {called:>7.3} s  {:.2}", called / bare);
}

fn seconds<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}

/// Every event of the text, cut at `---` as Kubernetes cuts it.
fn events(text: &str) -> usize {
    let mut count = 0;
    for piece in text.split("\n---\n") {
        let mut bytes = piece.as_bytes();
        let mut parser = Parser::new();
        parser.set_input_string(&mut bytes);
        loop {
            let event = parser.parse().unwrap();
            count += 1;
            if matches!(event.data, EventData::StreamEnd) {
                break;
            }
        }
    }
    count
}

/// Policies shaped like real ones: 30 % select every pod, 73 % have one rule and 17 % none, 40 %
/// list egress, 12 % name a namespace and pods in one peer, 12 % speak of UDP, 4 % of an ipBlock.
fn policies(count: u32) -> String {
    let mut random = 20_u64;
    let mut of = |n: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % n
    };
    let mut text = String::new();
    for at in 0..count {
        let w = &mut text;
        let egress = of(100) < 40;
        let (direction, peers) = if egress { ("egress", "to") } else { ("ingress", "from") };
        let kind = if egress { "Egress" } else { "Ingress" };
        writeln!(w, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:").unwrap();
        writeln!(
            w,
            "  name: policy-{at}\n  namespace: team-{}\n  labels:\n    app: app-{}",
            at % 600,
            of(40)
        )
        .unwrap();
        if of(100) < 30 {
            writeln!(w, "spec:\n  podSelector: {{}}").unwrap();
        } else {
            writeln!(
                w,
                "spec:\n  podSelector:\n    matchLabels:\n      app.kubernetes.io/name: app-{}",
                of(40)
            )
            .unwrap();
        }
        writeln!(w, "  policyTypes:\n  - {kind}").unwrap();
        let rules = match of(100) {
            0..=16 => 0,
            17..=89 => 1,
            _ => 2 + of(2),
        };
        if rules > 0 {
            writeln!(w, "  {direction}:").unwrap();
        }
        for _ in 0..rules {
            writeln!(w, "  - {peers}:").unwrap();
            match of(100) {
                0..=3 => writeln!(w, "    - ipBlock:\n        cidr: 10.{}.0.0/16", of(256)).unwrap(),
                4..=15 => writeln!(
                    w,
                    "    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: team-{}\n      podSelector:\n        matchLabels:\n          app: app-{}",
                    of(600),
                    of(40)
                )
                .unwrap(),
                _ => writeln!(w, "    - podSelector:\n        matchLabels:\n          app: app-{}", of(40)).unwrap(),
            }
            let protocol = if of(100) < 12 { "UDP" } else { "TCP" };
            writeln!(w, "    ports:\n    - protocol: {protocol}\n      port: {}", 1 + of(9_000)).unwrap();
        }
        if at + 1 < count {
            writeln!(w, "---").unwrap();
        }
    }
    text
}
