//! A main database that is put back to an older state, or in which somebody puts rows back, beside a
//! keyring that nobody touched: with the real program.

use std::path::{Path, PathBuf};

use affiant_backend::{
    FilesOfStep, GrantStore as _, HeadRow, NextStep, SessionId, SessionRow, SessionStore as _,
    StepRow,
};
use affiant_storage_sqlite::{Databases, Options};
use affiant_tests::client::{Connection, Reply, Session};
use affiant_tests::house::House;
use affiant_tests::pair::{Pair, sql};
use affiant_tests::person::Person;
use affiant_tests::program::{Server, Setup};
use anyhow::{Context as _, ensure};
use hyper::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::nodes::until;
use crate::visitor::{Visitor, hidden};

const THREE: &str = "\
metadata:
  title: Three words
---
mandatory: true
question: You said {{ first }}, {{ second }} and {{ third }}
---
question: What is the first word?
fields:
  - First: first
---
question: What is the second word?
fields:
  - Second: second
---
question: What is the third word?
fields:
  - Third: third
";

const TOLD: &str = "What is stored here is older than your last answers";
const ALARM: &str = "an interview is at an older state than this server noted";
const PASSWORD: &str = "seven lamps on a wet quay";

/// The main database of a stopped server, with its log, away from it.
struct Kept(TempDir);

/// The files of a main database that hold something.
const FILES: [&str; 2] = ["affiant.db", "affiant.db-wal"];

fn keep(data: &Path) -> anyhow::Result<Kept> {
    let kept = tempfile::tempdir()?;
    for name in FILES.iter().filter(|it| data.join(it).exists()) {
        fs_err::copy(data.join(name), kept.path().join(name))?;
    }
    Ok(Kept(kept))
}

impl Kept {
    fn put_back(&self, data: &Path) -> anyhow::Result<()> {
        for name in FILES.iter().chain(&["affiant.db-shm"]).filter(|it| data.join(it).exists()) {
            fs_err::remove_file(data.join(name))?;
        }
        for name in FILES.iter().filter(|it| self.0.path().join(it).exists()) {
            fs_err::copy(self.0.path().join(name), data.join(name))?;
        }
        Ok(())
    }
}

fn alarms(server: &Server) -> usize {
    server.lines().iter().filter(|it| it.contains(ALARM)).count()
}

async fn go_on(it: &mut Visitor, page: &str) -> anyhow::Result<Reply> {
    let headers = [affiant_tests::account::SAME, ("cookie", it.cookie.as_str())];
    it.connection.post("/i/three/older", &headers, hidden(page)).await
}

#[tokio::test]
async fn older_answers_are_used_by_nobody_until_their_person_goes_on_from_them()
-> anyhow::Result<()> {
    let mut it = Visitor::begin("three", THREE).await?;
    it.answer(0, "first=one").await?;
    it.stop()?;
    let data = it.folder.path().join("data");
    let kept = keep(&data)?;
    it.start_again("").await?;
    it.answer(1, "second=two").await?;
    let last = it.page(2).await?;
    it.stop()?;
    kept.put_back(&data)?;
    it.start_again("").await?;

    for _ in 0..2 {
        let page = it.get("/i/three/1").await?;
        assert_eq!((page.status.as_u16(), page.header("location")), (303, Some("/i/three/older")));
    }
    let sent = it.send(2, &hidden(&last), "third=three").await?;
    assert_eq!(sent.status, 409);
    assert!(sent.text().contains(TOLD), "{}", sent.text());
    let page = it.get("/i/three/older").await?;
    assert_eq!(page.status, 409);
    assert!(page.text().contains(TOLD), "{}", page.text());
    assert_eq!(alarms(&it.server), 1, "{:?}", it.server.lines());

    let gone_on = go_on(&mut it, &page.text()).await?;
    assert_eq!((gone_on.status.as_u16(), gone_on.header("location")), (303, Some("/i/three/1")));
    assert!(it.page(1).await?.contains("second word"));
    it.answer(1, "second=zwei").await?;
    it.answer(2, "third=drei").await?;
    assert!(it.page(3).await?.contains("You said one, zwei and drei"));
    assert_eq!(it.get("/i/three/older").await?.header("location"), Some("/i/three/3"));

    // What was decided was about that once.
    it.stop()?;
    kept.put_back(&data)?;
    it.start_again("").await?;
    assert_eq!(it.get("/i/three/1").await?.header("location"), Some("/i/three/older"));
    let page = it.get("/i/three/older").await?.text();
    let headers = [affiant_tests::account::SAME, ("cookie", it.cookie.as_str())];
    let deleted = it.connection.post("/i/three/delete", &headers, hidden(&page)).await?;
    assert_eq!(deleted.status, 200, "{}", deleted.text());
    assert_eq!(it.get("/i/three/0").await?.status, 404);
    Ok(())
}

