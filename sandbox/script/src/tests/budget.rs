//! Each limit, passed.

use affiant_guest::{Budget, FaultKind, Stop, Value};

use super::fake::Fake;
use super::{block, fault, is_over_budget, told, value};

/// Plenty of time, so that another limit must stop the script.
const PATIENT: Budget = Budget { milliseconds: 600_000, ..Budget::AUTHOR };

/// Few steps, so that tests are quick.
const SHORT: Budget = Budget { operations: 20_000, ..PATIENT };

fn stopped(source: &str, budget: &Budget) -> String {
    let outcome = block(source).evaluate(&Fake::new().shared(), budget);
    let Err(Stop::Fault(fault)) = outcome else { panic!("{source}: {outcome:?}") };
    assert!(is_over_budget(&fault), "{source}: {fault:?}");
    let position = fault.position.unwrap_or_else(|| panic!("{source}: {fault:?}"));
    format!("{} {}", position.line, fault.message)
}

#[test]
fn an_endless_loop_is_stopped_where_it_stands() {
    for source in [
        "let a = 1;\nloop { a = 2; }",
        "let a = 1;\nloop { }",
        "let a = 1;\nwhile true { }",
        "let a = 1;\ndo { a += 1 } while true",
        "let a = 1;\nfor n in 0..6000000000000 { }",
        "let a = 1;\nfor n in 0..6000000000000 { a = n }",
        "let a = 1;\nloop { try { loop {} } catch { } }",
        "let a = 1;\n[1].map(|x| { loop { } })",
        "let a = 1;\n[1, 2].order_by(|x, y| { loop { } })",
        "let a = 1;\nlet f = |x| { loop { } }; f.call(1)",
    ] {
        assert_eq!(stopped(source, &SHORT), "2 this takes too many steps", "{source}");
    }
}

#[test]
fn closures_called_by_functions_share_the_one_counter() {
    let each = "let n = 0; while n < 500 { n += 1 }";
    for source in [
        format!("let l = []; l.pad(1000, 1);\nl.map(|x| {{ {each} }})"),
        format!("let l = []; l.pad(1000, 1);\nl.sort(|x, y| {{ {each} 0 }})"),
        format!("let l = []; l.pad(1000, 1);\nl.filter(|x| {{ {each} true }})"),
        format!("let l = []; l.pad(1000, 1);\nl.for_each(|x| {{ {each} }})"),
        format!("let l = []; l.pad(1000, 1);\nl.reduce(|s, x| {{ {each} 0 }}, 0)"),
    ] {
        assert_eq!(stopped(&source, &SHORT), "2 this takes too many steps", "{source}");
    }
}

#[test]
fn the_clock_stops_a_script_that_has_steps_left() {
    let budget = Budget { operations: u64::MAX, milliseconds: 20, ..Budget::AUTHOR };
    assert_eq!(stopped("let a = 1;\nloop { a = 2 }", &budget), "2 this takes too long");
    let source = "let l = []; l.pad(5000, 1);\nl.map(|x| { loop { } })";
    assert_eq!(stopped(source, &budget), "2 this takes too long");
}

#[test]
fn recursion_is_bounded() {
    for source in [
        "fn f(n) {\n f(n + 1) }\nf(0)",
        "fn f(n) {\n [n].map(|x| f(x)) }\nf(0)",
        "fn f(n) {\n g(n) } fn g(n) { f(n) } f(0)",
        "let m = #{f: |g, n| g.f(g, n + 1)};\nm.f(m, 0)",
        "let m = #{};\nm.map = |g, n| g.map(g, n + 1); m.map(m, 0)",
    ] {
        let told = stopped(source, &PATIENT);
        assert!(told.ends_with("functions call each other too deep"), "{told}");
    }
    let source = "let f = |g, n| g.call(g, n + 1); f.call(f, 0)";
    assert!(stopped(source, &PATIENT).ends_with("too deep"));
}

