//! The interviews that the benchmarks run, generated.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

/// Screens of the interview [`twelve`], without the last one that says it is done.
pub(crate) const SCREENS: usize = 12;
/// Questions of [`blocks`] that are asked.
pub(crate) const ASKED: usize = 7;
/// Questions of [`long`].
pub(crate) const LONG: usize = 1_030;
/// Blocks of the interview that has many.
pub(crate) const MANY: usize = 5_000;
/// Code blocks of [`chain`].
pub(crate) const CHAIN: usize = 100;

/// Writes all of them into a folder.
pub(crate) fn write(folder: &Path) -> anyhow::Result<()> {
    fs_err::create_dir_all(folder)?;
    let all = [
        ("twelve", twelve()),
        ("few", blocks(10)),
        ("many", blocks(MANY)),
        ("long", long()),
        ("repeated", repeated()),
    ];
    for (name, text) in all {
        fs_err::write(folder.join(format!("{name}.yml")), text)?;
    }
    Ok(())
}

/// The head of an interview that asks for so many answers.
fn head(title: &str, answers: usize) -> String {
    let mut text = format!("metadata:\n  title: {title}\n---\nmandatory: true\ncode: |\n");
    for at in 1..=answers {
        let _ = writeln!(text, "  answer{at};");
    }
    text.push_str("  finished\n");
    text
}

/// The same as [`twelve`], with a call of a plugin's function on each screen.
pub(crate) fn called(plugin: &str) -> String {
    let text = twelve()
        .replace("question: What is it called?", "question: \"{{ f('What is it called?') }}\"")
        .replace(" of {{ answer1 }}", " of {{ f(answer1) }}");
    format!("plugins: [{plugin}]\n---\n{text}")
}

/// Twelve screens with the usual fields, texts that use earlier answers, and a condition.
pub(crate) fn twelve() -> String {
    let mut text = head("Twelve screens", SCREENS);
    for at in 1..=SCREENS {
        let (fields, data) = (twelve_fields(at), "none");
        let _ = write!(
            text,
            "---\nid: screen-{at}\nquestion: {}\nsubquestion: |\n  Number {at} of **{SCREENS}**.\nfields:\n",
            if at == 1 {
                "What is it called?".to_owned()
            } else {
                format!("Screen {at} of {{{{ answer1 }}}}")
            },
        );
        for (label, name, more) in fields {
            let _ = writeln!(text, "  - {label}: {name}\n    data: {data}");
            for line in more {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    text.push_str("---\nevent: finished\nquestion: Thank you for {{ answer1 }}\n");
    text
}

/// Fields of a screen of [`twelve`]: label, name, modifiers.
fn twelve_fields(at: usize) -> Vec<(&'static str, String, &'static [&'static str])> {
    let name = format!("answer{at}");
    let second = format!("detail{at}");
    match at % 4 {
        1 => vec![
            ("Name", name, &["maxlength: 60"]),
            ("Note", second, &["datatype: area", "required: false"]),
        ],
        2 => vec![("How many", name, &["datatype: integer", "min: 1", "max: 1000"])],
        3 => vec![
            ("Amount", name, &["datatype: currency", "min: 1"]),
            ("Day", second, &["datatype: date"]),
        ],
        _ => vec![(
            "Kind",
            name,
            &["datatype: radio", "choices:", "  - First: first", "  - Second: second"],
        )],
    }
}

/// What answers each screen of [`twelve`], in order.
pub(crate) fn twelve_answers() -> Vec<Value> {
    let answer = |at: usize| match at % 4 {
        1 => {
            json!({ format!("answer{at}"): "The old mill", format!("detail{at}"): "Two lines\nof a note." })
        }
        2 => json!({ format!("answer{at}"): 40 + at }),
        3 => json!({ format!("answer{at}"): "1250.50", format!("detail{at}"): "2026-03-14" }),
        _ => json!({ format!("answer{at}"): "second" }),
    };
    (1..=SCREENS).map(answer).collect()
}

/// An interview of so many blocks, of which the first ten are met; the others are questions and
/// code blocks for other variables.
pub(crate) fn blocks(count: usize) -> String {
    let mut text = head(&format!("An interview of {count} blocks"), ASKED);
    for at in 1..=ASKED {
        let _ = write!(
            text,
            "---\nquestion: Question {at}\nfields:\n  - Answer: answer{at}\n    data: none\n"
        );
    }
    text.push_str("---\nevent: finished\nquestion: Thank you\n");
    for at in 10..count {
        let _ = match at % 2 {
            0 => write!(
                text,
                "---\nquestion: Question {at}\nfields:\n  - Answer: other{at}\n    data: none\n"
            ),
            _ => write!(text, "---\ncode: |\n  sum{at} = other{} + 1\n", at - 1),
        };
    }
    text
}

/// What answers a question of [`blocks`] or [`long`].
pub(crate) fn plain_answer(at: usize) -> Value {
    json!({ format!("answer{at}"): "An answer" })
}

/// An interview that asks more than a thousand questions, each once.
pub(crate) fn long() -> String {
    let mut text = "metadata:\n  title: A long interview\n".to_owned();
    for at in 1..=LONG {
        let _ = write!(
            text,
            "---\nmandatory: true\nquestion: Question {at}\nfields:\n  - Answer: answer{at}\n    data: none\n"
        );
    }
    text.push_str("---\nmandatory: true\nquestion: Thank you\n");
    text
}

/// An interview that asks the same two questions as often as one likes.
pub(crate) fn repeated() -> String {
    "metadata:
  title: Asked again and again
---
mandatory: true
code: |
  answer1;
  answer2;
  finished
---
question: Question 1
fields:
  - Answer: answer1
    data: none
---
question: Question 2
fields:
  - Answer: answer2
    data: none
---
event: again
code: |
  undefine(\"answer2\")
---
event: finished
question: Thank you
"
    .to_owned()
}

/// An interview whose one screen needs a variable at the end of a chain of code blocks.
pub(crate) fn chain() -> String {
    let mut text = "mandatory: true\nquestion: Done\nsubquestion: \"{{ link1 }}\"\n".to_owned();
    for at in 1..CHAIN {
        let _ = write!(text, "---\ncode: |\n  link{at} = link{} + 1\n", at + 1);
    }
    let _ = write!(text, "---\ncode: |\n  link{CHAIN} = 1\n");
    text
}
