//! Telling code from text.

use crate::tidy::code::{Function, code_only, functions};

#[test]
fn comments_and_literals_become_spaces_and_lines_stay() {
    for (source, expected) in [
        ("a // b\nc", "a     \nc"),
        ("a /* b /* c */ d */ e", "a                   e"),
        ("f(\"x\\\"y\") + 1", "f(      ) + 1"),
        ("r#\"a\"b\"# + br\"c\" + z", "         +       + z"),
        ("'x' + '\\'' + '\\u{1F}'", "    +      +         "),
        ("fn f<'a>(it: &'a str)", "fn f<'a>(it: &'a str)"),
        ("for_r\"", "for_r "),
        ("/* never closed", "               "),
    ] {
        assert_eq!(code_only(source), expected, "{source}");
    }
}

#[test]
fn functions_are_measured_from_fn_to_the_closing_brace() {
    let source = "\
trait T {
    fn declared(&self, it: [u8; 3]) -> u8;
}
impl T for U {
    fn long(&self) -> impl Fn(u8) -> u8
    where
        Self: Sized,
    {
        let inner = |it: fn (u8)| { it };
        \"}\"
    }
}
fn short() {}
";
    let code = code_only(source);
    let expected = [
        Function { name: "long", line: 5, lines: 7 },
        Function { name: "short", line: 13, lines: 1 },
    ];
    assert_eq!(functions(&code), expected);
}
