//! Every limit of Rhai's, set by hand.

use std::sync::Arc;

use affiant_guest::Budget;
use rhai::{Engine, OptimizationLevel};

use crate::tokens::{MAX_FUNCTIONS, Watch};
use crate::walk::Size;

/// Sources longer than this are not even parsed.
pub(crate) const MAX_SOURCE: usize = 64 << 10;

/// Nesting of expressions and blocks in the main part, and in functions.
const DEPTH: (usize, usize) = (64, 32);

/// The same for the second pass, where each marked variable is one level deeper.
const MARKED_DEPTH: (usize, usize) = (160, 96);

/// About how many bytes all values of one evaluation may take together. Rhai only limits each
/// value; the source tells how many places for values there are, and each gets its share.
pub(crate) const MEMORY: usize = 128 << 20;

/// An engine that parses.
pub(crate) fn parser(watch: &Arc<Watch>) -> Engine {
    let mut engine = Engine::new_raw();
    let (depth, function_depth) = if watch.with_markers { MARKED_DEPTH } else { DEPTH };
    engine
        .set_optimization_level(OptimizationLevel::None)
        .set_max_expr_depths(depth, function_depth)
        .set_max_functions(MAX_FUNCTIONS)
        .set_max_modules(0)
        .set_max_string_size(Budget::AUTHOR.text_bytes)
        .set_max_array_size(Budget::AUTHOR.items)
        .set_max_map_size(Budget::AUTHOR.entries);
    let watch = Arc::clone(watch);
    #[expect(deprecated, reason = "marked so only because it may change between versions")]
    engine.on_parse_token(move |token, _, _| watch.pass(token));
    engine
}

/// Sets what an evaluation may use.
pub(crate) fn limit(engine: &mut Engine, budget: &Budget, size: &Size) {
    let share = MEMORY / slots(budget, size);
    engine
        .set_optimization_level(OptimizationLevel::None)
        // Counted in `State::proceed`: Rhai's own counter starts anew in closures.
        .set_max_operations(0)
        .set_max_call_levels(budget.calls)
        .set_max_expr_depths(MARKED_DEPTH.0, MARKED_DEPTH.1)
        .set_max_functions(MAX_FUNCTIONS)
        .set_max_modules(0)
        .set_max_variables(budget.variables)
        // Zero would mean no limit.
        .set_max_string_size(budget.text_bytes.min(share).max(1))
        .set_max_array_size(budget.items.min(share / 32).max(1))
        .set_max_map_size(budget.entries.min(share / 128).max(1));
}

/// How many values can exist at the same time. Not zero.
fn slots(budget: &Budget, size: &Size) -> usize {
    /// Values that the interpreter holds while it computes one.
    const SPARE: usize = 4;
    let functions = if size.may_recurse { budget.calls * (size.function_slots + SPARE) } else { 0 };
    size.main_slots + functions + SPARE
}

/// Whether an evaluation could need more stack than its caller's thread is sure to have.
///
/// Rhai evaluates, clones and drops recursively. Values nest only as deep as the source builds
/// them, once for each step of a loop or a recursion, and closures can be chained through what
/// they capture.
pub(crate) fn needs_stack(budget: &Budget, size: &Size) -> bool {
    /// Levels of nesting that take at most 1 MiB: one was measured to take up to 1.2 KiB, and
    /// 8.5 KiB without optimisation.
    const LEVELS: usize = if cfg!(debug_assertions) { 100 } else { 400 };
    let levels =
        size.main_depth + if size.may_recurse { budget.calls * size.function_depth } else { 0 };
    size.nests || levels > LEVELS
}

/// The stack of a thread for such evaluations. Only what is touched takes memory.
pub(crate) const STACK: usize = 256 << 20;
