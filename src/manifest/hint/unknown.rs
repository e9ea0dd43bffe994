//! Fields that do not exist where they stand: misspelt, or misplaced.

use super::super::strict::Fault;
use super::{Cx, Hint, beside, last, listed};
use crate::diagnostic::{Fix, Step};
use crate::field::{FieldPath, Segment};
use crate::order::Gather;
use crate::similar::nearest;
use crate::syntax::Value;
use serde_json::{Value as Json, json};

pub(super) fn hint(cx: &Cx, fault: &Fault) -> Hint {
    let at = &fault.field;
    let Some(within) = beside(at) else { return Hint::default() };
    misspelt(cx, at).or_else(|| misplaced(cx, at, within.name)).unwrap_or_else(|| {
        let known = listed(within.fields.iter().map(|it| it.name));
        Hint::help(format!("no such field here: `{}` has {known}", within.name))
    })
}

/// A name that differs from one that exists only by case, or by a letter or two.
fn misspelt(cx: &Cx, at: &FieldPath) -> Option<Hint> {
    let name = last(at);
    let within = beside(at)?;
    let most = if name.len() < 5 { 1 } else { 2 };
    let right = nearest(name, within.fields.iter().map(|it| it.name), most)?;
    if name == "port" {
        return None;
    }
    let hint = Hint::help(format!("did you mean `{right}`?"));
    let target = at.parent().field(right);
    if cx.has(&target) {
        return Some(hint);
    }
    let text = match (within.field(right)?.ty, cx.value(at)) {
        (super::super::schema::Type::Texts(_), Value::String(text)) => Some(text.to_string()),
        _ => None,
    };
    let title = format!("rename `{name}` to `{right}`");
    let steps = match text {
        Some(text) => vec![cx.remove(at.clone()), cx.set(target, vec![Json::String(text)])],
        None => vec![cx.rename(at.clone(), right)],
    };
    Some(hint.with(Fix::safe(title, steps)))
}

/// A field that exists elsewhere.
fn misplaced(cx: &Cx, at: &FieldPath, within: &str) -> Option<Hint> {
    let name = last(at);
    let parent = at.parent();
    match (within, name) {
        ("NetworkPolicyPeer", "ports") => Some(ports_in_peer(cx, at)),
        ("NetworkPolicyPeer", "cidr" | "except") => {
            let block = parent.field("ipBlock");
            Some(moved(cx, at, block.field(name), "belongs into `ipBlock`", true))
        }
        ("NetworkPolicyPeer", "matchLabels" | "matchExpressions") => {
            let to = |selector: &str| parent.field(selector).field(name);
            let mut hint = moved(cx, at, to("podSelector"), "belongs into a selector", false);
            hint.fixes.extend(moved(cx, at, to("namespaceSelector"), "", false).fixes);
            Some(hint)
        }
        (
            "NetworkPolicyIngressRule" | "NetworkPolicyEgressRule",
            "podSelector" | "namespaceSelector" | "ipBlock",
        ) => Some(peer_in_rule(cx, &parent, within)),
        ("NetworkPolicyIngressRule", "to") => Some(other_side(cx, at, "from", "an ingress rule")),
        ("NetworkPolicyEgressRule", "from") => Some(other_side(cx, at, "to", "an egress rule")),
        ("NetworkPolicyIngressRule" | "NetworkPolicyEgressRule", "port" | "protocol" | "endPort") => {
            Some(port_in_rule(cx, &parent))
        }
        ("NetworkPolicyPort", "name" | "targetPort") => Some(named_port(cx, at)),
        ("LabelSelector", "key" | "operator" | "values") => Some(requirement(cx, &parent)),
        ("LabelSelector", "podSelector" | "namespaceSelector" | "ipBlock") => {
            let (to, why) = (parent.parent().field(name), "belongs beside the selector, not into it");
            Some(moved(cx, at, to, why, false))
        }
        ("LabelSelector", _) if matches!(cx.value(at), Value::String(_)) => Some(bare_labels(cx, &parent)),
        ("NetworkPolicySpec", "matchLabels" | "matchExpressions") => {
            let to = parent.field("podSelector").field(name);
            Some(moved(cx, at, to, "belongs into `podSelector`", true))
        }
        ("NetworkPolicy", "podSelector" | "policyTypes" | "ingress" | "egress") => {
            let to = FieldPath::root().field("spec").field(name);
            Some(moved(cx, at, to, "belongs into `spec`", true))
        }
        ("NetworkPolicy" | "NetworkPolicySpec", "name" | "namespace" | "labels" | "annotations") => {
            let to = FieldPath::root().field("metadata").field(name);
            Some(moved(cx, at, to, "belongs into `metadata`", true))
        }
        ("NetworkPolicy", "status") => {
            let fix = Fix::safe("remove `status`", vec![cx.remove(at.clone())]);
            Some(Hint::help("NetworkPolicy has had no `status` since Kubernetes 1.28").with(fix))
        }
        _ => None,
    }
}

