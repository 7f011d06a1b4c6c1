//! Measures the figures of a release build: `cargo xtask bench`.

use std::process::ExitCode;

/// The one of the server, so that what is measured in this process costs what it costs there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<ExitCode> {
    let parts: Vec<String> = std::env::args().skip(1).collect();
    affiant_tests::bench::run(&parts)
}
