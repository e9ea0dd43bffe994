//! `check`: what the API server would say, and what an expert reviewer would say.

use super::locate::Locator;
use super::shapes::{
    Because, EditShape, Finding, FixShape, NotEvaluated, ObjectRef, Report, SCHEMA_VERSION, Summary, Tool,
};
use super::{ApiError, Input};
use crate::config::{self, suppressions};
use crate::diagnostic::{self, Diagnostic, Fix, ObjectId, Severity, Step};
use crate::lints::{self, Levels};
use crate::manifest::{self, Manifests};
use crate::options::Options;
use crate::source::SourceId;
use crate::syntax::edit;

/// Where the lints' pages are.
const PAGES: &str = "https://github.com/netpol/netpol/blob/main/docs/lints";

/// Where the page of a lint is.
#[must_use]
pub fn page_url(lint: &str) -> String {
    format!("{PAGES}/{lint}.md")
}

/// Judges every object of `input`.
///
/// ```
/// use netpol::{Input, Options, check};
/// let text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  podSelector: {}\n  policyTypes: [ingress]\n";
/// let report = check(&Input::text("a.yaml", text), &Options::default())?;
/// let found = &report.diagnostics[0];
/// assert_eq!((found.lint, found.span.unwrap().start.line), ("invalid", 6));
/// assert!(found.message.starts_with("spec.policyTypes[0]: Unsupported value: \"ingress\""));
/// # Ok::<(), netpol::ApiError>(())
/// ```
///
/// # Errors
/// Options that name a pack or lint that does not exist. Nothing in a manifest is an error here:
/// it is a finding.
pub fn check(input: &Input, options: &Options) -> Result<Report, ApiError> {
    let levels = config::levels(options)
        .map_err(|message| ApiError::new("invalid-options", "options.lints", message))?;
    Ok(report(&manifest::read(&input.sources, &input.with, options), options, &levels))
}

/// Judges what was read already, each lint at its level.
pub(crate) fn report(manifests: &Manifests, options: &Options, levels: &Levels) -> Report {
    let mut outcome = lints::run(manifests, options, levels);
    let judged = suppressions::apply(&mut outcome, manifests, options, levels);
    let mut found = judged.diagnostics;
    order(&mut found, manifests);
    let mut not_evaluated: Vec<_> = outcome
        .not_evaluated
        .into_iter()
        .map(|(lint, reason)| NotEvaluated { lint: lint.name, reason })
        .collect();
    let locator = Locator::new(manifests, options.positions);
    let mut teller = Teller { manifests, options, locator, left: budget(manifests, options) };
    let mut diagnostics = Vec::new();
    for it in &found {
        diagnostics.push(teller.finding(it));
        let is_told = |other: &NotEvaluated| other.lint == it.lint.name;
        if teller.left.is_none() && !it.fixes.is_empty() && !not_evaluated.iter().any(is_told) {
            let reason = format!(
                "some fixes are left out: writing them all means reading the input more than {} times; apply those offered and check again",
                options.limits.fixes
            );
            not_evaluated.push(NotEvaluated { lint: it.lint.name, reason: reason.into() });
        }
    }
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool::THIS,
        summary: summary(&found, judged.suppressed, manifests),
        diagnostics,
        not_evaluated,
    }
}

/// How many bytes may be read to write fixes: each is tried on its object's text. Small inputs are
/// never short of them.
fn budget(manifests: &Manifests, options: &Options) -> Option<usize> {
    let input: usize = manifests.files.iter().map(|file| file.source.as_str().len()).sum();
    options.limits.fixes.checked_mul(input.max(1 << 16)).or(Some(usize::MAX))
}

/// Sources in the order of their paths, so that the order they were given in does not matter.
fn order(found: &mut [Diagnostic], manifests: &Manifests) {
    if found.len() <= 1 {
        return;
    }
    let mut by_path: Vec<usize> = (0..manifests.files.len()).collect();
    crate::order::sort_by_key(&mut by_path, |at| {
        manifests.files.get(*at).map(|file| file.source.path.as_str())
    });
    let mut rank = vec![0; by_path.len()];
    for (place, file) in by_path.into_iter().enumerate() {
        if let Some(slot) = rank.get_mut(file) {
            *slot = place;
        }
    }
    let rank = |source: SourceId| rank.get(source.0 as usize).copied().unwrap_or(usize::MAX);
    let has_places = |source| manifests.file(source).is_some_and(|file| file.source.has_places());
    diagnostic::sort(found, rank, has_places);
}

fn summary(found: &[Diagnostic], suppressed: u32, manifests: &Manifests) -> Summary {
    let count = |severity| {
        u32::try_from(found.iter().filter(|it| it.severity == severity).count()).unwrap_or(u32::MAX)
    };
    Summary {
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        suppressed,
        objects: u32::try_from(manifests.objects.len()).unwrap_or(u32::MAX),
        skipped: manifests.skipped,
    }
}

