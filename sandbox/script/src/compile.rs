//! From a source to a [`Script`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use affiant_guest::{Foreign, Path};
use rhai::{AST, Engine, ParseError};

use crate::accessors;
use crate::limits::{self, MAX_SOURCE};
use crate::names;
use crate::problem::{self, ScriptProblem};
use crate::rewrite::{self, Shift};
use crate::script::{Kind, Name, Parts, Script};
use crate::tokens::Watch;
use crate::walk::{self, Findings};

/// Sources up to this many bytes are parsed on the caller's stack.
const SHORT: usize = 8 << 10;

/// The stack for parsing longer ones.
const PARSE_STACK: usize = 64 << 20;

/// Parses `source` and finds what it reads, assigns and calls.
///
/// Fails on bad syntax, on a call of something that scripts cannot call, and on sources over
/// 64 KiB or beyond what a script may contain. Takes microseconds for a short source, and up to a
/// few hundred milliseconds for a hostile one.
pub fn compile(source: &str, kind: Kind) -> Result<Script, ScriptProblem> {
    compile_with(source, kind, &Foreign::new())
}

/// As [`compile()`], for a script that may also call these functions of plugins.
pub fn compile_with(source: &str, kind: Kind, foreign: &Foreign) -> Result<Script, ScriptProblem> {
    if source.len() > MAX_SOURCE {
        return Err(problem::too_long());
    }
    let guarded = || {
        catch_unwind(AssertUnwindSafe(|| compile_here(source, kind, foreign)))
            .unwrap_or_else(|_| Err(problem::unreadable(1, 1)))
    };
    if source.len() <= SHORT {
        return guarded();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(PARSE_STACK);
        let parsing = thread.spawn_scoped(scope, guarded);
        parsing.ok().and_then(|it| it.join().ok()).unwrap_or_else(|| Err(problem::unreadable(1, 1)))
    })
}

fn compile_here(source: &str, kind: Kind, foreign: &Foreign) -> Result<Script, ScriptProblem> {
    let ast = parse(source, kind, false).map_err(|it| problem::of_parser(&it, source, kind))?;
    let mut found = walk::walk(&ast);
    names::check(&mut found, &ast, foreign);
    if let Some(problem) = first(&mut found) {
        return Err(problem);
    }
    let (ast, shift) = if found.marks.is_empty() {
        (ast, Shift::default())
    } else {
        let (marked, shift) = rewrite::apply(source, &found.marks)
            .map_err(|it| problem::unreadable(it.line, it.column))?;
        let ast = parse(&marked, kind, true).map_err(|error| {
            let (line, column) = problem::place(error.position());
            problem::unreadable(line, shift.original(line, column))
        })?;
        (ast, shift)
    };
    Ok(Script::new(Parts {
        accessors: (!found.properties.is_empty())
            .then(|| Arc::new(accessors::module(&found.properties))),
        names: names_of(&found),
        functions: ast.iter_functions().map(|it| it.name.to_owned()).collect(),
        ast,
        shift,
        analysis: found.analysis,
        thrown: found.thrown,
        first_loop: found.first_loop,
        first: found.first.as_deref().map(Path::root_of),
        size: found.size,
        engine: OnceLock::new(),
    }))
}

/// One pass of the parser.
fn parse(source: &str, kind: Kind, with_markers: bool) -> Result<AST, ParseError> {
    let watch = Arc::new(Watch::new(with_markers));
    let engine: Engine = limits::parser(&watch);
    match kind {
        Kind::Expression => engine.compile_expression(source),
        Kind::Block => engine.compile(source),
    }
}

/// The problem that stands first in the source.
fn first(found: &mut Findings) -> Option<ScriptProblem> {
    found.problems.sort_by_key(|it| (it.line, it.column));
    (!found.problems.is_empty()).then(|| found.problems.swap_remove(0))
}

/// The answers read by name, sorted for looking up.
fn names_of(found: &Findings) -> Vec<Name> {
    let names = found.names.iter().map(|name| Name {
        word: name.as_str().into(),
        path: Path::root_of(name),
        may_be_local: found.captured.contains(name),
    });
    names.collect()
}
