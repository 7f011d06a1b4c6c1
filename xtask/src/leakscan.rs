//! The search for leaks: in the server as it is, and in one that leaks on purpose.

use std::path::PathBuf;

use crate::shell::{built, call, cargo, command};

/// Builds both servers and the search, and searches; `long` sends twenty times as much.
pub(crate) fn run(long: bool) -> anyhow::Result<()> {
    with_both_servers("leakscan", long, &[])
}

/// Builds both servers and a program that asks them, and runs that.
pub(crate) fn with_both_servers(program: &str, long: bool, parts: &[String]) -> anyhow::Result<()> {
    let leaky = leaky()?;
    // Last, so that what is called `affiant` is the server as it is.
    call(&mut cargo(&["build", "--workspace", "--bins"]))?;
    let search = built("debug", program)?;
    let mut arguments: Vec<&str> = parts.iter().map(String::as_str).collect();
    arguments.extend(long.then_some("--long"));
    call(
        command(&search.to_string_lossy(), &arguments)
            .env("AFFIANT_BIN", built("debug", "affiant")?)
            .env("AFFIANT_LEAKY_BIN", leaky),
    )
}

/// Builds the server that leaks on purpose, under a name of its own.
fn leaky() -> anyhow::Result<PathBuf> {
    let with = ["build", "--workspace", "--bin", "affiant", "--features", "affiant/leak"];
    call(&mut cargo(&with))?;
    let leaky = built("debug", "affiant-that-leaks")?;
    fs_err::copy(built("debug", "affiant")?, &leaky)?;
    Ok(leaky)
}
