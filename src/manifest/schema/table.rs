//! The table itself.

use super::{Field, Struct, Type};

const fn field(name: &'static str, ty: Type, doc: &'static str) -> Field {
    Field { name, ty, doc, values: &[] }
}

const fn one_of(name: &'static str, ty: Type, values: &'static [&'static str], doc: &'static str) -> Field {
    Field { name, ty, doc, values }
}

const TEXT: Type = Type::Text("string");

const API_VERSION: Field =
    field("apiVersion", TEXT, "The API group and version the object is written in, as `<group>/<version>`.");
const KIND: Field = field("kind", TEXT, "What the object is; in the group it is written for, case counts.");
const METADATA: Field =
    field("metadata", Type::Struct(&OBJECT_META), "The object's name, namespace, labels and annotations.");

/// networking.k8s.io/v1 NetworkPolicy.
pub static NETWORK_POLICY: Struct = Struct {
    name: "NetworkPolicy",
    doc: "Says which connections a set of pods may take part in.",
    fields: &[
        one_of(
            "apiVersion",
            TEXT,
            &["networking.k8s.io/v1"],
            "The API group and version the object is written in: `networking.k8s.io/v1`.",
        ),
        one_of("kind", TEXT, &["NetworkPolicy"], "What the object is: `NetworkPolicy`."),
        METADATA,
        field(
            "spec",
            Type::Struct(&NETWORK_POLICY_SPEC),
            "Which pods the policy is about and what they may do; without it, every pod of the namespace is closed to incoming traffic.",
        ),
    ],
};

/// v1 Namespace.
pub static NAMESPACE: Struct = Struct {
    name: "Namespace",
    doc: "A scope for names, whose labels policies of other namespaces select by.",
    fields: &[
        API_VERSION,
        KIND,
        METADATA,
        field("spec", Type::Any, "How the namespace behaves; nothing here matters to network policies."),
        field("status", Type::Any, "What the cluster says of the namespace."),
    ],
};

static NETWORK_POLICY_SPEC: Struct = Struct {
    name: "NetworkPolicySpec",
    doc: "Which pods a policy is about and what they may do.",
    fields: &[
        field(
            "podSelector",
            Type::Struct(&LABEL_SELECTOR),
            "The pods of the policy's own namespace that it is about; empty or absent selects all of them.",
        ),
        one_of(
            "policyTypes",
            Type::Texts("v1.PolicyType"),
            &["Ingress", "Egress"],
            "The directions the policy closes before its rules open them again; without it Ingress always, and Egress only if there is an egress rule.",
        ),
        field(
            "ingress",
            Type::Structs(&INGRESS_RULE),
            "What may reach the selected pods: a connection that any rule allows is allowed; without rules none is.",
        ),
        field(
            "egress",
            Type::Structs(&EGRESS_RULE),
            "What the selected pods may reach: a connection that any rule allows is allowed; without rules none is.",
        ),
    ],
};

static INGRESS_RULE: Struct = Struct {
    name: "NetworkPolicyIngressRule",
    doc: "Allows connections from any of its sources to any of its ports.",
    fields: &[
        field(
            "from",
            Type::Structs(&PEER),
            "The sources, any of which will do; empty or absent means every source.",
        ),
        field(
            "ports",
            Type::Structs(&PORT),
            "The ports of the selected pods, any of which will do; empty or absent means every port.",
        ),
    ],
};

static EGRESS_RULE: Struct = Struct {
    name: "NetworkPolicyEgressRule",
    doc: "Allows connections to any of its destinations on any of its ports.",
    fields: &[
        field(
            "to",
            Type::Structs(&PEER),
            "The destinations, any of which will do; empty or absent means every destination.",
        ),
        field(
            "ports",
            Type::Structs(&PORT),
            "The destination's ports, any of which will do; empty or absent means every port.",
        ),
    ],
};

static PORT: Struct = Struct {
    name: "NetworkPolicyPort",
    doc: "A protocol, and a port or range of ports of it.",
    fields: &[
        one_of(
            "protocol",
            Type::Text("v1.Protocol"),
            &["TCP", "UDP", "SCTP"],
            "The protocol, in capitals; TCP where absent.",
        ),
        field(
            "port",
            Type::IntOrString,
            "A port of the pod: a number, or the name of a container port; absent means every port of the protocol.",
        ),
        field(
            "endPort",
            Type::Int32,
            "The last port of a range that `port` starts; needs a number there that is not greater.",
        ),
    ],
};

static PEER: Struct = Struct {
    name: "NetworkPolicyPeer",
    doc: "A group of pods, or a range of addresses.",
    fields: &[
        field(
            "podSelector",
            Type::Struct(&LABEL_SELECTOR),
            "Pods by label: in the policy's own namespace, or with `namespaceSelector` beside it in the namespaces that selects.",
        ),
        field(
            "namespaceSelector",
            Type::Struct(&LABEL_SELECTOR),
            "Namespaces by label: all of their pods, or with `podSelector` beside it those that also match it; empty selects every namespace.",
        ),
        field(
            "ipBlock",
            Type::Struct(&IP_BLOCK),
            "A range of addresses, meant for those outside the cluster; stands alone in its peer.",
        ),
    ],
};

static IP_BLOCK: Struct = Struct {
    name: "IPBlock",
    doc: "A range of addresses with ranges taken out of it.",
    fields: &[
        field("cidr", TEXT, "The range, such as `192.0.2.0/24` or `2001:db8::/32`."),
        field(
            "except",
            Type::Texts("string"),
            "Ranges inside `cidr`, and smaller than it, that are not meant.",
        ),
    ],
};

static LABEL_SELECTOR: Struct = Struct {
    name: "LabelSelector",
    doc: "Selects by label; all of its parts must hold, and an empty one selects everything.",
    fields: &[
        field("matchLabels", Type::Labels, "Labels that must be there with just these values."),
        field("matchExpressions", Type::Structs(&REQUIREMENT), "Further conditions on labels."),
    ],
};

static REQUIREMENT: Struct = Struct {
    name: "LabelSelectorRequirement",
    doc: "A condition on one label.",
    fields: &[
        field("key", TEXT, "The label's key."),
        one_of(
            "operator",
            Type::Text("v1.LabelSelectorOperator"),
            &["In", "NotIn", "Exists", "DoesNotExist"],
            "How the label relates to `values`; `NotIn` and `DoesNotExist` also hold where the label is absent.",
        ),
        field("values", Type::Texts("string"), "The values, for `In` and `NotIn` only."),
    ],
};

static OBJECT_META: Struct = Struct {
    name: "ObjectMeta",
    doc: "What every object has: a name, a place and labels.",
    fields: &[
        field("name", TEXT, "The object's name, unique among its kind in its namespace."),
        field("generateName", TEXT, "A beginning from which the server makes a name where none is given."),
        field(
            "namespace",
            TEXT,
            "The namespace the object lives in; where absent, the one the client is set to.",
        ),
        field("labels", Type::Labels, "Labels, by which selectors and people find the object."),
        field(
            "annotations",
            Type::Labels,
            "Notes of any form for tools and people; nothing selects by them.",
        ),
        field("ownerReferences", Type::Structs(&OWNER_REFERENCE), "Objects this one is deleted with."),
        field(
            "finalizers",
            Type::Texts("string"),
            "Names of controllers that must act before deletion is done.",
        ),
        field("uid", Type::Text("types.UID"), "The object's identity over time, given by the server."),
        field("resourceVersion", TEXT, "The version an update is meant for; given by the server."),
        field("generation", Type::Int64, "How often the spec has changed; counted by the server."),
        field("creationTimestamp", Type::Time, "When the object was made; set by the server."),
        field(
            "deletionTimestamp",
            Type::Time,
            "When the object will be gone; set by the server on deletion.",
        ),
        field("deletionGracePeriodSeconds", Type::Int64, "How long deletion may take; set by the server."),
        field(
            "managedFields",
            Type::Structs(&MANAGED_FIELDS),
            "Who last set which field; kept by the server.",
        ),
        field("selfLink", TEXT, "No longer used."),
    ],
};

static OWNER_REFERENCE: Struct = Struct {
    name: "OwnerReference",
    doc: "An object that another one is deleted with.",
    fields: &[
        field("apiVersion", TEXT, "The owner's API version."),
        field("kind", TEXT, "The owner's kind."),
        field("name", TEXT, "The owner's name."),
        field("uid", Type::Text("types.UID"), "The owner's identity; required."),
        field("controller", Type::Bool, "Whether the owner manages the object; at most one does."),
        field("blockOwnerDeletion", Type::Bool, "Whether the owner's deletion waits for the object's."),
    ],
};

static MANAGED_FIELDS: Struct = Struct {
    name: "ManagedFieldsEntry",
    doc: "The fields that one client set.",
    fields: &[
        field("manager", TEXT, "The client."),
        one_of(
            "operation",
            Type::Text("v1.ManagedFieldsOperationType"),
            &["Apply", "Update"],
            "How it set them.",
        ),
        field("apiVersion", TEXT, "The API version it wrote."),
        field("time", Type::Time, "When it last did."),
        one_of("fieldsType", TEXT, &["FieldsV1"], "The form of `fieldsV1`."),
        field("fieldsV1", Type::Any, "The fields, as a tree."),
        field("subresource", TEXT, "The subresource it wrote through, if any."),
    ],
};
