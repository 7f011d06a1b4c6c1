//! Components that do what they should.

use affiant_guest::{Content, Object, Path, Value};
use indexmap::IndexMap;
use jiff::civil::{date, time};
use rust_decimal::Decimal;

use super::build::{calling, component, module, node, returning};
use super::{Witness, all, evaluation, fault_of, identity, load};
use crate::engine::AT_ONCE;
use crate::{Denial, Denied, Engine, FaultKind, Function, Limits, Plugin, Stopped};

/// Gives its first argument back.
const ECHO: &str = "
    (i32.store (i32.const 68) (i32.load (local.get 2)))
    (i32.store (i32.const 72) (i32.load offset=4 (local.get 2)))
    (i32.const 64)";

#[test]
fn every_value_that_can_cross_comes_back_as_it_was() {
    let mut echo = evaluation(&calling(ECHO));
    let mut person = Object::new("Individual");
    person.attributes.insert("age".to_owned(), Value::Int(41));
    person.content = Content::Items(vec![Value::Bool(true)]);
    let mut dictionary = Object::new("DADict");
    dictionary.content =
        Content::Entries(IndexMap::from([("a".to_owned(), Value::List(Vec::new()))]));
    for value in [
        Value::Null,
        Value::Bool(true),
        Value::Int(i64::MIN),
        Value::Decimal(Decimal::new(-1_250, 2)),
        Value::Float(0.1),
        Value::text("Zoë \u{1f600} \0"),
        Value::Date(date(-44, 3, 15)),
        Value::Time(time(23, 59, 58, 0)),
        Value::DateTime(date(2026, 11, 27).at(6, 30, 0, 0)),
        Value::List(vec![Value::List(vec![Value::Int(1), Value::Null]), Value::text("")]),
        Value::Dict(IndexMap::from([
            ("z".to_owned(), Value::Int(1)),
            ("a".to_owned(), Value::text("b")),
        ])),
        Value::Object(Box::new(person)),
        Value::Object(Box::new(dictionary)),
    ] {
        assert_eq!(echo.call("f", std::slice::from_ref(&value)), Ok(value));
    }
}

#[test]
fn an_instance_is_one_evaluation_s_and_no_other_s() {
    let counting = load(&module(
        "",
        r#"(global $n (mut i64) (i64.const 0))
           (data (i32.const 64) "\00\00\00\00\80\00\00\00\01\00\00\00")
           (data (i32.const 128) "\02")"#,
        "(global.set $n (i64.add (global.get $n) (i64.const 1)))
         (i64.store (i32.const 136) (global.get $n))
         (i32.const 64)",
    ));
    let begin = || counting.evaluation(Box::new(Witness::default()), Limits::default());
    let mut first = begin();
    assert_eq!(first.call("f", &[]), Ok(Value::Int(1)));
    assert_eq!(first.call("f", &[]), Ok(Value::Int(2)));
    assert_eq!(begin().call("f", &[]), Ok(Value::Int(1)));
}

#[test]
fn nothing_that_an_instance_wrote_is_there_in_the_next() {
    // Returns what lies at three places, and then writes over all of it.
    let core = module(
        "",
        r#"(data (i32.const 64) "\00\00\00\00\80\00\00\00\01\00\00\00")
           (data (i32.const 128) "\02")"#,
        "(drop (memory.grow (i32.const 15)))
         (i64.store (i32.const 136) (i64.or (i64.load (i32.const 50000))
             (i64.or (i64.load (i32.const 300000)) (i64.load (i32.const 900000)))))
         (memory.fill (i32.const 40000) (i32.const 1) (i32.const 900000))
         (i32.const 64)",
    );
    let plugin = load(&core);
    for _ in 0..40 {
        let mut evaluation = plugin.evaluation(Box::new(Witness::default()), Limits::default());
        assert_eq!(evaluation.call("f", &[]), Ok(Value::Int(0)));
        assert_eq!(evaluation.call("f", &[]), Ok(Value::Int(0x0101_0101_0101_0101)));
    }
}

#[test]
fn who_finds_no_room_is_told_so_and_finds_some_when_others_have_ended() {
    let engine = Engine::new().unwrap();
    let core = component(&returning(&node(0, &[]), 1));
    let plugin = Plugin::load(&engine, identity(), &core, &all()).unwrap();
    let begin = || plugin.evaluation(Box::new(Witness::default()), Limits::default());
    let mut running = Vec::new();
    for _ in 0..AT_ONCE {
        let mut evaluation = begin();
        assert_eq!(evaluation.call("f", &[]), Ok(Value::Null));
        running.push(evaluation);
    }
    assert_eq!(fault_of(&mut begin(), &[]), FaultKind::NoRoom);
    running.pop();
    assert_eq!(begin().call("f", &[]), Ok(Value::Null));
}

