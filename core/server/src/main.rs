//! The Affiant server and its command line.
//!
//! Start at [`main`]. Each command has a file of its own under `command/`; `serve` is the one that
//! joins the pages to storage, keys, clock and configuration.

mod command;
mod config;
mod files;
mod hosts;
mod log;
mod master;
mod memory;
mod news;
mod objects;
mod plugins;
mod post;
mod providers;
mod retention;
mod storage;
mod switches;
mod system;
mod turns;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Hosts guided interviews whose answers only the person who gave them can open.
#[derive(Debug, Parser)]
#[command(name = "affiant", version, about, arg_required_else_help = false)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the interviews of a folder (what `affiant` does without a command).
    Serve(command::serve::Arguments),
    /// Check interviews and print what is wrong with them.
    Check(command::check::Arguments),
    /// Write an interview to start from.
    New(command::new::Arguments),
    /// Run transcripts: Markdown files with interviews, answers and expected screens.
    Test(command::test::Arguments),
    /// Print what leads to what in an interview, as a Mermaid chart.
    Graph(command::graph::Arguments),
    /// Copy the databases of a running server into a folder of backups.
    Backup(command::backup::Arguments),
    /// Make a data folder from backups, without what was deleted since.
    Restore(command::restore::Arguments),
    /// Move the databases of a folder into PostgreSQL, sealed as they are.
    MigrateStorage(command::migrate_storage::Arguments),
    /// Check that nothing was taken from the audit log, and nothing changed in it.
    Audit(command::audit::Arguments),
    /// Write, check, build, pack and sign plugins.
    Plugin(command::plugin::Arguments),
    /// Delete what was kept as long as promised, or tell what is due.
    Retention(command::retention::Arguments),
    /// Compile a component of a plugin: for this program itself.
    #[command(name = affiant_wasm::COMPILE_COMMAND, hide = true)]
    CompileComponent(command::compile::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let command =
        arguments.command.unwrap_or_else(|| Command::Serve(command::serve::Arguments::default()));
    let result = match command {
        Command::Serve(it) => command::serve::run(it),
        Command::Check(it) => command::check::run(&it),
        Command::New(it) => command::new::run(&it),
        Command::Test(it) => command::test::run(&it),
        Command::Graph(it) => command::graph::run(&it),
        Command::Backup(it) => command::backup::run(it),
        Command::Restore(it) => command::restore::run(&it),
        Command::MigrateStorage(it) => command::migrate_storage::run(it),
        Command::Audit(it) => command::audit::run(it),
        Command::Plugin(it) => command::plugin::run(&it),
        Command::Retention(it) => command::retention::run(it),
        Command::CompileComponent(it) => command::compile::run(&it),
    };
    result.unwrap_or_else(|error| {
        command::complain(&error);
        ExitCode::FAILURE
    })
}
