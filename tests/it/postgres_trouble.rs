//! A PostgreSQL that is full, slow, or goes away in the middle of a step: people are told, what they
//! typed is there, and nothing is stored by half.

use std::io::Write as _;
use std::process::{Child, Stdio};

use affiant_tests::pair::{Pair, psql, sql};
use anyhow::Context as _;

use crate::visitor::{Visitor, hidden};

const NOTES: &str = "metadata:
  title: Notes
---
mandatory: true
question: You wrote {{ first }} and {{ second }}
---
question: First note?
fields:
  - Note: first
---
question: Second note?
fields:
  - Note: second
    datatype: area
";

/// Lets each step that is stored do something first, so many times.
fn before_steps(pair: &Pair, times: u32, what: &str) -> anyhow::Result<()> {
    let trigger = format!(
        "create sequence met;
         create function meet() returns trigger language plpgsql as $$ begin
             if nextval('met') <= {times} then {what}; end if;
             return new;
         end $$;
         create trigger meet before insert on steps for each row execute function meet()"
    );
    sql(&pair.main, &trigger).map(drop)
}

/// Nothing is done before steps any more.
fn in_order(pair: &Pair) -> anyhow::Result<()> {
    sql(&pair.main, "drop trigger meet on steps").map(drop)
}

fn steps(pair: &Pair) -> anyhow::Result<String> {
    sql(&pair.main, "select count(*) from steps")
}

/// The second note is sent and not taken; the page that says so is sent again once it can be.
async fn lost_and_sent_again(
    pair: &Pair,
    visitor: &mut Visitor,
    status: u16,
    mend: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let before = steps(pair)?;
    let refused = visitor.answer(1, "second=heliotrope+and+tamarind").await?;
    let page = refused.text();
    assert_eq!(refused.status, status, "{page}");
    assert!(page.contains("Your answer is not saved yet"), "{page}");
    assert!(page.contains("heliotrope and tamarind</textarea>"), "{page}");
    assert_eq!(steps(pair)?, before, "nothing is stored by half");
    let told = visitor.server.lines().join("\n");
    assert!(!told.contains("heliotrope") && !told.contains("only-for-tests"), "{told}");
    mend()?;
    let again = visitor.send(1, &hidden(&page), "second=heliotrope").await?;
    assert_eq!(again.status, 303, "{}", again.text());
    assert!(visitor.page(2).await?.contains("You wrote larkspur and heliotrope"));
    Ok(())
}

async fn begun(pair: &Pair) -> anyhow::Result<Visitor> {
    let mut visitor = Visitor::configured("notes", NOTES, &pair.config()).await?;
    let taken = visitor.answer(0, "first=larkspur").await?;
    assert_eq!(taken.status, 303, "{}", taken.text());
    Ok(visitor)
}

#[tokio::test]
async fn when_the_database_is_full_the_page_keeps_what_was_typed() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let mut visitor = begun(&pair).await?;
    before_steps(&pair, u32::MAX, "raise exception 'no room' using errcode = '53100'")?;
    lost_and_sent_again(&pair, &mut visitor, 507, || in_order(&pair)).await
}

#[tokio::test]
async fn when_the_database_goes_away_in_the_middle_of_each_try_the_page_keeps_what_was_typed()
-> anyhow::Result<()> {
    let pair = Pair::new()?;
    let mut visitor = begun(&pair).await?;
    before_steps(&pair, u32::MAX, "perform pg_terminate_backend(pg_backend_pid())")?;
    lost_and_sent_again(&pair, &mut visitor, 503, || in_order(&pair)).await
}

#[tokio::test]
async fn a_step_in_the_middle_of_which_the_database_is_restarted_is_done_again_and_once()
-> anyhow::Result<()> {
    let pair = Pair::new()?;
    let mut visitor = begun(&pair).await?;
    let before: u32 = steps(&pair)?.parse()?;
    before_steps(&pair, 1, "perform pg_terminate_backend(pg_backend_pid())")?;
    let taken = visitor.answer(1, "second=heliotrope").await?;
    assert_eq!(taken.status, 303, "{}", taken.text());
    assert!(visitor.page(2).await?.contains("You wrote larkspur and heliotrope"));
    assert_eq!(steps(&pair)?, (before + 1).to_string());
    // Both tries came as far as the row.
    assert_eq!(sql(&pair.main, "select last_value from met")?, "2");
    Ok(())
}

/// Holds what every step needs until its input is closed.
fn hold(pair: &Pair) -> anyhow::Result<Child> {
    let mut holds = psql(&pair.main).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let input = holds.stdin.as_mut().context("it is piped")?;
    writeln!(input, "begin; lock table steps in exclusive mode; select 'held';")?;
    input.flush()?;
    let output = holds.stdout.as_mut().context("it is piped")?;
    let mut told = [0; 5];
    std::io::Read::read_exact(output, &mut told)?;
    Ok(holds)
}

#[tokio::test]
async fn when_the_database_is_slow_people_are_told_and_pages_that_need_no_write_go_on()
-> anyhow::Result<()> {
    let pair = Pair::new()?;
    let mut visitor = begun(&pair).await?;
    let mut holds = hold(&pair)?;
    assert_eq!(visitor.get("/").await?.status, 200);
    assert!(visitor.page(1).await?.contains("Second note?"));
    assert_eq!(visitor.connection.get("/health/ready", &[]).await?.status, 200);
    lost_and_sent_again(&pair, &mut visitor, 503, || {
        drop(holds.stdin.take());
        holds.wait()?;
        Ok(())
    })
    .await
}
