//! The figures that the product promises, measured on the real server and inside this process.
//!
//! The server is the program that `AFFIANT_BIN` names; everything stays on this machine.

pub(crate) mod figure;
mod growth;
mod interviews;
mod load;
mod memory;
mod nodes;
mod page;
mod plugins;
pub(crate) mod process;
mod runtime;
mod sealing;
mod serving;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use crate::bench::figure::Figure;
use crate::program::{Server, Setup};

/// The parts of the benchmarks, by the name that chooses one.
const PARTS: [&str; 7] = ["process", "plugins", "vault", "start", "load", "growth", "postgres"];

/// Measures everything, or these parts, and prints a table. Succeeds only if every target is met.
pub fn run(parts: &[String]) -> anyhow::Result<ExitCode> {
    if let Some(unknown) = parts.iter().find(|it| !PARTS.contains(&it.as_str())) {
        bail!("there is no part `{unknown}`; the parts are {}", PARTS.join(", "));
    }
    let is_wanted = |part: &str| parts.is_empty() || parts.iter().any(|it| it == part);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("tests is a folder")?;
    let folder = tempfile::tempdir()?;
    let generated = folder.path().join("interviews");
    interviews::write(&generated)?;
    let examples = Setup {
        data: folder.path().join("examples-data"),
        interviews: root.join("examples/interviews"),
        flags: Vec::new(),
        folder: folder.path().to_owned(),
    };
    let setup =
        Setup { data: folder.path().join("data"), interviews: generated, ..examples.clone() };

    let mut figures = inside(root, &is_wanted)?;
    let asynchronous =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    asynchronous.block_on(async {
        if is_wanted("start") {
            say("the server with the examples: start, pages, memory");
            figures.extend(memory::measure(&examples).await?);
        }
        if is_wanted("plugins") {
            say("a server with plugins: calls on each screen, 200 hostile ones");
            figures.extend(serving::measure(&examples).await?);
        }
        if is_wanted("postgres") {
            say("a server on PostgreSQL: 64 connections that answer");
            figures.extend(nodes::measure(&setup).await?);
        }
        if !is_wanted("load") && !is_wanted("growth") {
            return Ok(());
        }
        let server = Server::start(&setup)?;
        if is_wanted("load") {
            say("64 connections that answer");
            figures.extend(load::measure(&server).await?);
        }
        if is_wanted("growth") {
            say("small and large interviews, young and old sessions");
            figures.extend(growth::measure(&server).await?);
        }
        anyhow::Ok(())
    })?;
    say("");
    say(&figure::table(&figures));
    let all = figures.iter().all(Figure::is_met);
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is measured without a server.
fn inside(root: &Path, is_wanted: &dyn Fn(&str) -> bool) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    if is_wanted("process") {
        say("inside this process: evaluating, documents");
        figures.extend(runtime::measure(root)?);
    }
    if is_wanted("plugins") {
        say("inside this process: calls of plugins, hostile components");
        figures.extend(plugins::measure()?);
    }
    if is_wanted("vault") {
        say("inside this process: sealing, sharing, passwords");
        figures.extend(crate::proof::vault::measure()?);
    }
    Ok(figures)
}

/// Writes a line. A closed pipe is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
