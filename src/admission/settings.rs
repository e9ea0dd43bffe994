//! Settings of a policy engine's policy, read from JSON: what is judged, what is done about it,
//! and who is excepted. Every fault is told, each with the path of the setting it is about.

use crate::order::Gather;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::config::{self, unknown};
use crate::diagnostic::Severity;
use crate::lints;
use crate::options::{Cni, Kubernetes, Level, Minor, Options, is_date};

/// The engines' own pack: what can be judged at admission, at its usual severity.
pub(super) const PACK: &str = "admission";

const NAMES: [&str; 13] = [
    "pack",
    "lints",
    "deny",
    "mode",
    "existing",
    "exceptions",
    "suppressions",
    "contact",
    "kubernetes",
    "cni",
    "assume",
    "today",
    "namespace",
];

/// What is done about findings that deny.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Told to nobody but the audit log.
    Audit,
    /// Told, and let in.
    Warn,
    /// Not let in.
    #[default]
    Deny,
}

/// What is done on an update about findings that the old object had too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// They warn.
    #[default]
    Allow,
    /// They deny like new ones.
    Deny,
}

/// Who may silence a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suppressions {
    /// Nobody.
    None,
    /// The platform, by [`Settings::exceptions`].
    #[default]
    Settings,
    /// The tenant too, by annotations `ignore.netpol/<lint>` on the object.
    Annotations,
}

/// An exception that the platform grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The namespace it holds in; none means all.
    pub namespace: Option<String>,
    /// The object it holds for; none means all.
    pub name: Option<String>,
    /// Names of lints.
    pub lints: Vec<&'static str>,
    /// Why.
    pub reason: String,
    /// The last day it holds, `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// All settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Names of lints that deny though they only warn otherwise.
    pub deny: Vec<&'static str>,
    /// The mode of namespaces that [`Settings::modes`] does not name.
    pub mode: Mode,
    /// Modes by namespace.
    pub modes: BTreeMap<String, Mode>,
    /// What is done about old findings.
    pub existing: Existing,
    /// Exceptions.
    pub exceptions: Vec<Exception>,
    /// Who may silence.
    pub suppressions: Suppressions,
    /// Ends every message.
    pub contact: Option<String>,
    /// What the lints are told.
    pub options: Options,
}

impl Settings {
    /// The mode of a namespace.
    #[must_use]
    pub fn mode_of(&self, namespace: &str) -> Mode {
        self.modes.get(namespace).copied().unwrap_or(self.mode)
    }

    /// Reads settings; null means none.
    ///
    /// # Errors
    /// A sentence for each setting that is unknown or wrong.
    pub fn read(value: &Value) -> Result<Self, Vec<String>> {
        let mut reader = Reader { faults: Vec::new() };
        let none = Map::new();
        let settings = match value {
            // Most requests come without, and each reads its settings anew.
            Value::Null => return Ok(Self::default()),
            Value::Object(fields) => reader.settings(fields),
            other => {
                reader.wrong("settings", "an object", other);
                reader.settings(&none)
            }
        };
        if reader.faults.is_empty() { Ok(settings) } else { Err(reader.faults) }
    }
}

/// Collects faults while values are read.
struct Reader {
    faults: Vec<String>,
}

impl Reader {
    fn settings(&mut self, fields: &Map<String, Value>) -> Settings {
        self.known("", fields, &NAMES);
        let field = |name: &str| fields.get(name).unwrap_or(&Value::Null);
        let (mode, modes) = self.modes(field("mode"));
        let today = self.date("today", field("today"));
        let usual = Options::default();
        Settings {
            deny: self.lints("deny", field("deny")),
            mode,
            modes,
            existing: self
                .choice(
                    "existing",
                    field("existing"),
                    &[("allow", Existing::Allow), ("deny", Existing::Deny)],
                )
                .unwrap_or_default(),
            exceptions: self.exceptions(field("exceptions")),
            suppressions: self
                .choice(
                    "suppressions",
                    field("suppressions"),
                    &[
                        ("none", Suppressions::None),
                        ("settings", Suppressions::Settings),
                        ("annotations", Suppressions::Annotations),
                    ],
                )
                .unwrap_or_default(),
            contact: self.text("contact", field("contact")).filter(|contact| !contact.is_empty()),
            options: Options {
                kubernetes: self.kubernetes(field("kubernetes")),
                cni: self.choice("cni", field("cni"), &Cni::ALL).unwrap_or_default(),
                assume: self.assume(field("assume")),
                packs: self.pack(field("pack")).unwrap_or(usual.packs),
                lints: self.levels(field("lints")),
                namespace: self.text("namespace", field("namespace")).unwrap_or(usual.namespace),
                today,
                ..usual
            },
        }
    }

