//! Services and what stands behind them.

use super::ports::Protocol;
use super::selector::{Selector, Test};
use crate::diagnostic::ObjectId;
use crate::manifest::workload::{EndpointSlice, ServicePort, ServiceSpec};
use crate::manifest::{Body, Manifests};
use crate::order::Gather;
use std::collections::BTreeMap;

/// How a Service brings a connection to a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Its port becomes the target port.
    Translated,
    /// Clients dial the pods themselves.
    Headless,
    /// It is a name for something elsewhere.
    ExternalName,
}

/// A Service.
#[derive(Clone, Debug)]
pub struct Service<'a> {
    /// The object.
    pub object: ObjectId,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its spec as written.
    pub spec: &'a ServiceSpec,
    /// How it works.
    pub mode: Mode,
    /// The pods behind it; without one its slices tell.
    pub selector: Option<Selector>,
    /// Its EndpointSlices.
    pub slices: Vec<&'a EndpointSlice>,
}

/// The Services of an input, by namespace and name.
#[must_use]
pub fn services<'a>(manifests: &'a Manifests, default: &'a str) -> Vec<Service<'a>> {
    let mut found: BTreeMap<(&'a str, &'a str), Service<'a>> = BTreeMap::new();
    let mut slices: BTreeMap<(&'a str, &'a str), BTreeMap<&'a str, &'a EndpointSlice>> = BTreeMap::new();
    for object in manifests.objects.iter().filter(|object| object.accepted) {
        let namespace = object.namespace.as_deref().unwrap_or(default);
        match &object.body {
            Body::Service(written) => {
                let spec = &written.spec;
                let service = Service {
                    object: object.id,
                    namespace,
                    name: &object.name,
                    spec,
                    mode: mode(spec),
                    selector: selector(spec),
                    slices: Vec::new(),
                };
                found.insert((namespace, &object.name), service);
            }
            Body::EndpointSlice(slice) => {
                if let Some(service) = &slice.service {
                    slices.entry((namespace, service)).or_default().insert(&object.name, slice);
                }
            }
            _ => {}
        }
    }
    let with_slices = |(key, mut service): ((&'a str, &'a str), Service<'a>)| {
        service.slices = slices.remove(&key).into_iter().flatten().map(|(_, slice)| slice).collect();
        service
    };
    found.into_iter().map(with_slices).collect()
}

fn mode(spec: &ServiceSpec) -> Mode {
    if spec.type_.as_deref() == Some("ExternalName") {
        Mode::ExternalName
    } else if spec.cluster_ip.as_deref() == Some("None") {
        Mode::Headless
    } else {
        Mode::Translated
    }
}

/// An empty selector selects nothing, as an absent one does.
fn selector(spec: &ServiceSpec) -> Option<Selector> {
    let written = spec.selector.as_ref().filter(|it| !it.is_empty())?;
    let mut selector = Selector::default();
    for (key, value) in written {
        let values = std::iter::once(value.clone().unwrap_or_default()).gather();
        selector.tests.insert(key.clone(), Test::In(values));
    }
    Some(selector)
}

impl Service<'_> {
    /// The port that clients dial, by number or name.
    pub fn ports(&self) -> impl Iterator<Item = &ServicePort> {
        self.spec.ports.iter().flatten()
    }

    /// Its protocol, number of a port.
    #[must_use]
    pub fn dialled(port: &ServicePort) -> Option<(Protocol, u16)> {
        let number = port.port.and_then(|it| u16::try_from(it).ok()).filter(|it| *it > 0)?;
        Some((Protocol::parse(port.protocol.as_deref())?, number))
    }
}
