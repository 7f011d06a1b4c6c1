//! Diagnostics as authors read them.

use insta::assert_snapshot;

use crate::{Diagnostic, Sources, Span, render_human, render_json};

fn example() -> (Sources, Diagnostic) {
    let mut sources = Sources::default();
    let id = sources.add("intake.yml", "question: Hé?\nif: clinet.name == \"Ada\"\n");
    let diagnostic = Diagnostic::error(
        "unknown-variable",
        Span::new(id, 19, 30),
        "unknown variable `clinet.name`",
    )
    .hint("did you mean `client.name`?")
    .related(Span::new(id, 0, 8), "asked here");
    (sources, diagnostic)
}

#[test]
fn a_person_sees_the_line_and_a_hint() {
    let (sources, diagnostic) = example();
    assert_snapshot!(render_human(&diagnostic, &sources), @r#"
    error[unknown-variable]: unknown variable `clinet.name`
     --> intake.yml:2:5
      |
    2 | if: clinet.name == "Ada"
      |     ^^^^^^^^^^^
      ::: intake.yml:1  asked here
      = hint: did you mean `client.name`?
    "#);
}

#[test]
fn a_tool_gets_the_same_place_as_numbers() {
    let (sources, diagnostic) = example();
    let json = render_json(&[diagnostic], &sources);
    assert_eq!(json["diagnostics"][0]["line"], 2);
    assert_eq!(json["diagnostics"][0]["column"], 5);
    assert_eq!(json["diagnostics"][0]["severity"], "error");
}

#[test]
fn a_span_that_points_nowhere_does_not_panic() {
    let (sources, _) = example();
    let id = sources.ids().next().unwrap();
    for (start, end) in [(0, 0), (12, 13), (13, 13), (9999, 10_000)] {
        let _ = sources.locate(Span::new(id, start, end));
    }
}
