//! Random NetworkPolicies that the server accepts, shaped like the ones people write.
//!
//! The shares follow 614 distinct public specs: podSelector empty 30%, matchExpressions 5%, no
//! policyTypes 9%, Egress listed 40%, namespace and pod selector in one peer 12%,
//! kubernetes.io/metadata.name 15%, UDP 12%, ipBlock 4%, except 1%, named port 1%; no rule 17%,
//! one 73%, more 10%. A rich policy has everything somewhere, so that every mutation finds a place.

use super::random::Random;
use super::text::{Node, map, quoted, raw};

const APPS: [&str; 8] = ["web", "api", "db", "cache", "worker", "queue", "frontend", "metrics"];
const KEYS: [&str; 6] = ["app", "tier", "team", "app.kubernetes.io/name", "role", "example.com/zone"];
const NAMESPACES: [&str; 5] = ["default", "shop", "payments", "kube-system", "team-a"];

/// A policy as people write it.
pub fn usual(random: &mut Random) -> Node {
    policy(random, false)
}

/// A policy with every field somewhere.
pub fn rich(random: &mut Random) -> Node {
    policy(random, true)
}

fn policy(random: &mut Random, rich: bool) -> Node {
    let mut metadata = map([("name", raw(random.pick(&APPS)))]);
    if random.percent(80) {
        metadata.set("namespace", raw(random.pick(&NAMESPACES)));
    }
    if rich || random.percent(10) {
        metadata.set("labels", labels(random));
        metadata.set("annotations", map([("example.com/owner", quoted("the platform team"))]));
    }
    let mut spec = map([(
        "podSelector",
        if random.percent(30) && !rich { Node::Map(Vec::new()) } else { selector(random, rich) },
    )]);
    let (ingress, egress) = match random.below(100) {
        _ if rich => (true, true),
        0..60 => (true, false),
        60..75 => (false, true),
        _ => (true, true),
    };
    if rich || random.percent(91) || (egress && !ingress) {
        let listed = [(ingress, "Ingress"), (egress, "Egress")];
        spec.set(
            "policyTypes",
            Node::List(listed.into_iter().filter(|it| it.0).map(|it| raw(it.1)).collect()),
        );
    }
    for (wanted, direction, peers) in [(ingress, "ingress", "from"), (egress, "egress", "to")] {
        let rules = match random.below(100) {
            0..17 if !rich => 0,
            0..90 => 1,
            _ => 2 + random.below(2),
        };
        if wanted && (rules > 0 || random.percent(30)) {
            spec.set(direction, Node::List((0..rules).map(|_| rule(random, peers, rich)).collect()));
        }
    }
    map([
        ("apiVersion", raw("networking.k8s.io/v1")),
        ("kind", raw("NetworkPolicy")),
        ("metadata", metadata),
        ("spec", spec),
    ])
}

fn labels(random: &mut Random) -> Node {
    let mut labels = map([(random.pick(&KEYS), raw(random.pick(&APPS)))]);
    if random.percent(25) {
        labels.set(random.pick(&KEYS), raw(random.pick(&APPS)));
    }
    labels
}

fn selector(random: &mut Random, rich: bool) -> Node {
    let mut selector = map([("matchLabels", labels(random))]);
    if random.percent(if rich { 50 } else { 5 }) {
        let operator = random.pick(&["In", "NotIn", "Exists", "DoesNotExist"]);
        let mut expression = map([("key", raw(random.pick(&KEYS))), ("operator", raw(operator))]);
        if operator.ends_with("In") {
            expression
                .set("values", Node::List((0..=random.below(2)).map(|_| raw(random.pick(&APPS))).collect()));
        }
        let expressions = Node::List(vec![expression]);
        if random.percent(50) {
            return map([("matchExpressions", expressions)]);
        }
        selector.set("matchExpressions", expressions);
    }
    selector
}

fn rule(random: &mut Random, peers: &str, rich: bool) -> Node {
    let mut rule = Node::Map(Vec::new());
    if rich || random.percent(80) {
        let count = if rich { 2 + random.below(2) } else { 1 + random.below(10) / 7 };
        rule.set(peers, Node::List((0..count).map(|at| peer(random, rich && at == 0)).collect()));
    }
    if rich || random.percent(60) {
        rule.set(
            "ports",
            Node::List((0..=random.below(2)).map(|at| port(random, rich && at == 0)).collect()),
        );
    }
    rule
}

fn peer(random: &mut Random, block: bool) -> Node {
    match random.below(100) {
        _ if block => map([("ipBlock", ip_block(random))]),
        0..4 => map([("ipBlock", ip_block(random))]),
        4..16 => {
            map([("namespaceSelector", namespace_selector(random)), ("podSelector", selector(random, false))])
        }
        16..45 => map([("namespaceSelector", namespace_selector(random))]),
        45..55 => map([("podSelector", Node::Map(Vec::new()))]),
        _ => map([("podSelector", selector(random, false))]),
    }
}

fn namespace_selector(random: &mut Random) -> Node {
    if random.percent(35) {
        map([("matchLabels", map([("kubernetes.io/metadata.name", raw(random.pick(&NAMESPACES)))]))])
    } else if random.percent(20) {
        Node::Map(Vec::new())
    } else {
        selector(random, false)
    }
}

fn ip_block(random: &mut Random) -> Node {
    let (cidr, except) = random.pick(&[
        &("10.0.0.0/8", "10.1.0.0/16"),
        &("0.0.0.0/0", "169.254.169.254/32"),
        &("192.168.0.0/16", "192.168.7.0/24"),
        &("fd00::/8", "fd00:1::/32"),
    ]);
    let mut block = map([("cidr", quoted(cidr))]);
    if random.percent(40) {
        block.set("except", Node::List(vec![quoted(except)]));
    }
    block
}

fn port(random: &mut Random, rich: bool) -> Node {
    let mut port = Node::Map(Vec::new());
    if random.percent(85) {
        port.set("protocol", raw(if random.percent(15) { "UDP" } else { "TCP" }));
    }
    if random.percent(if rich { 15 } else { 2 }) {
        port.set("port", raw(random.pick(&["http", "metrics", "web-tls"])));
        return port;
    }
    port.set("port", raw(random.pick(&["53", "80", "443", "5432", "8080", "9090"])));
    if random.percent(if rich { 40 } else { 1 }) {
        port.set("endPort", raw("9999"));
    }
    port
}
