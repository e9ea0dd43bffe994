//! Rebuilds the nesting of a NetworkPolicy whose lines all stand at the margin: each line goes to
//! the innermost open place that can take it. Gives up where none can.

/// What a field holds.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Scalar,
    /// Free keys with text.
    Map,
    Struct(&'static [(&'static str, Shape)]),
    List(&'static Shape),
}

use Shape::{List, Map, Scalar, Struct};

const SELECTOR: Shape = Struct(&[("matchLabels", Map), ("matchExpressions", List(&EXPRESSION))]);
const EXPRESSION: Shape = Struct(&[("key", Scalar), ("operator", Scalar), ("values", List(&Scalar))]);
const BLOCK: Shape = Struct(&[("cidr", Scalar), ("except", List(&Scalar))]);
const PEER: Shape = Struct(&[("ipBlock", BLOCK), ("namespaceSelector", SELECTOR), ("podSelector", SELECTOR)]);
const PORT: Shape = Struct(&[("protocol", Scalar), ("port", Scalar), ("endPort", Scalar)]);
const INGRESS: Shape = Struct(&[("from", List(&PEER)), ("ports", List(&PORT))]);
const EGRESS: Shape = Struct(&[("to", List(&PEER)), ("ports", List(&PORT))]);
const METADATA: Shape = Struct(&[
    ("name", Scalar),
    ("namespace", Scalar),
    ("generateName", Scalar),
    ("labels", Map),
    ("annotations", Map),
]);
const SPEC: Shape = Struct(&[
    ("podSelector", SELECTOR),
    ("policyTypes", List(&Scalar)),
    ("ingress", List(&INGRESS)),
    ("egress", List(&EGRESS)),
]);
const TOP: &[(&str, Shape)] =
    &[("apiVersion", Scalar), ("kind", Scalar), ("metadata", METADATA), ("spec", SPEC)];

/// A key that stands at the margin and belongs deeper.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misplaced<'t> {
    pub(super) key: &'t str,
    pub(super) offset: usize,
}

/// The first misplaced key, if `text` is a NetworkPolicy with no indented line and an empty
/// `metadata` or `spec`.
pub(super) fn first_misplaced(text: &str) -> Option<Misplaced<'_>> {
    let mut offset = 0;
    let mut misplaced = None;
    let (mut policy, mut hollow) = (false, false);
    for line in text.split_inclusive('\n') {
        let at = offset;
        offset += line.len();
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            return None;
        }
        policy |= line == "kind: NetworkPolicy";
        let Some((key, value)) = key_value(line) else { continue };
        let top = TOP.iter().any(|(name, _)| *name == key);
        hollow |= value.is_empty() && (key == "metadata" || key == "spec");
        if !top && hollow && misplaced.is_none() {
            misplaced = Some(Misplaced { key, offset: at });
        }
    }
    misplaced.filter(|_| policy)
}

/// A place that can take lines.
#[derive(Debug)]
struct Frame {
    shape: Shape,
    indent: usize,
    seen: Vec<String>,
}

/// The text with its nesting rebuilt; none where some line fits nowhere.
pub(super) fn rebuild(text: &str) -> Option<String> {
    let mut frames = vec![Frame { shape: Struct(TOP), indent: 0, seen: Vec::new() }];
    let mut out = String::with_capacity(text.len() * 2);
    // Comments go with the line that follows them.
    let mut waiting: Vec<&str> = Vec::new();
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end();
        if line.is_empty() || line.starts_with('#') {
            waiting.push(whole);
            continue;
        }
        let indent = match line.strip_prefix("- ") {
            Some(item) => list_item(&mut frames, item.trim_start())?,
            None => field(&mut frames, line)?,
        };
        for line in waiting.drain(..).chain([whole]) {
            if !line.trim_end().is_empty() {
                out.extend(std::iter::repeat_n(' ', indent));
            }
            out.push_str(line);
        }
    }
    waiting.into_iter().for_each(|line| out.push_str(line));
    Some(out)
}