/// Retells findings as the outside sees them.
struct Teller<'a> {
    manifests: &'a Manifests,
    options: &'a Options,
    locator: Locator<'a>,
    /// How many bytes may still be read to write fixes; none once they ran out.
    left: Option<usize>,
}

impl Teller<'_> {
    fn finding(&mut self, it: &Diagnostic) -> Finding {
        let object = it.object.and_then(|id| self.object(id));
        let field = it.field.as_ref().map(ToString::to_string).filter(|field| !field.is_empty());
        Finding {
            lint: it.lint.name,
            code: it.lint.code,
            severity: it.severity.name(),
            message: it.message.clone(),
            help: it.help.clone(),
            path: self.locator.path(it.place.source).to_owned(),
            span: self.locator.range(it.place),
            fingerprint: fingerprint(
                it,
                object.as_ref(),
                field.as_deref(),
                self.locator.path(it.place.source),
            ),
            object,
            field,
            because: it
                .because
                .iter()
                .map(|label| Because {
                    path: self.locator.path(label.place.source).to_owned(),
                    span: self.locator.range(label.place),
                    message: label.message.clone(),
                })
                .collect(),
            fixes: it.fixes.iter().filter_map(|fix| self.fix(fix)).collect(),
            url: page_url(it.lint.name),
        }
    }

    fn object(&self, id: ObjectId) -> Option<ObjectRef> {
        let object = self.manifests.object(id)?;
        let own = object.namespace.clone().filter(|name| !name.is_empty());
        Some(ObjectRef {
            api_version: object.api_version.clone(),
            kind: object.kind.clone(),
            namespace: own.or_else(|| object.is_namespaced().then(|| self.options.namespace.clone())),
            name: object.name.clone(),
        })
    }

    /// The fix as text edits, or as JSON Patch for an object in memory; none where some step
    /// cannot be written without touching what it must not.
    fn fix(&mut self, fix: &Fix) -> Option<FixShape> {
        let mut shape = FixShape {
            title: fix.title.clone(),
            applicability: fix.applicability.name(),
            edits: Vec::new(),
            patch: Vec::new(),
        };
        // All steps on one object together: a later one may need what an earlier one makes.
        let mut trees: Vec<(ObjectId, Vec<edit::Operation>)> = Vec::new();
        for step in &fix.steps {
            match (step, edit::Operation::with_object(step)) {
                (Step::Replace { place, text }, _) => {
                    let (start, end) = self.locator.offsets(place.source, place.span)?;
                    let path = self.locator.path(place.source).to_owned();
                    shape.edits.push(EditShape { path, start, end, text: text.clone() });
                }
                (_, Some((object, operation))) => {
                    match trees.iter_mut().find(|(other, _)| *other == object) {
                        Some((_, operations)) => operations.push(operation),
                        None => trees.push((object, vec![operation])),
                    }
                }
                (_, None) => return None,
            }
        }
        for (object, operations) in trees {
            self.change_tree(object, &operations, &mut shape)?;
        }
        Some(shape)
    }

    fn change_tree(
        &mut self,
        object: ObjectId,
        operations: &[edit::Operation],
        shape: &mut FixShape,
    ) -> Option<()> {
        let object = self.manifests.object(object)?;
        let file = self.manifests.file(object.source)?;
        let span = file.parsed.tree.span(object.root);
        let cost = (span.end - span.start) as usize * operations.len();
        self.left = self.left.and_then(|left| left.checked_sub(cost));
        self.left?;
        if !file.source.has_places() {
            shape.patch.extend(edit::json_patch(&file.parsed.tree, object.root, operations)?);
            return Some(());
        }
        for change in edit::render_all(file.source.as_str(), &file.parsed.tree, object.root, operations)? {
            let (start, end) = self.locator.offsets(object.source, change.span)?;
            shape.edits.push(EditShape { path: file.source.path.clone(), start, end, text: change.text });
        }
        Some(())
    }
}

/// 64 bits of FNV-1a over what a finding is about, without lines. Findings about text that is no
/// object are told apart by their source.
fn fingerprint(it: &Diagnostic, object: Option<&ObjectRef>, field: Option<&str>, path: &str) -> String {
    let group = |version: &str| version.split_once('/').map_or(String::new(), |(group, _)| group.to_owned());
    let whose = match object {
        Some(object) => [
            group(&object.api_version),
            object.kind.clone(),
            object.namespace.clone().unwrap_or_default(),
            object.name.clone(),
        ],
        None => [path.to_owned(), String::new(), String::new(), String::new()],
    };
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let parts = [it.lint.code, field.unwrap_or_default(), it.cause.as_str()];
    for part in parts.into_iter().chain(whose.iter().map(String::as_str)) {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}
