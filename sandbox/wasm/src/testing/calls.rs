//! What runs: loops, memory, tables, recursion, traps, calls of the host.

use super::{End, Hostile, each_export, each_kind};
use crate::testing::contract::{Module, imports, kind_with};
use crate::{Grant, Kind};

/// What does not end by itself, or at once, and what stops it.
const DEEDS: [(&str, &str, End); 7] = [
    ("loops", "(loop $again (br $again))", End::OutOfFuel),
    ("breaks off", "unreachable", End::Trapped),
    ("calls itself", "(call $deep)", End::OutOfStack),
    (
        "grows its memory",
        "(loop $again (drop (memory.grow (i32.const 32))) (br $again))",
        End::OutOfMemory,
    ),
    (
        "grows a table",
        "(loop $again
            (drop (table.grow $table (ref.null func) (i32.const 5000)))
            (br $again))",
        End::OutOfMemory,
    ),
    (
        "fills its memory",
        "(loop $again
            (memory.fill (i32.const 0) (i32.const 1) (i32.const 1048576))
            (br $again))",
        End::OutOfFuel,
    ),
    (
        "copies its memory",
        "(loop $again
            (memory.copy (i32.const 0) (i32.const 16) (i32.const 1048000))
            (br $again))",
        End::OutOfFuel,
    ),
];

/// What deeds need.
const BESIDE: &str = "(table $table 1 funcref) (func $deep (call $deep) (call $deep))";

/// Instructions that trap.
const TRAPS: [(&str, &str); 19] = [
    ("divides by zero", "(drop (i32.div_s (i32.const 1) (i32.const 0)))"),
    ("divides a long by zero", "(drop (i64.div_u (i64.const 1) (i64.const 0)))"),
    ("overflows by dividing", "(drop (i32.div_s (i32.const -2147483648) (i32.const -1)))"),
    ("takes a remainder of zero", "(drop (i64.rem_u (i64.const 1) (i64.const 0)))"),
    ("makes an integer of no number", "(drop (i32.trunc_f32_u (f32.const nan)))"),
    ("makes an integer of what is too large", "(drop (i64.trunc_f64_s (f64.const 1e300)))"),
    ("makes an integer of infinity", "(drop (i32.trunc_f64_s (f64.const inf)))"),
    ("reads behind its memory", "(drop (i32.load (i32.const 1048576)))"),
    ("reads across the end of its memory", "(drop (i64.load (i32.const 1048572)))"),
    ("reads with an offset", "(drop (i32.load offset=4294967295 (i32.const 16)))"),
    ("writes behind its memory", "(i32.store (i32.const -4) (i32.const 1))"),
    ("fills behind its memory", "(memory.fill (i32.const -1) (i32.const 0) (i32.const 9))"),
    ("copies from behind its memory", "(memory.copy (i32.const 0) (i32.const -8) (i32.const 9))"),
    (
        "takes too much of its data",
        "(memory.init $data (i32.const 0) (i32.const 0) (i32.const 99))",
    ),
    (
        "takes data that it dropped",
        "(data.drop $data) (memory.init $data (i32.const 0) (i32.const 0) (i32.const 1))",
    ),
    ("calls nothing", "(call_indirect $table (type $plain) (i32.const 0))"),
    ("calls behind its table", "(call_indirect $table (type $plain) (i32.const 99))"),
    ("calls with another shape", "(call_indirect $table (type $plain) (i32.const 1))"),
    ("reads behind its table", "(drop (table.get $table (i32.const 99)))"),
];

