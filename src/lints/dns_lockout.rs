use super::egress::{leads_to_names, may_open_dns};
use super::{Context, Findings, Policy};
use crate::diagnostic::{Applicability, Fix, Severity, Step};
use crate::field::FieldPath;
use crate::manifest::Body;
use crate::manifest::effect::{self, Direction};
use crate::model::Endpoint;
use crate::model::namespace::Cloud;
use crate::order::{self, Gather};
use serde_json::json;
use std::collections::BTreeSet;

declare_lint! {
    /// Pods whose egress is isolated while no policy lets them ask a DNS resolver.
    ///
    /// ## Why
    /// Names stop resolving. The policies look right, and every connection by name fails.
    ///
    /// Where workloads are given each pod is judged by the policies that select it; else a
    /// namespace is found only if none of its policies opens DNS at all. Resolvers are looked for
    /// in `kube-system` and `openshift-dns`, at the addresses and pods that options name, and
    /// behind any ipBlock but the metadata address. Pods with `dnsPolicy: None` are exempt.
    ///
    /// It is a warning where some rule lets the pods go somewhere by name, and no more than
    /// information where none does: a default deny by itself, a way to a few addresses, or to the
    /// API server, whose address every container is given. A rule for DNS may be in a file that was
    /// not given.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web-to-db
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - podSelector: {matchLabels: {app: db}}
    ///     ports:
    ///     - {port: 5432, protocol: TCP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web-to-db
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - podSelector: {matchLabels: {app: db}}
    ///     ports:
    ///     - {port: 5432, protocol: TCP}
    ///   - to:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
    ///       podSelector: {matchLabels: {k8s-app: kube-dns}}
    ///     ports:
    ///     - {port: 53, protocol: UDP}
    ///     - {port: 53, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: widens. Adds a rule for the cluster's resolver.
    pub DNS_LOCKOUT = {
        name: "dns-lockout", code: "NP301", severity: Warning,
        needs: [Policies], fix: Unsafe, since: "0.1.0"
    }
}

/// Judges each namespace by its workloads where some are given, else by its policies together.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut isolating = Vec::new();
    let all: Vec<Policy<'_>> = cx.all_policies().collect();
    // Where the server refuses a policy, nothing says what its rules were to be.
    for policy in all.iter().filter(|policy| policy.object.accepted) {
        if policy.directions().contains(&Direction::Egress) {
            isolating.push((cx.namespace(policy.object), *policy));
        }
    }
    let workloads = cx.manifests.objects.iter().filter(|object| matches!(object.body, Body::Workload(_)));
    let peopled: BTreeSet<&str> = workloads.map(|object| cx.namespace(object)).gather();
    for (namespace, policies) in order::group(isolating) {
        if peopled.contains(namespace) {
            by_workload(cx, namespace, out);
        } else if !policies.iter().any(|policy| opens_dns(cx, policy)) {
            report(
                &policies,
                "the pods that this policy selects cannot resolve names: no policy given for the namespace opens DNS",
                out,
            );
        }
    }
}

fn opens_dns(cx: &Context<'_>, policy: &Policy<'_>) -> bool {
    effect::rules(policy.value, Direction::Egress)
        .any(|rule| may_open_dns(&rule, cx.namespace(policy.object), cx.options))
}

/// One finding for each set of policies that together lock some pods of the namespace out.
fn by_workload(cx: &Context<'_>, namespace: &str, out: &mut Findings<'_>) {
    let (model, reach) = (cx.model(), cx.reach());
    let mut locked = Vec::new();
    for endpoint in &model.endpoints {
        let Some(workload) = model.workloads.get(endpoint.workload as usize) else { continue };
        if workload.namespace != namespace || exempt(cx, endpoint) {
            continue;
        }
        let group = reach.groups(Direction::Egress).get(reach.group_of(Direction::Egress, endpoint.class));
        let Some(group) = group.filter(|group| group.is_isolated() && group.cloud == Cloud::Clear) else {
            continue;
        };
        let policies = group.may.iter().filter_map(|at| model.policies.get(*at as usize));
        if !policies.filter_map(|policy| cx.policy(policy.object)).any(|policy| opens_dns(cx, &policy)) {
            locked.push((&group.must, workload.name));
        }
    }
    for (policies, mut names) in order::group(locked) {
        names.dedup();
        let policies: Vec<Policy<'_>> = policies
            .iter()
            .filter_map(|at| model.policies.get(*at as usize))
            .filter_map(|policy| cx.policy(policy.object))
            .collect();
        let message = match names.as_slice() {
            [only] => format!("`{only}` cannot resolve names: no policy that selects it opens DNS"),
            [first, others @ ..] => {
                let n = others.len();
                format!("`{first}` and {n} more cannot resolve names: no policy that selects them opens DNS")
            }
            [] => continue,
        };
        report(&policies, &message, out);
    }
}

/// Pods that ask no cluster resolver, or that policies do not bind.
fn exempt(cx: &Context<'_>, endpoint: &Endpoint) -> bool {
    let pod = cx.model().endpoint_pod(endpoint);
    let dns = cx.manifests.object(pod.object).is_some_and(|object| match &object.body {
        Body::Workload(workload) => workload.spec.dns_policy.as_deref() == Some("None"),
        _ => false,
    });
    dns || pod.host_network
}

fn report(policies: &[Policy<'_>], message: &str, out: &mut Findings<'_>) {
    // A policy given for context is not the one to mend.
    let Some(first) = policies.iter().find(|policy| !policy.file.context) else { return };
    let spec = FieldPath::root().field("spec");
    let types = spec.field("policyTypes");
    let rules = spec.field("egress");
    let by_name = |policy: &Policy<'_>| {
        effect::rules(policy.value, Direction::Egress).any(|rule| leads_to_names(&rule))
    };
    let severity = if policies.iter().any(by_name) { Severity::Warning } else { Severity::Info };
    let mut found = out.add(&DNS_LOCKOUT, first.object, &types, message);
    found.severity(severity);
    found.because(first.place(&spec.field("podSelector")), "these pods");
    for other in policies.iter().filter(|other| other.object.id != first.object.id).take(4) {
        found.because(other.key_place(&rules), "isolates them too, and opens no DNS either");
    }
    let rule = json!({
        "to": [{
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }],
        "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
    });
    let written = first.node(&rules).map(|list| first.tree().items(list).len());
    let step = match written {
        Some(count) if count > 0 => {
            Step::Insert { object: first.object.id, at: rules.index(count), value: rule }
        }
        _ => Step::Set { object: first.object.id, at: rules, value: json!([rule]) },
    };
    let title = "allow UDP and TCP port 53 to the cluster's resolver".into();
    found.help("allow UDP and TCP port 53 to the cluster's resolver").fix(Fix {
        title,
        applicability: Applicability::Unsafe,
        steps: vec![step],
    });
}
