//! Namespaces: those supplied and those that objects merely name.

use super::assume::{Assumption, Assumptions};
use super::selector::Label;
use crate::diagnostic::ObjectId;
use crate::manifest::{Body, Manifests};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The label that every namespace carries, with its own name as value.
pub const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// How far policies of kinds that are not evaluated cloud a pod's verdicts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cloud {
    /// None could select it.
    #[default]
    Clear,
    /// They can only forbid: what is denied stays denied.
    Forbids,
    /// They can forbid and allow.
    Full,
}

/// A namespace.
#[derive(Clone, Debug)]
pub struct Namespace<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// The object, where it was supplied.
    pub object: Option<ObjectId>,
    /// Its labels as written; complete where it was supplied.
    pub labels: Option<Cow<'a, BTreeMap<String, String>>>,
    /// Whether a namespace that was not supplied has no labels but its name.
    pub bare: bool,
    /// Whether it stands for any namespace at all: nothing is known of it, not even its name.
    pub any: bool,
    /// Policies of other kinds in it or over the whole cluster.
    pub cloud: Cloud,
}

impl<'a> Namespace<'a> {
    /// A namespace that objects name but that was not supplied.
    #[must_use]
    pub const fn named(name: &'a str, bare: bool) -> Self {
        Self { name: Cow::Borrowed(name), object: None, labels: None, bare, any: false, cloud: Cloud::Clear }
    }
}

impl Namespace<'_> {
    /// What is known of one label.
    #[must_use]
    pub fn label(&self, key: &str) -> Label<'_> {
        if self.any {
            return Label::Unknown;
        }
        if key == NAME_LABEL {
            return Label::Value(&self.name);
        }
        let own = self.labels.as_ref().and_then(|labels| labels.get(key));
        match (own, self.object) {
            (Some(value), _) => Label::Value(value),
            (None, None) if !self.bare => Label::Unknown,
            _ => Label::Absent,
        }
    }

    /// Whether all of its labels are known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.object.is_some() || self.bare
    }
}

/// Every namespace that an object is in or is, by name; and how far policies of other kinds cloud
/// every namespace, present or future.
#[must_use]
pub fn namespaces<'a>(
    manifests: &'a Manifests,
    default: &'a str,
    assume: &Assumptions,
) -> (Vec<Namespace<'a>>, Cloud) {
    let bare = assume.get(Assumption::UndeclaredNamespaceLabels) == Some("none");
    let mut found: BTreeMap<&'a str, Namespace<'a>> = BTreeMap::new();
    let new = |name| Namespace::named(name, bare);
    let mut over_all = Cloud::Clear;
    for object in manifests.objects.iter().filter(|object| object.accepted) {
        let home = object.namespace.as_deref().unwrap_or(default);
        match &object.body {
            Body::Namespace(written) => {
                let it = found.entry(&object.name).or_insert_with(|| new(&object.name));
                it.object = Some(object.id);
                it.labels = written.metadata.labels.as_ref().map(Cow::Borrowed);
            }
            Body::NotEvaluated => {
                let cloud = cloud_of(&object.api_version);
                if reaches_all(&object.kind, home) {
                    over_all = over_all.max(cloud);
                } else {
                    let it = found.entry(home).or_insert_with(|| new(home));
                    it.cloud = it.cloud.max(cloud);
                }
            }
            // Evaluated nowhere yet: what they decide is told as unknown.
            Body::ClusterPolicy(_) => over_all = Cloud::Full,
            Body::Node(_) | Body::Route(_) => {}
            _ => {
                found.entry(home).or_insert_with(|| new(home));
            }
        }
    }
    let mut all: Vec<Namespace<'a>> = found.into_values().collect();
    for namespace in &mut all {
        namespace.cloud = namespace.cloud.max(over_all);
    }
    (all, over_all)
}

/// Istio authorizes what the network already let through; every other kind can also allow.
fn cloud_of(api_version: &str) -> Cloud {
    if api_version.contains("istio.io/") { Cloud::Forbids } else { Cloud::Full }
}

/// Kinds without a namespace, and Istio's root namespace, speak of every pod.
fn reaches_all(kind: &str, namespace: &str) -> bool {
    let cluster_wide = [
        "CiliumClusterwideNetworkPolicy",
        "GlobalNetworkPolicy",
        "StagedGlobalNetworkPolicy",
        "ClusterNetworkPolicy",
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
    ];
    cluster_wide.contains(&kind) || namespace == "istio-system"
}