#[test]
fn values_cannot_grow_without_end() {
    for source in [
        "let s = \"x\";\nloop { s += s }",
        "let s = \"x\";\nloop { s = s + s }",
        "let s = \"x\";\nloop { s = `${s}${s}` }",
        "let s = \"x\";\ns.pad(2000000, \"y\")",
        "let s = \"x\"; s.pad(1000000, \"x\");\nlet t = s; t.replace(\"x\", s)",
        "let s = \"x\"; s.pad(1000000, \"x\");\ns.split(\"\")",
        "let s = \"x\"; s.pad(1000000, \"x\");\ns.split('x')",
        "let s = \"x\"; s.pad(1000000, \"x\");\ns.to_chars()",
        "let l = [1];\nloop { l += l }",
        "let l = [1];\nloop { l = l + l }",
        "let l = [1];\nloop { l.append(l) }",
        "let l = [1];\nloop { l = [l, l] }",
        "let l = [1];\nloop { l.push(l) }",
        "let l = [1];\nl.pad(20000, 1)",
        "let l = []; l.pad(5000, 1); let k = l;\nl.map(|x| k)",
        "let m = #{};\nfor n in 0..2000 { m[`k${n}`] = n; m.len() }",
        "let m = #{a: 1};\nloop { m = #{a: m, b: m} }",
    ] {
        let outcome = block(source).evaluate(&Fake::new().shared(), &PATIENT);
        let Err(Stop::Fault(fault)) = outcome else { panic!("{source}: {outcome:?}") };
        assert!(is_over_budget(&fault), "{source}: {fault:?}");
        assert_eq!(fault.position.map(|it| it.line), Some(2), "{source}: {fault:?}");
    }
}

#[test]
fn what_is_put_into_elements_is_measured_too() {
    let big = "let s = \"x\"; s.pad(200000, \"x\"); let l = []; l.pad(6000, 0); let m = #{};";
    for source in [
        format!("{big}\nfor n in 0..6000 {{ l[n] = s + n }}"),
        format!("{big}\nfor n in 0..6000 {{ m[`k${{n}}`] = s + n }}"),
        format!("{big}\nfor n in 0..6000 {{ m[`k${{n}}`] = l }}"),
        format!(
            "{big}\n[1].map(|it| {{ let o = []; o.pad(6000, 0); for n in 0..6000 {{ o[n] = s + n }} }})"
        ),
    ] {
        let told = stopped(&source, &PATIENT);
        assert!(told.starts_with("2 the variables hold too much"), "{source}: {told}");
    }
}

#[test]
fn the_more_places_for_values_a_source_has_the_smaller_each_is() {
    let variables: Vec<_> = (0..900).map(|it| format!("let v{it} = s + \"{it}\";\n")).collect();
    let variables = variables.concat();
    let source = format!("let s = \"x\"; s.pad(1000000, \"x\");\n{variables}");
    assert_eq!(stopped(&source, &PATIENT), "1 this text is too long");
}

#[test]
fn deep_values_neither_overflow_the_stack_nor_become_answers() {
    let source = "let l = [];\nfor n in 0..200 { l = [l] }\na = l";
    assert_eq!(stopped(source, &PATIENT), "3 lists and dictionaries are nested too deep");
    assert!(stopped("let l = [];\nloop { l = [l] }", &Budget::AUTHOR).starts_with("2 "));
    assert!(stopped("let m = #{};\nloop { m = #{m: m} }", &Budget::AUTHOR).starts_with("2 "));
    assert!(stopped("let m = #{};\nloop { m.m = m; m.n = m }", &Budget::AUTHOR).starts_with("2 "));
    assert!(
        stopped(
            "let m = #{};\nlet l = []; l.pad(9000, 0);\nl.reduce(|s, x| [s], 0)",
            &Budget::AUTHOR
        )
        .starts_with("3 ")
    );
    let chain = "let f = || 1;\nfor n in 0..20000 { let g = f; f = || g.call(); }\n1";
    assert_eq!(block(chain).evaluate(&Fake::new().shared(), &PATIENT), Ok(Value::Int(1)));
    let chain = "let f = || 1;\nloop { let g = f; f = || g.call(); }";
    assert_eq!(stopped(chain, &PATIENT), "2 this takes too many steps");
}

