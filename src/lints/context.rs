//! What a check is given: the manifests, the options, and what is computed from both when first
//! asked for.

use super::selectors::{self, Role, Written};
use crate::analysis::reach::Reach;
use crate::diagnostic::{ObjectId, Place, Step};
use crate::field::FieldPath;
use crate::manifest::effect::{self, Direction, ItemRef, RuleRef};
use crate::manifest::{Body, File, Manifests, Object};
use crate::model::assume::Assumptions;
use crate::model::namespace::{self, Namespace};
use crate::model::{self, Model};
use crate::options::Options;
use crate::source::SourceId;
use crate::syntax::{NodeId, Tree};
use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fmt;
use std::iter::Copied;
use std::slice::Iter;

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
    lists: OnceCell<Vec<Lists<'a>>>,
    policies: OnceCell<Vec<Policy<'a>>>,
    /// The policies of each namespace.
    homes: OnceCell<BTreeMap<&'a str, Vec<Policy<'a>>>>,
    mentioned: OnceCell<Mentioned>,
    namespaces: OnceCell<Vec<Namespace<'a>>>,
    model: OnceCell<Model<'a>>,
    reach: OnceCell<Reach<'a, 'a>>,
}

/// What the rules of policies mention at all, so that a lint about it need not look for it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mentioned {
    /// Ports by name.
    pub port_names: bool,
    /// Blocks with exceptions.
    pub exceptions: bool,
    /// Blocks of IPv4, and of IPv6.
    pub families: [bool; 2],
}

impl Mentioned {
    fn by(rule: &RuleRef<'_>, found: &mut Self) {
        let named = |port: &NetworkPolicyPort| matches!(port.port, Some(IntOrString::String(_)));
        found.port_names |= rule.ports.is_some_and(|ports| ports.iter().any(named));
        for block in rule.peers.into_iter().flatten().filter_map(|peer| peer.ip_block.as_ref()) {
            found.exceptions |= block.except.is_some();
            let [v4, v6] = &mut found.families;
            *(if block.cidr.contains(':') { v6 } else { v4 }) = true;
        }
    }
}

impl<'a> Context<'a> {
    /// A context over what was read.
    pub(super) fn new(manifests: &'a Manifests, options: &'a Options, computed: &'a Computed<'a>) -> Self {
        Self { manifests, options, computed }
    }

    /// What the rules that take effect mention, those of context included.
    #[must_use]
    pub fn mentioned(&self) -> Mentioned {
        *self.computed.mentioned.get_or_init(|| {
            let mut found = Mentioned::default();
            self.all_policies()
                .flat_map(|policy| policy.rules())
                .for_each(|it| Mentioned::by(&it, &mut found));
            found
        })
    }

