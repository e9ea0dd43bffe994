//! The tree: one arena of nodes for a whole source.
//!
//! An alias is a node of its own that shares the children of the node its anchor named, so the
//! tree is a graph without circles whose unfolded size and depth the reader has limited.

use crate::source::Span;
use std::cmp::Ordering;
use std::ops::Range;

/// Names a [`Node`] of one [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// A value and the text it stands on, as a [`Tree`] shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node<'t> {
    /// The bytes of the value. A block collection ends where its last value ends.
    pub span: Span,
    /// What was read.
    pub value: Value<'t>,
    /// How it was written.
    pub style: Style,
}

/// A value as Kubernetes sees it after YAML has become JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'t> {
    /// `null`, `~`, or nothing written.
    Null,
    /// A boolean; YAML 1.1 spellings (`yes`, `on`, …) included.
    Bool(bool),
    /// A number in the spelling Go's JSON encoder would give it.
    Number(&'t str),
    /// Text.
    String(&'t str),
    /// A list.
    Sequence(&'t [NodeId]),
    /// A mapping in the order written, doubled keys included. The last of a double counts.
    Mapping(&'t [Entry]),
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

/// The arena: all nodes, and beside them all that they hold, each kind of it in one piece. A tree of
/// thousands of nodes is a handful of allocations.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    nodes: Vec<Stored>,
    /// The text that the tree is over, then the text of those scalars and keys that do not stand in
    /// it as they are.
    text: String,
    items: Vec<NodeId>,
    entries: Vec<Entry>,
    /// Nodes that carry an anchor, ascending.
    anchored: Vec<NodeId>,
}

/// A node as it is kept: what it holds is a range of text, items or entries.
#[derive(Clone, Copy, Debug)]
struct Stored {
    span: Span,
    style: Style,
    kind: Kind,
    from: u32,
    to: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Null,
    False,
    True,
    Number,
    String,
    Sequence,
    Mapping,
}

/// How much of a tree there was at some time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    nodes: usize,
    text: usize,
    items: usize,
    entries: usize,
}

fn clamp(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Trees are equal where their nodes are, wherever they keep the text of these.
impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        self.nodes().eq(other.nodes()) && self.anchored == other.anchored
    }
}

impl Tree {
    /// An empty tree over a text, with room for an object of common size where the text may hold one.
    pub(super) fn over(text: &str) -> Self {
        let room = |each: usize, most: usize| (text.len() / each).min(most);
        Self {
            nodes: Vec::with_capacity(room(12, 128)),
            text: text.to_owned(),
            items: Vec::with_capacity(room(48, 32)),
            entries: Vec::with_capacity(room(24, 64)),
            anchored: Vec::new(),
        }
    }

    /// Adds a node.
    pub fn push(&mut self, node: Node<'_>) -> NodeId {
        let (kind, from, to) = self.keep(node.value);
        self.store(Stored { span: node.span, style: node.style, kind, from, to })
    }

    /// Adds a string that stands at a place of the text that the tree is over.
    #[inline]
    pub(super) fn push_string_at(&mut self, span: Span, style: Style, text: Span) -> NodeId {
        self.store(Stored { span, style, kind: Kind::String, from: text.start, to: text.end })
    }

    /// Adds a number that stands in the text that the tree is over as Go would spell it.
    pub(super) fn push_number_at(&mut self, span: Span) -> NodeId {
        self.store(Stored { span, style: Style::Plain, kind: Kind::Number, from: span.start, to: span.end })
    }

    /// Adds a node that holds what another one holds.
    pub(super) fn push_alias(&mut self, span: Span, of: NodeId) -> NodeId {
        let null = Stored { span, style: Style::Alias, kind: Kind::Null, from: 0, to: 0 };
        let of = self.nodes.get(of.0 as usize).copied().unwrap_or(null);
        self.store(Stored { span, style: Style::Alias, ..of })
    }

    #[inline]
    fn store(&mut self, node: Stored) -> NodeId {
        let id = NodeId(clamp(self.nodes.len()));
        self.nodes.push(node);
        id
    }

    fn keep(&mut self, value: Value<'_>) -> (Kind, u32, u32) {
        fn all<T: Copy>(kept: &mut Vec<T>, more: &[T]) -> (u32, u32) {
            let from = clamp(kept.len());
            kept.extend_from_slice(more);
            (from, clamp(kept.len()))
        }
        let mut text = |more: &str| {
            let from = clamp(self.text.len());
            self.text.push_str(more);
            (from, clamp(self.text.len()))
        };
        let (kind, (from, to)) = match value {
            Value::Null => (Kind::Null, (0, 0)),
            Value::Bool(false) => (Kind::False, (0, 0)),
            Value::Bool(true) => (Kind::True, (0, 0)),
            Value::Number(it) => (Kind::Number, text(it)),
            Value::String(it) => (Kind::String, text(it)),
            Value::Sequence(it) => (Kind::Sequence, all(&mut self.items, it)),
            Value::Mapping(it) => (Kind::Mapping, all(&mut self.entries, it)),
        };
        (kind, from, to)
    }

    fn show(&self, node: Stored) -> Node<'_> {
        let range = node.from as usize..node.to as usize;
        let value = match node.kind {
            Kind::Null => Value::Null,
            Kind::False => Value::Bool(false),
            Kind::True => Value::Bool(true),
            Kind::Number => Value::Number(self.text.get(range).unwrap_or_default()),
            Kind::String => Value::String(self.text.get(range).unwrap_or_default()),
            Kind::Sequence => Value::Sequence(self.items.get(range).unwrap_or_default()),
            Kind::Mapping => Value::Mapping(self.entries.get(range).unwrap_or_default()),
        };
        Node { span: node.span, value, style: node.style }
    }

    /// The node `id` names; of another tree's, nothing, so that no lookup can panic.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        match self.nodes.get(id.0 as usize) {
            Some(node) => self.show(*node),
            None => Node { span: Span::new(0, 0), value: Value::Null, style: Style::None },
        }
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

    /// Remembers how much there is.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            nodes: self.nodes.len(),
            text: self.text.len(),
            items: self.items.len(),
            entries: self.entries.len(),
        }
    }

    /// Forgets all that came after a mark: what belongs to a document that turned out broken.
    pub(super) fn truncate(&mut self, mark: Mark) {
        self.nodes.truncate(mark.nodes);
        self.text.truncate(mark.text);
        self.items.truncate(mark.items);
        self.entries.truncate(mark.entries);
        let kept = self.anchored.partition_point(|id| (id.0 as usize) < mark.nodes);
        self.anchored.truncate(kept);
    }

    /// Empties a node and all below it: nothing leads to them any more.
    pub(super) fn forget(&mut self, id: NodeId) {
        let mut left = vec![id];
        while let Some(id) = left.pop() {
            left.extend(self.items(id));
            left.extend(self.entries(id).iter().map(|entry| entry.value));
            self.set(id, Value::Null);
        }
    }

    /// Gives a node another value.
    pub fn set(&mut self, id: NodeId, value: Value<'_>) {
        let (kind, from, to) = self.keep(value);
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            *node = Stored { kind, from, to, ..*node };
        }
    }

    /// All nodes, in the order they were finished: scalars stand in the order of the text.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.nodes.iter().map(|node| self.show(*node))
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
        self.nodes.get(id.0 as usize).map_or(Span::new(0, 0), |node| node.span)
    }

    /// The text of a string node.
    #[must_use]
    pub fn as_str(&self, id: NodeId) -> Option<&str> {
        self.name(id)
    }

    /// The same where it is asked most, for the names of fields; compiled into the asker.
    #[inline]
    pub(crate) fn name(&self, id: NodeId) -> Option<&str> {
        self.text.get(self.range(id, Kind::String)?)
    }

    /// How the texts of two string nodes compare.
    pub(super) fn compare_text(&self, a: NodeId, b: NodeId) -> Ordering {
        let text = |id| self.range(id, Kind::String).and_then(|range| self.text.as_bytes().get(range));
        text(a).cmp(&text(b))
    }

    /// Whether a node is null.
    #[must_use]
    pub fn is_null(&self, id: NodeId) -> bool {
        self.nodes.get(id.0 as usize).is_none_or(|node| node.kind == Kind::Null)
    }

    /// The items of a list; empty for anything else.
    #[must_use]
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        self.range(id, Kind::Sequence).and_then(|range| self.items.get(range)).unwrap_or_default()
    }

    /// The entries of a mapping; empty for anything else.
    #[must_use]
    pub fn entries(&self, id: NodeId) -> &[Entry] {
        self.range(id, Kind::Mapping).and_then(|range| self.entries.get(range)).unwrap_or_default()
    }

    /// Where a node of that kind has what it holds.
    #[inline]
    fn range(&self, id: NodeId, kind: Kind) -> Option<Range<usize>> {
        let node = self.nodes.get(id.0 as usize).filter(|node| node.kind == kind)?;
        Some(node.from as usize..node.to as usize)
    }

    /// The entry of `key` that counts: the last one written.
    #[must_use]
    pub fn entry(&self, mapping: NodeId, key: &str) -> Option<Entry> {
        self.entries(mapping).iter().rev().find(|entry| self.name(entry.key) == Some(key)).copied()
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
