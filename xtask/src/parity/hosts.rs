//! The hosts, and how each is asked: a program that reads a file of requests and writes a file of
//! answers, each as its length in bytes, a newline, its bytes and a newline.

use std::path::Path;
use std::process::Command;

use crate::play;
use crate::setup;
use crate::shell::{Outcome, dist, execute, output, program, read, root, target};

pub struct Host {
    pub name: &'static str,
    kind: Kind,
}

/// What runs the module, and what it is told besides requests and answers.
enum Kind {
    Native,
    /// A script in tests/parity, and a module.
    Node(&'static str, Option<&'static str>),
    /// A host of tests/parity/hosts-rust, and its module.
    Rust(&'static str, &'static str),
    /// The playground's worker in a browser.
    Browser,
    /// A host of tests/parity/hosts-go, and its module or bundle.
    Go(&'static str, &'static str),
    /// The `opa` binary: how it is used, and the bundle.
    Opa(&'static str, &'static str),
    /// A script of tests/parity, and its module, in an environment with these packages.
    Python(&'static str, &'static str, &'static str),
}

/// What builds for engines leave out.
const TEXT_METHODS: [&str; 5] = ["render", "explain", "hover", "complete", "words"];

const OPA: &str = "netpol.opa.wasm";
const KUBEWARDEN: &str = "netpol.kubewarden.wasm";
const BUNDLE: &str = "netpol.bundle.tar.gz";

/// A host that takes a process for each request gets about so many of them.
const SAMPLE: usize = 20;

pub const NATIVE: Host = Host { name: "native", kind: Kind::Native };

pub const OTHERS: &[Host] = &[
    Host { name: "node", kind: Kind::Node("node.js", None) },
    Host { name: "chromium", kind: Kind::Browser },
    Host { name: "wasmtime", kind: Kind::Rust("wasmtime", "netpol.wasm") },
    Host { name: "npm opa-wasm", kind: Kind::Node("opa-wasm.js", Some(OPA)) },
    Host { name: "npm wapc", kind: Kind::Node("wapc.js", Some(KUBEWARDEN)) },
    Host { name: "crate opa-wasm", kind: Kind::Rust("opa-wasm", OPA) },
    Host { name: "crate wapc", kind: Kind::Rust("wapc", KUBEWARDEN) },
    Host { name: "go wazero", kind: Kind::Go("wazero", "netpol.wasm") },
    Host { name: "go opa", kind: Kind::Go("opa", BUNDLE) },
    Host { name: "opa run", kind: Kind::Opa("run", BUNDLE) },
    Host { name: "opa exec", kind: Kind::Opa("exec", BUNDLE) },
    Host { name: "opa eval", kind: Kind::Opa("eval", BUNDLE) },
    Host { name: "pypi opa-py-wasm", kind: Kind::Python("opa-py-wasm", "opa.py", OPA) },
];

impl Host {
    /// Why this host cannot run here, if so.
    pub fn missing(&self) -> Option<String> {
        match self.kind {
            Kind::Python(package, ..) => python(package).err(),
            Kind::Browser => setup::browser().err(),
            Kind::Go(..) => setup::go().err(),
            Kind::Opa(..) => setup::opa().err(),
            _ => None,
        }
    }

    /// Whether its build has the method.
    pub fn answers_to(&self, method: &str) -> bool {
        matches!(self.kind, Kind::Native | Kind::Node(_, None) | Kind::Browser)
            || !TEXT_METHODS.contains(&method)
    }

    /// One of how many requests it is asked.
    pub fn step(&self, requests: usize) -> usize {
        if matches!(self.kind, Kind::Opa("eval", _)) { requests.div_ceil(SAMPLE).max(1) } else { 1 }
    }

    /// Its answers, in the order of the requests.
    pub fn answers(&self, requests: &Path) -> Outcome<Vec<String>> {
        let answers = target().join("parity").join(format!("{}.answers", self.name.replace('/', "_")));
        execute(self.command()?.arg(requests).arg(&answers))?;
        parse(&read(&answers)?).ok_or_else(|| format!("`{}` is cut short", answers.display()))
    }

    fn command(&self) -> Outcome<Command> {
        Ok(match self.kind {
            Kind::Native => {
                program("cargo", &["run", "--quiet", "--package", "netpol", "--example", "answers", "--"])
            }
            Kind::Node(script, module) => {
                let mut node = program("node", &["--no-warnings"]);
                node.arg(root().join("tests/parity").join(script));
                node.args(module.map(|module| dist().join(module)));
                node
            }
            Kind::Browser => {
                play::build()?;
                program(
                    "node",
                    &["--no-warnings", &root().join("tests/parity/chromium.js").to_string_lossy()],
                )
            }
            Kind::Rust(host, module) => {
                let mut host = program(&rust_hosts()?, &[host]);
                host.arg(dist().join(module));
                host
            }
            Kind::Go(host, module) => {
                let mut host = program(&go_hosts()?, &[host]);
                host.arg(dist().join(module));
                host
            }
            Kind::Opa(how, module) => {
                let mut node = program("node", &["--no-warnings"]);
                node.arg(root().join("tests/parity/opa-binary.js")).arg(how).arg(dist().join(module));
                node
            }
            Kind::Python(package, script, module) => {
                let mut python = program(&python(package)?, &[]);
                python.arg(root().join("tests/parity").join(script)).arg(dist().join(module));
                python
            }
        })
    }
}

/// Builds the program of the hosts that are Rust crates.
fn rust_hosts() -> Outcome<String> {
    let folder = target().join("hosts");
    let mut build = program("cargo", &["build", "--release", "--locked"]);
    let built = folder.join("release/parity-hosts");
    if built.exists() {
        build.arg("--quiet");
    }
    let manifest = root().join("tests/parity/hosts-rust/Cargo.toml");
    execute(build.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(&folder))?;
    Ok(built.to_string_lossy().into_owned())
}

/// Builds the program of the hosts that are Go packages.
fn go_hosts() -> Outcome<String> {
    let built = target().join("hosts-go/parity");
    let mut build = program("go", &["build", "-o"]);
    build.arg(&built).arg(".");
    execute(build.current_dir(root().join("tests/parity/hosts-go")))?;
    Ok(built.to_string_lossy().into_owned())
}

/// The interpreter of an environment with this package, made where there is none.
fn python(package: &str) -> Outcome<String> {
    let folder = target().join("python").join(package);
    let interpreter = folder.join("bin/python").to_string_lossy().into_owned();
    if output(&mut program(&interpreter, &["-c", "import opapywasm"])).is_err() {
        output(program("python3", &["-m", "venv"]).arg(&folder))
            .map_err(|_| "there is no python3 with venv here")?;
        let requirements = root().join("tests/parity/requirements.txt");
        output(program(&interpreter, &["-m", "pip", "install", "--quiet", "-r"]).arg(requirements))?;
    }
    Ok(interpreter)
}

fn parse(mut bytes: &[u8]) -> Option<Vec<String>> {
    let mut answers = Vec::new();
    while !bytes.is_empty() {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let length: usize = std::str::from_utf8(&bytes[..end]).ok()?.parse().ok()?;
        let answer = bytes.get(end + 1..end + 1 + length)?;
        answers.push(String::from_utf8(answer.to_vec()).ok()?);
        bytes = bytes.get(end + 2 + length..)?;
    }
    Some(answers)
}
