//! What is too much.

use std::fmt::Write as _;

use super::support::{Given, read};
use crate::{Files, Unreadable, parse};

/// The codes of what is wrong with a file, without the missing title.
fn codes(text: &str) -> Vec<&'static str> {
    read(text).1.iter().map(|it| it.code).filter(|it| *it != "no-title").collect()
}

#[test]
fn a_file_of_50_mib_is_refused_without_being_read() {
    let text = "question: Hello\n---\n".repeat(50 * 1024 * 1024 / 20);
    let (interview, diagnostics) = read(&text);
    assert_eq!(diagnostics[0].message, "`test.yml` cannot be read: it is longer than 2 MiB");
    assert!(interview.blocks.is_empty());
    assert_eq!(interview.sources.text(interview.sources.ids().next().unwrap()), "");
}

#[test]
fn a_file_that_is_not_there_is_told_and_nothing_else() {
    let (_, diagnostics) = parse("nothing.yml", &Given::new(&[]));
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].code, "unreadable-file");
}

#[test]
fn each_reason_why_a_file_cannot_be_read_is_told() {
    struct Refusing(Unreadable);
    impl Files for Refusing {
        fn read(&self, _: &str) -> Result<String, Unreadable> {
            Err(self.0)
        }
    }
    for (why, told) in [
        (Unreadable::NotFound, "there is no such file"),
        (Unreadable::TooLarge, "it is longer than 2 MiB"),
        (Unreadable::TooLargeTogether, "with it the interview is longer than 16 MiB"),
        (Unreadable::NotText, "it is not text in UTF-8"),
        (Unreadable::Failed, "reading it failed"),
    ] {
        let (_, diagnostics) = parse("a.yml", &Refusing(why));
        assert!(diagnostics[0].message.ends_with(told));
    }
}

#[test]
fn an_interview_has_ten_thousand_blocks_and_no_more() {
    let block = "code: |\n  a = 1\n---\n";
    assert_eq!(codes(&block.repeat(10_000)), Vec::<&str>::new());
    assert_eq!(codes(&block.repeat(10_001)), ["too-large"]);
}

#[test]
fn blocks_inside_of_choices_count() {
    let choices = "  - Go on:\n      code: a\n".repeat(10_001);
    assert_eq!(codes(&format!("question: Hello\nbuttons:\n{choices}")), ["too-large"]);
}

#[test]
fn all_files_together_have_16_mib_and_no_more() {
    struct Long;
    impl Files for Long {
        fn read(&self, name: &str) -> Result<String, Unreadable> {
            let number: u32 = name.trim_end_matches(".yml").parse().unwrap();
            let next = format!("include: {}.yml\n", number + 1);
            Ok(next + &"# remark\n".repeat(200_000))
        }
    }
    let (interview, diagnostics) = parse("1.yml", &Long);
    assert_eq!(interview.sources.ids().count(), 9);
    assert!(diagnostics[0].message.ends_with("longer than 16 MiB"), "{}", diagnostics[0].message);
}

#[test]
fn an_interview_has_five_hundred_files_and_no_more() {
    struct Chain;
    impl Files for Chain {
        fn read(&self, name: &str) -> Result<String, Unreadable> {
            let number: u32 = name.trim_end_matches(".yml").parse().unwrap();
            Ok(format!("include: {}.yml\n---\nquestion: A\nyesno: a{number}\n", number + 1))
        }
    }
    let (interview, diagnostics) = parse("1.yml", &Chain);
    assert!(diagnostics.iter().any(|it| it.code == "too-large"));
    assert_eq!(interview.blocks.len(), 500);
}

#[test]
fn lists_in_lists_are_refused_from_a_depth_on() {
    for open in ["[", "{a: ", "- "] {
        let deep = |count: usize| format!("variable name: a\ndata:\n  {}x", open.repeat(count));
        assert_eq!(codes(&deep(10_000)), ["too-deep"], "{open}");
    }
    let close = |count: usize| {
        format!("variable name: a\ndata: {}x{}", "[".repeat(count), "]".repeat(count))
    };
    assert_eq!(codes(&close(60)), Vec::<&str>::new());
    assert_eq!(codes(&close(64)), ["too-deep"]);
}

#[test]
fn two_hundred_mistakes_are_shown_and_the_rest_is_counted() {
    let mut text = String::new();
    for number in 0..300 {
        writeln!(text, "question: Hello\nyesno: not a name {number}\n---").unwrap();
    }
    let (_, diagnostics) = read(&text);
    assert_eq!(diagnostics.len(), 201);
    assert_eq!(diagnostics[200].code, "more");
    assert!(diagnostics[200].message.starts_with("101 more"), "{}", diagnostics[200].message);
}

#[test]
fn an_error_behind_many_warnings_is_shown() {
    let mut text = "question: Hello\nscript: a\nyesno: a\n---\n".repeat(300);
    text.push_str("question: Hello\nyesno: 5\n");
    let (_, diagnostics) = read(&text);
    assert!(diagnostics.iter().any(|it| it.code == "invalid-variable"));
}

#[test]
fn a_block_of_unknown_keys_ends() {
    let mut text = String::from("question: Hello\n");
    for number in 0..50_000 {
        writeln!(text, "yesno{number}: a").unwrap();
    }
    assert_eq!(read(&text).1.len(), 201);
}

#[test]
fn a_declaration_without_end_is_refused() {
    let nested =
        "objects:\n  - a: ".to_owned() + &"A.using(b=".repeat(200) + "1" + &")".repeat(200);
    assert_eq!(codes(&nested), ["invalid-class"]);
    let long = format!("objects:\n  - a: A.using({})\n", "b=1,".repeat(5_000));
    assert_eq!(codes(&long), ["invalid-class"]);
}
