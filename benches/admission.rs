//! What one admission evaluation costs natively: `cargo bench --bench admission [rounds]`.
//!
//! The request is that of tests/engines/bench.js, which times the built modules in their hosts.

use std::hint::black_box;
use std::time::Instant;

const REVIEW: &str = r#"{"request":{"uid":"4d1f0c1e-7b1b-4a5e-8d43-6f2f3b1f5c77","operation":"CREATE","namespace":"shop","object":{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"orders","namespace":"shop","uid":"0f7ad2f4-8b5e-4f3a-9c2e-0d4b7f0f9a11","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app.kubernetes.io/name":"orders","app.kubernetes.io/part-of":"shop","app.kubernetes.io/managed-by":"helm"},"annotations":{"example.com/owner":"team-orders","example.com/reviewed":"2026-01-01"}},"spec":{"podSelector":{"matchLabels":{"app.kubernetes.io/name":"orders"}},"policyTypes":["Ingress","Egress"],"ingress":[{"from":[{"podSelector":{"matchLabels":{"app.kubernetes.io/name":"web"}}},{"podSelector":{"matchLabels":{"app.kubernetes.io/name":"api"}}}],"ports":[{"protocol":"TCP","port":8080}]}],"egress":[{"to":[{"podSelector":{"matchLabels":{"app.kubernetes.io/name":"db"}}}],"ports":[{"protocol":"TCP","port":5432}]},{"to":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}},"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}]}},"oldObject":null}}"#;

fn main() {
    let rounds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(20_000);
    let evaluate = || netpol::admission::opa("netpol/admission", black_box(REVIEW), "{}");
    println!("{}", evaluate().unwrap_or_default());
    let mut taken: Vec<u128> = (0..2 * rounds)
        .map(|_| {
            let start = Instant::now();
            black_box(evaluate());
            start.elapsed().as_nanos()
        })
        .skip(rounds)
        .collect();
    taken.sort_unstable();
    let micros = |part: usize| taken.get(rounds * part / 100).map_or(0.0, |nanos| *nanos as f64 / 1000.0);
    println!("one evaluation: median {:.1} µs, p99 {:.1} µs", micros(50), micros(99));
}
