//! Fields dropped, retyped, misplaced, misspelled, doubled.

use super::{Case, Mutation, mapping, place};
use crate::oracle::pools;
use crate::oracle::random::Random;
use crate::oracle::text::{Node, map, quoted, raw};

pub const ALL: &[(usize, &str, Mutation)] = &[
    (4, "drop", drop_entry),
    (8, "retype", retype),
    (3, "wrap", wrap),
    (3, "unwrap", unwrap),
    (5, "misplace", misplace),
    (5, "unknown", unknown),
    (5, "misspell", misspell),
    (5, "double", double),
    (2, "double-json", double_json),
    (3, "empty", empty),
    (2, "repeat", repeat),
    (2, "swap", swap),
    (2, "deepen", deepen),
];

fn not_type_meta(key: &str) -> bool {
    !matches!(key, "apiVersion" | "kind")
}

fn any_entry(
    random: &mut Random,
    case: &mut Case,
    change: impl FnOnce(&mut Random, &mut Vec<(String, Node)>, usize),
) -> bool {
    let Some(entries) = mapping(random, &mut case.object, &|_| true) else {
        return false;
    };
    let at = random.below(entries.len());
    match entries.get(at) {
        Some((key, _)) if not_type_meta(key) => {
            change(random, entries, at);
            true
        }
        _ => false,
    }
}

fn any_value(random: &mut Random, case: &mut Case, change: impl FnOnce(&mut Random, &mut Node)) -> bool {
    let Some(path) = place(random, &case.object, &|key, _| not_type_meta(key)) else {
        return false;
    };
    if path.is_empty() {
        return false;
    }
    case.object.at(&path).map(|it| change(random, it)).is_some()
}

fn drop_entry(random: &mut Random, case: &mut Case) -> bool {
    any_entry(random, case, |_, entries, at| {
        entries.remove(at);
    })
}

fn retype(random: &mut Random, case: &mut Case) -> bool {
    any_value(random, case, |random, it| {
        *it = match random.below(14) {
            0 => raw("80"),
            1 => raw("1.5"),
            2 => raw("true"),
            3 => raw("null"),
            4 => quoted("text"),
            5 => Node::Map(Vec::new()),
            6 => Node::List(Vec::new()),
            7 => Node::List(vec![Node::Map(Vec::new())]),
            8 => Node::List(vec![raw("a"), raw("b")]),
            9 => map([("a", raw("b"))]),
            10 => Node::List(vec![Node::List(vec![raw("x")])]),
            11 => Node::List(vec![raw("null")]),
            12 => quoted(""),
            _ => raw("123456789012345678901"),
        }
    })
}

fn wrap(random: &mut Random, case: &mut Case) -> bool {
    any_value(random, case, |random, it| {
        let inner = std::mem::replace(it, raw("null"));
        *it = if random.percent(70) {
            Node::List(vec![inner])
        } else {
            map([(random.pick(pools::FIELDS), inner)])
        };
    })
}

fn unwrap(random: &mut Random, case: &mut Case) -> bool {
    let Some(path) =
        place(random, &case.object, &|_, it| matches!(it, Node::List(items) if !items.is_empty()))
    else {
        return false;
    };
    let Some(slot) = case.object.at(&path) else {
        return false;
    };
    if let Node::List(items) = slot {
        *slot = items.swap_remove(0);
    }
    true
}

/// An entry moves into another mapping.
fn misplace(random: &mut Random, case: &mut Case) -> bool {
    let mut taken = None;
    any_entry(random, case, |_, entries, at| taken = Some(entries.remove(at)));
    let Some(entry) = taken else { return false };
    if let Some(entries) = mapping(random, &mut case.object, &|_| true) {
        let at = random.below(entries.len() + 1);
        entries.insert(at, entry);
    }
    true
}

fn unknown(random: &mut Random, case: &mut Case) -> bool {
    let value = match random.below(5) {
        0 => raw("x"),
        1 => Node::Map(Vec::new()),
        2 => map([("app", raw("web"))]),
        3 => Node::List(vec![map([("port", raw("80"))])]),
        _ => raw("80"),
    };
    let Some(entries) = mapping(random, &mut case.object, &|_| true) else {
        return false;
    };
    let key = random.pick(pools::FIELDS).to_string();
    let at = random.below(entries.len() + 1);
    // A doubled key is another mutation.
    let fresh = entries.iter().all(|it| it.0 != key);
    if fresh {
        entries.insert(at, (key, value));
    }
    fresh
}

