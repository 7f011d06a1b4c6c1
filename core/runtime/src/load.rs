//! Making an interview ready: parsing, compiling, checking. All mistakes come at once.

use std::sync::Arc;

use affiant_diagnostic::{Diagnostic, Sources};
use affiant_engine::{Definitions, Program};
use affiant_interview::{Code, CodeId, CodeKind, Files, Interview, Pattern, Text, TextKind};
use affiant_script::Script;

use crate::check;
use crate::diagnostics;
use crate::loaded::{Loaded, Sandbox};

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
    let loaded = Loaded { program, sandbox };
    check::check(&loaded, &mut diagnostics);
    diagnostics.sort_by_key(|it| (it.span.source, it.span.start));
    diagnostics.dedup();
    let fails = diagnostics.iter().any(Diagnostic::is_error);
    Loading { loaded: (!fails).then_some(loaded), sources, diagnostics }
}

fn compile_scripts(
    interview: &Interview,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Option<Arc<Script>>> {
    let compile = |code: &Code| {
        let kind = match code.kind {
            CodeKind::Expression => affiant_script::Kind::Expression,
            CodeKind::Block => affiant_script::Kind::Block,
        };
        affiant_script::compile(&code.source.text, kind)
    };
    interview
        .codes
        .iter()
        .map(|code| match compile(code) {
            Ok(script) => Some(Arc::new(script)),
            Err(problem) => {
                diagnostics.push(diagnostics::script(&code.source, &problem));
                None
            }
        })
        .collect()
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
