//! Overwrites what earlier calls left on a thread's stack.

#![expect(unsafe_code, reason = "an allocator is an unsafe trait, and all here is handed on")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::hint::black_box;

thread_local! {
    /// The deepest place of this thread's stack at which something was allocated or given back since
    /// it was last overwritten. Stacks grow downwards, so the deepest is the smallest address.
    static DEEPEST: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// How much deeper than that calls may have gone which allocate nothing, such as ciphers and copies,
/// in bytes. No array of ours on the stack is larger: clippy refuses it.
const BELOW: usize = 16 << 10;

/// The most that is overwritten, in bytes: a thread of the runtime has 2 MiB, and what it runs may
/// nest by 1 MiB.
const MOST: usize = 1536 << 10;

/// Bytes that one call of [`fill`] overwrites.
const PIECE: usize = 4 << 10;

/// Where the stack stands, roughly.
#[inline]
fn here() -> usize {
    let mark = 0_u8;
    std::ptr::from_ref(black_box(&mark)).addr()
}

/// An allocator that notes how deep the stack is whenever it is used. Answers and keys are kept on
/// the heap, so whatever works with them passes here.
pub(super) struct Noting<A>(pub(super) A);

impl<A> Noting<A> {
    #[inline]
    fn note() {
        let here = here();
        DEEPEST.with(|it| it.set(it.get().min(here)));
    }
}

// SAFETY: every call is handed on as it is.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Noting<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::note();
        // SAFETY: the caller keeps the promises of this very method.
        unsafe { self.0.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::note();
        // SAFETY: the caller keeps the promises of this very method.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        Self::note();
        // SAFETY: the caller keeps the promises of this very method.
        unsafe { self.0.dealloc(block, layout) }
    }
}

/// Overwrites what calls left below this one since it was last done: parts of answers and keys that
/// were copied there on their way. For a thread that is about to wait, which it does several times
/// in a step; so only as much is overwritten as was used.
pub(crate) fn overwrite_stack() {
    let here = here();
    let deepest = DEEPEST.replace(usize::MAX).min(here);
    fill((deepest - BELOW).max(here - MOST));
}

/// Overwrites the stack from here down to an address.
#[inline(never)]
fn fill(end: usize) {
    // Making it is what overwrites: one fill, where `zeroize` would write byte by byte.
    let mut left = [0_u8; PIECE];
    if std::ptr::from_mut(black_box(&mut left)).addr() > end {
        fill(end);
    }
    // Used once more, so that the call before is no jump that gives the piece up first.
    black_box(&mut left);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn dig(depth: usize) -> usize {
        let piece = black_box([7_u8; 1 << 10]);
        let reached = if depth == 0 { here() } else { dig(depth - 1) };
        black_box(piece);
        reached
    }

    #[inline(never)]
    fn dig_and_allocate(depth: usize) {
        let piece = black_box([7_u8; 1 << 10]);
        if depth == 0 {
            drop(black_box(vec![1_u8; 64]));
        } else {
            dig_and_allocate(depth - 1);
        }
        black_box(piece);
    }

    #[test]
    fn how_deep_an_allocation_was_is_known_until_the_stack_is_overwritten() {
        let start = here();
        overwrite_stack();
        dig_and_allocate(100);
        assert!(start - DEEPEST.get() > 100 << 10);
        assert!(dig(100) < start - (100 << 10));
        overwrite_stack();
        assert_eq!(DEEPEST.get(), usize::MAX);
    }
}
