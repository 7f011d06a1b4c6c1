//! Fields that a plugin suggests something for: the example, and one that asks another host.

use affiant_tests::client::{Connection, Session};
use affiant_wasm::Kind;
use anyhow::{Context as _, ensure};
use hyper::Method;
use serde_json::{Value, json};

use crate::installing::{Site, leads};
use crate::own::{House, Own};
use crate::plugins::root;
use crate::visitor::{SAME, Visitor, hidden};

const COURTS: &str = "org.example.courts";

fn interview() -> anyhow::Result<String> {
    Ok(fs_err::read_to_string(root().join("examples/plugins/lookup/court.yml"))?)
}

/// What the page's script is told for what is typed.
async fn typed(visitor: &mut Visitor, hidden: &str, typed: &str) -> anyhow::Result<(u16, Value)> {
    let body = format!("{hidden}&_lookup=court.name&_typed={typed}");
    let headers = [SAME, ("cookie", visitor.cookie.as_str())];
    let reply = visitor.connection.post("/i/court/0/lookup", &headers, body).await?;
    let status = reply.status.as_u16();
    Ok((status, if status == 200 { reply.json()? } else { Value::Null }))
}

/// A session of a program, which asks and answers with what is suggested.
async fn asked_by_a_program(site: &Site) -> anyhow::Result<Session> {
    let mut connection = Connection::open(site.server()?.address).await?;
    let mut program = Session::start(&mut connection, "court").await?;
    ensure!(program.screen["fields"][0]["suggests"] == true, "{}", program.screen);
    let path = format!("/api/v1/sessions/{}/suggestions", program.id);
    let asked = json!({ "field": "court.name", "typed": "kö" });
    let token = Some(program.token.as_str());
    wait_until(&mut connection, &path, token, &asked, 200).await?;
    let found = connection.call(Method::POST, &path, token, Some(&asked)).await?.expect(200)?;
    let first = &found["suggestions"][0];
    ensure!(first["label"] == "Amtsgericht Köln", "{found}");
    program.answer(&mut connection, &first["answers"].clone()).await?;
    ensure!(program.screen["title"] == "Write to Amtsgericht Köln", "{}", program.screen);
    Ok(program)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_brings_suggestions_and_choosing_one_fills_in_fields() -> anyhow::Result<()> {
    let mut site = Site::new(Kind::Lookup, "court", &interview()?, &[])?;
    site.install("0.1.0")?;
    site.plugin(&["enable", COURTS, "--interview", "court"])?;
    site.begins(201).await?;
    let program = asked_by_a_program(&site).await?;
    let mut visitor = site.visitor().await?;
    let page = visitor.page(0).await?;
    ensure!(page.contains(">Look up<"), "{page}");
    let own = hidden(&page);
    let (_, found) = typed(&mut visitor, &own, "m%C3%BC").await?;
    let filled = json!([
        ["court.name", "Amtsgericht München"],
        ["court.address", "Pacellistraße 5, 80333 München"]
    ]);
    ensure!(found["matches"][0]["fills"] == filled, "{found}");
    ensure!(typed(&mut visitor, &own, "m").await?.1["matches"] == json!([]), "one letter");
    ensure!(typed(&mut visitor, "_csrf=made-up", "m%C3%BC").await?.0 == 403);

    // Without a script, the form itself asks, and what was chosen goes with the answers.
    let found = visitor.answer(0, "court.name=bre&court.address=&_lookup=court.name").await?;
    ensure!(found.status == 200, "{}", found.status);
    let found = found.text();
    ensure!(found.contains("Amtsgericht Bremen") && found.contains("value=\"bre\""), "{found}");
    let picked = between(&found, "name=\"_pick:court.name\" value=\"", "\"")?.replace("&amp;", "&");
    let picked: String = form_urlencoded::byte_serialize(picked.as_bytes()).collect();
    let shown =
        visitor.answer(0, &format!("court.name=bre&_pick:court.name={picked}&_fill=x")).await?;
    let shown = shown.text();
    ensure!(shown.contains("value=\"Ostertorstraße 25, 28195 Bremen\""), "{shown}");
    let nothing = visitor.answer(0, "court.name=nowhere&_lookup=court.name").await?.text();
    ensure!(nothing.contains("Nothing was found."), "{nothing}");
    let sent = format!("court.name=bre&court.address=&_pick:court.name={picked}");
    ensure!(leads(&mut visitor, 0, &sent).await? == "/i/court/1");
    ensure!(visitor.page(1).await?.contains("Write to Amtsgericht Bremen"));

    // Nobody has to choose, and nobody is kept up by a plugin that is off.
    ensure!(leads(&mut visitor, 0, "court.name=Ours&court.address=Here").await? == "/i/court/1");
    let own = hidden(&visitor.page(0).await?);
    let mut is_refused = false;
    for _ in 0..200 {
        is_refused = is_refused || typed(&mut visitor, &own, "k%C3%B6").await?.0 == 429;
    }
    ensure!(is_refused, "a session asks without end");
    site.plugin(&["disable", COURTS])?;
    let path = format!("/api/v1/sessions/{}/suggestions", program.id);
    let token = Some(program.token.as_str());
    let asked = json!({ "field": "court.name", "typed": "kö", "step": 0 });
    wait_until(&mut visitor.connection, &path, token, &asked, 503).await?;
    ensure!(leads(&mut visitor, 0, "court.name=Mine&court.address=There").await? == "/i/court/1");
    Ok(())
}

async fn wait_until(
    connection: &mut Connection,
    path: &str,
    token: Option<&str>,
    asked: &Value,
    status: u16,
) -> anyhow::Result<()> {
    let mut due = tokio::time::interval(std::time::Duration::from_secs(2));
    for _ in 0..30 {
        due.tick().await;
        let reply = connection.call(Method::POST, path, token, Some(asked)).await?;
        if reply.status == status {
            return Ok(());
        }
    }
    anyhow::bail!("it never came to {status}")
}

fn between<'a>(page: &'a str, from: &str, to: &str) -> anyhow::Result<&'a str> {
    let (_, rest) = page.split_once(from).with_context(|| format!("no {from} in {page}"))?;
    rest.split_once(to).map(|(it, _)| it).context("it ends")
}

