//! How answers name the ends of connections.

use crate::analysis::connections::Node;
use crate::model::address::{AddressClass, Owner};
use crate::model::future::Future;
use crate::model::policy::Peer;
use crate::model::selector::{Selector, Test};
use crate::model::{Endpoint, Model};
use crate::order;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The name of what brings in the traffic of Ingresses and routes.
pub(crate) const CONTROLLER: &str = "ingress-controller";

/// One end of connections.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointShape {
    /// Its shortest name within one answer.
    pub id: String,
    /// `workload`, `external`, `future`, `node`, `cluster`, `anywhere`; in compact maps also
    /// `cluster-unprotected` and `anywhere-unprotected`, every pod or every endpoint that no policy
    /// isolates on its own side of the connection; and in large ones `selected`, those of them that
    /// a policy's peer certainly selects, `pods`, all that it certainly selects, and `block`, every
    /// address in its ranges. `ingress-controller` is what brings traffic to the Services of
    /// Ingresses and routes, where none of the supplied pods is a known controller.
    pub kind: &'static str,
    /// Its namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The kind of the object that makes the pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// How many pods, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pods: Option<u32>,
    /// The pods' names, where policies tell the pods of one workload apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The addresses, `first-last`, rising and disjoint.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<String>,
    /// The namespaces that future pods are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace_selector: Option<Value>,
    /// The labels that future pods carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_selector: Option<Value>,
}

/// The names of everything in a model.
pub(crate) struct Names<'m, 'a> {
    model: &'m Model<'a>,
    /// How many workloads share a namespace and name.
    shared: BTreeMap<(&'m str, &'m str), usize>,
}

impl<'m, 'a> Names<'m, 'a> {
    pub(crate) fn new(model: &'m Model<'a>) -> Self {
        let mut shared = BTreeMap::new();
        for workload in model.workloads.iter().filter(|it| !it.kind.is_empty()) {
            *shared.entry((workload.namespace, workload.name)).or_insert(0) += 1;
        }
        Self { model, shared }
    }

    /// The shortest name that no other end has.
    pub(crate) fn id(&self, node: Node) -> String {
        match node {
            Node::Anywhere => "anywhere".into(),
            Node::Cluster => "cluster".into(),
            Node::AnywhereUnprotected => "anywhere-unprotected".into(),
            Node::ClusterUnprotected => "cluster-unprotected".into(),
            Node::IngressController => CONTROLLER.into(),
            Node::Selected(at) => self
                .model
                .futures
                .get(at as usize)
                .map_or_else(String::new, |(future, _)| format!("{}[selected]", future.id())),
            Node::Pods(at) => self
                .model
                .futures
                .get(at as usize)
                .map_or_else(String::new, |(future, _)| format!("{}[pods]", future.id())),
            Node::Block(at) => {
                let ranges: Vec<String> = self.block(at).iter().map(ToString::to_string).collect();
                format!("{}[block]", ranges.join(","))
            }
            Node::Endpoint(at) => {
                self.model.endpoints.get(at as usize).map_or_else(String::new, |it| self.endpoint(it))
            }
            Node::Future(at) => {
                self.model.futures.get(at as usize).map_or_else(String::new, |(future, _)| future.id())
            }
            Node::Address(at) => self
                .model
                .addresses
                .classes
                .get(at as usize)
                .map_or_else(String::new, |it| self.addresses(it)),
        }
    }

    /// The addresses that a block certainly matches.
    fn block(&self, id: u32) -> Vec<crate::model::ip::Range> {
        let peer = self.model.parts.peers.find(&Peer::Block(id));
        let classes = peer.and_then(|at| self.model.peer_addresses.get(at as usize));
        let own = classes.into_iter().flat_map(|set| set.must.iter().collect::<Vec<u32>>());
        let ranges =
            own.filter_map(|at| self.model.addresses.classes.get(at as usize)).flat_map(|it| &it.ranges);
        let mut ranges: Vec<_> = ranges.copied().collect();
        order::sort(&mut ranges);
        crate::model::ip::join(&ranges)
    }

    fn endpoint(&self, endpoint: &Endpoint) -> String {
        let Some(workload) = self.model.workloads.get(endpoint.workload as usize) else {
            return String::new();
        };
        let mut id = format!("{}/{}", workload.namespace, workload.name);
        if self.shared.get(&(workload.namespace, workload.name)).is_some_and(|count| *count > 1) {
            id.push_str(&format!("[{}]", workload.kind));
        }
        if let Some(part) = endpoint.part {
            id.push_str(&format!("#{part}"));
        }
        id
    }

    fn addresses(&self, class: &AddressClass) -> String {
        if let Owner::Node(Some(at)) = class.owner
            && let Some(node) = self.model.nodes.get(at as usize)
        {
            // A node may have addresses that policies tell apart.
            return format!("{}[Node]", node.name);
        }
        let ranges: Vec<String> = class.ranges.iter().map(ToString::to_string).collect();
        ranges.join(",")
    }

