//! `affiant check`: what is wrong with interviews.

use std::path::PathBuf;
use std::process::ExitCode;

use affiant_diagnostic::{Diagnostic, Severity, render_human, render_json};

use crate::command::say;
use crate::command::with_plugins::WithPlugins;
use crate::files::Folder;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The interviews' YAML files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    plugins: WithPlugins,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// For editors and other tools: one JSON object a file.
    Json,
}

/// Prints every diagnostic; fails if any is an error.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let plugins = arguments.plugins.ready()?;
    let mut fails = false;
    for file in &arguments.files {
        let (folder, name) = Folder::of(file);
        let loading = affiant_runtime::load_with(&name, &folder, &plugins);
        fails |= loading.diagnostics.iter().any(Diagnostic::is_error);
        match arguments.format {
            Format::Json => say(&render_json(&loading.diagnostics, &loading.sources).to_string()),
            Format::Human => {
                for diagnostic in &loading.diagnostics {
                    say(&render_human(diagnostic, &loading.sources));
                }
                say(&summary(&file.display().to_string(), &loading.diagnostics));
            }
        }
    }
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// One line: how many of each.
fn summary(file: &str, diagnostics: &[Diagnostic]) -> String {
    let count =
        |severity: Severity| diagnostics.iter().filter(|it| it.severity == severity).count();
    let words = |number: usize, word: &str| {
        format!("{number} {word}{}", if number == 1 { "" } else { "s" })
    };
    format!(
        "{file}: {}, {}, {}",
        words(count(Severity::Error), "error"),
        words(count(Severity::Warning), "warning"),
        words(count(Severity::Note), "note"),
    )
}
