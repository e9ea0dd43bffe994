//! Metadata: apimachinery's `api/validation/objectmeta.go`, with what kube-apiserver adds.

use super::names::{dns_label, label_key, path_segment, subdomain};
use super::selector::labels;
use super::{Errors, Kind, Shown, all, standing_at};
use crate::manifest::go;
use crate::manifest::path::Path;
use crate::manifest::time::written;
use crate::options::Minor;
use crate::order::Gather;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ManagedFieldsEntry, ObjectMeta, OwnerReference};
use serde::Serialize;
use std::collections::BTreeSet;

/// The five characters that stand for those the server draws for a generated name.
const DRAWN: &str = "zzzzz";

/// The name an object has of its own.
pub(in crate::manifest) fn own_name(metadata: &ObjectMeta) -> &str {
    metadata.name.as_deref().unwrap_or_default()
}

/// The name a new object goes by: its own, or the one the server makes.
pub(in crate::manifest) fn name_of(metadata: &ObjectMeta) -> String {
    let name = own_name(metadata);
    match metadata.generate_name.as_deref().unwrap_or_default() {
        base if name.is_empty() && !base.is_empty() => {
            let mut end = base.len().min(58);
            while !base.is_char_boundary(end) {
                end -= 1;
            }
            format!("{}{DRAWN}", base.get(..end).unwrap_or_default())
        }
        _ => name.into(),
    }
}

/// How names are judged.
#[derive(Clone, Copy)]
enum Names {
    /// As DNS subdomains, which is the policy's own rule.
    Subdomains,
    /// As parts of a URL, which is the rule of all updates.
    Segments,
}

/// On creation.
pub(super) fn create(metadata: &ObjectMeta, errors: &mut Errors) {
    accessor(metadata, &name_of(metadata), Names::Subdomains, errors);
    standard_finalizers(metadata, errors);
}

/// As [`create`], of an object already stored: no name is generated any more.
pub(super) fn create_again(metadata: &ObjectMeta, errors: &mut Errors) {
    accessor(metadata, own_name(metadata), Names::Subdomains, errors);
    standard_finalizers(metadata, errors);
}

/// The metadata an update is judged with: what the server keeps of the old.
pub(super) fn kept(new: &ObjectMeta, old: &ObjectMeta) -> ObjectMeta {
    let text = |it: &Option<String>| it.clone().filter(|it| !it.is_empty());
    let mut out = new.clone();
    out.generation = old.generation;
    out.namespace = text(&new.namespace).or_else(|| text(&old.namespace));
    out.uid = text(&new.uid).or_else(|| old.uid.clone());
    if old.creation_timestamp.is_some() {
        out.creation_timestamp = old.creation_timestamp.clone();
    }
    if old.deletion_timestamp.is_some() {
        out.deletion_timestamp = old.deletion_timestamp.clone();
    }
    if new.deletion_grace_period_seconds.is_none() {
        out.deletion_grace_period_seconds = old.deletion_grace_period_seconds;
    }
    out
}

/// What every kind is asked on update.
pub(super) fn common_update(new: &ObjectMeta, old: &ObjectMeta, errors: &mut Errors) {
    accessor(new, own_name(new), Names::Segments, errors);
    accessor_update(new, old, errors);
}

/// What kinds of Kubernetes itself are asked on update.
pub(super) fn update(new: &ObjectMeta, old: &ObjectMeta, errors: &mut Errors) {
    accessor_update(new, old, errors);
    standard_finalizers(new, errors);
}

fn accessor(metadata: &ObjectMeta, name: &str, names: Names, errors: &mut Errors) {
    let root = Path::root("metadata");
    let mut judge = |field: &'static str, text: &str, generates: bool| {
        let path = root.field(field);
        let wrong = |wrong: super::names::Wrong| {
            errors.add(&path, Kind::Invalid, &Shown::Text(text), |minor| wrong.text(minor));
        };
        match names {
            Names::Segments => path_segment(text, !generates, wrong),
            Names::Subdomains if generates => subdomain(&masked(text), wrong),
            Names::Subdomains => subdomain(text, wrong),
        }
    };
    if let Some(base) = metadata.generate_name.as_deref().filter(|it| !it.is_empty()) {
        judge("generateName", base, true);
    }
    if !name.is_empty() {
        judge("name", name, false);
    } else {
        let text = "name or generateName is required";
        errors.add(&root.field("name"), Kind::Required, &Shown::Nothing, all(text));
    }
    // Without a namespace the request's own counts, so that none is ever missing.
    if let Some(namespace) = metadata.namespace.as_deref().filter(|it| !it.is_empty()) {
        dns_label(namespace, |wrong| {
            let path = root.field("namespace");
            errors.add(&path, Kind::Invalid, &Shown::Text(namespace), |minor| wrong.text(minor));
        });
    }
    // The generation is the server's own on create and on update.
    maps(metadata, errors);
    finalizers(metadata.finalizers.as_deref().unwrap_or_default(), errors);
    managed_fields(metadata.managed_fields.as_deref().unwrap_or_default(), errors);
}

