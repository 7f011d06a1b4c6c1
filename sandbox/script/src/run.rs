//! One evaluation of a script.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use affiant_guest::{Budget, FaultKind, Shared, Stop, Value};
use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, Position, Scope};

use crate::calls;
use crate::fault;
use crate::limits;
use crate::package::PACKAGE;
use crate::place::{Place, Reader};
use crate::rewrite::Marker;
use crate::script::Parts;
use crate::state::{self, State};
use crate::values;

/// Runs `script` against `answers`; `null` unless a value is wanted.
pub(crate) fn execute(
    script: &Arc<Parts>,
    answers: &Shared,
    budget: &Budget,
    wants_value: bool,
) -> Result<Value, Stop> {
    // Half of all evaluations end at the first name, which is not known yet: they need no interpreter.
    let first = match script.first.as_ref().map(|it| answers.read(it)) {
        Some(Err(stop @ Stop::Missing(_))) => return Err(stop),
        Some(Ok(value)) => Some(value),
        // Where it fails otherwise, it does so again at its place.
        Some(Err(_)) | None => None,
    };
    let state = Arc::new(State::new(script, answers, budget, first));
    let guarded = || {
        catch_unwind(AssertUnwindSafe(|| attempt(script, &state, budget, wants_value)))
            .unwrap_or_else(|_| Err(broken()))
    };
    if !limits::needs_stack(budget, &script.size) {
        return guarded();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(limits::STACK);
        let running = thread.spawn_scoped(scope, guarded);
        running.ok().and_then(|it| it.join().ok()).unwrap_or_else(|| Err(broken()))
    })
}

/// The interpreter itself failed.
fn broken() -> Stop {
    Stop::fault(FaultKind::Other, "the script could not be run to its end")
}

fn attempt(
    script: &Arc<Parts>,
    state: &Arc<State>,
    budget: &Budget,
    wants_value: bool,
) -> Result<Value, Stop> {
    let entered = state.enter();
    let own;
    let (made_for, usual) = script.engine.get_or_init(|| (*budget, engine(script, budget)));
    let engine = if made_for == budget {
        usual
    } else {
        own = engine(script, budget);
        &own
    };
    let mut scope = Scope::new();
    let result = engine.eval_ast_with_scope::<Dynamic>(&mut scope, &script.ast);
    drop(entered);
    // A need or a refusal counts even if the script found a way to go on after it.
    if let Some(stop) = state.take_stop() {
        return Err(fault::placed(stop, result.err().as_deref(), script));
    }
    match result {
        Ok(value) if wants_value => {
            values::to_value(value).map_err(|stop| fault::placed(stop, None, script))
        }
        Ok(_) => Ok(Value::Null),
        Err(error) => Err(fault::of_error(&error, script)),
    }
}

/// An engine for a script. It holds nothing of an evaluation: see [`state::current`].
fn engine(script: &Parts, budget: &Budget) -> Engine {
    let mut engine = Engine::new_raw();
    limits::limit(&mut engine, budget, &script.size);
    engine.register_global_module(rhai::Shared::clone(&PACKAGE));
    if let Some(accessors) = &script.accessors {
        engine.register_global_module(rhai::Shared::clone(accessors));
    }
    engine.on_progress(|_| (!state::proceed()).then_some(Dynamic::UNIT));
    #[expect(deprecated, reason = "marked so only because it may change between versions")]
    engine
        .on_var(|name, index, context| match state::current() {
            Some(state) => variable(&state, name, index, &context),
            None => Ok(None),
        })
        .on_missing_function(|name, arguments, is_method, _| {
            let Some(state) = state::current() else { return Ok(None) };
            let count = arguments.len() - usize::from(is_method);
            calls::missing(name, arguments, &state).map_err(|mut error| {
                // Rhai does not say where it is.
                error.set_position(line_of(&state.script, name, count));
                error
            })
        });
    engine
}

/// The line of the first call of `name` with `count` arguments.
fn line_of(script: &Parts, name: &str, count: usize) -> Position {
    let mut calls = script.analysis.calls.iter();
    let call = calls.find(|it| it.name == name && it.texts.len() == count);
    let line = call.and_then(|it| u16::try_from(it.line).ok());
    line.map_or(Position::NONE, |line| Position::new(line, 0))
}

/// The value of a variable that is not a local.
fn variable(
    state: &Arc<State>,
    name: &str,
    index: usize,
    context: &EvalContext<'_, '_, '_, '_, '_, '_>,
) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
    let script = &state.script;
    if script.size.fills {
        state.watch(context)?;
    }
    if index != 0 {
        return Ok(None);
    }
    if let Some(known) = script.name(name) {
        if known.may_be_local && context.scope().contains(name) {
            return Ok(None);
        }
        if script.first.as_ref() == Some(&known.path)
            && let Some(value) = state.take_first()
        {
            return Ok(Some(values::to_dynamic(value, state)));
        }
        return state.read(&known.path).map(Some);
    }
    if name == Marker::Write.symbol() {
        return Ok(Some(Dynamic::from(Place::root(state))));
    }
    if name == Marker::Read.symbol() {
        return Ok(Some(Dynamic::from(Reader(Arc::clone(state)))));
    }
    Ok(None)
}
