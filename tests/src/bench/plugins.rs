//! What calls of plugins cost, and how fast hostile components are stopped.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use affiant_guest::{Object, Value};
use affiant_wasm::testing::{Module, Plain, RESULT, data, ends, exports, hostile};
use affiant_wasm::{Engine, Evaluation, Host, Identity, Kind, Limits, Plugin};
use anyhow::{Context as _, bail};

use crate::bench::figure::{Figure, median, milliseconds};

/// How often an evaluation is begun.
const EVALUATIONS: usize = 2_000;
/// How often one instance is called.
const CALLS: u32 = 10_000;

/// Bytes of data that an instance begins with: as much as a small plugin in Rust has.
const DATA: usize = 40 << 10;

/// Denies everything.
struct Nobody;

impl Host for Nobody {}

/// Measures calls inside this process, and every hostile component of the sandbox's own table.
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let engine = Engine::new()?;
    let mut figures = calls(&engine)?;
    figures.extend(stopped(&engine)?);
    Ok(figures)
}

/// A plugin whose function takes anything and returns a text.
fn plugin(engine: &Engine) -> anyhow::Result<Plugin> {
    let call = exports(Kind::Functions).into_iter().find(|it| it.name == "call");
    let call = call.context("functions are called")?;
    let returned = data(call.result, &Plain::ok(Plain::text_value("a text of some length")));
    let filler = "x".repeat(DATA);
    let module = Module {
        beside: format!(r#"{returned} (data (i32.const 65536) "{filler}")"#),
        // Room for arguments is made anew for each call.
        body: format!("(global.set $free (i32.const 524288)) (i32.const {RESULT})"),
        ..Module::default()
    };
    let who = Identity { plugin: "org.example.bench".to_owned(), version: "1.0.0".to_owned() };
    Ok(Plugin::load(engine, who, &module.component(Kind::Functions), &BTreeSet::new())?)
}

fn calls(engine: &Engine) -> anyhow::Result<Vec<Figure>> {
    let plugin = plugin(engine)?;
    let mut person = Object::new("Individual");
    person.attributes.insert("age".to_owned(), Value::Int(41));
    person.attributes.insert("city".to_owned(), Value::text("Riverton"));
    let arguments = [Value::Object(Box::new(person.clone())), Value::Object(Box::new(person))];
    let begin = || plugin.evaluation(Box::new(Nobody), Limits::default());
    let call = |it: &mut Evaluation| match it.call("f", &arguments) {
        Ok(value) => {
            black_box(value);
            Ok(())
        }
        Err(stopped) => bail!("the call ended early: {stopped:?}"),
    };

    call(&mut begin())?;
    let mut first = Vec::new();
    for _ in 0..EVALUATIONS {
        let start = Instant::now();
        call(&mut begin())?;
        first.push(start.elapsed());
    }
    let mut evaluation = begin();
    call(&mut evaluation)?;
    let start = Instant::now();
    for _ in 0..CALLS {
        call(&mut evaluation)?;
    }
    let further = start.elapsed() / CALLS;
    let micro = |it: Duration| milliseconds(it) * 1_000.0;
    Ok(vec![
        Figure::at_most(
            "the first call of a plugin in an evaluation, its instance included",
            micro(median(first)),
            60.0,
            "µs",
        ),
        Figure::at_most("… a further call", micro(further), 3.0, "µs"),
    ])
}

fn stopped(engine: &Engine) -> anyhow::Result<Vec<Figure>> {
    let rows = hostile();
    let mut slowest = Duration::ZERO;
    for row in &rows {
        let start = Instant::now();
        let ended = ends(engine, row, Box::new(Nobody), Limits::default());
        slowest = slowest.max(start.elapsed());
        if ended != Ok(row.end) {
            bail!("{}: {:?} is expected, not {ended:?}", row.name, row.end);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "there are some hundreds")]
    let count = rows.len() as f64;
    Ok(vec![
        Figure::at_least("hostile components that end as they should", count, 200.0, ""),
        Figure::at_most(
            "… the slowest of them, from its bytes to its end",
            milliseconds(slowest),
            1_000.0,
            "ms",
        ),
    ])
}
