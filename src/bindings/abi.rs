//! Any wasm runtime: no imports, and besides `memory` three exports. A host writes the method and
//! the request into memory it got from `netpol_alloc`, calls `netpol_call`, reads the two
//! little-endian `u32` at the address it gives (pointer and length of the answer), and frees what
//! it allocated as well as the answer with `netpol_free`.

use std::alloc::{Layout, alloc, dealloc};
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::heap;

/// Pointer and length of the last answer, as the host reads them: two `u32` on wasm32.
static ANSWER: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];

/// How many blocks the host holds.
static HELD: AtomicUsize = AtomicUsize::new(0);

fn layout(size: usize) -> Option<Layout> {
    Layout::array::<u8>(size).ok()
}

/// Memory of `size` bytes for the host to write to; null where there is none left.
#[unsafe(no_mangle)]
extern "C" fn netpol_alloc(size: usize) -> *mut u8 {
    match layout(size) {
        Some(layout) if size > 0 => {
            // SAFETY: the size of the layout is not zero.
            let block = unsafe { alloc(layout) };
            HELD.fetch_add(usize::from(!block.is_null()), Relaxed);
            block
        }
        Some(_) => NonNull::dangling().as_ptr(),
        None => null_mut(),
    }
}

/// Gives back `size` bytes from `netpol_alloc`, or an answer with its length.
///
/// # Safety
/// The pair comes from `netpol_alloc` or `netpol_call` and was not given back before.
#[unsafe(no_mangle)]
unsafe extern "C" fn netpol_free(pointer: *mut u8, size: usize) {
    if let (Some(layout), true, false) = (layout(size), size > 0, pointer.is_null()) {
        // SAFETY: the caller's promise; an answer's capacity is its length.
        unsafe { dealloc(pointer, layout) }
        // Blocks of other sizes may be asked for next: once none is held, the heap begins again.
        if HELD.fetch_sub(1, Relaxed) == 1 {
            heap::reset(heap::base());
        }
    }
}

/// Answers one request. The pair at the returned address is valid until the next call; the
/// answer itself until the host frees it.
///
/// # Safety
/// Both ranges lie in this module's memory.
#[unsafe(no_mangle)]
unsafe extern "C" fn netpol_call(
    method: *const u8,
    method_length: usize,
    request: *const u8,
    request_length: usize,
) -> *const [AtomicUsize; 2] {
    // SAFETY: the caller's promise.
    let (method, request) =
        unsafe { (super::written(method, method_length), super::written(request, request_length)) };
    // Text is the contract; other bytes become U+FFFD, as in a host that decodes them itself.
    let (address, size) = heap::apart(|| crate::call(&super::text(method), &super::text(request)));
    HELD.fetch_add(1, Relaxed);
    let [pointer, length] = &ANSWER;
    pointer.store(address, Relaxed);
    length.store(size, Relaxed);
    &raw const ANSWER
}
