//! Policies that close a namespace: the repair of what no policy isolates.

use super::Context;
use crate::diagnostic::{Fix, Place, Step};
use crate::manifest::{Body, Object};
use crate::source::{SourceId, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Where each namespace's policies could be written.
pub(super) struct Closing<'a> {
    files: BTreeMap<&'a str, Home<'a>>,
    taken: BTreeSet<(&'a str, &'a str)>,
}

struct Home<'a> {
    /// Policies stand beside policies, before they stand beside pods.
    beside_policy: bool,
    source: SourceId,
    /// As its neighbours write it.
    namespace: Option<&'a str>,
}

const NO_RULES: &str = "spec:\n  podSelector: {}\n  policyTypes: ";
const DNS: &str = "spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
";

impl<'a> Closing<'a> {
    /// Looks up the first file of each namespace.
    pub(super) fn new(cx: &'a Context<'_>) -> Self {
        let mut found = Self { files: BTreeMap::new(), taken: BTreeSet::new() };
        for object in cx.manifests.objects.iter().filter(|object| object.is_namespaced()) {
            let namespace = cx.namespace(object);
            let policy = matches!(object.body, Body::NetworkPolicy(_));
            if policy {
                found.taken.insert((namespace, &object.name));
            }
            if !cx.file(object.source).is_some_and(|file| !file.context && file.source.has_places()) {
                continue;
            }
            if found.files.get(namespace).is_none_or(|home| policy && !home.beside_policy) {
                found.files.insert(namespace, Home::of(object, policy));
            }
        }
        found
    }

    /// A fix that isolates all pods of a namespace, in ingress, egress or both; egress keeps DNS.
    pub(super) fn fix(&self, cx: &Context<'_>, namespace: &str, [ingress, egress]: [bool; 2]) -> Option<Fix> {
        let home = self.files.get(namespace)?;
        let text = cx.file(home.source)?.source.as_str();
        if !(ingress || egress) || text.trim_start().starts_with('{') || home.namespace.is_some_and(odd) {
            return None;
        }
        let (name, types) = match (ingress, egress) {
            (true, false) => ("default-deny-ingress", "[Ingress]"),
            (false, _) => ("default-deny-egress", "[Egress]"),
            (true, true) => ("default-deny", "[Ingress, Egress]"),
        };
        let mut policies = vec![(name, format!("{NO_RULES}{types}\n"))];
        if egress {
            policies.push(("allow-dns", DNS.to_owned()));
        }
        let mut written = if text.ends_with('\n') { String::new() } else { "\n".to_owned() };
        for (name, spec) in policies {
            if self.taken.contains(&(namespace, name)) {
                return None;
            }
            written.push_str(&format!(
                "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: {name}\n"
            ));
            if let Some(namespace) = home.namespace {
                written.push_str(&format!("  namespace: {namespace}\n"));
            }
            written.push_str(&spec);
        }
        let end = u32::try_from(text.len()).ok()?;
        let place = Place { source: home.source, span: Span::new(end, end) };
        let besides = if egress { " and allows DNS" } else { "" };
        let title = format!("add a policy that denies by default in `{namespace}`{besides}");
        Some(Fix::risky(title, vec![Step::Replace { place, text: written }]))
    }
}

impl<'a> Home<'a> {
    fn of(object: &'a Object, beside_policy: bool) -> Self {
        let namespace = object.namespace.as_deref().filter(|it| !it.is_empty());
        Self { beside_policy, source: object.source, namespace }
    }
}

/// Whether a plain scalar could be read as something else than this name, or not at all.
fn odd(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&name);
    word || !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(plain)
}
