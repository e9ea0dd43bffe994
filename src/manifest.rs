//! Trees to Kubernetes objects: which objects a source holds, decoded into typed values, judged
//! as the API server would judge them.
//!
//! Takes the sources; gives [`Manifests`]. Never stops at the first fault: one bad object costs
//! that object. Knows nothing of how objects act on each other.

mod decode;
mod defaults;
mod doubled;
pub mod effect;
mod finding;
mod go;
mod hint;
pub mod judge;
mod minors;
mod objects;
mod parts;
pub mod route;
mod path;
pub mod schema;
pub mod strict;
mod text;
mod time;
pub mod validate;
pub mod workload;

pub use decode::Decoded;
pub use defaults::{defaulted, policy_types};
pub use minors::MinorSet;
pub use objects::read;
pub(crate) use objects::read_parsed;
pub use text::Text;

use crate::diagnostic::{Fix, ObjectId, Place, Severity};
use crate::field::FieldPath;
use crate::source::{Source, SourceId, Span};
use crate::syntax::{NodeId, Parsed};
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::networking::v1::NetworkPolicy;

/// Everything read from an input.
#[derive(Debug, Default)]
pub struct Manifests {
    /// The sources, parsed, in the order given.
    pub files: Vec<File>,
    /// The objects of the kinds we read, in reading order; lists are expanded.
    pub objects: Vec<Object>,
    /// What reading and judging found, in reading order; for one object in the server's order.
    pub findings: Vec<Finding>,
    /// Documents that are no Kubernetes object, or but a part of one, or of a kind that does not
    /// matter here.
    pub skipped: u32,
}

/// What reading an object, or judging it as the API server would, has to say. The lints
/// `syntax`, `invalid` and `api-server-warning` make diagnostics of these.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which of the three.
    pub kind: FindingKind,
    /// [`Severity::Error`], or [`Severity::Warning`] for what only some of the minors in question
    /// reject, or what the server itself would only warn of.
    pub severity: Severity,
    /// The object; none where the text could not be read.
    pub object: Option<ObjectId>,
    /// The field, as the server names it.
    pub field: Option<FieldPath>,
    /// Where it stands.
    pub place: Place,
    /// The whole message: `<field>: <the server's text>`.
    pub message: String,
    /// Our own advice.
    pub help: Option<String>,
    /// Ways to repair it.
    pub fixes: Vec<Fix>,
    /// The minors that say so.
    pub minors: MinorSet,
}

/// Kinds of [`Finding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// The text cannot be decoded.
    Syntax,
    /// The server rejects it, or kubectl does, which asks for strict decoding.
    Invalid,
    /// The server accepts it with a warning.
    ServerWarning,
}

/// One source and what was read from it.
#[derive(Debug)]
pub struct File {
    /// The source as given.
    pub source: Source,
    /// Its tree and documents.
    pub parsed: Parsed,
    /// Whether its objects are context only and not judged themselves.
    pub context: bool,
}

/// One object.
#[derive(Debug)]
pub struct Object {
    /// Its id.
    pub id: ObjectId,
    /// The source it stands in.
    pub source: SourceId,
    /// The document of that source, from 0.
    pub document: u32,
    /// Its place in the list that holds it, from 0, if one does.
    pub item: Option<u32>,
    /// Its root node in the source's tree.
    pub root: NodeId,
    /// `apiVersion` as written.
    pub api_version: String,
    /// `kind` as written.
    pub kind: String,
    /// `metadata.namespace` as written; absent where none is.
    pub namespace: Option<String>,
    /// `metadata.name`; empty where none is.
    pub name: String,
    /// What it holds.
    pub body: Body,
    /// Whether the API server would accept it, dropping unknown fields as it does unless asked
    /// to be strict. With [`crate::options::Kubernetes::Any`]: whether some minor would.
    pub accepted: bool,
}

/// The typed content of an [`Object`]. Defaults are NOT applied: the value is what was written.
#[derive(Debug)]
pub enum Body {
    /// A NetworkPolicy: networking.k8s.io/v1, or of an API version that no supported server knows
    /// (see [`Object::is_served`]). Without its metadata where a server holds it; the tree has that.
    NetworkPolicy(Box<NetworkPolicy>),
    /// A Namespace.
    Namespace(Box<Namespace>),
    /// A pod, or anything with a pod template.
    Workload(Box<workload::Workload>),
    /// A Service.
    Service(Box<workload::Service>),
    /// An EndpointSlice.
    EndpointSlice(Box<workload::EndpointSlice>),
    /// An Ingress, a route of the Gateway API or an OpenShift Route: the Services it leads to.
    Route(Vec<route::RouteBackend>),
    /// A Node.
    Node(Box<workload::Node>),
    /// A cluster-scoped policy of policy.networking.k8s.io.
    ClusterPolicy(ClusterPolicyKind),
    /// A policy of a kind that is named but not evaluated (Cilium, Calico, Istio, …).
    NotEvaluated,
}

/// The kinds of policy.networking.k8s.io.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClusterPolicyKind {
    /// v1alpha1, by priority, before NetworkPolicy.
    AdminNetworkPolicy,
    /// v1alpha1, the one default after NetworkPolicy.
    BaselineAdminNetworkPolicy,
    /// v1alpha2, with a tier of its own.
    ClusterNetworkPolicy,
}

impl Object {
    /// Whether the object is of an API version that the server still serves. Asked of
    /// NetworkPolicies: extensions/v1beta1 was removed in 1.16.
    #[must_use]
    pub fn is_served(&self) -> bool {
        !matches!(self.body, Body::NetworkPolicy(_)) || self.api_version == "networking.k8s.io/v1"
    }
}

impl Object {
    /// Whether its kind lives in a namespace.
    #[must_use]
    pub fn is_namespaced(&self) -> bool {
        !matches!(self.body, Body::Namespace(_) | Body::Node(_) | Body::ClusterPolicy(_))
    }
}

impl Manifests {
    /// The file an object stands in.
    #[must_use]
    pub fn file(&self, source: SourceId) -> Option<&File> {
        self.files.get(source.0 as usize)
    }

    /// An object by id.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> Option<&Object> {
        self.objects.get(id.0 as usize)
    }

    /// The place of a field of an object: its key and value where it is written, else the deepest
    /// part of it that is.
    #[must_use]
    pub fn place(&self, object: &Object, field: &FieldPath) -> Place {
        let span = self.file(object.source).map_or(Span::default(), |file| {
            let tree = &file.parsed.tree;
            let found = tree.find(object.root, field);
            let value = tree.span(found.node);
            match found.key {
                Some(key) if !found.whole || tree.is_null(found.node) => tree.span(key),
                _ => value,
            }
        });
        Place { source: object.source, span }
    }
}
