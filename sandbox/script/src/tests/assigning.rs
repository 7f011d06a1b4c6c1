//! Assignments define answers.

use affiant_guest::{Budget, Stop, Value};
use indexmap::IndexMap;

use super::fake::Fake;
use super::{asks, block, path, run, value};

fn fake() -> Fake {
    Fake::new().with("rent", 600).object("client", "Individual").list("kids", 2).with("i", 1)
}

#[test]
fn an_assignment_defines_what_stands_left_of_it() {
    for (source, defined, result) in [
        ("yearly = rent * 12", "yearly", Value::Int(7200)),
        ("yearly = rent * 12; monthly = yearly / 12", "monthly", Value::Int(600)),
        ("client.age = 30", "client.age", Value::Int(30)),
        ("client[\"age\"] = 30", "client[\"age\"]", Value::Int(30)),
        ("kids[i].age = 5", "kids[1].age", Value::Int(5)),
        ("kids[0].age = 5", "kids[0].age", Value::Int(5)),
        ("kids[i - 1].age = 5", "kids[0].age", Value::Int(5)),
        ("rent += 1", "rent", Value::Int(601)),
        ("rent -= 1; rent *= 2", "rent", Value::Int(1198)),
        ("kids[i].age = 1; kids[i].age += 5", "kids[1].age", Value::Int(6)),
        ("client.a = \"x\"; client.a += \"y\"", "client.a", Value::text("xy")),
        ("if rent > 5 { big = True }", "big", Value::Bool(true)),
        ("if rent > 5 { big = True } else { big = False }", "big", Value::Bool(true)),
        ("for kid in kids { kid.age = 7 }", "kids[1].age", Value::Int(7)),
        ("for n in 0..2 { kids[n].age = n }", "kids[1].age", Value::Int(1)),
        ("let c = client; c.age = 3", "client.age", Value::Int(3)),
        ("landlord = kids[0]", "landlord", Value::Alias(path("kids[0]"))),
        ("nothing = None", "nothing", Value::Null),
        ("fn set(v) { total = v } set(4)", "total", Value::Int(4)),
        ("let f = |v| { total = v + rent }; f.call(1)", "total", Value::Int(601)),
        ("total = 0; kids.for_each(|k| total += 2)", "total", Value::Int(4)),
        ("total = 0; [1, 2].map(|it| { total += it; }); ", "total", Value::Int(3)),
        (
            "total = 0; let add = |n| { let more = |m| { total += m + n }; more.call(1) }; add.call(2)",
            "total",
            Value::Int(3),
        ),
        ("try { total = 5; 1 / 0 } catch { 0 }", "total", Value::Int(5)),
        ("switch rent { 600 => { a = 1 }, _ => { a = 2 } }", "a", Value::Int(1)),
        ("let rent = 5; yearly = rent", "yearly", Value::Int(5)),
        ("a = \"é€ü\"; b = a; /* é */ c = b", "c", Value::text("é€ü")),
        ("a = `x\ny`; b = 1; c = `${a} ${{ d = b; d }}`; e = c", "e", Value::text("x\ny 1")),
    ] {
        let fake = fake();
        run(&fake, source).unwrap_or_else(|it| panic!("{source}: {it:?}"));
        assert_eq!(fake.get(defined), Some(result), "{source}");
    }
}

#[test]
fn an_element_of_a_plain_list_or_dictionary_is_assigned_in_its_place() {
    let fake = fake().with("list", Value::List(vec![Value::Int(1), Value::Int(2)]));
    run(&fake, "list[i] = 5; list[0] += 1").unwrap();
    assert_eq!(fake.get("list"), Some(Value::List(vec![Value::Int(2), Value::Int(5)])));
    let entries =
        IndexMap::from([("b".to_owned(), Value::Int(1)), ("a".to_owned(), Value::Int(2))]);
    let fake = fake.with("dict", Value::Dict(entries));
    run(&fake, "dict[\"k\"] = 1").unwrap();
    assert_eq!(fake.get("dict[\"k\"]"), Some(Value::Int(1)));
}

