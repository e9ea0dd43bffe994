//! One piece of YAML to one tree.
//!
//! Faults come in the stages Kubernetes has: text (the first fault ends it), then decoding, then
//! turning YAML values into JSON. The earliest stage wins, whatever the order in the text.

use super::super::scalar::{self, Scalar};
use super::super::tree::{Entry, Fault, FaultKind, Node, NodeId, Style, Tree, Value};
use super::feed::{Chunks, MASKED_QUOTE, stumbled, tag_marks};
use super::{clamp, depth_limit, go, too_deep};
use crate::options::Limits;
use crate::source::Span;
use libyaml_safer::{
    Encoding, Error, ErrorKind, Event, EventData, MappingStyle, Mark, Parser, ScalarStyle, SequenceStyle,
};
use std::collections::BTreeMap;

/// What a piece holds.
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
    // go-yaml counts from behind the mark; U+FEFF elsewhere is libyaml's business.
    let body = piece.strip_prefix('\u{feff}').unwrap_or(piece);
    let before = tree.len();
    let mut masked = tag_marks(body);
    for _ in 0..AGAIN {
        match attempt(text.get(..end).unwrap_or_default(), body, limits, tree, &masked) {
            Ok(read) => return read,
            Err(Again::Mask(more)) if more.iter().all(|at| masked.contains(at)) => break,
            Err(Again::Mask(more)) => {
                masked.extend(more);
                masked.sort_unstable();
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
    /// Whether one of those stands in a flow collection: showing it changes how the text goes on.
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

    fn at(&self, mark: Mark) -> usize {
        let index = usize::try_from(mark.index).unwrap_or(usize::MAX);
        // The reader appends a line break to a last line that has none.
        self.base.saturating_add(index).min(self.text.len())
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Where a value starts whose anchor and tag start at `at`.
    fn skip_properties(&self, mut at: usize, end: usize, count: usize) -> usize {
        if count == 0 {
            return at;
        }
        for _ in 0..count {
            at += self.blank(at, end);
            let rest = self.slice(at, end);
            at += rest.find(is_blank).unwrap_or(rest.len());
        }
        (at + self.blank(at, end)).min(end)
    }

    /// How much white space and comment stands at `at`.
    fn blank(&self, at: usize, end: usize) -> usize {
        let all = self.slice(at, end);
        let mut rest = all;
        loop {
            rest = rest.trim_start_matches(is_blank);
            if !rest.starts_with('#') {
                return all.len() - rest.len();
            }
            rest = rest.find(is_break).and_then(|line| rest.get(line..)).unwrap_or_default();
        }
    }

    /// A value with nothing written stands right after its key's colon.
    fn settle(&self, span: Span, style: Style, properties: usize) -> Span {
        if span.start != span.end || style != Style::Plain || properties > 0 {
            return span;
        }
        let Some(Frame { key: Key::Is(key), .. }) = self.frames.last() else {
            return span;
        };
        let end = self.tree.span(*key).end as usize;
        let after = self.text.get(end..).unwrap_or_default();
        let trimmed = after.trim_start_matches([' ', '\t']);
        let colon = if trimmed.starts_with(':') { after.len() - trimmed.len() + 1 } else { 0 };
        let at = clamp(end + colon);
        Span::new(at, at)
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

    fn push(&mut self, span: Span, value: Value, style: Style) -> NodeId {
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
            let entries: Box<[Entry]> = self.entries.drain(frame.first..).collect();
            find_doubles(self.tree, &entries, &mut self.duplicates);
            Value::Mapping(entries)
        } else {
            Value::Sequence(self.nodes.drain(frame.first..).collect())
        };
        let id = self.push(span, value, frame.style);
        let height = frame.height + 1;
        // An anchor names what starts last: one of the same name inside has taken it.
        let still = |name: &String| self.anchors.get(name).is_some_and(|it| it.node.is_none());
        let anchor = frame.anchor.filter(still);
        self.bind(anchor, Anchor { node: Some(id), weight: frame.weight, height });
        self.arrive(Child { id, span, weight: frame.weight, height });
    }

    fn scalar(&mut self, written: Written, anchor: Option<String>) -> Result<(), Fault> {
        let span = written.span;
        let merge = written.value == "<<" && (written.open || written.tag.as_deref() == Some(MERGE_TAG));
        if merge && self.wants_key() {
            if anchor.is_some() {
                let id = self.push(span, Value::String("<<".into()), Style::Plain);
                self.bind(anchor, Anchor { node: Some(id), weight: 1, height: 0 });
            }
            self.set_key(Key::Merge(span));
            return Ok(());
        }
        self.decoded += 1;
        self.check_ratio(span);
        let resolved = if written.open || written.tag.is_some() {
            scalar::resolve(written.tag.as_deref().unwrap_or_default(), &written.value)
        } else {
            Ok(Scalar::Text)
        };
        let resolved = resolved.unwrap_or_else(|message| {
            self.note(Stage::Decode, span, format!("yaml: {message}"));
            Scalar::Null
        });
        if self.wants_key() {
            if anchor.is_some() {
                let value = to_value(&resolved, written.value.clone());
                let id = self.push(span, value.unwrap_or(Value::Null), written.style);
                self.bind(anchor, Anchor { node: Some(id), weight: 1, height: 0 });
            }
            self.scalar_key(resolved, written);
            return Ok(());
        }
        // A root with nothing written is an empty document.
        if self.frames.is_empty() && span.start == span.end && written.tag.is_none() && anchor.is_none() {
            return Ok(());
        }
        let value = to_value(&resolved, written.value).unwrap_or_else(|name| {
            self.note(Stage::Encode, span, format!("json: unsupported value: {name}"));
            Value::Null
        });
        let id = self.push(span, value, written.style);
        self.bind(anchor, Anchor { node: Some(id), weight: 1, height: 0 });
        self.arrive(Child { id, span, weight: 1, height: 0 });
        Ok(())
    }

    fn scalar_key(&mut self, resolved: Scalar, written: Written) {
        let span = written.span;
        let text: Box<str> = match resolved {
            Scalar::Text => written.value.into(),
            Scalar::Decoded(text) | Scalar::Int(text) => text,
            Scalar::Bool(value) => if value { "true" } else { "false" }.into(),
            Scalar::Float(value) => scalar::key_float(value).into(),
            Scalar::Null => {
                self.set_key(Key::Unsupported(span, "%!s(<nil>), key: <nil>".into()));
                return;
            }
            Scalar::Uint(value) => {
                self.set_key(Key::Unsupported(span, format!("uint64, key: {value:#x}")));
                return;
            }
        };
        let key = self.push(span, Value::String(text), written.style);
        if let Some(frame) = self.frames.last_mut() {
            frame.weight += 1;
            frame.end = frame.end.max(span.end as usize);
            frame.key = Key::Is(key);
        }
    }

    fn alias(&mut self, name: &str, span: Span) -> Result<(), Fault> {
        let Some(anchor) = self.anchors.get(name).copied() else {
            return Err(Fault {
                document: 0,
                span,
                kind: FaultKind::Broken,
                message: format!("yaml: unknown anchor '{name}' referenced"),
                help: None,
            });
        };
        self.decoded += 1;
        let Some(target) = anchor.node else {
            let of = |it: &&Frame| it.anchor.as_deref() == Some(name);
            let list = self.frames.iter().rfind(of).is_some_and(|it| !it.mapping);
            let message = if list && self.merging() {
                MERGE_WANTS.into()
            } else {
                format!("yaml: anchor '{name}' value contains itself")
            };
            self.note(Stage::Decode, span, message);
            let id = self.push(span, Value::Null, Style::Alias);
            self.arrive(Child { id, span, weight: 1, height: 0 });
            return Ok(());
        };
        if self.frames.len() + anchor.height > depth_limit(self.limits) {
            return Err(too_deep(span.start as usize, self.limits));
        }
        self.decoded = self.decoded.saturating_add(anchor.weight);
        self.aliased = self.aliased.saturating_add(anchor.weight);
        if self.aliased > u64::try_from(self.limits.aliases).unwrap_or(u64::MAX) {
            return Err(Fault {
                document: 0,
                span,
                kind: FaultKind::Limit,
                message: format!(
                    "aliases unfold to more than {} values; the document is not read",
                    self.limits.aliases
                ),
                help: Some("write the values out, or raise the option `limits.aliases`".into()),
            });
        }
        self.check_ratio(span);
        let value = self.tree.node(target).value.clone();
        let id = self.push(span, value, Style::Alias);
        self.arrive(Child { id, span, weight: anchor.weight.saturating_add(1), height: anchor.height });
        Ok(())
    }

    /// go-yaml's guard against alias bombs: up to 99% of the values of a document of common size
    /// may come from aliases, falling to 10% for huge ones.
    fn check_ratio(&mut self, span: Span) {
        const LOW: u64 = 400_000;
        const RANGE: u64 = 3_600_000;
        if self.aliased <= 100 || self.decoded <= 1000 {
            return;
        }
        let over = (self.decoded.saturating_sub(LOW)).min(RANGE);
        // aliased / decoded > 0.99 - 0.89 * over / RANGE, without floats.
        let allowed = u128::from(self.decoded) * u128::from(99 * RANGE - 89 * over);
        if u128::from(self.aliased) * u128::from(100 * RANGE) > allowed {
            self.note(Stage::Decode, span, "yaml: document contains excessive aliasing".into());
        }
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

    /// A key that is no scalar: an alias to one may do, a collection may not.
    fn odd_key(&mut self, child: Child) {
        let text: Box<str> = match &self.tree.node(child.id).value {
            Value::String(text) | Value::Number(text) => text.clone(),
            Value::Bool(value) => if *value { "true" } else { "false" }.into(),
            Value::Null => {
                self.set_key(Key::Unsupported(child.span, "%!s(<nil>), key: <nil>".into()));
                return;
            }
            Value::Sequence(_) | Value::Mapping(_) => {
                let shown = go::syntax(self.tree, child.id);
                self.note(Stage::Decode, child.span, format!("yaml: invalid map key: {shown}"));
                self.set_key(Key::Lost);
                return;
            }
        };
        let key = self.push(child.span, Value::String(text), Style::Alias);
        if let Some(frame) = self.frames.last_mut() {
            frame.weight = frame.weight.saturating_add(child.weight);
        }
        self.set_key(Key::Is(key));
    }

    /// Whether what comes next is the value of a merge key, or an item of a list that is.
    fn merging(&self) -> bool {
        let wants = |it: &Frame| it.mapping && matches!(it.key, Key::Merge(_));
        match self.frames.as_slice() {
            [.., before, last] if !last.mapping => wants(before),
            [.., last] => wants(last),
            [] => false,
        }
    }

    /// `<<`: entries of other mappings, at this place. go-yaml lets them win over keys before them.
    fn merge(&mut self, child: Child, span: Span) {
        let node = self.tree.node(child.id);
        let sources: Vec<NodeId> = match &node.value {
            Value::Mapping(_) => vec![child.id],
            // Earlier items win, so they come last.
            Value::Sequence(items) if node.style != Style::Alias => items.iter().rev().copied().collect(),
            _ => Vec::new(),
        };
        let listed = matches!(node.value, Value::Sequence(_)) && node.style != Style::Alias;
        let fits = sources.iter().all(|id| matches!(self.tree.node(*id).value, Value::Mapping(_)));
        if !fits || (sources.is_empty() && !listed) {
            let message = MERGE_WANTS;
            self.note(Stage::Decode, span, message.into());
            return;
        }
        for source in sources {
            let merged = self.tree.entries(source).iter().map(|entry| Entry { merged: true, ..*entry });
            self.entries.extend(merged);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.weight = frame.weight.saturating_add(child.weight);
            frame.height = frame.height.max(child.height);
        }
    }

    /// libyaml knows the escape `\\/`; go-yaml of this lineage does not.
    fn refuse_escape(&self, start: usize, end: usize, line: u64) -> Result<(), Fault> {
        let source = self.slice(start, end);
        if !source.contains("\\/") {
            return Ok(());
        }
        let mut escaped = false;
        let found = source.bytes().position(|byte| {
            let hit = escaped && byte == b'/';
            escaped = byte == b'\\' && !escaped;
            hit
        });
        let Some(slash) = found else { return Ok(()) };
        let before = source.get(..slash).unwrap_or_default();
        let line = line + before.bytes().filter(|byte| *byte == b'\n').count() as u64;
        let place = if line == 0 { String::new() } else { format!("line {}: ", line + 1) };
        let at = start + slash;
        Err(Fault {
            document: 0,
            span: Span::new(clamp(at - 1), clamp(at + 1)),
            kind: FaultKind::Broken,
            message: format!("yaml: {place}found unknown escape character"),
            help: Some("write `/` without the backslash".into()),
        })
    }

    /// In brackets go-yaml ends plain text at a `?`, and finds a key it did not expect.
    fn refuse_question(&self, start: usize, end: usize) -> Result<(), Fault> {
        let Some(frame) = self.frames.last().filter(|it| it.style == Style::Flow) else { return Ok(()) };
        let Some(at) = self.slice(start, end).find('?').filter(|it| *it > 0) else { return Ok(()) };
        let at = start + at;
        let line = |to: usize| self.slice(self.base, to).bytes().filter(|it| *it == b'\n').count();
        let line = if line(at) > 0 { line(at) } else { line(frame.start) };
        let place = if line == 0 { String::new() } else { format!("line {line}: ") };
        let close = if frame.mapping { '}' } else { ']' };
        Err(Fault {
            document: 0,
            span: Span::new(clamp(at), clamp(at + 1)),
            kind: FaultKind::Broken,
            message: format!("yaml: {place}did not find expected ',' or '{close}'"),
            help: Some("quote text that holds a `?`".into()),
        })
    }

    /// Notes the hidden marks between two offsets, up to the first in a flow collection.
    fn misread(&mut self, start: usize, end: usize, style: ScalarStyle) {
        // What starts like a tag or an anchor is no text: whatever led here, hide on.
        let first = self.slice(start, end).chars().next();
        if first.is_none_or(|c| is_blank(c) || matches!(c, '!' | '&' | '*' | '#' | '%' | '@' | '`' | ',')) {
            return;
        }
        let in_flow = self.frames.last().is_some_and(|it| it.style == Style::Flow);
        for at in self.masked_in(start, end) {
            let mark = self.text.as_bytes().get(self.base + at);
            if !self.unsure && !matches!(mark, Some(b':' | b'\'')) {
                self.misread.push(*at);
                self.unsure = in_flow && style == ScalarStyle::Plain;
            }
        }
    }

    /// The masked characters of a part of the text.
    fn masked_in(&self, start: usize, end: usize) -> &'t [usize] {
        let place = |at: usize| self.masked.partition_point(|it| self.base + it < at);
        self.masked.get(place(start)..place(end)).unwrap_or_default()
    }

    /// Puts masked quotes back.
    fn unescape(&self, value: String, start: usize, end: usize) -> String {
        if self.masked_in(start, end).is_empty() { value } else { value.replace(MASKED_QUOTE, "'") }
    }

    /// Puts masked colons back. Folding changes white space only.
    fn unmask(&self, value: String, start: usize, end: usize) -> String {
        if self.masked_in(start, end).is_empty() {
            return value;
        }
        let mut written = self.slice(start, end).chars().filter(|c| !c.is_whitespace());
        let restore = |c: char| if c.is_whitespace() { c } else { written.next().unwrap_or(c) };
        value.chars().map(restore).collect()
    }

    fn refuse_version(&self, line: u64, start: usize) -> Fault {
        let place = if line == 0 { String::new() } else { format!("line {line}: ") };
        let width = self.text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
        Fault {
            document: 0,
            span: Span::new(clamp(start), clamp(start + width)),
            kind: FaultKind::Broken,
            message: format!("yaml: {place}found incompatible YAML document"),
            help: Some("Kubernetes reads YAML 1.1; leave the `%YAML` line out".into()),
        }
    }

    /// A fault of the parser in go-yaml's words, with go-yaml's idea of the line.
    fn broken(&self, error: &Error, body: &str) -> Fault {
        let problem = error.problem_mark();
        if body.starts_with("%YAML")
            && !body.starts_with("%YAML 1.1")
            && error.problem().contains("<document start>")
        {
            return self.refuse_version(0, self.base);
        }
        let line = match (problem, error.context_mark()) {
            (Some(mark), _) if mark.line != 0 => {
                // Scanning ends in the last line, though it lacks the line break that we add; the
                // end of the text, which parsing meets, stands in the line after it.
                let added = !body.ends_with('\n') && mark.index > body.len() as u64;
                mark.line + u64::from(error.kind() == ErrorKind::Scanner && !added)
            }
            (_, Some(mark)) => mark.line,
            _ => 0,
        };
        let place = if line == 0 { String::new() } else { format!("line {line}: ") };
        let start = match problem {
            Some(mark) => self.at(mark),
            None => self.base + body.find(is_refused).unwrap_or(0),
        };
        let width = self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let message = error.problem();
        Fault {
            document: 0,
            span: Span::new(clamp(start), clamp(start + width)),
            kind: FaultKind::Broken,
            message: format!("yaml: {place}{message}"),
            help: message.contains("tab").then(|| "indent with spaces: YAML takes no tabs there".into()),
        }
    }
}

const MERGE_WANTS: &str = "yaml: map merge requires map or sequence of maps as the value";

const MERGE_TAG: &str = "tag:yaml.org,2002:merge";

/// A scalar as it stands in the text.
struct Written {
    value: String,
    tag: Option<String>,
    /// Plain: its type is for us to find.
    open: bool,
    style: Style,
    span: Span,
}

/// A value in the tree; the error is Go's name of a float that JSON cannot hold.
fn to_value(resolved: &Scalar, text: String) -> Result<Value, &'static str> {
    Ok(match resolved {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => Value::Bool(*value),
        Scalar::Int(digits) => Value::Number(digits.clone()),
        Scalar::Uint(value) => Value::Number(value.to_string().into()),
        Scalar::Float(value) if value.is_nan() => return Err("NaN"),
        Scalar::Float(value) if value.is_infinite() => {
            return Err(if *value > 0.0 { "+Inf" } else { "-Inf" });
        }
        Scalar::Float(value) => Value::Number(scalar::json_float(*value).into()),
        Scalar::Text => Value::String(text.into()),
        Scalar::Decoded(text) => Value::String(text.clone()),
    })
}

/// Notes the keys written again. Merged keys are not written.
pub(in super::super) fn find_doubles(tree: &Tree, entries: &[Entry], found: &mut Vec<NodeId>) {
    /// Below this comparing all pairs is cheaper than sorting.
    const FEW: usize = 12;
    if entries.len() <= FEW {
        for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| !entry.merged) {
            let key = tree.as_str(entry.key);
            let before = entries.iter().take(at).filter(|entry| !entry.merged);
            if before.into_iter().any(|other| tree.as_str(other.key) == key) {
                found.push(entry.key);
            }
        }
        return;
    }
    let mut keys: Vec<(Option<&str>, NodeId)> = entries
        .iter()
        .filter(|entry| !entry.merged)
        .map(|entry| (tree.as_str(entry.key), entry.key))
        .collect();
    // Stable: among equal keys the first written stays first.
    keys.sort_by_key(|(key, _)| *key);
    let mut doubles: Vec<NodeId> = keys
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if a.0 == b.0 => Some(b.1),
            _ => None,
        })
        .collect();
    doubles.sort();
    found.extend(doubles);
}

/// What ends an anchor or a tag: libyaml's white space, and the mark it skips before a line.
fn is_blank(c: char) -> bool {
    is_break(c) || matches!(c, ' ' | '\t' | '\u{feff}')
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters YAML takes nowhere.
fn is_refused(c: char) -> bool {
    !matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