/// A server with the interview, stopped and started by hand.
struct Stopped {
    folder: TempDir,
}

impl Stopped {
    fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        fs_err::create_dir(folder.path().join("interviews"))?;
        fs_err::write(folder.path().join("interviews/three.yml"), THREE)?;
        let config = "trusted_proxies = [\"127.0.0.0/8\"]\n";
        fs_err::write(folder.path().join("affiant.toml"), config)?;
        Ok(Self { folder })
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn start(&self) -> anyhow::Result<Server> {
        Server::start(&Setup {
            data: self.data(),
            interviews: self.folder.path().join("interviews"),
            flags: vec!["--dev".to_owned()],
            folder: self.folder.path().to_owned(),
        })
    }

    async fn databases(&self) -> anyhow::Result<Databases> {
        let options = Options { folder: self.data(), max_pages: None };
        Ok(Databases::open(&options).await?)
    }
}

fn stop(mut server: Server) -> anyhow::Result<()> {
    server.terminate()?;
    server.wait()?;
    Ok(())
}

async fn call(server: &Server, method: Method, it: &Session, what: &str) -> anyhow::Result<Reply> {
    let mut connection = Connection::open(server.address).await?;
    let path = format!("/api/v1/sessions/{}{what}", it.id);
    connection.call(method, &path, Some(&it.token), None).await
}

#[tokio::test]
async fn programs_are_told_by_a_code_and_go_on_or_delete() -> anyhow::Result<()> {
    let it = Stopped::new()?;
    let server = it.start()?;
    let mut connection = Connection::open(server.address).await?;
    let mut sessions = Vec::new();
    for _ in 0..2 {
        let mut session = Session::start(&mut connection, "three").await?;
        session.answer(&mut connection, &json!({ "first": "one" })).await?;
        sessions.push(session);
    }
    stop(server)?;
    let kept = keep(&it.data())?;
    let server = it.start()?;
    let mut connection = Connection::open(server.address).await?;
    for session in &mut sessions {
        session.answer(&mut connection, &json!({ "second": "two" })).await?;
    }
    stop(server)?;
    kept.put_back(&it.data())?;

    let server = it.start()?;
    let told = call(&server, Method::GET, &sessions[0], "").await?;
    assert_eq!(told.status, 409);
    assert_eq!(told.json()?["code"], "put_back");
    let gone_on = call(&server, Method::POST, &sessions[0], "/older").await?.expect(200)?;
    assert_eq!(gone_on["screen"]["title"], "What is the second word?");
    let mut connection = Connection::open(server.address).await?;
    sessions[0].reload(&mut connection).await?;
    sessions[0].answer(&mut connection, &json!({ "second": "zwei" })).await?;
    assert_eq!(call(&server, Method::DELETE, &sessions[1], "").await?.status, 204);
    assert_eq!(call(&server, Method::GET, &sessions[1], "").await?.status, 404);
    // It goes on as any other.
    stop(server)?;
    let server = it.start()?;
    assert_eq!(call(&server, Method::GET, &sessions[0], "").await?.status, 200);
    Ok(())
}

/// What the row of a session and its steps are.
type Rows = (SessionRow, Vec<StepRow>);

async fn rows(databases: &Databases, session: SessionId) -> anyhow::Result<Rows> {
    let row = databases.main.session(session).await?.context("there is no such session")?;
    Ok((row, databases.main.steps_of(session).await?))
}

