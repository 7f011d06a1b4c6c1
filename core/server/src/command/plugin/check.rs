//! `affiant plugin check`: what is wrong with a plugin, as far as can be seen without running it.

use std::path::PathBuf;
use std::process::ExitCode;

use affiant_manifest::{BadLock, Finding, Lock, Manifest, check_binary};
use affiant_package::interfaces;
use anyhow::{Context as _, bail};

use super::project::Project;
use crate::command::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the plugin.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Agree to what the plugin does to people's privacy, and write that into `privacy.lock`.
    #[arg(long)]
    accept: bool,
}

/// Prints every finding; fails if any is an error.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let project = Project::open(&arguments.folder)?;
    let parsed = Manifest::parse(&project.text);
    let mut counts = Counts::default();
    counts.tell(&project, &parsed.findings);
    if let Some(manifest) = parsed.usable() {
        if let Some(findings) = binary(&project, manifest)? {
            counts.tell(&project, &findings);
        }
        if arguments.accept {
            fs_err::write(project.lock_file(), Lock::text(manifest))?;
        }
        counts.errors += unagreed(&project, manifest)?;
    }
    let words = |number: usize, word: &str| {
        format!("{number} {word}{}", if number == 1 { "" } else { "s" })
    };
    say(&format!(
        "{}: {}, {}",
        project.manifest_file(),
        words(counts.errors, "error"),
        words(counts.warnings, "warning")
    ));
    Ok(if counts.errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Default)]
struct Counts {
    errors: usize,
    warnings: usize,
}

impl Counts {
    /// Prints findings, and counts them.
    fn tell(&mut self, project: &Project, findings: &[Finding]) {
        for finding in findings {
            say(&finding.render(&project.manifest_file(), &project.text));
            if finding.is_error() {
                self.errors += 1;
            } else {
                self.warnings += 1;
            }
        }
    }
}

/// What the component says that the manifest does not, if there is one.
fn binary(project: &Project, manifest: &Manifest) -> anyhow::Result<Option<Vec<Finding>>> {
    if manifest.plugin.component.is_none() {
        return Ok(None);
    }
    let file = project.component_file(manifest)?;
    if !file.is_file() {
        say(&format!("{} is not there yet, and was not looked at.", file.display()));
        return Ok(None);
    }
    let component = fs_err::read(&file)?;
    let found =
        interfaces(&component).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(Some(check_binary(manifest, &found.imports, &component).findings))
}

/// Prints what nobody agreed to; returns how much that is.
pub(super) fn unagreed(project: &Project, manifest: &Manifest) -> anyhow::Result<usize> {
    let Some(text) = project.lock()? else {
        say("There is no privacy.lock yet: `affiant plugin check --accept` writes down what the \
             plugin does today, and later checks tell when it does more.");
        return Ok(0);
    };
    let file = project.lock_file();
    let lock = match Lock::read(&text) {
        Ok(lock) => lock,
        Err(BadLock(line)) => bail!(
            "{}:{line}: this line does not belong there; write the file anew with `affiant plugin \
             check --accept`",
            file.display()
        ),
    };
    let widenings = lock.widenings(manifest);
    for widening in &widenings {
        let settings = widening.settings.to_string();
        let when = if settings.is_empty() { String::new() } else { format!(", when {settings}") };
        say(&format!(
            "error[unagreed-widening]: {}{when}\n --> {}\n  = hint: do less, or agree to it with \
             `affiant plugin check --accept`; administrators are asked as well when \
             `privacy_revision` rises\n",
            widening.text,
            file.display()
        ));
    }
    Ok(widenings.len())
}
