//! Results that are none: malformed, oversized, deep.

use super::{End, Hostile};
use crate::Kind;
use crate::testing::contract::{Module, RESULT, exports};
use crate::testing::lower::{Plain, data};

/// A component whose export of this name returns this.
fn returning(kind: Kind, name: &str, what: &str, plain: &Plain, end: End) -> Hostile {
    let export = exports(kind).into_iter().find(|it| it.name == name).expect("an export");
    let module = Module {
        beside: data(export.result, plain),
        body: format!("(i32.const {RESULT})"),
        ..Module::default()
    };
    Hostile {
        name: format!("{kind}.{name} returns {what}"),
        component: module.component(kind),
        export: export.export(),
        end,
    }
}

fn node(kind: u8, holds: Plain) -> Plain {
    Plain::case(kind, holds)
}

fn numbers(all: &[u64]) -> Plain {
    Plain::Fields(all.iter().map(|it| Plain::Number(*it)).collect())
}

fn many(all: &[u64]) -> Plain {
    node(9, Plain::List(all.iter().map(|it| Plain::Number(*it)).collect()))
}

fn entry(name: &str, value: u64) -> Plain {
    Plain::Fields(vec![Plain::text(name), Plain::Number(value)])
}

fn object(attributes: Vec<Plain>, items: Vec<Plain>, entries: Vec<Plain>) -> Plain {
    let lists = [attributes, items, entries].map(Plain::List);
    node(11, Plain::Fields([&[Plain::text("Thing")], &lists[..]].concat()))
}

fn nothing() -> Plain {
    Plain::bare(0)
}

/// Lists in lists, so deep.
fn deep(depth: u64) -> Vec<Plain> {
    let mut nodes = vec![nothing()];
    nodes.extend((0..depth).map(|it| many(&[it])));
    nodes
}

fn file() -> Plain {
    let texts = ["1", "a.pdf", "application/pdf"].map(Plain::text);
    node(12, Plain::Fields([&texts[..], &[Plain::Number(9)]].concat()))
}

/// Nodes that are no value.
fn no_values() -> Vec<(&'static str, Vec<Plain>)> {
    let decimal = |it: &str| node(3, Plain::text(it));
    let real = |it: f64| node(4, Plain::Number(it.to_bits()));
    let day = |all: &[u64]| node(6, numbers(all));
    let time = |all: &[u64]| node(7, numbers(all));
    let moment =
        |day: &[u64], time: &[u64]| node(8, Plain::Fields(vec![numbers(day), numbers(time)]));
    vec![
        ("no node", vec![]),
        ("two nodes apart", vec![nothing(), nothing()]),
        ("a list of itself", vec![many(&[0])]),
        ("a list of what comes later", vec![many(&[1]), nothing()]),
        ("a list of what is not there", vec![nothing(), many(&[7])]),
        ("a list of the end of numbers", vec![nothing(), many(&[u64::from(u32::MAX)])]),
        ("a list of the same twice", vec![nothing(), many(&[0, 0])]),
        ("a part in two lists", vec![nothing(), many(&[0]), many(&[0, 1])]),
        ("a part left over", vec![nothing(), nothing(), many(&[0])]),
        ("an entry of itself", vec![node(10, Plain::List(vec![entry("a", 0)]))]),
        (
            "a name twice",
            vec![nothing(), nothing(), node(10, Plain::List(vec![entry("a", 0), entry("a", 1)]))],
        ),
        ("an object of itself", vec![object(vec![entry("a", 0)], vec![], vec![])]),
        (
            "an attribute twice",
            vec![nothing(), nothing(), object(vec![entry("a", 0), entry("a", 1)], vec![], vec![])],
        ),
        (
            "an object that is a list and a dictionary",
            vec![nothing(), nothing(), object(vec![], vec![Plain::Number(0)], vec![entry("a", 1)])],
        ),
        ("a file", vec![file()]),
        ("a file in a list", vec![file(), many(&[0])]),
        ("an empty decimal", vec![decimal("")]),
        ("a decimal of letters", vec![decimal("ten")]),
        ("a decimal with an exponent", vec![decimal("1e9")]),
        ("a decimal that is too long", vec![decimal(&"9".repeat(60))]),
        ("a decimal with spaces", vec![decimal(" 1")]),
        ("no number", vec![real(f64::NAN)]),
        ("infinity", vec![real(f64::INFINITY)]),
        ("minus infinity", vec![real(f64::NEG_INFINITY)]),
        ("month 0", vec![day(&[2026, 0, 1])]),
        ("month 13", vec![day(&[2026, 13, 1])]),
        ("month 255", vec![day(&[2026, 255, 1])]),
        ("day 0", vec![day(&[2026, 1, 0])]),
        ("the 29th of February", vec![day(&[2026, 2, 29])]),
        ("a year of five digits", vec![day(&[20_260, 1, 1])]),
        ("hour 24", vec![time(&[24, 0, 0])]),
        ("minute 60", vec![time(&[0, 60, 0])]),
        ("second 60", vec![time(&[0, 0, 60])]),
        ("hour 200", vec![time(&[200, 0, 0])]),
        ("a moment without a day", vec![moment(&[2026, 6, 31], &[0, 0, 0])]),
        ("a moment without a time", vec![moment(&[2026, 6, 1], &[0, 99, 0])]),
        ("lists in 65 lists", deep(65)),
        ("lists in 1,000 lists", deep(1_000)),
        ("lists in 9,000 lists", deep(9_000)),
    ]
}

