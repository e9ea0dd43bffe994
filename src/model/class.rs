//! Classes: pods that no selector, port name or address block can tell apart are one.
//!
//! Takes the workloads and what the policies mention; gives every pod a class, numbered so that
//! classes of one namespace are neighbours.

use super::assume::{Assumption, Assumptions};
use super::ip::Space;
use super::namespace::{Cloud, Namespace};
use super::pod::{Pod, STATEFUL_INDEX, STATEFUL_NAME, Workload, is_cluster_label};
use super::policy::{Interned, Parts, Policy};
use super::ports::Protocol;
use super::selector::{Label, Selector, Test};
use crate::order::Gather;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What selectors mention of labels: for each key, its values in their order.
#[derive(Clone, Debug, Default)]
pub struct Mentioned {
    keys: BTreeMap<String, BTreeMap<String, u32>>,
}

/// The code of a label whose value no selector mentions, and of one that is not known.
const OTHER: u32 = 0;
const UNKNOWN: u32 = 1;

impl Mentioned {
    /// What these selectors mention.
    pub fn by<'s>(selectors: impl Iterator<Item = &'s Selector>) -> Self {
        let mut values: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (key, test) in selectors.flat_map(|selector| &selector.tests) {
            let own = values.entry(key.clone()).or_default();
            if let Test::In(some) | Test::Present(some) | Test::NotIn(some) = test {
                own.extend(some.iter().map(String::as_str));
            }
        }
        let coded = |values: BTreeSet<&str>| values.into_iter().map(String::from).zip(UNKNOWN + 1..).gather();
        Self { keys: values.into_iter().map(|(key, values)| (key, coded(values))).gather() }
    }

    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// The values mentioned for a key.
    pub fn values(&self, key: &str) -> impl Iterator<Item = &str> {
        self.keys.get(key).into_iter().flatten().map(|(value, _)| value.as_str())
    }

    fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// A number for each key mentioned, and what it says of the label.
    fn code(&self, key: &str, value: &str) -> Option<u32> {
        self.keys.get(key).map(|values| values.get(value).copied().unwrap_or(OTHER))
    }
}

/// What tells two pods apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Signature {
    namespace: u32,
    labels: Vec<(String, u32)>,
    ports: Vec<(u32, Vec<u16>)>,
    host_network: bool,
    pieces: Vec<usize>,
}

/// A class of pods.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its namespace class.
    pub namespace: u32,
    /// One of its pods, by workload and number.
    pub pod: (u32, u32),
    /// What policies of other kinds leave of its verdicts.
    pub cloud: Cloud,
    /// The numbers of each mentioned port name that its pods declare.
    pub ports: Vec<(u32, Vec<u16>)>,
}

/// Namespaces that nothing tells apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum NamespaceSignature {
    /// It has policies of its own: a peer without namespaceSelector means it alone.
    Own(u32),
    Labels(Vec<(String, u32)>),
}

/// The classes of an input.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    /// By id.
    pub list: Vec<Class>,
    /// The class of each namespace.
    pub of_namespace: Vec<u32>,
    /// One namespace of each namespace class.
    pub namespaces: Vec<u32>,
    /// The class of each pod: by workload, then by number.
    pub of_pod: Vec<Vec<u32>>,
    /// Port names that policies mention.
    pub port_names: Interned<(String, Protocol)>,
}

/// What classes are made from.
pub(super) struct Input<'i, 'a> {
    pub(super) namespaces: &'i [Namespace<'a>],
    pub(super) workloads: &'i [Workload<'a>],
    pub(super) policies: &'i [Policy<'a>],
    pub(super) parts: &'i Parts,
    pub(super) space: &'i Space,
    pub(super) assume: &'i Assumptions,
    pub(super) pods: &'i Mentioned,
}

/// Sorts every pod into its class.
pub(super) fn classify(input: &Input<'_, '_>) -> Classes {
    let mut classes = Classes::default();
    namespace_classes(input, &mut classes);
    for (name, protocol) in input.parts.ports.list.iter().flat_map(|list| &list.names) {
        classes.port_names.id((name.clone(), *protocol));
    }
    // A label the cluster adds is unknown whichever value is asked for.
    let hidden: Vec<&str> =
        input.pods.keys().filter(|key| is_cluster_label(key) || key.ends_with("job-name")).collect();
    let mut ids: HashMap<Signature, u32> = HashMap::new();
    for (at, workload) in (0_u32..).zip(input.workloads) {
        let home = workload.home;
        let namespace = classes.of_namespace.get(home as usize).copied().unwrap_or_default();
        let cloud = input.namespaces.get(home as usize).map(|it| it.cloud).unwrap_or_default();
        let mut own = Vec::with_capacity(workload.pods.len());
        for (number, pod) in (0_u32..).zip(&workload.pods) {
            let signature = signature(input, &classes, &hidden, namespace, pod);
            let next = u32::try_from(classes.list.len()).unwrap_or(u32::MAX);
            let list = &mut classes.list;
            let id = *ids.entry(signature).or_insert_with_key(|signature| {
                let ports = signature.ports.clone();
                list.push(Class { namespace, pod: (at, number), cloud, ports });
                next
            });
            own.push(id);
        }
        classes.of_pod.push(own);
    }
    classes
}

