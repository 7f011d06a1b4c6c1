//! Components that do what they must not: each is stopped, and is told whose it is.

use std::collections::BTreeSet;
use std::time::Duration;

use affiant_guest::{FileReference, Path, Value};

use super::build::{calling, component, module, node, returning};
use super::{ENGINE, Witness, all, evaluation, fault, fault_of, load, loaded};
use crate::testing::{Family, ends, hostile};
use crate::{FaultKind, Limits, LoadError, Stopped};

/// Runs a family of the table. No row takes long; time is no end of any.
fn assert_ends(family: Family) {
    let limits = Limits { fuel: 20_000_000, deadline: Duration::from_mins(1), ..Limits::default() };
    let rows = family.rows();
    assert!(rows.len() > 20, "{}", rows.len());
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| match ends(&ENGINE, row, Box::new(Witness::default()), limits) {
            Ok(end) if end == row.end => None,
            ended => Some(format!("{}: {:?} is expected, not {ended:?}", row.name, row.end)),
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn components_that_run_as_they_must_not_end_as_their_rows_say() {
    assert_ends(Family::Calls);
}

#[test]
fn components_that_look_for_more_end_as_their_rows_say() {
    assert_ends(Family::Imports);
}

#[test]
fn components_that_are_strange_end_as_their_rows_say() {
    assert_ends(Family::Modules);
}

#[test]
fn components_that_return_what_is_no_value_end_as_their_rows_say() {
    assert_ends(Family::Values);
}

#[test]
fn the_table_has_hundreds_of_rows_and_each_once() {
    let rows = hostile();
    let names: BTreeSet<&str> = rows.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names.len(), rows.len());
    assert!(rows.len() >= 200, "{}", rows.len());
}

#[test]
fn endless_work_ends() {
    assert_eq!(fault(&calling("(loop $again (br $again)) unreachable")), FaultKind::OutOfFuel);
}

#[test]
fn endless_time_ends() {
    let plugin = load(&calling("(loop $again (br $again)) unreachable"));
    let limits = Limits {
        fuel: u64::MAX,
        deadline: std::time::Duration::from_millis(30),
        ..Limits::default()
    };
    let mut evaluation = plugin.evaluation(Box::new(Witness::default()), limits);
    assert_eq!(fault_of(&mut evaluation, &[]), FaultKind::OutOfTime);
}

#[test]
fn endless_work_of_a_processor_ends() {
    let plugin = load(&calling("(loop $again (br $again)) unreachable"));
    let limits = Limits {
        fuel: u64::MAX,
        deadline: Duration::from_mins(1),
        cpu: Duration::from_millis(20),
        ..Limits::default()
    };
    let mut evaluation = plugin.evaluation(Box::new(Witness::default()), limits);
    assert_eq!(fault_of(&mut evaluation, &[]), FaultKind::OutOfTime);
    assert!(evaluation.took() >= limits.cpu);
}

#[test]
fn time_of_a_processor_counts_for_the_whole_evaluation() {
    let plugin = load(&calling(
        "(i32.store8 (i32.const 64) (i32.const 1))
         (i32.store8 (i32.const 68) (i32.const 3))
         (i32.const 64)",
    ));
    // Each call takes some microseconds.
    let limits = Limits { fuel: u64::MAX, cpu: Duration::from_millis(5), ..Limits::default() };
    let mut evaluation = plugin.evaluation(Box::new(Witness::default()), limits);
    let mut calls = (0..1_000_000).map(|_| fault_of(&mut evaluation, &[]));
    assert_eq!(
        calls.find(|it| *it != FaultKind::Failed(String::new())),
        Some(FaultKind::OutOfTime)
    );
    assert_eq!(calls.next(), Some(FaultKind::FailedBefore));
}

#[test]
fn work_counts_for_the_whole_evaluation() {
    // Each call uses a part; a sum over many calls is what is bounded.
    let plugin = load(&calling(
        "(local $n i32)
         (loop $again
             (local.set $n (i32.add (local.get $n) (i32.const 1)))
             (br_if $again (i32.lt_u (local.get $n) (i32.const 10000))))
         (i32.store8 (i32.const 64) (i32.const 1))
         (i32.store8 (i32.const 68) (i32.const 3))
         (i32.const 64)",
    ));
    let limits = Limits { fuel: 1_000_000, ..Limits::default() };
    let mut evaluation = plugin.evaluation(Box::new(Witness::default()), limits);
    let kinds: Vec<FaultKind> = (0..100).map(|_| fault_of(&mut evaluation, &[])).collect();
    assert_eq!(kinds[0], FaultKind::Failed(String::new()));
    assert!(kinds.contains(&FaultKind::OutOfFuel), "{kinds:?}");
    assert_eq!(kinds.last(), Some(&FaultKind::FailedBefore));
}

#[test]
fn memory_has_an_end() {
    let body = "(loop $again
        (drop (memory.grow (i32.const 16)))
        (br $again))
        unreachable";
    assert_eq!(fault(&calling(body)), FaultKind::OutOfMemory);
    assert_eq!(
        fault(&calling("(drop (memory.grow (i32.const 65535))) unreachable")),
        FaultKind::OutOfMemory
    );
}

