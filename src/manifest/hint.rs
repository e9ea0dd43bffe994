//! Advice of our own on what the server says, and repairs.
//!
//! A fix is safe where only one reading of the mistake exists; where there are two, or where it
//! decides who may connect, it is not.

mod rules;
mod types;
mod unknown;

use super::Object;
use super::schema::{NETWORK_POLICY, Struct};
use super::strict::{Fault, FaultKind};
use super::validate::{Error, Warning};
use crate::diagnostic::{Fix, Step};
use crate::field::{FieldPath, Segment};
use crate::syntax::{NodeId, Tree, Value, edit};
use serde_json::Value as Json;

/// What advice is asked on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject<'a> {
    /// The API version is not served.
    Unserved {
        /// Whether nothing else would be wrong in the version that is.
        sound: bool,
    },
    /// The object's shape is wrong.
    Fault(&'a Fault),
    /// A rule is broken.
    Error(&'a Error),
    /// The server would warn.
    Warning(&'a Warning),
}

/// Advice, as far as there is some.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Hint {
    /// What to do.
    pub(super) help: Option<String>,
    /// Ways to do it.
    pub(super) fixes: Vec<Fix>,
}

/// The advice on a subject.
pub(super) fn hint(subject: &Subject, object: &Object, tree: &Tree) -> Hint {
    let cx = Cx { object, tree };
    match subject {
        Subject::Unserved { sound } => unserved(&cx, *sound),
        Subject::Fault(fault) => match fault.kind {
            FaultKind::Type => types::hint(&cx, fault),
            FaultKind::Unknown => unknown::hint(&cx, fault),
            FaultKind::Doubled | FaultKind::DoubledYaml => {
                Hint::help("keep one of the two: other clients than kubectl take the last")
            }
        },
        Subject::Error(error) => rules::error(&cx, error),
        Subject::Warning(warning) => rules::warning(&cx, warning),
    }
}

fn unserved(cx: &Cx, sound: bool) -> Hint {
    let hint = Hint::help("NetworkPolicy is served as `networking.k8s.io/v1` only");
    if !sound {
        return hint;
    }
    let mut steps = Vec::new();
    for (field, right, written) in [
        ("apiVersion", super::judge::SERVED, &cx.object.api_version),
        ("kind", "NetworkPolicy", &cx.object.kind),
    ] {
        if written != right {
            steps.push(cx.set(FieldPath::root().field(field), right));
        }
    }
    let title = format!("write `{} NetworkPolicy`", super::judge::SERVED);
    hint.with(Fix::safe(title, steps))
}

impl Hint {
    fn help(text: impl Into<String>) -> Self {
        Self { help: Some(text.into()), fixes: Vec::new() }
    }

    fn with(mut self, fix: Fix) -> Self {
        if !fix.steps.is_empty() {
            self.fixes.push(fix);
        }
        self
    }
}

/// The object that advice is about.
struct Cx<'a> {
    object: &'a Object,
    tree: &'a Tree,
}

impl Cx<'_> {
    /// The node at a path, if the whole path is written.
    fn node(&self, at: &FieldPath) -> Option<NodeId> {
        let found = self.tree.find(self.object.root, at);
        found.whole.then_some(found.node)
    }

    /// Whether something is written at a path.
    fn has(&self, at: &FieldPath) -> bool {
        self.node(at).is_some()
    }

    fn value(&self, at: &FieldPath) -> Value<'_> {
        self.node(at).map_or(Value::Null, |it| self.tree.node(it).value)
    }

    fn text(&self, at: &FieldPath) -> Option<&str> {
        self.node(at).and_then(|it| self.tree.as_str(it))
    }

    /// The keys written in the mapping at a path.
    fn keys(&self, at: &FieldPath) -> Vec<&str> {
        let entries = self.node(at).map_or(&[][..], |it| self.tree.entries(it));
        entries.iter().filter_map(|it| self.tree.as_str(it.key)).collect()
    }

    /// How many items the list at a path has.
    fn count(&self, at: &FieldPath) -> usize {
        self.node(at).map_or(0, |it| self.tree.items(it).len())
    }

    /// What is written at a path, as JSON.
    fn json(&self, at: &FieldPath) -> Json {
        self.node(at).map_or(Json::Null, |it| edit::to_json(self.tree, it))
    }

    fn set(&self, at: FieldPath, value: impl Into<Json>) -> Step {
        Step::Set { object: self.object.id, at, value: value.into() }
    }

    fn remove(&self, at: FieldPath) -> Step {
        Step::Remove { object: self.object.id, at }
    }

    fn rename(&self, at: FieldPath, to: &str) -> Step {
        Step::Rename { object: self.object.id, at, to: to.into() }
    }

    fn shift(&self, from: FieldPath, to: FieldPath) -> Step {
        Step::Move { object: self.object.id, from, to }
    }
}

/// The name a path ends with.
fn last(path: &FieldPath) -> &str {
    match path.0.last() {
        Some(Segment::Field(name) | Segment::Key(name)) => name,
        _ => "",
    }
}

/// The struct whose fields stand beside the one at `path`.
fn beside(path: &FieldPath) -> Option<&'static Struct> {
    NETWORK_POLICY.within(&path.parent())
}

/// `a`, `b` and `c`.
fn listed<'t>(names: impl IntoIterator<Item = &'t str>) -> String {
    let mut names: Vec<String> = names.into_iter().map(|it| format!("`{it}`")).collect();
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}
