//! The last lines of a report: what was read, and how many findings there are.

use crate::api::Report;

pub(super) fn check(report: &Report) -> String {
    let s = &report.summary;
    let mut read = counted(s.objects, "object");
    if s.skipped > 0 {
        read.push_str(&format!(" ({} skipped)", counted(s.skipped, "other document")));
    }
    let all = s.errors + s.warnings + s.infos;
    if all == 0 {
        return format!("no findings in {read}\n");
    }
    let kinds = [(s.errors, "error"), (s.warnings, "warning"), (s.infos, "info")];
    let kinds: Vec<String> = kinds
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| if what == "info" { format!("{n} info") } else { counted(n, what) })
        .collect();
    let repairs = |which: &str| {
        report
            .diagnostics
            .iter()
            .filter(|it| it.fixes.len() == 1 && it.fixes.iter().all(|fix| fix.applicability == which))
            .count()
    };
    let mut text = format!("{} in {read}: {}\n", counted(all, "finding"), kinds.join(", "));
    let (safe, unsafe_) = (repairs("safe"), repairs("unsafe"));
    if safe > 0 {
        text.push_str(&format!("{safe} can be repaired with `--fix`\n"));
    }
    if unsafe_ > 0 {
        text.push_str(&format!(
            "{unsafe_} can be repaired with `--fix --unsafe-fixes`, which may change what is allowed\n"
        ));
    }
    text
}

/// "1 object", "2 objects".
fn counted(n: u32, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
