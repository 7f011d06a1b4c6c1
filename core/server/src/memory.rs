//! Keeps what the server has in memory from getting out of it.

mod stack;

use mimalloc::MiMalloc;
use zeroizing_alloc::ZeroAlloc;

use stack::Noting;
pub(crate) use stack::overwrite_stack;

/// A step makes and drops many small values, which this allocator does in half the time of libc's.
/// Whatever is given back is overwritten first, so that a server that waits holds no answers of
/// those it has served.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<Noting<MiMalloc>> = ZeroAlloc(Noting(MiMalloc));

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
