use super::egress::{Transport, holds, is_metadata_only, metadata_addresses, opens_port};
use super::{Context, Findings, Policy};
use crate::diagnostic::{Applicability, Fix, Step};
use crate::field::FieldPath;
use crate::manifest::effect::{self, Direction, RuleRef};
use k8s_openapi::api::networking::v1::IPBlock;
use std::net::IpAddr;

declare_lint! {
    /// Pods whose egress is isolated and who may still reach the cloud's metadata service.
    ///
    /// ## Why
    /// The metadata service hands credentials of the node to whoever asks. An `except` guards it
    /// only against the block it stands in: any other rule or policy that covers the address
    /// opens it again, for rules add up.
    ///
    /// Only rules that open port 80 over TCP are found, which is where the service listens. The
    /// addresses are `169.254.169.254` and `fd00:ec2::254`, or those of the option `metadata`.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: internet
    /// spec:
    ///   podSelector: {matchLabels: {app: crawler}}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - ipBlock: {cidr: 0.0.0.0/0}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: internet
    /// spec:
    ///   podSelector: {matchLabels: {app: crawler}}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - ipBlock:
    ///         cidr: 0.0.0.0/0
    ///         except: [169.254.169.254/32, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]
    /// ```
    ///
    /// ## Fix
    /// Unsafe: narrows. Adds the address to `except`; where the block is the address itself, the
    /// peer is removed instead.
    pub METADATA_REACHABLE = {
        name: "metadata-reachable", code: "NP303", severity: Warning,
        needs: [Policies], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at each egress rule: what it opens stays open whatever other policies say.
pub(super) fn check(cx: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    if !policy.directions().contains(&Direction::Egress) {
        return;
    }
    for rule in effect::rules(policy.value, Direction::Egress) {
        if opens_port(&rule, Transport::Tcp, 80) {
            peers(cx, policy, &rule, out);
        }
    }
}

fn peers(cx: &Context<'_>, policy: &Policy<'_>, rule: &RuleRef<'_>, out: &mut Findings<'_>) {
    for (at, peer) in rule.peers.unwrap_or_default().iter().enumerate() {
        let Some(block) = &peer.ip_block else { continue };
        let open: Vec<IpAddr> =
            metadata_addresses(cx.options).into_iter().filter(|it| holds(block, *it)).collect();
        let Some(first) = open.first() else { continue };
        let field = rule.field().field(Direction::Egress.peers()).index(at).field("ipBlock");
        let message = format!("the pods of this policy may reach the cloud's metadata service at {first}");
        let subject = FieldPath::root().field("spec").field("podSelector");
        let mut found = out.add(&METADATA_REACHABLE, policy.object, &field.field("cidr"), message);
        found.because(policy.place(&subject), "these pods").cause(first.to_string());
        for (other, except) in guarded_elsewhere(cx, policy, *first, &field) {
            found.because(other.place(&except), "this `except` does not help: rules add up");
        }
        found.help(help(block)).fix(repair(policy, &field, block, &open));
    }
}

/// `except` lists of the namespace's other blocks that name the address: someone meant to guard it.
fn guarded_elsewhere<'a>(
    cx: &Context<'a>,
    policy: &Policy<'_>,
    address: IpAddr,
    own: &FieldPath,
) -> Vec<(Policy<'a>, FieldPath)> {
    let mut found = Vec::new();
    let namespace = cx.namespace(policy.object);
    for other in cx.policies_of(namespace) {
        for (peer, written) in effect::peers(other.value, Direction::Egress) {
            let Some(block) = &written.ip_block else { continue };
            let guards = !holds(block, address) && holds(&IPBlock { except: None, ..block.clone() }, address);
            if guards && (other.object.id != policy.object.id || peer.field("ipBlock") != *own) {
                found.push((other, peer.field("ipBlock").field("except")));
            }
        }
    }
    found.truncate(3);
    found
}

fn help(block: &IPBlock) -> &'static str {
    if is_metadata_only(block) {
        "remove this peer: a rule can only allow, and what no rule allows is denied"
    } else {
        "take the address out with `except`"
    }
}

fn repair(policy: &Policy<'_>, block_field: &FieldPath, block: &IPBlock, open: &[IpAddr]) -> Fix {
    let object = policy.object.id;
    if is_metadata_only(block) {
        // Removing the last peer would leave an empty list, which allows everyone: the whole rule goes.
        let peers = block_field.parent().parent();
        let only = policy.node(&peers).is_some_and(|list| policy.tree().items(list).len() == 1);
        let at = if only { peers.parent() } else { block_field.parent() };
        let title = if only { "remove the rule" } else { "remove the peer" };
        return Fix {
            title: title.into(),
            applicability: Applicability::Unsafe,
            steps: vec![Step::Remove { object, at }],
        };
    }
    let hosts = open.iter().map(|it| if it.is_ipv4() { format!("{it}/32") } else { format!("{it}/128") });
    let mut except: Vec<String> = block.except.clone().unwrap_or_default();
    except.extend(hosts);
    Fix {
        title: "add the address to `except`".into(),
        applicability: Applicability::Unsafe,
        steps: vec![Step::Set { object, at: block_field.field("except"), value: except.into() }],
    }
}