#[test]
fn memory_that_is_asked_for_at_once_has_an_end_too() {
    let core =
        calling("unreachable").replace(r#"(export "memory") 1"#, r#"(export "memory") 2000"#);
    let refused = loaded(&component(&core), &all()).unwrap_err();
    let told = "the component begins with more than a plugin may have: memory";
    assert!(refused.to_string().starts_with(told), "{refused}");
}

#[test]
fn tables_have_an_end() {
    let body = "(loop $again
        (drop (table.grow $t (ref.null func) (i32.const 1000)))
        (br $again))
        unreachable";
    assert_eq!(fault(&module("", "(table $t 1 funcref)", body)), FaultKind::OutOfMemory);
    let core = module("", "(table 9000000 funcref)", "unreachable");
    let refused = loaded(&component(&core), &all()).unwrap_err();
    assert!(matches!(refused, LoadError::TooMuch(_)), "{refused:?}");
}

#[test]
fn recursion_has_an_end() {
    let beside = "(func $deep (param i32) (result i32)
        (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))";
    assert_eq!(fault(&module("", beside, "(call $deep (i32.const 0))")), FaultKind::OutOfStack);
}

#[test]
fn a_trap_ends_the_instance_and_nothing_else() {
    for body in [
        "unreachable",
        "(drop (i32.load (i32.const -4))) unreachable",
        "(drop (i32.div_u (i32.const 1) (i32.const 0))) unreachable",
        "(drop (i32.trunc_f64_s (f64.const nan))) unreachable",
    ] {
        let mut evaluation = evaluation(&calling(body));
        assert_eq!(fault_of(&mut evaluation, &[]), FaultKind::Trapped, "{body}");
        assert_eq!(fault_of(&mut evaluation, &[]), FaultKind::FailedBefore);
        assert!(evaluation.describe().is_err());
    }
}

#[test]
fn a_start_that_never_ends_ends() {
    let beside = "(func $spin (loop $again (br $again))) (start $spin)";
    assert_eq!(fault(&module("", beside, "unreachable")), FaultKind::OutOfFuel);
}

#[test]
fn memory_that_is_not_its_own_is_not_given() {
    // Where the host is told to put arguments, and where a result is said to lie.
    let core = calling("unreachable").replace("(local.get $at))", "(i32.const -16))");
    assert_eq!(fault_of(&mut evaluation(&core), &[Value::text("x")]), FaultKind::Trapped);
    for at in ["-16", "65530", "63"] {
        assert_eq!(fault(&calling(&format!("(i32.const {at})"))), FaultKind::Trapped, "{at}");
    }
}

#[test]
fn a_result_that_is_none_is_refused() {
    let list_of = |index: u32| {
        // A list of one index, which stands behind the two nodes.
        let list = node(9, &[208, 0, 0, 0, 1, 0, 0, 0]);
        let mut nodes = [node(0, &[]), list].concat();
        nodes.extend(index.to_le_bytes());
        returning(&nodes, 2)
    };
    let twice = {
        let list = node(9, &[208, 0, 0, 0, 2, 0, 0, 0]);
        let mut nodes = [node(0, &[]), list].concat();
        nodes.extend([0; 8]);
        returning(&nodes, 2)
    };
    for (core, what) in [
        (list_of(1), "contains itself"),
        (list_of(7), "contains what is not there"),
        (twice, "contains the same twice"),
        (returning(&[node(0, &[]), node(0, &[])].concat(), 2), "leaves a part over"),
        (returning(&[], 0), "has no part"),
        (returning(&node(3, &[0, 16, 0, 0, 0, 0, 0, 0]), 1), "is an empty decimal"),
        (returning(&node(4, &f64::NAN.to_le_bytes()), 1), "is not finite"),
        (returning(&node(6, &[234, 7, 13, 1]), 1), "is the 13th month"),
        (returning(&node(7, &[25, 0, 0]), 1), "is the 25th hour"),
        (returning(&node(12, &[]), 1), "is a file"),
    ] {
        let kind = fault(&core);
        assert!(matches!(kind, FaultKind::BadValue(_)), "{what}: {kind:?}");
    }
    // What breaks the rules of the component model ends the instance.
    assert_eq!(fault(&returning(&node(13, &[]), 1)), FaultKind::Trapped);
    let not_text = [node(5, &[168, 0, 0, 0, 1, 0, 0, 0]), vec![255]].concat();
    assert_eq!(fault(&returning(&not_text, 1)), FaultKind::Trapped);
}

