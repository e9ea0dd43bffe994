//! What people type to name an end of a connection.
//!
//! Pods, workloads and Services (`shop/web`, `deploy/web`, `shop/svc/web`, `shop/web[Service]`),
//! namespaces (`shop/`, `ns/shop`), addresses, CIDRs and ranges, `external`, `ingress-controller`, and pods that do not
//! exist yet by their labels (`shop/{app=web}`, `{team=a}/{}`).

use super::ApiError;
use super::endpoints::CONTROLLER;
use crate::analysis::backend::address_party;
use crate::analysis::connections::Node;
use crate::analysis::outside::controllers;
use crate::analysis::pair::Party;
use crate::model::Model;
use crate::model::address::Owner;
use crate::model::future::Future;
use crate::model::ip::{Addr, Range};
use crate::model::namespace::NAME_LABEL;
use crate::model::selector::{Selector, Test};
use crate::order::Gather;
use std::collections::BTreeSet;

/// One thing that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// An end, and how to call it where its own name would say too much.
    Party(Party, Option<String>),
    /// A Service, by number.
    Service(usize),
}

/// Short names of kinds, as kubectl has them.
const KINDS: [(&str, &str); 12] = [
    ("po", "Pod"),
    ("deploy", "Deployment"),
    ("rs", "ReplicaSet"),
    ("rc", "ReplicationController"),
    ("sts", "StatefulSet"),
    ("ds", "DaemonSet"),
    ("cj", "CronJob"),
    ("svc", "Service"),
    ("ns", "Namespace"),
    ("no", "Node"),
    ("job", "Job"),
    ("netpol", "NetworkPolicy"),
];

/// The kind a word means: short, singular or plural, in any case.
fn kind(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let long = |kind: &str| {
        let kind = kind.to_ascii_lowercase();
        word == kind
            || word == format!("{kind}s")
            || (kind.ends_with('y') && word == format!("{}ies", kind.trim_end_matches('y')))
    };
    KINDS.into_iter().find(|(short, kind)| word == *short || long(kind)).map(|(_, kind)| kind)
}

/// Pods by their labels, where a text names such.
pub(crate) fn future(text: &str, default: &str) -> Option<Result<Future, String>> {
    if !text.contains('{') {
        return None;
    }
    let at = text.rfind("/{");
    let (home, pods) = match at {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (default, text),
    };
    let namespaces =
        if home.starts_with('{') { selector(home) } else { Ok(Selector::label(NAME_LABEL, home)) };
    Some(namespaces.and_then(|namespaces| Ok(Future { namespaces, pods: selector(pods)? })))
}

/// `{app=web,tier in (a,b),!canary,team}`.
fn selector(text: &str) -> Result<Selector, String> {
    let wrong = || format!("`{text}` is not a selector; write `{{app=web,tier in (a,b)}}`");
    let inner = text.strip_prefix('{').and_then(|it| it.strip_suffix('}')).ok_or_else(wrong)?;
    let mut all = Selector::default();
    for part in split(inner) {
        let part = part.trim();
        let values = |list: &str| -> Option<BTreeSet<String>> {
            let list = list.trim().strip_prefix('(')?.strip_suffix(')')?;
            Some(list.split(',').map(|value| value.trim().to_owned()).gather())
        };
        let (key, test) = if part.is_empty() {
            continue;
        } else if let Some(key) = part.strip_prefix('!') {
            (key, Test::Absent)
        } else if let Some((key, list)) = part.split_once(" notin ") {
            (key, Test::NotIn(values(list).ok_or_else(wrong)?))
        } else if let Some((key, list)) = part.split_once(" in ") {
            (key, Test::In(values(list).ok_or_else(wrong)?))
        } else if let Some((key, value)) = part.split_once("!=") {
            (key, Test::NotIn(std::iter::once(value.trim().to_owned()).gather()))
        } else if let Some((key, value)) = part.split_once('=') {
            (key, Test::In(std::iter::once(value.trim_start_matches('=').trim().to_owned()).gather()))
        } else {
            (part, Test::Present(BTreeSet::new()))
        };
        let tests = std::iter::once((key.trim().to_owned(), test)).gather();
        all = all.and(&Selector { tests });
    }
    Ok(all)
}

/// Splits at commas outside parentheses.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ',' && depth == 0 {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

