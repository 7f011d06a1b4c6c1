//! The table of acceptance tests.

use std::fmt::Write as _;

use super::{printed, tree};
use crate::acceptance::{TABLE, parse};
use crate::tidy::acceptance::check;

/// A table with a section for each number that there must be, all of which are in order.
fn table() -> String {
    let numbers = (1..=11).chain([13]).chain(17..=27).chain(33..=35).chain(38..=40);
    let mut table = "# Acceptance tests\n".to_owned();
    for number in numbers {
        let _ = write!(
            table,
            "\n## AT-{number:02}: something\n\n- figures: `tests`\n- `a/src/tests.rs`: it_works\n"
        );
    }
    table
}

const TESTS: &str = "//! Tests.\n\n#[test]\nfn it_works() {}\n\nfn is_none() {}\n";

#[test]
fn table_that_names_what_there_is_is_in_order() {
    let table =
        table().replace("`tests`\n- `a/src/tests.rs`: it_works\n\n## AT-02", "`part`\n\n## AT-02");
    let tree = tree([
        (TABLE, table.as_str()),
        ("a/src/tests.rs", TESTS),
        ("tests/src/proof/part.rs", "//! AT-01.\nfn a() { exactly(\"AT-01 things\", 0) }\n"),
    ]);
    assert_eq!(printed(&check(&tree)), [""; 0]);
}

#[test]
fn missing_sections_tests_and_figures_are_found() {
    let table = table()
        .replace("## AT-40: something\n\n- figures: `tests`\n- `a/src/tests.rs`: it_works\n", "")
        .replace("## AT-39: something\n\n- figures: `tests`\n", "## AT-39: something\n\n")
        .replace(
            "## AT-38: something\n\n- figures: `tests`",
            "## AT-38: something\n\n- figures: `part`",
        )
        + "\n## AT-90: something\n\n- figures: `tests`\n- `a/src/tests.rs`: it_works, is_none, is_gone\n- `b.test.mjs`: one, two\n";
    let line = |wanted: &str| 1 + table.lines().position(|it| it == wanted).unwrap();
    let last = line("- `a/src/tests.rs`: it_works, is_none, is_gone");
    let tree = tree([
        (TABLE, table.as_str()),
        ("a/src/tests.rs", TESTS),
        ("b.test.mjs", "test('one', () => {});\n"),
        ("tests/src/proof/part.rs", "//! AT-38.\n"),
    ]);
    let expected = [
        format!("{TABLE}: AT-40 has no section"),
        format!(
            "{TABLE}:{}: the part `part` of the proof prints no figure of AT-38",
            line("## AT-38: something")
        ),
        format!("{TABLE}:{}: AT-39 names no figures", line("## AT-39: something")),
        format!("{TABLE}:{last}: there is no test `is_none` in a/src/tests.rs"),
        format!("{TABLE}:{last}: there is no test `is_gone` in a/src/tests.rs"),
        format!("{TABLE}:{}: there is no test `one, two` in b.test.mjs", last + 1),
    ];
    assert_eq!(printed(&check(&tree)), expected);
}

#[test]
fn names_of_tests_in_browsers_may_have_commas() {
    let all = parse(
        "## AT-40: in a browser\n\n- figures: `tests`\n- `a.test.mjs`: register, answer, delete\n",
    );
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].tests[0].name, "register, answer, delete");
}
