//! Every function that an author can call.
//!
//! Anything else is refused when a script is compiled. Scripts cannot call a function by a text
//! with its name, so the list is complete.

use std::collections::BTreeSet;

use affiant_guest::Foreign;
use rhai::AST;

use crate::calls;
use crate::problem::{self, ScriptProblem};
use crate::walk::Findings;
use crate::words;

/// What comes with Rhai, and what `collections` adds to it.
const RHAI: [&str; 119] = [
    // On everything.
    "call",
    "type_of",
    "to_string",
    "to_text",
    "to_debug",
    // On numbers.
    "abs",
    "sign",
    "is_zero",
    "is_odd",
    "is_even",
    "min",
    "max",
    "floor",
    "ceiling",
    "round",
    "round_up",
    "round_down",
    "round_half_up",
    "round_half_down",
    "int",
    "fraction",
    "is_nan",
    "is_finite",
    "is_infinite",
    "to_int",
    "to_float",
    "to_decimal",
    "parse_int",
    "parse_float",
    "parse_decimal",
    "sqrt",
    "exp",
    "ln",
    "log",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "hypot",
    "to_radians",
    "to_degrees",
    "PI",
    "E",
    "to_hex",
    "to_octal",
    "to_binary",
    "range",
    // On text.
    "bytes",
    "chars",
    "clear",
    "contains",
    "crop",
    "ends_with",
    "index_of",
    "is_empty",
    "len",
    "make_lower",
    "make_upper",
    "pad",
    "pop",
    "remove",
    "replace",
    "set",
    "split",
    "split_rev",
    "starts_with",
    "sub_string",
    "to_chars",
    "to_lower",
    "to_upper",
    "trim",
    "truncate",
    "get",
    // On lists.
    "all",
    "any",
    "append",
    "chop",
    "dedup",
    "drain",
    "extract",
    "filter",
    "find",
    "find_map",
    "for_each",
    "insert",
    "map",
    "order",
    "order_by",
    "order_desc",
    "push",
    "reduce",
    "reduce_rev",
    "retain",
    "reverse",
    "shift",
    "some",
    "sort",
    "sort_by",
    "sort_desc",
    "splice",
    // On dictionaries and ranges.
    "fill_with",
    "keys",
    "mixin",
    "values",
    "to_json",
    "start",
    "end",
    "is_inclusive",
    "is_exclusive",
    "is_anonymous",
    "name",
];

/// What an author may look for in vain, and why.
const ABSENT: [(&str, &str); 12] = [
    ("print", "show it on a screen, or use the author's panel"),
    ("debug", "show it on a screen, or use the author's panel"),
    ("eval", "write the code itself"),
    ("sleep", "a script cannot wait"),
    ("timestamp", "use `today()` or `now()`"),
    ("rand", "the same answers must always give the same screens"),
    ("random", "the same answers must always give the same screens"),
    ("Fn", "write a closure such as `|x| x + 1`"),
    ("curry", "write a closure such as `|x| x + 1`"),
    ("is_def_var", "use `defined(\"name\")`"),
    ("is_def_fn", "functions of the interview are always there"),
    ("exit", "use `return`"),
];

/// Every function and method that an author can call, sorted; operators are not in it.
pub fn reachable_functions() -> Vec<String> {
    let all: BTreeSet<&str> = RHAI.into_iter().chain(calls::names()).collect();
    all.into_iter().map(str::to_owned).collect()
}

/// Whether `name` is a function or method that authors can call.
pub fn is_reachable(name: &str) -> bool {
    RHAI.contains(&name) || calls::is_known(name)
}

/// What `name` may be a slip of, among what can be called and the script's `own` functions.
pub(crate) fn near<'c>(name: &str, own: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    words::near(name, RHAI.into_iter().chain(calls::names()).map(|it| -> &'c str { it }).chain(own))
}

/// Finds calls of what cannot be called.
pub(crate) fn check(found: &mut Findings, ast: &AST, foreign: &Foreign) {
    let own = ast.iter_functions().map(|it| it.name);
    let own: BTreeSet<&str> = own.chain(foreign.iter().map(String::as_str)).collect();
    for call in &found.analysis.calls {
        let name = call.name.as_str();
        let absent = ABSENT.iter().find(|(it, _)| *it == name).map(|(_, hint)| *hint);
        // A dictionary may hold a closure, which is called like a method.
        let is_held = found.keys.contains(name) || found.properties.contains(name);
        let is_fine = is_reachable(name) || own.contains(name) || (call.is_method && is_held);
        if absent.is_none() && is_fine {
            continue;
        }
        let hint = absent
            .map(str::to_owned)
            .or_else(|| problem::operator_hint(name))
            .or_else(|| near(name, own.iter().copied()).map(|it| format!("did you mean `{it}`?")));
        found.problems.push(ScriptProblem {
            message: format!("there is no function `{name}`"),
            line: call.line,
            column: call.column,
            hint,
        });
    }
}
