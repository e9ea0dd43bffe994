use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use ipnet::IpNet;

declare_lint! {
    /// A prefix length that makes an address mean far more than it says.
    ///
    /// ## Why
    /// `10.2.3.4/0` is every address there is: the bits beyond the prefix length do not count.
    /// So are `/1`, half of them, and `/8` on the address of one host. A missing digit
    /// (`/3` for `/32`) is the usual cause.
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
    ///     - ipBlock: {cidr: 192.0.2.7/0}
    ///     ports:
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
    ///     - ipBlock: {cidr: 192.0.2.7/32}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the one address narrows what is allowed.
    pub SUSPICIOUS_PREFIX = {
        name: "suspicious-prefix", code: "NP406", severity: Error,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at the `cidr` of every block.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for (peer, it) in policy.blocks() {
        let Some(net) = it.cidr.parse::<IpNet>().ok().filter(is_suspicious) else { continue };
        let field = peer.field("ipBlock").field("cidr");
        let (written, host) = (&it.cidr, IpNet::from(net.addr()).to_string());
        let message = match net.prefix_len() {
            0 => format!("`{written}` is every address, not `{}`", net.addr()),
            _ => format!("`{written}` is all of `{}`, not `{}`", net.trunc(), net.addr()),
        };
        out.add(&SUSPICIOUS_PREFIX, policy.object, &field, message)
            .help(format!("write `{host}` for the one address, `{}` for the network", net.trunc()))
            .fix(Fix::risky(format!("write `{host}`"), vec![policy.set(field.clone(), host.as_str())]));
    }
}

/// `/0` and `/1` on anything but a network's own address, `/8` on what looks like one host's.
fn is_suspicious(net: &IpNet) -> bool {
    if net.trunc() == *net {
        return false;
    }
    match (net, net.prefix_len()) {
        (_, 0 | 1) => true,
        (IpNet::V4(net), 8) => !matches!(net.addr().octets(), [_, _, _, 0]),
        _ => false,
    }
}
