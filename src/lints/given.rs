//! The policies, pods and Services given, as the resolved world knows them: shared by the lints
//! that hold one against the other.

use super::{Context, Policy};
use crate::manifest::effect;
use crate::model::pod::Pod;
use crate::model::policy::{self, Rule};
use crate::model::ports::Protocol;
use crate::model::service::{Mode, Service};
use crate::model::set::Set;
use crate::model::{Endpoint, Model};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeMap;

/// A policy to judge, as compiled and as written.
#[derive(Clone, Copy)]
pub(super) struct Judged<'a> {
    /// Its number in the model.
    pub(super) at: usize,
    /// As compiled.
    pub(super) compiled: &'a policy::Policy<'a>,
    /// As written.
    pub(super) policy: Policy<'a>,
}

/// Every policy to judge, context left out.
pub(super) fn judged<'a>(cx: &Context<'a>) -> Vec<Judged<'a>> {
    all(cx).into_iter().filter(|it| !it.policy.file.context).collect()
}

/// Every policy that counts, context included.
pub(super) fn all<'a>(cx: &Context<'a>) -> Vec<Judged<'a>> {
    let policies = cx.model().policies.iter().enumerate();
    let found = policies
        .filter_map(|(at, compiled)| Some(Judged { at, compiled, policy: cx.policy(compiled.object)? }));
    found.collect()
}

impl<'a> Judged<'a> {
    /// The rules of a direction that it isolates: each as written and as compiled.
    pub(super) fn rules(
        &self,
        model: &'a Model<'a>,
        direction: effect::Direction,
    ) -> Vec<(effect::RuleRef<'a>, &'a Rule)> {
        if !self.policy.directions().contains(&direction) {
            return Vec::new();
        }
        let compiled = model.parts.rules_of(self.compiled.side(direction)).iter();
        effect::rules(self.policy.value, direction).zip(compiled).collect()
    }

    /// The classes it certainly selects and pods were given of; those it may select.
    pub(super) fn subjects(&self, model: &Model<'_>, present: &Set) -> (Set, Set) {
        let found = model.subjects.get(self.at);
        found.map(|it| (it.must.intersection(present), it.may.intersection(present))).unwrap_or_default()
    }
}

/// The endpoints of a class.
pub(super) fn members<'m, 'a>(
    model: &'m Model<'a>,
    class: u32,
) -> impl Iterator<Item = &'m Endpoint> + use<'m, 'a> {
    let own = model.members.get(class as usize).map(Vec::as_slice).unwrap_or_default();
    own.iter().filter_map(|at| model.endpoints.get(*at as usize))
}

/// One pod of each workload that has pods in some of these classes.
pub(super) fn pods<'m, 'a>(
    model: &'m Model<'a>,
    classes: &'m Set,
) -> impl Iterator<Item = &'m Pod<'a>> + use<'m, 'a> {
    classes.iter().flat_map(move |at| members(model, at)).map(move |endpoint| model.endpoint_pod(endpoint))
}

/// The name of some workload in these classes.
pub(super) fn name_of<'a>(model: &Model<'a>, classes: &Set) -> Option<&'a str> {
    let endpoint = classes.iter().find_map(|at| members(model, at).next())?;
    model.workloads.get(endpoint.workload as usize).map(|it| it.name)
}

/// A port of a Service as it arrives at a pod.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    /// The Service, by number.
    pub(super) service: usize,
    pub(super) protocol: Protocol,
    /// What clients dial.
    pub(super) dialled: u16,
    /// What the pod listens on.
    pub(super) target: u16,
}

/// For each endpoint: the ports of the Services that translate to it.
pub(super) fn arrivals(model: &Model<'_>) -> BTreeMap<u32, Vec<Arrival>> {
    let mut homes: BTreeMap<&str, Vec<(u32, &Endpoint)>> = BTreeMap::new();
    for (at, endpoint) in (0_u32..).zip(&model.endpoints) {
        if let Some(workload) = model.workloads.get(endpoint.workload as usize) {
            homes.entry(workload.namespace).or_default().push((at, endpoint));
        }
    }
    let mut found: BTreeMap<u32, Vec<Arrival>> = BTreeMap::new();
    for (number, service) in model.services.iter().enumerate() {
        let Some(selector) = service.selector.as_ref().filter(|_| service.mode == Mode::Translated) else {
            continue;
        };
        for (at, endpoint) in homes.get(service.namespace).into_iter().flatten() {
            let pod = model.endpoint_pod(endpoint);
            if selector.matches(|key| pod.label(key)).must() {
                found.entry(*at).or_default().extend(arrive(service, number, pod));
            }
        }
    }
    found
}

fn arrive(service: &Service<'_>, number: usize, pod: &Pod<'_>) -> Vec<Arrival> {
    let arrival = |port| {
        let (protocol, dialled) = Service::dialled(port)?;
        let target = match &port.target_port {
            None | Some(IntOrString::Int(0)) => dialled,
            Some(IntOrString::Int(number)) => u16::try_from(*number).ok()?,
            Some(IntOrString::String(name)) => *pod.numbers(name, protocol).first()?,
        };
        Some(Arrival { service: number, protocol, dialled, target })
    };
    service.ports().filter_map(arrival).collect()
}