/// Writes rows in place of those of a session, as somebody does who can write the database.
async fn write(databases: &Databases, (row, steps): &Rows) -> anyhow::Result<()> {
    databases.main.delete(row.id).await?;
    let (first, others) = steps.split_first().context("a session has a step")?;
    let last = others.last().unwrap_or(first).number;
    // Each step but the last comes with what is put right by the last one.
    let mut revision = 0;
    let start =
        if others.is_empty() { row.clone() } else { SessionRow { revision, ..row.clone() } };
    databases.main.create(SessionRow { last_step: 0, ..start }, first.clone()).await?;
    for (after, step) in (0_u32..).zip(others) {
        let next = if step.number == last { row.revision } else { revision + 1 };
        let head = HeadRow { revision: next, sealed: row.head.clone() };
        let (files, touched) = (FilesOfStep::default(), row.touched);
        let step = step.clone();
        let next_step =
            NextStep { session: row.id, expected: revision, after, step, head, files, touched };
        databases.main.append(next_step).await?;
        revision = next;
    }
    Ok(())
}

/// The rows of a session whose second word was answered and, later, answered anew: those of before, and
/// those of after that.
async fn answered_anew(it: &Stopped) -> anyhow::Result<(Session, Rows, Rows)> {
    let server = it.start()?;
    let mut connection = Connection::open(server.address).await?;
    let mut session = Session::start(&mut connection, "three").await?;
    session.answer(&mut connection, &json!({ "first": "one" })).await?;
    session.answer(&mut connection, &json!({ "second": "two" })).await?;
    stop(server)?;
    let mut id = [0; 16];
    for (at, byte) in id.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&session.id[at * 2..at * 2 + 2], 16)?;
    }
    let databases = it.databases().await?;
    let before = rows(&databases, SessionId(id)).await?;
    databases.close().await?;

    let server = it.start()?;
    let mut connection = Connection::open(server.address).await?;
    let body = json!({ "revision": session.revision, "step": 1, "answers": { "second": "zwei" } });
    let path = format!("/api/v1/sessions/{}/answers", session.id);
    let token = Some(session.token.as_str());
    connection.call(Method::POST, &path, token, Some(&body)).await?.expect(200)?;
    stop(server)?;
    let databases = it.databases().await?;
    let after = rows(&databases, SessionId(id)).await?;
    databases.close().await?;
    ensure!((before.1.len(), after.1.len()) == (3, 3), "other steps than were answered");
    Ok((session, before, after))
}