/// What is no value by the rules of the component model.
fn no_nodes() -> Vec<(&'static str, Vec<Plain>)> {
    let text = |it: &[u8]| node(5, Plain::Text(it.to_vec()));
    vec![
        ("a node of no kind", vec![Plain::bare(13)]),
        ("a node of the last kind", vec![Plain::bare(255)]),
        ("a text that is none", vec![text(b"\xff")]),
        ("half a letter", vec![text(b"\xc3")]),
        ("a letter that is none", vec![text(b"\xed\xa0\x80")]),
        ("a letter in too many bytes", vec![text(b"\xc0\x80")]),
        ("a text behind its memory", vec![node(5, Plain::Span(1_048_570, 100))]),
        ("a text that is longer than memory", vec![node(5, Plain::Span(0, u32::MAX))]),
        ("a list behind its memory", vec![node(9, Plain::Span(1_048_572, 100))]),
        ("a list at an odd place", vec![node(9, Plain::Span(2_049, 1))]),
    ]
}

pub(super) fn rows() -> Vec<Hostile> {
    let value = |nodes: &Vec<Plain>| Plain::value(nodes.clone());
    let mut rows = Vec::new();
    for (all, end) in [(no_values(), End::BadValue), (no_nodes(), End::Trapped)] {
        for (what, nodes) in &all {
            let returned = Plain::ok(value(nodes));
            rows.push(returning(Kind::Functions, "call", what, &returned, end));
            let parsed = Plain::ok(Plain::ok(value(nodes)));
            rows.push(returning(Kind::Field, "parse", what, &parsed, end));
            let suggested = Plain::Fields(vec![Plain::text("a"), value(nodes)]);
            let suggested = Plain::ok(Plain::List(vec![suggested]));
            rows.push(returning(Kind::Lookup, "suggest", what, &suggested, end));
        }
    }
    for kind in Kind::ALL {
        for export in exports(kind).iter().filter(|it| !it.name.contains("describe")) {
            if ["sources", "templates"].contains(&export.name.as_str()) {
                continue;
            }
            let strange = Plain::bare(2);
            rows.push(returning(kind, &export.name, "no result", &strange, End::Trapped));
        }
    }
    rows.extend(large());
    rows.extend(others());
    rows
}

/// Results that are too large. They share one text or one list, so that the component is small.
fn large() -> Vec<Hostile> {
    let row = |what: &str, nodes: Vec<Plain>, end: End| {
        returning(Kind::Functions, "call", what, &Plain::ok(Plain::value(nodes)), end)
    };
    let shared = |length: u32| node(5, Plain::Span(0, length));
    let few: Vec<u64> = (0..50).collect();
    let texts = || (0..50).map(|_| shared(500_000));
    vec![
        row("10,001 nodes", (0..10_001).map(|_| nothing()).collect(), End::BadValue),
        row("5 texts of a million", (0..5).map(|_| shared(1_000_000)).collect(), End::Trapped),
        row("50 long texts in a list", texts().chain([many(&few)]).collect(), End::Trapped),
        row("a list of a million", vec![node(9, Plain::Span(0, 1_000_000))], End::Trapped),
    ]
}

/// What single contracts refuse.
fn others() -> Vec<Hostile> {
    let field = |variable: &str| {
        Plain::Fields(vec![
            Plain::text(variable),
            Plain::text("label"),
            Plain::none(),
            Plain::bare(0),
            Plain::Number(1),
            Plain::List(vec![]),
            Plain::none(),
        ])
    };
    let screen = |fields: Vec<Plain>| {
        let texts = ["s", "t", "u"].map(Plain::text);
        Plain::ok(Plain::case(0, Plain::Fields([&texts[..], &[Plain::List(fields)]].concat())))
    };
    let complaint = Plain::Fields(vec![Plain::text("no variable!"), Plain::text("wrong")]);
    let suggestion = || Plain::Fields(vec![Plain::text("a"), Plain::value(vec![nothing()])]);
    let three = Plain::List(vec![suggestion(), suggestion(), suggestion()]);
    let document = [Plain::text("a"), Plain::text("text/html"), Plain::List(vec![])];
    let missing = Plain::err(Plain::case(1, Plain::text("no variable!")));
    let next = |what, plain: Plain| returning(Kind::Logic, "next", what, &plain, End::BadValue);
    let variables = Plain::ok(Plain::List(vec![Plain::text("a b")]));
    vec![
        next("a field without a variable", screen(vec![field("")])),
        next("a field of a call", screen(vec![field("f(x)")])),
        next("two fields of one variable", screen(vec![field("a.b"), field("a.b")])),
        next("that no variable is missing", missing.clone()),
        returning(
            Kind::Logic,
            "validate",
            "a complaint about no variable",
            &Plain::ok(Plain::List(vec![complaint])),
            End::BadValue,
        ),
        returning(Kind::Lookup, "suggest", "three of two", &Plain::ok(three), End::BadValue),
        returning(
            Kind::Assembly,
            "assemble",
            "another media type",
            &Plain::ok(Plain::Fields(document.to_vec())),
            End::BadValue,
        ),
        returning(Kind::Assembly, "variables", "no variable", &variables, End::BadValue),
        returning(Kind::Functions, "call", "that none is missing", &missing, End::BadValue),
    ]
}
