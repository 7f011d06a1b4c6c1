//! `affiant compile-component`, which the server calls itself: compiles a component of a plugin in a
//! process of its own, which ends when it takes too much.

use std::io::{stderr, stdin, stdout};
use std::process::ExitCode;
use std::time::Duration;

use affiant_wasm::{CompileLimits, compile_for_parent};
use clap::Args;

/// How much it may take.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Memory, in bytes of the address space.
    #[arg(long)]
    memory: u64,
    /// Time of a processor, in seconds.
    #[arg(long)]
    cpu: u64,
}

/// Reads a component and writes its code.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { memory, cpu } = *arguments;
    // The deadline is the parent's business.
    let limits = CompileLimits { memory, cpu, deadline: Duration::MAX };
    let status = compile_for_parent(&limits, stdin().lock(), stdout().lock(), stderr().lock())?;
    Ok(ExitCode::from(status))
}
