//! The lints: what netpol checks beyond what the API server says.
//!
//! One file each under `lints/`, holding all of that lint: documentation, facts, check, repair,
//! examples. This file holds what they share: how one is declared, the list of them all, what a
//! check is given and how it reports.

#[macro_use]
mod declare;
mod context;
mod findings;
mod registry;

mod all_ports;
mod allow_all_rule;
mod ambiguous_named_port;
mod any_address;
mod api_server_warning;
mod blocked_by_other_side;
mod blocks;
mod closing;
mod cover;
mod dangling_namespace_selector;
mod dangling_peer;
mod dangling_pod_selector;
mod dead_ip_block;
mod default_deny_neutralised;
mod degenerate_range;
mod dns_half_open;
mod dns_lockout;
mod duplicate_key;
mod duplicate_object;
mod effect_contradicts_name;
mod egress;
mod empty_list_allows_all;
mod empty_spec;
mod except_undone;
mod given;
mod half_default_deny;
mod host_network_peer;
mod host_network_pod;
mod implied_pod_selector;
mod implied_policy_types;
mod invalid;
mod ip_block_in_cluster_range;
mod lost_indentation;
mod metadata_reachable;
mod metadata_rule_in_ingress;
mod missing_address_family;
mod named_port;
mod namespace_wide_selector;
mod namespace_without_default_deny;
mod near;
mod needless_selector;
mod negative_namespace_selector;
mod not_evaluated_kind;
mod ports;
mod ports_in_separate_rule;
mod private_ranges_leak;
mod redundant_policy;
mod redundant_rule;
mod removed_api_version;
mod rules_without_policy_type;
mod selectors;
mod self_lockout;
mod service_port_as_container_port;
mod services;
mod source_ip_lost;
mod split_peer_selectors;
mod spoofable_namespace_selector;
mod subjects;
mod supersede;
mod suspicious_prefix;
mod syntax;
mod tcp_by_omission;
mod undeclared_named_port;
mod unlabelled_namespace_name;
mod unquoted_scalar;
mod unrendered_template;
mod unsatisfiable_selector;
mod unselected_pod;
mod unused_suppression;
mod vacuous_policy_set;
mod volatile_label;
mod whole_cluster_peer;
mod whole_namespace_peer;
mod wide_port_range;
mod workloads;
mod wrong_namespace;

pub use context::{Context, Policy};
pub use findings::{Findings, Reported};
pub use registry::{ALL, Check, Rule, find};
pub(crate) use unused_suppression::UNUSED_SUPPRESSION;

use crate::diagnostic::{Diagnostic, Lint};
use crate::manifest::Manifests;
use crate::options::{Level, Options};
use crate::order;
use std::borrow::Cow;

/// What each lint counts as in this run; a lint that is not set has its own severity.
#[derive(Clone, Debug, Default)]
pub struct Levels(
    /// In the order of [`ALL`], as far as any is set.
    Vec<Option<Level>>,
);

impl Levels {
    /// The level of the lint of that name, if one is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Level> {
        self.0.get(place(name)?).copied().flatten()
    }

    /// Sets the level of the lint of that name, if there is one.
    pub fn set(&mut self, name: &str, level: Level) {
        self.set_all(std::iter::once(name), level);
    }

    /// Sets the level of all of these lints. Names in the order of [`ALL`] are found fastest.
    pub fn set_all<'n>(&mut self, names: impl Iterator<Item = &'n str>, level: Level) {
        if self.0.is_empty() {
            self.0.resize(ALL.len(), None);
        }
        let mut from = 0;
        for name in names {
            let is = |rule: &Rule| rule.lint.name == name;
            let (before, after) = ALL.split_at(from);
            let found = after.iter().position(is).map(|at| from + at);
            let Some(at) = found.or_else(|| before.iter().position(is)) else { continue };
            self.0.get_mut(at).into_iter().for_each(|slot| *slot = Some(level));
            from = at;
        }
    }
}

fn place(name: &str) -> Option<usize> {
    ALL.iter().position(|rule| rule.lint.name == name)
}

/// What a run of the lints gives.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What was found, unordered.
    pub diagnostics: Vec<Diagnostic>,
    /// Lints that could not be evaluated, with the reason, in the order of their codes.
    pub not_evaluated: Vec<(&'static Lint, Cow<'static, str>)>,
}

/// Runs every lint that `levels` leaves on.
#[must_use]
pub fn run(manifests: &Manifests, options: &Options, levels: &Levels) -> Outcome {
    let computed = context::Computed::default();
    let cx = &Context::new(manifests, options, &computed);
    let mut out = Findings::new(cx);
    let (mut of_policy, mut of_input) = (Vec::with_capacity(ALL.len()), Vec::with_capacity(ALL.len()));
    for (at, rule) in ALL.iter().enumerate() {
        let level = levels.0.get(at).copied().flatten();
        match rule.check {
            _ if level == Some(Level::Off) => {}
            Check::Policy(check) => of_policy.push((rule.lint, level, check)),
            Check::Input(check) => of_input.push((rule.lint, level, check)),
        }
    }
    for policy in cx.policies() {
        for (lint, level, check) in &of_policy {
            out.enter(lint, *level);
            check(cx, &policy, &mut out);
        }
    }
    for (lint, level, check) in &of_input {
        out.enter(lint, *level);
        check(cx, &mut out);
    }
    let mut outcome = out.finish();
    if outcome.diagnostics.is_empty() {
        return outcome;
    }
    // In the order of the lints, then of the input.
    order::sort_by_key(&mut outcome.diagnostics, |found| found.lint.code);
    unrendered_template::silence(cx, &mut outcome.diagnostics);
    supersede::supersede(&mut outcome.diagnostics);
    outcome
}
