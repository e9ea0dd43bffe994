//! Every lint, in the order of their codes. Written out by hand: linking tricks that collect
//! them do not work on every target, and a list can be read.

use super::{Context, Findings};
use crate::diagnostic::Lint;

/// A lint's check: looks at the context and reports.
pub type Check = fn(&Context<'_>, &mut Findings<'_>);

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
    ($($module:ident::$constant:ident,)+) => {
        /// All lints.
        pub static ALL: &[Rule] = &[
            $(Rule { lint: &super::$module::$constant, check: super::$module::check },)+
        ];
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
    default_deny_neutralised::DEFAULT_DENY_NEUTRALISED,
    host_network_pod::HOST_NETWORK_POD,
    half_default_deny::HALF_DEFAULT_DENY,
    vacuous_policy_set::VACUOUS_POLICY_SET,
    dangling_pod_selector::DANGLING_POD_SELECTOR,
    dangling_peer::DANGLING_PEER,
    dangling_namespace_selector::DANGLING_NAMESPACE_SELECTOR,
    unsatisfiable_selector::UNSATISFIABLE_SELECTOR,
    split_peer_selectors::SPLIT_PEER_SELECTORS,
    ports_in_separate_rule::PORTS_IN_SEPARATE_RULE,
    unlabelled_namespace_name::UNLABELLED_NAMESPACE_NAME,
    volatile_label::VOLATILE_LABEL,
    spoofable_namespace_selector::SPOOFABLE_NAMESPACE_SELECTOR,
    negative_namespace_selector::NEGATIVE_NAMESPACE_SELECTOR,
    needless_selector::NEEDLESS_SELECTOR,
    wrong_namespace::WRONG_NAMESPACE,
    host_network_peer::HOST_NETWORK_PEER,
    dns_lockout::DNS_LOCKOUT,
    dns_half_open::DNS_HALF_OPEN,
    metadata_reachable::METADATA_REACHABLE,
    effect_contradicts_name::EFFECT_CONTRADICTS_NAME,
    metadata_rule_in_ingress::METADATA_RULE_IN_INGRESS,
    blocked_by_other_side::BLOCKED_BY_OTHER_SIDE,
    service_port_as_container_port::SERVICE_PORT_AS_CONTAINER_PORT,
    self_lockout::SELF_LOCKOUT,
    undeclared_named_port::UNDECLARED_NAMED_PORT,
    ambiguous_named_port::AMBIGUOUS_NAMED_PORT,
    tcp_by_omission::TCP_BY_OMISSION,
    dead_ip_block::DEAD_IP_BLOCK,
    except_undone::EXCEPT_UNDONE,
    suspicious_prefix::SUSPICIOUS_PREFIX,
    ip_block_in_cluster_range::IP_BLOCK_IN_CLUSTER_RANGE,
    missing_address_family::MISSING_ADDRESS_FAMILY,
    private_ranges_leak::PRIVATE_RANGES_LEAK,
    wide_port_range::WIDE_PORT_RANGE,
    degenerate_range::DEGENERATE_RANGE,
    source_ip_lost::SOURCE_IP_LOST,
    allow_all_rule::ALLOW_ALL_RULE,
    empty_list_allows_all::EMPTY_LIST_ALLOWS_ALL,
    any_address::ANY_ADDRESS,
    whole_cluster_peer::WHOLE_CLUSTER_PEER,
    all_ports::ALL_PORTS,
    whole_namespace_peer::WHOLE_NAMESPACE_PEER,
    redundant_policy::REDUNDANT_POLICY,
    redundant_rule::REDUNDANT_RULE,
    rules_without_policy_type::RULES_WITHOUT_POLICY_TYPE,
    implied_policy_types::IMPLIED_POLICY_TYPES,
    implied_pod_selector::IMPLIED_POD_SELECTOR,
    empty_spec::EMPTY_SPEC,
    namespace_wide_selector::NAMESPACE_WIDE_SELECTOR,
}
