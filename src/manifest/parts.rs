//! The parts of workloads, Services, EndpointSlices and Nodes that matter here, gathered from
//! where each kind keeps them.

use super::decode::{Decode, decode, decodes};
use super::workload::{EndpointSlice, Labels, Node, PodSpec, Workload};
use crate::syntax::{NodeId, Tree, Value};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// Kinds that make pods by a template at `spec.template`, in the groups of Kubernetes itself.
const TEMPLATED: [&str; 6] =
    ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job"];

/// An object's root and how to decode below it.
#[derive(Clone, Copy)]
pub(super) struct Root<'a> {
    pub(super) tree: &'a Tree,
    pub(super) root: NodeId,
    pub(super) doubled: bool,
}

impl<'a> Root<'a> {
    pub(super) fn at(&self, path: &[&str]) -> Option<NodeId> {
        path.iter()
            .try_fold(self.root, |node, key| self.tree.get(node, key))
            .filter(|it| !self.tree.is_null(*it))
    }

    /// The object's own metadata.
    pub(super) fn metadata(&self) -> ObjectMeta {
        self.decode(&["metadata"]).unwrap_or_default()
    }

    pub(super) fn decode<T: Decode>(&self, path: &[&str]) -> Option<T> {
        self.at(path).map(|node| decode(self.tree, node, self.doubled).value)
    }

    pub(super) fn text(&self, path: &[&str]) -> Option<String> {
        self.at(path).and_then(|it| self.tree.as_str(it)).map(String::from)
    }

    fn integer(&self, path: &[&str]) -> Option<i64> {
        match self.tree.node(self.at(path)?).value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn workload(self, group: &str, kind: &str) -> Option<Workload> {
        let builtin = matches!(group, "" | "apps" | "batch" | "extensions");
        let template: &[&str] = match kind {
            "Pod" if group.is_empty() => &[],
            "PodTemplate" if group.is_empty() => &["template"],
            "CronJob" if builtin => &["spec", "jobTemplate", "spec", "template"],
            _ => &["spec", "template"],
        };
        let known = builtin && (TEMPLATED.contains(&kind) || matches!(kind, "Pod" | "CronJob"));
        let pod = match self.at(template) {
            Some(node) => Root { root: node, ..self },
            None if known => {
                return Some(Workload { kind: kind.into(), from_template: true, ..Workload::default() });
            }
            None => return None,
        };
        if !known && pod.at(&["spec", "containers"]).is_none_or(|it| pod.tree.items(it).is_empty()) {
            return None;
        }
        let from_template = !template.is_empty();
        Some(Workload {
            kind: kind.into(),
            labels: pod.labels("labels"),
            spec: pod.decode::<PodSpec>(&["spec"]).unwrap_or_default(),
            replicas: self.integer(&["spec", "replicas"]),
            owners: self.owners(),
            phase: if from_template { None } else { self.text(&["status", "phase"]) },
            ips: if from_template { Vec::new() } else { self.pod_ips() },
            annotations: pod.labels("annotations"),
            service_name: self.text(&["spec", "serviceName"]).filter(|_| kind == "StatefulSet"),
            first_ordinal: self.integer(&["spec", "ordinals", "start"]).filter(|_| kind == "StatefulSet"),
            from_template,
        })
    }

    fn labels(&self, which: &str) -> Labels {
        self.decode(&["metadata", which]).unwrap_or_default()
    }

    fn owners(&self) -> Vec<(String, String, bool)> {
        #[derive(Default)]
        struct Owner {
            kind: Option<String>,
            name: Option<String>,
            controller: Option<bool>,
        }
        decodes! { Owner { "kind" kind, "name" name, "controller" controller, } }
        let owners: Vec<Owner> = self.decode(&["metadata", "ownerReferences"]).unwrap_or_default();
        let text = Option::unwrap_or_default;
        owners.into_iter().map(|it| (text(it.kind), text(it.name), it.controller == Some(true))).collect()
    }

    fn pod_ips(&self) -> Vec<String> {
        #[derive(Default)]
        struct PodIp {
            ip: Option<String>,
        }
        decodes! { PodIp { "ip" ip, } }
        let ips: Vec<PodIp> = self.decode(&["status", "podIPs"]).unwrap_or_default();
        let mut ips: Vec<String> =
            ips.into_iter().filter_map(|it| it.ip).filter(|it| !it.is_empty()).collect();
        if ips.is_empty() {
            ips.extend(self.text(&["status", "podIP"]).filter(|it| !it.is_empty()));
        }
        ips
    }

    pub(super) fn endpoint_slice(&self) -> EndpointSlice {
        let mut slice: EndpointSlice = decode(self.tree, self.root, self.doubled).value;
        slice.service = self.labels("labels").remove("kubernetes.io/service-name");
        slice
    }

    pub(super) fn node(&self) -> Node {
        #[derive(Default)]
        struct Address {
            type_: Option<String>,
            address: Option<String>,
        }
        decodes! { Address { "type" type_, "address" address, } }
        let addresses: Vec<Address> = self.decode(&["status", "addresses"]).unwrap_or_default();
        let is_ip = |it: &Address| matches!(it.type_.as_deref(), Some("InternalIP" | "ExternalIP"));
        let mut pod_cidrs: Vec<String> = self.decode(&["spec", "podCIDRs"]).unwrap_or_default();
        if pod_cidrs.is_empty() {
            pod_cidrs.extend(self.text(&["spec", "podCIDR"]));
        }
        Node {
            labels: self.labels("labels"),
            addresses: addresses.into_iter().filter(is_ip).filter_map(|it| it.address).collect(),
            pod_cidrs,
        }
    }
}
