//! Documents whose scalars and keys are kept as they are spelled, and their rendering as YAML in
//! several layouts or as JSON.

use super::random::Random;
use serde_json::Value;

/// A piece of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A mapping; keys as spelled, in order, duplicates allowed.
    Map(Vec<(String, Node)>),
    /// A sequence.
    List(Vec<Node>),
    /// A scalar as spelled: `80`, `"80"`, `*alias`; further lines are indented where it stands.
    Raw(String),
    /// A node behind an anchor or a tag.
    Marked(String, Box<Node>),
}

/// A scalar as spelled.
pub fn raw(text: impl Into<String>) -> Node {
    Node::Raw(text.into())
}

/// A string in double quotes.
pub fn quoted(text: &str) -> Node {
    Node::Raw(Value::from(text).to_string())
}

/// A mapping of the entries.
pub fn map<const N: usize>(entries: [(&str, Node); N]) -> Node {
    Node::Map(entries.map(|(key, value)| (key.to_string(), value)).into())
}

/// The way to a node: the index of each entry or item.
pub type Path = Vec<usize>;

impl Node {
    /// The entry of that key.
    pub fn get(&mut self, key: &str) -> Option<&mut Node> {
        match self {
            Self::Map(entries) => entries.iter_mut().find(|it| it.0 == key).map(|it| &mut it.1),
            _ => None,
        }
    }

    /// Sets an entry, adding it where it is absent.
    pub fn set(&mut self, key: &str, value: Node) {
        if let Some(slot) = self.get(key) {
            *slot = value;
        } else if let Self::Map(entries) = self {
            entries.push((key.to_string(), value));
        }
    }

    /// The children.
    pub fn children(&mut self) -> Vec<&mut Node> {
        match self {
            Self::Map(entries) => entries.iter_mut().map(|it| &mut it.1).collect(),
            Self::List(items) => items.iter_mut().collect(),
            Self::Marked(_, inner) => inner.children(),
            Self::Raw(_) => Vec::new(),
        }
    }

    /// The paths of every node that `wanted` accepts, given its key (empty for items).
    pub fn paths(&self, wanted: &dyn Fn(&str, &Node) -> bool) -> Vec<Path> {
        let mut found = Vec::new();
        self.walk(&mut Vec::new(), "", wanted, &mut found);
        found
    }

    fn walk(&self, path: &mut Path, key: &str, wanted: &dyn Fn(&str, &Node) -> bool, found: &mut Vec<Path>) {
        if wanted(key, self) {
            found.push(path.clone());
        }
        let children: Vec<(&str, &Node)> = match self {
            Self::Map(entries) => entries.iter().map(|(key, value)| (key.as_str(), value)).collect(),
            Self::List(items) => items.iter().map(|it| ("", it)).collect(),
            Self::Marked(_, inner) => return inner.walk(path, key, &|_, _| false, found),
            Self::Raw(_) => Vec::new(),
        };
        for (at, (key, child)) in children.into_iter().enumerate() {
            path.push(at);
            child.walk(path, key, wanted, found);
            path.pop();
        }
    }

    /// The node at a path.
    pub fn at(&mut self, path: &[usize]) -> Option<&mut Node> {
        match path {
            [] => Some(self),
            [first, rest @ ..] => self.children().into_iter().nth(*first)?.at(rest),
        }
    }
}

/// How a document is laid out.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// JSON instead of YAML.
    pub json: bool,
    /// Lists stand two columns in from their key.
    pub indented_lists: bool,
    /// Percent of inner collections written in flow style.
    pub flow: usize,
    /// Percent of lines that carry a comment.
    pub comments: usize,
}

/// The document as text.
pub fn render(node: &Node, layout: &Layout, random: &mut Random) -> String {
    let mut out = String::new();
    if layout.json {
        json(node, &mut out);
    } else {
        block(node, 0, layout, random, &mut out);
    }
    out
}

fn json(node: &Node, out: &mut String) {
    match node {
        Node::Map(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                out.push_str(&if key.starts_with('"') {
                    key.clone()
                } else {
                    Value::from(key.as_str()).to_string()
                });
                out.push(':');
                json(value, out);
            }
            out.push('}');
        }
        Node::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                json(item, out);
            }
            out.push(']');
        }
        Node::Raw(text) if text.starts_with('"') || serde_json::from_str::<Value>(text).is_ok() => {
            out.push_str(text)
        }
        Node::Raw(text) => out.push_str(&Value::from(text.trim_matches('\'')).to_string()),
        Node::Marked(_, inner) => json(inner, out),
    }
}

fn block(node: &Node, indent: usize, layout: &Layout, random: &mut Random, out: &mut String) {
    match node {
        Node::Map(entries) => {
            for (at, (key, value)) in entries.iter().enumerate() {
                // The first entry of a list item stands behind its dash.
                if at > 0 || out.is_empty() || out.ends_with('\n') {
                    pad(indent, out);
                }
                out.push_str(key);
                out.push(':');
                entry(value, indent, layout, random, out);
            }
        }
        Node::List(items) => {
            for item in items {
                pad(indent, out);
                out.push('-');
                match item {
                    Node::Map(entries) if !entries.is_empty() && !random.percent(layout.flow) => {
                        out.push(' ');
                        block(item, indent + 2, layout, random, out);
                    }
                    _ => entry(item, indent, layout, random, out),
                }
            }
        }
        _ => {
            flow(node, indent, out);
            end(layout, random, out);
        }
    }
}

/// What stands behind `key:` or `-`, to the end of its lines.
fn entry(value: &Node, indent: usize, layout: &Layout, random: &mut Random, out: &mut String) {
    let (mark, inner) = match value {
        Node::Marked(mark, inner) => (Some(mark), inner.as_ref()),
        other => (None, other),
    };
    if let Some(mark) = mark {
        out.push(' ');
        out.push_str(mark);
    }
    let spread = match inner {
        Node::Map(entries) => !entries.is_empty(),
        Node::List(items) => !items.is_empty(),
        _ => false,
    };
    if spread && !random.percent(layout.flow) {
        end(layout, random, out);
        let deeper = matches!(inner, Node::Map(_)) || layout.indented_lists || out.ends_with("-\n");
        block(inner, if deeper { indent + 2 } else { indent }, layout, random, out);
    } else {
        if *inner != Node::Raw(String::new()) {
            out.push(' ');
        }
        flow(inner, indent, out);
        end(layout, random, out);
    }
}

fn flow(node: &Node, indent: usize, out: &mut String) {
    match node {
        Node::Map(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                out.push_str(key);
                out.push_str(": ");
                flow(value, indent, out);
            }
            out.push('}');
        }
        Node::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                flow(item, indent, out);
            }
            out.push(']');
        }
        Node::Raw(text) => {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    out.push('\n');
                    pad(indent + 2, out);
                }
                out.push_str(line);
            }
        }
        Node::Marked(mark, inner) => {
            out.push_str(mark);
            out.push(' ');
            flow(inner, indent, out);
        }
    }
}

fn end(layout: &Layout, random: &mut Random, out: &mut String) {
    if random.percent(layout.comments) {
        out.push_str(random.pick(&[" # a comment", " # key: value", "  # \"", "\n# on its own line", " #"]));
    }
    out.push('\n');
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}
