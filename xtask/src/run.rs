//! Runs phases one after another and says how each ended.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::phase::Phase;
use crate::postgres::Cluster;
use crate::report::{say, spoken};
use crate::shell::{answers, built, call, cargo, command, root};
use crate::{fuzz, leakscan, tidy, tools};

/// How one phase ended.
enum Verdict {
    Passed(Duration),
    Failed(Duration, anyhow::Error),
    /// What it needs had failed.
    NotRun,
}

/// Runs `phases` in order; a failure stops only those that need the failed one.
///
/// `filter` narrows the browser tests to the files whose path contains it.
/// Fails when any phase failed, naming all that did.
pub(crate) fn phases(phases: &[Phase], filter: Option<&str>) -> anyhow::Result<()> {
    let mut verdicts: Vec<(Phase, Verdict)> = Vec::new();
    for &phase in phases {
        let blocked = verdicts.iter().any(|(done, verdict)| {
            phase.needs().contains(done) && !matches!(verdict, Verdict::Passed(_))
        });
        let verdict = if blocked { Verdict::NotRun } else { one(phase, filter) };
        verdicts.push((phase, verdict));
    }

    say("");
    for (phase, verdict) in &verdicts {
        say(&format!("{:<8} {}", phase.name(), told(verdict)));
    }
    let failed: Vec<&str> = verdicts
        .iter()
        .filter(|(_, verdict)| !matches!(verdict, Verdict::Passed(_)))
        .map(|(phase, _)| phase.name())
        .collect();
    if failed.is_empty() { Ok(()) } else { bail!("not passed: {}", failed.join(", ")) }
}

fn one(phase: Phase, filter: Option<&str>) -> Verdict {
    say(&format!("\n=== {} ===", phase.name()));
    let start = Instant::now();
    let outcome = carry_out(phase, filter);
    let took = start.elapsed();
    let verdict = match outcome {
        Ok(()) => Verdict::Passed(took),
        Err(error) => Verdict::Failed(took, error),
    };
    say(&format!("=== {}: {} ===", phase.name(), told(&verdict)));
    verdict
}

fn told(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed(took) => format!("passed in {}", spoken(*took)),
        Verdict::Failed(took, error) => format!("FAILED after {}: {error:#}", spoken(*took)),
        Verdict::NotRun => "not run, since what it needs failed".into(),
    }
}

fn carry_out(phase: Phase, filter: Option<&str>) -> anyhow::Result<()> {
    match phase {
        Phase::Tools => tools::provide(),
        Phase::Tidy => tidy::run(),
        Phase::Format => call(&mut cargo(&["fmt", "--all", "--check", "--", "-l"])),
        Phase::Clippy => {
            let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
            call(&mut cargo(&arguments))
        }
        Phase::Docs => {
            let arguments = ["doc", "--workspace", "--no-deps", "--document-private-items"];
            call(cargo(&arguments).env("RUSTDOCFLAGS", "-D warnings"))
        }
        Phase::Deny => deny(),
        // All targets at once, so that features are unified as nextest will unify them.
        Phase::Build => call(&mut cargo(&["build", "--workspace", "--all-targets"])),
        Phase::Fuzz => fuzz::check(),
        Phase::Test => {
            let cluster = Cluster::start()?;
            let mut tests = cargo(&["nextest", "run", "--workspace"]);
            tests.env("AFFIANT_BIN", server()?).env("AFFIANT_POSTGRES", cluster.address());
            call(&mut tests)
        }
        Phase::Browser => browser(filter),
        Phase::Leaks => leakscan::run(false),
    }
}

/// Checks licences, banned packages and sources, where cargo-deny is installed.
fn deny() -> anyhow::Result<()> {
    if !answers(&mut cargo(&["deny", "--version"])) {
        say("nothing checked: cargo-deny is not installed; `cargo xtask test` installs it");
        return Ok(());
    }
    call(&mut cargo(&["deny", "check", "licenses", "bans", "sources"]))
}

fn browser(filter: Option<&str>) -> anyhow::Result<()> {
    let folder = root().join("tests/browser");
    let mut files: Vec<String> = fs_err::read_dir(&folder)?
        .map(|entry| Ok(format!("tests/browser/{}", entry?.file_name().to_string_lossy())))
        .collect::<std::io::Result<_>>()?;
    files.retain(|path| path.ends_with(".test.mjs") && filter.is_none_or(|it| path.contains(it)));
    files.sort();
    if files.is_empty() {
        bail!("no browser test matches");
    }

    let mut arguments = vec!["--test", "--test-concurrency=1", "--test-reporter=spec"];
    arguments.extend(files.iter().map(String::as_str));
    call(command("node", &arguments).env("AFFIANT_BIN", server()?))
}

/// Returns where the build puts the server.
fn server() -> anyhow::Result<PathBuf> {
    let path = built("debug", "affiant")?;
    path.is_file().then_some(path).context("the server is not built; run the phase `build`")
}
