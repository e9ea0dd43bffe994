//! The native host: the only code that touches files, the terminal and the process.

use super::host::{Entry, Host, Stream};
use std::io::{ErrorKind, IsTerminal, Read, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The process this program runs in.
#[derive(Debug, Default)]
pub struct Native;

impl Host for Native {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(path).map_err(|error| phrase(&error))
    }

    fn read_stdin(&mut self) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| phrase(&error))?;
        Ok(bytes)
    }

    fn stat(&mut self, path: &str) -> Option<Entry> {
        let found = std::fs::metadata(path).ok()?;
        let name =
            Path::new(path).file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
        Some(Entry { name, directory: found.is_dir() })
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, String> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|error| phrase(&error))? {
            let entry = entry.map_err(|error| phrase(&error))?;
            let linked = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            let directory = entry.path().is_dir();
            if !(linked && directory) {
                entries.push(Entry { name: entry.file_name().to_string_lossy().into_owned(), directory });
            }
        }
        Ok(entries)
    }

    fn print(&mut self, stream: Stream, text: &str) {
        // A reader that went away (`netpol check | head`) is no reason to fail.
        let _ = match stream {
            Stream::Out => std::io::stdout().lock().write_all(text.as_bytes()),
            Stream::Err => std::io::stderr().lock().write_all(text.as_bytes()),
        };
    }

    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::Out => std::io::stdout().is_terminal(),
            Stream::Err => std::io::stderr().is_terminal(),
        }
    }

    fn today(&self) -> String {
        let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
        date(days)
    }
}

fn phrase(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or directory".into(),
        ErrorKind::PermissionDenied => "permission denied".into(),
        ErrorKind::IsADirectory => "it is a directory".into(),
        ErrorKind::NotADirectory => "a part of the path is not a directory".into(),
        ErrorKind::StorageFull => "no space left on the device".into(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".into(),
        _ => error.to_string().to_lowercase(),
    }
}

/// The Gregorian date of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`).
fn date(days: u64) -> String {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_become_dates() {
        assert_eq!(
            [date(0), date(59), date(11_016), date(20_779)],
            ["1970-01-01", "1970-03-01", "2000-02-29", "2026-11-22"]
        );
    }
}
