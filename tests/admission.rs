//! Admission decisions as an engine sees them: JSON in, JSON out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use netpol::admission::{ENTRYPOINTS, kubewarden, opa};
use serde_json::{Value, json};

/// A policy that says it restricts, and lets every pod reach the metadata service.
fn restrict_metadata() -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "restrict-metadata-service", "namespace": "app"},
        "spec": {
            "podSelector": {},
            "policyTypes": ["Egress"],
            "egress": [{"to": [{"ipBlock": {"cidr": "169.254.169.254/32"}}]}],
        },
    })
}

fn default_deny() -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "default-deny", "namespace": "app"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"]},
    })
}

fn request(operation: &str, object: &Value, old: &Value) -> Value {
    json!({"uid": "u1", "operation": operation, "namespace": "app", "object": object, "oldObject": old})
}

fn create(object: &Value) -> Value {
    json!({"kind": "AdmissionReview", "request": request("CREATE", object, &Value::Null)})
}

fn ask(entrypoint: &str, input: &Value, options: Value) -> Value {
    let data = json!({"netpol": {"options": options}}).to_string();
    serde_json::from_str(&opa(entrypoint, &input.to_string(), &data).unwrap()).unwrap()
}

fn decide(input: &Value, options: Value) -> Value {
    ask("netpol/admission", input, options)["response"].clone()
}

fn validate(object: &Value, settings: Value) -> Value {
    let payload = json!({"request": request("CREATE", object, &Value::Null), "settings": settings});
    serde_json::from_str(&kubewarden("validate", &payload.to_string()).unwrap()).unwrap()
}

fn messages(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|entry| entry["msg"].as_str().unwrap()).collect()
}

#[test]
fn a_policy_that_contradicts_its_name_is_denied() {
    let response = decide(&create(&restrict_metadata()), Value::Null);
    assert_eq!((&response["uid"], &response["allowed"]), (&json!("u1"), &json!(false)));
    assert_eq!(response["status"]["code"], 403);
    let message = response["status"]["message"].as_str().unwrap();
    assert!(message.contains("effect-contradicts-name"), "{message}");
}

#[test]
fn a_default_deny_that_comes_before_its_dns_policy_passes() {
    let response = decide(&create(&default_deny()), Value::Null);
    assert_eq!(response["allowed"], true, "{response}");
    let warnings = response["warnings"].as_array().unwrap();
    assert!(!warnings.is_empty());
    assert!(warnings.iter().all(|warning| warning.as_str().unwrap().chars().count() < 120), "{warnings:?}");
}

#[test]
fn what_only_warns_denies_where_the_settings_say_so() {
    let codes = |options| decide(&create(&default_deny()), options)["allowed"].clone();
    let lint = ask("netpol/warn", &create(&default_deny()), Value::Null)[0]["details"]["lint"].clone();
    assert_eq!((codes(json!({"deny": [lint]})), codes(json!({}))), (json!(false), json!(true)));
}

#[test]
fn an_update_is_denied_only_for_what_it_brings() {
    let same = json!({"request": request("UPDATE", &restrict_metadata(), &restrict_metadata())});
    assert_eq!(decide(&same, Value::Null)["allowed"], true);
    assert_eq!(decide(&same, json!({"existing": "deny"}))["allowed"], false);
    let mut before = restrict_metadata();
    before["spec"]["egress"] = json!([{"ports": [{"port": 443}], "to": [{"podSelector": {}}]}]);
    let worse = json!({"request": request("UPDATE", &restrict_metadata(), &before)});
    assert_eq!(decide(&worse, Value::Null)["allowed"], false);
}

/// A tenant's annotation silences nothing by default, so it must not hide what the object had either.
#[test]
fn what_was_silenced_was_there() {
    let mut old = restrict_metadata();
    for lint in ["metadata-reachable", "effect-contradicts-name"] {
        old["metadata"]["annotations"][format!("ignore.netpol/{lint}")] = json!("we know");
    }
    let mut new = old.clone();
    new["metadata"]["labels"] = json!({"owner": "somebody else"});
    let update = |suppressions: &str| {
        let review = json!({"request": request("UPDATE", &new, &old)});
        decide(&review, json!({"suppressions": suppressions}))["allowed"] == true
    };
    assert!(["none", "settings", "annotations"].into_iter().all(update));
}