pub(super) fn rows() -> Vec<Hostile> {
    let mut rows = Vec::new();
    for (name, deed, end) in DEEDS {
        rows.extend(each_export(|kind, export| {
            let body = format!("{deed} unreachable");
            let module = Module { beside: BESIDE.to_owned(), body, ..Module::default() };
            row(format!("{export} {name}"), &module, kind, export, end)
        }));
        rows.extend(each_kind(|kind, export| {
            let start = format!("{BESIDE} (func $first {deed}) (start $first)");
            let module =
                Module { beside: start, body: "unreachable".to_owned(), ..Module::default() };
            row(format!("the start of {kind} {name}"), &module, kind, export, end)
        }));
        rows.extend(each_kind(|kind, export| {
            let module = Module {
                beside: BESIDE.to_owned(),
                allocating: deed.to_owned(),
                body: "unreachable".to_owned(),
                ..Module::default()
            };
            row(format!("making room in {kind} {name}"), &module, kind, export, end)
        }));
    }
    rows.extend(places());
    rows.extend(traps());
    rows.extend(floods());
    rows.extend(giants());
    rows
}

fn row(name: String, module: &Module, kind: Kind, export: &str, end: End) -> Hostile {
    Hostile { name, component: module.component(kind), export: export.to_owned(), end }
}

/// Results and arguments where there is no memory, or not at their place.
fn places() -> Vec<Hostile> {
    let mut rows = Vec::new();
    for at in ["-16", "1048570", "1048575", "2049"] {
        rows.extend(each_export(|kind, export| {
            let module = Module { body: format!("(i32.const {at})"), ..Module::default() };
            row(format!("{export} returns what lies at {at}"), &module, kind, export, End::Trapped)
        }));
        rows.extend(each_kind(|kind, export| {
            let allocating = format!("(return (i32.const {at}))");
            let body = "unreachable".to_owned();
            let module = Module { allocating, body, ..Module::default() };
            row(format!("{kind} makes room at {at}"), &module, kind, export, End::Trapped)
        }));
    }
    rows
}

fn traps() -> Vec<Hostile> {
    let export = format!("{}#call", Kind::Functions.contract());
    let beside = r#"(type $plain (func)) (table $table 8 funcref)
        (data $data "ab") (elem (table $table) (i32.const 1) func $other)
        (func $other (param i64) (result i64) (local.get 0))"#;
    let rows = TRAPS.into_iter().map(|(name, trap)| {
        let body = format!("{trap} unreachable");
        let module = Module { beside: beside.to_owned(), body, ..Module::default() };
        row(name.to_owned(), &module, Kind::Functions, &export, End::Trapped)
    });
    rows.collect()
}

/// Calls of the host without an end.
fn floods() -> Vec<Hostile> {
    let mut rows = Vec::new();
    for grant in Grant::ALL {
        for called in imports(grant) {
            let kind = kind_with(grant);
            let body = format!("(loop $again {} (br $again)) unreachable", called.call());
            let module = Module { imports: called.import(), body, ..Module::default() };
            let export = crate::testing::contract::exports(kind)[0].export();
            let name = format!("floods {}.{}", called.interface, called.name);
            // Room for what the host returns is made each time; `cabi_realloc` gives it.
            rows.push(row(name, &module, kind, &export, End::OverHostLimit));
        }
    }
    rows
}

/// Arguments for the host that are longer than memory, and longer than what may be copied.
fn giants() -> Vec<Hostile> {
    let mut rows = Vec::new();
    for grant in Grant::ALL {
        for called in imports(grant) {
            let kind = kind_with(grant);
            let export = crate::testing::contract::exports(kind)[0].export();
            for at in 0..called.lengths() {
                for (size, length, pages) in
                    [("larger than memory", u32::MAX, 0), ("of 40 MB", 40_000_000, 620)]
                {
                    let call = called.call_with(Some((at, length)));
                    let body =
                        format!("(drop (memory.grow (i32.const {pages}))) {call} unreachable");
                    let module = Module { imports: called.import(), body, ..Module::default() };
                    let what = format!("{}.{}", called.interface, called.name);
                    let name = format!("gives {what} a part {at} {size}");
                    rows.push(row(name, &module, kind, &export, End::Trapped));
                }
            }
        }
    }
    rows
}
