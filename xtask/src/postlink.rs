//! From the module that rustc linked to the module that a host wants.

use walrus::ir::{BinaryOp, Value};
use walrus::{
    ConstExpr, DataKind, FunctionBuilder, MemoryId, Module, ModuleConfig, RawCustomSection, ValType,
};

use crate::shell::{Outcome, read, root};

/// What is done to a module, besides taking away the exports that only a linker needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rework {
    Plain,
    /// A memory that starts with one page, and the two version globals.
    Opa,
    /// The metadata section.
    Kubewarden,
}

const LINKER_EXPORTS: [&str; 2] = ["__data_end", "__heap_base"];

/// The reworked module.
pub fn rework(linked: &[u8], how: Rework) -> Outcome<Vec<u8>> {
    let mut module = parse(linked)?;
    for name in LINKER_EXPORTS {
        let _ = module.exports.remove(name);
    }
    match how {
        Rework::Plain => {}
        Rework::Opa => {
            shrink_memory(&mut module)?;
            // A static of the library would export its address, not its value.
            for (name, version) in [("opa_wasm_abi_version", 1), ("opa_wasm_abi_minor_version", 3)] {
                let value = ConstExpr::Value(Value::I32(version));
                let global = module.globals.add_local(ValType::I32, false, false, value);
                module.exports.add(name, global);
            }
        }
        Rework::Kubewarden => {
            let metadata = read(&root().join("policies/engines/kubewarden/metadata.json"))?;
            module
                .customs
                .add(RawCustomSection { name: "io.kubewarden.metadata".to_owned(), data: metadata });
        }
    }
    Ok(module.emit_wasm())
}

/// A module as walrus reads it.
pub fn parse(bytes: &[u8]) -> Outcome<Module> {
    let mut config = ModuleConfig::new();
    config.generate_producers_section(false);
    config.parse(bytes).map_err(|fault| format!("cannot read a built module: {fault}"))
}

/// Lets the module live with a memory of one page: hosts create it, small. What it needs it takes
/// in its start function, and copies its data in only then.
fn shrink_memory(module: &mut Module) -> Outcome {
    let memory = module.memories.iter().next().ok_or("the module has no memory")?.id();
    let pages = module.memories.get(memory).initial;
    module.memories.get_mut(memory).initial = 1;
    let pages = i32::try_from(pages).map_err(|_| "the module wants too much memory")?;

    let mut copies = Vec::new();
    let segments: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    for segment in segments {
        let data = module.data.get_mut(segment);
        let length = data.value.len() as i32;
        if let DataKind::Active { offset: ConstExpr::Value(Value::I32(offset)), .. } = data.kind {
            data.kind = DataKind::Passive;
            copies.push((segment, offset, length));
        }
    }
    for (data, _, _) in &copies {
        module.memories.get_mut(memory).data_segments.remove(data);
    }

    let mut start = FunctionBuilder::new(&mut module.types, &[], &[]);
    let mut body = start.func_body();
    grow(&mut body, memory, pages);
    for (data, offset, length) in copies {
        body.i32_const(offset).i32_const(0).i32_const(length).memory_init(memory, data).data_drop(data);
    }
    if let Some(before) = module.start {
        body.call(before);
    }
    module.start = Some(start.finish(Vec::new(), &mut module.funcs));
    Ok(())
}

/// Grows the memory to so many pages, or traps.
fn grow(body: &mut walrus::InstrSeqBuilder<'_>, memory: MemoryId, pages: i32) {
    body.i32_const(pages).memory_size(memory).binop(BinaryOp::I32GtU).if_else(
        None,
        |grow| {
            grow.i32_const(pages).memory_size(memory).binop(BinaryOp::I32Sub).memory_grow(memory);
            grow.i32_const(-1).binop(BinaryOp::I32Eq).if_else(
                None,
                |refused| {
                    refused.unreachable();
                },
                |_| {},
            );
        },
        |_| {},
    );
}
