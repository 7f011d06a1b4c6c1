//! Looks for leaks: `cargo xtask leakscan`.

use std::process::ExitCode;

use affiant_tests::leakscan::{Extent, run};

fn main() -> anyhow::Result<ExitCode> {
    let long = std::env::args().any(|it| it == "--long");
    run(if long { Extent::LONG } else { Extent::SHORT })
}
