//! Modules that are strange by themselves: too much of something, or what is switched off.

use super::{End, Hostile};
use crate::Kind;
use crate::testing::contract::{Module, wide};

/// What stands beside the functions, and how the component ends.
fn beside() -> Vec<(&'static str, String, End)> {
    let many = |what: &str, count: usize| what.repeat(count);
    vec![
        ("has two memories", "(memory 1)".to_owned(), End::Broken),
        ("has a shared memory", "(memory $s 1 1 shared)".to_owned(), End::Broken),
        ("has a memory of 64 bits", "(memory $l i64 1)".to_owned(), End::Broken),
        ("has pages of one byte", "(memory $p 1 2 (pagesize 1))".to_owned(), End::Broken),
        ("calls in place of itself", "(func $t (return_call $t))".to_owned(), End::Broken),
        ("throws", "(tag $e) (func $t (throw $e))".to_owned(), End::Broken),
        ("has structures", "(type $s (struct (field i32)))".to_owned(), End::Broken),
        (
            "computes loosely",
            "(func $r (param v128) (result v128)
                (i32x4.relaxed_trunc_f32x4_s (local.get 0)))"
                .to_owned(),
            End::Broken,
        ),
        ("has a table of a million", "(table 1000000 funcref)".to_owned(), End::TooMuch),
        ("has tables of a million together", many("(table 70000 funcref)", 15), End::TooMuch),
        ("has a hundred tables", many("(table 1 funcref)", 100), End::TooMuch),
        (
            "has data behind its memory",
            r#"(data (i32.const 1048575) "abc")"#.to_owned(),
            End::Trapped,
        ),
        (
            "has entries behind its table",
            "(table $t 1 funcref) (elem (table $t) (i32.const 1) func $f) (func $f)".to_owned(),
            End::Trapped,
        ),
    ]
}

pub(super) fn rows() -> Vec<Hostile> {
    let export = format!("{}#call", Kind::Functions.contract());
    let row = |name: &str, component: Vec<u8>, end: End| Hostile {
        name: name.to_owned(),
        component,
        export: export.clone(),
        end,
    };
    let mut rows: Vec<Hostile> = beside()
        .into_iter()
        .map(|(name, beside, end)| {
            let module = Module { beside, body: "unreachable".to_owned(), ..Module::default() };
            row(name, module.component(Kind::Functions), end)
        })
        .collect();
    let plain = Module { body: "unreachable".to_owned(), ..Module::default() };
    let plain = plain.text(Kind::Functions);
    for (name, pages, end) in [
        ("begins with 64 MiB and more", 1_025, End::TooMuch),
        ("begins with 4 GiB", 65_536, End::TooMuch),
    ] {
        let memory = format!(r#"(export "memory") {pages}"#);
        let core = plain.replace(r#"(export "memory") 16"#, &memory);
        rows.push(row(name, wide(&core, Kind::Functions), end));
    }
    let good = wide(&plain, Kind::Functions);
    let core = wat::parse_str(&plain).expect("it is WAT");
    for (name, bytes) in [
        ("is empty", Vec::new()),
        ("is text", b"(component)".to_vec()),
        ("is a module", core),
        ("is cut", good[..good.len() / 2].to_vec()),
        ("goes on behind its end", [&good[..], b"\xff\xff\xff"].concat()),
        ("says another version", [b"\0asm\x63\0\x01\0", &good[8..]].concat()),
        ("has a section that is longer than all", [&good[..8], b"\x01\xff\xff\xff\x0f"].concat()),
    ] {
        rows.push(row(name, bytes, End::Broken));
    }
    rows
}
