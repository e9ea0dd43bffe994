//! Go's `%#v` of values as go-yaml holds them, for the messages that print one.

use super::super::go::write_quoted;
use super::super::tree::{NodeId, Tree, Value};

/// Longer values are cut: with aliases one could unfold without end.
const LONGEST: usize = 1000;

/// `%#v` of a node.
pub(super) fn syntax(tree: &Tree, id: NodeId) -> String {
    let mut out = String::new();
    if tree.is_null(id) {
        out.push_str("<nil>");
    } else {
        write_node(tree, id, &mut out);
    }
    out
}

/// Depth is bounded by the reader, length by [`LONGEST`].
fn write_node(tree: &Tree, id: NodeId, out: &mut String) {
    if out.len() > LONGEST {
        return;
    }
    match tree.node(id).value {
        Value::Null => out.push_str("interface {}(nil)"),
        Value::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Value::Number(text) => out.push_str(text),
        Value::String(text) => quote(text, out),
        Value::Sequence(items) => {
            out.push_str("[]interface {}{");
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write_node(tree, *item, out);
                if out.len() > LONGEST {
                    return;
                }
            }
            out.push('}');
        }
        Value::Mapping(entries) => {
            // Go prints maps in key order; of a doubled key the last counts.
            let mut sorted: Vec<_> =
                entries.iter().map(|e| (tree.as_str(e.key).unwrap_or_default(), e.value)).collect();
            sorted.reverse();
            crate::order::sort_by_key(&mut sorted, |(key, _)| *key);
            sorted.dedup_by_key(|(key, _)| *key);
            out.push_str("map[interface {}]interface {}{");
            for (at, (key, value)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                quote(key, out);
                out.push(':');
                write_node(tree, value, out);
                if out.len() > LONGEST {
                    return;
                }
            }
            out.push('}');
        }
    }
}

/// A string as far as there is room for it.
fn quote(text: &str, out: &mut String) {
    let room = LONGEST.saturating_sub(out.len());
    write_quoted(text.chars().take(room), out);
}
