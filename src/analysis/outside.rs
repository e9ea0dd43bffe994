//! Traffic that Ingresses, routes of the Gateway API and OpenShift Routes bring in.
//!
//! Takes the model; gives the pods and ports that they lead to, and what the pods that bring the
//! traffic may be: known controllers among the supplied pods, else any pod or address.

use super::backend::backends;
use super::connections::Node;
use super::reach::{Cell, Reach};
use super::verdict::End;
use crate::manifest::Body;
use crate::manifest::effect::Direction;
use crate::manifest::route::{RouteBackend, RoutePort};
use crate::model::Model;
use crate::model::address::Owner;
use crate::model::ports::Ports;
use crate::model::selector::Label;
use crate::model::service::Service;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeMap;

/// Labels by which the common controllers' own manifests mark their pods.
const CONTROLLERS: [(&str, &str); 8] = [
    ("app.kubernetes.io/name", "ingress-nginx"),
    ("app.kubernetes.io/name", "traefik"),
    ("app.kubernetes.io/name", "nginx-ingress"),
    ("app.kubernetes.io/name", "kubernetes-ingress"),
    ("app.kubernetes.io/name", "haproxy-ingress"),
    ("app.kubernetes.io/name", "kong"),
    ("app.kubernetes.io/component", "ingress-controller"),
    ("ingresscontroller.operator.openshift.io/deployment-ingresscontroller", "default"),
];

/// The endpoints that are known controllers.
#[must_use]
pub fn controllers(model: &Model<'_>) -> Vec<u32> {
    let marked = |endpoint: &crate::model::Endpoint| {
        let pod = model.endpoint_pod(endpoint);
        CONTROLLERS.iter().any(|(key, value)| matches!(pod.label(key), Label::Value(own) if own == *value))
    };
    (0_u32..).zip(&model.endpoints).filter(|(_, it)| marked(it)).map(|(at, _)| at).collect()
}

/// What an unknown controller may be: any pod, or an address outside or of a node.
#[must_use]
pub fn ends<'x, 'a>(model: &'x Model<'a>) -> Vec<End<'x, 'a>> {
    let anything = model.anything.and_then(|at| model.classes.list.get(at as usize)).map(|class| {
        let home = model.workloads.get(class.pod.0 as usize).map_or(u32::MAX, |it| it.home);
        End::Pod(home, model.pod_of(class))
    });
    let addresses = model.addresses.classes.iter().filter(|class| class.owner != Owner::Service);
    let addresses = addresses.filter_map(|class| Some((class.ranges.first()?, class.owner)));
    anything.into_iter().chain(addresses.map(|(range, owner)| End::Address(range.first, owner))).collect()
}

/// The ports open from an unknown controller to an endpoint. That a node reaches its own pods
/// whatever policies say does not count: the controller may run on any.
#[must_use]
pub fn reach(reach: &Reach<'_, '_>, endpoint: u32) -> Option<Cell> {
    let model = reach.model;
    let to = model.endpoints.get(endpoint as usize)?;
    let row = reach.row_of(Direction::Ingress, to.class);
    let mut found = reach.between(model.anything?, to.class);
    for (at, class) in (0_u32..).zip(&model.addresses.classes) {
        if class.owner != Owner::Service {
            found = reach.with_table(|table| Cell {
                must: table.intersection(found.must, row.must.address(at)),
                may: table.union(found.may, row.may.address(at)),
            });
        }
    }
    Some(found)
}

/// The endpoints that Ingresses and routes lead to, and on which of their ports.
#[must_use]
pub fn routed(model: &Model<'_>) -> BTreeMap<u32, Ports> {
    let mut found: BTreeMap<u32, Ports> = BTreeMap::new();
    for object in model.manifests.objects.iter().filter(|object| object.accepted) {
        let Body::Route(written) = &object.body else { continue };
        let home = object.namespace.as_deref().unwrap_or(&model.options.namespace);
        for backend in written {
            let namespace = backend.namespace.as_deref().unwrap_or(home);
            let own = |it: &&Service<'_>| it.namespace == namespace && it.name == backend.service;
            let Some(service) = model.services.iter().find(own) else { continue };
            for arriving in backends(model, service).unwrap_or_default() {
                let Node::Endpoint(at) = arriving.party.node else { continue };
                let ports = match (arriving.dialled, arriving.target) {
                    (Some(dialled), Some(target)) if leads(service, backend, dialled, target) => {
                        Ports::one(arriving.protocol, target)
                    }
                    (None, _) => untranslated(service, backend),
                    _ => continue,
                };
                let slot = found.entry(at).or_default();
                *slot = slot.union(&ports);
            }
        }
    }
    found
}

/// Whether a route's port is the one that becomes `target`.
fn leads(service: &Service<'_>, backend: &RouteBackend, dialled: u16, target: u16) -> bool {
    match &backend.port {
        None => true,
        Some(RoutePort::Number(number)) => *number == dialled,
        Some(RoutePort::Target(number)) => *number == target,
        Some(RoutePort::Name(name)) => service.ports().any(|port| {
            let own = port.name.as_ref() == Some(name)
                || matches!(&port.target_port, Some(IntOrString::String(own)) if own == name);
            own && Service::dialled(port).is_some_and(|(_, number)| number == dialled)
        }),
    }
}

/// The pods' ports behind a headless Service: controllers read them from its endpoints.
fn untranslated(service: &Service<'_>, backend: &RouteBackend) -> Ports {
    let mut found = Ports::none();
    for port in service.ports() {
        let Some((protocol, dialled)) = Service::dialled(port) else { continue };
        let target = match &port.target_port {
            Some(IntOrString::Int(number)) => u16::try_from(*number).unwrap_or(dialled),
            _ => dialled,
        };
        if leads(service, backend, dialled, target) {
            found = found.union(&Ports::one(protocol, target));
        }
    }
    found
}
