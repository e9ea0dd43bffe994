//! One mutation each: a policy becomes something the server may judge otherwise.
//!
//! Every mutation takes the case as it is and says whether it found a place; what it does there
//! depends on the random stream alone.

mod dialect;
mod metadata;
mod structure;
mod update;
mod values;

use super::policy;
use super::random::Random;
use super::text::{Layout, Node, Path, render};
use serde_json::{Value, json};

/// A policy on its way to become a question.
pub struct Case {
    /// The object.
    pub object: Node,
    /// The object before an update.
    pub old: Option<Node>,
    /// How the object is written.
    pub layout: Layout,
    /// What is done to its text at the end.
    pub edits: Vec<fn(&mut Random, &mut String)>,
}

type Mutation = fn(&mut Random, &mut Case) -> bool;

/// Every mutation: its share, its name and itself.
fn mutations() -> Vec<(usize, &'static str, Mutation)> {
    [structure::ALL, values::ALL, metadata::ALL, dialect::ALL, update::ALL].concat()
}

/// The question of a seed, and the names of the mutations in it.
pub fn question(seed: u64) -> (Value, Vec<&'static str>) {
    let mut random = Random::new(seed);
    let object = if random.percent(60) { policy::usual(&mut random) } else { policy::rich(&mut random) };
    let layout = Layout {
        json: false,
        indented_lists: random.percent(50),
        flow: random.pick(&[&0, &0, &0, &10, &100]).to_owned(),
        comments: random.pick(&[&0, &0, &5]).to_owned(),
    };
    let mut case = Case { object, old: None, layout, edits: Vec::new() };
    let table = mutations();
    let total: usize = table.iter().map(|it| it.0).sum();
    let wanted = random.pick(&[&1, &1, &1, &1, &1, &2, &2, &3]).to_owned();
    let mut names = Vec::new();
    for _ in 0..40 {
        if names.len() == wanted {
            break;
        }
        let mut drawn = random.below(total);
        let chosen = table.iter().find(|it| {
            let here = drawn < it.0;
            drawn = drawn.wrapping_sub(it.0);
            here
        });
        if let Some((_, name, mutation)) = chosen
            && mutation(&mut random, &mut case)
        {
            names.push(*name);
        }
    }
    (finish(&mut random, seed, &case), names)
}

fn finish(random: &mut Random, seed: u64, case: &Case) -> Value {
    let mut text = render(&case.object, &case.layout, random);
    for edit in &case.edits {
        edit(random, &mut text);
    }
    let mut question = json!({"id": seed.to_string(), "text": text});
    if let Some(old) = &case.old {
        question["old"] = render(old, &Layout::default(), random).into();
    }
    question
}

/// One of the paths to nodes that `wanted` accepts by key.
fn place(random: &mut Random, node: &Node, wanted: &dyn Fn(&str, &Node) -> bool) -> Option<Path> {
    let mut paths = node.paths(wanted);
    (!paths.is_empty()).then(|| paths.swap_remove(random.below(paths.len())))
}

/// Puts a value where one of the named fields stands.
fn replace(random: &mut Random, case: &mut Case, keys: &[&str], value: Node) -> bool {
    let Some(path) = place(random, &case.object, &|key, _| keys.contains(&key)) else {
        return false;
    };
    case.object.at(&path).map(|slot| *slot = value).is_some()
}

/// A mapping of the object, of those that `wanted` accepts by key, and where it is.
fn mapping<'a>(
    random: &mut Random,
    node: &'a mut Node,
    wanted: &dyn Fn(&str) -> bool,
) -> Option<&'a mut Vec<(String, Node)>> {
    let path = place(random, node, &|key, it| matches!(it, Node::Map(_)) && wanted(key))?;
    match node.at(&path) {
        Some(Node::Map(entries)) => Some(entries),
        _ => None,
    }
}
