//! Damaged interviews: reading one never panics and never loses a block without a word.

use affiant_diagnostic::{render_human, render_json};

use super::support::read;

const SOURCES: &[&str] = &[include_str!("good/letter.yml"), include_str!("good/everything.yml")];

/// Pieces that mean something to YAML, to templates or to the parser.
const PIECES: &[&str] = &[
    "\n",
    "  ",
    "\t",
    ":",
    ": ",
    "- ",
    "---\n",
    "...\n",
    "{",
    "}",
    "[",
    "]",
    "{{ ",
    "}}",
    "{% ",
    "|",
    ">",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!",
    "%",
    "@",
    "`",
    "\\",
    "\r\n",
    "\u{feff}",
    "\u{0}",
    "é",
    "😀",
    "null",
    "true",
    "code:",
    "? ",
    "<<: ",
    "${ ",
    "% if a:\n",
    "field",
    "choices:\n",
    "Class.using(",
    ")",
    ",",
    "=",
    "[i]",
    "x.",
    "\u{2028}",
];

/// Numbers that look random and are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// A place between two characters at or behind `at`.
fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

fn damage(text: &str, numbers: &mut Numbers) -> String {
    let at = boundary(text, numbers.below(text.len()));
    let end = boundary(text, at + numbers.below(12));
    let piece = PIECES[numbers.below(PIECES.len())];
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (line, other) = (numbers.below(lines.len()), numbers.below(lines.len()));
    match numbers.below(6) {
        0 => format!("{}{}", &text[..at], &text[end..]),
        1 => format!("{}{piece}{}", &text[..at], &text[at..]),
        2 => format!("{}{piece}{}", &text[..at], &text[end..]),
        3 => {
            lines.remove(line);
            lines.concat()
        }
        4 => {
            lines.swap(line, other);
            lines.concat()
        }
        _ => {
            lines.insert(line, lines[other]);
            lines.concat()
        }
    }
}

/// Reads a text and checks what holds for every result.
fn check(text: &str) {
    let (interview, diagnostics) = read(text);
    for diagnostic in &diagnostics {
        let file = interview.sources.text(diagnostic.span.source);
        assert!(diagnostic.span.start as usize <= file.len(), "{diagnostic:?}\n{text}");
        assert!(file.is_char_boundary(diagnostic.span.start as usize), "{diagnostic:?}\n{text}");
        assert!(!render_human(diagnostic, &interview.sources).is_empty());
    }
    render_json(&diagnostics, &interview.sources);
    assert!(diagnostics.is_sorted_by_key(|it| (it.span.source, it.span.start)));
    for source in interview.codes.iter().map(|it| &it.source) {
        let _ = interview.sources.locate(source.place(1, 1, 1));
    }
}

#[test]
fn damaged_interviews_are_read_to_the_end() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for source in SOURCES {
        for _ in 0..400 {
            let mut text = (*source).to_owned();
            for _ in 0..=numbers.below(4) {
                text = damage(&text, &mut numbers);
            }
            check(&text);
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_read_to_the_end() {
    let text = SOURCES[0];
    for end in (0..=text.len()).filter(|it| text.is_char_boundary(*it)) {
        check(&text[..end]);
    }
}

#[test]
fn small_files_of_odd_characters_are_read_to_the_end() {
    let mut numbers = Numbers(0x1234_5678_9abc_def1);
    for _ in 0..3_000 {
        let text: String =
            (0..numbers.below(12)).map(|_| PIECES[numbers.below(PIECES.len())]).collect();
        check(&text);
        check(&format!("question: a\nfields:\n  - {text}"));
        check(&format!("objects:\n  - a: {text}"));
    }
}

#[test]
fn a_block_that_is_not_there_has_an_error() {
    let mut numbers = Numbers(0x0dd0_beef_cafe_f00d);
    let is_block = |it: &&str| {
        ["question:", "code:", "objects:"]
            .iter()
            .any(|key| it.lines().any(|it| it.starts_with(key)))
    };
    let mut without_error = 0;
    for _ in 0..600 {
        let text = damage(SOURCES[0], &mut numbers);
        let (interview, diagnostics) = read(&text);
        if !diagnostics.iter().any(affiant_diagnostic::Diagnostic::is_error) {
            without_error += 1;
            let blocks = text.split("\n---\n").filter(is_block).count();
            assert!(interview.blocks.len() >= blocks, "{blocks} blocks in\n{text}");
        }
    }
    assert!(without_error > 100, "the damage is so great that nothing is tried");
}
