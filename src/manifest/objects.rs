//! Which objects an input holds: documents told apart, lists expanded, each kind that matters
//! here decoded.

use super::finding::findings;
use super::judge::{Validation, assess, policy};
use super::parts::Root;
use super::route;
use super::workload::Service;
use super::{Body, ClusterPolicyKind, File, Finding, FindingKind, Manifests, MinorSet, Object, Text};
use crate::diagnostic::{ObjectId, Place, Severity};
use crate::options::Options;
use crate::source::{Source, SourceId};
use crate::syntax::scan::has;
use crate::syntax::{Document, NodeId, Parsed, Value, parse};
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::networking::v1::NetworkPolicy;

/// Reads `sources`, then `context`, whose objects are not judged themselves.
#[must_use]
pub fn read(sources: &[Source], context: &[Source], options: &Options) -> Manifests {
    let mut manifests = Manifests::default();
    let all = sources.iter().map(|it| (it, false)).chain(context.iter().map(|it| (it, true)));
    for (source, context) in all {
        let parsed = parse(source.as_str(), &options.limits);
        add(File { source: source.clone(), parsed, context }, false, options, &mut manifests);
    }
    manifests
}

/// As [`read`], where the texts are trees already. What an API server has, `stored` says, it has
/// validated.
#[must_use]
pub(crate) fn read_parsed(sources: Vec<(Source, Parsed)>, stored: bool, options: &Options) -> Manifests {
    let mut manifests = Manifests::default();
    for (source, parsed) in sources {
        add(File { source, parsed, context: false }, stored, options, &mut manifests);
    }
    manifests
}

fn add(file: File, stored: bool, options: &Options, manifests: &mut Manifests) {
    let id = SourceId(u32::try_from(manifests.files.len()).unwrap_or(u32::MAX));
    let old = old_policy(&file.source, options);
    let directives = directives(&file);
    let expectation = is_expectation(&file.source);
    let mut reader =
        Reader { id, file: &file, old, stored, options, directives, expectation, out: manifests };
    reader.faults();
    reader.documents();
    manifests.files.push(file);
}

/// Lists inside lists inside lists are nobody's manifest.
const LISTS: u8 = 4;

struct Reader<'a> {
    id: SourceId,
    file: &'a File,
    /// What its policy is to replace.
    old: Option<NetworkPolicy>,
    /// Whether a server has validated what it holds.
    stored: bool,
    options: &'a Options,
    /// Where the directives of strategic merge patches stand, in order.
    directives: Vec<u32>,
    /// Whether it may hold parts of policies that nobody applies.
    expectation: bool,
    out: &'a mut Manifests,
}

/// Where an object was found.
#[derive(Clone, Copy)]
struct Found<'a> {
    document: u32,
    /// Whether a key is doubled anywhere in the document.
    doubled: bool,
    root: NodeId,
    item: Option<u32>,
    /// API version and kind that a typed list gives its items.
    api_version: &'a str,
    kind: &'a str,
}

impl<'a> Reader<'a> {
    fn faults(&mut self) {
        for fault in &self.file.parsed.faults {
            self.out.findings.push(Finding {
                kind: FindingKind::Syntax,
                severity: Severity::Error,
                object: None,
                field: None,
                place: Place { source: self.id, span: fault.span },
                message: fault.message.clone(),
                help: fault.help.clone(),
                fixes: Vec::new(),
                minors: MinorSet::ALL,
            });
        }
    }

