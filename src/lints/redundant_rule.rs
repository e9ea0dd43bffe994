mod cover;

use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::{self, RuleRef};
use crate::model::ip::Block;
use k8s_openapi::api::networking::v1::{IPBlock, NetworkPolicyPort};

declare_lint! {
    /// A rule, peer, port or exception that another one of the same policy covers.
    ///
    /// ## Why
    /// What adds nothing still has to be read, and reads as if it did: someone who removes it to
    /// close a connection closes nothing.
    ///
    /// Only what holds for all pods, present and future, is found: selectors are compared by what
    /// they ask, never by what they happen to match.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {}
    ///     - podSelector: {matchLabels: {app: gateway}}
    ///     ports:
    ///     - {port: 8000, endPort: 8999, protocol: TCP}
    ///     - {port: 8080, protocol: TCP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {}
    ///     ports:
    ///     - {port: 8000, endPort: 8999, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Safe: what is left allows the same, for every pod. Unsafe where a comment would go with it:
    /// somebody had a reason to write that down.
    pub REDUNDANT_RULE = {
        name: "redundant-rule", code: "NP602", severity: Info,
        needs: [Object], fix: Mixed, since: "0.1.0"
    }
}

/// Looks at every policy: whole rules first, then what the rest of them hold.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    // Where the server refuses a field, nothing says what was to stand there.
    for policy in cx.policies().filter(|policy| policy.object.accepted) {
        for direction in policy.directions() {
            let rules: Vec<RuleRef<'_>> = effect::rules(policy.value, direction).collect();
            for (at, rule) in rules.iter().enumerate() {
                match covering(&rules, at, cover::rule) {
                    Some(other) => report(&policy, "rule", rule.field(), other.field(), out),
                    None => within(&policy, rule, out),
                }
            }
        }
    }
}

/// The item that covers the one at `at`. Of two that cover each other the first stays.
fn covering<T>(items: &[T], at: usize, covers: impl Fn(&T, &T) -> bool) -> Option<&T> {
    let item = items.get(at)?;
    let mut others = items.iter().enumerate().filter(|(other, _)| *other != at);
    others
        .find(|(place, other)| covers(other, item) && (*place < at || !covers(item, other)))
        .map(|(_, other)| other)
}

fn within(policy: &Policy<'_>, rule: &RuleRef<'_>, out: &mut Findings<'_>) {
    let peers: Vec<_> = rule.listed_peers().collect();
    for (at, (field, peer)) in peers.iter().enumerate() {
        match covering(&peers, at, |a, b| cover::peer(a.1, b.1)) {
            Some((other, _)) => report(policy, "peer", field.clone(), other.clone(), out),
            None => {
                peer.ip_block.iter().for_each(|block| exceptions(policy, &field.field("ipBlock"), block, out))
            }
        }
    }
    let ports: Vec<_> = rule.listed_ports().collect();
    for (at, (field, port)) in ports.iter().enumerate() {
        // The same entry twice is another lint's.
        let strictly = |a: &_, b: &_| cover::port(a, b) && !cover::port(b, a);
        if let Some((other, _)) =
            covering(&ports, at, |a, b| strictly(a.1, b.1)).filter(|_| !port_is_repeated(&ports, port))
        {
            report(policy, "port", field.clone(), other.clone(), out);
        }
    }
}

fn port_is_repeated(ports: &[(FieldPath, &NetworkPolicyPort)], port: &NetworkPolicyPort) -> bool {
    ports.iter().filter(|(_, other)| cover::port(other, port) && cover::port(port, other)).count() > 1
}

fn exceptions(policy: &Policy<'_>, field: &FieldPath, block: &IPBlock, out: &mut Findings<'_>) {
    let except = block.except.as_deref().unwrap_or_default();
    let covers = |a: &String, b: &String| {
        let inner = Block::read(b, &[]);
        !inner.ranges.is_empty() && inner.ranges.iter().all(|range| Block::read(a, &[]).covers(*range))
    };
    for at in 0..except.len() {
        if let Some(other) = covering(except, at, covers) {
            let place = except.iter().position(|it| std::ptr::eq(it, other)).unwrap_or_default();
            let list = field.field("except");
            report(policy, "exception", list.index(at), list.index(place), out);
        }
    }
}

fn report(policy: &Policy<'_>, what: &str, field: FieldPath, other: FieldPath, out: &mut Findings<'_>) {
    let title = format!("remove the {what}");
    let steps = vec![policy.remove(field.clone())];
    let fix = if is_commented(policy, &field) { Fix::risky(title, steps) } else { Fix::safe(title, steps) };
    out.add(
        &REDUNDANT_RULE,
        policy.object,
        &field,
        format!("this {what} adds nothing: another one covers it"),
    )
    .cause(what)
    .because(policy.place(&other), "this one")
    .help(format!("remove the {what}, or narrow the one that covers it"))
    .fix(fix);
}

/// Whether a comment stands in the lines of an item, or right above them, and would go with it.
fn is_commented(policy: &Policy<'_>, field: &FieldPath) -> bool {
    let text = policy.file.source.as_str();
    let span = policy.place(field).span;
    let before = text.get(..span.start as usize).unwrap_or_default();
    let after = text.get(span.end as usize..).unwrap_or_default().lines().next().unwrap_or_default();
    let above = before.lines().rev().nth(1).unwrap_or_default().trim_start().starts_with('#');
    above || span.of(text).contains('#') || after.contains('#')
}