    /// The namespaces of the resolved world, without the rest of it.
    #[must_use]
    pub fn namespaces(&self) -> &'a [Namespace<'a>] {
        let (manifests, options) = (self.manifests, self.options);
        let resolve = || namespace::namespaces(manifests, &options.namespace, &Assumptions::of(options)).0;
        self.computed.namespaces.get_or_init(resolve)
    }

    /// The resolved world. Most lints of a single policy do without; see first whether there is
    /// anything to ask it.
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

    /// Whether the input holds any Service.
    #[must_use]
    pub fn has_services(&self) -> bool {
        self.manifests.objects.iter().any(|object| matches!(object.body, Body::Service(_)))
    }

    /// For each rule of a policy and each of its peers: whether the peer may match some given pod;
    /// nothing where it is an ipBlock, or an item that validation refuses.
    #[must_use]
    pub fn peers_of(&self, policy: &Policy<'_>, direction: Direction) -> Vec<Vec<Option<bool>>> {
        let model = self.model();
        let Some(compiled) = model.policies.iter().find(|it| it.object == policy.object.id) else {
            return Vec::new();
        };
        let matches = |id: &u32| match model.parts.peers.get(*id) {
            Some(model::policy::Peer::Pods(..)) => {
                model.peer_pods.get(*id as usize).map(|set| !set.may.is_empty())
            }
            _ => None,
        };
        let rules = model.parts.rules_of(compiled.side(direction)).iter();
        rules.map(|rule| rule.peers.iter().flatten().map(matches).collect()).collect()
    }

    /// The NetworkPolicy of an object.
    #[must_use]
    pub fn policy(&self, object: ObjectId) -> Option<Policy<'a>> {
        let policies = self.listed();
        let at = policies.binary_search_by_key(&object, |policy| policy.object.id).ok()?;
        policies.get(at).copied()
    }

    /// The NetworkPolicies to judge, in reading order; those given as context only are left out.
    pub fn policies(&self) -> impl Iterator<Item = Policy<'a>> + use<'a> {
        self.all_policies().filter(|policy| !policy.file.context)
    }

    /// Every NetworkPolicy, context included.
    pub fn all_policies(&self) -> impl Iterator<Item = Policy<'a>> + use<'a> {
        self.listed().iter().copied()
    }

    fn listed(&self) -> &'a [Policy<'a>] {
        let (manifests, computed) = (self.manifests, self.computed);
        let written = || {
            manifests.objects.iter().filter_map(|object| match &object.body {
                Body::NetworkPolicy(value) => Some((object, &**value, manifests.file(object.source)?)),
                _ => None,
            })
        };
        computed.policies.get_or_init(|| {
            let lists =
                computed.lists.get_or_init(|| written().map(|(_, value, _)| Lists::of(value)).collect());
            let of = |((object, value, file), lists)| Policy { manifests, object, file, value, lists };
            written().zip(lists).map(of).collect()
        })
    }

    /// The objects to judge, of every kind, in reading order.
    pub fn objects(&self) -> impl Iterator<Item = &'a Object> + use<'a> {
        let manifests = self.manifests;
        manifests.objects.iter().filter(|it| manifests.file(it.source).is_some_and(|file| !file.context))
    }

    /// Every policy of a namespace, context included.
    pub fn policies_of<'b>(&'b self, namespace: &'b str) -> impl Iterator<Item = Policy<'a>> + use<'a, 'b> {
        let homes = self.computed.homes.get_or_init(|| {
            let mut homes: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for policy in self.all_policies() {
                homes.entry(self.namespace(policy.object)).or_default().push(policy);
            }
            homes
        });
        homes.get(namespace).into_iter().flatten().copied()
    }

    /// Whether there are policies of kinds that could decide before, after or beside
    /// NetworkPolicies, so that nothing follows from what those leave open.
    #[must_use]
    pub fn has_other_policies(&self) -> bool {
        let other = |it: &Object| matches!(it.body, Body::ClusterPolicy(_) | Body::NotEvaluated);
        self.manifests.objects.iter().any(other)
    }

    /// The file of a source.
    #[must_use]
    pub fn file(&self, source: SourceId) -> Option<&'a File> {
        self.manifests.file(source)
    }

    /// The namespace an object is in: its own, or the one the options give to those that name none.
    #[must_use]
    pub fn namespace<'b>(&self, object: &'b Object) -> &'b str
    where
        'a: 'b,
    {
        let options: &'a Options = self.options;
        object.namespace.as_deref().filter(|name| !name.is_empty()).unwrap_or(&options.namespace)
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
    lists: &'a Lists<'a>,
}