    /// The documents that hold something, with their roots.
    fn filled(&self) -> impl Iterator<Item = (&'a Document, NodeId)> + use<'a> {
        let parsed = &self.file.parsed;
        let rooted = parsed.documents.iter().filter_map(|it| Some((it, it.root?)));
        rooted.filter(|(_, root)| !parsed.tree.is_null(*root))
    }

    fn documents(&mut self) {
        for (document, root) in self.filled() {
            let doubled = !document.duplicates.is_empty();
            let found =
                Found { document: document.index, doubled, root, item: None, api_version: "", kind: "" };
            self.object(found, LISTS);
        }
    }

    fn object(&mut self, found: Found<'a>, lists: u8) {
        let tree = &self.file.parsed.tree;
        let api_version = tree.get_str(found.root, "apiVersion").unwrap_or(found.api_version);
        let kind = tree.get_str(found.root, "kind").unwrap_or(found.kind);
        if api_version.is_empty() || kind.is_empty() || self.is_patch(found.root) {
            self.out.skipped += 1;
            return;
        }
        let items = tree.get(found.root, "items").filter(|_| kind.ends_with("List"));
        if let (Some(items), true) = (items, lists > 0) {
            let of = match kind.strip_suffix("List") {
                Some(kind) if !kind.is_empty() => (api_version, kind),
                _ => ("", ""),
            };
            for (at, root) in tree.items(items).iter().enumerate() {
                let item = u32::try_from(at).ok();
                self.object(Found { root: *root, item, api_version: of.0, kind: of.1, ..found }, lists - 1);
            }
            return;
        }
        let (group, _) = group_version(api_version);
        if is_network_policy(group, kind) {
            return self.policy(found, api_version, kind);
        }
        match self.body(found, api_version, kind) {
            Some(body) => {
                let object = self.named(found, api_version, kind, body);
                self.out.objects.push(object);
            }
            None => self.out.skipped += 1,
        }
    }

    /// Whether an object is a strategic merge patch, a part of one, by the directives in it.
    fn is_patch(&self, root: NodeId) -> bool {
        let span = self.file.parsed.tree.span(root);
        let next = self.directives.partition_point(|at| *at < span.start);
        self.directives.get(next).is_some_and(|at| *at < span.end)
    }

    fn policy(&mut self, found: Found<'a>, api_version: &str, kind: &str) {
        let file = self.file;
        let Some(document) = file.parsed.documents.get(found.document as usize) else {
            return;
        };
        let text = Text { text: file.source.as_str(), tree: &file.parsed.tree, document };
        let validation = match &self.old {
            Some(old) => Validation::Update(old),
            None if self.stored => Validation::Done,
            None => Validation::Create,
        };
        let assessed = assess(&text, found.root, (api_version, kind), validation);
        let asked = self.options.kubernetes;
        let mut object = self.named(found, api_version, kind, Body::NotEvaluated);
        object.accepted = !assessed.rejected_by().covers(MinorSet::asked(asked));
        if self.expectation && !object.accepted {
            self.out.skipped += 1;
            return;
        }
        if !file.context {
            self.out.findings.extend(findings(&assessed, &object, text.tree, asked));
        }
        object.body = Body::NetworkPolicy(Box::new(assessed.policy));
        self.out.objects.push(object);
    }

    fn named(&self, found: Found<'a>, api_version: &str, kind: &str, body: Body) -> Object {
        let tree = &self.file.parsed.tree;
        let metadata = tree.get(found.root, "metadata");
        let text = |key| metadata.and_then(|it| tree.get_str(it, key)).filter(|it| !it.is_empty());
        Object {
            id: ObjectId(u32::try_from(self.out.objects.len()).unwrap_or(u32::MAX)),
            source: self.id,
            document: found.document,
            item: found.item,
            root: found.root,
            api_version: api_version.into(),
            kind: kind.into(),
            namespace: text("namespace").map(String::from),
            name: text("name").unwrap_or_default().into(),
            body,
            accepted: true,
        }
    }

    fn body(&self, found: Found<'a>, api_version: &str, kind: &str) -> Option<Body> {
        let (group, version) = group_version(api_version);
        let root = Root { tree: &self.file.parsed.tree, root: found.root, doubled: found.doubled };
        Some(match (group, kind) {
            ("", "Namespace") if version == "v1" => {
                let metadata = root.metadata();
                Body::Namespace(Box::new(Namespace { metadata, spec: None, status: None }))
            }
            ("", "Service") => {
                Body::Service(Box::new(Service { spec: root.decode(&["spec"]).unwrap_or_default() }))
            }
            ("", "Node") => Body::Node(Box::new(root.node())),
            ("discovery.k8s.io", "EndpointSlice") => Body::EndpointSlice(Box::new(root.endpoint_slice())),
            ("networking.k8s.io" | "extensions", "Ingress") => Body::Route(route::ingress(root)),
            ("gateway.networking.k8s.io", kind) if kind.ends_with("Route") => {
                Body::Route(route::gateway(root))
            }
            ("route.openshift.io", "Route") => Body::Route(route::openshift(root)),
            ("policy.networking.k8s.io", kind) => Body::ClusterPolicy(cluster_policy(kind)?),
            (group, kind) if is_not_evaluated(group, kind) => Body::NotEvaluated,
            _ => Body::Workload(Box::new(root.workload(group, kind)?)),
        })
    }
}

fn group_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// Where the keys stand that only a strategic merge patch has.
fn directives(file: &File) -> Vec<u32> {
    const KEYS: [&str; 3] = ["$patch", "$retainKeys", "$deleteFromPrimitiveList/"];
    let text = file.source.as_str();
    // One byte is found fastest, and most texts do without it.
    if !has(text, b'$') || !KEYS.iter().any(|key| text.contains(key)) {
        return Vec::new();
    }
    let tree = &file.parsed.tree;
    let entries = tree.nodes().flat_map(|node| match &node.value {
        Value::Mapping(entries) => &**entries,
        _ => &[],
    });
    let is_directive =
        |key: NodeId| tree.as_str(key).is_some_and(|key| KEYS.iter().any(|it| key.starts_with(it)));
    let mut places: Vec<u32> =
        entries.filter(|entry| is_directive(entry.key)).map(|entry| tree.span(entry.key).start).collect();
    places.sort_unstable();
    places
}

/// Whether a file is an assertion of the test tools kuttl and chainsaw, by the names that they ask
/// for (`assert.yaml`, `00-assert.yaml`, `00-errors.yaml`): parts of objects, to be found in a
/// cluster or not, that nobody applies. What could be applied is judged whatever its file is called.
fn is_expectation(source: &Source) -> bool {
    let Some((path, "yaml" | "yml")) = source.path.rsplit_once('.') else { return false };
    let stem = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = stem.trim_start_matches(|it: char| it.is_ascii_digit());
    let is_step = name.len() < stem.len();
    match name.trim_start_matches('-').split(['-', '_']).next() {
        Some("assert") => true,
        Some("errors") => is_step,
        _ => false,
    }
}

/// The earlier version of a source's policy, for judging an update.
fn old_policy(source: &Source, options: &Options) -> Option<NetworkPolicy> {
    let old = source.old.as_deref()?;
    let parsed = parse(old, &options.limits);
    let document = parsed.documents.iter().find(|it| it.root.is_some())?;
    let text = Text { text: old, tree: &parsed.tree, document };
    Some(policy(&text, document.root?).value)
}

/// Whether the server, or kubectl, would look for NetworkPolicy of some version under this name:
/// groups of Kubernetes itself, and the kind in any case. Plugins have kinds of the same name in
/// groups of their own.
fn is_network_policy(group: &str, kind: &str) -> bool {
    let builtin = !group.contains('.') || group == "networking.k8s.io";
    builtin && kind.eq_ignore_ascii_case("NetworkPolicy")
}

fn cluster_policy(kind: &str) -> Option<ClusterPolicyKind> {
    Some(match kind {
        "AdminNetworkPolicy" => ClusterPolicyKind::AdminNetworkPolicy,
        "BaselineAdminNetworkPolicy" => ClusterPolicyKind::BaselineAdminNetworkPolicy,
        "ClusterNetworkPolicy" => ClusterPolicyKind::ClusterNetworkPolicy,
        _ => return None,
    })
}

/// Policies of network plugins and meshes, by API group: an ending of the group, then the kinds.
const NOT_EVALUATED: [(&str, &[&str]); 9] = [
    ("cilium.io", &["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"]),
    (
        "projectcalico.org",
        &["NetworkPolicy", "GlobalNetworkPolicy", "StagedNetworkPolicy", "StagedGlobalNetworkPolicy"],
    ),
    ("antrea.io", &["NetworkPolicy", "ClusterNetworkPolicy"]),
    ("antrea.tanzu.vmware.com", &["NetworkPolicy", "ClusterNetworkPolicy"]),
    ("networking.k8s.aws", &["ClusterNetworkPolicy", "ApplicationNetworkPolicy"]),
    ("k8s.cni.cncf.io", &["MultiNetworkPolicy"]),
    ("security.istio.io", &["AuthorizationPolicy", "PeerAuthentication"]),
    ("networking.gke.io", &["FQDNNetworkPolicy"]),
    ("k8s.ovn.org", &["EgressFirewall"]),
];

fn is_not_evaluated(group: &str, kind: &str) -> bool {
    NOT_EVALUATED.iter().any(|(ending, kinds)| {
        let under = group.strip_suffix(ending).is_some_and(|head| head.is_empty() || head.ends_with('.'));
        under && kinds.contains(&kind)
    })
}

#[cfg(test)]
mod tests {
    use super::super::workload::Workload;
    use super::*;