/// Takes a line `- item`; gives its indentation.
fn list_item(frames: &mut Vec<Frame>, item: &str) -> Option<usize> {
    let pair = key_value(item);
    let takes = |frame: &Frame| match (frame.shape, pair) {
        (List(Scalar), None) => true,
        (List(Struct(fields)), Some((key, _))) => fields.iter().any(|(name, _)| *name == key),
        _ => false,
    };
    let at = frames.iter().rposition(takes)?;
    frames.truncate(at + 1);
    let list = frames.last()?;
    let (indent, shape) = (list.indent, list.shape);
    if let (List(Struct(fields)), Some(_)) = (shape, pair) {
        frames.push(Frame { shape: Struct(fields), indent: indent + 2, seen: Vec::new() });
        field(frames, item)?;
    }
    Some(indent)
}

/// Takes a line `key: value`; gives its indentation and opens what its empty value leaves open.
fn field(frames: &mut Vec<Frame>, line: &str) -> Option<usize> {
    let (key, value) = key_value(line)?;
    let takes = |frame: &Frame| match frame.shape {
        Struct(fields) => {
            let open = !frame.seen.iter().any(|seen| seen == key);
            fields.iter().any(|(name, shape)| *name == key && open && fits(*shape, value))
        }
        _ => false,
    };
    // A label may have any name, so a map takes what no field around it is waiting for.
    let free = matches!(frames.last()?.shape, Map) && !value.is_empty() && !frames.iter().any(takes);
    if free {
        return frames.last().map(|frame| frame.indent);
    }
    let at = frames.iter().rposition(takes)?;
    frames.truncate(at + 1);
    let frame = frames.last_mut()?;
    frame.seen.push(key.to_owned());
    let indent = frame.indent;
    let Struct(fields) = frame.shape else { return None };
    let shape = fields.iter().find(|(name, _)| *name == key).map(|(_, shape)| *shape)?;
    match shape {
        _ if !value.is_empty() => {}
        Scalar => {}
        List(_) => frames.push(Frame { shape, indent, seen: Vec::new() }),
        Map | Struct(_) => frames.push(Frame { shape, indent: indent + 2, seen: Vec::new() }),
    }
    Some(indent)
}

/// Whether a field of this shape can have `value` on its own line: nothing, or for a collection
/// something in brackets.
fn fits(shape: Shape, value: &str) -> bool {
    match shape {
        Scalar => true,
        Map | Struct(_) => value.is_empty() || value.starts_with('{'),
        List(_) => value.is_empty() || value.starts_with('['),
    }
}

/// Splits `key: value`; a comment after the key is no value.
fn key_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = match line.split_once(": ") {
        Some((key, value)) => (key, value.trim()),
        None => (line.strip_suffix(':')?, ""),
    };
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    plain.then_some((key, if value.starts_with('#') { "" } else { value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_goes_to_the_innermost_place_that_takes_it() {
        let nested = "\
kind: NetworkPolicy
metadata:
  name: a
  labels:
    team: x
spec:
  podSelector:
    matchLabels:
      name: web
  policyTypes:
  - Ingress
  # who may come in
  ingress:
  - from:
    - namespaceSelector:
        matchLabels:
          team: y
      podSelector:
        matchExpressions:
        - key: role
          operator: In
          values:
          - front
    - ipBlock:
        cidr: 10.0.0.0/8
        except:
        - 10.1.0.0/16
    ports:
    - protocol: TCP
      port: 80
";
        let flat: String = nested.lines().map(|line| format!("{}\n", line.trim_start())).collect();
        assert_eq!(rebuild(&flat).as_deref(), Some(nested));
    }

    #[test]
    fn gives_up_on_what_it_does_not_know() {
        assert_eq!(rebuild("kind: NetworkPolicy\nspec:\nsurprise: 1\n"), None);
    }

    #[test]
    fn an_indented_manifest_is_left_alone() {
        assert_eq!(first_misplaced("kind: NetworkPolicy\nmetadata:\n  name: a\nspec:\nfoo: 1\n"), None);
    }
}
