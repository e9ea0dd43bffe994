//! What a check is given: the manifests, the options, and what is computed from both when first
//! asked for.

use crate::diagnostic::Place;
use crate::field::FieldPath;
use crate::manifest::{Body, File, Manifests, Object};
use crate::options::Options;
use crate::source::SourceId;
use crate::syntax::{NodeId, Tree};
use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicySpec};

/// Everything a check may look at.
#[derive(Debug)]
pub struct Context<'a> {
    /// What was read.
    pub manifests: &'a Manifests,
    /// What the caller chose.
    pub options: &'a Options,
}

impl<'a> Context<'a> {
    /// A context over what was read.
    #[must_use]
    pub fn new(manifests: &'a Manifests, options: &'a Options) -> Self {
        Self { manifests, options }
    }

    /// The NetworkPolicies to judge, in reading order; those given as context only are left out.
    pub fn policies(&self) -> impl Iterator<Item = Policy<'a>> + use<'a> {
        self.all_policies().filter(|policy| !policy.file.context)
    }

    /// Every NetworkPolicy, context included.
    pub fn all_policies(&self) -> impl Iterator<Item = Policy<'a>> + use<'a> {
        let manifests = self.manifests;
        manifests.objects.iter().filter_map(|object| Policy::of(manifests, object))
    }

    /// The file of a source.
    #[must_use]
    pub fn file(&self, source: SourceId) -> Option<&'a File> {
        self.manifests.file(source)
    }

    /// The namespace an object is in: its own, or the one the options give to those that name none.
    #[must_use]
    pub fn namespace<'b>(&'b self, object: &'b Object) -> &'b str {
        object.namespace.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.options.namespace)
    }
}

/// One NetworkPolicy with what is needed to speak of its lines.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// All that was read.
    pub manifests: &'a Manifests,
    /// The object.
    pub object: &'a Object,
    /// The file it stands in.
    pub file: &'a File,
    /// The typed value, as written: no defaults applied.
    pub value: &'a NetworkPolicy,
}

impl<'a> Policy<'a> {
    fn of(manifests: &'a Manifests, object: &'a Object) -> Option<Self> {
        let Body::NetworkPolicy(value) = &object.body else { return None };
        Some(Self { manifests, object, file: manifests.file(object.source)?, value })
    }

    /// The tree the object stands in.
    #[must_use]
    pub fn tree(&self) -> &'a Tree {
        &self.file.parsed.tree
    }

    /// The spec as written, if there is one.
    #[must_use]
    pub fn spec(&self) -> Option<&'a NetworkPolicySpec> {
        self.value.spec.as_ref()
    }

    /// The node of a field, if it is written.
    #[must_use]
    pub fn node(&self, field: &FieldPath) -> Option<NodeId> {
        let found = self.tree().find(self.object.root, field);
        found.whole.then_some(found.node)
    }

    /// The place of a field, or of the deepest part of it that is written.
    #[must_use]
    pub fn place(&self, field: &FieldPath) -> Place {
        self.manifests.place(self.object, field)
    }

    /// The place of a field's key: where a finding about a whole block is best shown.
    #[must_use]
    pub fn key_place(&self, field: &FieldPath) -> Place {
        let found = self.tree().find(self.object.root, field);
        let span = self.tree().span(found.key.unwrap_or(found.node));
        Place { source: self.object.source, span }
    }
}