    fn known(&mut self, at: &str, fields: &Map<String, Value>, names: &[&str]) {
        for name in fields.keys().filter(|name| !names.contains(&name.as_str())) {
            let place = if at.is_empty() { String::new() } else { format!("`{at}`: ") };
            self.faults.push(format!("{place}{}", unknown("setting", name, names.iter().copied())));
        }
    }

    fn wrong(&mut self, at: &str, wanted: &str, value: &Value) {
        self.faults.push(format!("`{at}` must be {wanted}, not {}", kind_of(value)));
    }

    fn text(&mut self, at: &str, value: &Value) -> Option<String> {
        match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => {
                self.wrong(at, "a string", other);
                None
            }
        }
    }

    fn choice<T: Copy>(&mut self, at: &str, value: &Value, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(at, value)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
        if found.is_none() {
            let names: Vec<String> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
            self.faults.push(format!("`{at}` must be one of {}, not `{text}`", names.join(", ")));
        }
        found
    }

    fn list<'v>(&mut self, at: &str, value: &'v Value) -> &'v [Value] {
        match value {
            Value::Null => &[],
            Value::Array(items) => items,
            other => {
                self.wrong(at, "a list", other);
                &[]
            }
        }
    }

    fn object<'v>(&mut self, at: &str, value: &'v Value) -> Option<&'v Map<String, Value>> {
        match value {
            Value::Null => None,
            Value::Object(fields) => Some(fields),
            other => {
                self.wrong(at, "an object", other);
                None
            }
        }
    }

    fn lint(&mut self, at: &str, name: &str) -> Option<&'static str> {
        let found = lints::find(name).map(|lint| lint.name);
        if found.is_none() {
            let names = lints::ALL.iter().map(|rule| rule.lint.name);
            self.faults.push(format!("`{at}`: {}", unknown("lint", name, names)));
        }
        found
    }

    fn lints(&mut self, at: &str, value: &Value) -> Vec<&'static str> {
        let mut found = Vec::new();
        for (index, item) in self.list(at, value).iter().enumerate() {
            let at = format!("{at}[{index}]");
            if let Some(name) = self.text(&at, item) {
                found.extend(self.lint(&at, &name));
            }
        }
        found
    }

    fn levels(&mut self, value: &Value) -> BTreeMap<String, Level> {
        let mut levels = BTreeMap::new();
        for (name, value) in self.object("lints", value).into_iter().flatten() {
            let at = format!("lints.{name}");
            let choices = [
                ("off", Level::Off),
                ("info", Level::On(Severity::Info)),
                ("warning", Level::On(Severity::Warning)),
                ("error", Level::On(Severity::Error)),
            ];
            if let (Some(lint), Some(level)) = (self.lint(&at, name), self.choice(&at, value, &choices)) {
                levels.insert(lint.to_owned(), level);
            }
        }
        levels
    }

    fn pack(&mut self, value: &Value) -> Option<Vec<String>> {
        let name = self.text("pack", value).filter(|name| name != PACK)?;
        if config::pack(&name).is_err() {
            let known = config::packs().map(|pack| pack.name).chain([PACK]);
            self.faults.push(format!("`pack`: {}", unknown("pack", &name, known)));
        }
        Some(vec![name])
    }

    fn modes(&mut self, value: &Value) -> (Mode, BTreeMap<String, Mode>) {
        const MODES: [(&str, Mode); 3] = [("audit", Mode::Audit), ("warn", Mode::Warn), ("deny", Mode::Deny)];
        let Value::Object(fields) = value else {
            return (self.choice("mode", value, &MODES).unwrap_or_default(), BTreeMap::new());
        };
        let mut modes = BTreeMap::new();
        for (namespace, value) in fields {
            let mode = self.choice(&format!("mode.{namespace}"), value, &MODES).unwrap_or_default();
            modes.insert(namespace.clone(), mode);
        }
        (modes.remove("*").unwrap_or_default(), modes)
    }

    fn exceptions(&mut self, value: &Value) -> Vec<Exception> {
        let mut exceptions = Vec::new();
        for (index, item) in self.list("exceptions", value).iter().enumerate() {
            let at = format!("exceptions[{index}]");
            let Some(fields) = self.object(&at, item) else { continue };
            self.known(&at, fields, &["namespace", "name", "lints", "reason", "until"]);
            let field = |name: &str| (format!("{at}.{name}"), fields.get(name).unwrap_or(&Value::Null));
            let named = |(at, value): (String, &Value), reader: &mut Self| reader.text(&at, value);
            let (lints_at, lints) = field("lints");
            let (until_at, until) = field("until");
            let exception = Exception {
                namespace: named(field("namespace"), self),
                name: named(field("name"), self),
                lints: self.lints(&lints_at, lints),
                reason: named(field("reason"), self).unwrap_or_default(),
                until: self.date(&until_at, until),
            };
            if self.list(&lints_at, lints).is_empty() {
                self.faults.push(format!("`{lints_at}` must name the lints that it excepts from"));
            }
            if exception.reason.trim().is_empty() {
                self.faults.push(format!("`{at}.reason` must say why"));
            }
            exceptions.push(exception);
        }
        exceptions
    }

    fn date(&mut self, at: &str, value: &Value) -> Option<String> {
        let text = self.text(at, value)?;
        if !is_date(&text) {
            self.faults.push(format!("`{at}`: `{text}` is no date: write YYYY-MM-DD"));
        }
        Some(text)
    }

    fn kubernetes(&mut self, value: &Value) -> Kubernetes {
        match self.text("kubernetes", value).as_deref() {
            None | Some("any") => Kubernetes::Any,
            Some(text) => Minor::parse(text).map(Kubernetes::Minor).unwrap_or_else(|| {
                let known = Minor::ALL.map(|minor| format!("`{minor}`")).join(", ");
                self.faults.push(format!("`kubernetes` must be `any` or one of {known}, not `{text}`"));
                Kubernetes::Any
            }),
        }
    }

    fn assume(&mut self, value: &Value) -> BTreeMap<String, String> {
        let fields = self.object("assume", value).into_iter().flatten();
        let read: Vec<_> =
            fields.map(|(name, value)| (name.clone(), self.text(&format!("assume.{name}"), value))).collect();
        read.into_iter().filter_map(|(name, value)| Some((name, value?))).gather()
    }
}