    fn objects(text: &str) -> Manifests {
        read(&[Source::text("a.yaml", text)], &[], &Options::default())
    }

    fn kinds(found: &Manifests) -> Vec<(&str, &str)> {
        found.objects.iter().map(|it| (it.kind.as_str(), it.name.as_str())).collect()
    }

    #[test]
    fn lists_are_expanded_and_their_items_typed() {
        let found = objects(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems:\n- metadata: {name: a}\n---\n\
             apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: b}\n- {}\n",
        );
        assert_eq!(kinds(&found), [("NetworkPolicy", "a"), ("Pod", "b")]);
        assert_eq!(found.skipped, 1);
    }

    #[test]
    fn only_kinds_that_matter_are_kept() {
        let found = objects(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\n# nothing\n---\na: 1\n---\n\
             apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: k}\n\
             spec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c}]}}}\n---\n\
             apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c}\n---\n\
             apiVersion: networking.k8s.aws/v1alpha1\nkind: ClusterNetworkPolicy\nmetadata: {name: n}\n---\n\
             apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: p}\n",
        );
        let bodies: Vec<&Body> = found.objects.iter().map(|it| &it.body).collect();
        assert!(matches!(
            bodies[..],
            [Body::Workload(_), Body::NotEvaluated, Body::NotEvaluated, Body::ClusterPolicy(_)]
        ));
        assert_eq!(found.skipped, 2);
    }

    #[test]
    fn parts_of_objects_are_nobody_s_manifest() {
        let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n";
        for patch in ["$patch: delete\n", "spec:\n  ingress:\n  - {$patch: replace}\n"] {
            let found = objects(&format!("{policy}{patch}"));
            assert_eq!((found.objects.len(), found.skipped), (0, 1), "{patch}");
        }
        let part = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: A}\n";
        let skipped = |path: &str| read(&[Source::text(path, part)], &[], &Options::default()).skipped;
        assert_eq!(["e2e/00-assert.yaml", "assert-policy.yaml", "1-errors.yml"].map(skipped), [1, 1, 1]);
        assert_eq!(["errors.yaml", "assertion.yaml", "00-install.yaml", "assert"].map(skipped), [0, 0, 0, 0]);
        // What could be applied is judged whatever its file is called.
        let whole = read(&[Source::text("assert.yaml", policy)], &[], &Options::default());
        assert_eq!((whole.objects.len(), whole.skipped), (1, 0));
    }

    #[test]
    fn a_pod_brings_its_own_address_and_a_template_its_labels() {
        let found = objects(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: b}}\n\
             status: {phase: Running, podIP: 10.0.0.1}\n---\n\
             apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\n\
             spec: {jobTemplate: {spec: {template: {metadata: {labels: {c: d}}}}}}\n",
        );
        let workloads: Vec<&Workload> = found
            .objects
            .iter()
            .filter_map(|it| match &it.body {
                Body::Workload(it) => Some(&**it),
                _ => None,
            })
            .collect();
        assert_eq!(workloads[0].ips, ["10.0.0.1"]);
        assert_eq!(workloads[1].labels.get("c").map(String::as_str), Some("d"));
        assert!(workloads[1].from_template && !workloads[0].from_template);
    }
}
