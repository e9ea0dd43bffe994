//! Values that break a rule.

use super::super::validate::{Error, Kind, Warning, cidr_repairs};
use super::{Cx, Hint, last};
use crate::diagnostic::{Fix, Step};
use crate::field::FieldPath;
use crate::similar::nearest;
use crate::syntax::Value;
use serde_json::json;
use std::net::IpAddr;

pub(super) fn error(cx: &Cx, error: &Error) -> Hint {
    let at = &error.place;
    let written = cx.text(at);
    match (last(at), error.kind) {
        ("port", Kind::Invalid) => port(cx, at),
        ("endPort", _) => end_port(cx, at),
        ("protocol", _) => one_of(cx, at, &["TCP", "UDP", "SCTP"]).unwrap_or_else(|| {
            Hint::help("the API knows `TCP`, `UDP` and `SCTP`; a rule without `ports` covers every port of all three")
        }),
        ("operator", _) => operator(cx, at),
        ("values", Kind::Required) => Hint::help("`Exists` asks for the key alone; `In` and `NotIn` need values"),
        ("values", Kind::Forbidden) => {
            let expression = at.parent();
            let remove = vec![cx.remove(at.clone())];
            let operator = match cx.text(&expression.field("operator")) {
                Some("DoesNotExist") => "NotIn",
                _ => "In",
            };
            let keep = vec![cx.set(expression.field("operator"), operator)];
            Hint::help("only `In` and `NotIn` take values")
                .with(Fix::risky("remove `values`", remove))
                .with(Fix::risky(format!("write `operator: {operator}`"), keep))
        }
        ("policyTypes", _) => all_types(cx, at),
        ("cidr", Kind::Required) => Hint::help("write the range, such as `192.0.2.0/24`"),
        ("cidr", _) => range(cx, at, written),
        ("name", Kind::Required) => Hint::help("every object needs a name: write `metadata.name`"),
        _ if within(at, "policyTypes") => item_type(cx, at, written),
        _ if within(at, "except") => range(cx, at, written),
        _ if error.body.contains("must specify a peer") => empty_peer(cx, at),
        _ if error.body.contains("may not specify both ipBlock") => split_peer(cx, at),
        _ => Hint::default(),
    }
}

pub(super) fn warning(cx: &Cx, warning: &Warning) -> Hint {
    range(cx, &warning.field, cx.text(&warning.field))
}

/// Whether a path ends with an item of the list `name`.
fn within(at: &FieldPath, name: &str) -> bool {
    last(at).is_empty() && last(&at.parent()) == name
}