/// What a value is, for a sentence.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(value: Value) -> String {
        Settings::read(&value).unwrap_err().join("\n")
    }

    #[test]
    fn nothing_set_is_the_default() {
        let settings = Settings::read(&Value::Null).unwrap();
        assert_eq!((settings.mode_of("any"), settings.suppressions), (Mode::Deny, Suppressions::Settings));
        assert_eq!(settings, Settings::read(&json!({"pack": "admission"})).unwrap());
    }

    #[test]
    fn namespaces_have_modes() {
        let settings = Settings::read(&json!({"mode": {"*": "warn", "shop": "deny"}})).unwrap();
        assert_eq!((settings.mode_of("shop"), settings.mode_of("other")), (Mode::Deny, Mode::Warn));
    }

    #[test]
    fn every_fault_is_told_where_it_is() {
        let settings = json!({
            "mod": "warn", "mode": "block", "lints": {"syntaks": "off"}, "deny": [7], "kubernetes": 1.36,
            "exceptions": [{"lints": [], "until": "soon"}], "today": "2026-13-01",
        });
        assert_eq!(
            faults(settings),
            "there is no setting `mod`; did you mean `mode`?
`mode` must be one of `audit`, `warn`, `deny`, not `block`
`today`: `2026-13-01` is no date: write YYYY-MM-DD
`deny[0]` must be a string, not a number
`exceptions[0].until`: `soon` is no date: write YYYY-MM-DD
`exceptions[0].lints` must name the lints that it excepts from
`exceptions[0].reason` must say why
`kubernetes` must be a string, not a number
`lints.syntaks`: there is no lint `syntaks`; did you mean `syntax`?"
        );
        assert_eq!(faults(json!([])), "`settings` must be an object, not a list");
    }
}
