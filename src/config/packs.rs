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
        description: "Nothing left to a default, nothing that reads otherwise than it acts",
        lints: &[
            ("effect-contradicts-name", Level::On(Severity::Error)),
            ("implied-policy-types", Level::On(Severity::Warning)),
        ],
    },
];
