//! `affiant serve`.
use std::process::ExitCode;
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Arguments {}
pub(crate) fn run(_: Arguments) -> anyhow::Result<ExitCode> { anyhow::bail!("not yet") }
