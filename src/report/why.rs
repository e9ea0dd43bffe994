//! Why a connection is allowed or denied, as sentences with the lines that decide it.

use super::concise::plain;
use super::full::{Mark, drawn};
use super::{Color, renderer, texts};
use crate::api::{Answer, Input, Reason, WhyReport};
use annotate_snippets::{AnnotationKind, Level};

/// The answers one after the other, and where there are several, the verdict over all.
#[must_use]
pub(super) fn text(report: &WhyReport, input: &Input, color: Color) -> String {
    let renderer = renderer(color);
    let texts = texts(input);
    let mut text = String::new();
    for answer in &report.answers {
        let level = match answer.verdict {
            "allow" => Level::NOTE,
            "deny" => Level::ERROR,
            _ => Level::WARNING,
        };
        let marks: Vec<Mark<'_>> = answer
            .reasons
            .iter()
            .filter_map(|it| Some((it.path.as_deref()?, it.span?, it.message.as_str(), kind(it))))
            .collect();
        let title = level.with_name(answer.verdict).primary_title(title(answer));
        let mut group = title.elements(drawn(&marks, &texts));
        let spoken = answer.reasons.iter().filter(|it| it.path.is_none() || it.span.is_none());
        for reason in spoken {
            group = group.element(Level::NOTE.with_name(reason.side).message(plain(&reason.message)));
        }
        for unknown in &answer.unknown {
            let settled = match unknown.settled_by.as_slice() {
                [] => String::new(),
                names => format!("; settled by {}", names.join(", ")),
            };
            let open = format!("{}: {}{settled}", unknown.ports.0, plain(&unknown.message));
            group = group.element(Level::NOTE.with_name("unknown").message(open));
        }
        text.push_str(&renderer.render(&[group]));
        text.push_str("\n\n");
    }
    if report.answers.len() > 1 {
        text.push_str(&format!("{} in {} answers\n", report.verdict, report.answers.len()));
    }
    text
}

fn title(answer: &Answer) -> String {
    let via = match &answer.via {
        None => String::new(),
        Some(via) => match &via.port {
            Some(port) => format!(" through Service {} ({})", plain(&via.service), plain(port)),
            None => format!(" through Service {}", plain(&via.service)),
        },
    };
    let ports = match (answer.verdict, answer.allowed.0.is_all() || answer.denied.0.is_all()) {
        ("allow", false) => format!(" : {}", answer.allowed.0),
        ("deny", false) => format!(" : {}", answer.denied.0),
        ("mixed", _) => format!(" : allowed {}, denied {}", answer.allowed.0, answer.denied.0),
        _ => String::new(),
    };
    format!("{} -> {}{via}{ports}", plain(&answer.from), plain(&answer.to))
}

/// The line that settles it stands out from those that only lead there.
fn kind(reason: &Reason) -> AnnotationKind {
    if reason.effect == "isolates" { AnnotationKind::Context } else { AnnotationKind::Primary }
}
