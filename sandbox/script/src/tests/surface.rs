//! Everything an author can call.

use super::fake::Fake;
use super::{problem, value};
use crate::reachable_functions;

#[test]
fn nothing_reachable_waits_loads_prints_or_is_random() {
    let reachable = reachable_functions();
    for absent in [
        "eval",
        "import",
        "sleep",
        "timestamp",
        "random",
        "rand",
        "print",
        "debug",
        "exit",
        "parse_json",
        "Fn",
        "curry",
        "blob",
        "tag",
        "set_tag",
        "take",
        "get_fn_metadata_list",
        "is_def_var",
        "open",
        "now_utc",
    ] {
        assert!(!reachable.iter().any(|it| it == absent), "{absent}");
    }
    assert!(reachable.iter().any(|it| it == "len"));
    assert!(reachable.is_sorted());
}

#[test]
fn what_is_not_in_the_list_cannot_be_called() {
    for source in [
        "eval(\"1\")",
        "sleep(1)",
        "sleep(1e30)",
        "timestamp()",
        "print(1)",
        "debug(1)",
        "exit()",
        "parse_json(\"1\")",
        "blob()",
        "tag(1)",
        "1.tag()",
        "take(a)",
        "rand()",
        "Fn(\"len\")",
        "let a = 1; a.take()",
        "get_fn_metadata_list()",
        "import \"os\" as os;",
        "open(\"x\")",
        "\"a\".print()",
        "is_def_var(\"a\")",
        "is_shared(a)",
        "let f = |x| x; f.curry(1)",
    ] {
        let problem = problem(source);
        assert!(
            ["there is no", "cannot import", "is reserved"]
                .iter()
                .any(|it| problem.message.contains(it)),
            "{problem}"
        );
    }
}

#[test]
fn a_function_cannot_be_called_by_a_text_with_its_name() {
    let fake = Fake::new();
    for source in ["[1].map(\"print\")", "[1].filter(\"sleep\")", "let l = [2, 1]; l.sort(\"len\")"]
    {
        assert!(super::told(&fake, source).contains("takes a closure"), "{source}");
    }
    assert!(value(&fake, "let f = \"len\"; f.call(1)").is_err());
}
