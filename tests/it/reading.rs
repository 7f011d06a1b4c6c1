//! The switch by which administrators can read answers, as people, administrators and programs meet
//! it.

use std::net::SocketAddr;

use affiant_tests::administrators::{PASSWORD, set_to};
use affiant_tests::client::Connection;
use affiant_tests::person::{Person, location};
use anyhow::Context as _;
use hyper::Method;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::custody::{House, begin, word_of};

const TOLD: &str = "Administrators of this site can read what you answer";

/// This day, in UTC.
#[expect(clippy::disallowed_methods, reason = "the real server reads the real clock")]
fn today() -> jiff::civil::Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

/// Where this day's interviews that can be read are listed.
fn search() -> String {
    let day = today();
    format!(
        "/admin/reading?interview=one&day={}&month={}&year={}",
        day.day(),
        day.month(),
        day.year()
    )
}

/// The pages of the sessions that administrators find.
async fn found(at: SocketAddr, by: &mut Person) -> anyhow::Result<Vec<String>> {
    let page = by.get(at, &search()).await?.text();
    let links = page.split("<a href=\"/admin/reading/").skip(1);
    Ok(links.map(|it| format!("/admin/reading/{}", it.split('"').next().unwrap_or(""))).collect())
}

/// How often a person's page says that answers were read.
async fn told(at: SocketAddr, person: &mut Person) -> anyhow::Result<usize> {
    let page = person.get(at, "/account/activity").await?.text();
    Ok(page.matches("Answers read by an administrator: The person asked for help").count())
}

fn letters(house: &House, to: &Person) -> anyhow::Result<usize> {
    let mails = house.mails()?;
    let subject = "Subject: Administrators read answers of yours";
    Ok(mails.iter().filter(|it| it.contains(&to.email) && it.contains(subject)).count())
}

const MARK: &str = "Administrators of this site can read it with the organisation’s key.";

#[tokio::test]
async fn nothing_can_be_read_that_was_begun_before_somebody_was_told() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    let at = house.at();
    let mut bob = house.person("bob", 1).await?;
    let mut visitor = house.somebody("visitor", 2);
    let untold = bob.get(at, "/i/one").await?.text();
    assert!(!untold.contains(TOLD), "{untold}");
    let page = house.ada.get(at, "/admin/reading").await?.text();
    assert!(page.contains("No administrator can read answers on this site."), "{page}");

    house.set("reading", &[("to", "organisation")]).await?.context("no key was made")?;
    assert!(set_to(at, "reading").await?.starts_with("organisation "));
    let privacy = visitor.get(at, "/privacy").await?.text();
    assert!(privacy.contains("with a key of the organisation, which is not kept on the server"));
    assert!(found(at, &mut house.ada).await?.is_empty(), "what was begun before");

    // Nothing begins before its person was told.
    let refused = bob.send(at, &untold, "/i/one/sessions", &[]).await?;
    assert_eq!(location(&refused)?, "/i/one");
    let start = bob.get(at, "/i/one").await?.text();
    assert!(start.contains(TOLD), "{start}");
    let start = visitor.get(at, "/i/one").await?.text();
    assert!(start.contains("Nobody else can read what you answer without an account"), "{start}");
    begin(at, &mut visitor, "a visitor's word").await?;
    assert!(found(at, &mut house.ada).await?.is_empty(), "without an account");
    begin(at, &mut bob, "bob's second word").await?;
    let listed = bob.get(at, "/account").await?.text();
    assert_eq!(listed.matches(MARK).count(), 1, "{listed}");
    assert_eq!(found(at, &mut house.ada).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn who_reads_says_why_and_everybody_concerned_sees_it_until_it_ends() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    let at = house.at();
    let mut bob = house.person("bob", 1).await?;
    let key = house.set("reading", &[("to", "organisation")]).await?.context("no key was made")?;
    begin(at, &mut bob, "bob's second word").await?;
    let page = found(at, &mut house.ada).await?.pop().context("nothing is found")?;
    let page = page.as_str();
    for (reason, typed, says) in [
        ("", key.as_str(), "Choose why you read it"),
        ("help", "", "Enter the organisation’s key"),
        ("help", "0000-0000-0000-0000-0000-0000-0000-0000-00", "This is not the key"),
    ] {
        let fields = [("reason", reason), ("key", typed)];
        let refused = house.ada.submit(at, page, page, &fields).await?;
        assert_eq!(refused.status, 422, "{says}");
        let refused = refused.text();
        assert!(refused.contains(says) && !refused.contains("second word"), "{refused}");
    }
    assert_eq!((told(at, &mut bob).await?, letters(&house, &bob)?), (0, 0));

    for time in 1..=2 {
        let fields = [("reason", "help"), ("key", key.as_str())];
        let read = house.ada.submit(at, page, page, &fields).await?;
        assert_eq!(read.header("cache-control"), Some("no-store"));
        let read = read.text();
        assert!(read.contains("What is the word?") && read.contains("second word"), "{read}");
        assert_eq!(told(at, &mut bob).await?, time);
    }
    // The mail of the first time is on its way; another one would be behind it.
    while letters(&house, &bob)? == 0 {
        bob.get(at, "/health/live").await?;
    }
    assert_eq!(letters(&house, &bob)?, 1, "once a day");
    let log = house.grace.get(at, "/admin/audit").await?.text();
    assert!(log.contains("Answers read by an administrator"), "{log}");
    for path in ["/admin/reading", page] {
        assert_eq!(bob.get(at, path).await?.status, 403, "{path}");
    }

    house.set("reading", &[("to", "nobody")]).await?;
    assert_eq!(house.ada.get(at, page).await?.status, 409);
    let again = house.set("reading", &[("to", "organisation")]).await?.context("no key")?;
    assert_ne!(again, key);
    assert!(found(at, &mut house.ada).await?.is_empty(), "what ended stays so");
    assert!(!bob.get(at, "/account").await?.text().contains(MARK));
    Ok(())
}

