//! Measures the figures of a release build: `cargo xtask bench`.

use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    affiant_tests::bench::run()
}
