//! One piece of YAML to one tree.
//!
//! Faults come in the stages Kubernetes has: text (the first fault ends it), then decoding, then
//! turning YAML values into JSON. The earliest stage wins, whatever the order in the text.

mod faults;
mod hidden;
mod places;
mod scalars;
mod shared;

pub(super) use scalars::to_value;

use super::super::tree::{Entry, Fault, FaultKind, Node, NodeId, Style, Tree, Value};
use super::doubles::find_doubles;
use super::feed::{Chunks, stumbled, tag_marks};
use super::{clamp, depth_limit, go, too_deep};
use crate::options::Limits;
use crate::source::Span;
use libyaml_safer::{Encoding, Event, EventData, MappingStyle, Parser, ScalarStyle, SequenceStyle};
use std::collections::BTreeMap;

/// What a piece holds.
#[derive(Debug, PartialEq)]
pub(super) struct Read {
    pub(super) root: Option<NodeId>,
    pub(super) duplicates: Vec<NodeId>,
}

/// Reads the piece of `text` between two offsets.
pub(super) fn read(
    text: &str,
    start: usize,
    end: usize,
    limits: &Limits,
    tree: &mut Tree,
) -> Result<Read, Fault> {
    /// How often a piece is read again; more is nobody's manifest.
    const AGAIN: usize = 64;
    let piece = text.get(start..end).unwrap_or_default();
    // go-yaml counts from behind the mark.
    let body = piece.strip_prefix('\u{feff}').unwrap_or(piece);
    let before = tree.mark();
    let mut masked = tag_marks(body);
    for _ in 0..AGAIN {
        match attempt(text.get(..end).unwrap_or_default(), body, limits, tree, &masked) {
            Ok(read) => return read,
            Err(Again::Mask(more)) if more.iter().all(|at| masked.binary_search(at).is_ok()) => break,
            Err(Again::Mask(more)) => {
                masked.extend(more);
                crate::order::sort(&mut masked);
                masked.dedup();
            }
            Err(Again::Show(read)) => masked.retain(|it| read.binary_search(it).is_err()),
        }
        tree.truncate(before);
    }
    tree.truncate(before);
    let at = clamp(end - body.len() + masked.first().copied().unwrap_or_default());
    Err(Fault {
        document: 0,
        span: Span::new(at, at),
        kind: FaultKind::Broken,
        message: "yaml: found character that cannot start any token".into(),
        help: None,
    })
}

/// Why a piece is read once more.
enum Again {
    /// libyaml refuses `[fd00::]` and `"\\'"`, which go-yaml reads: hide this colon or quote.
    Mask(Vec<usize>),
    /// These hidden marks stand in text, not in a tag.
    Show(Vec<usize>),
}

/// Reads a piece of which the parser must not see the characters at `masked`.
fn attempt(
    text: &str,
    body: &str,
    limits: &Limits,
    tree: &mut Tree,
    masked: &[usize],
) -> Result<Result<Read, Fault>, Again> {
    let mut reader = Reader {
        text,
        base: text.len() - body.len(),
        limits,
        tree,
        masked,
        nodes: Vec::new(),
        entries: Vec::new(),
        frames: Vec::new(),
        anchors: BTreeMap::new(),
        root: None,
        duplicates: Vec::new(),
        misread: Vec::new(),
        unsure: false,
        trouble: None,
        decoded: 1,
        aliased: 0,
    };
    let mut parser = Parser::new();
    parser.set_encoding(Encoding::Utf8);
    parser.set_input(Chunks::new(body, masked));
    let fault = loop {
        let event = match parser.parse() {
            Ok(event) => event,
            Err(error) => match error.problem_mark() {
                Some(mark) => match stumbled(error.problem(), mark, body) {
                    Some(at) => return Err(Again::Mask(at)),
                    None => break Some(reader.broken(&error, body)),
                },
                None => break Some(reader.broken(&error, body)),
            },
        };
        if matches!(event.data, EventData::DocumentEnd { .. } | EventData::StreamEnd) {
            break None;
        }
        if let Err(fault) = reader.event(event) {
            break Some(fault);
        }
    };
    if !reader.misread.is_empty() {
        return Err(Again::Show(reader.misread));
    }
    Ok(match fault.or(reader.trouble.map(|(_, fault)| fault)) {
        Some(fault) => Err(fault),
        None => Ok(Read { root: reader.root, duplicates: reader.duplicates }),
    })
}

