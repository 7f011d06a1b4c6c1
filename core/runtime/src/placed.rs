//! A script behind the functions of the interview's modules.

use affiant_guest::{Budget, Foreign, Shared, Stop, Value};
use affiant_interview::{Code, CodeKind};
use affiant_script::{Analysis, Kind, Script, ScriptProblem};

/// A compiled script. Where it calls a function of a module, the modules' source stands before it,
/// and places are told without that.
#[derive(Debug)]
pub(crate) struct Placed {
    script: Script,
    analysis: Analysis,
    lines_before: usize,
}

impl Placed {
    /// Compiles a script that may call functions of `modules`, which may be empty, and of plugins.
    pub(crate) fn compile(
        code: &Code,
        modules: &str,
        foreign: &Foreign,
    ) -> Result<Self, ScriptProblem> {
        let own = &code.source.text;
        let kind = match code.kind {
            CodeKind::Expression => Kind::Expression,
            CodeKind::Block => Kind::Block,
        };
        if !calls_any(own, modules) {
            let script = affiant_script::compile_with(own, kind, foreign)?;
            let analysis = script.analysis().clone();
            return Ok(Self { script, analysis, lines_before: 0 });
        }
        // Functions cannot stand in an expression; the value of a block is that of its last one.
        let before = modules.lines().count();
        let whole = format!("{modules}{own}");
        let script = affiant_script::compile_with(&whole, Kind::Block, foreign)
            .map_err(|it| ScriptProblem { line: it.line.saturating_sub(before).max(1), ..it })?;
        let analysis = without_lines(script.analysis().clone(), before);
        Ok(Self { script, analysis, lines_before: before })
    }

    pub(crate) fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    pub(crate) fn evaluate(&self, answers: &Shared, budget: &Budget) -> Result<Value, Stop> {
        self.script.evaluate(answers, budget).map_err(|it| self.placed(it))
    }

    pub(crate) fn run(&self, answers: &Shared, budget: &Budget) -> Result<(), Stop> {
        self.script.run(answers, budget).map_err(|it| self.placed(it))
    }

    /// A fault with the line of the script itself; one inside of a module is laid to the first.
    fn placed(&self, stop: Stop) -> Stop {
        match stop {
            Stop::Fault(mut fault) => {
                if let Some(position) = &mut fault.position {
                    position.line = position.line.saturating_sub(self.lines_before).max(1);
                }
                Stop::Fault(fault)
            }
            other => other,
        }
    }
}

/// What a script does itself, its lines counted from its own first one.
fn without_lines(mut analysis: Analysis, before: usize) -> Analysis {
    analysis.assigns.retain(|it| it.line > before);
    analysis.reads.retain(|it| it.line > before);
    analysis.calls.retain(|it| it.line > before);
    analysis.assigns.iter_mut().for_each(|it| it.line -= before);
    analysis.reads.iter_mut().for_each(|it| it.line -= before);
    analysis.calls.iter_mut().for_each(|it| it.line -= before);
    analysis
}

/// Whether a script may call a function of the modules: most do not, and need not carry them.
fn calls_any(script: &str, modules: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let mut words = modules.split(|it: char| !is_part(it)).filter(|it| !it.is_empty());
    while let Some(word) = words.next() {
        if word == "fn" && words.next().is_some_and(|name| script.contains(name)) {
            return true;
        }
    }
    false
}
