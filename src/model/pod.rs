//! Pods as policies see them: labels, ports, addresses; and the workloads that make them.
//!
//! Takes the objects read; gives one [`Workload`] for each object that no other supplied object
//! owns, with its distinct pods. Knows nothing of policies.

use super::ip::Addr;
use super::ports::{Ports, Protocol};
use super::selector::Label;
use super::truth::Between;
use crate::diagnostic::ObjectId;
use crate::manifest::workload::{Labels, PodSpec, Workload as Written};
use crate::manifest::{Body, Manifests, Object};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What tells a pod's labels that no manifest shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hidden {
    /// The pod is known from a template only: controllers and nodes add labels to it.
    pub template: bool,
    /// It runs in a Job whose name is not known yet.
    pub job: bool,
    /// It does not exist yet: which numbers it will give port names is open.
    pub future: bool,
    /// It stands for any pod at all: no label is known.
    pub any: bool,
}

impl Hidden {
    /// Nothing is hidden.
    pub const NONE: Self = Self { template: false, job: false, future: false, any: false };
}

/// The pods of one workload that no manifest tells apart.
#[derive(Clone, Debug)]
pub struct Pod<'a> {
    /// Labels as written.
    pub labels: &'a Labels,
    /// Labels the cluster adds, known.
    pub added: Vec<(String, String)>,
    /// Labels the cluster adds, unknown.
    pub hidden: Hidden,
    /// Declared ports in the order of the containers, then of the sidecars.
    pub ports: Vec<PodPort<'a>>,
    /// Whether it uses its node's network.
    pub host_network: bool,
    /// Its addresses; none where they are not known.
    pub ips: Vec<Addr>,
    /// The node it runs on, where given.
    pub node: Option<&'a str>,
    /// Names of the pods, where known.
    pub names: Vec<Cow<'a, str>>,
    /// The object that shows these pods.
    pub object: ObjectId,
}

/// A named port of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PodPort<'a> {
    /// Its name; empty where it has none.
    pub name: &'a str,
    /// Its protocol.
    pub protocol: Protocol,
    /// Its number.
    pub number: u16,
}

/// Labels that only the running cluster knows. Sources: the Deployment, DaemonSet, StatefulSet
/// and Job controllers, and the PodTopologyLabels admission plugin (KEP-4742).
#[must_use]
pub fn is_cluster_label(key: &str) -> bool {
    matches!(
        key,
        "pod-template-hash"
            | "controller-revision-hash"
            | "topology.kubernetes.io/zone"
            | "topology.kubernetes.io/region"
    ) || key.ends_with("controller-uid")
}

/// Labels a Job gives its pods.
pub const JOB_NAMES: [&str; 2] = ["job-name", "batch.kubernetes.io/job-name"];
/// The label that names a StatefulSet's pod.
pub const STATEFUL_NAME: &str = "statefulset.kubernetes.io/pod-name";
/// The label that numbers a StatefulSet's pod.
pub const STATEFUL_INDEX: &str = "apps.kubernetes.io/pod-index";

impl Pod<'_> {
    /// What is known of one label.
    #[must_use]
    pub fn label(&self, key: &str) -> Label<'_> {
        if let Some((_, value)) = self.added.iter().find(|(own, _)| own == key) {
            return Label::Value(value);
        }
        match self.labels.get(key) {
            Some(value) => Label::Value(value),
            None if self.hides(key) => Label::Unknown,
            None => Label::Absent,
        }
    }

    /// Whether the cluster may add this label.
    #[must_use]
    pub fn hides(&self, key: &str) -> bool {
        (self.hidden.template && is_cluster_label(key)) || (self.hidden.job && JOB_NAMES.contains(&key))
    }

    /// The labels with a known value.
    pub fn known_labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let hidden = |key: &str| self.added.iter().any(|(own, _)| own == key);
        let own = self.labels.iter().filter(move |(key, _)| !hidden(key));
        let added = self.added.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        own.map(|(key, value)| (key.as_str(), value.as_str())).chain(added)
    }

    /// The numbers of a named port, first declared first, without repetition.
    #[must_use]
    pub fn numbers(&self, name: &str, protocol: Protocol) -> Vec<u16> {
        let mut numbers = Vec::new();
        for port in self.ports.iter().filter(|port| port.name == name && port.protocol == protocol) {
            if !numbers.contains(&port.number) {
                numbers.push(port.number);
            }
        }
        numbers
    }

    /// What a named port opens: certainly its first number, perhaps the others; of a pod that does
    /// not exist yet perhaps any.
    #[must_use]
    pub fn named(&self, name: &str, protocol: Protocol) -> Between<Ports> {
        match self.numbers(name, protocol).as_slice() {
            [] if !self.hidden.future => Between::default(),
            numbers => named(numbers, protocol),
        }
    }
}

/// The ports that these numbers of one name open; without any, the pod does not exist yet and may
/// choose.
#[must_use]
pub fn named(numbers: &[u16], protocol: Protocol) -> Between<Ports> {
    let of = |numbers: &[u16]| {
        let each = numbers.iter().map(|it| Ports::one(protocol, *it));
        each.fold(Ports::none(), |so_far, it| so_far.union(&it))
    };
    if numbers.is_empty() {
        return Between::new(Ports::none(), Ports::protocol(protocol));
    }
    Between::new(of(numbers.get(..1).unwrap_or_default()), of(numbers))
}

/// An object that makes pods and that no other supplied object owns.
#[derive(Clone, Debug)]
pub struct Workload<'a> {
    /// The object.
    pub object: ObjectId,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its namespace's number in the model.
    pub home: u32,
    /// Its kind as written.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
    /// How many pods it has, where that is known.
    pub count: Option<u32>,
    /// Its pods, as far as manifests tell them apart.
    pub pods: Vec<Pod<'a>>,
    /// For a StatefulSet whose pods are not given: its first ordinal and number of replicas.
    pub ordinals: Option<(i64, i64)>,
}