/// The later stages of reading, in Kubernetes' order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Decode,
    Convert,
    Encode,
}

struct Reader<'t> {
    text: &'t str,
    /// Where the parser's index 0 lies in `text`.
    base: usize,
    limits: &'t Limits,
    tree: &'t mut Tree,
    /// Characters the parser was not shown.
    masked: &'t [usize],
    /// Those of them that are no colon and stand in text.
    misread: Vec<usize>,
    /// Whether showing the last of those changes how the text goes on.
    unsure: bool,
    /// Items and entries of all open collections; a frame knows where its own begin.
    nodes: Vec<NodeId>,
    entries: Vec<Entry>,
    frames: Vec<Frame>,
    anchors: BTreeMap<String, Anchor>,
    root: Option<NodeId>,
    duplicates: Vec<NodeId>,
    /// The fault of the earliest stage so far.
    trouble: Option<(Stage, Fault)>,
    /// Values decoded so far as go-yaml counts them, and those that aliases stood for.
    decoded: u64,
    aliased: u64,
}

struct Frame {
    mapping: bool,
    first: usize,
    start: usize,
    /// The end of the last child.
    end: usize,
    style: Style,
    anchor: Option<String>,
    weight: u64,
    height: usize,
    key: Key,
}

/// What stands before the value a mapping waits for.
enum Key {
    None,
    Is(NodeId),
    Merge(Span),
    /// A key JSON has no form for: where, and Go's words for it.
    Unsupported(Span, String),
    /// A key already complained of.
    Lost,
}

#[derive(Clone, Copy)]
struct Anchor {
    /// Absent while its collection is open.
    node: Option<NodeId>,
    weight: u64,
    height: usize,
}

/// A value just read.
#[derive(Clone, Copy)]
struct Child {
    id: NodeId,
    span: Span,
    weight: u64,
    height: usize,
}

/// A scalar as it stands in the text.
struct Written {
    value: String,
    tag: Option<String>,
    /// Plain: its type is for us to find.
    open: bool,
    style: Style,
    span: Span,
}

impl<'t> Reader<'t> {
    fn event(&mut self, event: Event) -> Result<(), Fault> {
        let (start, end) = (self.at(event.start_mark), self.at(event.end_mark));
        match event.data {
            // libyaml takes 1.2 as well; go-yaml does not.
            EventData::DocumentStart { version_directive: Some(version), .. } if version.minor != 1 => {
                Err(self.refuse_version(event.start_mark.line, start))
            }
            EventData::Scalar { anchor, tag, value, plain_implicit, style, .. } => {
                let properties = usize::from(anchor.is_some()) + usize::from(tag.is_some());
                let start = self.skip_properties(start, end, properties);
                self.misread(start, end, style);
                let value = self.unmark(value, start, end);
                let value = match style {
                    ScalarStyle::DoubleQuoted => {
                        self.refuse_escape(start, end, event.start_mark.line)?;
                        self.unescape(value, start, end)
                    }
                    ScalarStyle::Plain => {
                        self.refuse_question(start, end)?;
                        self.unmask(value, start, end)
                    }
                    _ => value,
                };
                let end = match style {
                    ScalarStyle::Literal | ScalarStyle::Folded => {
                        start + self.slice(start, end).trim_end().len()
                    }
                    _ => end,
                };
                let style = match style {
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::BlockScalar,
                    _ => Style::Plain,
                };
                let span = self.settle(Span::new(clamp(start), clamp(end)), style, properties);
                self.scalar(Written { value, tag, open: plain_implicit, style, span }, anchor)
            }
            EventData::SequenceStart { anchor, tag, style, .. } => {
                let properties = usize::from(anchor.is_some()) + usize::from(tag.is_some());
                let start = self.skip_properties(start, self.text.len(), properties);
                self.open(
                    false,
                    start,
                    if style == SequenceStyle::Flow { Style::Flow } else { Style::Block },
                    anchor,
                )
            }
            EventData::MappingStart { anchor, tag, style, .. } => {
                let properties = usize::from(anchor.is_some()) + usize::from(tag.is_some());
                let start = self.skip_properties(start, self.text.len(), properties);
                self.open(
                    true,
                    start,
                    if style == MappingStyle::Flow { Style::Flow } else { Style::Block },
                    anchor,
                )
            }
            EventData::SequenceEnd | EventData::MappingEnd => {
                self.close(end);
                Ok(())
            }
            EventData::Alias { anchor } => self.alias(&anchor, Span::new(clamp(start), clamp(end))),
            _ => Ok(()),
        }
    }