#[test]
fn what_is_assigned_is_seen_at_once() {
    let fake = fake();
    assert_eq!(value(&fake, "a = 1; a + 1"), Ok(Value::Int(2)));
    assert_eq!(value(&fake, "b = 1; defined(\"b\")"), Ok(Value::Bool(true)));
    assert_eq!(value(&fake, "c = 1; fn read() { c } read()"), Ok(Value::Int(1)));
}

#[test]
fn an_assignment_that_is_not_reached_leaves_its_name_alone() {
    let fake = fake();
    assert_eq!(asks(&fake, "if rent > 1000 { big = True } big"), "big");
    assert_eq!(fake.get("big"), None);
    assert_eq!(asks(&fake, "total += 1"), "total");
    assert_eq!(asks(&fake, "nobody.age = 1"), "nobody");
    assert_eq!(asks(&fake, "a = income * 2; b = 1"), "income");
    assert_eq!(fake.get("b"), None);
}

#[test]
fn locals_are_not_answers() {
    let fake = fake();
    for source in [
        "let a = 1; a = 2",
        "let a = [1]; a[0] = 2",
        "let a = #{b: 1}; a.b = 2",
        "for a in 0..3 { a = 5 }",
        "fn f(a) { a = 1; let b = 2; b += a } f(2)",
        "let f = |a| { a = 1 }; f.call(2)",
        "let a = 1; let f = |b| { a += b }; f.call(2); a = 3",
        "try { 1 / 0 } catch (a) { a = 1 }",
        "const A = 1;",
    ] {
        run(&fake, source).unwrap_or_else(|it| panic!("{source}: {it:?}"));
        assert_eq!(fake.get("a"), None, "{source}");
        assert!(block(source).analysis().assigns.is_empty(), "{source}");
    }
}

#[test]
fn a_name_may_be_a_local_in_one_closure_and_an_answer_elsewhere() {
    let fake = fake().with("limit", 10);
    let source = "let before = limit;
        let f = |n| { let limit = n; let g = |m| m + limit; g.call(1) };
        f.call(1) + before + limit";
    assert_eq!(value(&fake, source), Ok(Value::Int(22)));
}

#[test]
fn an_object_can_be_appended_to_a_list() {
    let fake = fake();
    run(&fake, "kids.push(\"x\")").unwrap();
    assert_eq!(fake.get("kids[2]"), Some(Value::text("x")));
}

#[test]
fn a_value_that_cannot_be_an_answer_is_refused() {
    let fake = fake();
    let told = super::told(&fake, "a = 1;\n  b = |x| x");
    assert_eq!(told, "2:3 a closure is not a value that can be kept or shown");
}

#[test]
fn faults_behind_markers_stand_where_the_author_put_them() {
    let fake = fake();
    assert_eq!(super::told(&fake, "a = 1; b = 2; c = 1 / 0"), "1:21 division by zero");
    assert_eq!(
        super::told(&fake, "let f = |v| v + rent + 1 / 0; f.call(1)"),
        "1:26 division by zero"
    );
}

#[test]
fn an_expression_cannot_assign() {
    let problem = crate::compile("a = 1", crate::Kind::Expression).unwrap_err();
    assert_eq!((problem.message.as_str(), problem.column), ("an expression cannot assign", 3));
}

#[test]
fn too_much_written_is_over_budget() {
    let fake = fake();
    let budget = Budget { milliseconds: 60_000, ..Budget::AUTHOR };
    let source =
        "let s = \"x\";\nfor n in 0..19 { s += s }\nfor n in 0..100 {\n  kids[n].note = s\n}";
    match block(source).run(&fake.list("kids", 100).shared(), &budget) {
        Err(Stop::Fault(fault)) => assert!(super::is_over_budget(&fault), "{fault:?}"),
        other => panic!("{other:?}"),
    }
}
