mod narrow;

use super::cover::{self, Peer, Rule};
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::{self, ItemRef};
use k8s_openapi::api::networking::v1::{IPBlock, NetworkPolicyPort};
use narrow::Index;

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
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    // Where the server refuses a field, nothing says what was to stand there.
    if !policy.object.accepted {
        return;
    }
    for &direction in policy.directions() {
        let rules: Vec<Rule<'_>> = effect::rules(policy.value, direction).map(Rule::read).collect();
        let index = Index::new(&rules);
        for (at, rule) in rules.iter().enumerate() {
            match index.covering(at, Rule::covers).and_then(|other| rules.get(other)) {
                Some(other) => report(policy, "rule", rule.written.field(), other.written.field(), out),
                None => within(policy, rule, out),
            }
        }
    }
}

fn within(policy: &Policy<'_>, rule: &Rule<'_>, out: &mut Findings<'_>) {
    peers(policy, rule, out);
    // One entry has nothing beside it.
    if rule.written.ports.is_some_and(|ports| ports.len() > 1) {
        ports(policy, rule, out);
    }
}

fn peers(policy: &Policy<'_>, rule: &Rule<'_>, out: &mut Findings<'_>) {
    let index = Index::new(&rule.peers);
    for (at, (item, peer)) in rule.written.listed_peers().enumerate() {
        match index.covering(at, Peer::covers) {
            Some(other) => report(policy, "peer", item.path(), ItemRef { index: other, ..item }.path(), out),
            None => peer.ip_block.iter().for_each(|block| exceptions(policy, item, block, out)),
        }
    }
}

fn ports(policy: &Policy<'_>, rule: &Rule<'_>, out: &mut Findings<'_>) {
    let ports: Vec<&NetworkPolicyPort> = rule.written.ports.into_iter().flatten().collect();
    let index = Index::new(&ports);
    let both = |a, b| cover::port(a, b) && cover::port(b, a);
    for (at, (item, _)) in rule.written.listed_ports().enumerate() {
        // The same entry twice is another lint's.
        if index.find(at, |_, a, b| both(a, b)).is_some() {
            continue;
        }
        if let Some(other) = index.covering(at, |a, b| cover::port(a, b)) {
            report(policy, "port", item.path(), ItemRef { index: other, ..item }.path(), out);
        }
    }
}

fn exceptions(policy: &Policy<'_>, peer: ItemRef, block: &IPBlock, out: &mut Findings<'_>) {
    let except = block.except.iter().flatten();
    let except: Vec<Peer> = except.map(|cidr| Peer::block(cidr, &[])).collect();
    let index = Index::new(&except);
    for at in 0..except.len() {
        if let Some(other) = index.covering(at, Peer::covers) {
            let list = peer.field("ipBlock").field("except");
            report(policy, "exception", list.index(at), list.index(other), out);
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
    if !policy.file.source.has_places() {
        return false;
    }
    /// Longer lines were written by a program, which comments nothing.
    const LINE: usize = 2000;
    let text = policy.file.source.as_str();
    let span = policy.place(field).span;
    let (start, end) = (span.start as usize, span.end as usize);
    let character = |at: usize| (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let before = text.get(character(start.saturating_sub(2 * LINE))..start);
    let after = text.get(end..character(end + LINE)).unwrap_or_default();
    let after = after.lines().next().unwrap_or_default();
    let above = before.unwrap_or_default().lines().rev().nth(1).unwrap_or_default();
    let above = above.trim_start().starts_with('#');
    above || span.of(text).contains('#') || after.contains('#')
}
