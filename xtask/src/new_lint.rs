//! Starts a lint: its file, its line in the list of modules and in the registry, its spec. What it
//! writes compiles; the tests of the lints fail until it finds its example.

use crate::shell::{Outcome, root};
use std::fs;

const LINTS: &str = "src/lints.rs";
const REGISTRY: &str = "src/lints/registry.rs";

/// Writes the lint of that name; the code is the next free one unless given.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let (name, code) = match arguments {
        [name] => (name, None),
        [name, code] => (name, Some(code.clone())),
        _ => return Err("usage: cargo xtask new-lint <name-in-kebab-case> [<code>]".into()),
    };
    if !is_kebab_case(name) {
        return Err(format!("`{name}` is no name in kebab case"));
    }
    let module = name.replace('-', "_");
    let file = format!("src/lints/{module}.rs");
    if root().join(&file).exists() {
        return Err(format!("{file} exists"));
    }
    let registered = registered()?;
    let code = match code {
        Some(code) if registered.iter().any(|(taken, _)| *taken == code) => {
            return Err(format!("{code} is taken"));
        }
        Some(code) => code,
        None => next(&registered)?,
    };
    write(&file, &source(name, &module, &code, &version()?))?;
    write(&format!("tests/lints/{name}.md"), &spec(name))?;
    add_module(&module)?;
    add_to_registry(&module, &code, registered)?;
    println!(
        "{file} is {code}: write its documentation and its check, then UPDATE=1 cargo test --test lints"
    );
    Ok(())
}

fn is_kebab_case(name: &str) -> bool {
    !name.is_empty()
        && name.split('-').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// The lines of the registry with their lints' codes, in order.
fn registered() -> Outcome<Vec<(String, String)>> {
    let registry = read(REGISTRY)?;
    let lines = registry
        .lines()
        .filter(|line| line.starts_with("    ") && line.contains("::") && line.ends_with(','));
    let modules =
        lines.filter_map(|line| Some((line.trim().split_once("::")?.0.to_owned(), line.to_owned())));
    modules
        .filter(|(module, _)| !module.contains('$'))
        .map(|(module, line)| Ok((code_of(&module)?, line)))
        .collect()
}

fn code_of(module: &str) -> Outcome<String> {
    let source = read(&format!("src/lints/{module}.rs"))?;
    let code = source
        .split_once("code: \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(code, _)| code.to_owned());
    code.ok_or_else(|| format!("src/lints/{module}.rs has no code"))
}

/// The code after the highest there is.
fn next(registered: &[(String, String)]) -> Outcome<String> {
    let numbers = registered.iter().filter_map(|(code, _)| code.strip_prefix("NP")?.parse::<u32>().ok());
    numbers
        .max()
        .map(|highest| format!("NP{:03}", highest + 1))
        .ok_or_else(|| format!("{REGISTRY} lists no lint"))
}

fn add_module(module: &str) -> Outcome {
    let text = read(LINTS)?;
    let mut lines: Vec<&str> = text.lines().collect();
    let line = format!("mod {module};");
    let after_framework = lines
        .iter()
        .position(|it| *it == "mod registry;")
        .ok_or_else(|| format!("{LINTS} has no `mod registry;`"))?;
    let own = |it: &&str| it.starts_with("mod ");
    let later = lines.iter().skip(after_framework + 1).position(|it| own(it) && **it > *line);
    let at = later
        .map(|at| at + after_framework + 1)
        .ok_or_else(|| format!("{LINTS} has no place for `{line}`"))?;
    lines.insert(at, &line);
    write(LINTS, &(lines.join("\n") + "\n"))
}

fn add_to_registry(module: &str, code: &str, registered: Vec<(String, String)>) -> Outcome {
    let mut lines = registered.clone();
    lines.push((code.to_owned(), format!("    {module}::{} by policy,", module.to_uppercase())));
    lines.sort();
    let joined = |lines: &[(String, String)]| {
        lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
    };
    let text = read(REGISTRY)?;
    let listed = joined(&registered);
    if !text.contains(&listed) {
        return Err(format!("{REGISTRY} is not in the order of codes"));
    }
    write(REGISTRY, &text.replace(&listed, &joined(&lines)))
}

/// The version that the lint comes with.
fn version() -> Outcome<String> {
    let manifest = read("Cargo.toml")?;
    let version = manifest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_owned).ok_or_else(|| "Cargo.toml names no version".into())
}

fn source(name: &str, module: &str, code: &str, version: &str) -> String {
    let constant = module.to_uppercase();
    let example = |fence: &str| {
        ["```", fence, "\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: web\nspec:\n  podSelector: {}\n  policyTypes: [Ingress]\n```"].concat()
    };
    let docs = format!(
        "The pattern that is found, in one sentence.\n\n## Why\nWhat goes wrong because of it.\n\n## Example\n{}\nUse instead:\n{}",
        example("yaml,finds"),
        example("yaml,clean"),
    );
    let docs: String =
        docs.lines().map(|line| format!("    /// {line}").trim_end().to_owned() + "\n").collect();
    format!(
        "use super::{{Context, Findings, Policy}};
use crate::field::FieldPath;

declare_lint! {{
{docs}    pub {constant} = {{
        name: \"{name}\", code: \"{code}\", severity: Warning,
        needs: [Object], fix: None, since: \"{version}\"
    }}
}}

/// Looks at one policy.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {{
    let field = FieldPath::root().field(\"spec\");
    out.add(&{constant}, policy.object, &field, \"what is wrong, in one sentence\")
        .because(policy.key_place(&field), \"the line that causes it\")
        .help(\"what to do\");
}}
"
    )
}

fn spec(name: &str) -> String {
    format!(
        "# `{name}`\n\nWhat must stay silent, and why.\n\n```yaml\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: web}}\nspec:\n  podSelector: {{}}\n  policyTypes: [Ingress]\n```\n```findings\n```\n"
    )
}

fn read(path: &str) -> Outcome<String> {
    fs::read_to_string(root().join(path)).map_err(|fault| format!("{path}: {fault}"))
}

fn write(path: &str, text: &str) -> Outcome {
    fs::write(root().join(path), text).map_err(|fault| format!("{path}: {fault}"))
}
