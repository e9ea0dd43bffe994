use super::ports::{interval, protocol};
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use k8s_openapi::api::networking::v1::NetworkPolicyPort;

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
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for policy in cx.policies() {
        repeated_type(&policy, out);
        for rule in policy.rules() {
            let ports: Vec<_> = rule.listed_ports().collect();
            for (at, (field, port)) in ports.iter().enumerate() {
                let before = ports.get(..at).unwrap_or_default();
                if let Some((first, _)) = before.iter().find(|(_, other)| is_same(other, port)) {
                    repeated(&policy, field, first, out);
                } else if interval(port).is_some_and(|(first, last)| first == last) && port.end_port.is_some()
                {
                    single_port(&policy, field, out);
                }
            }
            touching(&policy, &ports, out);
        }
    }
}

/// Whether two entries open the same, defaults applied.
fn is_same(a: &NetworkPolicyPort, b: &NetworkPolicyPort) -> bool {
    (protocol(a), &a.port, a.end_port) == (protocol(b), &b.port, b.end_port)
}

fn repeated_type(policy: &Policy<'_>, out: &mut Findings<'_>) {
    let types = policy.spec().and_then(|it| it.policy_types.as_deref()).unwrap_or_default();
    let list = FieldPath::parse("spec.policyTypes");
    for (at, it) in types.iter().enumerate() {
        if let Some(first) = types.iter().take(at).position(|other| other == it) {
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

fn single_port(policy: &Policy<'_>, field: &FieldPath, out: &mut Findings<'_>) {
    let end = field.field("endPort");
    out.add(&DEGENERATE_RANGE, policy.object, &end, "`endPort` is equal to `port`: the range is one port")
        .help("leave `endPort` out, or write the last port of the range")
        .fix(Fix::safe("leave `endPort` out", vec![policy.remove(end.clone())]));
}

/// A range and an entry that goes on where it ends.
fn touching(policy: &Policy<'_>, ports: &[(FieldPath, &NetworkPolicyPort)], out: &mut Findings<'_>) {
    for (field, port) in ports {
        let Some((_, end)) = interval(port) else { continue };
        let next = ports.iter().find(|(_, other)| {
            let is_range = other.end_port.is_some() || port.end_port.is_some();
            is_range
                && protocol(other) == protocol(port)
                && interval(other).is_some_and(|(first, _)| first == end + 1)
        });
        let Some((next_field, next)) = next else { continue };
        let Some((_, last)) = interval(next) else { continue };
        let message = format!("ports to {end} and from {} on are one range", end + 1);
        let merged = vec![policy.set(field.field("endPort"), last), policy.remove(next_field.clone())];
        out.add(&DEGENERATE_RANGE, policy.object, field, message)
            .because(policy.place(next_field), "this goes on where the other ends")
            .help(format!("write `endPort: {last}` in the first and remove the second"))
            .fix(Fix::risky("join the two", merged));
        // One at a time: what is joined may touch the next.
        return;
    }
}
