//! `cargo xtask check`: parses every built module and holds it against its contract: exactly these
//! imports and exports, a memory that every host can give, no JavaScript, no WASI, and a gzipped
//! size within its budget.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use walrus::{ExportItem, GlobalKind, ImportKind, Module};

use crate::postlink::parse;
use crate::shell::{Outcome, dist, read, root, say};

struct Contract {
    file: &'static str,
    imports: &'static str,
    exports: &'static str,
    /// The most pages that the module may ask for at the start.
    pages: u64,
    /// kB, gzipped.
    budget: usize,
}

const CONTRACTS: &[Contract] = &[
    Contract {
        file: "netpol.wasm",
        imports: "",
        exports: "memory netpol_alloc netpol_call netpol_free",
        pages: 64,
        budget: 350,
    },
    Contract {
        file: "netpol.opa.wasm",
        imports: "env.memory",
        exports: "builtins entrypoints eval memory opa_eval opa_eval_ctx_get_result opa_eval_ctx_new \
                  opa_eval_ctx_set_data opa_eval_ctx_set_entrypoint opa_eval_ctx_set_input opa_free \
                  opa_heap_blocks_restore opa_heap_blocks_stash opa_heap_ptr_get opa_heap_ptr_set \
                  opa_heap_stash_clear opa_json_dump opa_json_parse opa_malloc opa_value_add_path \
                  opa_value_dump opa_value_free opa_value_parse opa_value_remove_path \
                  opa_wasm_abi_minor_version opa_wasm_abi_version",
        pages: 1,
        budget: 350,
    },
    Contract {
        file: "netpol.kubewarden.wasm",
        imports: "wapc.__guest_error wapc.__guest_request wapc.__guest_response",
        exports: "__guest_call memory",
        pages: 64,
        budget: 350,
    },
];

/// Kilobytes, gzipped, of the wasm in the npm package.
const PACKAGE_BUDGET: usize = 450;

/// A size above its budget that is borne for now. It only ever goes down: when a module shrinks,
/// lower it; when it is within its budget, remove the line.
struct Borne {
    file: &'static str,
    /// kB, gzipped; two in a hundred more are let pass.
    size: usize,
    since: &'static str,
    because: &'static str,
}

const BORNE: &[Borne] = &[
    borne("netpol.wasm", 564),
    borne("netpol.opa.wasm", 577),
    borne("netpol.kubewarden.wasm", 567),
    borne("pkg/dist/netpol_bg.wasm", 745),
];

const fn borne(file: &'static str, size: usize) -> Borne {
    Borne { file, size, since: "2026-11-23", because: "the lints and the model have outgrown the budget" }
}

pub fn run() -> Outcome {
    say("checking the modules");
    let mut faults = Vec::new();
    for contract in CONTRACTS {
        let bytes = read(&dist().join(contract.file))?;
        let module = parse(&bytes)?;
        faults.extend(
            breaches(contract, &module).into_iter().map(|fault| format!("{}: {fault}", contract.file)),
        );
        faults.extend(weigh(contract.file, &bytes, contract.budget));
    }
    faults.extend(weigh(
        "pkg/dist/netpol_bg.wasm",
        &read(&root().join("pkg/dist/netpol_bg.wasm"))?,
        PACKAGE_BUDGET,
    ));
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// Prints the size of a module beside its budget, and complains where it is over both that and
/// what is borne.
fn weigh(file: &str, bytes: &[u8], budget: usize) -> Option<String> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let size = packed
        .write_all(bytes)
        .and_then(|()| packed.finish())
        .map_or(usize::MAX, |packed| packed.len())
        .div_ceil(1000);
    let borne = BORNE.iter().find(|borne| borne.file == file);
    let most = borne.map_or(budget, |borne| budget.max(borne.size + borne.size / 50));
    eprintln!("  {file:<24} {:>5} kB, gzipped {size:>4} of {budget} kB", bytes.len().div_ceil(1000));
    if let Some(Borne { size, since, because, .. }) = borne {
        eprintln!("  {:<24} {size} kB are borne since {since}: {because}", "");
    }
    (size > most).then(|| format!("{file}: {size} kB gzipped are more than {most} kB"))
}

fn breaches(contract: &Contract, module: &Module) -> Vec<String> {
    let mut faults = Vec::new();
    let mut names = |what: &str, wanted: &str, mut found: Vec<String>| {
        found.sort();
        if !wanted.split_whitespace().eq(found.iter().map(String::as_str)) {
            faults.push(format!("{what} `{}` instead of `{wanted}`", found.join(" ")));
        }
    };
    let import = |import: &walrus::Import| format!("{}.{}", import.module, import.name);
    names("imports", contract.imports, module.imports.iter().map(import).collect());
    names("exports", contract.exports, module.exports.iter().map(|export| export.name.clone()).collect());
    let pages = module.memories.iter().map(|memory| memory.initial).sum::<u64>();
    if pages > contract.pages {
        faults.push(format!("asks for {pages} pages of memory, more than {}", contract.pages));
    }
    for import in module.imports.iter() {
        if let ImportKind::Memory(memory) = import.kind
            && let Some(most) = module.memories.get(memory).maximum
        {
            faults.push(format!("bounds the host's memory to {most} pages"));
        }
    }
    for export in module.exports.iter().filter(|export| export.name.contains("_abi_")) {
        let constant = matches!(export.item, ExportItem::Global(global)
            if !module.globals.get(global).mutable && matches!(module.globals.get(global).kind, GlobalKind::Local(_)));
        if !constant {
            faults.push(format!("`{}` is not a constant", export.name));
        }
    }
    let metadata = module.customs.iter().any(|(_, section)| section.name() == "io.kubewarden.metadata");
    if metadata != contract.file.contains("kubewarden") {
        faults.push("has Kubewarden's metadata where it should not, or lacks it".to_owned());
    }
    faults
}
