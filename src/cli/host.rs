//! What the command line needs of the world.

use std::fmt;

/// An output of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output: answers.
    Out,
    /// Standard error: failures and progress.
    Err,
}

/// An entry of a directory, or what stands at a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name, without its directory.
    pub name: String,
    /// Whether it is a directory, links followed.
    pub directory: bool,
}

/// Why a host could not do something: a phrase that completes "cannot read `x`: …". Kinds rather
/// than a system's own words, so that every host says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing stands there.
    NotFound,
    /// The process may not.
    Denied,
    /// It is a directory.
    IsDirectory,
    /// A part of the path is no directory.
    NotDirectory,
    /// The device is full, or the user's share of it.
    NoSpace,
    /// The file system takes no writes.
    ReadOnlyDevice,
    /// The file takes no writes.
    ReadOnlyFile,
    /// Something stands there already.
    Exists,
    /// It holds something else than it did when it was read.
    Changed,
    /// Links lead in a circle.
    Loop,
    /// It holds more bytes than may be read.
    TooLarge(u64),
    /// Anything else, in the system's words.
    Other(String),
}

impl Trouble {
    /// The kind that a system's error code (`ENOENT`, …) stands for.
    #[must_use]
    pub fn of_code(code: &str, words: &str) -> Self {
        match code {
            "ENOENT" => Self::NotFound,
            "EACCES" | "EPERM" => Self::Denied,
            "EISDIR" => Self::IsDirectory,
            "ENOTDIR" => Self::NotDirectory,
            "ENOSPC" | "EDQUOT" => Self::NoSpace,
            "EROFS" => Self::ReadOnlyDevice,
            "EEXIST" => Self::Exists,
            "ELOOP" => Self::Loop,
            _ => Self::Other(words.to_lowercase()),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "no such file or directory",
            Self::Denied => "permission denied",
            Self::IsDirectory => "it is a directory",
            Self::NotDirectory => "a part of the path is not a directory",
            Self::NoSpace => "no space left on the device",
            Self::ReadOnlyDevice => "the file system is read-only",
            Self::ReadOnlyFile => "the file is read-only",
            Self::Exists => "it exists already",
            Self::Changed => "it changed while netpol was at work",
            Self::Loop => "its links lead in a circle",
            Self::TooLarge(most) => {
                return write!(f, "it holds more than {most} bytes; `--limit-bytes` raises the limit");
            }
            Self::Other(words) => words,
        })
    }
}

/// Files, terminal and process, as far as the command line needs them. Paths use `/`.
pub trait Host {
    /// The bytes of a file.
    ///
    /// # Errors
    /// It cannot be read, or holds more than `most` bytes.
    fn read(&mut self, path: &str, most: u64) -> Result<Vec<u8>, Trouble>;

    /// All of standard input.
    ///
    /// # Errors
    /// It cannot be read, or holds more than `most` bytes.
    fn read_stdin(&mut self, most: u64) -> Result<Vec<u8>, Trouble>;

    /// What stands at `path`.
    ///
    /// # Errors
    /// Nothing does, or it cannot be seen.
    fn stat(&mut self, path: &str) -> Result<Entry, Trouble>;

    /// The entries of a directory, in any order. Links to directories are left out, so that no
    /// walk can run in a circle.
    ///
    /// # Errors
    /// It cannot be read.
    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Trouble>;

    /// Puts `now` in place of a file's `before`, wholly or not at all: written beside it, made
    /// durable, renamed over it. Its permissions stay; a link stays and its target is replaced.
    ///
    /// # Errors
    /// It cannot be written, or no longer holds `before`. The file is then as it was.
    fn replace(&mut self, path: &str, before: &[u8], now: &[u8]) -> Result<(), Trouble>;

    /// Writes a new file, or, where `over` allows it, one in place of another.
    ///
    /// # Errors
    /// It cannot be written, or exists already.
    fn create(&mut self, path: &str, bytes: &[u8], over: bool) -> Result<(), Trouble>;

    /// Prints text, as it is.
    fn print(&mut self, stream: Stream, text: &str);

    /// An environment variable.
    fn env(&self, name: &str) -> Option<String>;

    /// The absolute path of the working directory; `/` where there is none.
    fn cwd(&self) -> String;

    /// Whether a stream is a terminal.
    fn is_terminal(&self, stream: Stream) -> bool;

    /// Today's date in UTC, `YYYY-MM-DD`.
    fn today(&self) -> String;

    /// Milliseconds since some moment: for progress, never for an answer.
    fn milliseconds(&self) -> u64;

    /// Whether colours are welcome on a stream: a terminal, and no `NO_COLOR`.
    fn color(&self, stream: Stream) -> bool {
        self.is_terminal(stream) && self.env("NO_COLOR").is_none_or(|value| value.is_empty())
    }
}