/// What most lints go through, listed once for all of them.
#[derive(Debug)]
struct Lists<'a> {
    directions: &'static [Direction],
    rules: Vec<RuleRef<'a>>,
    peers: Vec<(ItemRef, &'a NetworkPolicyPeer)>,
    blocks: Vec<(ItemRef, &'a IPBlock)>,
    selectors: Vec<Written<'a>>,
    /// Those of namespaces among them.
    spaces: Vec<Written<'a>>,
}

impl<'a> Lists<'a> {
    fn of(value: &'a NetworkPolicy) -> Self {
        let directions = effect::directions(value);
        let rules: Vec<_> = effect::rules_of(value, directions).collect();
        let peers: Vec<_> = rules.iter().flat_map(RuleRef::listed_peers).collect();
        let blocks = peers.iter().filter_map(|(at, peer)| Some((*at, peer.ip_block.as_ref()?))).collect();
        let subject = value.spec.as_ref().and_then(|it| it.pod_selector.as_ref());
        let selectors = selectors::written(subject, &peers);
        let spaces = selectors.iter().filter(|it| it.role == Role::Namespaces).copied().collect();
        Self { directions, rules, peers, blocks, selectors, spaces }
    }
}

impl<'a> Policy<'a> {
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

    /// The directions it isolates, defaults applied.
    #[must_use]
    pub const fn directions(&self) -> &'static [Direction] {
        self.lists.directions
    }

    /// The rules that take effect: those of the directions it isolates.
    pub fn rules(&self) -> Copied<Iter<'a, RuleRef<'a>>> {
        self.lists.rules.iter().copied()
    }

    /// The peers of those rules, and where they stand.
    pub fn peers(&self) -> Copied<Iter<'a, (ItemRef, &'a NetworkPolicyPeer)>> {
        self.lists.peers.iter().copied()
    }

    /// Every selector that takes effect: its own and those of its peers.
    pub(super) fn selectors(&self) -> Copied<Iter<'a, Written<'a>>> {
        self.lists.selectors.iter().copied()
    }

    /// The selectors of namespaces among them.
    pub(super) fn namespace_selectors(&self) -> Copied<Iter<'a, Written<'a>>> {
        self.lists.spaces.iter().copied()
    }

    /// The `ipBlock`s of those rules, and the peers that they stand in.
    pub fn blocks(&self) -> Copied<Iter<'a, (ItemRef, &'a IPBlock)>> {
        self.lists.blocks.iter().copied()
    }

    /// Whether a rule of that direction can be removed and the same directions stay isolated: where
    /// `policyTypes` is left out, the last egress rule is also what isolates egress.
    #[must_use]
    pub fn can_lose_rule(&self, direction: Direction) -> bool {
        let listed = self.spec().and_then(|it| it.policy_types.as_deref()).unwrap_or_default();
        direction == Direction::Ingress
            || !listed.is_empty()
            || effect::rules(self.value, direction).count() > 1
    }

    /// Whether it selects every pod of its namespace.
    #[must_use]
    pub fn selects_all(&self) -> bool {
        let selector = self.spec().and_then(|it| it.pod_selector.as_ref());
        selector.is_none_or(super::selectors::is_empty)
    }

    /// A step that writes a field.
    #[must_use]
    pub fn set(&self, at: FieldPath, value: impl Into<serde_json::Value>) -> Step {
        Step::Set { object: self.object.id, at, value: value.into() }
    }

    /// A step that removes a field or list item.
    #[must_use]
    pub fn remove(&self, at: FieldPath) -> Step {
        Step::Remove { object: self.object.id, at }
    }

    /// A step that inserts a list item.
    #[must_use]
    pub fn insert(&self, at: FieldPath, value: impl Into<serde_json::Value>) -> Step {
        Step::Insert { object: self.object.id, at, value: value.into() }
    }

    /// A step that gives a field another name.
    #[must_use]
    pub fn rename(&self, at: FieldPath, to: impl Into<String>) -> Step {
        Step::Rename { object: self.object.id, at, to: to.into() }
    }

    /// A step that adds a direction to `policyTypes` as they are, or as they default to.
    #[must_use]
    pub fn add_policy_type(&self, direction: Direction) -> Step {
        let types = FieldPath::parse("spec.policyTypes");
        let listed = self.spec().and_then(|it| it.policy_types.as_deref()).unwrap_or_default();
        if listed.is_empty() {
            let mut all = self.directions().to_vec();
            all.push(direction);
            crate::order::sort(&mut all);
            return self.set(types, all.into_iter().map(Direction::policy_type).collect::<Vec<_>>());
        }
        self.insert(types.index(listed.len()), direction.policy_type())
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
