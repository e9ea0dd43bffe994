//! Each policy as sentences, each sentence bound to the lines it tells.
//!
//! Takes an input; gives the sentences. Tells what one policy says by itself: what policies do
//! together is the business of `map` and `why`.

mod cluster;
mod selector;

use super::locate::Locator;
use super::{Input, ObjectRef, Range, SCHEMA_VERSION};
use crate::diagnostic::Place;
use crate::field::FieldPath;
use crate::manifest::effect::{self, Direction, RuleRef};
use crate::manifest::{self, Body, Manifests, Object};
use crate::options::{Cni, Options};
use k8s_openapi::api::networking::v1::{IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use selector::{either, namespaces, pods};
use serde::Serialize;

/// The answer of `words`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Words {
    /// 1.
    pub schema_version: u32,
    /// The policies, in reading order.
    pub policies: Vec<PolicyWords>,
}

/// One policy in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyWords {
    /// Which.
    pub object: ObjectRef,
    /// The source it stands in.
    pub path: String,
    /// Where; null for sources given as objects.
    pub span: Option<Range>,
    /// What it says.
    pub sentences: Vec<Sentence>,
}

/// One sentence and what it tells.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sentence {
    /// The sentence; names from the manifest stand in backticks.
    pub text: String,
    /// The field it tells.
    pub field: String,
    /// The source.
    pub path: String,
    /// Where; null for sources given as objects.
    pub span: Option<Range>,
}

/// Puts every policy of the input into words.
#[must_use]
pub fn words(input: &Input, options: &Options) -> Words {
    let manifests = manifest::read(&input.sources, &input.with, options);
    let locator = Locator::new(&manifests, options.positions);
    let judged = |object: &&Object| manifests.file(object.source).is_some_and(|file| !file.context);
    let policies = manifests.objects.iter().filter(judged).filter_map(|object| {
        let told = sentences(&manifests, object, options)?;
        let at = |field: &FieldPath| place(&manifests, object, field);
        Some(PolicyWords {
            object: ObjectRef {
                api_version: object.api_version.clone(),
                kind: object.kind.clone(),
                namespace: matches!(object.body, Body::NetworkPolicy(_))
                    .then(|| home(object, options).to_owned()),
                name: object.name.clone(),
            },
            path: locator.path(object.source).to_owned(),
            span: locator.range(at(&FieldPath::root())),
            sentences: told
                .into_iter()
                .map(|(field, text)| Sentence {
                    text,
                    path: locator.path(object.source).to_owned(),
                    span: locator.range(at(&field)),
                    field: field.to_string(),
                })
                .collect(),
        })
    });
    Words { schema_version: SCHEMA_VERSION, policies: policies.collect() }
}

fn home<'a>(object: &'a Object, options: &'a Options) -> &'a str {
    object.namespace.as_deref().unwrap_or(&options.namespace)
}

/// A field with its key: what a reader would point at.
pub(super) fn place(manifests: &Manifests, object: &Object, field: &FieldPath) -> Place {
    let span = manifests.file(object.source).map(|file| {
        let tree = &file.parsed.tree;
        let found = tree.find(object.root, field);
        let value = tree.span(found.node);
        found.key.map_or(value, |key| tree.span(key).to(value))
    });
    Place { source: object.source, span: span.unwrap_or_default() }
}

/// The sentences of one policy with their fields; none for what is no policy.
pub(super) fn sentences(
    manifests: &Manifests,
    object: &Object,
    options: &Options,
) -> Option<Vec<(FieldPath, String)>> {
    let root = FieldPath::root();
    let policy = match &object.body {
        Body::NetworkPolicy(policy) => policy,
        Body::ClusterPolicy(kind) => {
            let tree = &manifests.file(object.source)?.parsed.tree;
            return Some(cluster::sentences(tree, object, *kind));
        }
        Body::NotEvaluated => {
            return Some(vec![(
                root,
                "Policies of this kind belong to a network plugin; they are not evaluated here.".into(),
            )]);
        }
        _ => return None,
    };
    if !object.accepted {
        return Some(vec![(
            root,
            "The API server would reject this policy: it does nothing until it is repaired.".into(),
        )]);
    }
    let mut out = vec![about(policy, home(object, options))];
    let isolated = effect::directions(policy);
    for direction in Direction::BOTH {
        let rules: Vec<RuleRef<'_>> = effect::rules(policy, direction).collect();
        if isolated.contains(&direction) {
            out.push(closes(policy, direction, rules.is_empty()));
            out.extend(rules.iter().map(|rule| allows(rule, home(object, options))));
        } else {
            out.push(leaves_alone(policy, direction, rules.is_empty()));
        }
    }
    out.extend(doubt(policy, options));
    Some(out)
}

