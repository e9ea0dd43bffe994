//! What the command line needs of the world.

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

/// Files, terminal and process, as far as the command line needs them. Paths use `/`. Every error
/// is a phrase that completes "cannot read `x`: …".
pub trait Host {
    /// The bytes of a file.
    ///
    /// # Errors
    /// A phrase that says why not.
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String>;

    /// All of standard input.
    ///
    /// # Errors
    /// A phrase that says why not.
    fn read_stdin(&mut self) -> Result<Vec<u8>, String>;

    /// What stands at `path`; none where nothing does.
    fn stat(&mut self, path: &str) -> Option<Entry>;

    /// The entries of a directory, in any order. Links to directories are left out, so that no
    /// walk can run in a circle.
    ///
    /// # Errors
    /// A phrase that says why not.
    fn list(&mut self, path: &str) -> Result<Vec<Entry>, String>;

    /// Prints text, as it is.
    fn print(&mut self, stream: Stream, text: &str);

    /// An environment variable.
    fn env(&self, name: &str) -> Option<String>;

    /// Whether a stream is a terminal.
    fn is_terminal(&self, stream: Stream) -> bool;

    /// Today's date in UTC, `YYYY-MM-DD`.
    fn today(&self) -> String;

    /// Whether colours are welcome on a stream: a terminal, and no `NO_COLOR`.
    fn color(&self, stream: Stream) -> bool {
        self.is_terminal(stream) && self.env("NO_COLOR").is_none_or(|value| value.is_empty())
    }
}
