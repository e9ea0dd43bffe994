//! The heap of the engine modules: one region above the module's own data, a freeing allocator that
//! is made anew for each evaluation, so that nothing outlives one and no evaluation need give back
//! what it took. All its state is static: OPA's hosts copy the region from one instance to another.

#[cfg(feature = "abi")]
use std::alloc::handle_alloc_error;
use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const PAGE: usize = 1 << 16;
/// Every block starts at a multiple of this, which suits every type.
const ALIGN: usize = 16;
/// Sizes up to here are rounded to multiples of `ALIGN`, larger ones to quarters of a power of two.
const SMALL: usize = 512;
const SMALL_CLASSES: usize = SMALL / ALIGN;
/// Four for each power of two from `SMALL` to the end of a 32-bit memory.
const CLASSES: usize = SMALL_CLASSES + 4 * (32 - SMALL.ilog2() as usize) + 1;

/// The first free byte; 0 stands for the end of the module's own data.
static TOP: AtomicUsize = AtomicUsize::new(0);
/// The last freed block of each class; each holds the address of the one before.
static FREED: [AtomicUsize; CLASSES] = [const { AtomicUsize::new(0) }; CLASSES];

unsafe extern "C" {
    static __heap_base: u8;
}

#[global_allocator]
static HEAP: Heap = Heap;

struct Heap;

/// The class of a size and the size of that class's blocks.
#[inline]
fn class(size: usize) -> (usize, usize) {
    let size = size.max(1);
    if size > SMALL {
        return large(size);
    }
    let class = (size - 1) / ALIGN;
    (class, (class + 1) * ALIGN)
}

/// The same of sizes above `SMALL`.
#[cold]
fn large(size: usize) -> (usize, usize) {
    let power = (size - 1).ilog2() as usize;
    let quarter = 1 << (power - 2);
    let quarters = (size - 1) / quarter + 1;
    // From 5 quarters (just above the power) to 8 (the next power).
    (SMALL_CLASSES + 4 * (power - SMALL.ilog2() as usize) + quarters - 5, quarters.saturating_mul(quarter))
}

/// Where the heap begins: the end of the module's own data.
pub(super) fn base() -> usize {
    (&raw const __heap_base) as usize
}

/// The first free byte.
pub(super) fn top() -> usize {
    match TOP.load(Relaxed) {
        0 => base(),
        top => top,
    }
}

/// Starts an evaluation: free memory begins at `top`, and no block is remembered.
pub(super) fn reset(top: usize) {
    TOP.store(top.next_multiple_of(ALIGN), Relaxed);
    // SAFETY: atomic integers of zero; a module has one thread. A loop would be a hundred turns.
    unsafe { ptr::write_bytes(FREED.as_ptr().cast_mut(), 0, CLASSES) };
}

/// Takes `size` bytes from the top; 0 where memory has come to its end.
pub(super) fn take(size: usize) -> usize {
    let start = top().next_multiple_of(ALIGN);
    let Some(end) = start.checked_add(size) else { return 0 };
    if end > memory_size::<0>() * PAGE && !grow(end) {
        return 0;
    }
    TOP.store(end, Relaxed);
    start
}

/// Whether memory could be made to reach so far.
#[cold]
fn grow(end: usize) -> bool {
    let missing = end.saturating_sub(memory_size::<0>() * PAGE).div_ceil(PAGE);
    memory_grow::<0>(missing) != usize::MAX
}

/// Evaluates above all blocks that the host holds, and gives the answer as such a block; whatever
/// else the evaluation took is free again.
#[cfg(feature = "abi")]
pub(super) fn apart(evaluate: impl FnOnce() -> String) -> (usize, usize) {
    let (outer, freed) = (top(), FREED.each_ref().map(|block| block.load(Relaxed)));
    reset(outer);
    let answer = String::leak(evaluate());
    let (from, length) = (answer.as_ptr() as usize, answer.len());
    TOP.store(outer, Relaxed);
    for (block, freed) in FREED.iter().zip(freed) {
        block.store(freed, Relaxed);
    }
    let layout = Layout::for_value(answer);
    // SAFETY: an answer is never empty. The new block, as long, may overlap the old one, which nothing
    // has written to: it is all that was taken since.
    let kept = unsafe { HEAP.alloc(layout) };
    if kept.is_null() {
        handle_alloc_error(layout);
    }
    // SAFETY: as above.
    unsafe { ptr::copy(from as *const u8, kept, length) };
    (kept as usize, length)
}

// SAFETY: blocks are disjoint, of their class's size at least, and start at multiples of `ALIGN`;
// larger alignments get a block long enough to hold one, and never give it back. Compiled into each of
// their many callers, these three would make a module 2% larger.
unsafe impl GlobalAlloc for Heap {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > ALIGN {
            let start = take(layout.size().saturating_add(layout.align()));
            return if start == 0 {
                ptr::null_mut()
            } else {
                start.next_multiple_of(layout.align()) as *mut u8
            };
        }
        let (class, size) = class(layout.size());
        let Some(freed) = FREED.get(class) else { return ptr::null_mut() };
        match freed.load(Relaxed) {
            0 => take(size) as *mut u8,
            block => {
                // SAFETY: a freed block of this class holds the address of the one before.
                freed.store(unsafe { *(block as *const usize) }, Relaxed);
                block as *mut u8
            }
        }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let (class, size) = class(layout.size());
        if layout.align() > ALIGN {
            return;
        }
        if block as usize + size == TOP.load(Relaxed) {
            TOP.store(block as usize, Relaxed);
        } else if let Some(freed) = FREED.get(class) {
            // SAFETY: every block is longer than an address, and the caller is done with it.
            unsafe { *block.cast::<usize>() = freed.load(Relaxed) };
            freed.store(block as usize, Relaxed);
        }
    }

    #[inline(never)]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, wanted: usize) -> *mut u8 {
        let ((_, had), (_, size)) = (class(layout.size()), class(wanted));
        if layout.align() <= ALIGN {
            if had == size {
                return block;
            }
            // The last block grows and shrinks where it is.
            if block as usize + had == TOP.load(Relaxed) {
                TOP.store(block as usize, Relaxed);
                let same = take(size);
                if same == 0 {
                    TOP.store(block as usize + had, Relaxed);
                }
                return same as *mut u8;
            }
        }
        // SAFETY: the caller's promise on layout and size; the two blocks are disjoint.
        unsafe {
            let other = self.alloc(Layout::from_size_align_unchecked(wanted, layout.align()));
            if !other.is_null() {
                ptr::copy_nonoverlapping(block, other, wanted.min(layout.size()));
                self.dealloc(block, layout);
            }
            other
        }
    }
}
