//! Keeps what the server has in memory from getting out of it.

use std::hint::black_box;

use mimalloc::MiMalloc;
use zeroizing_alloc::ZeroAlloc;

/// A step makes and drops many small values, which this allocator does in half the time of libc's.
/// Whatever is given back is overwritten first, so that a server that waits holds no answers of
/// those it has served.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<MiMalloc> = ZeroAlloc(MiMalloc);

/// Keeps the memory out of core dumps, and from other programs of the same user. A build for
/// developers lets those read it, since debuggers and the search for leaks do.
///
/// Where the system refuses, a warning says so: it may run in a container that has done this itself.
pub(crate) fn keep_to_ourselves() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{
            DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit,
        };

        let none = Rlimit { current: Some(0), maximum: Some(0) };
        let dumps = setrlimit(Resource::Core, none);
        let readers = if cfg!(debug_assertions) {
            Ok(())
        } else {
            set_dumpable_behavior(DumpableBehavior::NotDumpable)
        };
        if let Err(error) = dumps.and(readers) {
            tracing::warn!(%error, "the memory could not be kept out of core dumps");
        }
    }
}

/// How much of a thread's stack is overwritten when the thread has nothing to do, in bytes. Serving
/// a request goes deeper only where an interview nests deeply.
const STACK: usize = 256 << 10;

/// Overwrites what earlier calls left on this thread's stack: parts of answers and keys that were
/// copied there on their way. For a thread that is about to wait.
#[expect(clippy::large_stack_arrays, reason = "the stack is what it is about")]
#[inline(never)]
pub(crate) fn overwrite_stack() {
    // Making it is what overwrites: one fill, where `zeroize` would write byte by byte, at each wait.
    // A constant without a name would lie in the program instead of on the stack.
    let mut left = [0_u8; STACK];
    black_box(&mut left);
}
