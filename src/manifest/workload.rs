//! Small structs for what a network policy's verdict needs of workloads, Services, EndpointSlices
//! and Nodes. k8s-openapi's own types for these would more than double the wasm build; a test
//! holds these shapes against them.

use super::decode::decodes;
use std::collections::BTreeMap;

/// Labels, sorted by key.
pub type Labels = BTreeMap<String, String>;

/// A pod, or the pods that a template makes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workload {
    /// `Pod`, `Deployment`, `StatefulSet`, … as written.
    pub kind: String,
    /// The pod's own labels, or its template's.
    pub labels: Labels,
    /// The pod's spec, or its template's.
    pub spec: PodSpec,
    /// `spec.replicas`, for kinds that have it.
    pub replicas: Option<i64>,
    /// Owners, from `metadata.ownerReferences`: (kind, name, is controller).
    pub owners: Vec<(String, String, bool)>,
    /// `status.phase` of a Pod.
    pub phase: Option<String>,
    /// `status.podIPs` (or `podIP`) of a Pod.
    pub ips: Vec<String>,
    /// Pod annotations (mesh membership and the like).
    pub annotations: Labels,
    /// `spec.serviceName` of a StatefulSet.
    pub service_name: Option<String>,
    /// `spec.ordinals.start` of a StatefulSet.
    pub first_ordinal: Option<i64>,
    /// Whether labels and spec come from a template.
    pub from_template: bool,
}

/// The part of a PodSpec that matters here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodSpec {
    /// Containers.
    pub containers: Option<Vec<Container>>,
    /// Init containers; those with `restartPolicy: Always` are sidecars.
    pub init_containers: Option<Vec<Container>>,
    /// Whether the pod uses its node's network.
    pub host_network: Option<bool>,
    /// The node it runs on.
    pub node_name: Option<String>,
    /// Where its DNS settings come from.
    pub dns_policy: Option<String>,
    /// The service account it runs as.
    pub service_account_name: Option<String>,
    /// Whether that account's token is mounted.
    pub automount_service_account_token: Option<bool>,
}

/// The part of a container that matters here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Container {
    /// Its name.
    pub name: Option<String>,
    /// `Always` on an init container makes it a sidecar.
    pub restart_policy: Option<String>,
    /// The ports it declares.
    pub ports: Option<Vec<ContainerPort>>,
}

/// A declared port.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContainerPort {
    /// Its name.
    pub name: Option<String>,
    /// Its number.
    pub container_port: Option<i32>,
    /// Its protocol; TCP where absent.
    pub protocol: Option<String>,
    /// The node's port it is bound to.
    pub host_port: Option<i32>,
}

/// The part of a Service that matters here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// `spec`.
    pub spec: ServiceSpec,
}

/// `spec` of a Service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceSpec {
    /// `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`.
    pub type_: Option<String>,
    /// `None` for a headless one.
    pub cluster_ip: Option<String>,
    /// All of its addresses.
    pub cluster_ips: Option<Vec<String>>,
    /// The pods behind it; absent means none by selection.
    pub selector: Option<BTreeMap<String, Option<String>>>,
    /// Its ports.
    pub ports: Option<Vec<ServicePort>>,
    /// Address families.
    pub ip_families: Option<Vec<String>>,
    /// `Local` keeps client addresses.
    pub external_traffic_policy: Option<String>,
}

/// A port of a Service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServicePort {
    /// Its name.
    pub name: Option<String>,
    /// TCP where absent.
    pub protocol: Option<String>,
    /// The port clients dial.
    pub port: Option<i32>,
    /// The port of the pod: a number or a name; `port` where absent.
    pub target_port: Option<k8s_openapi::apimachinery::pkg::util::intstr::IntOrString>,
    /// The port of every node.
    pub node_port: Option<i32>,
}

/// An EndpointSlice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointSlice {
    /// `IPv4`, `IPv6` or `FQDN`.
    pub address_type: Option<String>,
    /// Its endpoints.
    pub endpoints: Option<Vec<SliceEndpoint>>,
    /// Its ports.
    pub ports: Option<Vec<SlicePort>>,
    /// The Service it belongs to, from the label `kubernetes.io/service-name`.
    pub service: Option<String>,
}

/// One endpoint of a slice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SliceEndpoint {
    /// Its addresses.
    pub addresses: Option<Vec<String>>,
    /// The pod behind it.
    pub target_ref: Option<TargetRef>,
}

/// What an endpoint stands for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TargetRef {
    /// `Pod`, usually.
    pub kind: Option<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// A port of a slice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SlicePort {
    /// The Service port's name.
    pub name: Option<String>,
    /// TCP where absent.
    pub protocol: Option<String>,
    /// The number on the endpoint.
    pub port: Option<i32>,
}

