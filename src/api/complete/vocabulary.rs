//! The words an input itself uses: labels, namespaces, ports.

use crate::manifest::workload::Workload;
use crate::manifest::{Body, Manifests};
use std::collections::{BTreeMap, BTreeSet};

type Values<'m> = BTreeMap<&'m str, BTreeSet<&'m str>>;

/// All words, sorted.
#[derive(Debug, Default)]
pub(super) struct Vocabulary<'m> {
    pods: Values<'m>,
    namespace_labels: Values<'m>,
    namespaces: BTreeSet<&'m str>,
    ports: Vec<(String, String)>,
}

impl<'m> Vocabulary<'m> {
    pub(super) fn of(manifests: &'m Manifests) -> Self {
        let mut words = Self::default();
        for object in &manifests.objects {
            words.namespaces.extend(object.namespace.as_deref());
            match &object.body {
                Body::Namespace(it) => {
                    words.namespaces.insert(&object.name);
                    let labels = it.metadata.labels.iter().flatten();
                    note(&mut words.namespace_labels, labels);
                }
                Body::Workload(it) => {
                    note(&mut words.pods, it.labels.iter());
                    words.note_ports(it);
                }
                _ => {}
            }
        }
        words.namespaces.remove("");
        words.namespace_labels.entry("kubernetes.io/metadata.name").or_default();
        // Names before numbers: a name keeps its meaning when the number changes.
        crate::order::sort_by_key(&mut words.ports, |(port, _)| port.parse::<u32>().unwrap_or(0));
        words.ports.dedup();
        words
    }

    fn note_ports(&mut self, workload: &Workload) {
        let containers = workload.spec.containers.iter().flatten();
        for port in containers.flat_map(|it| it.ports.iter().flatten()) {
            let protocol = port.protocol.as_deref().unwrap_or("TCP");
            let number = port.container_port.map(|it| it.to_string());
            if let Some(name) = port.name.as_ref().filter(|it| !it.is_empty()) {
                self.ports.push((name.clone(), format!("{protocol} {}", number.as_deref().unwrap_or("?"))));
            }
            if let Some(number) = number {
                self.ports.push((number, protocol.to_owned()));
            }
        }
    }

    fn labels(&self, of_namespaces: bool) -> &Values<'m> {
        if of_namespaces { &self.namespace_labels } else { &self.pods }
    }

    pub(super) fn keys(&self, of_namespaces: bool) -> impl Iterator<Item = &'m str> {
        self.labels(of_namespaces).keys().copied()
    }

    pub(super) fn values(&self, of_namespaces: bool, key: &str) -> impl Iterator<Item = &'m str> {
        self.labels(of_namespaces).get(key).into_iter().flatten().copied()
    }

    pub(super) fn all_values(&self, of_namespaces: bool) -> impl Iterator<Item = &'m str> {
        let all: BTreeSet<&'m str> = self.labels(of_namespaces).values().flatten().copied().collect();
        all.into_iter()
    }

    pub(super) fn namespaces(&self) -> impl Iterator<Item = &'m str> {
        self.namespaces.iter().copied()
    }

    pub(super) fn ports(&self) -> impl Iterator<Item = (&str, &str)> {
        self.ports.iter().map(|(port, detail)| (port.as_str(), detail.as_str()))
    }
}

fn note<'m>(into: &mut Values<'m>, labels: impl Iterator<Item = (&'m String, &'m String)>) {
    for (key, value) in labels {
        into.entry(key).or_default().insert(value);
    }
}