/// A known finding stays one where its rule or peer moves: taking another one away must never be
/// what denies.
#[test]
fn what_moves_in_a_list_is_not_new() {
    let db = json!({"ports": [{"port": 5432}], "to": [{"podSelector": {"matchLabels": {"app": "db"}}}]});
    let metadata = json!({"ipBlock": {"cidr": "169.254.169.254/32"}});
    let policy = |rules: Value| {
        let mut policy = default_deny();
        policy["spec"]["egress"] = rules;
        policy
    };
    let update = |old: Value, new: Value| {
        let review = json!({"request": request("UPDATE", &policy(new), &policy(old))});
        decide(&review, Value::Null)["allowed"] == true
    };
    let wide = |peers: Value| json!({"ports": [{"port": 80}], "to": peers});
    let reached = wide(json!([metadata]));
    // Where nothing was known, the rule denies.
    assert!(!update(json!([db]), json!([db, reached])));
    // It gets another place by what goes and by what comes.
    assert!(update(json!([db, reached]), json!([reached])));
    assert!(update(json!([reached]), json!([db, reached])));
    // So does a peer within its rule.
    let peer = &db["to"][0];
    assert!(update(json!([wide(json!([peer, metadata]))]), json!([wide(json!([metadata]))])));
    assert!(update(json!([wide(json!([metadata]))]), json!([db, wide(json!([peer, metadata]))])));
    // On more ports it is another rule, and so is another block.
    let mut wider = reached.clone();
    wider["ports"] = json!([{"port": 80}, {"port": 443}]);
    assert!(!update(json!([db, reached]), json!([wider])));
    let around = wide(json!([{"ipBlock": {"cidr": "169.254.0.0/16"}}]));
    assert!(!update(json!([db, reached]), json!([around])));
}

#[test]
fn taking_an_object_away_is_never_denied() {
    let gone = json!({"request": request("DELETE", &Value::Null, &restrict_metadata())});
    assert_eq!(decide(&gone, json!({"existing": "deny"}))["allowed"], true);
    let mut status = request("UPDATE", &restrict_metadata(), &default_deny());
    status["subResource"] = json!("status");
    assert_eq!(decide(&json!({"request": status}), Value::Null)["allowed"], true);
}

#[test]
fn what_is_deleted_may_lose_its_finalizers_and_gain_nothing() {
    let terminating = |mut object: Value| {
        object["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        object["metadata"]["finalizers"] = json!(["example.com/hold"]);
        object
    };
    let old = terminating(restrict_metadata());
    let mut released = old.clone();
    released["metadata"]["finalizers"] = json!([]);
    let strict = || json!({"existing": "deny"});
    let release = json!({"request": request("UPDATE", &released, &old)});
    assert_eq!(decide(&release, strict())["allowed"], true);
    // A policy that waits for its finalizers still lets through what it allows.
    let mut harmless = old.clone();
    harmless["spec"]["egress"] = json!([{"ports": [{"port": 443}], "to": [{"podSelector": {}}]}]);
    let worse = json!({"request": request("UPDATE", &old, &harmless)});
    assert_eq!(decide(&worse, strict())["allowed"], false);
    // Only the server says that an object is being deleted.
    let claimed = json!({"request": request("UPDATE", &old, &restrict_metadata())});
    assert_eq!(decide(&claimed, strict())["allowed"], false);
}

#[test]
fn modes_hold_by_namespace() {
    let review = create(&restrict_metadata());
    let warned = decide(&review, json!({"mode": {"*": "deny", "app": "warn"}}));
    assert_eq!(warned["allowed"], true);
    assert!(warned["warnings"][0].as_str().unwrap().contains("effect-contradicts-name"));
    let audited = decide(&review, json!({"mode": "audit"}));
    assert_eq!((&audited["allowed"], &audited["warnings"]), (&json!(true), &json!([])));
    assert!(
        audited["auditAnnotations"]["netpol.findings"].as_str().unwrap().contains("effect-contradicts-name")
    );
}

#[test]
fn an_exception_holds_until_its_day() {
    let lints: Vec<Value> = ask("netpol/deny", &create(&restrict_metadata()), Value::Null)
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["details"]["lint"].clone())
        .collect();
    let exception =
        json!([{"namespace": "app", "lints": lints, "reason": "moves next week", "until": "2026-06-30"}]);
    let allowed = |today: &str, suppressions: &str| {
        let options = json!({"exceptions": exception, "today": today, "suppressions": suppressions});
        decide(&create(&restrict_metadata()), options)["allowed"].clone()
    };
    assert_eq!(allowed("2026-06-30", "settings"), true);
    assert_eq!(allowed("2026-07-01", "settings"), false);
    assert_eq!(allowed("2026-06-30", "none"), false);
}