    pub(crate) fn shape(&self, node: Node) -> EndpointShape {
        let shape = EndpointShape { id: self.id(node), ..EndpointShape::default() };
        let model = self.model;
        match node {
            Node::Anywhere => EndpointShape { kind: "anywhere", ..shape },
            Node::Cluster => EndpointShape { kind: "cluster", ..shape },
            Node::AnywhereUnprotected => EndpointShape { kind: "anywhere-unprotected", ..shape },
            Node::ClusterUnprotected => EndpointShape { kind: "cluster-unprotected", ..shape },
            Node::IngressController => EndpointShape { kind: CONTROLLER, ..shape },
            Node::Selected(at) => match model.futures.get(at as usize) {
                Some((future, _)) => EndpointShape { kind: "selected", ..future_shape(future, shape) },
                None => shape,
            },
            Node::Pods(at) => match model.futures.get(at as usize) {
                Some((future, _)) => EndpointShape { kind: "pods", ..future_shape(future, shape) },
                None => shape,
            },
            Node::Block(at) => {
                let ranges = self.block(at).iter().map(ToString::to_string).collect();
                EndpointShape { kind: "block", ranges, ..shape }
            }
            Node::Endpoint(at) => match model.endpoints.get(at as usize) {
                Some(endpoint) => self.workload(endpoint, shape),
                None => shape,
            },
            Node::Future(at) => match model.futures.get(at as usize) {
                Some((future, _)) => future_shape(future, shape),
                None => shape,
            },
            Node::Address(at) => match model.addresses.classes.get(at as usize) {
                Some(class) => self.address_shape(class, shape),
                None => shape,
            },
        }
    }

    fn workload(&self, endpoint: &Endpoint, shape: EndpointShape) -> EndpointShape {
        let Some(workload) = self.model.workloads.get(endpoint.workload as usize) else { return shape };
        let own = endpoint.pods.iter().filter_map(|at| workload.pods.get(*at as usize));
        let names: Vec<String> = own.flat_map(|pod| pod.names.iter().map(ToString::to_string)).collect();
        let part = endpoint.part.is_some();
        let pods = if part { u32::try_from(names.len()).ok().filter(|it| *it > 0) } else { workload.count };
        EndpointShape {
            kind: "workload",
            namespace: Some(workload.namespace.into()),
            name: Some(workload.name.into()),
            workload: Some(workload.kind.into()),
            pods,
            names: if part { names } else { Vec::new() },
            ..shape
        }
    }

    fn address_shape(&self, class: &AddressClass, shape: EndpointShape) -> EndpointShape {
        let ranges = class.ranges.iter().map(ToString::to_string).collect();
        match class.owner {
            Owner::Node(at) => {
                let name =
                    at.and_then(|at| self.model.nodes.get(at as usize)).map(|node| node.name.to_owned());
                EndpointShape { kind: "node", name, ranges, ..shape }
            }
            Owner::Outside | Owner::Service => EndpointShape { kind: "external", ranges, ..shape },
        }
    }
}

fn future_shape(future: &Future, shape: EndpointShape) -> EndpointShape {
    EndpointShape {
        kind: "future",
        namespace: future.namespace().map(String::from),
        namespace_selector: Some(selector_json(&future.namespaces)),
        pod_selector: Some(selector_json(&future.pods)),
        ..shape
    }
}

/// A selector as Kubernetes writes it, in the one canonical form.
fn selector_json(selector: &Selector) -> Value {
    let mut labels = Map::new();
    let mut expressions = Vec::new();
    let expression = |key: &str, operator: &str| json!({"key": key, "operator": operator});
    let valued = |key: &str, operator: &str, values: &std::collections::BTreeSet<String>| json!({"key": key, "operator": operator, "values": values});
    for (key, test) in &selector.tests {
        match test {
            Test::In(values) => match values.first() {
                Some(only) if values.len() == 1 => {
                    labels.insert(key.clone(), json!(only));
                }
                _ => expressions.push(valued(key, "In", values)),
            },
            Test::Present(values) => {
                expressions.push(expression(key, "Exists"));
                if !values.is_empty() {
                    expressions.push(valued(key, "NotIn", values));
                }
            }
            Test::NotIn(values) => expressions.push(valued(key, "NotIn", values)),
            Test::Absent => expressions.push(expression(key, "DoesNotExist")),
        }
    }
    let mut written = Map::new();
    if !labels.is_empty() {
        written.insert("matchLabels".into(), Value::Object(labels));
    }
    if !expressions.is_empty() {
        written.insert("matchExpressions".into(), Value::Array(expressions));
    }
    Value::Object(written)
}
