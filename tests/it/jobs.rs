//! What interviews begin beside their steps: actions in the background and mails, through pages and
//! through the API, and with a server that is killed in the middle.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use affiant_backend::Jobs as _;
use affiant_storage_sqlite::{Databases, Options};
use affiant_tests::client::{Connection, Session};
use affiant_tests::program::{Server, Setup};
use anyhow::{Context as _, bail, ensure};
use serde_json::json;

use crate::visitor::Visitor;

/// Adds one to a number in the background, and tells somebody by mail.
const INTERVIEW: &str = r#"
metadata:
  title: Sums
---
mandatory: true
code: |
  if !task.ready() {
    please_wait
  }
  if task.failed() {
    sorry
  }
  finished
---
question: Which number?
fields:
  - Number: number
    datatype: integer
    data: none
  - Address: address
    data: none
---
code: |
  task = background_action("work", #{n: number, to: address})
---
event: work
code: |
  let sum = action_argument("n") + 1;
  send_email(action_argument("to"), #{subject: "Sum " + number, body: "It is nicely " + sum + "."});
  background_response(sum);
---
event: look
code: |
  background_response("Still at it.");
---
event: please_wait
question: One moment
check in: look
reload: 2
---
event: sorry
question: It failed for {{ task.reason }}
---
event: finished
question: It is {{ task.get() }}
"#;

/// Sends one mail for each answer.
const MAILS: &str = r#"
mandatory: true
code: |
  first.ready();
  again;
  second_done
---
question: To whom?
fields:
  - Address: address
    data: none
---
code: |
  first = send_email(address, #{subject: "One", body: "Quite confidential."})
---
question: "The first is {{ first.status }} ({{ first.reason }})"
continue button field: again
---
code: |
  second = send_email(address, #{subject: "Two", body: "Also confidential."})
---
event: second_done
question: "The second is {{ second.status }} ({{ second.reason }})"
reload: 2
"#;

pub(crate) fn set_up(folder: &Path, configuration: &str, flags: &[&str]) -> anyhow::Result<Setup> {
    let interviews = folder.join("interviews");
    fs_err::create_dir(&interviews)?;
    fs_err::write(interviews.join("sums.yml"), INTERVIEW)?;
    fs_err::write(interviews.join("mails.yml"), MAILS)?;
    fs_err::write(folder.join("affiant.toml"), configuration)?;
    Ok(Setup {
        data: folder.join("data"),
        interviews,
        flags: flags.iter().map(|it| (*it).to_owned()).collect(),
        folder: folder.to_owned(),
    })
}

/// Looks again and again until the screen's title begins so.
pub(crate) async fn until(
    connection: &mut Connection,
    session: &mut Session,
    title: &str,
) -> anyhow::Result<()> {
    let mut due = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..600 {
        due.tick().await;
        session.reload(connection).await?;
        if session.screen["title"].as_str().is_some_and(|it| it.starts_with(title)) {
            return Ok(());
        }
    }
    bail!("it does not come to {title:?} but stays at {}", session.screen)
}

/// The mails in the folder of a server for authors.
pub(crate) fn mails(data: &Path) -> anyhow::Result<Vec<String>> {
    let mut mails = Vec::new();
    let folder = data.join("mail");
    if folder.is_dir() {
        for entry in fs_err::read_dir(folder)? {
            mails.push(fs_err::read_to_string(entry?.path())?);
        }
    }
    Ok(mails)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_runs_beside_the_screen_that_waits_and_sends_a_mail() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let setup = set_up(folder.path(), "", &["--dev"])?;
    let server = Server::start(&setup)?;
    let mut connection = Connection::open(server.address).await?;
    let mut session = Session::start(&mut connection, "sums").await?;
    session.answer(&mut connection, &json!({ "number": 20, "address": "ada@example.com" })).await?;
    if session.screen["title"] == "One moment" {
        ensure!(session.screen["waiting"]["every"] == 2, "{}", session.screen);
    }
    until(&mut connection, &mut session, "It is 21").await?;
    ensure!(session.screen.get("waiting").is_none(), "{}", session.screen);
    let mut due = tokio::time::interval(Duration::from_millis(50));
    while mails(&setup.data)?.is_empty() {
        due.tick().await;
    }
    let mails = mails(&setup.data)?;
    for words in ["Subject: Sum 20", "To: ada@example.com", "It is nicely 21."] {
        ensure!(mails[0].contains(words), "{words}: {}", mails[0]);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_waits_goes_on_with_scripts_and_by_its_button() -> anyhow::Result<()> {
    let configuration = "job_workers = 0";
    let mut visitor = Visitor::configured("sums", INTERVIEW, configuration).await?;
    let reply = visitor.answer(0, "number=20&address=ada%40example.com").await?;
    ensure!(reply.status == 303, "{}: {}", reply.status, reply.text());
    let page = visitor.page(1).await?;
    for part in ["One moment", "data-check-in=\"/i/sums/1/check-in?screen=", "Look again"] {
        ensure!(page.contains(part), "{part} in {page}");
    }
    let (_, rest) = page.split_once("data-check-in=\"").context("the page asks nobody")?;
    let asks = rest.split('"').next().unwrap_or_default().to_owned();
    let told = visitor.get(&asks).await?.json()?;
    ensure!(told == json!({ "go_on": false, "text": "Still at it." }), "{told}");
    let (_, rest) = page.split_once("name=\"_screen\" value=\"").context("no screen is named")?;
    let look = format!("_action=_look&_screen={}", rest.split('"').next().unwrap_or_default());
    let reply = visitor.answer(1, &look).await?;
    ensure!(reply.header("location") == Some("/i/sums/1"), "{:?}", reply.headers);

    // What was begun is done by whoever starts next, even if nobody was there for it before.
    visitor.restart("").await?;
    let mut due = tokio::time::interval(Duration::from_millis(50));
    while visitor.get(&asks).await?.json()?["go_on"] == false {
        due.tick().await;
    }
    let reply = visitor.answer(1, &look).await?;
    ensure!(reply.header("location") == Some("/i/sums/2"), "{:?}", reply.headers);
    let page = visitor.page(2).await?;
    ensure!(page.contains("It is 21") && !page.contains("data-check-in"), "{page}");
    // Back is the screen that waited, and it knows what there was to wait for.
    ensure!(visitor.page(1).await?.contains("It is 21"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_waits_is_nowhere_in_the_clear() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    // Nobody listens there.
    let configuration = "smtp = \"smtp://127.0.0.1:9\"\nmail_from = \"forms@example.org\"";
    let setup = set_up(folder.path(), configuration, &[])?;
    let mut server = Server::start(&setup)?;
    let mut connection = Connection::open(server.address).await?;
    let mut session = Session::start(&mut connection, "mails").await?;
    session.answer(&mut connection, &json!({ "address": "hidden@example.com" })).await?;
    until(&mut connection, &mut session, "The first is later").await?;
    let log = server.lines().join("\n");
    server.kill()?;
    for entry in fs_err::read_dir(&setup.data)? {
        let path = entry?.path();
        if path.is_file() {
            let content = fs_err::read(&path)?;
            for word in ["hidden@example.com", "Quite confidential"] {
                let found = content.windows(word.len()).any(|it| it == word.as_bytes());
                ensure!(!found, "{word} is in {}", path.display());
            }
        }
    }
    ensure!(log.contains("a mail of an interview was not sent"), "{log}");
    ensure!(!log.contains("hidden@") && !log.contains("confidential"), "{log}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_sends_so_many_mails_a_day_and_the_author_is_told() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let setup = set_up(folder.path(), "session_mails_per_day = 1", &["--dev"])?;
    let server = Server::start(&setup)?;
    let mut connection = Connection::open(server.address).await?;
    let mut session = Session::start(&mut connection, "mails").await?;
    session.answer(&mut connection, &json!({ "address": "ada@example.com" })).await?;
    until(&mut connection, &mut session, "The first is sent").await?;
    session.answer(&mut connection, &json!({})).await?;
    until(&mut connection, &mut session, "The second is failed (limit)").await?;
    ensure!(mails(&setup.data)?.len() == 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn all_sessions_together_send_so_many_mails_a_day() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let setup = set_up(folder.path(), "interview_mails_per_day = 1", &["--dev"])?;
    let server = Server::start(&setup)?;
    let mut connection = Connection::open(server.address).await?;
    for expected in ["The first is sent", "The first is failed (limit)"] {
        let mut session = Session::start(&mut connection, "mails").await?;
        session.answer(&mut connection, &json!({ "address": "ada@example.com" })).await?;
        until(&mut connection, &mut session, expected).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_begins_so_many_actions_a_day() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let setup = set_up(folder.path(), "session_actions_per_day = 0", &["--dev"])?;
    let server = Server::start(&setup)?;
    let mut connection = Connection::open(server.address).await?;
    let mut session = Session::start(&mut connection, "sums").await?;
    session.answer(&mut connection, &json!({ "number": 1, "address": "ada@example.com" })).await?;
    until(&mut connection, &mut session, "It failed for limit").await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_nothing_is_sent_and_the_log_says_why() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let setup = set_up(folder.path(), "", &[])?;
    let server = Server::start(&setup)?;
    let mut connection = Connection::open(server.address).await?;
    let mut session = Session::start(&mut connection, "mails").await?;
    session.answer(&mut connection, &json!({ "address": "ada@example.com" })).await?;
    until(&mut connection, &mut session, "The first is failed (no-mail)").await?;
    let log = server.lines().join("\n");
    ensure!(log.contains("no mail server is set (smtp): it is not sent"), "{log}");
    Ok(())
}

/// Sessions that begin something between two kills.
const SESSIONS: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_no_job_and_ends_none_twice() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let setup = set_up(folder.path(), "", &["--dev"])?;
    killed(&setup, || Ok(())).await
}

/// Kills a server again and again that has much to do. `later` lets what a dead one had claimed be
/// another's, as if its time had passed.
pub(crate) async fn killed(
    setup: &Setup,
    later: impl Fn() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut random = fastrand::Rng::with_seed(31_415);
    let mut sessions = Vec::new();
    for _ in 0..crate::kill::kills(5)? {
        let mut server = Server::start(setup)?;
        let mut connection = Connection::open(server.address).await?;
        for _ in 0..SESSIONS {
            let mut session = Session::start(&mut connection, "sums").await?;
            let number = sessions.len();
            let answers = json!({ "number": number, "address": "ada@example.com" });
            session.answer(&mut connection, &answers).await?;
            sessions.push(session);
        }
        for _ in 0..random.usize(0..5_000) {
            tokio::task::yield_now().await;
        }
        server.kill()?;
        later()?;
    }
    let server = Server::start(setup)?;
    let mut connection = Connection::open(server.address).await?;
    for (number, session) in sessions.iter_mut().enumerate() {
        until(&mut connection, session, &format!("It is {}", number + 1)).await?;
    }
    // A mail that was given to the mail server in the moment of the kill may come again: then it is the
    // same one, by its number.
    let mut due = tokio::time::interval(Duration::from_millis(50));
    let ids = |mails: &[String]| -> BTreeSet<String> {
        let heads = mails.iter().flat_map(|it| it.lines());
        heads.filter(|it| it.starts_with("Message-ID:")).map(str::to_owned).collect()
    };
    while ids(&mails(&setup.data)?).len() < sessions.len() {
        due.tick().await;
    }
    let mails = mails(&setup.data)?;
    ensure!(ids(&mails).len() == sessions.len(), "{} mails", mails.len());
    for number in 0..sessions.len() {
        let subject = format!("Subject: Sum {number}\r\n");
        let of_it: Vec<String> = mails.iter().filter(|it| it.contains(&subject)).cloned().collect();
        ensure!(ids(&of_it).len() == 1, "mails of {number}: {}", of_it.len());
    }
    Ok(())
}

/// Reminds somebody every day, if they let it.
const REMINDERS: &str = r#"
mandatory: true
code: |
  address;
  allow_cron;
  finished
---
question: Where to?
fields:
  - Address: address
    data: none
---
question: May this interview remind you every day?
yesno: allow_cron
---
event: cron_daily
code: |
  send_email(address, #{subject: "A reminder", body: "Think of it."});
---
event: finished
question: We {{ "remind" if allow_cron else "do not remind" }} you
"#;

/// Lets what is scheduled be due.
async fn a_month_later(data: &Path) -> anyhow::Result<usize> {
    let options = Options { folder: data.to_owned(), max_pages: None };
    let databases = Databases::open(&options).await?;
    let due = databases.main.claim_jobs(i64::MAX, i64::MAX, 10).await?;
    for job in &due {
        databases.main.put_off_job(job, 0).await?;
    }
    databases.close().await?;
    Ok(due.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_scheduled_runs_only_where_its_person_allows_it() -> anyhow::Result<()> {
    let mut visitor = Visitor::begin("daily", REMINDERS).await?;
    let data = visitor.folder.path().join("data");
    let dev = "smtp = \"smtp://127.0.0.1:9\"\nmail_from = \"forms@example.org\"";
    visitor.answer(0, "address=ada%40example.com").await?;
    // Without a yes, and after a no, nothing runs.
    visitor.stop()?;
    ensure!(a_month_later(&data).await? == 0);
    visitor.start_again(dev).await?;
    visitor.answer(1, "allow_cron=false").await?;
    visitor.stop()?;
    ensure!(a_month_later(&data).await? == 0);
    visitor.start_again(dev).await?;
    visitor.answer(1, "allow_cron=true").await?;
    let page = visitor.page(2).await?;
    for part in
        ["We remind you", "this interview looks at your answers by itself", "Take that back"]
    {
        ensure!(page.contains(part), "{part} in {page}");
    }
    visitor.stop()?;
    ensure!(a_month_later(&data).await? == 1);
    visitor.start_again(dev).await?;
    // The mail that it writes is tried, and nobody takes it.
    let mut due = tokio::time::interval(Duration::from_millis(50));
    while !visitor.server.lines().join("\n").contains("a mail of an interview was not sent") {
        due.tick().await;
    }
    // What was taken back does not run again.
    let reply = visitor.answer(2, "_action=_end_schedule").await?;
    ensure!(reply.header("location") == Some("/i/daily/2"), "{:?}", reply.headers);
    let page = visitor.page(2).await?;
    ensure!(page.contains("We remind you") && !page.contains("Take that back"), "{page}");
    visitor.stop()?;
    // The mail alone waits.
    ensure!(a_month_later(&data).await? == 1);
    Ok(())
}
