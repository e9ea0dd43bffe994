//! The packs of policies/packs as a table; made by `UPDATE=1 cargo test --test packs`.

use super::Pack;
use crate::diagnostic::Severity;
use crate::options::Level;

#[rustfmt::skip]
         pub(super) const TABLE: &[Pack] = &[
    Pack {
        name: "recommended",
        description: "Every lint at its own severity",
        lints: &[
        ],
    },
    Pack {
        name: "strict",
        description: "Nothing left to a default, nothing that reads otherwise than it acts, nothing opened in passing",
        lints: &[
            ("api-server-warning", Level::On(Severity::Error)),
            ("unused-suppression", Level::On(Severity::Error)),
            ("default-deny-neutralised", Level::On(Severity::Error)),
            ("half-default-deny", Level::On(Severity::Error)),
            ("split-peer-selectors", Level::On(Severity::Error)),
            ("ports-in-separate-rule", Level::On(Severity::Error)),
            ("unlabelled-namespace-name", Level::On(Severity::Error)),
            ("needless-selector", Level::On(Severity::Warning)),
            ("dns-half-open", Level::On(Severity::Warning)),
            ("metadata-reachable", Level::On(Severity::Error)),
            ("effect-contradicts-name", Level::On(Severity::Error)),
            ("metadata-rule-in-ingress", Level::On(Severity::Error)),
            ("tcp-by-omission", Level::On(Severity::Error)),
            ("except-undone", Level::On(Severity::Error)),
            ("missing-address-family", Level::On(Severity::Warning)),
            ("private-ranges-leak", Level::On(Severity::Warning)),
            ("wide-port-range", Level::On(Severity::Warning)),
            ("degenerate-range", Level::On(Severity::Warning)),
            ("allow-all-rule", Level::On(Severity::Warning)),
            ("empty-list-allows-all", Level::On(Severity::Error)),
            ("any-address", Level::On(Severity::Warning)),
            ("whole-cluster-peer", Level::On(Severity::Warning)),
            ("all-ports", Level::On(Severity::Warning)),
            ("redundant-policy", Level::On(Severity::Warning)),
            ("redundant-rule", Level::On(Severity::Warning)),
            ("implied-policy-types", Level::On(Severity::Warning)),
            ("implied-pod-selector", Level::On(Severity::Warning)),
        ],
    },
];
