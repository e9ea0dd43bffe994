//! One cause, one finding: what a more telling finding says is not said twice.

use super::duplicate_key::DUPLICATE_KEY;
use super::invalid::INVALID;
use super::lost_indentation::LOST_INDENTATION;
use super::syntax::SYNTAX;
use super::unquoted_scalar::UNQUOTED_SCALAR;
use crate::diagnostic::Diagnostic;

/// Takes out of `found` what another finding in it already explains.
pub(super) fn supersede(found: &mut Vec<Diagnostic>) {
    let flat: Vec<_> =
        found.iter().filter(|it| it.lint == &LOST_INDENTATION).map(|it| (it.object, it.place)).collect();
    let told: Vec<_> = found
        .iter()
        .filter(|it| it.lint == &DUPLICATE_KEY || it.lint == &UNQUOTED_SCALAR)
        .map(|it| it.place)
        .collect();
    found.retain(|it| {
        let by_indentation = it.lint != &LOST_INDENTATION
            && flat.iter().any(|(object, place)| {
                let same_object = object.is_some() && *object == it.object;
                let same_text =
                    object.is_some() && it.lint == &DUPLICATE_KEY && place.source == it.place.source;
                same_object
                    || same_text
                    || (object.is_none() && it.lint == &SYNTAX && place.source == it.place.source)
            });
        // The server names the field, the dedicated lint the very value or key.
        let by_value = it.lint == &INVALID && told.contains(&it.place);
        !by_indentation && !by_value
    });
}