/// Suggests the day, if it may know it.
const SOURCE: &str = r#"//! Suggests the day.

use affiant_plugin::lookup::{Lookup, Question, Suggestion};
use affiant_plugin::{Failure, clock};

struct Days;

impl Lookup for Days {
    fn sources() -> Vec<String> {
        vec!["days".to_owned()]
    }

    fn suggest(_: Question) -> Result<Vec<Suggestion>, Failure> {
        let today = clock::today()?.to_string();
        Ok(vec![Suggestion::new(format!("Today, {today}"), today)])
    }
}

affiant_plugin::export!(lookup: Days);
"#;

const MANIFEST: &str = r#"manifest = 1

[plugin]
id = "org.example.days"
name = "Days"
version = "0.1.0"
privacy_revision = 1
kind = "lookup"
license = "MIT"
abi = "affiant:lookup@1.0"
component = "days.wasm"
summary = "Suggests the day."

[[capability]]
id = "clock"
reason = "core-function"
text = "Reads which day it is."

[[data]]
id = "typed"
source = "answers"
fields = ["lookup.typed"]
categories = ["inherit"]
form = "plaintext"
linkage = "identified"
purposes = ["dpv:RequestedServiceProvision"]
processing = ["dpv:Use"]
legal_basis = ["eu-gdpr:A6-1-a"]
necessity = "dpv:Optional"
retention = { kind = "call" }
text = "Sees what you type."

[no_egress]
reason = "in-memory-only"
text = "Works in memory, keeps nothing and has no network."

[[encryption]]
effect = "unchanged"
sees = "plaintext"
in_transit = "local-process"
at_rest = "none-stored"

[rights]
locate = "not-applicable"
export = "not-applicable"
erase = "not-applicable"
rectify = "not-applicable"

[[consent]]
gate = "functional"
explicit = true
if_denied = "degrade"

[limits]
memory_mib = 16
cpu_ms = 50
wall_ms = 1000

[failure]
policy = "skip"

[scope]
default = "off"
levels = ["site", "interview"]
"#;

const DAYS: &str = "\
metadata:
  title: Days
---
plugins: [org.example.days]
---
mandatory: true
question: It was {{ day }}
---
question: When was it?
fields:
  - Day: day
    lookup: days
";

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_wants_consent_suggests_nothing_before_there_is_one() -> anyhow::Result<()> {
    let plugin = Own { kind: Kind::Lookup, name: "days", source: SOURCE, manifest: MANIFEST };
    let house = House::new(plugin, "days", DAYS)?;
    let mut ada = house.somebody("ada");
    house.begin(&mut ada).await?;
    let asked = [("day", "to"), ("_lookup", "day")];
    let page = house.post(&mut ada, "/i/days/0", &asked).await?;
    let said = "role=\"status\">Looking things up does not work at the moment.";
    ensure!(page.contains(said) && page.contains("value=\"to\""), "{page}");
    ensure!(!page.contains("Today, "), "{page}");
    house.choose(&mut ada, "yes").await?;
    let page = house.post(&mut ada, "/i/days/0", &asked).await?;
    ensure!(page.contains("Today, 20") && !page.contains(said), "{page}");
    // Whoever refuses types.
    house.choose(&mut ada, "no").await?;
    let page = house.post(&mut ada, "/i/days/0", &[("day", "a Monday")]).await?;
    ensure!(page.contains("It was a Monday"), "{page}");
    Ok(())
}
