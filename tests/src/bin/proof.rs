//! Prints the figures that the promises about privacy come down to: `cargo xtask proof`.

use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let (flags, parts): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|it| it.starts_with("--"));
    affiant_tests::proof::run(flags.iter().any(|it| it == "--long"), &parts)
}
