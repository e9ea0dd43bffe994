//! The sentences of invented policies of the whole cluster.

use super::super::words;
use crate::api::Input;
use crate::options::Options;

fn told(head: &str, spec: &str) -> Vec<(String, String)> {
    let text = format!("apiVersion: policy.networking.k8s.io/{head}\nmetadata: {{name: x}}\nspec: {spec}\n");
    let words = words(&Input::text("x.yaml", text), &Options::default());
    let all = words.policies.into_iter().flat_map(|it| it.sentences);
    all.map(|it| (it.field, it.text)).collect()
}

fn texts(head: &str, spec: &str) -> Vec<String> {
    let mut all: Vec<String> = told(head, spec).into_iter().map(|it| it.1).collect();
    // The last one is the same for every policy, and has its own test.
    all.pop();
    all
}

const CNP: &str = "v1alpha2\nkind: ClusterNetworkPolicy";
const ANP: &str = "v1alpha1\nkind: AdminNetworkPolicy";
const BANP: &str = "v1alpha1\nkind: BaselineAdminNetworkPolicy";

#[test]
fn tier_priority_subject_and_each_rule_are_told() {
    let spec = "{tier: Admin, priority: 7, subject: {pods: {podSelector: {matchLabels: {app: db}}}}, ingress: [\
        {name: from-web, action: Accept, from: [{pods: {namespaceSelector: {matchLabels: {team: a}}, podSelector: {}}}], protocols: [{tcp: {destinationPort: {number: 80}}}, {udp: {destinationPort: {range: {start: 1, end: 9}}}}, {destinationNamedPort: http}]},\
        {action: Pass, from: [{namespaces: {}}]}], egress: [{action: Deny, to: [{networks: [0.0.0.0/0, 10.0.0.0/8]}, {nodes: {}}]}]}";
    assert_eq!(
        texts(CNP, spec),
        [
            "This policy is of the tier `Admin`: it is asked before every NetworkPolicy.",
            "Its priority is 7: among such policies the lower number is asked first, and between equal numbers nothing is promised.",
            "This policy is about pods with `app=db` in any namespace. Pods on the network of their node are not selected, neither here nor as peers.",
            "Ingress rule 1 (`from-web`) accepts connections to them from every pod in namespaces with `team=a`, on TCP port 80, UDP ports 1 to 9, or the port that the pod calls `http`: no later ingress rule is asked, nor those of NetworkPolicies.",
            "Ingress rule 2 passes on connections to them from every pod in any namespace, on every port: no later ingress rule of its tier is asked, but those of NetworkPolicies and then of the Baseline tier are.",
            "The first ingress rule that matches decides; what none of them matches is neither accepted nor denied by this policy.",
            "Egress rule 1 denies their connections to any IPv4 address or addresses in `10.0.0.0/8` (pods there included) or the addresses of every node, on every port: no later egress rule is asked, nor those of NetworkPolicies.",
            "What this egress rule does not match is neither accepted nor denied by this policy.",
        ]
    );
}

#[test]
fn sentences_stand_at_their_fields() {
    let spec = "{tier: Baseline, priority: 1, subject: {namespaces: {}}, egress: [{action: Accept, to: [{domainNames: [a.example, '*.b.example']}]}]}";
    let fields: Vec<String> = told(CNP, spec).into_iter().map(|it| it.0).collect();
    let expected =
        ["spec.tier", "spec.priority", "spec.subject", "spec.ingress", "spec.egress[0]", "spec.egress", ""];
    assert_eq!(fields, expected);
    let all = texts(CNP, spec);
    assert_eq!(all.get(3).map(String::as_str), Some("It says nothing about what connects to them."));
    assert_eq!(
        all.get(4).map(String::as_str),
        Some(
            "Egress rule 1 accepts their connections to the host `a.example` or every host below `b.example`, on every port: no later egress rule is asked."
        )
    );
}

#[test]
fn the_older_kinds_have_their_own_spelling() {
    let admin = texts(
        ANP,
        "{priority: 3, subject: {namespaces: {}}, ingress: [{action: Allow, from: [{namespaces: {}}], ports: [{portNumber: {port: 53, protocol: UDP}}, {portRange: {start: 1, end: 2}}, {namedPort: dns}]}]}",
    );
    assert_eq!(admin.first().map(String::as_str), Some("This policy is asked before every NetworkPolicy."));
    assert_eq!(
        admin.get(3).map(String::as_str),
        Some(
            "Ingress rule 1 accepts connections to them from every pod in any namespace, on UDP port 53, TCP ports 1 to 2, or the port that the pod calls `dns`: no later ingress rule is asked, nor those of NetworkPolicies."
        )
    );
    let base = texts(BANP, "{subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}]}]}");
    assert_eq!(
        base.first().map(String::as_str),
        Some(
            "This policy is asked last, about what neither an AdminNetworkPolicy nor a NetworkPolicy decides."
        )
    );
    assert!(base.iter().any(|it| it.ends_with("on every port: no later egress rule is asked.")), "{base:?}");
}

#[test]
fn what_is_not_known_in_full_is_named_and_not_told() {
    let rule = |rule: &str| {
        let spec = format!("{{tier: Admin, priority: 0, subject: {{namespaces: {{}}}}, egress: [{rule}]}}");
        texts(CNP, &spec).into_iter().find(|it| it.starts_with("Egress rule 1")).unwrap()
    };
    let untold =
        |field: &str| format!("Egress rule 1 is not told: `spec.egress[0]{field}` is not read here.");
    assert_eq!(rule("{action: Allow, to: [{namespaces: {}}]}"), untold(".action"));
    assert_eq!(rule("{action: Deny, to: [{namespaces: {}, tribes: {}}]}"), untold(".to[0].tribes"));
    assert_eq!(rule("{action: Deny, to: []}"), untold(".to"));
    assert_eq!(rule("{action: Deny}"), untold(".to"));
    assert_eq!(rule("{action: Deny, to: [{}]}"), untold(".to[0]"));
    assert_eq!(rule("{action: Deny, to: [{domainNames: [a.b]}]}"), untold(".to[0].domainNames"));
    assert_eq!(rule("{action: Deny, to: [{namespaces: {}}], ports: []}"), untold(".ports"));
    assert_eq!(
        rule("{action: Deny, to: [{namespaces: {}}], protocols: [{tcp: {}}]}"),
        untold(".protocols[0].tcp.destinationPort")
    );
    assert_eq!(
        rule("{action: Deny, to: [{namespaces: {matchExpressions: [{key: a, operator: Near}]}}]}"),
        untold(".to[0].namespaces.matchExpressions[0].operator")
    );
    let odd = texts(CNP, "{tier: Middle, subject: {}, mode: strict, ingress: 3}");
    assert_eq!(
        odd,
        [
            "Its tier `Middle` is not one that is known here.",
            "It names no priority: where it stands among such policies is not told.",
            "Whom it is about is not told: `spec.subject` is not read here.",
            "`spec.mode` is not read here: what it changes is not told.",
            "Its ingress rules are not told: `spec.ingress` is no list.",
            "It says nothing about what they connect to.",
        ]
    );
}

#[test]
fn that_nothing_of_it_is_evaluated_is_said() {
    for (head, spec) in [
        (CNP, "{tier: Admin, priority: 1, subject: {namespaces: {}}}"),
        (CNP, "3"),
        ("v9\nkind: ClusterNetworkPolicy", "{}"),
    ] {
        let last = told(head, spec).pop().unwrap().1;
        assert!(
            last.contains("not evaluated; what they could decide is unknown")
                || last.contains("nor evaluated here"),
            "{last}"
        );
    }
}