#[test]
fn a_tenant_silences_only_where_the_platform_lets_it() {
    let mut policy = restrict_metadata();
    for entry in ask("netpol/deny", &create(&restrict_metadata()), Value::Null).as_array().unwrap() {
        let name = format!("ignore.netpol/{}", entry["details"]["lint"].as_str().unwrap());
        policy["metadata"]["annotations"][name] = json!("wanted; until 2026-06-30");
    }
    let allowed = |options| decide(&create(&policy), options)["allowed"].clone();
    assert_eq!(allowed(json!({"today": "2026-01-01"})), false);
    assert_eq!(allowed(json!({"today": "2026-01-01", "suppressions": "annotations"})), true);
    assert_eq!(allowed(json!({"today": "2026-07-01", "suppressions": "annotations"})), false);
}

#[test]
fn every_message_ends_with_the_contact_and_says_what_to_do_early() {
    let options = json!({"contact": "ask #network"});
    for entry in ["netpol/deny", "netpol/warn", "netpol/violations"] {
        for message in messages(&ask(entry, &create(&restrict_metadata()), options.clone())) {
            assert!(message.ends_with("(ask #network)"), "{message}");
        }
    }
    let denials = ask("netpol/deny", &create(&restrict_metadata()), Value::Null);
    for (message, entry) in messages(&denials).into_iter().zip(denials.as_array().unwrap()) {
        let head: String = message.chars().take(120).collect();
        let part = |name: &str| entry["details"][name].as_str().unwrap().to_owned();
        assert!(head.contains(&part("lint")) && head.contains(&part("field")), "{message}");
        let repair: String = part("help").chars().take(20).collect();
        assert!(head.contains(&repair), "{message}");
    }
}

#[test]
fn every_shape_of_input_is_read() {
    let policy = restrict_metadata();
    let gatekeeper = json!({"review": request("CREATE", &policy, &Value::Null), "parameters": {}});
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [policy]});
    let combined = json!([{"path": "a.yaml", "contents": policy}]);
    // As the API server lists objects: the kind is the list's.
    let mut item = policy.clone();
    item.as_object_mut().unwrap().retain(|name, _| !["apiVersion", "kind"].contains(&name.as_str()));
    let typed =
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicyList", "items": [item.clone()]});
    let bare = json!({"request": request("CREATE", &policy, &Value::Null)});
    let shapes = [create(&policy), bare, gatekeeper, policy.clone(), list, typed, json!([policy]), combined];
    for input in shapes {
        let denied = ask("netpol/violations", &input, Value::Null);
        assert!(messages(&denied).iter().any(|it| it.contains("effect-contradicts-name")), "{input}");
        assert_eq!(ask("netpol/report", &input, Value::Null)["summary"]["objects"], 1);
    }
    let parameters =
        json!({"review": request("CREATE", &policy, &Value::Null), "parameters": {"mode": "warn"}});
    assert_eq!(ask("netpol/violations", &parameters, json!({"mode": "deny"})), json!([]));
}

