//! The native host: the only code that touches files, the terminal and the process.

use super::host::{Entry, Host, Stream, Trouble};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The process this program runs in.
#[derive(Debug, Default)]
pub struct Native;

impl Host for Native {
    fn read(&mut self, path: &str, most: u64) -> Result<Vec<u8>, Trouble> {
        let file = File::open(path).map_err(trouble)?;
        if file.metadata().is_ok_and(|it| it.is_file() && it.len() > most) {
            return Err(Trouble::TooLarge(most));
        }
        all(file, most)
    }

    fn read_stdin(&mut self, most: u64) -> Result<Vec<u8>, Trouble> {
        all(io::stdin().lock(), most)
    }

    fn stat(&mut self, path: &str) -> Result<Entry, Trouble> {
        let found = fs::metadata(path).map_err(trouble)?;
        let name = Path::new(path).file_name().map_or(String::new(), |it| it.to_string_lossy().into_owned());
        Ok(Entry { name, directory: found.is_dir() })
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Trouble> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(path).map_err(trouble)? {
            let entry = entry.map_err(trouble)?;
            let kind = entry.file_type().map_err(trouble)?;
            let directory = if kind.is_symlink() { entry.path().is_dir() } else { kind.is_dir() };
            if !(kind.is_symlink() && directory) {
                entries.push(Entry { name: entry.file_name().to_string_lossy().into_owned(), directory });
            }
        }
        Ok(entries)
    }

    fn replace(&mut self, path: &str, before: &[u8], now: &[u8]) -> Result<(), Trouble> {
        let target = fs::canonicalize(path).map_err(trouble)?;
        let permissions = fs::metadata(&target).map_err(trouble)?.permissions();
        if permissions.readonly() {
            return Err(Trouble::ReadOnlyFile);
        }
        let beside = beside(&target);
        let written = write_new(&beside, now, Some(permissions)).and_then(|()| {
            let unchanged = fs::read(&target).map_err(trouble)? == before;
            if unchanged { fs::rename(&beside, &target).map_err(trouble) } else { Err(Trouble::Changed) }
        });
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn create(&mut self, path: &str, bytes: &[u8], over: bool) -> Result<(), Trouble> {
        if !over && Path::new(path).symlink_metadata().is_ok() {
            return Err(Trouble::Exists);
        }
        let target = fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
        let beside = beside(&target);
        let written =
            write_new(&beside, bytes, None).and_then(|()| fs::rename(&beside, &target).map_err(trouble));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn print(&mut self, stream: Stream, text: &str) {
        // A reader that went away (`netpol check | head`) is no reason to fail.
        let _ = match stream {
            Stream::Out => {
                let mut out = io::stdout().lock();
                out.write_all(text.as_bytes()).and_then(|()| out.flush())
            }
            Stream::Err => io::stderr().lock().write_all(text.as_bytes()),
        };
    }

    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn cwd(&self) -> String {
        let path = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        path.to_string_lossy().replace('\\', "/")
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::Out => io::stdout().is_terminal(),
            Stream::Err => io::stderr().is_terminal(),
        }
    }

    fn today(&self) -> String {
        date(self.milliseconds() / 86_400_000)
    }

    fn milliseconds(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        u64::try_from(since).unwrap_or(u64::MAX)
    }
}

/// Everything a reader gives, if it is not too much: a device may never end.
fn all(reader: impl Read, most: u64) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    reader.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(trouble)?;
    if bytes.len() as u64 > most { Err(Trouble::TooLarge(most)) } else { Ok(bytes) }
}

/// A name in the same directory, so that a rename stays within one file system.
fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().map_or(String::new(), |it| it.to_string_lossy().into_owned());
    target.with_file_name(format!(".{name}.netpol-{}", std::process::id()))
}

fn write_new(path: &Path, bytes: &[u8], permissions: Option<fs::Permissions>) -> Result<(), Trouble> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(trouble)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions).map_err(trouble)?;
    }
    file.write_all(bytes).map_err(trouble)?;
    file.sync_all().map_err(trouble)
}

fn trouble(error: io::Error) -> Trouble {
    let code = match error.kind() {
        ErrorKind::NotFound => "ENOENT",
        ErrorKind::PermissionDenied => "EACCES",
        ErrorKind::IsADirectory => "EISDIR",
        ErrorKind::NotADirectory => "ENOTDIR",
        ErrorKind::StorageFull => "ENOSPC",
        ErrorKind::QuotaExceeded => "EDQUOT",
        ErrorKind::ReadOnlyFilesystem => "EROFS",
        ErrorKind::AlreadyExists => "EEXIST",
        // ELOOP has no kind of its own yet; its number is that of Linux.
        _ if cfg!(target_os = "linux") && error.raw_os_error() == Some(40) => "ELOOP",
        _ => "",
    };
    Trouble::of_code(code, &error.to_string())
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