/// What a text names in a model.
pub(crate) fn resolve(model: &Model<'_>, text: &str, at: &str) -> Result<Vec<Target>, ApiError> {
    let text = text.trim();
    let unknown = |message: String| ApiError::new("invalid-request", at, message);
    if let Some(future) = future(text, &model.options.namespace) {
        let future = future.map_err(unknown)?;
        let number = (0_u32..).zip(&model.futures).find(|(_, (own, _))| *own == future).map(|(at, _)| at);
        return Ok(number.map(|at| party(Node::Future(at))).into_iter().collect());
    }
    if matches!(text, "external" | "internet" | "world") {
        return Ok(addresses(model, |owner| owner == Owner::Outside));
    }
    if let Some(range) = Range::parse(text) {
        return Ok(range_targets(model, range, text));
    }
    let mut found = named(model, text);
    if found.is_empty() && text == CONTROLLER {
        if at == "to" {
            return Err(unknown(
                "the ingress controller only brings traffic in; ask for connections from it".into(),
            ));
        }
        found = controllers(model).into_iter().map(|at| party(Node::Endpoint(at))).collect();
        if found.is_empty() {
            found.push(party(Node::IngressController));
        }
    }
    if found.is_empty() {
        return Err(unknown(format!("nothing in the input is called `{text}`{}", nearest(model, text))));
    }
    Ok(found)
}

fn party(node: Node) -> Target {
    Target::Party(Party { node, addr: None }, None)
}

fn addresses(model: &Model<'_>, wanted: impl Fn(Owner) -> bool) -> Vec<Target> {
    let classes = (0_u32..).zip(&model.addresses.classes).filter(|(_, class)| wanted(class.owner));
    classes.map(|(at, _)| party(Node::Address(at))).collect()
}

/// The parts of a range that policies tell apart; one address may be a pod's or a Service's.
fn range_targets(model: &Model<'_>, range: Range, text: &str) -> Vec<Target> {
    if range.first == range.last {
        let service = model.services.iter().position(|it| cluster_ips(it).any(|ip| ip == range.first));
        if let Some(at) = service {
            return vec![Target::Service(at)];
        }
        let party = address_party(model, range.first);
        let label = party.addr.map(|_| text.to_owned());
        return vec![Target::Party(party, label)];
    }
    let mut found = Vec::new();
    for (at, class) in (0_u32..).zip(&model.addresses.classes) {
        let parts: Vec<Range> = class.ranges.iter().filter_map(|own| own.overlap(range)).collect();
        if let Some(first) = parts.first() {
            let label = parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            let whole = parts == class.ranges;
            let party = Party { node: Node::Address(at), addr: Some(first.first) };
            found.push(Target::Party(party, (!whole).then_some(label)));
        }
    }
    found
}

/// A Service's own addresses.
pub(crate) fn cluster_ips(service: &crate::model::service::Service<'_>) -> impl Iterator<Item = Addr> {
    let more = service.spec.cluster_ips.iter().flatten();
    service.spec.cluster_ip.iter().chain(more).filter_map(|text| Addr::parse(text))
}

/// Workloads, pods, Services, nodes and namespaces by name.
fn named(model: &Model<'_>, text: &str) -> Vec<Target> {
    let default = model.options.namespace.as_str();
    let (text, bracket) = match text.strip_suffix(']').and_then(|it| it.split_once('[')) {
        Some((text, kind)) => (text, Some(kind)),
        None => (text, None),
    };
    let (text, part) = match text.split_once('#') {
        Some((text, part)) => (text, part.parse::<u32>().ok()),
        None => (text, None),
    };
    let steps: Vec<&str> = text.split('/').collect();
    let look = |namespace: &str, kind: Option<&str>, name: &str| object(model, namespace, kind, name, part);
    match steps.as_slice() {
        [namespace, ""] => namespace_targets(model, namespace),
        [name] => {
            let own = look(default, bracket, name);
            if !own.is_empty() || bracket == Some("Node") {
                return if bracket == Some("Node") { node(model, name) } else { own };
            }
            namespace_targets(model, name)
        }
        [first, name] => {
            let own = look(first, bracket, name);
            if !own.is_empty() {
                return own;
            }
            match kind(first) {
                Some("Namespace") => namespace_targets(model, name),
                Some("Node") => node(model, name),
                kind @ Some(_) => look(default, kind, name),
                None => Vec::new(),
            }
        }
        [first, second, name] => match (kind(second), kind(first)) {
            (kind @ Some(_), _) => look(first, kind, name),
            (None, kind @ Some(_)) => look(second, kind, name),
            (None, None) => look(first, Some(*second), name),
        },
        _ => Vec::new(),
    }
}