/// A Node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Its labels.
    pub labels: Labels,
    /// `status.addresses` of type InternalIP or ExternalIP.
    pub addresses: Vec<String>,
    /// `spec.podCIDRs`.
    pub pod_cidrs: Vec<String>,
}

// Other fields are of no interest here; whoever asks whether all of an object fitted does so of
// policies alone.
decodes! {
    PodSpec {
        "containers" containers,
        "initContainers" init_containers,
        "hostNetwork" host_network,
        "nodeName" node_name,
        "dnsPolicy" dns_policy,
        "serviceAccountName" service_account_name,
        "automountServiceAccountToken" automount_service_account_token,
    }

    Container {
        "name" name,
        "restartPolicy" restart_policy,
        "ports" ports,
    }

    ContainerPort {
        "name" name,
        "containerPort" container_port,
        "protocol" protocol,
        "hostPort" host_port,
    }

    ServiceSpec {
        "type" type_,
        "clusterIP" cluster_ip,
        "clusterIPs" cluster_ips,
        "selector" selector,
        "ports" ports,
        "ipFamilies" ip_families,
        "externalTrafficPolicy" external_traffic_policy,
    }

    ServicePort {
        "name" name,
        "protocol" protocol,
        "port" port,
        "targetPort" target_port,
        "nodePort" node_port,
    }

    EndpointSlice {
        "addressType" address_type,
        "endpoints" endpoints,
        "ports" ports,
        leaves service,
    }

    SliceEndpoint {
        "addresses" addresses,
        "targetRef" target_ref,
    }

    TargetRef {
        "kind" kind,
        "namespace" namespace,
        "name" name,
    }

    SlicePort {
        "name" name,
        "protocol" protocol,
        "port" port,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::decode::{Decode, decode};
    use crate::options::Limits;
    use crate::syntax::parse;
    use k8s_openapi::api::{core::v1 as core, discovery::v1 as discovery};
    use serde::{Serialize, de::DeserializeOwned};
    use serde_json::Value;

    /// Reads a text that has every field of ours: each is one of theirs, too.
    fn read<Ours: Decode, Theirs: DeserializeOwned + Serialize>(text: &str) -> Ours {
        let written: Value = serde_json::from_str(text).unwrap();
        let mut theirs = serde_json::to_value(Theirs::deserialize(&written).unwrap()).unwrap();
        // What every object has.
        theirs
            .as_object_mut()
            .unwrap()
            .retain(|name, _| !["apiVersion", "kind", "metadata"].contains(&name.as_str()));
        assert_eq!(theirs, written);
        let parsed = parse(text, &Limits::default());
        let ours = decode(&parsed.tree, parsed.documents[0].root.unwrap(), false);
        assert!(ours.clean, "{text}");
        ours.value
    }

    fn is_full(it: &impl std::fmt::Debug) -> bool {
        !format!("{it:?}").contains("None")
    }

    #[test]
    fn the_shapes_are_parts_of_kubernetes_types() {
        let pod: PodSpec = read::<_, core::PodSpec>(
            r#"{
                "containers": [{"name": "a", "restartPolicy": "b", "ports": [{"name": "c", "containerPort": 1, "protocol": "TCP", "hostPort": 2}]}],
                "initContainers": [{"name": "d", "restartPolicy": "Always", "ports": [{"name": "e", "containerPort": 3, "protocol": "UDP", "hostPort": 4}]}],
                "hostNetwork": true, "nodeName": "f", "dnsPolicy": "g", "serviceAccountName": "h",
                "automountServiceAccountToken": true
            }"#,
        );
        let service: ServiceSpec = read::<_, core::ServiceSpec>(
            r#"{
                "type": "a", "clusterIP": "b", "clusterIPs": ["c"], "selector": {"d": "e"}, "ipFamilies": ["f"],
                "externalTrafficPolicy": "Local",
                "ports": [{"name": "g", "protocol": "TCP", "port": 1, "targetPort": "h", "nodePort": 2}]
            }"#,
        );
        let slice: EndpointSlice = read::<_, discovery::EndpointSlice>(
            r#"{
                "addressType": "IPv4", "ports": [{"name": "a", "protocol": "TCP", "port": 1}],
                "endpoints": [{"addresses": ["b"], "targetRef": {"kind": "Pod", "namespace": "c", "name": "d"}}]
            }"#,
        );
        assert!(is_full(&pod) && is_full(&service), "{pod:?} {service:?}");
        assert!(is_full(&EndpointSlice { service: Some(String::new()), ..slice }));
    }
}
