//! One object with a list of thousands: what nobody writes, but anybody may send to an admission
//! webhook. Ten times the list must not cost a hundred times the time.

use std::time::Instant;

use netpol::{Input, Options, check};
use serde_json::{Value, json};

use crate::shell::Outcome;

/// Items of a list; the longer run has ten times as many.
const ITEMS: usize = 1_500;

/// The most that ten times the list may cost: what is sorted or looked up grows a little faster than
/// itself, and leaves the processor's caches. What compared all with all would cost 100.
const MOST: f64 = 25.0;

/// A spec whose list has so many items.
type Shape = (&'static str, fn(usize) -> Value);

const SHAPES: &[Shape] = &[
    ("blocks", |n| ingress(json!([{"from": list(n, |at| json!({"ipBlock": {"cidr": cidr(at)}}))}]))),
    ("exceptions", |n| {
        let except = list(n, |at| json!(cidr(at)));
        ingress(json!([{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": except}}]}]))
    }),
    ("pods", |n| ingress(json!([{"from": list(n, |at| pods(&format!("app-{at}")))}]))),
    ("the same pods", |n| ingress(json!([{"from": list(n, |_| pods("app"))}]))),
    ("namespaces", |n| {
        let named = |at| json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": format!("n{at}")}}});
        ingress(json!([{"from": list(n, named)}]))
    }),
    ("ports", |n| ingress(json!([{"ports": list(n, |at| json!({"port": at + 1}))}]))),
    ("the same port", |n| ingress(json!([{"ports": list(n, |_| json!({"port": 80}))}]))),
    ("port names", |n| ingress(json!([{"ports": list(n, |at| json!({"port": format!("p{at}")}))}]))),
    ("rules of ports", |n| ingress(list(n, |at| json!({"ports": [{"port": at + 1}]})))),
    ("rules of peers", |n| {
        ingress(list(n, |at| json!({"from": [pods(&format!("app-{at}"))], "ports": [{"port": 80}]})))
    }),
    ("the same rule", |n| ingress(list(n, |_| json!({"from": [pods("app")], "ports": [{"port": 80}]})))),
    ("empty rules", |n| ingress(list(n, |_| json!({})))),
    ("requirements", |n| {
        let not = |at| json!({"key": "app", "operator": "NotIn", "values": [format!("a{at}")]});
        ingress(json!([{"from": [{"podSelector": {"matchExpressions": list(n, not)}}]}]))
    }),
    ("unknown fields", |n| {
        let mut spec = ingress(json!([]));
        for at in 0..n {
            spec[format!("field{at}")] = json!(1);
        }
        spec
    }),
    ("bad peers", |n| ingress(json!([{"from": list(n, |_| json!("web"))}]))),
    ("bad blocks", |n| {
        ingress(json!([{"from": list(n, |at| json!({"ipBlock": {"cidr": format!("10.0.0.{at}")}}))}]))
    }),
];

fn ingress(rules: Value) -> Value {
    json!({"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"], "ingress": rules})
}

fn list(items: usize, item: impl Fn(usize) -> Value) -> Value {
    (0..items).map(item).collect()
}

fn pods(app: &str) -> Value {
    json!({"podSelector": {"matchLabels": {"app": app}}})
}

fn cidr(at: usize) -> String {
    format!("10.{}.{}.0/24", at / 256 % 256, at % 256)
}

/// Measures every shape in both sizes; fails where one costs more than [`MOST`] times the time.
pub(super) fn run() -> Outcome {
    let mut worst = Vec::new();
    for (name, spec) in SHAPES {
        let [small, large] = [ITEMS, 10 * ITEMS].map(|items| seconds(&spec(items)));
        println!("{name:<16} {:>7.1} ms {:>8.1} ms {:>6.1}x", small * 1e3, large * 1e3, large / small);
        if large / small > MOST {
            worst.push(*name);
        }
    }
    if worst.is_empty() {
        Ok(())
    } else {
        Err(format!("ten times the list cost more than {MOST} times the time: {}", worst.join(", ")))
    }
}

/// The fastest of three checks.
fn seconds(spec: &Value) -> f64 {
    let object = json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "wide"}, "spec": spec});
    let input = Input::text("wide.json", object.to_string());
    let once = || {
        let start = Instant::now();
        std::hint::black_box(
            check(&input, &Options::default()).map(|report| report.diagnostics.len()).unwrap_or_default(),
        );
        start.elapsed().as_secs_f64()
    };
    (0..3).map(|_| once()).fold(f64::MAX, f64::min)
}