fn object(
    model: &Model<'_>,
    namespace: &str,
    kind: Option<&str>,
    name: &str,
    part: Option<u32>,
) -> Vec<Target> {
    let workload = |endpoint: &crate::model::Endpoint| {
        let own = model.workloads.get(endpoint.workload as usize)?;
        (own.namespace == namespace && kind.is_none_or(|kind| kind == own.kind)).then_some(own)
    };
    let numbered = || (0_u32..).zip(&model.endpoints);
    let by_name = numbered().filter(|(_, it)| part.is_none() || it.part == part);
    let by_name = by_name.filter(|(_, it)| workload(it).is_some_and(|own| own.name == name));
    let mut found: Vec<Target> = by_name.map(|(at, _)| party(Node::Endpoint(at))).collect();
    if found.is_empty() && kind != Some("Service") {
        let pod = |endpoint: &crate::model::Endpoint| {
            let Some(own) = workload_of(model, endpoint).filter(|own| own.namespace == namespace) else {
                return false;
            };
            let mut pods = endpoint.pods.iter().filter_map(|at| own.pods.get(*at as usize));
            kind.is_none_or(|kind| kind == "Pod") && pods.any(|pod| pod.names.iter().any(|own| own == name))
        };
        found.extend(numbered().filter(|(_, it)| pod(it)).map(|(at, _)| party(Node::Endpoint(at))));
    }
    if found.is_empty() && kind.is_none_or(|kind| kind == "Service") {
        let service = |it: &crate::model::service::Service<'_>| it.namespace == namespace && it.name == name;
        found.extend(model.services.iter().position(service).map(Target::Service));
    }
    found
}

fn workload_of<'m, 'a>(
    model: &'m Model<'a>,
    endpoint: &crate::model::Endpoint,
) -> Option<&'m crate::model::pod::Workload<'a>> {
    model.workloads.get(endpoint.workload as usize)
}

fn node(model: &Model<'_>, name: &str) -> Vec<Target> {
    let own = |owner: Owner| match owner {
        Owner::Node(Some(at)) => model.nodes.get(at as usize).is_some_and(|node| node.name == name),
        _ => false,
    };
    addresses(model, own)
}

fn namespace_targets(model: &Model<'_>, name: &str) -> Vec<Target> {
    let inside = |endpoint: &crate::model::Endpoint| {
        workload_of(model, endpoint).is_some_and(|it| it.namespace == name)
    };
    (0_u32..)
        .zip(&model.endpoints)
        .filter(|(_, it)| inside(it))
        .map(|(at, _)| party(Node::Endpoint(at)))
        .collect()
}

/// The endpoint with the most similar name, as the end of a sentence.
fn nearest(model: &Model<'_>, text: &str) -> String {
    let ids = model
        .workloads
        .iter()
        .filter(|it| !it.kind.is_empty())
        .map(|it| format!("{}/{}", it.namespace, it.name));
    let services = model.services.iter().map(|it| format!("{}/{}", it.namespace, it.name));
    let all: BTreeSet<String> = ids.chain(services).gather();
    let wanted =
        if text.contains('/') { text.to_owned() } else { format!("{}/{text}", model.options.namespace) };
    match crate::similar::nearest_path(&wanted, all.iter().map(String::as_str)) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    }
}

/// The ends that a focus names: any end of a connection, or the pods a NetworkPolicy selects.
pub(crate) fn focus(model: &Model<'_>, text: &str) -> Result<BTreeSet<Node>, ApiError> {
    let steps: Vec<&str> = text.split('/').collect();
    if let ["NetworkPolicy", namespace, name] | [namespace, "NetworkPolicy" | "netpol", name] =
        steps.as_slice()
    {
        let found = (0_usize..)
            .zip(&model.policies)
            .find(|(_, it)| it.namespace_name == *namespace && it.name == *name);
        if let Some((at, _)) = found {
            let classes =
                model.subjects.get(at).map(|set| set.may.iter().collect::<Vec<_>>()).unwrap_or_default();
            let members = classes.iter().filter_map(|class| model.members.get(*class as usize)).flatten();
            return Ok(members.map(|at| Node::Endpoint(*at)).gather());
        }
    }
    let mut nodes = BTreeSet::new();
    for target in resolve(model, text, "options.focus")? {
        match target {
            Target::Party(party, _) => {
                nodes.insert(party.node);
            }
            Target::Service(at) => {
                let service = model.services.get(at);
                let behind =
                    service.and_then(|it| crate::analysis::backend::backends(model, it)).unwrap_or_default();
                nodes.extend(behind.iter().map(|it| it.party.node));
            }
        }
    }
    Ok(nodes)
}
