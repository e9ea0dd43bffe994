//! Open Policy Agent: the exports that OPA's hosts expect of a policy compiled from Rego (ABI 1.3),
//! served by plain Rust. A value handle is the address of NUL-terminated JSON text. The module
//! imports its memory; `cargo xtask build` adds the two version globals and makes the memory small
//! enough for every host.

mod context;
mod rego;
mod top;

use std::slice;

use super::heap;
use crate::admission::{self, ENTRYPOINTS};

/// The answer of a function that OPA defines and netpol has no use for (`OPA_ERR_INTERNAL`).
const NOT_SUPPORTED: usize = 1;

/// Copies text to the heap, NUL-terminated, for the host to read.
fn give(text: &[u8]) -> usize {
    let address = heap::take(text.len() + 1);
    if address != 0 {
        // SAFETY: `take` gave this many bytes, and nothing else holds them.
        let block = unsafe { slice::from_raw_parts_mut(address as *mut u8, text.len() + 1) };
        if let Some((end, body)) = block.split_last_mut() {
            body.copy_from_slice(text);
            *end = 0;
        }
    }
    address
}

/// The text behind a handle; none behind 0.
///
/// # Safety
/// The handle is 0 or came from this module.
unsafe fn text<'a>(handle: usize) -> &'a [u8] {
    let mut length = 0;
    // SAFETY: text behind a handle ends with NUL.
    unsafe {
        while handle != 0 && *((handle + length) as *const u8) != 0 {
            length += 1;
        }
        super::written(handle as *const u8, length)
    }
}

/// A new object of entrypoint names and numbers.
#[unsafe(no_mangle)]
extern "C" fn entrypoints() -> usize {
    let mut list = String::from("{");
    for (number, name) in ENTRYPOINTS.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        list.push_str(&format!("{comma}\"{name}\":{number}"));
    }
    list.push('}');
    give(list.as_bytes())
}

/// A new object of the built-in functions that the host must supply: none.
#[unsafe(no_mangle)]
extern "C" fn builtins() -> usize {
    give(b"{}")
}

/// Memory for the host to write to.
#[unsafe(no_mangle)]
extern "C" fn opa_malloc(size: usize) -> usize {
    heap::take(size)
}

/// The heap is given back as a whole, by `opa_heap_ptr_set`.
#[unsafe(no_mangle)]
extern "C" fn opa_free(_address: usize) {}

/// As `opa_free`.
#[unsafe(no_mangle)]
extern "C" fn opa_value_free(_handle: usize) {}

/// A handle for JSON text; some hosts count its closing NUL in the length.
///
/// # Safety
/// The range lies in this module's memory.
#[unsafe(no_mangle)]
unsafe extern "C" fn opa_json_parse(address: usize, length: usize) -> usize {
    // SAFETY: the caller's promise.
    let written = unsafe { super::written(address as *const u8, length) };
    let written = written.strip_suffix(&[0]).unwrap_or(written);
    match rego::without_system(written) {
        Some(rest) => give(rest.as_bytes()),
        None => give(written),
    }
}

/// As `opa_json_parse`; Rego text is read when it is used.
///
/// # Safety
/// The range lies in this module's memory.
#[unsafe(no_mangle)]
unsafe extern "C" fn opa_value_parse(address: usize, length: usize) -> usize {
    // SAFETY: the caller's promise.
    unsafe { opa_json_parse(address, length) }
}

/// The address of a value's text is its handle.
#[unsafe(no_mangle)]
extern "C" fn opa_json_dump(handle: usize) -> usize {
    handle
}

/// As `opa_json_dump`.
#[unsafe(no_mangle)]
extern "C" fn opa_value_dump(handle: usize) -> usize {
    handle
}

/// Changing stored data in place is not supported: hosts then set it whole.
#[unsafe(no_mangle)]
extern "C" fn opa_value_add_path(_base: usize, _path: usize, _value: usize) -> usize {
    NOT_SUPPORTED
}

/// As `opa_value_add_path`.
#[unsafe(no_mangle)]
extern "C" fn opa_value_remove_path(_base: usize, _path: usize) -> usize {
    NOT_SUPPORTED
}

/// Evaluates in one call; `data` is a handle, `input` what the host wrote, `heap` where free
/// memory starts, `format` 0 for JSON and 1 for Rego.
///
/// # Safety
/// The host wrote `input` within memory, and `data` is a handle of this module.
#[unsafe(no_mangle)]
unsafe extern "C" fn opa_eval(
    _reserved: usize,
    entrypoint: usize,
    data: usize,
    input: usize,
    input_length: usize,
    heap: usize,
    format: usize,
) -> usize {
    // SAFETY: the caller's promise.
    let (input, data) = unsafe { (super::written(input as *const u8, input_length), text(data)) };
    heap::reset(heap);
    let result = evaluate(entrypoint, input, data, format == 1);
    top::keep(result)
}

/// The result set of one evaluation, in the host's format.
fn evaluate(entrypoint: usize, input: &[u8], data: &[u8], as_rego: bool) -> String {
    let (input, data) = (rego::json(input), rego::json(data));
    let result = match ENTRYPOINTS.get(entrypoint).copied() {
        Some("netpol/call") => Some(super::relay(&input)),
        Some("netpol/report") if admission::is_request(&input) => Some(crate::call("check", &input)),
        Some(name) => admission::opa(name, &input, &data),
        None => None,
    };
    match (result, as_rego) {
        (Some(result), true) => ["{{\"result\":", &result, "}}"].concat(),
        (Some(result), false) => ["[{\"result\":", &result, "}]"].concat(),
        (None, true) => "set()".to_owned(),
        (None, false) => "[]".to_owned(),
    }
}
