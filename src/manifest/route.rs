//! Which Services an Ingress, a route of the Gateway API or an OpenShift Route leads to.

use super::parts::Root;
use crate::syntax::{NodeId, Tree, Value};

/// A port as a route names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoutePort {
    /// A number that the Service is dialled on.
    Number(u16),
    /// A port of the Service, by name.
    Name(String),
    /// A port of the pods behind the Service, by number.
    Target(u16),
}

/// One Service that traffic from outside is led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteBackend {
    /// The Service's namespace, where it is not the route's own.
    pub namespace: Option<String>,
    /// The Service's name.
    pub service: String,
    /// The port; all of the Service's where absent.
    pub port: Option<RoutePort>,
}

/// A number or a name.
fn port(tree: &Tree, node: NodeId) -> Option<RoutePort> {
    match tree.node(node).value {
        Value::Number(text) => text.parse().ok().map(RoutePort::Number),
        Value::String(name) => Some(RoutePort::Name(name.to_string())),
        _ => None,
    }
}

/// The items of the lists at a path, from each of some nodes.
fn each(tree: &Tree, nodes: &[NodeId], path: &[&str]) -> Vec<NodeId> {
    let lists = nodes.iter().filter_map(|node| path.iter().try_fold(*node, |at, key| tree.get(at, key)));
    lists.flat_map(|list| tree.items(list).iter().copied()).collect()
}

/// An Ingress: its default backend and those of its paths.
pub(super) fn ingress(root: Root<'_>) -> Vec<RouteBackend> {
    let tree = root.tree;
    let Some(spec) = root.at(&["spec"]) else { return Vec::new() };
    let rules = each(tree, &[spec], &["rules"]);
    let paths = each(tree, &rules, &["http", "paths"]);
    let backends = paths.iter().filter_map(|path| tree.get(*path, "backend"));
    let default = ["defaultBackend", "backend"].into_iter().filter_map(|key| tree.get(spec, key));
    let backend = |at: NodeId| {
        // Before networking.k8s.io/v1 name and port stood in the backend itself.
        let (service, named) = match tree.get(at, "service") {
            Some(service) => {
                let own = tree.get(service, "port");
                let own = own.and_then(|it| tree.get(it, "number").or_else(|| tree.get(it, "name")));
                (tree.get_str(service, "name")?, own)
            }
            None => (tree.get_str(at, "serviceName")?, tree.get(at, "servicePort")),
        };
        let port = named.and_then(|it| port(tree, it));
        Some(RouteBackend { namespace: None, service: service.to_owned(), port })
    };
    default.chain(backends).filter_map(backend).collect()
}

/// A route of the Gateway API: the Services that its rules refer to.
pub(super) fn gateway(root: Root<'_>) -> Vec<RouteBackend> {
    let tree = root.tree;
    let Some(spec) = root.at(&["spec"]) else { return Vec::new() };
    let rules = each(tree, &[spec], &["rules"]);
    let backend = |at: NodeId| {
        let is_service = tree.get_str(at, "kind").is_none_or(|kind| kind == "Service")
            && tree.get_str(at, "group").is_none_or(str::is_empty);
        let service = tree.get_str(at, "name").filter(|_| is_service)?;
        Some(RouteBackend {
            namespace: tree.get_str(at, "namespace").map(String::from),
            service: service.to_owned(),
            port: tree.get(at, "port").and_then(|it| port(tree, it)),
        })
    };
    each(tree, &rules, &["backendRefs"]).into_iter().filter_map(backend).collect()
}

/// An OpenShift Route: its Service and the alternates.
pub(super) fn openshift(root: Root<'_>) -> Vec<RouteBackend> {
    let tree = root.tree;
    let port = root.at(&["spec", "port", "targetPort"]).and_then(|it| port(tree, it));
    let port = port.map(|it| match it {
        RoutePort::Number(number) => RoutePort::Target(number),
        named => named,
    });
    let alternates = root.at(&["spec", "alternateBackends"]);
    let alternates = alternates.into_iter().flat_map(|list| tree.items(list).iter().copied());
    let backend = |at: NodeId| {
        let is_service = tree.get_str(at, "kind").is_none_or(|kind| kind == "Service");
        let service = tree.get_str(at, "name").filter(|_| is_service)?;
        Some(RouteBackend { namespace: None, service: service.to_owned(), port: port.clone() })
    };
    root.at(&["spec", "to"]).into_iter().chain(alternates).filter_map(backend).collect()
}