/// A dash at the end of a name's beginning is fine, since more follows.
fn masked(base: &str) -> String {
    match base.strip_suffix('-') {
        Some(head) if !head.is_empty() => {
            let mut chars = head.chars();
            chars.next_back();
            format!("{}a", chars.as_str())
        }
        _ => base.into(),
    }
}

fn accessor_update(new: &ObjectMeta, old: &ObjectMeta, errors: &mut Errors) {
    let root = Path::root("metadata");
    if old.deletion_timestamp.is_some() {
        new_finalizers(new, old, errors);
    }
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    let namespace = |it: &ObjectMeta, other: &ObjectMeta| {
        let own = text(&it.namespace);
        if own.is_empty() { text(&other.namespace) } else { own }
    };
    let mut same = |field, unchanged: bool, shown: &Shown| {
        if !unchanged {
            errors.add(&root.field(field), Kind::Invalid, shown, all("field is immutable"));
        }
    };
    let name = own_name(new);
    same("name", name == own_name(old), &Shown::Text(name));
    let (ours, theirs) = (namespace(new, old), namespace(old, new));
    same("namespace", ours == theirs, &Shown::Text(&ours));
    let uid = text(&new.uid);
    same("uid", uid == text(&old.uid), &Shown::Typed(&uid));
    let created = &new.creation_timestamp;
    same("creationTimestamp", *created == old.creation_timestamp, &time(created));
    let deleted = &new.deletion_timestamp;
    same("deletionTimestamp", *deleted == old.deletion_timestamp, &time(deleted));
    let grace = new.deletion_grace_period_seconds;
    let shown = grace.map_or(Shown::Json("null".into(), "\"null\"".into()), |it| {
        Shown::Json(it.to_string(), it.to_string())
    });
    same("deletionGracePeriodSeconds", grace == old.deletion_grace_period_seconds, &shown);
    maps(new, errors);
    managed_fields(new.managed_fields.as_deref().unwrap_or_default(), errors);
}

fn time(it: &Option<k8s_openapi::apimachinery::pkg::apis::meta::v1::Time>) -> Shown<'static> {
    let Some(it) = it else {
        return Shown::Json("null".into(), "\"null\"".into());
    };
    let nanoseconds = it.0.subsec_nanosecond();
    // Before 1970 the fraction counts backwards.
    let json = format!("\"{}\"", written(it.0.as_second() - i64::from(nanoseconds < 0)));
    let fraction = match nanoseconds {
        0 => String::new(),
        nanos => format!(".{nanos:09}").trim_end_matches('0').into(),
    };
    let whole = json.trim_matches('"').trim_end_matches('Z').replace('T', " ");
    let plain = format!("{}{fraction} +0000 UTC", whole.split('.').next().unwrap_or_default());
    Shown::Json(json, plain)
}

fn new_finalizers(new: &ObjectMeta, old: &ObjectMeta, errors: &mut Errors) {
    let old: BTreeSet<&String> = old.finalizers.iter().flatten().gather();
    let extra: BTreeSet<&str> =
        new.finalizers.iter().flatten().filter(|it| !old.contains(it)).map(String::as_str).gather();
    if !extra.is_empty() {
        let text = format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers {}",
            go::slice("string", extra)
        );
        let path = Path::root("metadata");
        let told = |_| Some(text.clone().into());
        errors.add(&path.field("finalizers"), Kind::Forbidden, &Shown::Nothing, told);
    }
}