/// The value among those allowed that differs by case, or by a letter or two.
fn one_of(cx: &Cx, at: &FieldPath, allowed: &[&'static str]) -> Option<Hint> {
    let written = cx.text(at)?.trim();
    let most = if written.len() < 5 { 1 } else { 2 };
    let right = nearest(written, allowed.iter().copied(), most)?;
    let fix = Fix::safe(format!("write `{right}`"), vec![cx.set(at.clone(), right)]);
    Some(Hint::help(format!("did you mean `{right}`?")).with(fix))
}

fn port(cx: &Cx, at: &FieldPath) -> Hint {
    let range = "a port is a number from 1 to 65535, or the name of a container port";
    let Some(text) = cx.text(at) else {
        return Hint::help("ports are numbered from 1 to 65535; leave `port` out for all of them");
    };
    let valid = |it: &str| it.trim().parse::<u16>().ok().filter(|it| *it > 0);
    if let Some(number) = valid(text) {
        let fix = Fix::safe("write the number without quotes", vec![cx.set(at.clone(), number)]);
        return Hint::help("in quotes it is the name of a port; a number stands without").with(fix);
    }
    let end = at.parent().field("endPort");
    if let (Some((Some(first), Some(past))), false) =
        (text.split_once('-').map(|it| (valid(it.0), valid(it.1))), cx.has(&end))
        && first <= past
    {
        let steps = vec![cx.set(at.clone(), first), cx.set(end, past)];
        let fix = Fix::safe("write `port` and `endPort`", steps);
        return Hint::help("a range is written with `port` and `endPort`").with(fix);
    }
    Hint::help(range)
}

fn end_port(cx: &Cx, at: &FieldPath) -> Hint {
    let port = at.parent().field("port");
    let number = |at: &FieldPath| match cx.value(at) {
        Value::Number(text) => text.parse::<i64>().ok(),
        _ => None,
    };
    match (number(&port), number(at)) {
        (Some(first), Some(past)) if past < first && past > 0 => {
            let steps = vec![cx.set(port, past), cx.set(at.clone(), first)];
            Hint::help("`port` is the first port of the range, `endPort` the last")
                .with(Fix::risky("swap `port` and `endPort`", steps))
        }
        (Some(_), _) => Hint::help("`port` is the first port of the range, `endPort` the last"),
        (None, _) => Hint::help("`endPort` ends a range that a number in `port` starts"),
    }
}

fn operator(cx: &Cx, at: &FieldPath) -> Hint {
    let known = ["In", "NotIn", "Exists", "DoesNotExist"];
    if let Some(hint) = one_of(cx, at, &known) {
        return hint;
    }
    let right = match cx.text(at).unwrap_or_default().to_ascii_lowercase().as_str() {
        "equals" | "equal" | "=" | "==" => "In",
        "notequals" | "notequal" | "!=" => "NotIn",
        "notexists" | "!" => "DoesNotExist",
        _ => return Hint::help("the operators are `In`, `NotIn`, `Exists` and `DoesNotExist`"),
    };
    let fix = Fix::safe(format!("write `{right}`"), vec![cx.set(at.clone(), right)]);
    Hint::help(format!("the operator is called `{right}` here")).with(fix)
}

/// More policy types than there are.
fn all_types(cx: &Cx, at: &FieldPath) -> Hint {
    let hint = Hint::help("there are two policy types, `Ingress` and `Egress`");
    let types = cx.json(at);
    let has = |name: &str| types.as_array().is_some_and(|it| it.iter().any(|it| it == name));
    let only = types.as_array().is_some_and(|it| it.iter().all(|it| it == "Ingress" || it == "Egress"));
    if !only {
        return hint;
    }
    let kept: Vec<&str> = ["Ingress", "Egress"].into_iter().filter(|it| has(it)).collect();
    hint.with(Fix::safe("write each once", vec![cx.set(at.clone(), json!(kept))]))
}

fn item_type(cx: &Cx, at: &FieldPath, written: Option<&str>) -> Hint {
    let types @ [first, second] = ["Ingress", "Egress"];
    if let Some(hint) = one_of(cx, at, &types) {
        return hint;
    }
    let hint = Hint::help("the policy types are `Ingress` and `Egress`");
    let both = |it: &str| {
        let mut parts = it.split(',').map(str::trim);
        it.contains(',') && parts.all(|it| types.iter().any(|known| known.eq_ignore_ascii_case(it)))
    };
    let list = at.parent();
    if written.is_some_and(both) && cx.count(&list) == 1 {
        let insert = Step::Insert { object: cx.object.id, at: list.index(1), value: second.into() };
        let steps = vec![cx.set(at.clone(), first), insert];
        return Hint::help("each policy type is an item of its own")
            .with(Fix::safe("write two items", steps));
    }
    hint
}

fn range(cx: &Cx, at: &FieldPath, written: Option<&str>) -> Hint {
    let Some(text) = written else { return Hint::default() };
    if let Ok(ip) = text.trim().parse::<IpAddr>() {
        let host = format!("{ip}/{}", if ip.is_ipv4() { 32 } else { 128 });
        let steps = vec![cx.set(at.clone(), &*host)];
        let title = format!("write the address `{host}`");
        // An address that ends in zero may have been meant as a network.
        let network = text.trim().ends_with(".0") || text.trim().ends_with("::");
        let fix = if network { Fix::risky(title, steps) } else { Fix::safe(title, steps) };
        return Hint::help("a range needs a prefix length").with(fix);
    }
    let Some(repairs) = cidr_repairs(text) else { return Hint::default() };
    let set = |to: &str| vec![cx.set(at.clone(), to)];
    let network = Fix::safe(format!("write the network `{}`", repairs.network), set(&repairs.network));
    match repairs.host {
        _ if repairs.network == text => Hint::default(),
        Some(host) => {
            let help = format!("`{}` is the range, `{host}` the one address", repairs.network);
            Hint::help(help).with(network).with(Fix::risky(format!("write the address `{host}`"), set(&host)))
        }
        None => Hint::help(format!("the server reads `{}`", repairs.network)).with(network),
    }
}

/// A peer that says nothing.
fn empty_peer(cx: &Cx, at: &FieldPath) -> Hint {
    let peers = at.parent();
    let help = format!(
        "an empty peer is refused: leave `{}` out for everything, or write `namespaceSelector: {{}}` for every pod",
        last(&peers)
    );
    let mut hint = Hint::help(help);
    for selector in ["podSelector", "namespaceSelector"] {
        let at = at.field(selector);
        if cx.has(&at) {
            let fix = Fix::risky(
                format!("write `{selector}: {{}}`, which selects all"),
                vec![cx.set(at, json!({}))],
            );
            hint = hint.with(fix);
        }
    }
    hint
}

/// An address range and selectors in one peer.
fn split_peer(cx: &Cx, at: &FieldPath) -> Hint {
    let peers = at.parent();
    let block = at.field("ipBlock");
    let end = peers.index(cx.count(&peers));
    let item = json!({"ipBlock": cx.json(&block)});
    let insert = Step::Insert { object: cx.object.id, at: end, value: item };
    Hint::help("pods and address ranges are peers of their own; a connection needs to match one of them")
        .with(Fix::risky("make `ipBlock` a peer of its own", vec![insert, cx.remove(block)]))
}
