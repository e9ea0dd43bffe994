//! Kubernetes' own types: the names of their fields.

use super::decodes;
use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer,
    NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{
    LabelSelector, LabelSelectorRequirement, ManagedFieldsEntry, ObjectMeta, OwnerReference,
};

/// A policy that a server holds, without what only the server asks for.
#[derive(Default)]
pub(in crate::manifest) struct Stored {
    pub(in crate::manifest) spec: Option<NetworkPolicySpec>,
}

decodes! {
    NetworkPolicy {
        "metadata" metadata,
        "spec" spec,
        passes "apiVersion" "kind",
    }

    Stored {
        "spec" spec,
        passes "apiVersion" "kind" "metadata" "status",
    }

    NetworkPolicySpec {
        "podSelector" pod_selector,
        "policyTypes" policy_types,
        "ingress" ingress,
        "egress" egress,
    }

    NetworkPolicyIngressRule {
        "from" from,
        "ports" ports,
    }

    NetworkPolicyEgressRule {
        "to" to,
        "ports" ports,
    }

    NetworkPolicyPeer {
        "podSelector" pod_selector,
        "namespaceSelector" namespace_selector,
        "ipBlock" ip_block,
    }

    IPBlock {
        "cidr" cidr,
        "except" except,
    }

    NetworkPolicyPort {
        "protocol" protocol,
        "port" port,
        "endPort" end_port,
    }

    LabelSelector {
        "matchLabels" match_labels,
        "matchExpressions" match_expressions,
    }

    LabelSelectorRequirement {
        "key" key,
        "operator" operator,
        "values" values,
    }

    ObjectMeta {
        "name" name,
        "namespace" namespace,
        "labels" labels,
        "annotations" annotations,
        "generateName" generate_name,
        "finalizers" finalizers,
        "ownerReferences" owner_references,
        "uid" uid,
        "resourceVersion" resource_version,
        "generation" generation,
        "creationTimestamp" creation_timestamp,
        "deletionTimestamp" deletion_timestamp,
        "deletionGracePeriodSeconds" deletion_grace_period_seconds,
        "managedFields" managed_fields,
        "selfLink" self_link,
    }

    OwnerReference {
        "apiVersion" api_version,
        "kind" kind,
        "name" name,
        "uid" uid,
        "controller" controller,
        "blockOwnerDeletion" block_owner_deletion,
    }

    ManagedFieldsEntry {
        "manager" manager,
        "operation" operation,
        "apiVersion" api_version,
        "time" time,
        "fieldsType" fields_type,
        "subresource" subresource,
        // Nobody reads which fields a manager owns.
        passes "fieldsV1",
        leaves fields_v1,
    }
}
