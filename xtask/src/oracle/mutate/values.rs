//! Ports, protocols, labels, selectors, CIDRs, peers and policy types at their edges.

use super::{Case, Mutation, mapping, place, replace};
use crate::oracle::pools;
use crate::oracle::random::Random;
use crate::oracle::text::{Node, map, raw};

pub const ALL: &[(usize, &str, Mutation)] = &[
    (6, "port", port),
    (5, "end-port", end_port),
    (4, "port-name", port_name),
    (3, "protocol", protocol),
    (6, "label-key", label_key),
    (6, "label-value", label_value),
    (6, "expression", expression),
    (9, "cidr", cidr),
    (7, "except", except),
    (4, "peer", peer),
    (3, "policy-types", policy_types),
    (2, "selector", selector),
];

const SELECTORS: [&str; 2] = ["podSelector", "namespaceSelector"];

fn port(random: &mut Random, case: &mut Case) -> bool {
    let value = raw(random.pick(pools::NUMBERS));
    replace(random, case, &["port"], value)
}

fn port_name(random: &mut Random, case: &mut Case) -> bool {
    let value = raw(random.pick(pools::PORT_NAMES));
    replace(random, case, &["port"], value)
}

fn end_port(random: &mut Random, case: &mut Case) -> bool {
    let Some(path) = place(random, &case.object, &|key, it| key == "port" && matches!(it, Node::Raw(_)))
    else {
        return false;
    };
    let Some((_, parent)) = path.split_last() else {
        return false;
    };
    let end = raw(if random.percent(40) {
        random.pick(&["79", "80", "81", "53", "54", "1", "65535", "65536"])
    } else {
        random.pick(pools::NUMBERS)
    });
    if random.percent(40)
        && let Some(slot) = case.object.at(&path)
    {
        *slot = raw(random.pick(&["80", "0", "65535", "65536", "http", "-1", "\"80\"", "90", "~"]));
    }
    let Some(Node::Map(entries)) = case.object.at(parent) else {
        return false;
    };
    if random.percent(15) {
        entries.retain(|it| it.0 != "port");
    }
    entries.retain(|it| it.0 != "endPort");
    entries.push(("endPort".into(), end));
    true
}

fn protocol(random: &mut Random, case: &mut Case) -> bool {
    let value = raw(random.pick(pools::PROTOCOLS));
    replace(random, case, &["protocol"], value)
}

fn label_key(random: &mut Random, case: &mut Case) -> bool {
    let key = random.pick(pools::KEYS).to_string();
    let Some(entries) = mapping(random, &mut case.object, &|key| key == "matchLabels" || key == "labels")
    else {
        return false;
    };
    if entries.is_empty() || random.percent(30) {
        entries.push((key, raw("x")));
    } else {
        let at = random.below(entries.len());
        entries[at].0 = key;
    }
    true
}

fn label_value(random: &mut Random, case: &mut Case) -> bool {
    let value = raw(random.pick(pools::VALUES));
    let Some(entries) = mapping(random, &mut case.object, &|key| key == "matchLabels" || key == "labels")
    else {
        return false;
    };
    let at = random.below(entries.len());
    entries.get_mut(at).map(|it| it.1 = value).is_some()
}

fn expression(random: &mut Random, case: &mut Case) -> bool {
    let mut expression = Node::Map(Vec::new());
    if random.percent(92) {
        let key = if random.percent(50) { "app" } else { random.pick(pools::KEYS) };
        expression.set("key", raw(key));
    }
    let operator = if random.percent(60) {
        random.pick(&["In", "NotIn", "Exists", "DoesNotExist"])
    } else {
        random.pick(pools::OPERATORS)
    };
    if random.percent(92) {
        expression.set("operator", raw(operator));
    }
    match random.below(10) {
        0 | 1 => {}
        2 => expression.set("values", Node::List(Vec::new())),
        3 => expression.set("values", raw(random.pick(&["~", "web", "{}", "[~]", "[1]", "[yes]", "[[a]]"]))),
        _ => {
            let values = (0..=random.below(2)).map(|_| raw(random.pick(pools::VALUES))).collect();
            expression.set("values", Node::List(values));
        }
    }
    let Some(entries) = mapping(random, &mut case.object, &|key| SELECTORS.contains(&key)) else {
        return false;
    };
    if let Some((_, Node::List(items))) = entries.iter_mut().find(|it| it.0 == "matchExpressions") {
        items.push(expression);
    } else {
        entries.push(("matchExpressions".into(), Node::List(vec![expression])));
    }
    true
}

