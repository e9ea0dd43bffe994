//! The top of the heap, which OPA's hosts read, save and set back.

use super::heap;

/// The top of the heap, for the host to save.
#[unsafe(no_mangle)]
extern "C" fn opa_heap_ptr_get() -> usize {
    heap::top()
}

/// Sets the top of the heap back to a saved one.
#[unsafe(no_mangle)]
extern "C" fn opa_heap_ptr_set(top: usize) {
    heap::reset(top);
}

/// No block is remembered between evaluations, so there is nothing to stash.
#[unsafe(no_mangle)]
extern "C" fn opa_heap_blocks_stash() {}

/// As `opa_heap_blocks_stash`.
#[unsafe(no_mangle)]
extern "C" fn opa_heap_blocks_restore() {}

/// As `opa_heap_blocks_stash`.
#[unsafe(no_mangle)]
extern "C" fn opa_heap_stash_clear() {}

/// Ends an evaluation: its result, NUL-terminated, stays until the host sets the top back.
pub(super) fn keep(mut result: String) -> usize {
    result.push('\0');
    String::leak(result).as_ptr() as usize
}
