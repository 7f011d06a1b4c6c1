//! A document that a plugin makes of a template: the example.

use affiant_tests::client::{Connection, Session};
use affiant_wasm::Kind;
use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::installing::{Site, answer_when_on, leads};
use crate::plugins::root;

const LETTERS: &str = "org.example.letters";

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_fills_a_template_with_the_answers_that_it_names() -> anyhow::Result<()> {
    let folder = root().join("examples/plugins/assembly");
    let text = fs_err::read_to_string(folder.join("letter.yml"))?;
    let template = fs_err::read_to_string(folder.join("letter.txt"))?;
    let files = [("letter.txt", template.as_str())];
    let mut site = Site::with_files(Kind::Assembly, ("letter", &text), &files, &["--dev"])?;
    site.install("0.1.0")?;
    site.plugin(&["enable", LETTERS, "--interview", "letter"])?;
    site.begins(201).await?;
    let mut connection = Connection::open(site.server()?.address).await?;
    let mut program = Session::start(&mut connection, "letter").await?;
    let names = json!({ "sender": "Ada L", "landlord": "Mr *Grey*" });
    answer_when_on(&mut program, &mut connection, &names).await?;
    // No question of the interview needs the day: the template does.
    let asked = program.screen["title"].as_str().context("a title")?;
    ensure!(asked == "When did you say that the heating does not work?", "{asked}");
    program.answer(&mut connection, &json!({ "day": "2026-11-02" })).await?;
    let link = program.screen["documents"][0]["links"]["txt"].as_str().context("a link")?;
    let token = format!("Bearer {}", program.token);
    let made = connection.get(link, &[("authorization", &token)]).await?;
    ensure!(made.status == 200, "{}: {}", made.status, made.text());
    let kind = made.header("content-type");
    ensure!(kind == Some("text/plain; charset=utf-8"), "{kind:?}");
    let letter = made.text();
    let expected = "Dear Mr *Grey*,\n\non 2026-11-02 I told you";
    ensure!(letter.starts_with("Ada L\n") && letter.contains(expected), "{letter}");

    let mut visitor = site.visitor().await?;
    leads(&mut visitor, 0, "sender=Ada&landlord=Grey").await?;
    leads(&mut visitor, 1, "day--day=2&day--month=11&day--year=2026").await?;
    let page = visitor.page(2).await?;
    ensure!(page.contains("Download plain text"), "{page}");
    let letter = visitor.get("/i/letter/2/document/0.txt").await?;
    ensure!(letter.status == 200 && letter.text().contains("Dear Grey,"), "{}", letter.text());
    let other = visitor.get("/i/letter/2/document/0.pdf").await?;
    ensure!(other.status == 404, "a format that is not offered: {}", other.status);
    // An answer that is changed is in the letter from then on: nothing old is kept.
    leads(&mut visitor, 0, "sender=Ada&landlord=Brown").await?;
    let letter = visitor.get("/i/letter/2/document/0.txt").await?;
    let again = if letter.status == 200 { letter.text() } else { visitor.page(1).await? };
    ensure!(!again.contains("Grey"), "{again}");

    // One that breaks off when it is asked what templates it has is not taken, and changes nothing.
    let broken = site.install_broken("0.2.0").err().context("it was installed")?;
    ensure!(format!("{broken:#}").contains("broke off"), "{broken:#}");
    leads(&mut visitor, 1, "day--day=2&day--month=11&day--year=2026").await?;
    site.plugin(&["disable", LETTERS])?;
    let closed = site.page(&mut visitor, 2, 503).await?;
    ensure!(closed.contains("answers are kept"), "{closed}");
    Ok(())
}
