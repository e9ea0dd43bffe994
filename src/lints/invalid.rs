use super::{Context, Findings};
use crate::diagnostic::Lint;
use crate::manifest::FindingKind;

declare_lint! {
    /// What the API server rejects, in its own words.
    ///
    /// ## Why
    /// A policy that is rejected protects nothing, and where an older version of it is in the
    /// cluster, that older version stays in force.
    ///
    /// The message is the server's, after the field it names; the help is ours. Fields that do
    /// not exist are rejected by `kubectl` (strict decoding) and dropped without a word by other
    /// clients, which often leaves a selector that selects everything.
    ///
    /// Versions differ. By default an error is what every supported minor rejects, and a warning
    /// names the minors where only some do; with `--kubernetes` one minor is judged exactly.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [ingress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ```
    ///
    /// ## Fix
    /// Safe where only one reading exists, such as a number in quotes; unsafe where there are two,
    /// such as a CIDR with host bits, which may mean the network or the one host.
    pub INVALID = { name: "invalid", code: "NP002", severity: Error, needs: [Object], fix: Mixed, since: "0.1.0" }
}

/// Retells what the API server's rules found.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    retell(cx, out, FindingKind::Invalid, &INVALID);
}

/// Makes diagnostics of what reading and judging found.
pub(super) fn retell(cx: &Context<'_>, out: &mut Findings<'_>, kind: FindingKind, lint: &'static Lint) {
    for finding in cx.manifests.findings.iter().filter(|it| it.kind == kind) {
        if cx.file(finding.place.source).is_none_or(|file| file.context) {
            continue;
        }
        let mut found =
            out.retell(lint, finding.place, finding.object, finding.field.clone(), finding.message.clone());
        found.severity(finding.severity).cause(cause(&finding.message));
        if let Some(help) = &finding.help {
            found.help(help.clone());
        }
        for fix in &finding.fixes {
            found.fix(fix.clone());
        }
    }
}

/// The server's text without the value it quotes, so that a fingerprint survives another typo.
fn cause(message: &str) -> String {
    let kind = message.split(": ").nth(1).unwrap_or_default();
    let detail = message.rsplit(": ").next().unwrap_or_default();
    format!("{kind}: {detail}")
}