impl Workload<'_> {
    /// Whether it is one pod, not the source of many.
    #[must_use]
    pub fn is_single(&self) -> bool {
        self.kind == "Pod"
    }
}

/// The workloads of an input, by namespace, name and kind.
#[must_use]
pub fn workloads<'a>(manifests: &'a Manifests, default_namespace: &'a str) -> Vec<Workload<'a>> {
    let mut found: BTreeMap<Key<'a>, (&'a Object, &'a Written)> = BTreeMap::new();
    for object in manifests.objects.iter().filter(|object| object.accepted) {
        if let Body::Workload(written) = &object.body {
            let namespace = object.namespace.as_deref().unwrap_or(default_namespace);
            // Of two namesakes the last counts, as with kubectl apply.
            found.insert((namespace, object.name.as_str(), object.kind.as_str()), (object, written));
        }
    }
    let mut live: HashMap<Key<'a>, Vec<Pod<'a>>> = HashMap::new();
    let mut roots = Vec::new();
    for (key, (object, written)) in &found {
        let root = root_of(&found, *key);
        let ended = matches!(written.phase.as_deref(), Some("Succeeded" | "Failed"));
        if object.kind == "Pod" && !ended {
            live.entry(root).or_default().push(pod(object, written));
        }
        if root == *key && !(object.kind == "Pod" && ended) {
            roots.push((*key, *object, *written));
        }
    }
    let mut all = Vec::with_capacity(roots.len());
    for (key, object, written) in roots {
        let pods = live.remove(&key).unwrap_or_default();
        all.push(workload(key, object, written, pods));
    }
    all
}

type Key<'a> = (&'a str, &'a str, &'a str);

/// Follows owner references among the supplied objects up to the one that nobody owns.
fn root_of<'a>(found: &BTreeMap<Key<'a>, (&'a Object, &'a Written)>, start: Key<'a>) -> Key<'a> {
    let mut at = start;
    let mut seen = BTreeSet::new();
    seen.insert(start);
    while let Some((_, written)) = found.get(&at) {
        let owner = written.owners.iter().find_map(|(kind, name, _)| {
            found.get_key_value(&(at.0, name.as_str(), kind.as_str())).map(|(key, _)| *key)
        });
        match owner {
            Some(next) if seen.insert(next) => at = next,
            _ => break,
        }
    }
    at
}

fn workload<'a>(key: Key<'a>, object: &'a Object, written: &'a Written, live: Vec<Pod<'a>>) -> Workload<'a> {
    let (namespace, name, kind) = key;
    let (count, ordinals, pods) = if live.is_empty() {
        let replicas = written.replicas.filter(|it| *it >= 0);
        let scales = matches!(kind, "Deployment" | "ReplicaSet" | "ReplicationController" | "StatefulSet");
        let count = if scales { Some(replicas.unwrap_or(1)) } else { replicas };
        let first = written.first_ordinal.unwrap_or(0);
        let ordinals = (kind == "StatefulSet").then(|| (first, replicas.unwrap_or(1).max(1)));
        (count.and_then(|it| u32::try_from(it).ok()), ordinals, vec![pod(object, written)])
    } else {
        (u32::try_from(live.len()).ok(), None, live)
    };
    Workload { object: object.id, namespace, home: u32::MAX, kind, name, count, pods, ordinals }
}

fn pod<'a>(object: &'a Object, written: &'a Written) -> Pod<'a> {
    let mut added = Vec::new();
    if object.kind == "Job" {
        added.extend(JOB_NAMES.map(|key| (key.to_owned(), object.name.clone())));
    }
    let single = object.kind == "Pod";
    Pod {
        labels: &written.labels,
        added,
        hidden: Hidden { template: !single, job: object.kind == "CronJob", ..Hidden::NONE },
        ports: declared(&written.spec),
        host_network: written.spec.host_network == Some(true),
        ips: written.ips.iter().filter_map(|ip| Addr::parse(ip)).collect(),
        node: written.spec.node_name.as_deref().filter(|_| single),
        names: if single { vec![Cow::Borrowed(object.name.as_str())] } else { Vec::new() },
        object: object.id,
    }
}

/// Ports of containers, then of init containers that keep running.
fn declared(spec: &PodSpec) -> Vec<PodPort<'_>> {
    let sidecars =
        spec.init_containers.iter().flatten().filter(|it| it.restart_policy.as_deref() == Some("Always"));
    let containers = spec.containers.iter().flatten().chain(sidecars);
    let port = |it: &'_ crate::manifest::workload::ContainerPort| {
        let number =
            it.container_port.and_then(|number| u16::try_from(number).ok()).filter(|number| *number > 0)?;
        Some((number, Protocol::parse(it.protocol.as_deref())?))
    };
    let mut ports = Vec::new();
    for written in containers.flat_map(|container| container.ports.iter().flatten()) {
        if let Some((number, protocol)) = port(written) {
            ports.push(PodPort { name: written.name.as_deref().unwrap_or_default(), protocol, number });
        }
    }
    ports
}

impl<'a> Pod<'a> {
    /// A pod of which nothing is known but its labels.
    #[must_use]
    pub const fn bare(labels: &'a Labels) -> Self {
        Self {
            labels,
            added: Vec::new(),
            hidden: Hidden::NONE,
            ports: Vec::new(),
            host_network: false,
            ips: Vec::new(),
            node: None,
            names: Vec::new(),
            object: ObjectId(u32::MAX),
        }
    }
}