/// A CIDR of parts that may each be wrong.
pub fn any_cidr(random: &mut Random) -> String {
    let (addresses, prefixes): (_, &[&str]) = if random.percent(55) {
        (pools::V4, &["/8", "/16", "/24", "/32", "/0"])
    } else {
        (pools::V6, &["/8", "/32", "/64", "/96", "/104", "/128", "/0"])
    };
    let prefix = if random.percent(50) { random.pick(prefixes) } else { random.pick(pools::PREFIXES) };
    // Mostly one fault at a time.
    let address = if random.percent(30) {
        random.pick(&["10.0.0.0", "fd00::", "10.0.0.1", "fd00::1"])
    } else {
        random.pick(addresses)
    };
    format!("{address}{prefix}")
}

fn spelled(random: &mut Random, text: &str) -> Node {
    if random.percent(90) { raw(format!("\"{text}\"")) } else { raw(text) }
}

fn cidr(random: &mut Random, case: &mut Case) -> bool {
    let text = match random.below(12) {
        0 => {
            let value = raw(random_cidr_word(random));
            return replace_or_add(random, case, value);
        }
        1 => random.pick(&["10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "::/0"]).to_string(),
        _ => any_cidr(random),
    };
    let value = spelled(random, &text);
    replace_or_add(random, case, value)
}

fn random_cidr_word(random: &mut Random) -> &'static str {
    random.pick(&[
        "~",
        "\"\"",
        "10",
        "[]",
        "{}",
        "true",
        "[10.0.0.0/8]",
        "all",
        "any",
        "10.0.0.0/8,10.1.0.0/16",
        "10.0.0.0-10.0.0.9",
        "\" \"",
        "1.5",
        "\"<\"",
    ])
}

fn replace_or_add(random: &mut Random, case: &mut Case, value: Node) -> bool {
    if replace(random, case, &["cidr"], value.clone()) {
        return true;
    }
    let Some(path) =
        place(random, &case.object, &|key, it| (key == "from" || key == "to") && matches!(it, Node::List(_)))
    else {
        return false;
    };
    let Some(Node::List(items)) = case.object.at(&path) else {
        return false;
    };
    items.push(map([("ipBlock", map([("cidr", value)]))]));
    true
}

fn except(random: &mut Random, case: &mut Case) -> bool {
    if place(random, &case.object, &|key, _| key == "cidr").is_none() {
        replace_or_add(random, case, raw("10.0.0.0/8"));
    }
    let (cidr, inside): (&str, &[&str]) = match random.below(6) {
        0 | 1 => (
            "10.0.0.0/8",
            &[
                "10.0.0.0/8",
                "10.0.0.0/9",
                "10.128.0.0/9",
                "10.0.0.1/16",
                "10.0.0.0/7",
                "11.0.0.0/16",
                "0.0.0.0/0",
                "10.1.2.3",
                "fd00::/8",
                "::ffff:10.1.0.0/112",
                "10.01.0.0/16",
            ],
        ),
        2 => (
            "fd00::/8",
            &[
                "fd00::/8",
                "fd00::/9",
                "FD00:1::/32",
                "fe00::/9",
                "fd00::1/64",
                "10.0.0.0/8",
                "fd00::/7",
                "::/0",
                "fd00:0:0:0::/64",
            ],
        ),
        3 => (
            "0.0.0.0/0",
            &[
                "0.0.0.0/0",
                "0.0.0.0/1",
                "10.0.0.0/8",
                "169.254.169.254",
                "169.254.169.254/32",
                "::/0",
                "00.0.0.0/8",
            ],
        ),
        4 => ("10.0.0.5/8", &["10.0.0.0/16", "10.1.2.3/16", "10.0.0.5/8", "10.0.0.0/8"]),
        _ => (
            "::ffff:10.0.0.0/104",
            &["10.1.0.0/16", "::ffff:10.1.0.0/112", "10.0.0.0/8", "::ffff:10.0.0.0/104", "::ffff:0.0.0.0/97"],
        ),
    };
    let mut items: Vec<Node> = (0..=random.below(2))
        .map(|_| {
            let text = if random.percent(70) { random.pick(inside).to_string() } else { any_cidr(random) };
            spelled(random, &text)
        })
        .collect();
    if random.percent(8) {
        items.push(raw(random.pick(&["~", "\"\"", "5", "[]", "{}"])));
    }
    let Some(path) = place(random, &case.object, &|key, it| key == "ipBlock" && matches!(it, Node::Map(_)))
    else {
        return false;
    };
    let Some(block) = case.object.at(&path) else {
        return false;
    };
    if random.percent(75) {
        block.set("cidr", raw(format!("\"{cidr}\"")));
    }
    block.set("except", if random.percent(4) { raw("10.1.0.0/16") } else { Node::List(items) });
    true
}

fn peer(random: &mut Random, case: &mut Case) -> bool {
    let Some(path) =
        place(random, &case.object, &|key, it| (key == "from" || key == "to") && matches!(it, Node::List(_)))
    else {
        return false;
    };
    let Some(Node::List(items)) = case.object.at(&path) else {
        return false;
    };
    let block = map([("cidr", raw("10.0.0.0/8"))]);
    let everything = Node::Map(Vec::new());
    let peer = match random.below(9) {
        0 => everything,
        1 => raw("null"),
        2 => map([("ipBlock", block), ("podSelector", everything)]),
        3 => map([("ipBlock", block), ("namespaceSelector", everything)]),
        4 => map([("ipBlock", everything)]),
        5 => map([("podSelector", raw("null"))]),
        6 => map([("ipBlock", raw("null")), ("podSelector", everything)]),
        7 => map([
            ("ipBlock", map([("cidr", raw("bad"))])),
            ("podSelector", map([("matchLabels", map([("-", raw("-"))]))])),
        ]),
        _ => map([("podSelector", everything.clone()), ("namespaceSelector", everything)]),
    };
    let at = random.below(items.len() + 1);
    if at < items.len() {
        items[at] = peer
    } else {
        items.push(peer)
    }
    true
}

fn policy_types(random: &mut Random, case: &mut Case) -> bool {
    let Some(spec) = case.object.get("spec") else {
        return false;
    };
    if !matches!(spec, Node::Map(_)) {
        return false;
    }
    let value = random.pick(&[
        "[]",
        "~",
        "[Ingress]",
        "[Egress]",
        "[Ingress, Ingress]",
        "[Ingress, Egress, Ingress]",
        "[ingress]",
        "[Ingress, egress]",
        "[\"\"]",
        "[~]",
        "Ingress",
        "[Both]",
        "[Ingress, Egress, x, y]",
        "{Ingress: true}",
        "[1]",
        "[true]",
        "[[Ingress]]",
        "[\"Ingress \"]",
        "[Egress, Ingress]",
        "[\"<\", \"\\n\"]",
        "[a, b, \"<\\u2028>\"]",
    ]);
    if random.percent(20) {
        if let Node::Map(entries) = spec {
            entries.retain(|it| it.0 != "policyTypes");
        }
    } else {
        spec.set("policyTypes", raw(value));
    }
    true
}

fn selector(random: &mut Random, case: &mut Case) -> bool {
    let value = match random.below(8) {
        0 => raw("null"),
        1 => map([("app", raw("web"))]),
        2 => map([("matchlabels", map([("app", raw("web"))]))]),
        3 => map([("matchLabels", raw("null"))]),
        4 => map([("matchLabels", map([("app", raw("null"))]))]),
        5 => map([("matchExpressions", Node::List(vec![Node::Map(Vec::new())]))]),
        6 => map([("matchExpressions", Node::List(vec![raw("null")]))]),
        _ => Node::List(vec![map([("matchLabels", Node::Map(Vec::new()))])]),
    };
    replace(random, case, &SELECTORS, value)
}
