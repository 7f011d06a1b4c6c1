//! The benchmarks: the program that users get, measured by a program beside it.

use crate::shell::{built, call, cargo, command};

/// Builds for release, then measures everything, or these parts; fails when a figure misses its target.
pub(crate) fn run(parts: &[String]) -> anyhow::Result<()> {
    // The server alone first, so that it is the very program that `cargo run --release` builds.
    call(&mut cargo(&["build", "--release", "--package", "affiant"]))?;
    call(&mut cargo(&["build", "--release", "--package", "affiant-tests", "--bin", "bench"]))?;
    let bench = built("release", "bench")?;
    let mut measure = command(&bench.to_string_lossy(), &[]);
    call(measure.args(parts).env("AFFIANT_BIN", built("release", "affiant")?))
}
