//! An interview that a plugin decides from its first screen to its last: the example.

use affiant_tests::client::{Connection, Session};
use affiant_tests::program::command;
use affiant_wasm::Kind;
use anyhow::ensure;
use hyper::Method;
use serde_json::json;

use crate::installing::{Site, example, leads};

const PARKING: &str = "org.example.parking";
const INTERVIEW: &str = include_str!("../../examples/plugins/logic/parking.yml");

/// An answer as a page posts it.
const PAID: &str = "reason=paid";

fn site(flags: &[&str]) -> anyhow::Result<Site> {
    Site::new(Kind::Logic, "parking", INTERVIEW, flags)
}

/// A site where the plugin is on.
fn running(flags: &[&str]) -> anyhow::Result<Site> {
    let site = site(flags)?;
    site.install("0.1.0")?;
    site.plugin(&["enable", PARKING, "--interview", "parking"])?;
    Ok(site)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_leads_a_browser_through_its_interview_and_back() -> anyhow::Result<()> {
    let mut site = running(&[])?;
    let mut visitor = site.visitor().await?;
    let asked = visitor.page(0).await?;
    ensure!(asked.contains("How much are you asked to pay?"), "{asked}");
    ensure!(asked.contains("In whole or part"), "{asked}");
    // The engine refuses what is no amount, the plugin one that makes no sense.
    let refused = visitor.answer(0, "fine=much").await?;
    ensure!(refused.status == 422 && !refused.text().contains("Look at the ticket"));
    let refused = visitor.answer(0, "fine=0").await?;
    ensure!(refused.status == 422, "{}", refused.status);
    ensure!(refused.text().contains("A fine is more than nothing. Look at the ticket."));

    ensure!(leads(&mut visitor, 0, "fine=55").await? == "/i/parking/1");
    ensure!(leads(&mut visitor, 1, PAID).await? == "/i/parking/2");
    ensure!(visitor.page(2).await?.contains("Can you show it?"));
    // Back, and another way from there.
    let before = visitor.page(1).await?;
    ensure!(before.contains("value=\"paid\" checked"), "{before}");
    ensure!(leads(&mut visitor, 1, "reason=none").await? == "/i/parking/2");
    ensure!(visitor.page(2).await?.contains("Nothing that you say makes it invalid."));
    ensure!(leads(&mut visitor, 1, PAID).await? == "/i/parking/2");
    ensure!(leads(&mut visitor, 2, "receipt=true").await? == "/i/parking/3");
    let end = visitor.page(3).await?;
    for said in ["Object", "<strong>14 days</strong>", "$55.00", "I had paid"] {
        ensure!(end.contains(said), "{said}: {end}");
    }
    // An answer is changed from the end; the others stay.
    ensure!(leads(&mut visitor, 3, "_action=row:0").await? == "/i/parking/4");
    let again = visitor.page(4).await?;
    ensure!(again.contains("How much are you asked to pay?") && again.contains("value=\"55"));
    ensure!(leads(&mut visitor, 4, "fine=5").await? == "/i/parking/5");
    let end = visitor.page(5).await?;
    ensure!(end.contains("it costs more to say so") && end.contains("$5.00"), "{end}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_asked_and_refused_as_a_person_is() -> anyhow::Result<()> {
    let site = running(&[])?;
    site.begins(201).await?;
    let mut connection = Connection::open(site.server()?.address).await?;
    let mut session = Session::start(&mut connection, "parking").await?;
    ensure!(session.screen["fields"][0]["name"] == "fine", "{}", session.screen);
    let path = format!("/api/v1/sessions/{}/answers", session.id);
    let body = json!({ "revision": session.revision, "answers": { "fine": 0 } });
    let token = session.token.clone();
    let reply = connection.call(Method::POST, &path, Some(&token), Some(&body)).await?;
    let refused = reply.expect(422)?;
    ensure!(refused["errors"][0]["field"] == "fine", "{refused}");
    let said = refused["errors"][0]["message"].as_str().unwrap_or_default();
    ensure!(said.contains("Look at the ticket"), "{refused}");

    session.answer(&mut connection, &json!({ "fine": 55 })).await?;
    session.answer(&mut connection, &json!({ "reason": "sign" })).await?;
    ensure!(session.screen["title"] == "Object", "{}", session.screen);
    ensure!(session.screen["review"][1]["label"] == "Reason", "{}", session.screen);
    session.act(&mut connection, "row:1").await?;
    session.answer(&mut connection, &json!({ "reason": "none" })).await?;
    ensure!(session.screen["title"] == "Pay it", "{}", session.screen);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_plugin_is_switched_off_in_the_middle() -> anyhow::Result<()> {
    let mut site = site(&[])?;
    site.install("0.1.0")?;
    let closed = site.begins(503).await?;
    ensure!(closed.to_string().contains("closed for now"), "{closed}");
    site.plugin(&["enable", PARKING, "--interview", "parking"])?;
    let mut visitor = site.visitor().await?;
    ensure!(leads(&mut visitor, 0, "fine=55").await? == "/i/parking/1");

    let form = crate::visitor::hidden(&visitor.page(1).await?);
    site.plugin(&["disable", PARKING])?;
    let closed = site.page(&mut visitor, 1, 503).await?;
    ensure!(closed.contains("closed for now") && closed.contains("answers are kept"), "{closed}");
    let refused = visitor.send(1, &form, PAID).await?;
    ensure!(refused.status == 503, "{}", refused.status);
    let told = |it: &String| it.contains("off for it") && it.contains(PARKING);
    ensure!(visitor.server.lines().iter().any(told), "the log says why");

    site.plugin(&["enable", PARKING, "--interview", "parking"])?;
    ensure!(site.page(&mut visitor, 1, 200).await?.contains("What is wrong with the ticket?"));
    ensure!(leads(&mut visitor, 1, PAID).await? == "/i/parking/2");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_plugin_breaks_off_and_is_paused() -> anyhow::Result<()> {
    let mut site = running(&[])?;
    let mut visitor = site.visitor().await?;
    ensure!(leads(&mut visitor, 0, "fine=55").await? == "/i/parking/1");
    site.install_broken("0.2.0")?;
    site.plugin(&["upgrade", PARKING, "0.2.0"])?;
    let sorry = site.page(&mut visitor, 1, 500).await?;
    ensure!(sorry.contains("Your answers are kept"), "{sorry}");
    // Again and again: it is not called any more then.
    site.page(&mut visitor, 1, 503).await?;
    let paused = |it: &String| it.contains("it is paused");
    ensure!(visitor.server.lines().iter().any(paused), "administrators are told");
    site.install("0.3.0")?;
    site.plugin(&["upgrade", PARKING, "0.3.0"])?;
    ensure!(site.page(&mut visitor, 1, 200).await?.contains("What is wrong with the ticket?"));
    ensure!(leads(&mut visitor, 1, PAID).await? == "/i/parking/2");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_reads_why_the_interview_does_not_go_on() -> anyhow::Result<()> {
    let mut site = running(&["--dev"])?;
    let mut visitor = site.visitor().await?;
    site.plugin(&["disable", PARKING])?;
    let why = site.page(&mut visitor, 0, 503).await?;
    ensure!(why.contains("is not switched on for this interview"), "{why}");
    ensure!(why.contains("parking.yml") && why.contains("logic: org.example.parking"), "{why}");
    Ok(())
}

#[test]
fn authors_check_play_and_draw_it_with_the_package() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let package = folder.path().join("parking.affiant");
    fs_err::write(&package, example(Kind::Logic)?.pack()?)?;
    fs_err::write(folder.path().join("parking.yml"), INTERVIEW)?;
    let case = "# Parking\n\n```yaml interview\n".to_owned()
        + INTERVIEW
        + "```\n\n```text transcript\n> 0\n> 55\n> paid\n> no\n> show review\n```\n";
    fs_err::write(folder.path().join("cases.md"), case)?;
    let affiant = |arguments: &[&str]| -> anyhow::Result<(bool, String)> {
        let output = command()?.args(arguments).current_dir(folder.path()).output()?;
        Ok((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
    };
    let (is_fine, said) = affiant(&["check", "parking.yml"])?;
    ensure!(!is_fine && said.contains("is not installed") && said.contains("--plugin FILE"));
    let (is_fine, said) = affiant(&["check", "parking.yml", "--plugin", "parking.affiant"])?;
    ensure!(is_fine && said.contains("0 errors, 0 warnings, 0 notes"), "{said}");
    let with = ["--plugin", "parking.affiant"];
    let (_, said) = affiant(&[&["test", "--accept", "cases.md"], &with[..]].concat())?;
    ensure!(said.contains("1 passed, 0 failed"), "{said}");
    let written = fs_err::read_to_string(folder.path().join("cases.md"))?;
    for said in [
        "! A fine is more than nothing",
        "? What is wrong",
        "Look for the receipt",
        "| Reason: I had paid",
    ] {
        ensure!(written.contains(said), "{said}: {written}");
    }
    let (is_fine, drawn) = affiant(&[&["graph", "parking.yml"], &with[..]].concat())?;
    ensure!(is_fine && drawn.contains("decided by org.example.parking"), "{drawn}");
    Ok(())
}