fn about(policy: &NetworkPolicy, namespace: &str) -> (FieldPath, String) {
    let selector = policy.spec.as_ref().and_then(|spec| spec.pod_selector.as_ref());
    let whom = pods(selector);
    let field = FieldPath::root().field("spec").field("podSelector");
    (field, format!("This policy is about {whom} in namespace `{namespace}`."))
}

/// Whether `policyTypes` says something itself.
fn has_types(policy: &NetworkPolicy) -> bool {
    policy.spec.as_ref().and_then(|spec| spec.policy_types.as_ref()).is_some_and(|types| !types.is_empty())
}

/// The field that decides whether a direction is closed.
fn decider(policy: &NetworkPolicy, direction: Direction) -> FieldPath {
    let spec = FieldPath::root().field("spec");
    if has_types(policy) { spec.field("policyTypes") } else { spec.field(direction.name()) }
}

fn closes(policy: &NetworkPolicy, direction: Direction, no_rules: bool) -> (FieldPath, String) {
    let why = match (has_types(policy), direction) {
        (true, _) => "",
        (false, Direction::Ingress) => " (the default without `policyTypes`)",
        (false, Direction::Egress) => " (because there are egress rules)",
    };
    let what = match direction {
        Direction::Ingress => "Nothing may connect to them",
        Direction::Egress => "They may connect to nothing",
    };
    let unless = if no_rules {
        "unless another policy allows it"
    } else {
        "but what is allowed here or by another policy"
    };
    (decider(policy, direction), format!("{what}{why}, {unless}."))
}

fn leaves_alone(policy: &NetworkPolicy, direction: Direction, no_rules: bool) -> (FieldPath, String) {
    let which = match direction {
        Direction::Ingress => "what connects to them",
        Direction::Egress => "what they connect to",
    };
    let mut text = format!("It does not limit {which}.");
    if !no_rules {
        let name = direction.name();
        let listed = direction.policy_type();
        text = format!(
            "{text} Its {name} rules have no effect, because `policyTypes` leaves out `{listed}`; some network plugins enforce them nevertheless."
        );
        return (direction.rules(), text);
    }
    (decider(policy, direction), text)
}

fn allows(rule: &RuleRef<'_>, namespace: &str) -> (FieldPath, String) {
    let peers = match rule.peers {
        Some(list) if !list.is_empty() => either(list.iter().map(|it| peer(it, namespace)).collect()),
        _ => "everyone, in the cluster and outside".to_owned(),
    };
    let ports = match rule.ports {
        Some(list) if !list.is_empty() => either(list.iter().map(port).collect()),
        _ => "every port".to_owned(),
    };
    let text = match rule.direction {
        Direction::Ingress => format!("Allowed to connect to them: {peers}, on {ports}."),
        Direction::Egress => format!("They may connect to {peers}, on {ports}."),
    };
    (rule.field(), text)
}

fn peer(it: &NetworkPolicyPeer, namespace: &str) -> String {
    if let Some(block) = &it.ip_block {
        return addresses(block);
    }
    match (&it.namespace_selector, &it.pod_selector) {
        (None, selector) => format!("{} in namespace `{namespace}`", pods(selector.as_ref())),
        (Some(spaces), selector) => format!("{} in {}", pods(selector.as_ref()), namespaces(spaces)),
    }
}

