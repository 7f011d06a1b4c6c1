//! Rhai's errors as faults: plain words, a place, no values.

use affiant_guest::{Fault, FaultKind, Position, Stop};
use rhai::EvalAltResult;

use crate::names;
use crate::problem;
use crate::script::Parts;
use crate::state::Caught;
use crate::words;

/// Gives `stop` the place where Rhai noticed it, if it has none of its own.
pub(crate) fn placed(mut stop: Stop, error: Option<&EvalAltResult>, script: &Parts) -> Stop {
    if let Stop::Fault(fault) = &mut stop {
        place(fault, error, script);
    }
    stop
}

/// Rhai does not know the place of every step: then it is the first loop if there is too much of
/// something, or the start.
fn place(fault: &mut Fault, error: Option<&EvalAltResult>, script: &Parts) {
    let known = fault.position.or_else(|| error.and_then(|it| position(it, script)));
    let likely = script.first_loop.filter(|_| fault.kind == FaultKind::OverBudget);
    let (line, column) = likely.unwrap_or((1, 1));
    fault.position = Some(known.unwrap_or(Position { line, column }));
}

/// The fault that an error of Rhai's is.
pub(crate) fn of_error(error: &EvalAltResult, script: &Parts) -> Stop {
    let mut fault = described(innermost(error), script);
    place(&mut fault, Some(error), script);
    Stop::Fault(Box::new(fault))
}

/// The error behind the calls it came through.
fn innermost(error: &EvalAltResult) -> &EvalAltResult {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
        | EvalAltResult::ErrorInModule(_, inner, _) => innermost(inner),
        other => other,
    }
}

/// The innermost place that is known, in the source as the author wrote it.
fn position(error: &EvalAltResult, script: &Parts) -> Option<Position> {
    let deeper = match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
        | EvalAltResult::ErrorInModule(_, inner, _) => position(inner, script),
        _ => None,
    };
    deeper.or_else(|| {
        let here = error.position();
        (!here.is_none()).then(|| {
            let (line, column) = problem::place(here);
            Position { line, column: script.shift.original(line, column) }
        })
    })
}

fn fault(kind: FaultKind, message: impl Into<String>, hint: Option<&str>) -> Fault {
    Fault { kind, message: message.into(), position: None, hint: hint.map(str::to_owned) }
}

fn described(error: &EvalAltResult, script: &Parts) -> Fault {
    use EvalAltResult as E;
    use FaultKind as K;
    match error {
        E::ErrorRuntime(thrown, _) => match thrown.read_lock::<Caught>() {
            Some(caught) => (*caught.0).clone(),
            None => self_thrown(thrown, script),
        },
        E::ErrorFunctionNotFound(signature, _) => unknown_function(signature, script),
        E::ErrorDotExpr(text, _) => unknown_attribute(text),
        E::ErrorPropertyNotFound(name, _) => {
            fault(K::Unknown, format!("there is no `{name}` here"), None)
        }
        E::ErrorVariableNotFound(name, _) => {
            fault(K::Unknown, format!("there is no variable `{name}`"), None)
        }
        E::ErrorIndexingType(..) => fault(K::BadCall, "this cannot be indexed like that", None),
        E::ErrorArrayBounds(..) => {
            fault(K::BadCall, "the index is outside of the list", Some("the first item is `[0]`"))
        }
        E::ErrorStringBounds(..) | E::ErrorBitFieldBounds(..) => {
            fault(K::BadCall, "the index is outside of the text or number", None)
        }
        E::ErrorFor(_) => fault(K::BadCall, "this cannot be looped over", None),
        E::ErrorMismatchDataType(wanted, given, _)
        | E::ErrorMismatchOutputType(wanted, given, _) => mismatch(wanted, given),
        E::ErrorArithmetic(text, _) => arithmetic(text),
        E::ErrorAssignmentToConstant(name, _) => {
            fault(K::BadCall, format!("`{name}` cannot be assigned to"), None)
        }
        E::ErrorNonPureMethodCallOnConstant(name, _) => fault(
            K::BadCall,
            format!("`{name}` would change a copy of an answer, not the answer"),
            Some("assign to the answer instead, for example `names += [\"Ann\"]`"),
        ),
        E::ErrorTooManyVariables(_) => fault(K::OverBudget, "too many variables at once", None),
        E::ErrorStackOverflow(_) => {
            fault(K::OverBudget, "functions call each other too deep", None)
        }
        E::ErrorDataTooLarge(what, _) => fault(K::OverBudget, too_large(what), None),
        E::ErrorTooManyOperations(_) | E::ErrorTerminated(..) => {
            fault(K::OverBudget, "this takes too many steps", None)
        }
        E::ErrorModuleNotFound(..) | E::ErrorTooManyModules(_) => {
            fault(K::Unknown, "there are no modules", None)
        }
        E::ErrorDataRace(..) => fault(
            K::BadCall,
            "a closure uses the variable that its own method works on",
            Some("make a copy first, for example `let all = list;`"),
        ),
        E::ErrorUnboundThis(_) => fault(K::BadCall, "there is no `this` here", None),
        _ => fault(K::Other, "the script failed here", None),
    }
}

