//! A line on standard error that says what a long run is doing; only on a terminal, never in a log.

use super::host::{Host, Stream};

/// Work that takes less than this, in milliseconds, says nothing.
const PATIENCE: u64 = 500;
/// The least time between two lines.
const PACE: u64 = 100;

/// The line, if there is one.
#[derive(Debug)]
pub(super) struct Progress {
    /// When to speak next; none where nobody watches.
    due: Option<u64>,
    shown: bool,
    steps: u32,
}

impl Progress {
    pub(super) fn start(host: &dyn Host) -> Self {
        let due = host.is_terminal(Stream::Err).then(|| host.milliseconds() + PATIENCE);
        Self { due, shown: false, steps: 0 }
    }

    /// One more step.
    pub(super) fn step(&mut self, host: &mut dyn Host, doing: &str, what: &str) {
        self.steps = self.steps.saturating_add(1);
        let Some(due) = self.due else { return };
        let now = host.milliseconds();
        if now < due {
            return;
        }
        let what: String = what.chars().filter(|c| !c.is_control()).take(60).collect();
        host.print(Stream::Err, &format!("\r\x1b[K{doing} {} {what}", self.steps));
        self.shown = true;
        self.due = Some(now + PACE);
    }

    /// Takes the line away.
    pub(super) fn end(self, host: &mut dyn Host) {
        if self.shown {
            host.print(Stream::Err, "\r\x1b[K");
        }
    }
}