#[tokio::test]
async fn programs_of_administrators_read_with_the_organisations_key_alone() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    let at = house.at();
    let mut bob = house.person("bob", 1).await?;
    let wanted = [("name", "Desk"), ("scope", "answers:read"), ("password", PASSWORD)];
    let made = house.ada.submit(at, "/account/keys", "/account/keys", &wanted).await?.text();
    let (_, rest) = made.split_once("aff_").context("no key was made")?;
    let token = format!("aff_{}", rest.split('<').next().unwrap_or("").trim());
    let mut program = Connection::open(at).await?;
    let list = format!("/api/v1/admin/sessions?interview=one&day={}", today());
    let closed = program.call(Method::GET, &list, Some(&token), None).await?;
    assert_eq!(closed.expect(409)?["code"], "key_required");

    let key = house.set("reading", &[("to", "organisation")]).await?.context("no key was made")?;
    let word = word_of(&bob);
    begin(at, &mut bob, &word).await?;
    let listed = program.call(Method::GET, &list, Some(&token), None).await?.expect(200)?;
    let sessions = listed["sessions"].as_array().context("no list")?;
    assert_eq!(sessions.len(), 1, "{listed}");
    assert_eq!(sessions[0]["account"], 3);
    let id = sessions[0]["session"].as_str().context("no id")?;
    let path = format!("/api/v1/admin/sessions/{id}/read");
    let other = "0000-0000-0000-0000-0000-0000-0000-0000-00";
    for (reason, key, status) in [("help", other, 403), ("fun", key.as_str(), 422)] {
        let body = json!({ "reason": reason, "organisation_key": key });
        let refused = program.call(Method::POST, &path, Some(&token), Some(&body)).await?;
        assert_eq!(refused.status, status, "{reason}");
    }
    let body = json!({ "reason": "help", "organisation_key": key });
    let read = program.call(Method::POST, &path, Some(&token), Some(&body)).await?.expect(200)?;
    assert_eq!(read["answers"]["word"], word);
    assert_eq!(read["pages"][0]["fields"][0]["answer"], word);
    assert_eq!(told(at, &mut bob).await?, 1);
    let nobody = program.call(Method::POST, &path, None, Some(&body)).await?;
    assert_eq!(nobody.status, 401);

    // What a program begins was told to nobody.
    let wanted = [("name", "Mine"), ("scope", "sessions:write"), ("password", PASSWORD)];
    let made = bob.submit(at, "/account/keys", "/account/keys", &wanted).await?.text();
    let (_, rest) = made.split_once("aff_").context("no key was made")?;
    let mine = format!("aff_{}", rest.split('<').next().unwrap_or("").trim());
    let start = json!({ "interview": "one" });
    let begun =
        program.call(Method::POST, "/api/v1/account/sessions", Some(&mine), Some(&start)).await?;
    let id = begun.expect(201)?["session"].as_str().context("no id")?.to_owned();
    let path = format!("/api/v1/admin/sessions/{id}/read");
    let refused = program.call(Method::POST, &path, Some(&token), Some(&body)).await?;
    assert_eq!(refused.expect(409)?["code"], "key_required");
    Ok(())
}