/// Moving a field to where it belongs, if nothing stands there.
fn moved(cx: &Cx, at: &FieldPath, to: FieldPath, why: &str, sole: bool) -> Hint {
    let hint = Hint::help(format!("`{}` {why}", last(at)));
    if cx.has(&to) {
        return hint;
    }
    let title = format!("move it to `{to}`");
    let steps = vec![cx.shift(at.clone(), to)];
    hint.with(if sole { Fix::safe(title, steps) } else { Fix::risky(title, steps) })
}

/// `ports` inside a peer: they belong to the rule, and with that to all of its peers.
fn ports_in_peer(cx: &Cx, at: &FieldPath) -> Hint {
    let peer = at.parent();
    let peers = peer.parent();
    let to = peers.parent().field("ports");
    let hint = Hint::help(format!(
        "`ports` belongs beside `{}`, not into it: it holds for all peers of the rule",
        last(&peers)
    ));
    if cx.has(&to) {
        return hint;
    }
    let alone = cx.keys(&peer).len() == 1;
    let mut steps = vec![cx.shift(at.clone(), to.clone())];
    if alone && cx.count(&peers) > 1 {
        steps.push(cx.remove(peer));
    } else if alone {
        // Nothing but ports: every peer is meant.
        steps.push(cx.remove(peers.clone()));
    }
    let title = format!("move it to `{to}`");
    let sole = cx.count(&peers) == 1 && !alone;
    hint.with(if sole { Fix::safe(title, steps) } else { Fix::risky(title, steps) })
}

/// Selectors written in the rule itself, without `from` or `to`.
fn peer_in_rule(cx: &Cx, rule: &FieldPath, within: &str) -> Hint {
    let list = if within == "NetworkPolicyIngressRule" { "from" } else { "to" };
    let hint = Hint::help(format!("peers are items of `{list}`"));
    let peers = rule.field(list);
    if cx.has(&peers) {
        return hint;
    }
    let parts: Vec<&str> = cx
        .keys(rule)
        .into_iter()
        .filter(|it| ["podSelector", "namespaceSelector", "ipBlock"].contains(it))
        .collect();
    let peer: serde_json::Map<String, Json> =
        parts.iter().map(|it| (it.to_string(), cx.json(&rule.field(it)))).gather();
    let mut steps = vec![cx.set(peers, json!([peer]))];
    steps.extend(parts.iter().map(|it| cx.remove(rule.field(it))));
    hint.with(Fix::safe(format!("make {} a peer of `{list}`", listed(parts)), steps))
}

fn other_side(cx: &Cx, at: &FieldPath, right: &str, rule: &str) -> Hint {
    let hint = Hint::help(format!("{rule} has `{right}`; `{}` belongs to the other direction", last(at)));
    if cx.has(&at.parent().field(right)) {
        return hint;
    }
    hint.with(Fix::risky(format!("rename it to `{right}`"), vec![cx.rename(at.clone(), right)]))
}

