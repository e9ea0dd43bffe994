//! What a check is given: the manifests, the options, and what is computed from both when first
//! asked for.

use crate::analysis::reach::Reach;
use crate::diagnostic::{ObjectId, Place};
use crate::field::FieldPath;
use crate::manifest::{Body, File, Manifests, Object};
use crate::model::Model;
use crate::options::Options;
use crate::source::SourceId;
use crate::syntax::{NodeId, Tree};
use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicySpec};
use std::cell::OnceCell;
use std::fmt;

/// Everything a check may look at.
pub struct Context<'a> {
    /// What was read.
    pub manifests: &'a Manifests,
    /// What the caller chose.
    pub options: &'a Options,
    computed: &'a Computed<'a>,
}

/// What is computed when a lint first asks for it; lives as long as the run.
#[derive(Default)]
pub(super) struct Computed<'a> {
    model: OnceCell<Model<'a>>,
    reach: OnceCell<Reach<'a, 'a>>,
}

impl<'a> Context<'a> {
    /// A context over what was read.
    pub(super) fn new(manifests: &'a Manifests, options: &'a Options, computed: &'a Computed<'a>) -> Self {
        Self { manifests, options, computed }
    }

    /// The resolved world.
    #[must_use]
    pub fn model(&self) -> &'a Model<'a> {
        self.computed.model.get_or_init(|| Model::new(self.manifests, self.options))
    }

    /// What the policies together allow. Ask it for rows and cells, never for a whole map.
    #[must_use]
    pub fn reach(&self) -> &'a Reach<'a, 'a> {
        self.computed.reach.get_or_init(|| Reach::new(self.model()))
    }

    /// Whether the input holds any workload.
    #[must_use]
    pub fn has_workloads(&self) -> bool {
        self.manifests.objects.iter().any(|object| matches!(object.body, Body::Workload(_)))
    }

    /// The NetworkPolicy of an object.
    #[must_use]
    pub fn policy(&self, object: ObjectId) -> Option<Policy<'a>> {
        self.manifests.object(object).and_then(|object| Policy::of(self.manifests, object))
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

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("options", self.options).finish_non_exhaustive()
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