fn addresses(block: &IPBlock) -> String {
    let all = match block.cidr.as_str() {
        "0.0.0.0/0" => "any IPv4 address".to_owned(),
        "::/0" => "any IPv6 address".to_owned(),
        cidr => format!("addresses in `{cidr}`"),
    };
    match block.except.as_deref() {
        Some(except) if !except.is_empty() => {
            let list: Vec<String> = except.iter().map(|it| format!("`{it}`")).collect();
            format!("{all} except {}", list.join(", "))
        }
        _ => all,
    }
}

fn port(it: &NetworkPolicyPort) -> String {
    let protocol = it.protocol.as_deref().unwrap_or("TCP");
    match (&it.port, it.end_port) {
        (None, _) => format!("any {protocol} port"),
        (Some(IntOrString::Int(first)), last) => {
            ports(protocol, (*first).into(), last.unwrap_or(*first).into())
        }
        (Some(IntOrString::String(name)), _) => format!("the {protocol} port that the pod calls `{name}`"),
    }
}

fn ports(protocol: &str, first: i64, last: i64) -> String {
    if first == last {
        format!("{protocol} port {first}")
    } else {
        format!("{protocol} ports {first} to {last}")
    }
}

/// Where an address block stands and no plugin is chosen, what it covers is not settled.
fn doubt(policy: &NetworkPolicy, options: &Options) -> Option<(FieldPath, String)> {
    if options.cni != Cni::Any || options.assume.contains_key("ip-block-pods") {
        return None;
    }
    let isolated = effect::directions(policy);
    let blocks = isolated.iter().flat_map(|direction| effect::peers(policy, *direction));
    let (field, _) = blocks.into_iter().find(|(_, peer)| peer.ip_block.is_some())?;
    let text = "Whether an address block covers the addresses of pods depends on the network plugin.";
    Some((field.field("ipBlock"), text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(spec: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: x, namespace: app}}\nspec: {spec}\n"
        );
        let words = words(&Input::text("x.yaml", text), &Options::default());
        words.policies.into_iter().flat_map(|it| it.sentences).map(|it| it.text).collect()
    }

    #[test]
    fn a_default_deny() {
        assert_eq!(
            told("{podSelector: {}, policyTypes: [Ingress, Egress]}"),
            [
                "This policy is about every pod in namespace `app`.",
                "Nothing may connect to them, unless another policy allows it.",
                "They may connect to nothing, unless another policy allows it.",
            ]
        );
    }

    #[test]
    fn one_peer_of_two_selectors_is_not_two_peers() {
        let together = "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]}";
        let apart = "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {}}, {podSelector: {matchLabels: {app: web}}}], ports: [{port: http, protocol: UDP}, {port: 1, endPort: 9}]}]}";
        assert_eq!(
            told(together).get(2).map(String::as_str),
            Some("Allowed to connect to them: pods with `app=web` in any namespace, on TCP port 5432.")
        );
        assert_eq!(
            told(apart).get(2).map(String::as_str),
            Some(
                "Allowed to connect to them: every pod in any namespace or pods with `app=web` in namespace `app`, on the UDP port that the pod calls `http` or TCP ports 1 to 9."
            )
        );
    }

    #[test]
    fn a_label_of_several_values_reads_as_a_sentence() {
        let all = told("{podSelector: {matchExpressions: [{key: app, operator: In, values: [a, b]}]}}");
        let expected = "This policy is about pods with `app` set to `a` or `b` in namespace `app`.";
        assert_eq!(all.first().map(String::as_str), Some(expected));
    }

    #[test]
    fn rules_that_policy_types_leaves_out_are_told_as_such() {
        let all = told("{podSelector: {}, policyTypes: [Ingress], egress: [{}]}").join("\n");
        assert!(all.contains("Its egress rules have no effect"), "{all}");
    }

    #[test]
    fn a_rejected_policy_does_nothing() {
        let all = told("{podSelector: {}, policyTypes: [Sideways]}");
        assert_eq!(all, ["The API server would reject this policy: it does nothing until it is repaired."]);
    }
}
