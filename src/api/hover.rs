//! What an editor shows where the pointer rests: the field, its type and documentation, and what
//! it means as written here.
//!
//! Takes an input, a path and an offset; gives one field or nothing.

use super::locate::Locator;
use super::words;
use super::{Input, Range, SCHEMA_VERSION};
use crate::diagnostic::Place;
use crate::field::FieldPath;
use crate::manifest::schema::{NAMESPACE, NETWORK_POLICY, Struct};
use crate::manifest::{self, Body, Manifests, Object};
use crate::options::Options;
use crate::source::{Encoding, Span};
use crate::syntax::{NodeId, Tree, Value};
use serde::Serialize;

/// The answer of `hover`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hover {
    /// 1.
    pub schema_version: u32,
    /// What is there; null where nothing is known.
    pub hover: Option<FieldHelp>,
}

/// Help on one field.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldHelp {
    /// The key or value it is about.
    pub span: Option<Range>,
    /// The field's path in its object.
    pub path: String,
    /// Its type, as people name it.
    #[serde(rename = "type")]
    pub type_: String,
    /// What it is for.
    pub doc: &'static str,
    /// The values it takes, where it takes only some.
    pub values: &'static [&'static str],
    /// What it means as written here.
    pub meaning: Option<String>,
}

/// Help on what stands at `offset` (in the unit of the options' positions) of the source `path`.
#[must_use]
pub fn hover(input: &Input, options: &Options, path: &str, offset: u32) -> Hover {
    Hover { schema_version: SCHEMA_VERSION, hover: help(input, options, path, offset) }
}

fn help(input: &Input, options: &Options, path: &str, offset: u32) -> Option<FieldHelp> {
    // One file is enough for its own fields.
    let source = input.sources.iter().chain(&input.with).find(|it| it.path == path)?;
    let manifests = manifest::read(std::slice::from_ref(source), &[], options);
    let file = manifests.files.first()?;
    let offset = bytes_before(file.source.as_str(), offset, options.positions);
    let tree = &file.parsed.tree;
    let object = manifests.objects.iter().find(|it| covers(tree.span(it.root), offset))?;
    let (field, span) = field_at(tree, object.root, offset)?;
    let found = schema_of(object)?.at(&field)?;
    let place = Place { source: object.source, span };
    Some(FieldHelp {
        span: Locator::new(&manifests, options.positions).range(place),
        path: field.to_string(),
        type_: found.ty.name(),
        doc: found.doc,
        values: found.values,
        meaning: meaning(&manifests, object, options, &field),
    })
}

/// The table for an object's kind.
pub(super) fn schema_of(object: &Object) -> Option<&'static Struct> {
    match object.body {
        Body::NetworkPolicy(_) => Some(&NETWORK_POLICY),
        Body::Namespace(_) => Some(&NAMESPACE),
        _ => None,
    }
}

/// The sentence about the nearest thing above the field that has one.
fn meaning(manifests: &Manifests, object: &Object, options: &Options, field: &FieldPath) -> Option<String> {
    let told = words::sentences(manifests, object, options)?;
    let above = told.into_iter().filter(|(of, _)| !of.0.is_empty() && field.0.starts_with(&of.0));
    above.max_by_key(|(of, _)| of.0.len()).map(|(_, text)| text)
}

fn covers(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}

/// The deepest field at an offset, and the key or scalar that stands there.
fn field_at(tree: &Tree, root: NodeId, offset: u32) -> Option<(FieldPath, Span)> {
    let mut path = FieldPath::root();
    let mut node = root;
    // Every step goes down one level, and reading has limited the depth.
    loop {
        match tree.node(node).value {
            Value::Mapping(entries) => {
                let on_key = entries.iter().find(|it| !it.merged && covers(tree.span(it.key), offset));
                if let Some(entry) = on_key {
                    return Some((path.field(tree.as_str(entry.key)?), tree.span(entry.key)));
                }
                let inside = entries.iter().find(|it| !it.merged && covers(tree.span(it.value), offset))?;
                path = path.field(tree.as_str(inside.key)?);
                node = inside.value;
            }
            Value::Sequence(items) => {
                let at = items.iter().position(|it| covers(tree.span(*it), offset))?;
                path = path.index(at);
                node = *items.get(at)?;
            }
            _ => return Some((path, tree.span(node))),
        }
    }
}

/// Bytes before an offset that is counted in `encoding`.
pub(super) fn bytes_before(text: &str, offset: u32, encoding: Encoding) -> u32 {
    if encoding == Encoding::Utf8 || text.is_ascii() {
        return offset;
    }
    let (mut units, mut bytes) = (0, 0);
    for letter in text.chars() {
        if units >= offset {
            break;
        }
        units += u32::try_from(letter.len_utf16()).unwrap_or(0);
        bytes += u32::try_from(letter.len_utf8()).unwrap_or(0);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: app}
# ü is two bytes, and one unit
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {}
";

    fn at(word: &str) -> Option<FieldHelp> {
        let units = POLICY.split(word).next().unwrap_or_default().encode_utf16().count();
        let options = Options { positions: Encoding::Utf16, ..Options::default() };
        hover(&Input::text("a.yaml", POLICY), &options, "a.yaml", u32::try_from(units).unwrap()).hover
    }

    #[test]
    fn a_field_tells_what_it_is_and_what_it_means_here() {
        let help = at("namespaceSelector").unwrap();
        assert_eq!(help.path, "spec.egress[0].to[0].namespaceSelector");
        assert_eq!(
            help.meaning.as_deref(),
            Some("They may connect to every pod in any namespace, on every port.")
        );
        assert_eq!(at("Egress").unwrap().values, ["Ingress", "Egress"]);
    }

    #[test]
    fn where_nothing_is_known_there_is_nothing() {
        let answer = hover(&Input::text("a.yaml", POLICY), &Options::default(), "b.yaml", 3);
        assert_eq!(answer.hover, None);
    }
}
