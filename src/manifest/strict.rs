//! What strict decoding has to say of an object, in the server's words and order: values of the
//! wrong type, unknown fields, keys written twice.
//!
//! Takes a tree and the table of fields. Looked at only where [`super::decode`] found something
//! amiss, so that it need not be fast.

use super::go::quote;
use super::path::Path;
use super::schema::{Struct, Type};
use super::{Text, time};
use crate::field::{FieldPath, Segment};
use crate::order::Gather;
use crate::syntax::{Entry, NodeId, Style, Tree, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with an object's shape.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// Values of the wrong type. The first is the one the server tells of; it then gives up.
    pub types: Vec<Fault>,
    /// Unknown fields and doubled keys, in the server's order.
    pub strict: Vec<Fault>,
}

/// One thing that strict decoding refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// The field.
    pub field: FieldPath,
    /// The server's text of it.
    pub message: String,
    /// The node that is wrong: a value of the wrong type, or the key.
    pub node: NodeId,
}

/// Kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// A value of the wrong type.
    Type,
    /// A field that the type does not have.
    Unknown,
    /// A key written again, in JSON.
    Doubled,
    /// A key written again, in YAML.
    DoubledYaml,
}

impl Faults {
    /// The error that fails the decoding, if one does.
    #[must_use]
    pub fn fatal(&self) -> Option<&Fault> {
        self.types.first()
    }

    /// The text of the strict decoding error, if there is one.
    #[must_use]
    pub fn strict_error(&self) -> Option<String> {
        let mut parts = Vec::new();
        let doubled = self.strict.iter().filter(|it| it.kind == FaultKind::DoubledYaml);
        let doubled: Vec<&str> = doubled.map(|it| it.message.as_str()).collect();
        if !doubled.is_empty() {
            parts.push(format!("yaml: unmarshal errors:\n  {}", doubled.join("\n  ")));
        }
        let others = self.strict.iter().filter(|it| it.kind != FaultKind::DoubledYaml);
        let mut seen = BTreeSet::new();
        parts.extend(others.map(|it| it.message.clone()).filter(|it| seen.insert(it.clone())).take(MOST));
        (!parts.is_empty()).then(|| format!("strict decoding error: {}", parts.join(", ")))
    }
}

/// How many unknown and doubled fields the decoder gathers.
const MOST: usize = 100;

/// Looks at the object at `root`, which should be an `of`.
#[must_use]
pub fn inspect(of: &'static Struct, text: &Text, root: NodeId) -> Faults {
    let mut walk = Walk { text, faults: Faults::default(), fatal: None };
    if !text.is_json() && text.may_double() {
        doubled(text, root, &mut walk.faults.strict);
    }
    walk.object(of, root, None);
    if let Some(at) = walk.fatal {
        // An error of a type that decodes itself ends the decoding there and then, and outranks
        // those noted before.
        if let Some(fault) = walk.faults.types.get(at).cloned() {
            walk.faults.types.remove(at);
            walk.faults.types.insert(0, fault);
        }
    }
    walk.faults
}

struct Walk<'t> {
    text: &'t Text<'t>,
    faults: Faults,
    /// The first type error that ends the decoding, rather than being noted.
    fatal: Option<usize>,
}

impl Walk<'_> {
    fn tree(&self) -> &Tree {
        self.text.tree
    }

    /// The entries of a mapping in the order the decoder meets them: YAML has become JSON with
    /// sorted keys by then, and only the last of a doubled key is left.
    fn entries(&self, node: NodeId) -> Vec<Entry> {
        let entries = self.tree().entries(node);
        if self.text.is_json() {
            return entries.to_vec();
        }
        let by_key = entries.iter().map(|it| (self.tree().as_str(it.key).unwrap_or_default(), *it));
        by_key.gather::<BTreeMap<_, _>>().into_values().collect()
    }

    fn object(&mut self, of: &'static Struct, node: NodeId, path: Option<&Path>) {
        let mut seen = BTreeSet::new();
        for entry in self.entries(node) {
            let tree = self.text.tree;
            let name = tree.as_str(entry.key).unwrap_or_default();
            let at = path.map_or(Path::root(name), |path| path.field(name));
            match of.field(name) {
                None => self.strict(FaultKind::Unknown, &at, entry.key),
                Some(field) => {
                    if !seen.insert(name) {
                        self.strict(FaultKind::Doubled, &at, entry.key);
                    }
                    self.value(of, field.ty, entry.value, &at);
                }
            }
        }
    }

    fn strict(&mut self, kind: FaultKind, path: &Path, node: NodeId) {
        let field = path.to_field();
        let what = if kind == FaultKind::Unknown { "unknown" } else { "duplicate" };
        let message = format!("{what} field {}", quote(&dotted(&field)));
        self.faults.strict.push(Fault { kind, field, message, node });
    }

    fn value(&mut self, of: &'static Struct, ty: Type, node: NodeId, path: &Path) {
        let tree = self.text.tree;
        match (ty, tree.node(node).value) {
            (_, Value::Null)
            | (Type::Any, _)
            | (Type::Text(_) | Type::IntOrString, Value::String(_))
            | (Type::Bool, Value::Bool(_)) => {}
            (Type::Int32, Value::Number(text)) if text.parse::<i32>().is_ok() => {}
            (Type::IntOrString, Value::Number(text)) if text.parse::<i32>().is_ok() => {}
            (Type::Int64, Value::Number(text)) if text.parse::<i64>().is_ok() => {}
            (Type::Time, Value::String(text)) => {
                if let Some(message) = time::fault(text) {
                    self.fatal.get_or_insert(self.faults.types.len());
                    self.type_fault(node, path, message);
                }
            }
            (Type::Struct(of), Value::Mapping(_)) => self.object(of, node, Some(path)),
            (Type::Structs(item), Value::Sequence(items)) => {
                for (at, node) in items.iter().enumerate() {
                    self.value(of, Type::Struct(item), *node, &path.index(at));
                }
            }
            (Type::Texts(item), Value::Sequence(items)) => {
                for (at, node) in items.iter().enumerate() {
                    self.value(of, Type::Text(item), *node, &path.index(at));
                }
            }
            (Type::Labels, Value::Mapping(_)) => {
                let mut seen = BTreeSet::new();
                for entry in self.entries(node) {
                    let key = tree.as_str(entry.key).unwrap_or_default();
                    let at = path.key(key);
                    if !seen.insert(key) {
                        self.strict(FaultKind::Doubled, &at, entry.key);
                    }
                    self.value(of, Type::Text("string"), entry.value, &at);
                }
            }
            (_, found) => {
                if matches!(ty, Type::Time | Type::IntOrString) {
                    self.fatal.get_or_insert(self.faults.types.len());
                }
                let message = mismatch(of, ty, found, path);
                self.type_fault(node, path, message);
            }
        }
    }

    fn type_fault(&mut self, node: NodeId, path: &Path, message: String) {
        self.faults.types.push(Fault { kind: FaultKind::Type, field: path.to_field(), message, node });
    }
}

