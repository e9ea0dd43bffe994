use super::ports::{interval, protocol};
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::{ItemRef, RuleRef};
use k8s_openapi::api::networking::v1::NetworkPolicyPort;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeMap;

declare_lint! {
    /// Ports and types written in more words than they need.
    ///
    /// ## Why
    /// An `endPort` equal to its `port`, an entry that stands there twice, ranges that touch: each
    /// is read twice by whoever wants to know what is open, and says nothing more.
    ///
    /// Two single ports that follow each other are left alone.
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
    ///     - podSelector: {matchLabels: {app: gateway}}
    ///     ports:
    ///     - {port: 8080, endPort: 8080, protocol: TCP}
    ///     - {port: 8443, protocol: TCP}
    ///     - {port: 8443}
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
    ///     - podSelector: {matchLabels: {app: gateway}}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    ///     - {port: 8443, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Safe for an `endPort` that adds nothing and for what stands there twice. Joining ranges is
    /// unsafe: not every network plugin knows `endPort`.
    pub DEGENERATE_RANGE = {
        name: "degenerate-range", code: "NP411", severity: Info,
        needs: [Object], fix: Mixed, since: "0.1.0"
    }
}

/// Looks at `policyTypes` and at the ports of every rule.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    repeated_type(policy, out);
    for rule in policy.rules() {
        let mut firsts = BTreeMap::new();
        for (at, port) in rule.listed_ports() {
            let first = *firsts.entry(meaning(port)).or_insert(at);
            if first != at {
                repeated(policy, &at.path(), &first.path(), out);
            } else if interval(port).is_some_and(|(first, last)| first == last) && port.end_port.is_some() {
                single_port(policy, at, out);
            }
        }
        let ports = rule.ports.unwrap_or_default();
        if ports.len() > 1 && ports.iter().any(|port| port.end_port.is_some()) {
            touching(policy, &rule, out);
        }
    }
}

/// What an entry opens, defaults applied.
fn meaning(port: &NetworkPolicyPort) -> (&str, Option<i32>, Option<&str>, Option<i32>) {
    let (number, name) = match &port.port {
        Some(IntOrString::Int(number)) => (Some(*number), None),
        Some(IntOrString::String(name)) => (None, Some(name.as_str())),
        None => (None, None),
    };
    (protocol(port), number, name, port.end_port)
}

fn repeated_type(policy: &Policy<'_>, out: &mut Findings<'_>) {
    let types = policy.spec().and_then(|it| it.policy_types.as_deref()).unwrap_or_default();
    for (at, it) in types.iter().enumerate() {
        if let Some(first) = types.iter().take(at).position(|other| other == it) {
            let list = FieldPath::parse("spec.policyTypes");
            repeated(policy, &list.index(at), &list.index(first), out);
        }
    }
}

fn repeated(policy: &Policy<'_>, field: &FieldPath, first: &FieldPath, out: &mut Findings<'_>) {
    out.add(&DEGENERATE_RANGE, policy.object, field, "this entry stands in the list before")
        .because(policy.place(first), "here")
        .help("remove one of them")
        .fix(Fix::safe("remove the repeated entry", vec![policy.remove(field.clone())]));
}

fn single_port(policy: &Policy<'_>, at: ItemRef, out: &mut Findings<'_>) {
    let end = at.field("endPort");
    out.add(&DEGENERATE_RANGE, policy.object, &end, "`endPort` is equal to `port`: the range is one port")
        .help("leave `endPort` out, or write the last port of the range")
        .fix(Fix::safe("leave `endPort` out", vec![policy.remove(end.clone())]));
}

/// A range and an entry that goes on where it ends.
fn touching(policy: &Policy<'_>, rule: &RuleRef<'_>, out: &mut Findings<'_>) {
    let ports: Vec<_> = rule.listed_ports().collect();
    // The first entry, and the first range, that begins at a port.
    let mut begins: BTreeMap<(&str, i32), (usize, Option<usize>)> = BTreeMap::new();
    for (at, (_, port)) in ports.iter().enumerate() {
        let Some((first, _)) = interval(port) else { continue };
        let (_, range) = begins.entry((protocol(port), first)).or_insert((at, None));
        *range = range.or(port.end_port.map(|_| at));
    }
    for (item, port) in &ports {
        let Some((_, end)) = interval(port) else { continue };
        let next = begins.get(&(protocol(port), end.saturating_add(1)));
        let next = next.and_then(|(any, range)| if port.end_port.is_some() { Some(*any) } else { *range });
        let next = next.and_then(|at| ports.get(at));
        let Some((next_item, next)) = next else { continue };
        let Some((_, last)) = interval(next) else { continue };
        let message = format!("ports to {end} and from {} on are one range", end.saturating_add(1));
        let merged = vec![policy.set(item.field("endPort"), last), policy.remove(next_item.path())];
        out.add(&DEGENERATE_RANGE, policy.object, &item.path(), message)
            .because(policy.place(&next_item.path()), "this goes on where the other ends")
            .help(format!("write `endPort: {last}` in the first and remove the second"))
            .fix(Fix::risky("join the two", merged));
        // One at a time: what is joined may touch the next.
        return;
    }
}