/// Labels, annotations and owners, which creation and update judge alike.
fn maps(metadata: &ObjectMeta, errors: &mut Errors) {
    let root = Path::root("metadata");
    labels(metadata.labels.as_ref(), &root.field("labels"), errors);
    let path = root.field("annotations");
    let mut size = 0;
    for (key, value) in metadata.annotations.iter().flatten() {
        size += key.len() + value.len();
        label_key(&go::lower(key), |wrong| {
            let added = errors.add(&path, Kind::Invalid, &Shown::Text(key), |minor| wrong.text(minor));
            standing_at(added, &path.key(key), true);
        });
    }
    if size > 256 << 10 {
        let text = "may not be more than 262144 bytes";
        errors.add(&path, Kind::TooLong, &Shown::Nothing, all(text));
    }
    owners(metadata.owner_references.as_deref().unwrap_or_default(), &root.field("ownerReferences"), errors);
}

fn owners(owners: &[OwnerReference], path: &Path, errors: &mut Errors) {
    let mut first: Option<String> = None;
    for (at, it) in owners.iter().enumerate() {
        owner(it, path, at, errors);
        if it.controller != Some(true) {
            continue;
        }
        let name = format!("{}/{}", it.kind, it.name);
        let Some(first) = &first else {
            first = Some(name);
            continue;
        };
        let text = format!(
            "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {name}"
        );
        let json: Vec<Owner> = owners.iter().map(Owner::from).collect();
        let go: Vec<String> = owners.iter().map(go_owner).collect();
        let shown = Shown::Json(go_json(&json), format!("[]v1.OwnerReference{{{}}}", go.join(", ")));
        let added = errors.add(path, Kind::Invalid, &shown, |_| Some(text.clone().into()));
        standing_at(added, &path.index(at).field("controller"), false);
    }
}

/// An owner reference in the order of Go's fields.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Owner<'a> {
    api_version: &'a str,
    kind: &'a str,
    name: &'a str,
    uid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    block_owner_deletion: Option<bool>,
}

impl<'a> From<&'a OwnerReference> for Owner<'a> {
    fn from(it: &'a OwnerReference) -> Self {
        Self {
            api_version: &it.api_version,
            kind: &it.kind,
            name: &it.name,
            uid: &it.uid,
            controller: it.controller,
            block_owner_deletion: it.block_owner_deletion,
        }
    }
}

