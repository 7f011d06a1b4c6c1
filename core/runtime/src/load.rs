//! Making an interview ready: parsing, compiling, checking. All mistakes come at once.

use std::sync::Arc;

use affiant_diagnostic::{Diagnostic, Sources};
use affiant_engine::{Definitions, Program};
use affiant_interview::{CodeId, Files, Interview, Pattern, Text, TextKind};

use crate::apart;
use crate::check;
use crate::diagnostics;
use crate::loaded::{Loaded, Sandbox};
use crate::placed::Placed;

/// What loading an interview came to.
#[derive(Debug)]
pub struct Loading {
    /// The interview, unless something is wrong with it.
    pub loaded: Option<Loaded>,
    /// The texts that diagnostics point into.
    pub sources: Sources,
    /// Everything that was found, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// Loads the interview in the file of this name.
pub fn load(file_name: &str, files: &dyn Files) -> Loading {
    let (interview, mut diagnostics) = affiant_interview::parse(file_name, files);
    let sandbox = Sandbox {
        scripts: compile_scripts(&interview, &mut diagnostics),
        texts: compile_texts(&interview, &mut diagnostics),
    };
    let sources = interview.sources.clone();
    let interview = Arc::new(interview);
    let program = Program::new(Arc::clone(&interview), &|code| definitions(&sandbox, code));
    let apart = apart::apart(&program, &sandbox);
    let program = program.keeping_apart(apart);
    let asks_for_user = sources.ids().any(|it| sources.text(it).contains("user_info"));
    let loaded = Loaded { program, sandbox, asks_for_user };
    check::check(&loaded, &mut diagnostics);
    diagnostics.sort_by_key(|it| (it.span.source, it.span.start));
    diagnostics.dedup();
    let fails = diagnostics.iter().any(Diagnostic::is_error);
    Loading { loaded: (!fails).then_some(loaded), sources, diagnostics }
}

fn compile_scripts(
    interview: &Interview,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Option<Arc<Placed>>> {
    let modules = modules(interview, diagnostics);
    interview
        .codes
        .iter()
        .map(|code| match Placed::compile(code, &modules) {
            Ok(script) => Some(Arc::new(script)),
            Err(problem) => {
                diagnostics.push(diagnostics::script(&code.source, &problem));
                None
            }
        })
        .collect()
}

/// The functions of the interview's modules, as one source. A module that does not compile is told
/// once, at its own place, and left out.
fn modules(interview: &Interview, diagnostics: &mut Vec<Diagnostic>) -> String {
    let mut all = String::new();
    for module in &interview.modules {
        match affiant_script::compile(&module.source.text, affiant_script::Kind::Block) {
            Ok(_) => {
                all.push_str(&module.source.text);
                all.push('\n');
            }
            Err(problem) => diagnostics.push(diagnostics::script(&module.source, &problem)),
        }
    }
    all
}

fn compile_texts(
    interview: &Interview,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Option<Arc<affiant_text::Compiled>>> {
    let kind = |text: &Text| match text.kind {
        TextKind::Markdown => affiant_text::Kind::Markdown,
        TextKind::Plain => affiant_text::Kind::Plain,
    };
    let sources: Vec<(&str, affiant_text::Kind)> =
        interview.texts.iter().map(|it| (it.source.text.as_str(), kind(it))).collect();
    affiant_text::compile_all(&sources)
        .into_iter()
        .zip(&interview.texts)
        .map(|(made, text)| match made {
            Ok(compiled) => Some(Arc::new(compiled)),
            Err(problem) => {
                diagnostics.push(diagnostics::text(&text.source, &problem));
                None
            }
        })
        .collect()
}

/// The names a script assigns, as patterns.
fn definitions(sandbox: &Sandbox, code: CodeId) -> Definitions {
    let Some(script) = sandbox.scripts.get(code.0 as usize).and_then(Option::as_ref) else {
        return Definitions::default();
    };
    let assigns = script
        .analysis()
        .assigns
        .iter()
        .filter_map(|it| Pattern::parse(&it.pattern).ok())
        .collect();
    Definitions { assigns }
}
