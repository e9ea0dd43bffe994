//! Trees to Kubernetes objects: which objects a source holds, decoded into typed values, judged
//! as the API server would judge them.
//!
//! Takes the sources; gives [`Manifests`]. Never stops at the first fault: one bad object costs
//! that object. Knows nothing of how objects act on each other.

pub mod workload;

use crate::diagnostic::{Diagnostic, ObjectId, Place};
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
    /// What reading and judging found.
    pub diagnostics: Vec<Diagnostic>,
    /// Documents that are no Kubernetes object, or of a kind that does not matter here.
    pub skipped: u32,
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
    /// Whether the API server would accept it.
    pub accepted: bool,
}

/// The typed content of an [`Object`]. Defaults are NOT applied: the value is what was written.
#[derive(Debug)]
pub enum Body {
    /// A networking.k8s.io/v1 NetworkPolicy.
    NetworkPolicy(Box<NetworkPolicy>),
    /// A Namespace.
    Namespace(Box<Namespace>),
    /// A pod, or anything with a pod template.
    Workload(Box<workload::Workload>),
    /// A Service.
    Service(Box<workload::Service>),
    /// An EndpointSlice.
    EndpointSlice(Box<workload::EndpointSlice>),
    /// A Node.
    Node(Box<workload::Node>),
    /// A policy of a kind that is named but not evaluated (Cilium, Calico, Istio, …).
    NotEvaluated,
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