/// JSON as Go writes it, which escapes what HTML would read.
fn go_json(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn owner(it: &OwnerReference, list: &Path, at: usize, errors: &mut Errors) {
    let since_37 = |minor: Minor| minor >= Minor::V37;
    let item = list.index(at);
    let version = group_version(&it.api_version);
    let mut check = |name: &'static str,
                     value: &str,
                     typed: bool,
                     bad: bool,
                     new: (Kind, &'static str),
                     old: &'static str| {
        if !bad {
            return;
        }
        let shown = if typed { Shown::Typed(value) } else { Shown::Text(value) };
        let hidden = if new.0 == Kind::Required { Shown::Nothing } else { shown.clone() };
        errors.add(&item.field(name), new.0, &hidden, |minor| since_37(minor).then_some(new.1.into()));
        // Before 1.37 the path did not say which of the owners it is.
        let path = list.field(name);
        let added = errors.also(&path, Kind::Invalid, &shown, |minor| match (since_37(minor), name) {
            (true, _) => None,
            (false, "apiVersion") => Some("version must not be empty".into()),
            (false, _) if minor == Minor::V33 => Some(old.into()),
            (false, _) => Some("must not be empty".into()),
        });
        standing_at(added, &item.field(name), false);
    };
    let required = (Kind::Required, "must not be empty");
    let malformed = (Kind::Invalid, "must be <group>/<version> or <version>");
    let api = if it.api_version.is_empty() { required } else { malformed };
    let unversioned = version.is_none_or(|(_, version)| version.is_empty());
    check("apiVersion", &it.api_version, false, unversioned, api, "");
    check("kind", &it.kind, false, it.kind.is_empty(), required, "kind must not be empty");
    check("name", &it.name, false, it.name.is_empty(), required, "name must not be empty");
    check("uid", &it.uid, true, it.uid.is_empty(), required, "uid must not be empty");
    if version == Some(("", "v1")) && it.kind == "Event" {
        let text = "/v1, Kind=Event is disallowed from being an owner";
        let shown = Shown::Json(go_json(&Owner::from(it)), go_owner(it));
        errors.add(&item, Kind::Invalid, &shown, |minor| since_37(minor).then_some(text.into()));
        let added =
            errors.also(list, Kind::Invalid, &shown, |minor| (!since_37(minor)).then_some(text.into()));
        standing_at(added, &item, false);
    }
}

/// `%#v` of an owner reference. Go would print where in memory a flag lies; that is left out.
fn go_owner(it: &OwnerReference) -> String {
    let flag = |it: Option<bool>| {
        if it.is_some() { "(*bool)(0x…)" } else { "(*bool)(nil)" }
    };
    format!(
        "v1.OwnerReference{{APIVersion:{}, Kind:{}, Name:{}, UID:{}, Controller:{}, BlockOwnerDeletion:{}}}",
        go::quote(&it.api_version),
        go::quote(&it.kind),
        go::quote(&it.name),
        go::quote(&it.uid),
        flag(it.controller),
        flag(it.block_owner_deletion)
    )
}

/// Group and version as `schema.ParseGroupVersion` tells them apart; none where it fails.
fn group_version(text: &str) -> Option<(&str, &str)> {
    match text.split_once('/') {
        _ if text.is_empty() || text == "/" => Some(("", "")),
        None => Some(("", text)),
        Some((_, version)) if version.contains('/') => None,
        Some(parts) => Some(parts),
    }
}

fn finalizers(finalizers: &[String], errors: &mut Errors) {
    let root = Path::root("metadata");
    let path = root.field("finalizers");
    for (at, it) in finalizers.iter().enumerate() {
        label_key(it, |wrong| {
            let added = errors.add(&path, Kind::Invalid, &Shown::Text(it), |minor| wrong.text(minor));
            standing_at(added, &path.index(at), false);
        });
    }
    let has = |name: &str| finalizers.iter().any(|it| it == name);
    if has("orphan") && has("foregroundDeletion") {
        let texts = || finalizers.iter().map(String::as_str);
        let shown = Shown::Json(go::json_strings(texts()), go::slice("string", texts()));
        let text = "finalizer orphan and foregroundDeletion cannot be both set";
        errors.add(&path, Kind::Invalid, &shown, all(text));
    }
}

fn standard_finalizers(metadata: &ObjectMeta, errors: &mut Errors) {
    let root = Path::root("metadata");
    let path = root.field("finalizers");
    for (at, it) in metadata.finalizers.iter().flatten().enumerate() {
        if !it.contains('/') && !matches!(it.as_str(), "kubernetes" | "orphan" | "foregroundDeletion") {
            let text = "name is neither a standard finalizer name nor is it fully qualified";
            errors.add(&path.index(at), Kind::Invalid, &Shown::Text(it), all(text));
        }
    }
}

fn managed_fields(entries: &[ManagedFieldsEntry], errors: &mut Errors) {
    let root = Path::root("metadata");
    let list = root.field("managedFields");
    for (at, it) in entries.iter().enumerate() {
        let path = list.index(at);
        let operation = it.operation.as_deref().unwrap_or_default();
        if !matches!(operation, "Apply" | "Update") {
            let path = path.field("operation");
            let since_37 = |minor: Minor| minor >= Minor::V37;
            let supported = "supported values: \"Apply\", \"Update\"";
            if operation.is_empty() {
                let text = |minor| since_37(minor).then_some("must not be empty".into());
                errors.add(&path, Kind::Required, &Shown::Nothing, text);
            } else {
                let text = |minor| since_37(minor).then_some(supported.into());
                errors.add(&path, Kind::NotSupported, &Shown::Typed(operation), text);
            }
            let text = |minor| (!since_37(minor)).then_some("must be `Apply` or `Update`".into());
            errors.also(&path, Kind::Invalid, &Shown::Typed(operation), text);
        }
        if let Some(it) = it.fields_type.as_deref().filter(|it| !matches!(*it, "" | "FieldsV1")) {
            errors.add(&path.field("fieldsType"), Kind::Invalid, &Shown::Text(it), all("must be `FieldsV1`"));
        }
        manager(it.manager.as_deref().unwrap_or_default(), &path.field("manager"), errors);
        if it.subresource.as_deref().is_some_and(|it| it.len() > 256) {
            let text = "may not be more than 256 bytes";
            errors.add(&path.field("subresource"), Kind::TooLong, &Shown::Nothing, all(text));
        }
    }
}

fn manager(text: &str, path: &Path, errors: &mut Errors) {
    if text.len() > 128 {
        let why = "may not be more than 128 bytes";
        errors.add(path, Kind::TooLong, &Shown::Nothing, all(why));
    }
    for (at, it) in text.char_indices().filter(|(_, it)| !go::is_print(*it)) {
        let why = format!("invalid character U+{:04X} (at position {at})", u32::from(it));
        errors.add(path, Kind::Invalid, &Shown::Text(text), |_| Some(why.clone().into()));
    }
}