#[test]
fn a_result_that_is_too_large_is_refused() {
    // Many nodes, and few that all name the same text.
    let many = fault(&calling(
        "(i32.store (i32.const 68) (i32.const 4096))
         (drop (memory.grow (i32.const 900)))
         (i32.store (i32.const 72) (i32.const 1000000))
         (i32.const 64)",
    ));
    assert_eq!(many, FaultKind::Trapped);
    let shared = fault(&calling(
        "(local $at i32)
         (drop (memory.grow (i32.const 40)))
         (local.set $at (i32.const 4096))
         (loop $again
             (i32.store8 (local.get $at) (i32.const 5))
             (i32.store offset=12 (local.get $at) (i32.const 1000000))
             (local.set $at (i32.add (local.get $at) (i32.const 40)))
             (br_if $again (i32.lt_u (local.get $at) (i32.const 204096))))
         (i32.store (i32.const 68) (i32.const 4096))
         (i32.store (i32.const 72) (i32.const 5000))
         (i32.const 64)",
    ));
    assert_eq!(shared, FaultKind::Trapped);
    let nodes = Limits::default().nodes;
    let over = node(0, &[]).repeat(nodes + 1);
    let count = u32::try_from(nodes + 1).unwrap();
    let core = returning(&over, count).replace(r#"(export "memory") 1"#, r#"(export "memory") 10"#);
    assert!(matches!(fault(&core), FaultKind::BadValue(_)));
}

#[test]
fn what_is_given_to_a_component_has_an_end() {
    let mut idle = evaluation(&calling("unreachable"));
    let large = Value::List(vec![Value::Null; Limits::default().nodes]);
    let mut deep = Value::Null;
    for _ in 0..100 {
        deep = Value::List(vec![deep]);
    }
    let file = FileReference {
        id: "1".to_owned(),
        name: "a.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        length: 1,
    };
    let alias = Value::Alias(Path::parse("client").unwrap());
    for value in [large, deep, Value::Markup("*a*".to_owned()), alias] {
        let kind = fault_of(&mut idle, &[value]);
        assert!(matches!(kind, FaultKind::BadArgument(_)), "{kind:?}");
    }
    // What does not fit into its memory ends it; a file can be given, and is not read.
    let huge = Value::text("x".repeat(70 << 20));
    assert_eq!(fault_of(&mut idle, &[huge]), FaultKind::OutOfMemory);
    let mut idle = evaluation(&calling("unreachable"));
    assert_eq!(fault_of(&mut idle, &[Value::File(file)]), FaultKind::Trapped);
}

const LOG: &str =
    r#"(import "affiant:host/log@1.0.0" "write" (func $log (param i32 i32 i32 i32)))"#;

#[test]
fn the_host_is_not_called_for_ever() {
    let body = "(loop $again
        (call $log (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1024))
        (br $again))
        unreachable";
    let witness = Witness::default();
    let plugin = load(&module(LOG, "", body));
    let mut evaluation = plugin.evaluation(Box::new(witness.clone()), Limits::default());
    assert_eq!(fault_of(&mut evaluation, &[]), FaultKind::OverHostLimit);
    assert_eq!(witness.all().len(), Limits::default().host_calls as usize);
}

#[test]
fn the_host_does_not_take_what_is_too_large() {
    let body = "(drop (memory.grow (i32.const 900)))
        (call $log (i32.const 0) (i32.const 0) (i32.const 50000000) (i32.const 1024))
        unreachable";
    let witness = Witness::default();
    let plugin = load(&module(LOG, "", body));
    let mut evaluation = plugin.evaluation(Box::new(witness.clone()), Limits::default());
    assert_eq!(fault_of(&mut evaluation, &[]), FaultKind::Trapped);
    assert!(witness.all().is_empty());
}

#[test]
fn a_hostile_component_says_whose_it_is_and_nothing_of_answers() {
    let mut evaluation = evaluation(&calling("unreachable"));
    let Err(Stopped::Fault(fault)) = evaluation.call("f", &[Value::text("my secret")]) else {
        panic!("it trapped")
    };
    assert_eq!(fault.to_string(), "the plugin org.example.test 1.2.3 broke off");
    assert!(!format!("{fault:?}").contains("secret"));
}