/// `port: 80` in a rule rather than in an item of `ports`.
fn port_in_rule(cx: &Cx, rule: &FieldPath) -> Hint {
    let hint = Hint::help("ports are items of `ports`");
    let ports = rule.field("ports");
    if cx.has(&ports) {
        return hint;
    }
    let at = rule.field("port");
    if let Value::Sequence(_) = cx.value(&at) {
        return hint.with(Fix::safe("rename `port` to `ports`", vec![cx.rename(at, "ports")]));
    }
    if let Value::Mapping(_) = cx.value(&at) {
        return hint;
    }
    let parts: Vec<&str> =
        cx.keys(rule).into_iter().filter(|it| ["port", "protocol", "endPort"].contains(it)).collect();
    let port: serde_json::Map<String, Json> =
        parts.iter().map(|it| (it.to_string(), cx.json(&rule.field(it)))).gather();
    let mut steps = vec![cx.set(ports, json!([port]))];
    steps.extend(parts.iter().map(|it| cx.remove(rule.field(it))));
    hint.with(Fix::safe(format!("make {} an item of `ports`", listed(parts)), steps))
}

/// `name` or `targetPort` of a Service's port.
fn named_port(cx: &Cx, at: &FieldPath) -> Hint {
    let hint = Hint::help("`port` names the pod's own port, by number or by name; nothing else is needed");
    if cx.has(&at.parent().field("port")) {
        return hint.with(Fix::safe(format!("remove `{}`", last(at)), vec![cx.remove(at.clone())]));
    }
    hint.with(Fix::safe("rename it to `port`", vec![cx.rename(at.clone(), "port")]))
}

/// `key`, `operator` and `values` in a selector rather than in an item of `matchExpressions`.
fn requirement(cx: &Cx, selector: &FieldPath) -> Hint {
    let hint = Hint::help("conditions are items of `matchExpressions`");
    let list = selector.field("matchExpressions");
    if cx.has(&list) {
        return hint;
    }
    let parts: Vec<&str> =
        cx.keys(selector).into_iter().filter(|it| ["key", "operator", "values"].contains(it)).collect();
    let item: serde_json::Map<String, Json> =
        parts.iter().map(|it| (it.to_string(), cx.json(&selector.field(it)))).gather();
    let mut steps = vec![cx.set(list, json!([item]))];
    steps.extend(parts.iter().map(|it| cx.remove(selector.field(it))));
    hint.with(Fix::safe("make it an item of `matchExpressions`", steps))
}

/// Labels written straight into a selector.
fn bare_labels(cx: &Cx, selector: &FieldPath) -> Hint {
    let labels = selector.field("matchLabels");
    let bare: Vec<&str> = cx
        .keys(selector)
        .into_iter()
        .filter(|it| !matches!(*it, "matchLabels" | "matchExpressions"))
        .filter(|it| matches!(cx.value(&selector.field(it)), Value::String(_)))
        .collect();
    let hint = Hint::help(
        "labels belong into `matchLabels`; as they stand, a lenient client drops them and the selector selects everything",
    );
    let put = |key: &dyn Fn(&str) -> String| -> Vec<Step> {
        bare.iter().map(|it| cx.shift(selector.field(it), labels.key(&key(it)))).collect()
    };
    let taken = |it: &str| matches!(cx.value(&labels.key(it)), Value::String(_));
    if bare.iter().any(|it| taken(it)) {
        return hint;
    }
    let title = "put the labels into `matchLabels`";
    let of_namespaces = matches!(selector.0.last(), Some(Segment::Field(it)) if &**it == "namespaceSelector");
    if of_namespaces && bare.contains(&"name") {
        let own = |it: &str| if it == "name" { "kubernetes.io/metadata.name".into() } else { it.to_string() };
        return hint
            .with(Fix::risky("select by `kubernetes.io/metadata.name`, which every namespace has", put(&own)))
            .with(Fix::risky(title, put(&str::to_string)));
    }
    hint.with(Fix::safe(title, put(&str::to_string)))
}
