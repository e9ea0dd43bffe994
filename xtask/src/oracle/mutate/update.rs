//! Updates: the object before, and what must not change between the two.

use super::values::any_cidr;
use super::{Case, Mutation, place};
use crate::oracle::pools;
use crate::oracle::random::Random;
use crate::oracle::text::{Node, map, quoted, raw};

pub const ALL: &[(usize, &str, Mutation)] = &[
    (6, "update", update),
    (4, "update-keeps-cidr", keeps_cidr),
    (3, "update-keeps-label", keeps_label),
    (5, "update-metadata", metadata),
];

/// The stored form of the object as it is now; later mutations change the new one alone.
fn store(case: &mut Case) -> bool {
    if case.old.is_some() {
        return false;
    }
    let mut old = case.object.clone();
    let Some(stored @ Node::Map(_)) = old.get("metadata") else {
        return false;
    };
    stored.set("uid", raw("3f1c0f8e-0000-4000-8000-000000000001"));
    stored.set("resourceVersion", quoted("41"));
    stored.set("generation", raw("2"));
    stored.set("creationTimestamp", quoted("2024-01-02T03:04:05Z"));
    case.old = Some(old);
    true
}

fn update(_: &mut Random, case: &mut Case) -> bool {
    store(case)
}

/// A CIDR that today's server may refuse stands in the old object, and perhaps in the new one.
fn keeps_cidr(random: &mut Random, case: &mut Case) -> bool {
    let Some(path) = place(random, &case.object, &|key, _| key == "cidr") else {
        return false;
    };
    let lax = [
        "10.0.0.1/8",
        "010.0.0.0/8",
        "::ffff:10.0.0.0/104",
        "10.0.0.0/08",
        "fd00::1/64",
        "FD00::/8",
        "bad",
        "10.0.0.0",
    ];
    let value = if random.percent(80) { random.pick(&lax).to_string() } else { any_cidr(random) };
    if let Some(slot) = case.object.at(&path) {
        *slot = raw(format!("\"{value}\""));
    }
    if !store(case) {
        return false;
    }
    if random.percent(50) {
        // The same value elsewhere, or another one in the same place.
        let other = if random.percent(50) { value } else { random.pick(&lax).to_string() };
        let found = place(random, &case.object, &|key, _| key == "cidr").unwrap_or(path);
        if let Some(slot) = case.object.at(&found) {
            *slot = raw(format!("\"{other}\""));
        }
        if random.percent(40)
            && let Some((_, block)) = found.split_last()
            && let Some(block) = case.object.at(block)
        {
            block.set("cidr", raw("\"10.0.0.0/8\""));
            block.set("except", Node::List(vec![raw(format!("\"{other}\""))]));
        }
    }
    true
}

/// A label value that is not valid stands in a selector of the old object, and perhaps of the new.
fn keeps_label(random: &mut Random, case: &mut Case) -> bool {
    let selectors = |key: &str, it: &Node| {
        matches!(key, "podSelector" | "namespaceSelector") && matches!(it, Node::Map(_))
    };
    let bad = |random: &mut Random| {
        map([(
            "matchExpressions",
            Node::List(vec![map([
                ("key", raw("app")),
                ("operator", raw("In")),
                ("values", Node::List(vec![raw(random.pick(pools::VALUES))])),
            ])]),
        )])
    };
    let Some(path) = place(random, &case.object, &selectors) else {
        return false;
    };
    let value = bad(random);
    if let Some(slot) = case.object.at(&path) {
        *slot = value;
    }
    if !store(case) {
        return false;
    }
    if random.percent(60) {
        let Some(path) = place(random, &case.object, &selectors) else {
            return true;
        };
        let value = bad(random);
        if let Some(slot) = case.object.at(&path) {
            *slot = value;
        }
    }
    true
}

/// Metadata of one of the two is changed.
fn metadata(random: &mut Random, case: &mut Case) -> bool {
    if case.old.is_none() && !store(case) {
        return false;
    }
    let (key, value) = match random.below(12) {
        0 => ("name", raw(random.pick(&["other", "Bad", "\"\"", "~"]))),
        1 => ("namespace", raw(random.pick(&["other", "Bad", "\"\"", "~"]))),
        2 => ("uid", raw(random.pick(&["other", "\"\"", "~"]))),
        3 => ("creationTimestamp", quoted(random.pick(&["2024-01-02T03:04:05Z", "2025-01-02T03:04:05Z"]))),
        4 => ("deletionTimestamp", quoted(random.pick(&["2024-01-02T03:04:05Z", "2025-01-02T03:04:05Z"]))),
        5 => ("deletionGracePeriodSeconds", raw(random.pick(&["0", "30", "-1", "~"]))),
        6 => ("generation", raw(random.pick(&["0", "1", "2", "3"]))),
        7 => ("resourceVersion", raw(random.pick(&["\"41\"", "\"\"", "~"]))),
        8 => (
            "finalizers",
            Node::List(vec![raw(random.pick(&["example.com/a", "example.com/b", "orphan", "plain"]))]),
        ),
        9 => ("generateName", raw(random.pick(&["web-", "Bad-", "other-"]))),
        10 => ("labels", map([("a", raw(random.pick(pools::VALUES)))])),
        _ => ("managedFields", Node::List(vec![map([("operation", raw(random.pick(&["Update", "Bad"])))])])),
    };
    let in_old = random.percent(40);
    let target = if in_old { case.old.as_mut() } else { Some(&mut case.object) };
    match target.and_then(|it| it.get("metadata")) {
        Some(metadata @ Node::Map(_)) => {
            metadata.set(key, value);
            true
        }
        _ => false,
    }
}