/// Go's text for a value that does not fit its field. It names fields only, no items and no keys.
fn mismatch(of: &Struct, ty: Type, found: Value<'_>, path: &Path) -> String {
    let word = match found {
        Value::Null => "null".into(),
        Value::Bool(_) => "bool".into(),
        Value::Number(text) if matches!(ty, Type::Int32 | Type::Int64 | Type::IntOrString) => {
            format!("number {text}")
        }
        Value::Number(_) => "number".into(),
        Value::String(_) => "string".into(),
        Value::Sequence(_) => "array".into(),
        Value::Mapping(_) => "object".into(),
    };
    let mut fields = String::new();
    for step in &path.to_field().0 {
        if let Segment::Field(name) = step {
            fields.push('.');
            fields.push_str(name);
        }
    }
    format!("json: cannot unmarshal {word} into Go struct field {}{fields} of type {}", of.name, ty.go())
}

/// A path as the strict decoder prints it: map keys after a dot like fields.
fn dotted(field: &FieldPath) -> String {
    let mut out = String::new();
    for step in &field.0 {
        match step {
            Segment::Index(at) => out.push_str(&format!("[{at}]")),
            Segment::Field(name) | Segment::Key(name) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(name);
            }
        }
    }
    out
}

/// Keys that go-yaml finds already set, in its order: inner ones first. Merged keys count too.
fn doubled(text: &Text, node: NodeId, out: &mut Vec<Fault>) {
    let mut steps = Vec::new();
    descend(text, node, &mut steps, out);
}

fn descend(text: &Text, node: NodeId, steps: &mut Vec<Segment>, out: &mut Vec<Fault>) {
    let tree = text.tree;
    for (at, item) in tree.items(node).iter().enumerate() {
        steps.push(Segment::Index(u32::try_from(at).unwrap_or(u32::MAX)));
        descend(text, *item, steps, out);
        steps.pop();
    }
    let mut seen = BTreeSet::new();
    for entry in tree.entries(node) {
        let name = tree.as_str(entry.key).unwrap_or_default();
        steps.push(Segment::Field(name.into()));
        descend(text, entry.value, steps, out);
        if !seen.insert(name) && out.len() < MOST {
            let line = text.line(start(text, entry));
            out.push(Fault {
                kind: FaultKind::DoubledYaml,
                field: FieldPath(steps.clone()),
                message: format!("line {line}: key {} already set in map", go_key(tree, entry.key)),
                node: entry.key,
            });
        }
        steps.pop();
    }
}

/// Where the value of an entry starts for go-yaml: at its anchor or tag, if it has one.
fn start(text: &Text, entry: &Entry) -> u32 {
    let (key, value) = (text.tree.span(entry.key), text.tree.span(entry.value));
    let between = text.text.get(key.end as usize..value.start as usize).unwrap_or_default();
    let mut at = key.end;
    for line in between.split_inclusive('\n') {
        let said = line.trim_start_matches([' ', '\t', ':', '\r', '\n']);
        if said.starts_with(['&', '!']) {
            return at + u32::try_from(line.len() - said.len()).unwrap_or_default();
        }
        at += u32::try_from(line.len()).unwrap_or_default();
    }
    value.start
}

/// A key as Go shows it: numbers and booleans were not yet strings when go-yaml met them.
fn go_key(tree: &Tree, key: NodeId) -> String {
    let text = tree.as_str(key).unwrap_or_default();
    let plain = tree.node(key).style == Style::Plain;
    let other = matches!(text, "true" | "false") || text.parse::<i64>().is_ok();
    if plain && other { text.into() } else { quote(text) }
}