    fn note(&mut self, stage: Stage, span: Span, message: String) {
        if self.trouble.as_ref().is_none_or(|(before, _)| stage < *before) {
            let fault = Fault { document: 0, span, kind: FaultKind::Broken, message, help: None };
            self.trouble = Some((stage, fault));
        }
    }

    fn wants_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { mapping: true, key: Key::None, .. }))
    }

    fn set_key(&mut self, key: Key) {
        if let Some(frame) = self.frames.last_mut() {
            frame.key = key;
        }
    }

    fn push(&mut self, span: Span, value: Value<'_>, style: Style) -> NodeId {
        self.tree.push(Node { span, value, style })
    }

    fn bind(&mut self, anchor: Option<String>, anchored: Anchor) {
        if let Some(name) = anchor {
            if let Some(id) = anchored.node {
                self.tree.set_anchored(id);
            }
            self.anchors.insert(name, anchored);
        }
    }

    fn open(
        &mut self,
        mapping: bool,
        start: usize,
        style: Style,
        anchor: Option<String>,
    ) -> Result<(), Fault> {
        if self.frames.len() >= depth_limit(self.limits) {
            return Err(too_deep(start, self.limits));
        }
        self.decoded += 1;
        if let Some(name) = &anchor {
            self.anchors.insert(name.clone(), Anchor { node: None, weight: 0, height: 0 });
        }
        let first = if mapping { self.entries.len() } else { self.nodes.len() };
        self.frames.push(Frame {
            mapping,
            first,
            start,
            end: start,
            style,
            anchor,
            weight: 1,
            height: 0,
            key: Key::None,
        });
        Ok(())
    }

    fn close(&mut self, end: usize) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        // `[a: 1]` holds a flow mapping without brackets.
        let bracketed = frame.style == Style::Flow && self.slice(frame.start, end).starts_with(['{', '[']);
        let end = if bracketed { end } else { frame.end };
        let span = Span::new(clamp(frame.start), clamp(end));
        let value = if frame.mapping {
            let entries = self.entries.get(frame.first..).unwrap_or_default();
            find_doubles(self.tree, entries, &mut self.duplicates);
            Value::Mapping(entries)
        } else {
            Value::Sequence(self.nodes.get(frame.first..).unwrap_or_default())
        };
        let id = self.tree.push(Node { span, value, style: frame.style });
        if frame.mapping {
            self.entries.truncate(frame.first);
        } else {
            self.nodes.truncate(frame.first);
        }
        let height = frame.height + 1;
        // An anchor names what starts last: one of the same name inside has taken it.
        let still = |name: &String| self.anchors.get(name).is_some_and(|it| it.node.is_none());
        let anchor = frame.anchor.filter(still);
        self.bind(anchor, Anchor { node: Some(id), weight: frame.weight, height });
        self.arrive(Child { id, span, weight: frame.weight, height });
    }

    /// Puts a finished value where it belongs.
    fn arrive(&mut self, child: Child) {
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(child.id);
            return;
        };
        frame.end = frame.end.max(child.span.end as usize);
        if !frame.mapping {
            frame.weight = frame.weight.saturating_add(child.weight);
            frame.height = frame.height.max(child.height);
            self.nodes.push(child.id);
            return;
        }
        match std::mem::replace(&mut frame.key, Key::None) {
            Key::None => self.odd_key(child),
            Key::Is(key) => {
                frame.weight = frame.weight.saturating_add(child.weight);
                frame.height = frame.height.max(child.height);
                self.entries.push(Entry { key, value: child.id, merged: false });
            }
            Key::Merge(span) => self.merge(child, span),
            Key::Unsupported(span, what) => {
                let value = go::syntax(self.tree, child.id);
                self.note(
                    Stage::Convert,
                    span,
                    format!("unsupported map key of type: {what}, value: {value}"),
                );
            }
            Key::Lost => {}
        }
    }
}
