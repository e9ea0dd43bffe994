//! What a connection to a Service becomes: which pods or addresses it may arrive at, on which port.

use super::connections::Node;
use super::pair::Party;
use crate::manifest::workload::{ServicePort, SlicePort};
use crate::model::Model;
use crate::model::ip::Addr;
use crate::model::ports::Protocol;
use crate::model::service::{Mode, Service};
use crate::model::truth::Truth;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// One way a connection to a Service may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    /// Where it arrives.
    pub party: Party,
    /// The protocol.
    pub protocol: Protocol,
    /// The port dialled; `None` where the Service does not translate and any port may be dialled.
    pub dialled: Option<u16>,
    /// The port it arrives on.
    pub target: Option<u16>,
}

/// The backends of a Service; `None` where the input does not tell.
#[must_use]
pub fn backends(model: &Model<'_>, service: &Service<'_>) -> Option<Vec<Backend>> {
    match (service.mode, &service.selector) {
        (Mode::ExternalName, _) => None,
        (_, Some(_)) => Some(selected(model, service)),
        (_, None) if service.slices.is_empty() => None,
        (_, None) => Some(sliced(model, service)),
    }
}

fn selected(model: &Model<'_>, service: &Service<'_>) -> Vec<Backend> {
    let mut found = Vec::new();
    let Some(selector) = &service.selector else { return found };
    for (at, endpoint) in (0_u32..).zip(&model.endpoints) {
        let home = model.workloads.get(endpoint.workload as usize).map_or("", |it| it.namespace);
        if home != service.namespace {
            continue;
        }
        let pods = endpoint.pods.iter().map(|number| model.pod(endpoint.workload, *number));
        let mut behind = pods.filter(|pod| {
            selector.matches(|key| pod.label(key)) != Truth::No && in_family(service, &pod.ips)
        });
        let Some(pod) = behind.next() else { continue };
        let party = Party { node: Node::Endpoint(at), addr: None };
        if service.mode == Mode::Headless {
            found.push(Backend { party, protocol: Protocol::Tcp, dialled: None, target: None });
            continue;
        }
        for port in service.ports() {
            let Some((protocol, dialled)) = Service::dialled(port) else { continue };
            let target = match &port.target_port {
                None => Some(dialled),
                Some(IntOrString::Int(0)) => Some(dialled),
                Some(IntOrString::Int(number)) => u16::try_from(*number).ok(),
                // The first container that declares name and protocol wins.
                Some(IntOrString::String(name)) => pod.numbers(name, protocol).first().copied(),
            };
            if let Some(target) = target {
                found.push(Backend { party, protocol, dialled: Some(dialled), target: Some(target) });
            }
        }
    }
    found
}

/// Whether a pod has an address in one of the Service's families, as far as both are told.
fn in_family(service: &Service<'_>, ips: &[Addr]) -> bool {
    let families = service.spec.ip_families.as_deref().unwrap_or_default();
    let family = |ip: &Addr| if ip.v6 { "IPv6" } else { "IPv4" };
    ips.is_empty() || families.is_empty() || ips.iter().any(|ip| families.iter().any(|own| own == family(ip)))
}

fn sliced(model: &Model<'_>, service: &Service<'_>) -> Vec<Backend> {
    let mut found = Vec::new();
    for slice in &service.slices {
        for port in slice.ports.iter().flatten() {
            let Some((protocol, target, dialled)) = slice_port(service, port) else { continue };
            let addresses = slice.endpoints.iter().flatten().flat_map(|it| it.addresses.iter().flatten());
            for addr in addresses.filter_map(|text| Addr::parse(text)) {
                let party = address_party(model, addr);
                found.push(Backend { party, protocol, dialled: Some(dialled), target: Some(target) });
            }
        }
    }
    found
}

/// A slice's port belongs to the Service's port of that name.
fn slice_port(service: &Service<'_>, port: &SlicePort) -> Option<(Protocol, u16, u16)> {
    let protocol = Protocol::parse(port.protocol.as_deref())?;
    let target = port.port.and_then(|it| u16::try_from(it).ok())?;
    let name = port.name.as_deref().unwrap_or_default();
    let same = |it: &&ServicePort| it.name.as_deref().unwrap_or_default() == name;
    let dialled = service.ports().find(same).and_then(Service::dialled).map(|(_, number)| number);
    Some((protocol, target, dialled.unwrap_or(target)))
}

/// The pod that has an address, else the address itself.
#[must_use]
pub fn address_party(model: &Model<'_>, addr: Addr) -> Party {
    for (at, endpoint) in (0_u32..).zip(&model.endpoints) {
        let mut pods = endpoint.pods.iter().map(|number| model.pod(endpoint.workload, *number));
        if pods.any(|pod| !pod.host_network && pod.ips.contains(&addr)) {
            return Party { node: Node::Endpoint(at), addr: None };
        }
    }
    Party { node: Node::Address(model.addresses.class(addr)), addr: Some(addr) }
}
