//! `affiant graph`: what leads to what.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use affiant_diagnostic::render_human;
use affiant_runtime::Need;

use crate::command::say;
use crate::command::with_plugins::WithPlugins;
use crate::files::Folder;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The interview's YAML file.
    file: PathBuf,
    #[command(flatten)]
    plugins: WithPlugins,
}

/// Prints a Mermaid chart: an arrow from each block to the blocks that define what it needs.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (folder, name) = Folder::of(&arguments.file);
    let loading = affiant_runtime::load_with(&name, &folder, &arguments.plugins.ready()?);
    let Some(loaded) = loading.loaded else {
        for diagnostic in loading.diagnostics.iter().filter(|it| it.is_error()) {
            say(&render_human(diagnostic, &loading.sources));
        }
        return Ok(ExitCode::FAILURE);
    };
    say("flowchart TD");
    let graph = loaded.graph();
    let mut numbers = BTreeMap::new();
    for (at, block) in graph.blocks.iter().enumerate() {
        numbers.insert(block.key.clone(), at);
        let (open, close) = if block.is_question { ("[\"", "\"]") } else { ("([\"", "\"])") };
        say(&format!("    b{at}{open}{}{close}", label(&block.label)));
    }
    for Need { from, to, name } in &graph.needs {
        if let (Some(from), Some(to)) = (numbers.get(from), numbers.get(to)) {
            say(&format!("    b{from} -->|{}| b{to}", label(name)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A text as Mermaid takes it between quotes.
fn label(text: &str) -> String {
    let text: String = text.chars().take(60).collect();
    text.replace('"', "#quot;").replace('|', "#124;").replace(['\n', '\r'], " ")
}
