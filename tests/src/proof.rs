//! The figures that the promises about privacy come down to, each beside its target.
//!
//! Each function of a module below is one acceptance test; what it returns is a row of the table.

mod audit;
mod deleting;
mod guessing;
mod house;
mod leaks;
mod passwords;
mod switches;
pub(crate) mod vault;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::bail;

/// A figure beside its target.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// The test's number and what was counted.
    pub(crate) name: &'static str,
    /// What the target asks for.
    pub(crate) target: String,
    /// What was reached.
    pub(crate) reached: String,
    /// Whether that is enough.
    pub(crate) is_met: bool,
}

impl Figure {
    /// A count that must be exactly so.
    pub(crate) fn exactly(name: &'static str, target: usize, reached: usize) -> Self {
        Self {
            name,
            target: target.to_string(),
            reached: reached.to_string(),
            is_met: target == reached,
        }
    }

    /// A count that may not be more.
    pub(crate) fn at_most(name: &'static str, target: usize, reached: usize) -> Self {
        Self {
            name,
            target: format!("at most {target}"),
            reached: reached.to_string(),
            is_met: reached <= target,
        }
    }

    /// A count that must be so at least.
    pub(crate) fn at_least(name: &'static str, target: usize, reached: usize) -> Self {
        Self {
            name,
            target: format!("at least {target}"),
            reached: reached.to_string(),
            is_met: reached >= target,
        }
    }
}

/// What can be proven alone, by name.
const PARTS: [&str; 6] = ["audit", "passwords", "switches", "deleting", "guessing", "leaks"];

/// Proves the parts that are named, or all; prints the table, and succeeds only if every target is
/// met.
pub fn run(long: bool, only: &[String]) -> anyhow::Result<ExitCode> {
    if let Some(unknown) = only.iter().find(|it| !PARTS.contains(&it.as_str())) {
        bail!("there is no part {unknown}; there are {}", PARTS.join(", "));
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut figures = Vec::new();
    for part in PARTS {
        if !only.is_empty() && !only.iter().any(|it| it == part) {
            continue;
        }
        figures.extend(match part {
            "audit" => audit::figures()?,
            "passwords" => runtime.block_on(passwords::figures())?,
            "switches" => runtime.block_on(switches::figures())?,
            "deleting" => runtime.block_on(deleting::figures(deleting::Extent::of(long)))?,
            "guessing" => runtime.block_on(guessing::figures(long))?,
            _ => leaks::figures(long)?,
        });
    }
    say("");
    say(&table(&figures));
    let all = figures.iter().all(|it| it.is_met);
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn table(figures: &[Figure]) -> String {
    let row = |name: &str, target: &str, reached: &str, met: &str| {
        format!("{name:<58}  {target:>18}  {reached:>12}  {met}")
    };
    let mut rows = vec![row("figure", "target", "reached", "met")];
    rows.extend(
        figures
            .iter()
            .map(|it| row(it.name, &it.target, &it.reached, if it.is_met { "yes" } else { "NO" })),
    );
    rows.join("\n")
}

/// Writes a line. A closed pipe is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
