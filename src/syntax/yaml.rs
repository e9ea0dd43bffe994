//! YAML with a span on every node.
use super::Parsed;
use crate::options::Limits;

pub(super) fn parse(_text: &str, _limits: &Limits) -> Parsed {
    Parsed::default()
}
