//! The tree: one arena of nodes for a whole source.
//!
//! An alias is a node of its own that shares the children of the node its anchor named, so the
//! tree is a graph without circles whose unfolded size and depth the reader has limited.

use crate::source::Span;

/// Names a [`Node`] of one [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// A value and the text it stands on.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The bytes of the value. A block collection ends where its last value ends.
    pub span: Span,
    /// What was read.
    pub value: Value,
    /// How it was written.
    pub style: Style,
}

/// A value as Kubernetes sees it after YAML has become JSON.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~`, or nothing written.
    Null,
    /// A boolean; YAML 1.1 spellings (`yes`, `on`, …) included.
    Bool(bool),
    /// A number in the spelling Go's JSON encoder would give it.
    Number(Box<str>),
    /// Text.
    String(Box<str>),
    /// A list.
    Sequence(Box<[NodeId]>),
    /// A mapping in the order written, doubled keys included. The last of a double counts.
    Mapping(Box<[Entry]>),
}

/// One key of a mapping and its value. The key is a node of its own, always [`Value::String`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key's node.
    pub key: NodeId,
    /// The value's node.
    pub value: NodeId,
    /// Whether it came from a merge key (`<<`) rather than from this mapping's own lines.
    pub merged: bool,
}

/// How a node was written: what an edit must know to write beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// A plain scalar, or nothing written at all.
    #[default]
    Plain,
    /// A quoted scalar (`'…'` or `"…"`).
    Quoted,
    /// A literal or folded block scalar.
    BlockScalar,
    /// A collection by indentation.
    Block,
    /// A collection in brackets; JSON too.
    Flow,
    /// An alias (`*name`): its span is the alias's own, its children are the anchored node's.
    Alias,
    /// Built from an object in memory or by a merge: no text of its own.
    None,
}

/// One document of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its number among the documents of the source, from 0, empty ones included.
    pub index: u32,
    /// The whole piece of text, separators excluded.
    pub span: Span,
    /// The root; absent where the piece could not be read or is empty.
    pub root: Option<NodeId>,
    /// Keys written again in their mapping: the key node of each but the first.
    pub duplicates: Vec<NodeId>,
}

/// What reading stumbled over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The document it is about.
    pub document: u32,
    /// Where.
    pub span: Span,
    /// Which kind, so that hints can tell a limit from a typing error.
    pub kind: FaultKind,
    /// The sentence; go-yaml's own where Kubernetes would print one.
    pub message: String,
    /// What to do, where we know.
    pub help: Option<String>,
}

/// Kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The text is not YAML, or not JSON; the document is lost.
    Broken,
    /// A limit of the options was passed; the document is lost.
    Limit,
}

/// Everything read from one source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The nodes of all documents.
    pub tree: Tree,
    /// The documents in order.
    pub documents: Vec<Document>,
    /// The faults in order of place.
    pub faults: Vec<Fault>,
}

/// The arena.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    nodes: Vec<Node>,
    /// Nodes that carry an anchor, ascending.
    anchored: Vec<NodeId>,
}

/// What an id that belongs to another tree reads as, so that no lookup can panic.
static NOTHING: Node = Node { span: Span::new(0, 0), value: Value::Null, style: Style::None };

impl Tree {
    /// Adds a node.
    pub fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node);
        id
    }

    /// The node `id` names.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.0 as usize).unwrap_or(&NOTHING)
    }

    /// Notes that a node carries an anchor.
    pub(super) fn set_anchored(&mut self, id: NodeId) {
        if let Err(at) = self.anchored.binary_search(&id) {
            self.anchored.insert(at, id);
        }
    }

    /// Whether a node carries an anchor (`&name`), so that what is done to it shows elsewhere.
    #[must_use]
    pub fn is_anchored(&self, id: NodeId) -> bool {
        self.anchored.binary_search(&id).is_ok()
    }

    /// Forgets all nodes from the `len`th on: those of a document that turned out broken.
    pub(super) fn truncate(&mut self, len: usize) {
        self.nodes.truncate(len);
        let kept = self.anchored.partition_point(|id| (id.0 as usize) < len);
        self.anchored.truncate(kept);
    }

    /// Empties a node and all below it: nothing leads to them any more.
    pub(super) fn forget(&mut self, id: NodeId) {
        let mut left = vec![id];
        while let Some(node) = left.pop().and_then(|id| self.node_mut(id)) {
            match std::mem::replace(&mut node.value, Value::Null) {
                Value::Sequence(items) => left.extend(items),
                Value::Mapping(entries) => left.extend(entries.iter().map(|entry| entry.value)),
                _ => {}
            }
        }
    }

    /// Gives a node another span or value.
    pub fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.0 as usize)
    }

    /// All nodes, in the order they were finished: scalars stand in the order of the text.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter()
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The span of a node.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// The text of a string node.
    #[must_use]
    pub fn as_str(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether a node is null.
    #[must_use]
    pub fn is_null(&self, id: NodeId) -> bool {
        matches!(self.node(id).value, Value::Null)
    }

    /// The items of a list; empty for anything else.
    #[must_use]
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        match &self.node(id).value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; empty for anything else.
    #[must_use]
    pub fn entries(&self, id: NodeId) -> &[Entry] {
        match &self.node(id).value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The entry of `key` that counts: the last one written.
    #[must_use]
    pub fn entry(&self, mapping: NodeId, key: &str) -> Option<Entry> {
        self.entries(mapping).iter().rev().find(|entry| self.as_str(entry.key) == Some(key)).copied()
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        self.entry(mapping, key).map(|entry| entry.value)
    }

    /// The string at `key`.
    #[must_use]
    pub fn get_str(&self, mapping: NodeId, key: &str) -> Option<&str> {
        self.get(mapping, key).and_then(|id| self.as_str(id))
    }
}
