//! Scripts as another crate uses them.

mod assigning;
mod budget;
mod compiling;
mod evaluating;
mod fake;
mod surface;

use affiant_guest::{Budget, Fault, FaultKind, Path, Stop, Value};

use self::fake::Fake;
use crate::{Kind, Script, ScriptProblem, compile};

fn block(source: &str) -> Script {
    compile(source, Kind::Block).unwrap_or_else(|it| panic!("{source}: {it:?}"))
}

fn expression(source: &str) -> Script {
    compile(source, Kind::Expression).unwrap_or_else(|it| panic!("{source}: {it:?}"))
}

fn problem(source: &str) -> ScriptProblem {
    compile(source, Kind::Block).expect_err(source)
}

/// The value of a block's last expression.
fn value(fake: &Fake, source: &str) -> Result<Value, Stop> {
    block(source).evaluate(&fake.shared(), &Budget::AUTHOR)
}

fn run(fake: &Fake, source: &str) -> Result<(), Stop> {
    block(source).run(&fake.shared(), &Budget::AUTHOR)
}

/// The path that a block asks for.
fn asks(fake: &Fake, source: &str) -> String {
    match value(fake, source) {
        Err(Stop::Missing(path)) => path.to_string(),
        other => panic!("{source}: {other:?}"),
    }
}

fn fault(fake: &Fake, source: &str) -> Fault {
    match value(fake, source) {
        Err(Stop::Fault(fault)) => *fault,
        other => panic!("{source}: {other:?}"),
    }
}

/// Message and place of a fault.
fn told(fake: &Fake, source: &str) -> String {
    let fault = fault(fake, source);
    let place = fault.position.map_or("?".to_owned(), |it| format!("{}:{}", it.line, it.column));
    let hint = fault.hint.map(|it| format!(" ({it})")).unwrap_or_default();
    format!("{place} {}{hint}", fault.message)
}

fn path(text: &str) -> Path {
    Path::parse(text).unwrap()
}

fn is_over_budget(fault: &Fault) -> bool {
    fault.kind == FaultKind::OverBudget
}
