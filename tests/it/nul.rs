//! A NUL in what somebody sends: some databases cannot hold one in a text, so it never gets there, and
//! the answer is the same on all of them.

use affiant_tests::account::{self, ADMINISTRATOR};
use affiant_tests::client::{Connection, Session};
use affiant_tests::house::{House, stop};
use affiant_tests::pair::Pair;
use affiant_tests::person::{Person, location};
use affiant_tests::program::Server;
use hyper::Method;
use serde_json::json;

/// A field of a form, by its name.
type Field = (&'static str, &'static str);

/// What each request was answered with, by its name.
type Answered = Vec<(String, u16)>;

/// Addresses with a NUL in them, of every kind that is looked up somewhere.
const NOWHERE: [&str; 9] = [
    "/i/%00/0",
    "/i/one/0?step=%00",
    "/account/confirm/%00",
    "/account/interviews/%00/delete",
    "/admin/people/%00",
    "/admin/plugins/org.example.%00",
    "/admin/switches/%00",
    "/api/v1/sessions/%00",
    "/privacy/%00",
];

/// What forms of administrators are sent: name, page, where to, fields.
const FORMS: [(&str, &str, &str, [Field; 2]); 5] = [
    ("a network", "/admin/bans", "/admin/bans/networks", [("network", "192.0.2.0/24"), REASON]),
    ("no network", "/admin/bans", "/admin/bans/networks", [("network", "\0"), REASON]),
    ("a switch", SWITCH, SWITCH, [("days", "5"), REASON]),
    ("a role", "/admin/roles", "/admin/roles", [("name", "he\0lpers"), ("permission", "\0")]),
    ("an invitation", "/admin/people", "/admin/people/invite", [("email", "b\0@x.org"), REASON]),
];

const REASON: (&str, &str) = ("reason", "The \0board decided it.");
const SWITCH: &str = "/admin/switches/keep-visitors";

/// A visitor, and somebody who wants an account.
async fn people(house: &House, server: &Server) -> anyhow::Result<Answered> {
    let at = server.address;
    let mut somebody = house.person(1);
    let begun = somebody.submit(at, "/i/one", "/i/one/sessions", &[]).await?;
    let page = location(&begun)?;
    let said = somebody.submit(at, &page, &page, &[("word", "he\0liotrope")]).await?;
    let shown = somebody.get(at, &location(&said)?).await?.text();
    assert!(shown.contains("You said heliotrope"), "{shown}");
    let fields = [("name", "A\0da"), ("email", "a\0da@example.org"), ("new", "seven lamps\0 on")];
    let registered = somebody.submit(at, "/account/register", "/account/register", &fields).await?;
    Ok(vec![
        ("an answer".to_owned(), said.status.as_u16()),
        ("an account".to_owned(), registered.status.as_u16()),
    ])
}

async fn programs(server: &Server) -> anyhow::Result<Answered> {
    let mut program = Connection::open(server.address).await?;
    let mut session = Session::start(&mut program, "one").await?;
    session.answer(&mut program, &json!({ "word": "tama\0rind" })).await?;
    assert!(session.screen.to_string().contains("tamarind"), "{}", session.screen);
    let of = |what: &str| format!("/api/v1/sessions/{}/{what}", session.id);
    let revision = &session.revision;
    let mut answered = Vec::new();
    for (name, path, body) in [
        ("an interview", "/api/v1/sessions".to_owned(), json!({ "interview": "on\0e" })),
        (
            "an action",
            of("action"),
            json!({ "revision": revision, "name": "a\0", "arguments": { "\0": "\0" } }),
        ),
        ("a name", of("answers"), json!({ "revision": revision, "answers": { "wo\0rd": "\0" } })),
    ] {
        let reply = program.call(Method::POST, &path, Some(&session.token), Some(&body)).await?;
        answered.push((name.to_owned(), reply.status.as_u16()));
    }
    Ok(answered)
}

async fn administrators(house: &House, server: &Server) -> anyhow::Result<Answered> {
    let at = server.address;
    let mut root =
        Person::new(ADMINISTRATOR.0.to_owned(), "127.0.0.1".to_owned(), house.path().into());
    let first = account::printed(server, &mut Connection::open(at).await?).await?;
    let fields = [("name", "Ro\0ot"), ("email", ADMINISTRATOR.0), ("new", ADMINISTRATOR.1)];
    root.submit(at, &first, &first, &fields).await?;
    let mut answered = Vec::new();
    for (name, page, action, fields) in FORMS {
        let reply = root.submit(at, page, action, &fields).await?;
        answered.push((name.to_owned(), reply.status.as_u16()));
    }
    assert!(root.get(at, "/admin/bans").await?.text().contains("The board decided it."));
    for path in NOWHERE {
        answered.push((path.to_owned(), root.get(at, path).await?.status.as_u16()));
    }
    Ok(answered)
}

async fn visits(house: &House) -> anyhow::Result<Answered> {
    let server = house.serve("data")?;
    let mut answered = people(house, &server).await?;
    answered.extend(programs(&server).await?);
    answered.extend(administrators(house, &server).await?);
    let lines = server.lines().join("\n");
    assert!(!lines.contains("ERROR"), "{lines}");
    stop(server)?;
    Ok(answered)
}

#[tokio::test]
async fn a_nul_is_left_out_or_refused_in_the_same_way_on_every_storage() -> anyhow::Result<()> {
    let on_sqlite = visits(&House::new("")?).await?;
    let on_postgres = visits(&House::new(&Pair::new()?.config())?).await?;
    assert_eq!(on_sqlite, on_postgres);
    for (what, status) in &on_postgres {
        assert!(*status < 500, "{what}: {status}");
    }
    for path in NOWHERE {
        let found = on_postgres.iter().find(|(what, _)| what == path);
        assert!(found.is_some_and(|(_, status)| *status == 404), "{found:?}");
    }
    Ok(())
}
