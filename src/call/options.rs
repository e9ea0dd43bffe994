//! Options as they stand in a request.

use super::reader::Part;
use crate::api::ApiError;
use crate::config::{self, unknown};
use crate::diagnostic::Severity;
use crate::options::{ClusterRanges, Cni, Complete, Kubernetes, Level, Limits, Minor, Options, is_date};
use crate::source::Encoding;

/// The names of all options.
pub(crate) const FIELDS: [&str; 16] = [
    "kubernetes",
    "cni",
    "assume",
    "namespace",
    "packs",
    "lints",
    "complete",
    "cluster",
    "dns",
    "metadata",
    "systemNamespaces",
    "today",
    "limits",
    "positions",
    "focus",
    "expand",
];

/// Reads the options of a request.
pub(super) fn read(part: &Part<'_>) -> Result<Options, ApiError> {
    part.object(&FIELDS)?;
    fields(part)
}

/// Reads the options among the fields of an object, whatever else it holds.
pub(crate) fn fields(part: &Part<'_>) -> Result<Options, ApiError> {
    let mut options = Options {
        kubernetes: kubernetes(&part.field("kubernetes"))?,
        cni: cni(&part.field("cni"))?,
        lints: levels(&part.field("lints"))?,
        complete: complete(&part.field("complete"))?,
        cluster: cluster(&part.field("cluster"))?,
        dns: part.field("dns").strings()?,
        metadata: part.field("metadata").strings()?,
        today: today(&part.field("today"))?,
        limits: limits(&part.field("limits"))?,
        positions: positions(&part.field("positions"))?,
        focus: part.field("focus").optional_string()?.map(str::to_owned),
        expand: part.field("expand").flag()?,
        ..Options::default()
    };
    for (name, value) in part.field("assume").map()? {
        let plain = value.is_number() || value.is_boolean();
        let value = if plain { value.raw() } else { value.string()? };
        options.assume.insert(name.to_owned(), value.to_owned());
    }
    if let Some(namespace) = part.field("namespace").optional_string()? {
        options.namespace = namespace.to_owned();
    }
    let (packs, system) = (part.field("packs"), part.field("systemNamespaces"));
    if packs.is_present() {
        options.packs = packs.strings()?;
        for (name, part) in options.packs.iter().zip(packs.list()?) {
            config::pack(name).map_err(|message| part.fault(message))?;
        }
    }
    if system.is_present() {
        options.system_namespaces = system.strings()?;
    }
    Ok(options)
}

fn kubernetes(part: &Part<'_>) -> Result<Kubernetes, ApiError> {
    // YAML takes a bare `1.36` for a number.
    let text = if part.is_number() { Some(part.raw()) } else { part.optional_string()? };
    match text {
        None | Some("any") => Ok(Kubernetes::Any),
        Some(text) => Minor::parse(text).map(Kubernetes::Minor).ok_or_else(|| {
            let known = Minor::ALL.map(|minor| minor.to_string()).join("`, `");
            part.fault(format!("no Kubernetes version `{text}`: there are `any`, `{known}`"))
        }),
    }
}

fn cni(part: &Part<'_>) -> Result<Cni, ApiError> {
    let Some(text) = part.optional_string()? else { return Ok(Cni::Any) };
    Cni::parse(text)
        .ok_or_else(|| part.fault(unknown("network plugin profile", text, Cni::ALL.map(|(name, _)| name))))
}

fn levels(part: &Part<'_>) -> Result<std::collections::BTreeMap<String, Level>, ApiError> {
    let mut levels = std::collections::BTreeMap::new();
    for (name, value) in part.map()? {
        config::lint(name).map_err(|message| value.fault(message))?;
        // YAML takes a bare `off` for false.
        let text = if value.is_false() { "off" } else { value.string()? };
        let level = if text == "off" { Some(Level::Off) } else { Severity::parse(text).map(Level::On) };
        let level = level.ok_or_else(|| {
            value.fault(format!("`{text}` is no severity: there are `off`, `info`, `warning`, `error`"))
        })?;
        levels.insert(name.to_owned(), level);
    }
    Ok(levels)
}

fn complete(part: &Part<'_>) -> Result<Complete, ApiError> {
    let mut complete = Complete::default();
    for item in part.list()? {
        let text = item.string()?;
        let known = ["policies", "workloads", "namespaces", "services"];
        match text {
            "policies" => complete.policies = true,
            "workloads" => complete.workloads = true,
            "namespaces" => complete.namespaces = true,
            "services" => complete.services = true,
            _ => return Err(item.fault(unknown("part of an input", text, known))),
        }
    }
    Ok(complete)
}

fn cluster(part: &Part<'_>) -> Result<ClusterRanges, ApiError> {
    part.object(&["podCidrs", "serviceCidrs", "nodeCidrs"])?;
    let ranges = |name: &str| -> Result<Vec<String>, ApiError> {
        let list = part.field(name).list()?;
        list.iter()
            .map(|item| {
                let text = item.string()?;
                let parsed: Result<ipnet::IpNet, _> = text.parse();
                parsed.map(|_| text.to_owned()).map_err(|_| item.fault(format!("`{text}` is no CIDR")))
            })
            .collect()
    };
    Ok(ClusterRanges {
        pod_cidrs: ranges("podCidrs")?,
        service_cidrs: ranges("serviceCidrs")?,
        node_cidrs: ranges("nodeCidrs")?,
    })
}

fn today(part: &Part<'_>) -> Result<Option<String>, ApiError> {
    match part.optional_string()? {
        Some(text) if !is_date(text) => Err(part.fault(format!("`{text}` is no date: write YYYY-MM-DD"))),
        today => Ok(today.map(str::to_owned)),
    }
}

fn limits(part: &Part<'_>) -> Result<Limits, ApiError> {
    part.object(&["bytes", "depth", "aliases", "documents", "fixes"])?;
    let usual = Limits::default();
    Ok(Limits {
        bytes: part.field("bytes").count()?.unwrap_or(usual.bytes),
        depth: part.field("depth").count()?.unwrap_or(usual.depth),
        aliases: part.field("aliases").count()?.unwrap_or(usual.aliases),
        documents: part.field("documents").count()?.unwrap_or(usual.documents),
        fixes: part.field("fixes").count()?.unwrap_or(usual.fixes),
    })
}

fn positions(part: &Part<'_>) -> Result<Encoding, ApiError> {
    match part.optional_string()? {
        None | Some("utf-8") => Ok(Encoding::Utf8),
        Some("utf-16") => Ok(Encoding::Utf16),
        Some(text) => Err(part.fault(unknown("unit of positions", text, ["utf-8", "utf-16"]))),
    }
}