#[test]
fn what_cannot_be_read_denies_with_a_reason() {
    let (review, none) = (create(&restrict_metadata()), Value::Null);
    for (input, options, reason) in [
        (json!(null), none.clone(), "the input must be an object or a list, not null"),
        (json!({}), none.clone(), "the input is no AdmissionReview"),
        (json!({"request": 7}), none.clone(), "`request` must be an object, not a number"),
        (json!({"request": {"operation": "CREATE"}}), none.clone(), "`request.object` is missing"),
        (json!({"request": {"operation": "PATCH"}}), none, "there is no operation `PATCH`"),
        (review, json!({"mod": "warn"}), "settings: there is no setting `mod`; did you mean `mode`?"),
    ] {
        let response = decide(&input, options);
        assert_eq!(
            (&response["allowed"], &response["status"]["code"]),
            (&json!(false), &json!(400)),
            "{input}"
        );
        let message = response["status"]["message"].as_str().unwrap();
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn wrong_types_anywhere_give_a_verdict() {
    let wrong = [json!(null), json!(7), json!("x"), json!([]), json!({}), json!([[{"a": 1}]])];
    let review = create(&restrict_metadata());
    let settings = json!({"mode": {"a": "deny"}, "exceptions": [{"lints": ["syntax"], "reason": "r"}], "assume": {"a": "b"}, "lints": {"syntax": "off"}});
    for value in &wrong {
        for input in mutations(&review, value) {
            assert!(decide(&input, Value::Null)["allowed"].is_boolean(), "{input}");
        }
        for options in mutations(&settings, value) {
            assert!(decide(&review, options.clone())["allowed"].is_boolean(), "{options}");
            let verdict: Value =
                serde_json::from_str(&kubewarden("validate_settings", &options.to_string()).unwrap())
                    .unwrap();
            assert!(verdict["valid"].is_boolean(), "{options}");
        }
    }
}

/// The value with each of its parts, in turn, replaced.
fn mutations(value: &Value, by: &Value) -> Vec<Value> {
    let mut all = vec![by.clone()];
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                all.extend(mutations(inner, by).into_iter().map(|mutated| {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), mutated);
                    Value::Object(fields)
                }));
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                all.extend(mutations(inner, by).into_iter().map(|mutated| {
                    let mut items = items.clone();
                    items[index] = mutated;
                    Value::Array(items)
                }));
            }
        }
        _ => {}
    }
    all
}

#[test]
fn lints_that_the_server_has_done_are_not_evaluated_again() {
    let mut policy = restrict_metadata();
    policy["spec"].as_object_mut().unwrap().remove("policyTypes");
    let told = |input: &Value| -> bool {
        ["netpol/deny", "netpol/warn"]
            .iter()
            .any(|entry| ask(entry, input, Value::Null).to_string().contains("\"implied-policy-types\""))
    };
    assert!(told(&policy), "a manifest");
    assert!(!told(&create(&policy)), "an object that the server has defaulted");
}

#[test]
fn what_a_server_holds_is_not_validated_again() {
    // Older servers took addresses with leading zeros, and an update of such a policy still passes.
    let strict = || json!({"kubernetes": "1.37"});
    let mut object = default_deny();
    let peers = json!([{"ipBlock": {"cidr": "010.0.0.0/8"}}, {"podSelector": {}}, {"podSelector": {}}]);
    object["spec"]["egress"] = json!([{"to": peers}]);
    let response = decide(&create(&object), strict());
    let told = response["auditAnnotations"]["netpol.findings"].as_str().unwrap();
    assert!(told.contains("redundant-rule"), "{response}");

    // Nobody has validated a manifest: nothing follows from what would be refused.
    let denied = ask("netpol/deny", &object, strict());
    let denied = messages(&denied);
    assert!(denied.iter().any(|it| it.contains("010.0.0.0/8")), "{denied:?}");

    // Nor can a server hold what does not fit its types.
    object["spec"]["egress"][0]["ports"] = json!("all");
    let response = decide(&create(&object), strict());
    let told = response["auditAnnotations"]["netpol.findings"].as_str().unwrap_or_default();
    assert!(!told.contains("redundant-rule"), "{response}");
}

