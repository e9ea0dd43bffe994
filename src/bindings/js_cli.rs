//! The command line for JavaScript: `run` over a host object that Node's `fs` stands behind. See
//! `pkg/bin/netpol.js`, which is that object.

use crate::cli::{self, Entry, Host, Stream, Trouble};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// The host object. What fails throws a string: a system's error code, a blank, its words.
    pub type JsHost;
    #[wasm_bindgen(method, catch)]
    fn read(this: &JsHost, path: &str, most: f64) -> Result<Vec<u8>, JsValue>;
    #[wasm_bindgen(method, catch, js_name = readStdin)]
    fn read_stdin(this: &JsHost, most: f64) -> Result<Vec<u8>, JsValue>;
    #[wasm_bindgen(method, catch, js_name = isDirectory)]
    fn is_directory(this: &JsHost, path: &str) -> Result<bool, JsValue>;
    /// Names; those of directories end in `/`.
    #[wasm_bindgen(method, catch)]
    fn list(this: &JsHost, path: &str) -> Result<Vec<String>, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn replace(this: &JsHost, path: &str, before: &[u8], now: &[u8]) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn create(this: &JsHost, path: &str, bytes: &[u8], over: bool) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn print(this: &JsHost, stream: u32, text: &str);
    #[wasm_bindgen(method)]
    fn env(this: &JsHost, name: &str) -> Option<String>;
    #[wasm_bindgen(method)]
    fn cwd(this: &JsHost) -> String;
    #[wasm_bindgen(method, js_name = isTerminal)]
    fn is_terminal(this: &JsHost, stream: u32) -> bool;
    #[wasm_bindgen(method)]
    fn today(this: &JsHost) -> String;
    #[wasm_bindgen(method)]
    fn milliseconds(this: &JsHost) -> f64;
}

/// Runs the program with the arguments after its name; gives its exit code.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports only what is `pub`")]
#[must_use]
pub fn run(arguments: Vec<String>, host: JsHost) -> u32 {
    cli::run(&mut Node(host), &arguments) as u32
}

struct Node(JsHost);

impl Host for Node {
    fn read(&mut self, path: &str, most: u64) -> Result<Vec<u8>, Trouble> {
        self.0.read(path, most as f64).map_err(|error| trouble(&error, most))
    }

    fn read_stdin(&mut self, most: u64) -> Result<Vec<u8>, Trouble> {
        self.0.read_stdin(most as f64).map_err(|error| trouble(&error, most))
    }

    fn stat(&mut self, path: &str) -> Result<Entry, Trouble> {
        let directory = self.0.is_directory(path).map_err(|error| trouble(&error, 0))?;
        Ok(Entry { name: path.rsplit('/').next().unwrap_or_default().to_owned(), directory })
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Trouble> {
        let names = self.0.list(path).map_err(|error| trouble(&error, 0))?;
        Ok(names
            .into_iter()
            .map(|name| match name.strip_suffix('/') {
                Some(directory) => Entry { name: directory.to_owned(), directory: true },
                None => Entry { name, directory: false },
            })
            .collect())
    }

    fn replace(&mut self, path: &str, before: &[u8], now: &[u8]) -> Result<(), Trouble> {
        self.0.replace(path, before, now).map_err(|error| trouble(&error, 0))
    }

    fn create(&mut self, path: &str, bytes: &[u8], over: bool) -> Result<(), Trouble> {
        self.0.create(path, bytes, over).map_err(|error| trouble(&error, 0))
    }

    fn print(&mut self, stream: Stream, text: &str) {
        self.0.print(number(stream), text);
    }

    fn env(&self, name: &str) -> Option<String> {
        self.0.env(name)
    }

    fn cwd(&self) -> String {
        self.0.cwd()
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        self.0.is_terminal(number(stream))
    }

    fn today(&self) -> String {
        self.0.today()
    }

    fn milliseconds(&self) -> u64 {
        self.0.milliseconds() as u64
    }
}

/// The descriptor of a stream.
fn number(stream: Stream) -> u32 {
    match stream {
        Stream::Out => 1,
        Stream::Err => 2,
    }
}

fn trouble(error: &JsValue, most: u64) -> Trouble {
    let text = error.as_string().unwrap_or_else(|| " the host failed".into());
    let (code, words) = text.split_once(' ').unwrap_or((text.as_str(), ""));
    match code {
        "READONLY" => Trouble::ReadOnlyFile,
        "CHANGED" => Trouble::Changed,
        "TOOLARGE" => Trouble::TooLarge(most),
        _ => Trouble::of_code(code, words),
    }
}
