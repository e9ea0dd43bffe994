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
    unquoted_scalar::UNQUOTED_SCALAR,
    not_evaluated_kind::NOT_EVALUATED_KIND,
    dns_lockout::DNS_LOCKOUT,
    metadata_reachable::METADATA_REACHABLE,
    effect_contradicts_name::EFFECT_CONTRADICTS_NAME,
    implied_policy_types::IMPLIED_POLICY_TYPES,
}