/// What somebody makes of the rows of after who can write the database, and has those of before.
fn tampered(before: &Rows, after: &Rows) -> [(&'static str, Rows); 7] {
    let cut = |revision: u64, last_step: u32| {
        let row = SessionRow { revision, last_step, ..after.0.clone() };
        (row, after.1[..=last_step as usize].to_vec())
    };
    let row = |row: SessionRow| (row, after.1.clone());
    let mut replayed = after.clone();
    replayed.1[2] = before.1[2].clone();
    [
        ("the last step is cut", cut(after.0.revision, 1)),
        ("it is cut with its revision", cut(after.0.revision - 1, 1)),
        ("all steps are cut", cut(0, 0)),
        ("a step that was answered anew is put back", replayed),
        ("the head is taken away", row(SessionRow { head: Vec::new(), ..after.0.clone() })),
        (
            "the head is of before",
            row(SessionRow { head: before.0.head.clone(), ..after.0.clone() }),
        ),
        (
            "another interview reads it",
            row(SessionRow { interview: "other".to_owned(), ..after.0.clone() }),
        ),
    ]
}

#[tokio::test]
async fn steps_that_were_taken_away_or_put_back_do_not_open() -> anyhow::Result<()> {
    let it = Stopped::new()?;
    let interviews = it.folder.path().join("interviews");
    fs_err::copy(interviews.join("three.yml"), interviews.join("other.yml"))?;
    let (session, before, after) = answered_anew(&it).await?;
    for (what, rows) in tampered(&before, &after) {
        let databases = it.databases().await?;
        write(&databases, &rows).await?;
        databases.close().await?;
        let server = it.start()?;
        for step in ["", "?step=2", "?step=0"] {
            let reply = call(&server, Method::GET, &session, step).await?;
            // Only the steps that are read can be missed.
            let is_unread = what.starts_with("a step") && step == "?step=0";
            let expected = if is_unread { 200 } else { 500 };
            assert_eq!(reply.status, expected, "{what}{step}: {}", reply.text());
        }
        stop(server)?;
    }
    // As it was, it opens: what was written above is what a server reads.
    let databases = it.databases().await?;
    write(&databases, &after).await?;
    databases.close().await?;
    let server = it.start()?;
    let found = call(&server, Method::GET, &session, "").await?.expect(200)?;
    assert_eq!(found["screen"]["title"], "What is the third word?");
    Ok(())
}

#[tokio::test]
async fn whoever_owns_an_interview_decides_and_finds_both_in_the_activity() -> anyhow::Result<()> {
    let it = Stopped::new()?;
    let server = it.start()?;
    let mail = it.data().join("mail");
    let mut owner = Person::new("owner@example.org".to_owned(), "10.0.0.1".to_owned(), mail);
    owner.register(server.address, PASSWORD).await?;
    let begun = owner.submit(server.address, "/i/three", "/i/three/sessions", &[]).await?;
    assert_eq!(begun.header("location"), Some("/i/three/0"));
    owner.submit(server.address, "/i/three/0", "/i/three/0", &[("first", "one")]).await?;
    stop(server)?;
    let kept = keep(&it.data())?;
    let server = it.start()?;
    owner.submit(server.address, "/i/three/1", "/i/three/1", &[("second", "two")]).await?;
    stop(server)?;
    kept.put_back(&it.data())?;

    let server = it.start()?;
    let at = server.address;
    assert_eq!(owner.get(at, "/i/three/1").await?.header("location"), Some("/i/three/older"));
    let page = owner.get(at, "/i/three/older").await?;
    assert_eq!(page.status, 409);
    let gone_on = owner.send(at, &page.text(), "/i/three/older", &[]).await?;
    assert_eq!(gone_on.header("location"), Some("/i/three/1"));
    assert!(owner.get(at, "/i/three/1").await?.text().contains("second word"));
    let activity = owner.get(at, "/account/activity").await?.text();
    assert!(activity.contains("Interview found at an older state than it was"), "{activity}");
    assert!(activity.contains("Went on from the older state of an interview"), "{activity}");
    Ok(())
}

/// Two servers on one pair of databases.
#[tokio::test]
async fn what_one_server_noted_another_holds_the_rows_to() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let house = House::new(&pair.config())?;
    let servers = [house.serve("data")?, house.serve("data")?];
    let mut connection = Connection::open(servers[0].address).await?;
    let mut session = Session::start(&mut connection, "one").await?;
    for table in ["sessions", "steps"] {
        sql(&pair.main, &format!("create table kept_{table} as select * from {table}"))?;
    }
    session.answer(&mut connection, &json!({ "word": "lamp" })).await?;
    // Each sees what the other stored, whatever it noted itself.
    assert_eq!(call(&servers[1], Method::GET, &session, "").await?.status, 200);
    let noted = "select coalesce(max(revision), 0) from heads";
    until("it is noted", async || Ok(sql(&pair.keyring, noted)? == "1")).await?;

    sql(
        &pair.main,
        "delete from sessions; insert into sessions select * from kept_sessions;
         insert into steps select * from kept_steps",
    )?;
    for server in &servers {
        let told = call(server, Method::GET, &session, "").await?;
        assert_eq!(told.json()?["code"], "put_back");
    }
    let alarms = servers.iter().map(alarms).sum::<usize>();
    assert_eq!(alarms, 1);
    assert_eq!(call(&servers[1], Method::POST, &session, "/older").await?.status, 200);
    let mut connection = Connection::open(servers[0].address).await?;
    session.reload(&mut connection).await?;
    session.answer(&mut connection, &json!({ "word": "quay" })).await?;
    let found = call(&servers[1], Method::GET, &session, "").await?.expect(200)?;
    assert_eq!(found["screen"]["title"], "You said quay");
    Ok(())
}
