//! The spec of a NetworkPolicy: `pkg/apis/networking/validation` and the strategy's warnings.

use super::cidr::{self, Cidr, Doubt};
use super::names::port_name;
use super::selector::selector;
use super::{Errors, Kind, Shown, Warning, all};
use crate::manifest::MinorSet;
use crate::manifest::defaulted;
use crate::manifest::go;
use crate::manifest::path::Path;
use crate::options::Minor;
use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Serialize;

/// What an update may keep although it is wrong.
#[derive(Debug, Default)]
pub(super) struct Grandfathered {
    /// Label values in selectors, because the old pod selector was already bad.
    pub(super) selectors: bool,
    /// These ranges, which the old object has.
    pub(super) cidrs: Vec<String>,
    /// The rules of these directions, ingress first, which generated validation skips.
    pub(super) unchanged: [bool; 2],
}

/// Whether an update leaves the rules of each direction as they are, defaults applied.
pub(super) fn unchanged(new: &NetworkPolicy, old: &NetworkPolicy) -> [bool; 2] {
    let [new, old] = [new, old].map(|it| defaulted(it).spec.unwrap_or_default());
    [as_stored(&new.ingress) == as_stored(&old.ingress), as_stored(&new.egress) == as_stored(&old.egress)]
}

/// JSON in which, as in the server's comparisons, an empty list or map is none.
fn as_stored(rules: &impl Serialize) -> serde_json::Value {
    fn tidy(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                fields.values_mut().for_each(tidy);
                let empty = |it: &serde_json::Value| it.is_null() || it.as_array().is_some_and(Vec::is_empty);
                fields.retain(|key, it| {
                    let no_labels = key == "matchLabels" && it.as_object().is_some_and(|it| it.is_empty());
                    !(empty(it) || no_labels)
                });
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(tidy),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(rules).unwrap_or_default();
    if value.as_array().is_some_and(Vec::is_empty) {
        value = serde_json::Value::Null;
    }
    tidy(&mut value);
    value
}

/// Whether an old object's own pod selector has errors.
pub(super) fn selector_was_bad(old: &NetworkPolicy) -> bool {
    let mut errors = Errors::default();
    if let Some(it) = old.spec.as_ref().and_then(|spec| spec.pod_selector.as_ref()) {
        selector(it, false, &Path::root("spec"), &mut errors);
    }
    !errors.list.is_empty()
}

/// Every range in a spec.
pub(super) fn cidrs(spec: Option<&NetworkPolicySpec>) -> Vec<String> {
    let mut out = Vec::new();
    each_block(spec, |block, _| {
        out.push(block.cidr.clone());
        out.extend(block.except.iter().flatten().cloned());
    });
    out
}

/// Calls `seen` for each address block, ingress first.
fn each_block(spec: Option<&NetworkPolicySpec>, mut seen: impl FnMut(&IPBlock, &Path)) {
    let Some(spec) = spec else { return };
    let root = Path::root("spec");
    let mut peers = |peers: &Option<Vec<NetworkPolicyPeer>>, path: &Path| {
        for (at, peer) in peers.iter().flatten().enumerate() {
            if let Some(block) = &peer.ip_block {
                seen(block, &path.index(at).field("ipBlock"));
            }
        }
    };
    for (at, rule) in spec.ingress.iter().flatten().enumerate() {
        peers(&rule.from, &root.field("ingress").index(at).field("from"));
    }
    for (at, rule) in spec.egress.iter().flatten().enumerate() {
        peers(&rule.to, &root.field("egress").index(at).field("to"));
    }
}

pub(super) fn check(spec: Option<&NetworkPolicySpec>, kept: &Grandfathered, errors: &mut Errors) {
    let Some(spec) = spec else { return };
    let root = Path::root("spec");
    if let Some(it) = &spec.pod_selector {
        selector(it, kept.selectors, &root.field("podSelector"), errors);
    }
    let [ingress, egress] = kept.unchanged;
    let before = errors.list.len();
    for (at, rule) in spec.ingress.iter().flatten().enumerate() {
        let path = root.field("ingress");
        let path = path.index(at);
        ports(rule.ports.as_deref(), &path.field("ports"), errors);
        peers(rule.from.as_deref(), kept, &path.field("from"), errors);
    }
    if ingress {
        told_at_once(errors, before);
    }
    let before = errors.list.len();
    for (at, rule) in spec.egress.iter().flatten().enumerate() {
        let path = root.field("egress");
        let path = path.index(at);
        ports(rule.ports.as_deref(), &path.field("ports"), errors);
        peers(rule.to.as_deref(), kept, &path.field("to"), errors);
    }
    if egress {
        told_at_once(errors, before);
    }
    policy_types(spec.policy_types.as_deref().unwrap_or_default(), &root.field("policyTypes"), errors);
}

/// Errors from `before` on that generated validation skips stay those of the written one.
fn told_at_once(errors: &mut Errors, before: usize) {
    for error in errors.list.iter_mut().skip(before) {
        error.late = MinorSet::NONE;
    }
}

fn policy_types(types: &[String], path: &Path, errors: &mut Errors) {
    if types.len() > 2 {
        let texts = || types.iter().map(String::as_str);
        let shown = Shown::Json(go::json_strings(texts()), go::slice("networking.PolicyType", texts()));
        errors.add(path, Kind::Invalid, &shown, all("may not specify more than two policyTypes"));
        return;
    }
    for (at, it) in types.iter().enumerate() {
        if !matches!(it.as_str(), "Ingress" | "Egress") {
            let text = "supported values: \"Ingress\", \"Egress\"";
            errors.add(&path.index(at), Kind::NotSupported, &Shown::Typed(it), all(text));
        }
    }
}

fn ports(ports: Option<&[NetworkPolicyPort]>, path: &Path, errors: &mut Errors) {
    for (at, it) in ports.into_iter().flatten().enumerate() {
        port(it, &path.index(at), errors);
    }
}

fn port(it: &NetworkPolicyPort, path: &Path, errors: &mut Errors) {
    const RANGE: &str = "must be between 1 and 65535, inclusive";
    let in_range = |port: i32| (1..=65535).contains(&port);
    if let Some(protocol) = it.protocol.as_deref().filter(|it| !matches!(*it, "TCP" | "UDP" | "SCTP")) {
        let text = "supported values: \"TCP\", \"UDP\", \"SCTP\"";
        errors.add(&path.field("protocol"), Kind::NotSupported, &Shown::Typed(protocol), all(text));
    }
    let (at, at_end) = (path.field("port"), path.field("endPort"));
    match (&it.port, it.end_port) {
        (Some(IntOrString::Int(port)), end) => {
            let shown = |value: i32| Shown::Int(value.into());
            if !in_range(*port) {
                errors.add(&at, Kind::Invalid, &shown(*port), all(RANGE));
            }
            let Some(end) = end else { return };
            if end < *port {
                // Before 1.37 the server shows the wrong one of the two.
                let text = "must be greater than or equal to `port`";
                let told = move |since: bool| {
                    move |minor: Minor| ((minor >= Minor::V37) == since).then_some(text.into())
                };
                errors.add(&at_end, Kind::Invalid, &shown(end), told(true));
                errors.also(&at_end, Kind::Invalid, &shown(*port), told(false));
            }
            if !in_range(end) {
                errors.add(&at_end, Kind::Invalid, &shown(end), all(RANGE));
            }
        }
        (Some(IntOrString::String(name)), end) => {
            if let Some(end) = end {
                let text = "may not be specified when `port` is non-numeric";
                errors.add(&at_end, Kind::Invalid, &Shown::Int(end.into()), all(text));
            }
            port_name(name, |wrong| {
                errors.add(&at, Kind::Invalid, &Shown::Text(name), |minor| wrong.text(minor));
            });
        }
        (None, Some(end)) => {
            let text = "may not be specified when `port` is not specified";
            errors.add(&at_end, Kind::Invalid, &Shown::Int(end.into()), all(text));
        }
        (None, None) => {}
    }
}

fn peers(peers: Option<&[NetworkPolicyPeer]>, kept: &Grandfathered, path: &Path, errors: &mut Errors) {
    for (at, it) in peers.into_iter().flatten().enumerate() {
        peer(it, kept, &path.index(at), errors);
    }
}

fn peer(it: &NetworkPolicyPeer, kept: &Grandfathered, path: &Path, errors: &mut Errors) {
    if let Some(it) = &it.pod_selector {
        selector(it, kept.selectors, &path.field("podSelector"), errors);
    }
    if let Some(it) = &it.namespace_selector {
        selector(it, kept.selectors, &path.field("namespaceSelector"), errors);
    }
    if let Some(it) = &it.ip_block {
        ip_block(it, kept, &path.field("ipBlock"), errors);
    }
    let selects = it.pod_selector.is_some() || it.namespace_selector.is_some();
    match (selects, it.ip_block.is_some()) {
        (false, false) => {
            errors.add(path, Kind::Required, &Shown::Nothing, all("must specify a peer"));
        }
        (true, true) => {
            let text = "may not specify both ipBlock and another peer";
            errors.add(path, Kind::Forbidden, &Shown::Nothing, all(text));
        }
        _ => {}
    }
}

fn ip_block(it: &IPBlock, kept: &Grandfathered, path: &Path, errors: &mut Errors) {
    let at = path.field("cidr");
    if it.cidr.is_empty() {
        for error in errors.add(&at, Kind::Required, &Shown::Nothing, all("")) {
            // From 1.37 on the generated validation tells it, which runs last.
            error.late = MinorSet::since(Minor::V37);
        }
        return;
    }
    let Some(cidr) = range(&it.cidr, kept, &at, errors) else {
        return;
    };
    let at = path.field("except");
    for (index, except) in it.except.iter().flatten().enumerate() {
        let at = at.index(index);
        if range(except, kept, &at, errors).is_some_and(|except| !cidr.strictly_contains(except)) {
            let text = "must be a strict subset of `cidr`";
            errors.add(&at, Kind::Invalid, &Shown::Text(except), all(text));
        }
    }
}

/// Judges one range and reads it.
fn range(text: &str, kept: &Grandfathered, path: &Path, errors: &mut Errors) -> Option<Cidr> {
    let read = cidr::parse(text);
    if kept.cidrs.iter().any(|it| it == text) {
        return read;
    }
    match read {
        None => {
            let why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
            errors.add(path, Kind::Invalid, &Shown::Text(text), all(why));
        }
        Some(it) => {
            if let Some(why) = cidr::too_sloppy(text, it) {
                // The gate StrictIPCIDRValidation is on since 1.36.
                let told = |minor: Minor| (minor >= Minor::V36).then_some(why.into());
                errors.add(path, Kind::Invalid, &Shown::Text(text), told);
            }
        }
    }
    read
}

/// What the server warns of, on every create and update.
pub(super) fn warnings(spec: Option<&NetworkPolicySpec>) -> Vec<Warning> {
    let mut out = Vec::new();
    each_block(spec, |block, path| {
        doubts(&block.cidr, &path.field("cidr"), &mut out);
        let except = path.field("except");
        for (at, it) in block.except.iter().flatten().enumerate() {
            doubts(it, &except.index(at), &mut out);
        }
    });
    out
}

fn doubts(text: &str, path: &Path, out: &mut Vec<Warning>) {
    for doubt in cidr::doubts(text) {
        let mut tell = |minors, body| out.push(Warning { minors, field: path.to_field(), body });
        match doubt {
            Doubt::Same(body) => tell(MinorSet::ALL, body),
            Doubt::NonStandard(canonical) => {
                let value = format!("non-standard CIDR value {}", go::quote(text));
                let since = MinorSet::since(Minor::V36);
                tell(since, format!("{value} is invalid: use \"{canonical}\""));
                let future = "will be considered invalid in a future Kubernetes release";
                tell(MinorSet::before(Minor::V36), format!("{value} {future}: use \"{canonical}\""));
            }
        }
    }
}
