//! What stands elsewhere: aliases, merges, and keys that are no scalars.

use super::super::{depth_limit, go, too_deep};
use super::{Child, Frame, Key, Reader, Stage};
use crate::source::Span;
use crate::syntax::tree::{Entry, Fault, FaultKind, NodeId, Style, Value};

const MERGE_WANTS: &str = "yaml: map merge requires map or sequence of maps as the value";

impl Reader<'_> {
    pub(super) fn alias(&mut self, name: &str, span: Span) -> Result<(), Fault> {
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
        let id = self.tree.push_alias(span, target);
        self.arrive(Child { id, span, weight: anchor.weight.saturating_add(1), height: anchor.height });
        Ok(())
    }

    /// go-yaml's guard against alias bombs: up to 99% of the values of a document of common size
    /// may come from aliases, falling to 10% for huge ones.
    pub(super) fn check_ratio(&mut self, span: Span) {
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

    /// A key that is no scalar: an alias to one may do, a collection may not.
    pub(super) fn odd_key(&mut self, child: Child) {
        let text: String = match self.tree.node(child.id).value {
            Value::String(text) | Value::Number(text) => text.into(),
            Value::Bool(value) => if value { "true" } else { "false" }.into(),
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
        let key = self.push(child.span, Value::String(&text), Style::Alias);
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
    pub(super) fn merge(&mut self, child: Child, span: Span) {
        let node = self.tree.node(child.id);
        let sources: Vec<NodeId> = match node.value {
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
}
