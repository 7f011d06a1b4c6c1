//! The figures that the promises about privacy come down to, each beside its target.
//!
//! Each function of a module below is one acceptance test; what it returns is a row of the table.

mod audit;
mod deleting;
mod entering;
mod enumeration;
mod exporting;
mod fixation;
mod guessing;
mod hashing;
mod lasting;
mod leaks;
mod moving;
mod passwords;
mod putting_back;
mod repeated;
mod revoking;
mod sharing;
mod stored;
mod switches;
mod tampering;
mod thief;
pub(crate) mod vault;
mod web;
mod welch;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use tokio::runtime::Runtime;

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

    /// A measurement that may not be further from nothing.
    pub(crate) fn within(name: &'static str, target: f64, reached: f64) -> Self {
        Self {
            name,
            target: format!("within ±{target}"),
            reached: format!("{reached:.2}"),
            is_met: reached.abs() <= target,
        }
    }

    /// A measurement that may not be more, in some unit.
    pub(crate) fn no_more(name: &'static str, target: f64, reached: f64, unit: &str) -> Self {
        Self {
            name,
            target: format!("at most {target} {unit}"),
            reached: format!("{reached:.1} {unit}"),
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

/// A part of the proof, which can be asked for alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Audit,
    Tampering,
    Repeated,
    Thief,
    Entering,
    Lasting,
    Passwords,
    Switches,
    Fixation,
    Revoking,
    Sharing,
    Web,
    Exporting,
    Moving,
    Deleting,
    Guessing,
    Hashing,
    Enumeration,
    Leaks,
}

/// All of them by name, in the order in which they run.
const PARTS: [(&str, Part); 19] = [
    ("audit", Part::Audit),
    ("tampering", Part::Tampering),
    ("repeated", Part::Repeated),
    ("thief", Part::Thief),
    ("entering", Part::Entering),
    ("lasting", Part::Lasting),
    ("passwords", Part::Passwords),
    ("switches", Part::Switches),
    ("fixation", Part::Fixation),
    ("revoking", Part::Revoking),
    ("sharing", Part::Sharing),
    ("web", Part::Web),
    ("exporting", Part::Exporting),
    ("moving", Part::Moving),
    ("deleting", Part::Deleting),
    ("guessing", Part::Guessing),
    ("hashing", Part::Hashing),
    ("enumeration", Part::Enumeration),
    ("leaks", Part::Leaks),
];

/// Proves the parts that are named, or all; prints the table, and succeeds only if every target is
/// met.
pub fn run(long: bool, only: &[String]) -> anyhow::Result<ExitCode> {
    let unknown = only.iter().find(|it| !PARTS.iter().any(|(name, _)| name == it));
    if let Some(unknown) = unknown {
        bail!("there is no part {unknown}; there are {}", PARTS.map(|it| it.0).join(", "));
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut figures = Vec::new();
    for (name, part) in PARTS {
        if only.is_empty() || only.iter().any(|it| it == name) {
            let proven =
                part.figures(long, &runtime).with_context(|| format!("the part {name}"))?;
            // A long run is worth looking at before it ends.
            if long {
                say(&table(&proven));
            }
            figures.extend(proven);
        }
    }
    say("");
    say(&table(&figures));
    let all = figures.iter().all(|it| it.is_met);
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Part {
    /// What this part proves, in its short or in its long form.
    fn figures(self, long: bool, runtime: &Runtime) -> anyhow::Result<Vec<Figure>> {
        match self {
            Self::Audit => audit::figures(),
            Self::Tampering => tampering::figures(long),
            Self::Repeated => runtime.block_on(repeated::figures(long)),
            Self::Thief => runtime.block_on(thief::figures()),
            Self::Entering => runtime.block_on(entering::figures()),
            Self::Lasting => runtime.block_on(lasting::figures()),
            Self::Passwords => runtime.block_on(passwords::figures()),
            Self::Switches => runtime.block_on(switches::figures()),
            Self::Fixation => runtime.block_on(fixation::figures()),
            Self::Revoking => runtime.block_on(revoking::figures()),
            Self::Sharing => runtime.block_on(sharing::figures()),
            Self::Web => runtime.block_on(web::figures(long)),
            Self::Exporting => runtime.block_on(exporting::figures(long)),
            Self::Moving => runtime.block_on(moving::figures(long)),
            Self::Deleting => runtime.block_on(deleting::figures(deleting::Extent::of(long))),
            Self::Guessing => runtime.block_on(guessing::figures(long)),
            Self::Hashing => runtime.block_on(hashing::figures(long)),
            Self::Enumeration => runtime.block_on(enumeration::figures(long)),
            Self::Leaks => leaks::figures(long),
        }
    }
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