#[test]
fn expressions_nested_in_recursion_fit_on_the_stack() {
    let deep = |inner: &str| format!("{}{inner}{}", "(1 + ".repeat(9), ")".repeat(9));
    let source = format!("fn f(n) {{ {} }}\nf(0)", deep("f(n + 1)"));
    assert!(stopped(&source, &PATIENT).ends_with("too deep"));
    let source = format!("fn f(n) {{ [n].map(|x| {}) }}\nf(0)", deep("f(x)"));
    assert!(stopped(&source, &PATIENT).ends_with("too deep"));
    let main = format!("{}1{}", "(1 + ".repeat(28), ")".repeat(28));
    assert_eq!(value(&Fake::new(), &main), Ok(Value::Int(29)));
}

#[test]
fn variables_are_bounded() {
    let budget = Budget { variables: 3, ..PATIENT };
    let source = "let a = 1;\nlet b = 1;\nlet c = 1;\nlet d = 1;";
    assert_eq!(stopped(source, &budget), "4 too many variables at once");
}

#[test]
fn arithmetic_without_a_result_is_a_fault() {
    let fake = Fake::new();
    for source in [
        "1 / 0",
        "1 % 0",
        "9223372036854775807 + 1",
        "-9223372036854775807 - 2",
        "9223372036854775807 * 2",
        "2 ** 70",
        "(-9223372036854775807 - 1).abs()",
        "to_decimal(1.0) / 0.0",
    ] {
        let fault = fault(&fake, source);
        assert_eq!(fault.kind, FaultKind::Arithmetic, "{source}: {fault:?}");
        assert!(fault.position.is_some(), "{source}");
    }
    assert_eq!(told(&fake, "1 / 0"), "1:3 division by zero");
    assert_eq!(told(&fake, "9223372036854775807 + 1"), "1:21 the result is too large for a number");
}

#[test]
fn faults_say_in_plain_words_what_was_expected() {
    let fake = Fake::new().with("name", "Ann").object("client", "Individual");
    let told: Vec<String> = [
        "if name { 1 }",
        "if () { 1 }",
        "name.push(1)",
        "let a = 1; a.foo",
        "let l = [1];\nl[3]",
        "name - 1",
        "for a in 5 { }",
        "let f = 1; f()",
        "throw \"too late\"",
        "let when = \"x\"; throw `too ${when}`",
        "client.nosuch()",
        "client[1.5]",
        "const A = 1; A = 2",
        "parse_int(\"abc\")",
        "\"abc\".sub_string(\"x\")",
        "let a = #{}; a.b.c",
        "currency()",
        "currency(1, 2, 3, 4, 5)",
        "1 && true",
    ]
    .into_iter()
    .map(|source| match crate::compile(source, crate::Kind::Block) {
        Ok(_) => format!("{source:?}: {}", told(&fake, source)),
        Err(it) => format!("{source:?}: problem {it}"),
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"), @r###"
    "if name { 1 }": 1:4 expected a boolean, not text (compare it, for example with `!= ""` or `> 0`)
    "if () { 1 }": problem 1:4: expected a boolean expression, not null
    "name.push(1)": 1:6 `push` does not work on text and an integer
    "let a = 1; a.foo": 1:14 an integer has no attribute `foo`
    "let l = [1];\nl[3]": 2:3 the index is outside of the list (the first item is `[0]`)
    "name - 1": 1:6 `-` does not work on text and an integer
    "for a in 5 { }": problem 1:10: expected an iterable value, not a number
    "let f = 1; f()": problem 1:12: there is no function `f`
    "throw \"too late\"": 1:1 too late
    "let when = \"x\"; throw `too ${when}`": 1:17 the script threw an error
    "client.nosuch()": problem 1:8: there is no function `nosuch`
    "client[1.5]": 1:7 an index is a whole number, a key is text in double quotes
    "const A = 1; A = 2": problem 1:14: this cannot be assigned to
    "parse_int(\"abc\")": 1:1 this text is not a number
    "\"abc\".sub_string(\"x\")": 1:7 `sub_string` does not work on text and text
    "let a = #{}; a.b.c": 1:18 null has no attribute `c`
    "currency()": 1:1 `currency` needs `value`
    "currency(1, 2, 3, 4, 5)": 1:1 `currency` takes at most 3 arguments
    "1 && true": problem 1:1: expected a boolean expression, not a number
    "###);
}
