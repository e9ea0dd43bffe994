//! Names, labels, annotations, owners, finalizers, managed fields and what the server fills in.

use super::{Case, Mutation};
use crate::oracle::pools;
use crate::oracle::random::Random;
use crate::oracle::text::{Node, map, quoted, raw};

pub const ALL: &[(usize, &str, Mutation)] = &[
    (3, "name", name),
    (3, "generate-name", generate_name),
    (3, "namespace", namespace),
    (3, "annotations", annotations),
    (4, "owners", owners),
    (3, "finalizers", finalizers),
    (4, "managed-fields", managed_fields),
    (3, "system-fields", system_fields),
    (2, "api-version", api_version),
    (1, "metadata-shape", shape),
];

fn set(case: &mut Case, key: &str, value: Node) -> bool {
    match case.object.get("metadata") {
        Some(metadata @ Node::Map(_)) => {
            metadata.set(key, value);
            true
        }
        _ => false,
    }
}

fn name(random: &mut Random, case: &mut Case) -> bool {
    set(case, "name", raw(random.pick(pools::NAMES)))
}

fn generate_name(random: &mut Random, case: &mut Case) -> bool {
    let Some(Node::Map(entries)) = case.object.get("metadata") else {
        return false;
    };
    if random.percent(60) {
        entries.retain(|it| it.0 != "name");
    }
    let value = if random.percent(50) {
        random.pick(&["web-", "web.", "Web-", "-", "web--", "a.b-", "_"])
    } else {
        random.pick(pools::NAMES)
    };
    set(case, "generateName", raw(value))
}

fn namespace(random: &mut Random, case: &mut Case) -> bool {
    set(case, "namespace", raw(random.pick(pools::NAMES)))
}

fn annotations(random: &mut Random, case: &mut Case) -> bool {
    let value = match random.below(10) {
        0 => quoted(&"x".repeat(262_144 - 1)),
        1 => quoted(&"x".repeat(262_145)),
        2 => raw(random.pick(&["~", "5", "yes", "[]", "{}"])),
        _ => quoted("any text: <b>\n"),
    };
    let key = if matches!(value, Node::Raw(ref text) if text.len() > 1000) {
        "a"
    } else {
        random.pick(pools::KEYS)
    };
    set(case, "annotations", map([(key, value)]))
}

fn owners(random: &mut Random, case: &mut Case) -> bool {
    let count = 1 + random.below(3);
    let items = (0..count)
        .map(|at| {
            let mut owner = map([
                ("apiVersion", raw("apps/v1")),
                ("kind", raw("Deployment")),
                ("name", raw("web")),
                ("uid", quoted(&format!("u-{at}"))),
            ]);
            match random.below(9) {
                0 => owner.set(
                    "apiVersion",
                    raw(random.pick(&["v1", "\"\"", "a/b/c", "/v1", "apps/", "~", "\"/\"", "v1/"])),
                ),
                1 => owner.set("kind", raw(random.pick(&["\"\"", "~", "Event", "deployment"]))),
                2 => owner.set("name", raw(random.pick(&["\"\"", "~", "5"]))),
                3 => owner.set("uid", raw(random.pick(&["\"\"", "~", "5", "yes"]))),
                4 => {
                    owner = map([
                        ("apiVersion", raw("v1")),
                        ("kind", raw("Event")),
                        ("name", raw("x")),
                        ("uid", raw("u")),
                    ])
                }
                5 => owner = raw(random.pick(&["~", "{}", "x"])),
                _ => {}
            }
            if matches!(owner, Node::Map(_)) && random.percent(55) {
                owner
                    .set("controller", raw(random.pick(&["true", "true", "true", "false", "~", "\"true\""])));
            }
            if matches!(owner, Node::Map(_)) && random.percent(25) {
                owner.set("blockOwnerDeletion", raw(random.pick(&["true", "false", "~", "1"])));
            }
            owner
        })
        .collect();
    set(case, "ownerReferences", Node::List(items))
}

fn finalizers(random: &mut Random, case: &mut Case) -> bool {
    let words = [
        "example.com/done",
        "orphan",
        "foregroundDeletion",
        "kubernetes",
        "plain",
        "\"\"",
        "\"a/\"",
        "\"a b/c\"",
        "a/b/c",
        "~",
        "5",
        "-a",
        "\"\u{e9}\"",
        "Example.com/x",
    ];
    let items = if random.percent(20) {
        vec![raw("orphan"), raw("foregroundDeletion")]
    } else {
        (0..=random.below(2)).map(|_| raw(random.pick(&words))).collect()
    };
    set(case, "finalizers", Node::List(items))
}

fn managed_fields(random: &mut Random, case: &mut Case) -> bool {
    let mut entry = map([
        ("manager", raw("kubectl")),
        ("operation", raw("Update")),
        ("apiVersion", raw("networking.k8s.io/v1")),
        ("fieldsType", raw("FieldsV1")),
        ("fieldsV1", raw("{\"f:spec\": {}}")),
    ]);
    let long = "m".repeat(129);
    let path = "s".repeat(257);
    match random.below(10) {
        0 => entry.set("operation", raw(random.pick(&["\"\"", "~", "apply", "Delete", "5"]))),
        1 => entry.set("fieldsType", raw(random.pick(&["\"\"", "~", "FieldsV2", "fieldsv1"]))),
        2 => entry.set(
            "manager",
            quoted(random.pick(&["", "tab\there", "nl\n", "m\u{e9}", long.as_str(), "\u{200b}", "a\u{ad}b"])),
        ),
        3 => entry.set("subresource", quoted(random.pick(&["", "status", path.as_str()]))),
        4 => entry.set("time", raw(random.pick(pools::TIMES))),
        5 => entry.set("fieldsV1", raw(random.pick(&["~", "x", "[]", "{}", "{\"f:spec\": 5}"]))),
        6 => entry.set("apiVersion", raw(random.pick(&["\"\"", "~", "v9", "5"]))),
        7 => entry = raw(random.pick(&["~", "{}", "x"])),
        8 => entry.set("surprise", raw("x")),
        _ => {}
    }
    set(case, "managedFields", Node::List(vec![entry]))
}

fn system_fields(random: &mut Random, case: &mut Case) -> bool {
    let (key, value) = match random.below(7) {
        0 => ("creationTimestamp", random.pick(pools::TIMES)),
        1 => ("deletionTimestamp", random.pick(pools::TIMES)),
        2 => ("deletionGracePeriodSeconds", random.pick(pools::NUMBERS)),
        3 => ("generation", random.pick(pools::NUMBERS)),
        4 => ("uid", random.pick(&["abc", "\"\"", "~", "5", "yes"])),
        5 => ("resourceVersion", random.pick(&["\"1\"", "\"\"", "~", "5", "\"x\""])),
        _ => ("selfLink", random.pick(&["/x", "~", "5"])),
    };
    set(case, key, raw(value))
}

fn api_version(random: &mut Random, case: &mut Case) -> bool {
    let value = random.pick(&[
        "networking.k8s.io/v1beta1",
        "extensions/v1beta1",
        "networking.k8s.io/V1",
        "Networking.k8s.io/v1",
        "networking.k8s.io/v2",
    ]);
    case.object.set("apiVersion", raw(value));
    true
}

fn shape(random: &mut Random, case: &mut Case) -> bool {
    let value = random.pick(&["~", "{}", "[]", "x", "5", "[{}]", "[name]"]);
    case.object.set("metadata", raw(value));
    true
}
