//! Pods that do not exist yet: those that the policies' selectors speak of.
//!
//! A future endpoint stands for pods with just the labels that its selectors ask for, in the
//! namespace they name, or in a new one. Equal selectors written differently are one endpoint.

use super::namespace::{NAME_LABEL, Namespace};
use super::pod::{Hidden, Pod, Workload};
use super::policy::{Namespaces, Parts, Peer, Policy};
use super::selector::{Selector, Test};
use super::truth::Truth;
use crate::diagnostic::ObjectId;
use crate::order::Gather;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Pods that do not exist yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Future {
    /// Their namespaces.
    pub namespaces: Selector,
    /// Their labels.
    pub pods: Selector,
}

impl Future {
    /// The namespace, where the selector names exactly one.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        match self.namespaces.tests.get(NAME_LABEL) {
            Some(Test::In(names)) if names.len() == 1 && self.namespaces.tests.len() == 1 => {
                names.first().map(String::as_str)
            }
            _ => None,
        }
    }

    /// How answers name it: `shop/{app=web}`, `{team=a}/{}`.
    #[must_use]
    pub fn id(&self) -> String {
        match self.namespace() {
            Some(name) => format!("{name}/{}", self.pods),
            None => format!("{}/{}", self.namespaces, self.pods),
        }
    }
}

/// The pods a peer speaks of.
#[must_use]
pub fn of_peer(parts: &Parts, namespaces: &[Namespace<'_>], peer: &Peer) -> Option<Future> {
    let Peer::Pods(home, pods) = peer else { return None };
    let home = match home {
        Namespaces::Own(at) => Selector::label(NAME_LABEL, &namespaces.get(*at as usize)?.name),
        Namespaces::Selected(id) => parts.selector(*id).clone(),
    };
    let future = Future { namespaces: home, pods: parts.selector(*pods).clone() };
    let possible = !future.namespaces.is_unsatisfiable() && !future.pods.is_unsatisfiable();
    possible.then_some(future)
}

/// The pods a policy would select.
#[must_use]
pub fn of_subject(parts: &Parts, policy: &Policy<'_>) -> Option<Future> {
    let home = Selector::label(NAME_LABEL, policy.namespace_name);
    let pods = parts.selector(policy.subject).clone();
    (!pods.is_unsatisfiable()).then_some(Future { namespaces: home, pods })
}

/// The pods that peers speak of, and those of policies that select no supplied pod.
#[must_use]
pub fn spoken_of(
    parts: &Parts,
    namespaces: &[Namespace<'_>],
    policies: &[Policy<'_>],
    workloads: &[Workload<'_>],
) -> BTreeSet<Future> {
    let mut at_home: BTreeMap<&str, Vec<&Pod<'_>>> = BTreeMap::new();
    for workload in workloads {
        at_home.entry(workload.namespace).or_default().extend(&workload.pods);
    }
    let dangles = |policy: &&Policy<'_>| {
        let selector = parts.selector(policy.subject);
        let pods = at_home.get(policy.namespace_name).into_iter().flatten();
        !pods.into_iter().any(|pod| selector.matches(|key| pod.label(key)) == Truth::Yes)
    };
    let subjects = policies.iter().filter(dangles).filter_map(|policy| of_subject(parts, policy));
    let peers = parts.peers.list.iter().filter_map(|peer| of_peer(parts, namespaces, peer));
    subjects.chain(peers).gather()
}

/// A value that no selector mentions: label values cannot hold such a character.
const SOME_VALUE: &str = "\u{1}";
/// Beyond so many spellings of one selector, its labels count as unknown.
const SPELLINGS: usize = 32;

/// Every choice of labels that a selector's `In` lists leave; `None` where there are too many.
fn choices(selector: &Selector) -> Option<Vec<Vec<(String, String)>>> {
    let mut all: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for (key, test) in &selector.tests {
        let values: Vec<&str> = match test {
            Test::In(values) => values.iter().map(String::as_str).collect(),
            Test::Present(_) => vec![SOME_VALUE],
            Test::NotIn(_) | Test::Absent => continue,
        };
        let with = |labels: &Vec<(String, String)>, value: &str| {
            let mut labels = labels.clone();
            labels.push((key.clone(), value.to_owned()));
            labels
        };
        all = all.iter().flat_map(|labels| values.iter().map(move |value| with(labels, value))).collect();
        if all.len() > SPELLINGS {
            return None;
        }
    }
    Some(all)
}

static NO_LABELS: BTreeMap<String, String> = BTreeMap::new();

fn pod<'a>(added: Vec<(String, String)>, any: bool) -> Pod<'a> {
    let hidden = Hidden { future: true, any, ..Hidden::NONE };
    Pod { added, hidden, ..Pod::bare(&NO_LABELS) }
}

/// Adds the namespaces that a selector asks for by name and that nothing else names.
pub(super) fn name_namespaces<'a>(
    future: &Future,
    namespaces: &mut Vec<Namespace<'a>>,
    known: &mut BTreeMap<String, u32>,
    bare: bool,
) {
    let Some(Test::In(names)) = future.namespaces.tests.get(NAME_LABEL) else { return };
    for name in names {
        if !known.contains_key(name) {
            known.insert(name.clone(), u32::try_from(namespaces.len()).unwrap_or(u32::MAX));
            namespaces.push(Namespace { name: Cow::Owned(name.clone()), ..Namespace::named("", bare) });
        }
    }
}

/// The workloads that stand for a future endpoint: one for each namespace it could be in.
/// Namespaces that are missing are added.
pub(super) fn workloads<'a>(
    future: &Future,
    namespaces: &mut Vec<Namespace<'a>>,
    known: &BTreeMap<String, u32>,
) -> Vec<Workload<'a>> {
    let pods: Vec<Pod<'a>> = match choices(&future.pods) {
        Some(choices) => choices.into_iter().map(|labels| pod(labels, false)).collect(),
        None => vec![pod(Vec::new(), true)],
    };
    let mut homes = Vec::new();
    for labels in choices(&future.namespaces).unwrap_or_default() {
        let name = labels.iter().find(|(key, _)| key == NAME_LABEL).map(|(_, name)| name.as_str());
        let next = u32::try_from(namespaces.len()).unwrap_or(u32::MAX);
        homes.push(match name.and_then(|name| known.get(name)) {
            Some(at) => *at,
            None => {
                // A new namespace carries what is asked of it and its name, which nobody mentions
                // unless it is asked for.
                let labels: BTreeMap<String, String> =
                    labels.into_iter().filter(|(key, _)| key != NAME_LABEL).gather();
                namespaces.push(Namespace {
                    labels: Some(Cow::Owned(labels)),
                    ..Namespace::named(SOME_VALUE, true)
                });
                next
            }
        });
    }
    homes.into_iter().map(|home| workload(home, pods.clone())).collect()
}

/// The workload that stands for any pod in any namespace.
pub(super) fn anything<'a>(namespaces: &mut Vec<Namespace<'a>>) -> Workload<'a> {
    let home = u32::try_from(namespaces.len()).unwrap_or(u32::MAX);
    namespaces.push(Namespace { any: true, ..Namespace::named(SOME_VALUE, false) });
    workload(home, vec![pod(Vec::new(), true)])
}

fn workload<'a>(home: u32, pods: Vec<Pod<'a>>) -> Workload<'a> {
    Workload {
        object: ObjectId(u32::MAX),
        namespace: "",
        home,
        kind: "",
        name: "",
        count: None,
        pods,
        ordinals: None,
    }
}
