//! `affiant test`: transcripts.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use affiant_transcript::{Mismatch, cases};
use anyhow::{Context as _, bail};

use crate::command::say;
use crate::command::with_plugins::WithPlugins;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Markdown files, or folders of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Write what happened into the files instead of failing. Read the changes before you keep them.
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    plugins: WithPlugins,
}

/// Plays every case; fails if one goes otherwise than written, or if there is none.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut files = Vec::new();
    for path in &arguments.paths {
        collect(path, &mut files)?;
    }
    files.sort();
    let plugins = arguments.plugins.ready()?;
    let (mut passed, mut failed) = (0_usize, 0_usize);
    for file in &files {
        let text = fs_err::read_to_string(file)?;
        let mut corrected: Vec<String> = text.lines().map(str::to_owned).collect();
        // From the end, so that the lines of earlier cases stay where they are.
        for case in cases(&text).cases.iter().rev() {
            match case.run_with(&plugins) {
                None => passed += 1,
                Some(mismatch) if arguments.accept && !case.expected_lines.is_empty() => {
                    passed += 1;
                    let lines = mismatch.actual.trim_end().lines().map(str::to_owned);
                    corrected.splice(case.expected_lines.clone(), lines);
                }
                Some(mismatch) => {
                    failed += 1;
                    say(&report(file, &mismatch));
                }
            }
        }
        let corrected = corrected.join("\n") + "\n";
        if arguments.accept && corrected != text {
            fs_err::write(file, corrected)?;
        }
    }
    if passed + failed == 0 {
        bail!(
            "there is no case in these files: a case is a heading with a `yaml interview` block and a `text transcript` block"
        );
    }
    say(&format!("{passed} passed, {failed} failed"));
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs_err::read_dir(path).context("the folder could not be read")? {
        let path = entry?.path();
        if path.is_dir() || path.extension().is_some_and(|it| it == "md") {
            collect(&path, files)?;
        }
    }
    Ok(())
}

/// A mismatch with the first line that differs marked.
fn report(file: &Path, mismatch: &Mismatch) -> String {
    let expected: Vec<&str> = mismatch.expected.lines().collect();
    let actual: Vec<&str> = mismatch.actual.lines().collect();
    let same = expected.iter().zip(&actual).take_while(|(a, b)| a == b).count();
    let mut text = format!("{}:{}: {}\n", file.display(), mismatch.line, mismatch.title);
    for line in &actual[..same] {
        text.push_str(&format!("    {line}\n"));
    }
    for line in expected.iter().skip(same) {
        text.push_str(&format!("  - {line}\n"));
    }
    for line in actual.iter().skip(same) {
        text.push_str(&format!("  + {line}\n"));
    }
    text
}
