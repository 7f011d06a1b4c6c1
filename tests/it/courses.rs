//! Long sessions: what a step stores covers those before it, and every step is still to be seen as it was.

use std::fmt::Write as _;

use anyhow::ensure;

use crate::visitor::Visitor;

/// More than there are between two states that are stored whole, twice.
const QUESTIONS: u32 = 40;

/// Where somebody goes back to and answers otherwise.
const TURN: u32 = 21;

/// An interview whose questions name the answer before.
fn interview() -> String {
    let mut text = "metadata:\n  title: A long way\n".to_owned();
    let mut before = "nothing".to_owned();
    for at in 0..QUESTIONS {
        let _ = write!(
            text,
            "---\nmandatory: true\nquestion: Number {at}, behind {before}\n\
             fields:\n  - Answer: answer{at}\n"
        );
        before = format!("{{{{ answer{at} }}}}");
    }
    text.push_str("---\nmandatory: true\nquestion: Done\nsubquestion: |\n");
    for at in 0..QUESTIONS {
        let _ = writeln!(text, "  {{{{ answer{at} }}}}");
    }
    text
}

/// Long enough for a state of some of them not to be stored whole with each step.
fn answer(course: &str, at: u32) -> String {
    format!("{course}-{at}-{}", "abcdefgh".repeat(12))
}

async fn walk(visitor: &mut Visitor, course: &str, from: u32, to: u32) -> anyhow::Result<()> {
    for at in from..to {
        let taken = visitor.answer(at, &format!("answer{at}={}", answer(course, at))).await?;
        ensure!(taken.status == 303, "{at}: {}", taken.text());
    }
    Ok(())
}

/// Looks at each step: it comes behind the answer of its course.
async fn look(visitor: &mut Visitor, course: impl Fn(u32) -> &'static str) -> anyhow::Result<()> {
    for at in 1..QUESTIONS {
        let page = visitor.page(at).await?;
        let before = answer(course(at - 1), at - 1);
        ensure!(page.contains(&format!("Number {at}, behind {before}")), "{at}: {page}");
    }
    let done = visitor.page(QUESTIONS).await?;
    for at in 0..QUESTIONS {
        ensure!(done.contains(&answer(course(at), at)), "{at}: {done}");
    }
    Ok(())
}

#[tokio::test]
async fn each_step_of_a_long_session_is_seen_as_it_was_on_the_course_that_it_took()
-> anyhow::Result<()> {
    let mut visitor = Visitor::begin("long", &interview()).await?;
    walk(&mut visitor, "first", 0, QUESTIONS).await?;
    look(&mut visitor, |_| "first").await?;
    walk(&mut visitor, "second", TURN, QUESTIONS).await?;
    let course = |at| if at < TURN { "first" } else { "second" };
    look(&mut visitor, course).await?;
    let done = visitor.page(QUESTIONS).await?;
    assert!(!done.contains(&answer("first", TURN)), "it was answered otherwise");
    // What was at hand is read from the database.
    visitor.restart("").await?;
    look(&mut visitor, course).await
}