/// `throw` of the script's own. A text that was put together may hold answers, so it is not shown.
fn self_thrown(thrown: &rhai::Dynamic, script: &Parts) -> Fault {
    let text = thrown.as_immutable_string_ref().ok();
    match text.filter(|it| script.thrown.contains(it.as_str())) {
        Some(text) => fault(FaultKind::Thrown, text.as_str(), None),
        None => fault(FaultKind::Thrown, "the script threw an error", None),
    }
}

fn too_large(what: &str) -> &'static str {
    match what {
        "Length of string" => "this text is too long",
        "Size of object map" => "this dictionary is too large",
        _ => "this list is too long",
    }
}

fn arithmetic(text: &str) -> Fault {
    let text = text.to_lowercase();
    if text.contains("parsing") {
        return fault(FaultKind::BadCall, "this text is not a number", None);
    }
    let message = if text.contains("zero") {
        "division by zero"
    } else if text.contains("overflow") || text.contains("too large") {
        "the result is too large for a number"
    } else {
        "this calculation has no result"
    };
    fault(FaultKind::Arithmetic, message, None)
}

fn mismatch(wanted: &str, given: &str) -> Fault {
    let (wanted, given) = (words::kind(wanted), words::kind(given));
    let hint = match wanted {
        "a boolean" if given == "null" => Some("ask for yes or no with `== true`"),
        "a boolean" => Some("compare it, for example with `!= \"\"` or `> 0`"),
        _ => None,
    };
    fault(FaultKind::BadCall, format!("expected {wanted}, not {given}"), hint)
}

/// From `name (type, type)`.
fn unknown_function(signature: &str, script: &Parts) -> Fault {
    let (name, rest) = signature.split_once(" (").unwrap_or((signature, ""));
    let types = rest.trim_end_matches(')');
    let kinds: Vec<&str> = types.split(", ").filter(|it| !it.is_empty()).map(words::kind).collect();
    if !name.starts_with(|it: char| it.is_alphabetic() || it == '_') {
        let message = format!("`{name}` does not work on {}", kinds.join(" and "));
        return fault(FaultKind::BadCall, message, None);
    }
    if names::is_reachable(name) || script.functions.contains(name) {
        let message = if kinds.is_empty() {
            format!("`{name}` needs arguments")
        } else {
            format!("`{name}` does not work on {}", kinds.join(" and "))
        };
        return fault(FaultKind::BadCall, message, None);
    }
    let own = script.functions.iter().map(String::as_str);
    let mut fault = fault(FaultKind::Unknown, format!("there is no function `{name}`"), None);
    fault.hint = names::near(name, own).map(|it| format!("did you mean `{it}`?"));
    fault
}

/// From Rhai's sentence about a property, which names it in single quotes.
fn unknown_attribute(text: &str) -> Fault {
    let mut quoted = text.split('\'').skip(1).step_by(2);
    let (name, kind) = (quoted.next(), quoted.next());
    let message = match (name, kind) {
        (Some(name), Some(kind)) => format!("{} has no attribute `{name}`", words::kind(kind)),
        _ => "there is no such attribute".to_owned(),
    };
    fault(FaultKind::Unknown, message, None)
}