fn misspell(random: &mut Random, case: &mut Case) -> bool {
    any_entry(random, case, |random, entries, at| {
        let Some((key, _)) = entries.get_mut(at) else {
            return;
        };
        let (first, rest) = key.split_at(key.chars().next().map_or(0, char::len_utf8));
        *key = match random.below(8) {
            0 => format!("{}{rest}", first.to_uppercase()),
            1 => key.to_lowercase(),
            2 => key.to_uppercase(),
            3 => format!("{key}s"),
            4 => key.strip_suffix('s').map_or_else(|| format!("{key}x"), str::to_string),
            5 => key
                .chars()
                .flat_map(|c| if c.is_uppercase() { vec!['_', c.to_ascii_lowercase()] } else { vec![c] })
                .collect(),
            6 => format!("\"{} \"", key.trim_matches('"')),
            _ => format!("{rest}{first}"),
        };
    })
}

fn double(random: &mut Random, case: &mut Case) -> bool {
    any_entry(random, case, |random, entries, at| {
        let Some(entry) = entries.get(at).cloned() else {
            return;
        };
        let value = match random.below(6) {
            0 | 1 => entry.1,
            2 => raw("null"),
            3 | 4 => lesser(random, entry.1),
            _ => entries.get(random.below(entries.len())).map_or(raw("x"), |it| it.1.clone()),
        };
        let to = random.below(entries.len() + 1);
        entries.insert(to, (entry.0, value));
        if random.percent(20) {
            let again = entries[to].clone();
            entries.push(again);
        }
    })
}

/// The value with something in it gone or null.
fn lesser(random: &mut Random, mut value: Node) -> Node {
    let Some(path) = place(random, &value, &|_, _| true) else { return value };
    match value.at(&path) {
        Some(Node::Map(entries)) if !entries.is_empty() => drop(entries.remove(random.below(entries.len()))),
        Some(Node::List(items)) if !items.is_empty() => drop(items.remove(random.below(items.len()))),
        Some(other) => *other = raw(random.pick(&["null", "[]", "{}", "\"x\"", "8080"])),
        None => {}
    }
    value
}

/// JSON with a field twice: Go decodes the second into what the first left.
fn double_json(random: &mut Random, case: &mut Case) -> bool {
    case.layout.json = true;
    double(random, case)
}

fn empty(random: &mut Random, case: &mut Case) -> bool {
    any_value(random, case, |random, it| {
        *it = match it {
            Node::List(_) if random.percent(60) => Node::List(Vec::new()),
            Node::Map(_) if random.percent(60) => Node::Map(Vec::new()),
            Node::Raw(_) if random.percent(60) => quoted(""),
            _ => raw(random.pick(&["", "null", "~"])),
        }
    })
}

fn repeat(random: &mut Random, case: &mut Case) -> bool {
    let Some(path) = place(random, &case.object, &|_, it| matches!(it, Node::List(_))) else {
        return false;
    };
    let Some(Node::List(items)) = case.object.at(&path) else {
        return false;
    };
    let item = match random.below(4) {
        0 => Node::Map(Vec::new()),
        1 => raw("null"),
        _ => items.first().cloned().unwrap_or(raw("x")),
    };
    let at = random.below(items.len() + 1);
    items.insert(at, item);
    true
}

fn swap(random: &mut Random, case: &mut Case) -> bool {
    let Some(first) = place(random, &case.object, &|key, _| not_type_meta(key) && !key.is_empty()) else {
        return false;
    };
    let Some(value) = case.object.at(&first).map(|it| it.clone()) else {
        return false;
    };
    any_value(random, case, |_, it| *it = value)
}

/// A field's value moves one mapping down, under its own name.
fn deepen(random: &mut Random, case: &mut Case) -> bool {
    any_entry(random, case, |_, entries, at| {
        let Some((key, value)) = entries.get_mut(at) else {
            return;
        };
        let inner = std::mem::replace(value, raw("null"));
        *value = Node::Map(vec![(key.clone(), inner)]);
    })
}