fn namespace_classes(input: &Input<'_, '_>, classes: &mut Classes) {
    let selectors = input.parts.of_namespaces.iter().map(|id| input.parts.selector(*id));
    let mentioned = Mentioned::by(selectors);
    let with_policies: BTreeSet<u32> = input.policies.iter().map(|policy| policy.namespace).gather();
    let mut ids: HashMap<NamespaceSignature, u32> = HashMap::new();
    for (at, namespace) in (0_u32..).zip(input.namespaces) {
        let signature = if with_policies.contains(&at) || namespace.cloud != Cloud::Clear {
            NamespaceSignature::Own(at)
        } else {
            let code = |key: &str| match namespace.label(key) {
                Label::Absent => None,
                Label::Unknown => Some((key.to_owned(), UNKNOWN)),
                Label::Value(value) => mentioned.code(key, value).map(|code| (key.to_owned(), code)),
            };
            NamespaceSignature::Labels(mentioned.keys().filter_map(code).collect())
        };
        let next = u32::try_from(classes.namespaces.len()).unwrap_or(u32::MAX);
        let id = *ids.entry(signature).or_insert(next);
        if id == next {
            classes.namespaces.push(at);
        }
        classes.of_namespace.push(id);
    }
}

fn signature(
    input: &Input<'_, '_>,
    classes: &Classes,
    hidden: &[&str],
    namespace: u32,
    pod: &Pod<'_>,
) -> Signature {
    let mut labels: Vec<(String, u32)> = pod
        .known_labels()
        .filter_map(|(key, value)| Some((key.to_owned(), input.pods.code(key, value)?)))
        .collect();
    let every: Vec<&str> = input.pods.keys().filter(|_| pod.hidden.any).collect();
    for key in if pod.hidden.any { &every } else { hidden } {
        if pod.hides(key) && pod.label(key) == Label::Unknown {
            labels.push(((*key).to_owned(), UNKNOWN));
        }
    }
    crate::order::sort(&mut labels);
    let mut ports = Vec::new();
    for (id, (name, protocol)) in (0_u32..).zip(&classes.port_names.list) {
        let numbers = pod.numbers(name, *protocol);
        if !numbers.is_empty() || pod.hidden.future {
            ports.push((id, numbers));
        }
    }
    Signature { namespace, labels, ports, host_network: pod.host_network, pieces: pieces(input, pod) }
}

/// Where the address space is cut, a pod's addresses matter, unless no block matches pods.
fn pieces(input: &Input<'_, '_>, pod: &Pod<'_>) -> Vec<usize> {
    let assumption = if pod.host_network { Assumption::NodeAddresses } else { Assumption::IpBlockPods };
    if input.parts.blocks.list.is_empty() || input.assume.get(assumption) == Some("never") {
        return Vec::new();
    }
    let mut pieces: Vec<usize> = pod.ips.iter().map(|ip| input.space.piece(*ip)).collect();
    crate::order::sort(&mut pieces);
    pieces.dedup();
    pieces
}

/// Gives the pods of a StatefulSet that some selector tells apart their own names and ordinals.
pub(super) fn tell_ordinals_apart(workload: &mut Workload<'_>, mentioned: &Mentioned) {
    let Some((first, count)) = workload.ordinals else {
        return;
    };
    if !mentioned.has(STATEFUL_NAME) && !mentioned.has(STATEFUL_INDEX) {
        return;
    }
    let prefix = format!("{}-", workload.name);
    let by_name = mentioned.values(STATEFUL_NAME).filter_map(|value| value.strip_prefix(&prefix));
    let named: BTreeSet<i64> = by_name
        .chain(mentioned.values(STATEFUL_INDEX))
        .filter_map(|text| text.parse::<i64>().ok())
        .filter(|ordinal| (first..first.saturating_add(count)).contains(ordinal))
        .gather();
    let rest = (first..first.saturating_add(count)).find(|ordinal| !named.contains(ordinal));
    let Some(template) = workload.pods.first().cloned() else {
        return;
    };
    // One pod stands for all ordinals that nothing mentions.
    workload.pods =
        named.into_iter().chain(rest).map(|ordinal| ordinal_pod(&template, workload.name, ordinal)).collect();
}

fn ordinal_pod<'a>(template: &Pod<'a>, workload: &str, ordinal: i64) -> Pod<'a> {
    let mut pod = template.clone();
    let name = format!("{workload}-{ordinal}");
    pod.added.push((STATEFUL_NAME.into(), name.clone()));
    pod.added.push((STATEFUL_INDEX.into(), ordinal.to_string()));
    pod.names = vec![Cow::Owned(name)];
    pod
}
