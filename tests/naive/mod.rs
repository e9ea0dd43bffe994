//! The meaning of NetworkPolicies once more, as naively as it can be said: one connection at a
//! time, three-valued, straight from the API's words. What the fast engine must equal.

#![allow(dead_code, unreachable_pub, reason = "each test binary that includes this uses its own part")]

pub mod world;

use serde_json::Value;
use std::collections::BTreeMap;
use std::net::IpAddr;
use world::{Namespace, Pod, World};

/// `None` is unknown.
pub type Truth = Option<bool>;

fn and(a: Truth, b: Truth) -> Truth {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn not(a: Truth) -> Truth {
    a.map(|it| !it)
}

fn or(a: Truth, b: Truth) -> Truth {
    not(and(not(a), not(b)))
}

#[allow(clippy::manual_try_fold, reason = "`None` is a truth value here, not a failure")]
fn any<T>(items: impl IntoIterator<Item = T>, f: impl Fn(T) -> Truth) -> Truth {
    items.into_iter().fold(Some(false), |so_far, it| or(so_far, f(it)))
}

#[allow(clippy::manual_try_fold, reason = "`None` is a truth value here, not a failure")]
fn all<T>(items: impl IntoIterator<Item = T>, f: impl Fn(T) -> Truth) -> Truth {
    items.into_iter().fold(Some(true), |so_far, it| and(so_far, f(it)))
}

/// One end of a connection.
#[derive(Clone, Copy, Debug)]
pub enum End<'w> {
    Pod(&'w Pod),
    Address(IpAddr),
}

/// Whether a connection between two different ends is allowed.
pub fn allowed(world: &World, from: End, to: End, protocol: &str, port: u16) -> Truth {
    and(
        side(world, "egress", from, to, to, protocol, port),
        side(world, "ingress", to, from, to, protocol, port),
    )
}

/// What one side's policies say: it is not isolated, or some rule allows.
fn side(world: &World, direction: &str, own: End, other: End, to: End, protocol: &str, port: u16) -> Truth {
    let End::Pod(pod) = own else {
        return Some(true);
    };
    let applies = |policy: &&Value| {
        let here = policy["metadata"]["namespace"] == *pod.namespace;
        let selected = pod_matches(world, &policy["spec"]["podSelector"], pod);
        and(and(Some(here), selected), isolates(world, policy, direction))
    };
    let isolated = any(&world.policies, |policy| applies(&policy));
    let allows = any(&world.policies, |policy| {
        let rules = policy["spec"][direction].as_array().into_iter().flatten();
        let matches = any(rules, |rule| {
            // A block speaks of addresses, and an address has no port names.
            any([false, true], |block| {
                let peers = peers_match(world, policy, direction, rule, block, other);
                let nameless = block && direction == "egress";
                and(peers, ports_match(rule, to, nameless, protocol, port))
            })
        });
        and(applies(&policy), matches)
    });
    let verdict = or(not(isolated), allows);
    // The kubelet reaches the pods of its own node.
    match other {
        End::Address(ip) if direction == "ingress" => or(verdict, own_node(world, ip, pod)),
        _ => verdict,
    }
}

fn own_node(world: &World, ip: IpAddr, pod: &Pod) -> Truth {
    let Some((node, _)) = world.nodes.iter().find(|(_, address)| **address == ip) else {
        return Some(false);
    };
    pod.node.as_ref().map(|own| own == node)
}

fn isolates(world: &World, policy: &Value, direction: &str) -> Truth {
    let has_rules = policy["spec"][direction].as_array().is_some_and(|rules| !rules.is_empty());
    let types: Vec<String> = policy["spec"]["policyTypes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| it.as_str().unwrap().to_lowercase())
        .collect();
    if types.is_empty() {
        return Some(direction == "ingress" || has_rules);
    }
    match (types.iter().any(|it| it == direction), has_rules) {
        (true, _) => Some(true),
        (false, true) => world.assume("inert-rules").map(|value| value == "enforced"),
        (false, false) => Some(false),
    }
}

/// Whether one of a rule's peers matches: of those that are blocks, or of the others.
fn peers_match(
    world: &World,
    policy: &Value,
    direction: &str,
    rule: &Value,
    block: bool,
    other: End,
) -> Truth {
    let peers = rule[if direction == "ingress" { "from" } else { "to" }].as_array();
    let Some(peers) = peers.filter(|peers| !peers.is_empty()) else {
        return Some(!block);
    };
    let asked = peers.iter().filter(|peer| peer.get("ipBlock").is_some() == block);
    any(asked, |peer| match (peer.get("ipBlock"), other) {
        (Some(block), other) => block_matches(world, block, other),
        (None, End::Address(_)) => Some(false),
        (None, End::Pod(pod)) => and(
            match peer.get("namespaceSelector") {
                None => Some(policy["metadata"]["namespace"] == *pod.namespace),
                Some(selector) => selects(selector, |key| namespace_label(world, &pod.namespace, key)),
            },
            pod_matches(world, peer.get("podSelector").unwrap_or(&Value::Null), pod),
        ),
    })
}

/// A selector of pods, and whether it reaches pods on their node's network.
fn pod_matches(world: &World, selector: &Value, pod: &Pod) -> Truth {
    let reached = match (pod.host_network, world.assume("host-network-pods")) {
        (false, _) | (true, Some("included")) => Some(true),
        (true, Some(_)) => Some(false),
        (true, None) => None,
    };
    and(reached, selects(selector, |key| pod_label(pod, key)))
}

/// A label: `Err` where it is unknown.
type Label = Result<Option<String>, ()>;

fn pod_label(pod: &Pod, key: &str) -> Label {
    match pod.labels.get(key) {
        Some(value) => Ok(Some(value.clone())),
        None if pod.template && (key == "pod-template-hash" || key == "topology.kubernetes.io/zone") => {
            Err(())
        }
        None => Ok(None),
    }
}

fn namespace_label(world: &World, name: &str, key: &str) -> Label {
    if key == "kubernetes.io/metadata.name" {
        return Ok(Some(name.to_string()));
    }
    match world.namespaces.iter().find(|it| it.name == name) {
        Some(Namespace { labels, .. }) => Ok(labels.get(key).cloned()),
        None if world.assume("undeclared-namespace-labels") == Some("none") => Ok(None),
        None => Err(()),
    }
}

fn selects(selector: &Value, label: impl Fn(&str) -> Label) -> Truth {
    let none = serde_json::Map::new();
    let labels = selector["matchLabels"].as_object().unwrap_or(&none);
    let equal = all(labels, |(key, value)| label(key).ok().map(|own| own.as_deref() == value.as_str()));
    let expressions = selector["matchExpressions"].as_array().into_iter().flatten();
    let fulfilled = all(expressions, |it| {
        let own = label(it["key"].as_str().unwrap()).ok()?;
        let listed =
            own.as_ref().is_some_and(|own| it["values"].as_array().into_iter().flatten().any(|v| v == own));
        Some(match it["operator"].as_str().unwrap() {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => own.is_some(),
            _ => own.is_none(),
        })
    });
    and(equal, fulfilled)
}

fn block_matches(world: &World, block: &Value, other: End) -> Truth {
    let excepts: Vec<&str> =
        block["except"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let inside = |ip: IpAddr| {
        in_cidr(ip, block["cidr"].as_str().unwrap()) && !excepts.iter().any(|cidr| in_cidr(ip, cidr))
    };
    match other {
        End::Address(ip) if world.nodes.values().any(|node| *node == ip) => {
            and(Some(inside(ip)), world.assume("node-addresses").map(|value| value == "match"))
        }
        End::Address(ip) if world.service_cidrs.iter().any(|cidr| in_cidr(ip, cidr)) => {
            and(Some(inside(ip)), world.assume("cluster-ip-blocks").map(|value| value == "match"))
        }
        End::Address(ip) => Some(inside(ip)),
        End::Pod(pod) => {
            let assumption = if pod.host_network { "node-addresses" } else { "ip-block-pods" };
            let matching = world.assume(assumption).map(|value| value == "match");
            // The address the connection will use is one of the pod's.
            let hits: Vec<bool> = pod.ips.iter().map(|ip| inside(*ip)).collect();
            let within = match (hits.contains(&true), hits.contains(&false)) {
                (true, true) | (false, false) => None,
                (hit, _) => Some(hit),
            };
            and(within, matching)
        }
    }
}

fn in_cidr(ip: IpAddr, cidr: &str) -> bool {
    let (base, length) = cidr.split_once('/').unwrap();
    let (base, length): (IpAddr, u32) = (base.parse().unwrap(), length.parse().unwrap());
    let bits = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => (u128::from(u32::from(ip)) << 96, 4),
        IpAddr::V6(ip) => (u128::from(ip), 6),
    };
    let ((a, fa), (b, fb)) = (bits(ip), bits(base));
    fa == fb && (length == 0 || a >> (128 - length) == b >> (128 - length))
}

fn ports_match(rule: &Value, to: End, nameless: bool, protocol: &str, port: u16) -> Truth {
    let Some(ports) = rule["ports"].as_array().filter(|ports| !ports.is_empty()) else {
        return Some(true);
    };
    any(ports, |item| {
        let number = u64::from(port);
        let matches = match (&item["port"], to) {
            (Value::Null, _) => Some(true),
            (Value::Number(first), _) => {
                let first = first.as_u64().unwrap();
                Some((first..=item["endPort"].as_u64().unwrap_or(first)).contains(&number))
            }
            (_, End::Address(_)) => Some(false),
            (Value::String(_), _) if nameless => Some(false),
            (name, End::Pod(pod)) => {
                let numbers: Vec<u16> =
                    pod.ports.iter().filter(|it| name == &it.0 && it.1 == protocol).map(|it| it.2).collect();
                match numbers.iter().position(|it| *it == port) {
                    Some(0) => Some(true),
                    Some(_) => None,
                    None => Some(false),
                }
            }
        };
        and(Some(item["protocol"].as_str().unwrap_or("TCP") == protocol), matches)
    })
}

/// The values of assumptions by name.
pub type Assume = BTreeMap<String, String>;
