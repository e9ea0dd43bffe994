use super::allow_all_rule::says_so;
use super::ports::protocol;
use super::{Context, Findings, Policy};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

declare_lint! {
    /// A range of more than ten thousand ports.
    ///
    /// ## Why
    /// Such a range opens far more than any one service listens on: whatever else the pods serve,
    /// now or later, is open too. Where the policy's name says that all is allowed
    /// (`allow-all-egress`), it is silent.
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
    ///     - podSelector: {matchLabels: {app: api}}
    ///     ports:
    ///     - {port: 1024, endPort: 65535, protocol: TCP}
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
    ///     - podSelector: {matchLabels: {app: api}}
    ///     ports:
    ///     - {port: 8080, endPort: 8089, protocol: TCP}
    /// ```
    pub WIDE_PORT_RANGE = {
        name: "wide-port-range", code: "NP410", severity: Info,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// More ports than this are too many for one purpose. The largest usual range, that of node
/// ports, has 2,768.
const MANY: i32 = 10_000;

/// Looks at every range.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for rule in policy.rules() {
        for (at, port) in rule.listed_ports() {
            let (Some(IntOrString::Int(first)), Some(last)) = (&port.port, port.end_port) else {
                continue;
            };
            let count = last.saturating_sub(*first).saturating_add(1);
            if count > MANY && !says_so(policy) {
                let message = format!("`{first}` to `{last}` opens {count} {} ports", protocol(port));
                out.add(&WIDE_PORT_RANGE, policy.object, &at.path(), message)
                    .help("open the ports that are served, or leave `ports` out if all are meant");
            }
        }
    }
}
