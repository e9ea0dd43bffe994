//! Every lint, in the order of their codes. Written out by hand: linking tricks that collect
//! them do not work on every target, and a list can be read.

use super::{Context, Findings, Policy};
use crate::diagnostic::Lint;

/// A lint's check: looks at what it is given and reports.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Looks at all of the input.
    Input(fn(&Context<'_>, &mut Findings<'_>)),
    /// Looks at one policy after the other, so that all such lints see a policy while it is at hand.
    Policy(fn(&Context<'_>, &Policy<'_>, &mut Findings<'_>)),
}

/// A lint and its check.
#[derive(Debug)]
pub struct Rule {
    /// Its facts.
    pub lint: &'static Lint,
    /// Its check.
    pub check: Check,
}

/// The lint of that name or code.
#[must_use]
pub fn find(name: &str) -> Option<&'static Lint> {
    ALL.iter().map(|rule| rule.lint).find(|lint| lint.name == name || lint.code == name)
}

macro_rules! registry {
    ($($module:ident::$constant:ident $(by $each:ident)?,)+) => {
        /// All lints.
        pub static ALL: &[Rule] = &[
            $(Rule { lint: &super::$module::$constant, check: check!($module $($each)?) },)+
        ];
    };
}

macro_rules! check {
    ($module:ident) => {
        Check::Input(super::$module::check)
    };
    ($module:ident policy) => {
        Check::Policy(super::$module::check)
    };
}

registry! {
    syntax::SYNTAX,
    invalid::INVALID,
    api_server_warning::API_SERVER_WARNING,
    lost_indentation::LOST_INDENTATION,
    duplicate_key::DUPLICATE_KEY,
    duplicate_object::DUPLICATE_OBJECT,
    removed_api_version::REMOVED_API_VERSION,
    unquoted_scalar::UNQUOTED_SCALAR,
    unused_suppression::UNUSED_SUPPRESSION,
    not_evaluated_kind::NOT_EVALUATED_KIND,
    unrendered_template::UNRENDERED_TEMPLATE,
    unselected_pod::UNSELECTED_POD,
    namespace_without_default_deny::NAMESPACE_WITHOUT_DEFAULT_DENY,
    default_deny_neutralised::DEFAULT_DENY_NEUTRALISED by policy,
    host_network_pod::HOST_NETWORK_POD,
    half_default_deny::HALF_DEFAULT_DENY,
    vacuous_policy_set::VACUOUS_POLICY_SET,
    dangling_pod_selector::DANGLING_POD_SELECTOR,
    dangling_peer::DANGLING_PEER,
    dangling_namespace_selector::DANGLING_NAMESPACE_SELECTOR by policy,
    unsatisfiable_selector::UNSATISFIABLE_SELECTOR by policy,
    split_peer_selectors::SPLIT_PEER_SELECTORS by policy,
    ports_in_separate_rule::PORTS_IN_SEPARATE_RULE by policy,
    unlabelled_namespace_name::UNLABELLED_NAMESPACE_NAME by policy,
    volatile_label::VOLATILE_LABEL by policy,
    spoofable_namespace_selector::SPOOFABLE_NAMESPACE_SELECTOR by policy,
    negative_namespace_selector::NEGATIVE_NAMESPACE_SELECTOR by policy,
    needless_selector::NEEDLESS_SELECTOR by policy,
    wrong_namespace::WRONG_NAMESPACE,
    host_network_peer::HOST_NETWORK_PEER,
    dns_lockout::DNS_LOCKOUT,
    dns_half_open::DNS_HALF_OPEN by policy,
    metadata_reachable::METADATA_REACHABLE by policy,
    effect_contradicts_name::EFFECT_CONTRADICTS_NAME by policy,
    metadata_rule_in_ingress::METADATA_RULE_IN_INGRESS by policy,
    blocked_by_other_side::BLOCKED_BY_OTHER_SIDE,
    service_port_as_container_port::SERVICE_PORT_AS_CONTAINER_PORT,
    self_lockout::SELF_LOCKOUT,
    undeclared_named_port::UNDECLARED_NAMED_PORT,
    ambiguous_named_port::AMBIGUOUS_NAMED_PORT,
    tcp_by_omission::TCP_BY_OMISSION by policy,
    dead_ip_block::DEAD_IP_BLOCK by policy,
    except_undone::EXCEPT_UNDONE,
    suspicious_prefix::SUSPICIOUS_PREFIX by policy,
    ip_block_in_cluster_range::IP_BLOCK_IN_CLUSTER_RANGE,
    missing_address_family::MISSING_ADDRESS_FAMILY,
    private_ranges_leak::PRIVATE_RANGES_LEAK by policy,
    wide_port_range::WIDE_PORT_RANGE by policy,
    degenerate_range::DEGENERATE_RANGE by policy,
    source_ip_lost::SOURCE_IP_LOST,
    allow_all_rule::ALLOW_ALL_RULE by policy,
    empty_list_allows_all::EMPTY_LIST_ALLOWS_ALL by policy,
    any_address::ANY_ADDRESS by policy,
    whole_cluster_peer::WHOLE_CLUSTER_PEER by policy,
    all_ports::ALL_PORTS by policy,
    whole_namespace_peer::WHOLE_NAMESPACE_PEER by policy,
    redundant_policy::REDUNDANT_POLICY,
    redundant_rule::REDUNDANT_RULE by policy,
    rules_without_policy_type::RULES_WITHOUT_POLICY_TYPE by policy,
    implied_policy_types::IMPLIED_POLICY_TYPES by policy,
    implied_pod_selector::IMPLIED_POD_SELECTOR by policy,
    empty_spec::EMPTY_SPEC by policy,
    namespace_wide_selector::NAMESPACE_WIDE_SELECTOR by policy,
}