#[test]
fn functions_are_described() {
    let core = module(
        "",
        r#"(data (i32.const 16) "\40\00\00\00\01\00\00\00")
           (data (i32.const 64)
               "\80\00\00\00\05\00\00\00\90\00\00\00\01\00\00\00\a0\00\00\00\06\00\00\00")
           (data (i32.const 128) "shout")
           (data (i32.const 144) "\98\00\00\00\04\00\00\00text")
           (data (i32.const 160) "Louder")"#,
        "unreachable",
    );
    let described = evaluation(&core).describe().unwrap();
    let shout = Function {
        name: "shout".to_owned(),
        parameters: vec!["text".to_owned()],
        summary: "Louder".to_owned(),
    };
    assert_eq!(described, [shout]);
}

/// Says that it failed: which failure, with a text.
fn failing(which: u8, text: &str) -> String {
    let beside = format!(
        r#"(data (i32.const 64) "\01\00\00\00\{which:02x}\00\00\00\80\00\00\00\{:02x}\00\00\00")
           (data (i32.const 128) "{text}")"#,
        text.len()
    );
    module("", &beside, "(i32.const 64)")
}

#[test]
fn a_component_says_why_it_failed() {
    let stopped = evaluation(&failing(1, "client.age")).call("f", &[]);
    assert_eq!(stopped, Err(Stopped::Missing(Path::parse("client.age").unwrap())));
    let kind = fault_of(&mut evaluation(&failing(0, "not this")), &[]);
    assert_eq!(kind, FaultKind::RefusedArgument("not this".to_owned()));
    let kind = fault_of(&mut evaluation(&failing(3, "sorry")), &[]);
    assert_eq!(kind, FaultKind::Failed("sorry".to_owned()));
    let kind = fault_of(&mut evaluation(&failing(2, "clock")), &[]);
    let denied = Denied { capability: "clock".to_owned(), why: Denial::NotDeclared };
    assert_eq!(kind, FaultKind::Denied(denied));
    let kind = fault_of(&mut evaluation(&failing(1, "no path!")), &[]);
    assert!(matches!(kind, FaultKind::BadValue(_)), "{kind:?}");
}

#[test]
fn a_component_that_says_that_it_failed_can_be_asked_again() {
    let mut failing = evaluation(&failing(3, "sorry"));
    for _ in 0..3 {
        assert_eq!(fault_of(&mut failing, &[]), FaultKind::Failed("sorry".to_owned()));
    }
}

/// Asks the host for what is kept, and tells what it got: 1 for something, 0 for nothing, 7 when it
/// was denied.
fn asking() -> String {
    module(
        r#"(import "affiant:host/store@1.0.0" "get" (func $get (param i32 i32 i32 i32 i32)))"#,
        r#"(data (i32.const 64) "\00\00\00\00\80\00\00\00\01\00\00\00")
           (data (i32.const 128) "\02")
           (data (i32.const 512) "mine")"#,
        "(call $get
             (i32.const 512) (i32.const 4) (i32.const 512) (i32.const 2) (i32.const 1024))
         (i64.store (i32.const 136)
             (if (result i64) (i32.load8_u (i32.const 1024))
                 (then (i64.const 7))
                 (else (i64.extend_i32_u (i32.load8_u (i32.const 1028))))))
         (i32.const 64)",
    )
}

#[test]
fn the_host_answers_and_denies() {
    let plugin = load(&asking());
    let mut witness = Witness { kept: Some(Value::text("kept")), ..Witness::default() };
    let mut evaluation = plugin.evaluation(Box::new(witness.clone()), Limits::default());
    assert_eq!(evaluation.call("f", &[]), Ok(Value::Int(1)));
    assert_eq!(witness.all(), ["get mine mi"]);

    witness.kept = None;
    let mut evaluation = plugin.evaluation(Box::new(witness.clone()), Limits::default());
    assert_eq!(evaluation.call("f", &[]), Ok(Value::Int(0)));

    // A denial is an answer, no trap: the component goes on.
    witness.denies = true;
    let mut evaluation = plugin.evaluation(Box::new(witness), Limits::default());
    assert_eq!(evaluation.call("f", &[]), Ok(Value::Int(7)));
    assert_eq!(evaluation.call("f", &[]), Ok(Value::Int(7)));
}

#[test]
fn a_value_is_its_last_node() {
    let nodes = [node(2, &5_i64.to_le_bytes()), node(9, &[160, 0, 0, 0, 1, 0, 0, 0])].concat();
    // The list's one index lies in the padding of the first node, and is 0.
    assert_eq!(
        evaluation(&returning(&nodes, 2)).call("f", &[]),
        Ok(Value::List(vec![Value::Int(5)]))
    );
}
