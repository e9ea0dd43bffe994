use super::allow_all_rule::says_so;
use super::ports::only_dns;
use super::selectors::{is_empty, is_every_namespace};
use super::{Context, Findings, Policy};
use crate::diagnostic::{Fix, Severity};
use crate::manifest::effect::Direction;
use serde_json::json;

declare_lint! {
    /// A peer that is every pod of the cluster.
    ///
    /// ## Why
    /// `namespaceSelector: {}` without a `podSelector`, or with an empty one, is every pod of
    /// every namespace, those of other teams and those still to come included.
    ///
    /// It is a warning where such a peer comes in on every port. It is no more than information
    /// where the rule lists its ports (metrics that are scraped from wherever the scraper runs),
    /// where the policy's name says it (`allow-all-namespaces`), and for egress: whoever keeps pods
    /// from the world outside writes it so. Rules for DNS alone are left out: asking any resolver
    /// of the cluster is what they are for.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - namespaceSelector: {}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - namespaceSelector: {}
    ///       podSelector: {matchLabels: {app: gateway}}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the pods of the policy's own namespace narrow what is allowed.
    pub WHOLE_CLUSTER_PEER = {
        name: "whole-cluster-peer", code: "NP504", severity: Warning,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at every peer of every rule that takes effect.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for rule in policy.rules().filter(|rule| !only_dns(rule)) {
        for (at, peer) in rule.listed_peers() {
            let every_namespace = peer.namespace_selector.as_ref().is_some_and(is_every_namespace);
            if !every_namespace || !peer.pod_selector.as_ref().is_none_or(is_empty) {
                continue;
            }
            let field = at.path();
            let message = match rule.direction {
                Direction::Ingress => "this peer lets every pod of every namespace in",
                Direction::Egress => "this peer is every pod of every namespace",
            };
            let open = rule.direction == Direction::Ingress && rule.any_port() && !says_so(policy);
            let severity = if open { Severity::Warning } else { Severity::Info };
            out.add(&WHOLE_CLUSTER_PEER, policy.object, &field, message)
                .severity(severity)
                .help("say which pods or namespaces are meant")
                .fix(Fix::risky(
                    "only the pods of this namespace",
                    vec![policy.set(field.clone(), json!({"podSelector": {}}))],
                ));
        }
    }
}
