//! A map as text: rows, then what no policy guards, then what cannot be decided.

use super::concise::plain;
use crate::api::{MapReport, UnknownShape};

/// Rows aligned on their arrows up to this width; longer names push their own row out.
const WIDEST: usize = 48;

/// The map as lines of text.
#[must_use]
pub(super) fn text(report: &MapReport) -> String {
    let rows: Vec<[String; 3]> = report
        .connections
        .iter()
        .map(|(from, to, ports)| [plain(from), plain(to), ports.0.to_string()])
        .collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.filter(|width| *width <= WIDEST).max().unwrap_or_default()
    };
    let (left, right) = (width(0), width(1));
    let mut text = String::new();
    for [from, to, ports] in &rows {
        text.push_str(&format!("{from:<left$} -> {to:<right$} : {ports}\n"));
    }
    for grant in &report.grants {
        let list = |names: &[String]| names.iter().map(|name| plain(name)).collect::<Vec<_>>().join(", ");
        let declares = match &grant.declares {
            Some(it) => format!(" where {} is {} {}", plain(&it.name), it.protocol, it.port),
            None => String::new(),
        };
        let way = if grant.side == "ingress" { "accept from" } else { "may send to" };
        let (own, others) = (list(&grant.endpoints), list(&grant.with));
        text.push_str(&format!("{own} {way} {others}{declares} : {}\n", grant.allowed.0));
    }
    let sides = [("ingress", &report.unprotected.ingress), ("egress", &report.unprotected.egress)];
    for (side, open) in sides.iter().filter(|(_, open)| !open.is_empty()) {
        let names: Vec<String> = open.iter().map(|name| plain(name)).collect();
        text.push_str(&format!("no policy isolates {side} of: {}\n", names.join(", ")));
    }
    for unknown in &report.unknown {
        text.push_str(&format!("unknown: {}\n", depends(unknown)));
    }
    for note in &report.notes {
        text.push_str(&format!("{}\n", plain(note)));
    }
    text
}

fn depends(unknown: &UnknownShape) -> String {
    let what = match (&unknown.from, &unknown.to) {
        (Some(from), Some(to)) => format!("{} -> {} : {}", plain(from), plain(to), unknown.ports.0),
        _ => plain(unknown.message.as_deref().unwrap_or_default()),
    };
    let place = unknown.because.first().and_then(|because| {
        let line = because.span?.start.line;
        Some(format!(" ({}:{line})", plain(&because.path)))
    });
    let settled = match unknown.settled_by.as_slice() {
        [] => String::new(),
        names => format!("; settled by {}", names.join(", ")),
    };
    format!("{what}{}{settled}", place.unwrap_or_default())
}
