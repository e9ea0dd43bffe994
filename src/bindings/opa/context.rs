//! The older way to evaluate, which Java's and Kubewarden's OPA hosts use: a context is filled
//! piece by piece, evaluated, and asked for its result.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::{evaluate, heap, text, top};

/// Handles of input and data, number of the entrypoint, handle of the result.
struct Context {
    input: AtomicUsize,
    data: AtomicUsize,
    entrypoint: AtomicUsize,
    result: AtomicUsize,
}

/// The one context: hosts evaluate one at a time, each time in a new one.
static CONTEXT: Context = Context {
    input: AtomicUsize::new(0),
    data: AtomicUsize::new(0),
    entrypoint: AtomicUsize::new(0),
    result: AtomicUsize::new(0),
};

/// A fresh context.
#[unsafe(no_mangle)]
extern "C" fn opa_eval_ctx_new() -> usize {
    for field in [&CONTEXT.input, &CONTEXT.data, &CONTEXT.entrypoint, &CONTEXT.result] {
        field.store(0, Relaxed);
    }
    (&raw const CONTEXT) as usize
}

/// Sets the handle of the input.
#[unsafe(no_mangle)]
extern "C" fn opa_eval_ctx_set_input(_context: usize, handle: usize) {
    CONTEXT.input.store(handle, Relaxed);
}

/// Sets the handle of the data.
#[unsafe(no_mangle)]
extern "C" fn opa_eval_ctx_set_data(_context: usize, handle: usize) {
    CONTEXT.data.store(handle, Relaxed);
}

/// Sets the number of the entrypoint.
#[unsafe(no_mangle)]
extern "C" fn opa_eval_ctx_set_entrypoint(_context: usize, number: usize) {
    CONTEXT.entrypoint.store(number, Relaxed);
}

/// The handle of the result set.
#[unsafe(no_mangle)]
extern "C" fn opa_eval_ctx_get_result(_context: usize) -> usize {
    CONTEXT.result.load(Relaxed)
}

/// Evaluates the context; 0 says that there is a result.
#[unsafe(no_mangle)]
extern "C" fn eval(_context: usize) -> usize {
    // SAFETY: both handles are 0 or were given by this module.
    let (input, data) = unsafe { (text(CONTEXT.input.load(Relaxed)), text(CONTEXT.data.load(Relaxed))) };
    heap::reset(heap::top());
    let result = evaluate(CONTEXT.entrypoint.load(Relaxed), input, data, false);
    CONTEXT.result.store(top::keep(result), Relaxed);
    0
}
