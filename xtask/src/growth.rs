//! `cargo xtask growth`: how time and memory grow with the input, over the generated clusters of
//! `NETPOL_DATA/scale` (NetworkPolicies only), every size in a process of its own, in release.
//! `cargo xtask growth wide`: the same for checking one object with a list of thousands.

mod wide;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use netpol::analysis::reach::Reach;
use netpol::api::map_of;
use netpol::manifest::effect::Direction;
use netpol::manifest::{Manifests, read};
use netpol::model::Model;
use netpol::options::Options;
use netpol::source::Source;

use crate::shell::{Outcome, execute, output, program, say, target};

const SIZES: [&str; 3] = ["small", "medium", "large"];
/// The most that ten times the input may cost.
const MOST: f64 = 13.0;

pub fn run(arguments: &[String]) -> Outcome<ExitCode> {
    if let [flag, what, folder] = arguments
        && flag == "--one"
    {
        return one(what, Path::new(folder)).map(|()| ExitCode::SUCCESS);
    }
    match arguments {
        [what] if what == "wide" => {
            return execute(&mut released(&["wide", "--here"])).map(|()| ExitCode::SUCCESS);
        }
        [what, flag] if what == "wide" && flag == "--here" => {
            return wide::run().map(|()| ExitCode::SUCCESS);
        }
        _ => {}
    }
    let data = std::env::var("NETPOL_DATA").map_err(|_| "NETPOL_DATA names no folder of test data")?;
    let generator = Path::new(&data).join("scale/gen_scale.py");
    let mut worst: f64 = 0.0;
    for what in ["reach", "map"] {
        let mut before: Option<(f64, f64)> = None;
        for size in SIZES {
            let folder = generate(&generator, size)?;
            let told = child(what, &folder)?;
            println!("{what:<6} {size:<7} {told}");
            let number = |name: &str| -> Option<f64> {
                told.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
            };
            let now = number("ms").zip(number("kB")).ok_or("the measuring process said something else")?;
            if let Some(last) = before {
                // The smallest run is mostly the process itself: only its growth is told, not judged.
                let (time, memory) = (now.0 / last.0, now.1 / last.1);
                println!("{what:<6}         {time:.1}x the time, {memory:.1}x the memory");
                if size == "large" {
                    worst = worst.max(time).max(memory);
                }
            }
            before = Some(now);
        }
    }
    if worst > MOST {
        return Err(format!("ten times the input cost {worst:.1} times as much; {MOST} is the most"));
    }
    Ok(ExitCode::SUCCESS)
}

fn generate(generator: &Path, size: &str) -> Outcome<PathBuf> {
    let folder = target().join("growth").join(size);
    if !folder.join("networkpolicies.yaml").exists() {
        say(&format!("generating the {size} cluster"));
        let (generator, folder) = (generator.to_string_lossy(), folder.to_string_lossy());
        output(&mut program("python3", &[&generator, "--size", size, "--out", &folder]))?;
    }
    Ok(folder)
}

fn child(what: &str, folder: &Path) -> Outcome<String> {
    Ok(output(&mut released(&["--one", what, &folder.to_string_lossy()]))?.trim().to_owned())
}

/// This command in release.
fn released(arguments: &[&str]) -> std::process::Command {
    let mut command =
        program("cargo", &["run", "--quiet", "--release", "--package", "xtask", "--", "growth"]);
    command.args(arguments);
    command
}

/// Measures one cluster in this process.
fn one(what: &str, folder: &Path) -> Outcome {
    let mut sources = Vec::new();
    for name in ["namespaces.yaml", "workloads.yaml", "networkpolicies.yaml"] {
        let path = folder.join(name);
        let text = std::fs::read_to_string(&path).map_err(|fault| format!("{}: {fault}", path.display()))?;
        sources.push(Source::text(name, text));
    }
    let mut options = Options::default();
    if let Ok(assume) = std::env::var("NETPOL_ASSUME") {
        let pairs = assume.split(',').filter_map(|pair| pair.split_once('='));
        options.assume.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    let start = Instant::now();
    let manifests = read(&sources, &[], &options);
    let read_in = start.elapsed().as_secs_f64() * 1000.0;
    let told = if what == "reach" { reach(&manifests, &options) } else { map(&manifests, &options)? };
    let all = start.elapsed().as_secs_f64() * 1000.0;
    println!("ms={all:.1} kB={} read={read_in:.1} {told}", peak_memory());
    Ok(())
}

fn reach(manifests: &Manifests, options: &Options) -> String {
    let model = Model::new(manifests, options);
    let reach = Reach::new(&model);
    let mut blocks = 0;
    for direction in Direction::BOTH {
        for at in 0..reach.groups(direction).len() {
            let row = reach.row(direction, at);
            blocks += row.must.pods.len() + row.must.addresses.len();
        }
    }
    let groups = Direction::BOTH.map(|direction| reach.groups(direction).len());
    format!("classes={} groups={groups:?} blocks={blocks}", model.classes.list.len()).replace(", ", "+")
}

fn map(manifests: &Manifests, options: &Options) -> Outcome<String> {
    let report = map_of(manifests, options).map_err(|error| error.message)?;
    let mut bytes = Counter(0);
    serde_json::to_writer(&mut bytes, &report).map_err(|fault| fault.to_string())?;
    let (endpoints, rows, grants) = (report.endpoints.len(), report.connections.len(), report.grants.len());
    Ok(format!("endpoints={endpoints} rows={rows} grants={grants} bytes={}", bytes.0))
}

struct Counter(u64);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The most memory this process has held, where the system tells.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0)
}
