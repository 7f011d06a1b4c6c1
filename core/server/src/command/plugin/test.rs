//! `affiant plugin test`: whether a plugin does what its manifest says, and nothing more.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use affiant_manifest::Value;
use affiant_package::Package;
use affiant_plugin_test::{Outcome, Subject, Verdict, examine};
use affiant_wasm::Engine;
use anyhow::Context as _;

use super::project::Project;
use crate::command::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the plugin.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// A setting that the component is given, as in `region=eu`; the others are made up.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    settings: Vec<(String, Value)>,
    /// A package of an older version: whether this one works with what was granted to that.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

/// Prints how every check ended; fails if one did.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let project = Project::open(&arguments.folder)?;
    let manifest = project.manifest()?;
    let package = project.package(&manifest)?;
    let lock = project.lock()?;
    let older = arguments.from.as_deref().map(older).transpose()?;
    let subject = Subject {
        manifest: package.manifest,
        component: package.component,
        script: package.script,
        translations: package.translations,
        lock,
        settings: arguments.settings.iter().cloned().collect(),
        older,
    };
    let outcomes = examine(&Engine::new()?, &subject);
    let mut failed = 0_usize;
    for outcome in &outcomes {
        failed += usize::from(matches!(outcome.verdict, Verdict::Failed(_)));
        say(&told(outcome));
    }
    let count = |it: fn(&Verdict) -> bool| outcomes.iter().filter(|o| it(&o.verdict)).count();
    let passed = count(|it| *it == Verdict::Passed);
    let not_run = count(|it| matches!(it, Verdict::NotRun(_)));
    say(&format!("{passed} passed, {failed} failed, {not_run} not run"));
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The manifest of a package.
fn older(file: &Path) -> anyhow::Result<String> {
    let read = Package::read(&fs_err::read(file)?)
        .with_context(|| format!("{} is no package of a plugin", file.display()))?;
    Ok(read.package.manifest)
}

fn told(outcome: &Outcome) -> String {
    let Outcome { id, what, verdict } = outcome;
    match verdict {
        Verdict::Passed => format!("passed   {id:<5}  {what}"),
        Verdict::NotRun(why) => format!("not run  {id:<5}  {what}: {why}"),
        Verdict::Failed(wrong) => {
            let wrong: String = wrong.iter().map(|it| format!("\n                 {it}")).collect();
            format!("FAILED   {id:<5}  {what}{wrong}")
        }
    }
}

/// A setting as it is typed: yes and no are `true` and `false`, numbers are numbers.
fn setting(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let number = value.parse().map(Value::Int);
    let value = match value {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => number.unwrap_or_else(|_| Value::Text(text.to_owned())),
    };
    Ok((name.to_owned(), value))
}