#[test]
fn kubewarden_is_told_in_its_own_words() {
    let denied = validate(&restrict_metadata(), Value::Null);
    assert_eq!((&denied["accepted"], &denied["code"]), (&json!(false), &json!(403)));
    assert_eq!(validate(&default_deny(), json!({}))["accepted"], true);
    assert_eq!(kubewarden("protocol_version", "").unwrap(), "\"v1\"");
    assert_eq!(kubewarden("mutate", "{}"), None);
    let verdict: Value =
        serde_json::from_str(&kubewarden("validate_settings", r#"{"mode": 1}"#).unwrap()).unwrap();
    assert_eq!(verdict, json!({"valid": false, "message": "`mode` must be a string, not a number"}));
}

#[test]
fn call_answers_reviews_too() {
    let review = create(&restrict_metadata()).to_string();
    let answer: Value = serde_json::from_str(&netpol::call("admission", &review)).unwrap();
    assert_eq!(answer["response"]["allowed"], false);
}

#[test]
fn the_order_of_keys_changes_nothing() {
    let mut policy = restrict_metadata();
    // The one rule twice over, and what must be looked for in the text.
    policy["metadata"]["annotations"] = json!({"a": "# {{ one }}", "b": "{{ two }}"});
    policy["spec"]["egress"] = json!([policy["spec"]["egress"][0], policy["spec"]["egress"][0]]);
    let review = create(&policy);
    let (text, turned) = (review.to_string(), backwards(&review));
    assert_ne!(text, turned);
    for entrypoint in &ENTRYPOINTS[..5] {
        assert_eq!(opa(entrypoint, &text, "{}"), opa(entrypoint, &turned, "{}"));
    }
}

/// JSON text with the names of every object in reverse order.
fn backwards(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let written: Vec<String> = fields
                .iter()
                .rev()
                .map(|(name, value)| format!("{}: {}", json!(name), backwards(value)))
                .collect();
            format!("{{{}}}", written.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(backwards).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

#[test]
fn the_last_of_a_doubled_key_counts() {
    let text = create(&restrict_metadata()).to_string();
    let doubled = text.replacen("\"spec\":{", "\"spec\":{\"$patch\":\"delete\"},\"spec\":{", 1);
    let doubled = doubled.replacen("\"request\":{", "\"request\":7,\"request\":{\"uid\":\"u0\",", 1);
    assert!(doubled.len() > text.len() + 40);
    for entrypoint in &ENTRYPOINTS[..5] {
        assert_eq!(opa(entrypoint, &text, "{}"), opa(entrypoint, &doubled, "{}"));
    }
}

#[test]
fn text_that_is_no_json_is_told_with_its_place() {
    let told = |input: &str| opa("netpol/admission", input, "{}").unwrap();
    let deep = format!("{{\"request\":{{\"object\":{}", "{\"a\":".repeat(100_000));
    for (input, reason) in [
        ("", "the input is not JSON: unexpected EOF"),
        (
            "{\"request\": {\"uid\": \"1\",}}",
            "offset 25: invalid character '}' looking for beginning of object key",
        ),
        ("[] []", "offset 4: invalid character '[' after top-level value"),
        (deep.as_str(), "nested more than 128 levels deep"),
    ] {
        assert!(told(input).contains(reason), "{}", told(input));
        assert!(told(input).contains("\"allowed\":false"));
    }
}

#[test]
fn the_settings_of_the_examples_are_valid() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/engines");
    let data: Value =
        serde_json::from_slice(&std::fs::read(folder.join("opa/options.json")).unwrap()).unwrap();
    let options = &data["netpol"]["options"];
    assert_eq!(netpol::admission::Settings::read(options).err(), None);
}
