//! What compiling finds.

use super::{block, problem};
use crate::{Kind, compile};

#[test]
fn the_analysis_names_what_is_assigned_read_and_called() {
    let script = block(
        "let total = 0;
for kid in kids {
  total += kid.age * rate;
  names[i] = kid.name.to_upper();
}
people[j].parts[0][\"a b\"].c += limit;
x.sum = currency(total, decimals);
kids[total].seen = defined(\"kids[0].age\");
let f = |n| { best = n + client.age }; f.call(1)",
    );
    let analysis = script.analysis();
    let assigns: Vec<_> = analysis
        .assigns
        .iter()
        .map(|it| format!("{}:{} {}", it.line, it.column, it.pattern))
        .collect();
    insta::assert_debug_snapshot!(assigns, @r#"
    [
        "4:3 names[i]",
        "6:1 people[j].parts[0][\"a b\"].c",
        "7:1 x.sum",
        "8:1 kids[*].seen",
        "9:15 best",
    ]
    "#);
    let reads: Vec<_> =
        analysis.reads.iter().map(|it| format!("{}:{} {}", it.line, it.column, it.path)).collect();
    insta::assert_debug_snapshot!(reads, @r#"
    [
        "2:12 kids",
        "3:22 rate",
        "4:9 i",
        "6:32 limit",
        "6:1 people[j].parts[0][\"a b\"].c",
        "6:8 j",
        "7:25 decimals",
        "9:26 client.age",
    ]
    "#);
    let calls: Vec<_> = analysis.calls.iter().map(|it| (it.name.as_str(), it.is_method)).collect();
    assert_eq!(
        calls,
        [("to_upper", true), ("currency", false), ("defined", false), ("call", true)]
    );
    assert_eq!(analysis.calls[2].texts, [Some("kids[0].age".to_owned())]);
}

#[test]
fn mistakes_come_with_a_place_and_a_hint() {
    let told: Vec<String> = [
        "a and b",
        "if not a { 1 }",
        "x = 1 y = 2",
        "if a: 1",
        "x = 'abc'",
        "foo(1)",
        "curency(1)",
        "a = 1;\nb = prnit(2)",
        "print(1)",
        "eval(\"1\")",
        "sleep(1)",
        "timestamp()",
        "import \"x\" as y;",
        "a::b",
        "a::b(1)",
        "export let x = 1;",
        "f!(1); fn f(a) { a }",
        "Fn(\"f\")",
        "|a| a.curry(1)",
        "a === b",
        "a++",
        "let a = ;",
        "\"abc",
        "not(a)",
        "break;",
        "a.b() = 3",
        "@.a = 1",
        "~.a",
        "True = 1",
        "",
    ]
    .into_iter()
    .map(|source| match compile(source, Kind::Block) {
        Ok(_) => format!("{source:?}: fine"),
        Err(it) => format!("{source:?}: {it} ({})", it.hint.as_deref().unwrap_or("-")),
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"), @r###"
    "a and b": 1:3: expected `;` after the statement before this (write `&&` for `and`)
    "if not a { 1 }": 1:8: expected `{` to start a statement block (write `!` for `not`)
    "x = 1 y = 2": 1:7: expected `;` after the statement before this (end each statement with `;`)
    "if a: 1": 1:5: expected `{` to start a statement block (a block stands in braces: `if rents { … }`)
    "x = 'abc'": 1:5: text in single quotes (text goes in double quotes)
    "foo(1)": 1:1: there is no function `foo` (-)
    "curency(1)": 1:1: there is no function `curency` (did you mean `currency`?)
    "a = 1;\nb = prnit(2)": 2:5: there is no function `prnit` (-)
    "print(1)": 1:1: there is no function `print` (show it on a screen, or use the author's panel)
    "eval(\"1\")": 1:1: there is no function `eval` (write the code itself)
    "sleep(1)": 1:1: there is no function `sleep` (a script cannot wait)
    "timestamp()": 1:1: there is no function `timestamp` (use `today()` or `now()`)
    "import \"x\" as y;": 1:1: a script cannot import modules (put what is shared into an interview file and `include` it)
    "a::b": 1:4: there are no modules (-)
    "a::b(1)": 1:4: there are no modules (-)
    "export let x = 1;": 1:8: there are no modules to export to (-)
    "f!(1); fn f(a) { a }": 1:1: a function cannot look into its caller (pass what the function needs as arguments, without the `!`)
    "Fn(\"f\")": 1:1: there is no function `Fn` (write a closure such as `|x| x + 1`)
    "|a| a.curry(1)": 1:7: there is no function `curry` (write a closure such as `|x| x + 1`)
    "a === b": 1:3: `===` is not an operator (write `==`)
    "a++": 1:2: `++` is not an operator (write `+= 1`)
    "let a = ;": 1:9: `;` does not fit here (-)
    "\"abc": 1:1: this text has no closing quote (-)
    "not(a)": 1:1: there is no function `not` (write `!` for `not`)
    "break;": 1:1: `break` and `continue` belong in a loop (-)
    "a.b() = 3": 1:3: this cannot be assigned to (-)
    "@.a = 1": 1:1: `@` is reserved (-)
    "~.a": 1:1: `~` is reserved (-)
    "True = 1": 1:1: this cannot be assigned to (-)
    "": fine
    "###);
}

#[test]
fn a_source_over_64_kib_is_refused() {
    let source = format!("a = 1; //{}", "x".repeat(64 << 10));
    assert_eq!(problem(&source).message, "the script is longer than 64 KiB");
    let source = format!("a = 1; //{}", "x".repeat((64 << 10) - 10));
    assert_eq!(block(&source).analysis().assigns.len(), 1);
}

#[test]
fn sources_that_would_take_the_parser_long_are_refused() {
    let parameters: Vec<String> = (0..10_000).map(|it| format!("p{it}")).collect();
    let items = problem(&format!("fn f({}) {{ 1 }}", parameters.join(",")));
    assert_eq!(items.message, "more than 1000 items in one pair of brackets");
    let keys: Vec<String> = (0..6_000).map(|it| format!("k{it}: 1")).collect();
    assert!(problem(&format!("let m = #{{{}}};", keys.join(","))).message.contains("items"));
    let variables: Vec<_> = (0..5_000).map(|it| format!("let v{it}=1;")).collect();
    assert!(problem(&variables.concat()).message.contains("variables"));
    assert!(problem(&"|a|a;".repeat(12_000)).message.contains("closures"));
    let functions: Vec<_> = (0..5_000).map(|it| format!("fn f{it}(){{}}")).collect();
    assert!(problem(&functions.concat()).message.contains("functions"));
    let cases: Vec<String> = (0..6_000).map(|it| format!("{it}=>{it}")).collect();
    assert!(problem(&format!("switch a {{ {} }}", cases.join(","))).message.contains("items"));
}

#[test]
fn nesting_is_bounded() {
    for source in [
        format!("a = {}1", "1+".repeat(1_000)),
        format!("{}a{}", "(".repeat(1_000), ")".repeat(1_000)),
        format!("a = {}1", "!".repeat(1_000)),
        format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000)),
        format!("{}{}", "{".repeat(1_000), "}".repeat(1_000)),
        format!("a = {}1{}", "f(".repeat(1_000), ")".repeat(1_000)),
        format!("a{}", ".b".repeat(1_000)),
        format!("a{}", "[0]".repeat(1_000)),
        format!("{}a", "a && ".repeat(1_000)),
        format!("{}a", "a ?? ".repeat(1_000)),
        format!("{} {{}}", "if a {} else ".repeat(1_000)),
        format!("{}a", "|a| ".repeat(200)),
        "`${".repeat(1_000),
    ] {
        assert_eq!(problem(&source).message, "this is nested too deep", "{}", &source[..12]);
    }
}

#[test]
fn columns_count_characters() {
    let problem = problem("a = \"é€ü\"; b = nosuch(1)");
    assert_eq!((problem.line, problem.column), (1, 16));
}

#[test]
fn a_closure_in_a_dictionary_can_be_called_by_its_key() {
    assert!(compile("let m = #{twice: |a| a * 2}; m.twice(4)", Kind::Block).is_ok());
}

#[test]
fn a_marker_finds_its_variable_in_any_layout() {
    let fake = super::fake::Fake::new().with("b", 1).object("o", "Object");
    for source in [
        "a = 1;\r\n\tc = b;\r\n\r\n  a = c;",
        "/* é\n * /* nested */ */ a = b; // ünï\n c = a;",
        "let t = `line ${b}\n  ${ let u = b; u } ü`; a = t; c = `${a}`; o.x = c;",
        "let t = \"é\\u00e9\\n\"; a = b; c = a;",
        "let t = \"a \\\n   b\"; a = b; c = a;",
        "let t = #\"raw \"ü\" text\"#; a = b; c = a;",
        "let f = |v| { a = v + b; `${ c = a; c }` }; f.call(b);",
        "if b == 1 { a = b } else { a = 2 } c = a",
        "a=b;c=a;a=c+b*b;",
        "a\n=\nb\n;\nc\n=\na",
        "a = b; c = if a == 1 { let q = a; q } else { 2 };",
        "a = [b, b][0]; c = #{k: a}.k;",
        "o[\"k\"] = b; o.k = b; a = o.k; c = o[\"k\"];",
    ] {
        block(source)
            .run(&fake.shared(), &affiant_guest::Budget::AUTHOR)
            .unwrap_or_else(|it| panic!("{source}: {it:?}"));
        assert!(fake.get("a").is_some() && fake.get("c").is_some(), "{source}");
    }
}

#[test]
fn words_that_rhai_reserves_for_nothing_are_names() {
    let script = block("case.number = match; default = null; new = var.public");
    let assigned: Vec<_> = script.analysis().assigns.iter().map(|it| &it.pattern).collect();
    assert_eq!(assigned, ["case.number", "default", "new"]);
}

#[test]
fn a_script_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<crate::Script>();
}
