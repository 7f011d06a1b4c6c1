//! Every developer command: `cargo xtask <command>`.
//!
//! # Invariants
//!
//! - One command does all: `cargo xtask test` on a fresh clone installs what is missing and runs every check and test.
//! - A check is a pure function from the tree's text to findings, so that each has a test which shows it failing.
//! - Depends on no other crate of the workspace.

mod acceptance;
mod bench;
mod fuzz;
mod leakscan;
mod phase;
mod postgres;
mod prove;
mod report;
mod run;
mod shell;
mod tidy;
mod tools;

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::phase::Phase;

/// Every developer command of Affiant.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Install what is missing, then run every check and every test.
    Test {
        /// Run only these phases, and what they need.
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<Phase>,
        /// Leave these phases out.
        #[arg(long, value_enum, value_delimiter = ',')]
        skip: Vec<Phase>,
    },
    /// Run the checks that need no test: tidy, format, clippy, docs, deny.
    Lint,
    /// Check the rules that no compiler knows: arrows, sizes, licences, links, words.
    Tidy {
        /// Lower the numbers in `xtask/ratchet.txt` to what the tree needs; never raises one.
        #[arg(long)]
        shrink: bool,
    },
    /// Ask a PostgreSQL what the queries of its plugin are, for the compiler to believe.
    Queries,
    /// Run the browser tests alone.
    Browser {
        /// Run only the test files whose path contains this.
        filter: Option<String>,
    },
    /// Measure the figures that the product promises, on a release build.
    Bench {
        /// Measure only these parts: process, start, load, growth.
        parts: Vec<String>,
    },
    /// Look for leaks: send canaries into a server by every way, then search all that it holds.
    Leakscan {
        /// Send twenty times as many.
        #[arg(long)]
        long: bool,
    },
    /// Print the figures that the promises about privacy come down to; fails when one misses.
    Proof {
        /// Prove them in their long forms.
        #[arg(long)]
        long: bool,
        /// Prove only these parts, such as audit, deleting, guessing or leaks; another name tells all.
        parts: Vec<String>,
    },
}

fn main() -> ExitCode {
    match carry_out(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::complain(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn carry_out(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Test { only, skip } => run::phases(&phase::plan(Phase::ALL, &only, &skip), None),
        Command::Lint => run::phases(Phase::LINT, None),
        Command::Tidy { shrink: true } => tidy::shrink(),
        Command::Tidy { shrink: false } => tidy::run(),
        Command::Queries => postgres::queries(),
        Command::Browser { filter } => {
            run::phases(&phase::plan(Phase::ALL, &[Phase::Browser], &[]), filter.as_deref())
        }
        Command::Bench { parts } => bench::run(&parts),
        Command::Leakscan { long } => leakscan::run(long),
        Command::Proof { long, parts } => prove::run(long, &parts),
    }
}
