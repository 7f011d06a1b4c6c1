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
fn control_characters_of_an_author_do_not_reach_the_terminal() {
    let mut sources = Sources::default();
    let id = sources.add("a.yml", "\u{1b}[2Jx: 1\n");
    let span = Span::new(id, 4, 5);
    let diagnostic = Diagnostic::error("a", span, "b\u{7}").hint("c\u{8}").related(span, "d\u{1b}");
    let printed = render_human(&diagnostic, &sources);
    assert!(printed.chars().all(|it| it == '\n' || !it.is_control()), "{printed:?}");
    assert!(printed.contains("a.yml:1:5"));
}

#[test]
fn a_long_line_is_cut_round_the_place() {
    let mut sources = Sources::default();
    let id = sources.add("a.yml", format!("{}here{}", "é".repeat(500), "ü".repeat(500)));
    let printed = render_human(&Diagnostic::note("a", Span::new(id, 1000, 1004), "b"), &sources);
    let lines: Vec<&str> = printed.lines().collect();
    assert!(lines.iter().all(|it| it.chars().count() < 200));
    let column = lines[4].find('^').unwrap();
    let shown: String = lines[3].chars().skip(column).take(4).collect();
    assert_eq!(shown, "here");
}

#[test]
fn a_span_that_points_nowhere_does_not_panic() {
    let (sources, _) = example();
    let id = sources.ids().next().unwrap();
    for (start, end) in [(0, 0), (12, 13), (13, 13), (9999, 10_000)] {
        let _ = sources.locate(Span::new(id, start, end));
    }
}
