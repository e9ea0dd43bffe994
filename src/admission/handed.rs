//! One object that an engine hands over: its text and its tree.

use crate::source::{Content, Source, Span};
use crate::syntax::data::Data;
use crate::syntax::{Entry, Fault, Node, NodeId, Parsed, Style, Value};

/// The prefix of annotations that silence a lint on their object.
const IGNORE: &str = "ignore.netpol/";

/// An object as it was handed over, the names of each mapping in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Handed {
    text: String,
    parsed: Parsed,
}

impl Handed {
    /// Reads the next value.
    pub(super) fn read(data: &mut Data<'_>) -> Result<Self, Box<Fault>> {
        data.tree().map(|(text, parsed)| Self { text: text.to_owned(), parsed })
    }

    /// As a source of that path, read already.
    pub(super) fn into_source(self, path: String) -> (Source, Parsed) {
        (Source { path, content: Content::Object(self.text), old: None }, self.parsed)
    }

    /// `Kind/namespace/name`, of what there is.
    pub(super) fn label(&self) -> String {
        let tree = &self.parsed.tree;
        let metadata = self.at(&["metadata"]);
        let name = |key: &str| metadata.and_then(|it| tree.get_str(it, key));
        let kind = self.root().and_then(|root| tree.get_str(root, "kind"));
        [kind, name("namespace"), name("name")].into_iter().flatten().collect::<Vec<_>>().join("/")
    }

    /// Whether it was deleted and only its finalizers keep it.
    pub(super) fn is_terminating(&self) -> bool {
        self.at(&["metadata", "deletionTimestamp"]).is_some_and(|node| !self.parsed.tree.is_null(node))
    }

    /// The annotations that silence lints: the lint, and what is written to it.
    pub(super) fn ignores(&self) -> impl Iterator<Item = (&str, &str)> {
        let tree = &self.parsed.tree;
        let written = self.at(&ANNOTATIONS).map_or(&[][..], |node| tree.entries(node)).iter();
        written.filter_map(|it| Some((tree.as_str(it.key)?.strip_prefix(IGNORE)?, tree.as_str(it.value)?)))
    }

    /// Takes away the annotations that silence lints.
    pub(super) fn without_ignores(&mut self) {
        let Some(node) = self.at(&ANNOTATIONS) else { return };
        let tree = &mut self.parsed.tree;
        let entries = tree.entries(node);
        let kept = |it: &&Entry| !tree.as_str(it.key).is_some_and(|name| name.starts_with(IGNORE));
        let kept: Vec<Entry> = entries.iter().filter(kept).copied().collect();
        if kept.len() < entries.len() {
            tree.set(node, Value::Mapping(&kept));
        }
    }

    /// Gives an object a field that it lacks.
    pub(super) fn inherit(&mut self, name: &str, value: Option<&str>) {
        let (Some(value), Some(root)) = (value, self.root()) else { return };
        let tree = &mut self.parsed.tree;
        if !matches!(tree.node(root).value, Value::Mapping(_)) || tree.get(root, name).is_some() {
            return;
        }
        let mut add = |text: &str| {
            tree.push(Node { span: Span::new(0, 0), value: Value::String(text), style: Style::None })
        };
        let entry = Entry { key: add(name), value: add(value), merged: false };
        let mut entries = tree.entries(root).to_vec();
        let at = entries.partition_point(|it| tree.as_str(it.key) < Some(name));
        entries.insert(at, entry);
        tree.set(root, Value::Mapping(&entries));
    }

    fn root(&self) -> Option<NodeId> {
        self.parsed.documents.first().and_then(|it| it.root)
    }

    fn at(&self, path: &[&str]) -> Option<NodeId> {
        path.iter().try_fold(self.root()?, |node, name| self.parsed.tree.get(node, name))
    }
}

const ANNOTATIONS: [&str; 2] = ["metadata", "annotations"];
