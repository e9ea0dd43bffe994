//! Kubewarden, over waPC: one export besides `memory`; the host is asked for the operation and its
//! payload, and told the answer.

use super::heap;
use crate::admission;

#[link(wasm_import_module = "wapc")]
unsafe extern "C" {
    fn __guest_request(operation: *mut u8, payload: *mut u8);
    fn __guest_response(pointer: *const u8, length: usize);
    fn __guest_error(pointer: *const u8, length: usize);
}

/// Answers one operation: 1 with a response set, 0 with an error set.
#[unsafe(no_mangle)]
extern "C" fn __guest_call(operation_length: usize, payload_length: usize) -> i32 {
    // Nothing is left of the call before.
    heap::reset(heap::base());
    let mut operation = vec![0; operation_length];
    let mut payload = vec![0; payload_length];
    // SAFETY: the host writes exactly the two lengths that it announced.
    unsafe { __guest_request(operation.as_mut_ptr(), payload.as_mut_ptr()) };
    let operation = super::text(&operation);
    let payload = super::text(&payload);
    // Not an operation of the protocol: for hosts that want more than a verdict.
    let answer = match operation.as_ref() {
        "netpol/call" => Some(super::relay(&payload)),
        _ => admission::kubewarden(&operation, &payload),
    };
    match answer {
        Some(text) => {
            // SAFETY: pointer and length are of one living string.
            unsafe { __guest_response(text.as_ptr(), text.len()) };
            1
        }
        None => {
            let text = format!("unknown operation `{operation}`");
            // SAFETY: as above.
            unsafe { __guest_error(text.as_ptr(), text.len()) };
            0
        }
    }
}
