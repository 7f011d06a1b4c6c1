//! Functions of plugins that want consent, and what plugins keep about a session: asked for, kept under
//! the session's keys, in its owner's copy, and gone when it is taken back.

use std::io::{Cursor, Read as _};
use std::path::PathBuf;

use affiant_tests::account::{first, sent};
use affiant_tests::client::{Connection, Reply};
use affiant_tests::person::Person;
use affiant_tests::program::{Server, Setup, command};
use anyhow::{Context as _, ensure};
use tempfile::TempDir;
use zip::ZipArchive;

use crate::plugins::run;

const NOTING: &str = "org.example.noting";
const PASSWORD: &str = "seven lamps on a wet quay";

const SOURCE: &str = r#"//! Keeps a word about a session.

use affiant_plugin::{Failure, clock, store};

affiant_plugin::functions! {
    /// Keeps a word, if that is allowed.
    pub fn keep(word: String) -> String {
        let kept = store::set("notes", "word", word);
        if kept.is_ok() { "kept" } else { "not kept" }.to_owned()
    }

    /// The word that was kept.
    pub fn recall() -> Result<String, Failure> {
        match store::get("notes", "word") {
            Ok(Some(word)) => Ok(word.to()?),
            Ok(None) => Ok("no word".to_owned()),
            Err(_) => Ok("no leave".to_owned()),
        }
    }

    /// The day, or what the host says.
    pub fn day() -> Result<String, Failure> {
        Ok(clock::today()?.to_string())
    }
}
"#;

const MANIFEST: &str = r#"manifest = 1

[plugin]
id = "org.example.noting"
name = "Noting"
version = "0.1.0"
privacy_revision = 1
kind = "functions"
license = "MIT"
abi = "affiant:functions@1.0"
component = "noting.wasm"
summary = "Keeps a word for you."

[[capability]]
id = "kv.private"
reason = "core-function"
text = "Keeps the word."

[[capability]]
id = "clock"
reason = "core-function"
text = "Reads which day it is."

[[data]]
id = "word"
source = "answers"
fields = ["call.arguments"]
categories = ["inherit"]
form = "plaintext"
linkage = "identified"
purposes = ["dpv:Personalisation"]
processing = ["dpv:Use", "dpv:Store"]
legal_basis = ["eu-gdpr:A6-1-a"]
necessity = "dpv:Optional"
retention = { kind = "host-enforced", max = "P30D" }
text = "The word is kept with your answers."

[[server_storage]]
id = "notes"
kind = "kv"
contains = ["word"]
subject_key = "session"
retention = { kind = "period", max = "P30D" }

[no_egress]
reason = "local-only"
text = "The word stays on this server."

[[encryption]]
effect = "unchanged"
sees = "plaintext"
in_transit = "local-process"
at_rest = "host-envelope"

[rights]
locate = "automatic"
export = "automatic"
erase = "automatic"
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

const INTERVIEW: &str = "\
metadata:
  title: A word
---
plugins: [org.example.noting]
---
mandatory: true
code: |
  said = keep(word);
  try { when = day(); when = \"today\"; } catch { when = \"no day\"; }
---
question: What is the word?
fields:
  - Word: word
---
mandatory: true
question: \"{{ said }}, {{ when }}, {{ recall() }}.\"
";

/// Cannot do without the plugin: no script of it catches a denial.
const STRICT: &str = "\
metadata:
  title: A word, or nothing
---
plugins: [org.example.noting]
---
mandatory: true
question: \"{{ word }} on {{ day() }}\"
---
question: What is the word?
fields:
  - Word: word
";

/// Does without plugins.
const OTHER: &str = "mandatory: true\nquestion: Hello\n";

/// A server where the plugin is on everywhere, and the folder that it lies in.
struct House {
    folder: TempDir,
    server: Server,
}

impl House {
    async fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let interviews = folder.path().join("interviews");
        fs_err::create_dir(&interviews)?;
        fs_err::write(interviews.join("word.yml"), INTERVIEW)?;
        fs_err::write(interviews.join("strict.yml"), STRICT)?;
        fs_err::write(interviews.join("other.yml"), OTHER)?;
        let config = "trusted_proxies = [\"127.0.0.0/8\"]\n";
        fs_err::write(folder.path().join("affiant.toml"), config)?;
        let server = Server::start(&Setup {
            data: folder.path().join("data"),
            interviews,
            flags: vec!["--dev".to_owned()],
            folder: folder.path().to_owned(),
        })?;
        let house = Self { folder, server };
        let package = house.package()?;
        house.plugin(&["install", package.to_str().context("a path")?, "--unsigned"])?;
        house.plugin(&["enable", NOTING])?;
        house.follows().await?;
        Ok(house)
    }

    fn package(&self) -> anyhow::Result<PathBuf> {
        let folder = self.folder.path();
        run(folder, &["plugin", "new", "noting", "--kind", "functions"])?;
        fs_err::write(folder.join("noting/src/lib.rs"), SOURCE)?;
        fs_err::write(folder.join("noting/plugin.toml"), MANIFEST)?;
        run(folder, &["plugin", "build", "noting"])?;
        run(folder, &["plugin", "check", "--accept", "noting"])?;
        let file = folder.join("noting.affiant");
        let name = file.to_str().context("a path")?;
        run(folder, &["plugin", "pack", "noting", "--output", name])?;
        Ok(file)
    }

    fn plugin(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let mut call = command()?;
        let data = self.folder.path().join("data");
        call.arg("plugin").args(arguments).arg("--data").arg(data);
        let output = call.current_dir(self.folder.path()).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?}: {said}");
        Ok(())
    }

    /// Waits until the server knows of the plugin.
    async fn follows(&self) -> anyhow::Result<()> {
        let mut due = tokio::time::interval(std::time::Duration::from_millis(200));
        let start = std::time::Instant::now();
        loop {
            due.tick().await;
            let mut nobody = self.somebody("nobody");
            if nobody.get(self.server.address, "/i/word").await?.text().contains(ASKED) {
                return Ok(());
            }
            ensure!(start.elapsed().as_secs() < 30, "the server never follows");
        }
    }

    fn somebody(&self, name: &str) -> Person {
        let mail = self.folder.path().join("data/mail");
        Person::new(format!("{name}@example.org"), format!("10.0.0.{}", name.len()), mail)
    }

    /// What the panel or the page of choices is answered with.
    async fn choose(&self, person: &mut Person, word: &str) -> anyhow::Result<()> {
        let (page, name) = ("/privacy/choices", format!("choice--{NOTING}"));
        let kept = person.submit(self.server.address, page, page, &[(&name, word)]).await?;
        ensure!(kept.status == 303, "{}", kept.status);
        Ok(())
    }

    /// Answers the interview, and gives the path of the page at its end.
    async fn answer(&self, person: &mut Person, word: &str) -> anyhow::Result<String> {
        let taken = self.answer_in("word", person, word).await?;
        Ok(taken.header("location").context("it is not taken")?.to_owned())
    }

    /// Begins an interview and answers what it asks.
    async fn answer_in(
        &self,
        interview: &str,
        person: &mut Person,
        word: &str,
    ) -> anyhow::Result<Reply> {
        let (at, start) = (self.server.address, format!("/i/{interview}"));
        let begun = person.submit(at, &start, &format!("{start}/sessions"), &[]).await?;
        let page = begun.header("location").context("it does not begin")?.to_owned();
        let shown = person.get(at, &page).await?.text();
        // The panel that asks is a form of its own.
        let form = shown.rsplit("<h1").next().context("there is a page")?;
        person.send(at, form, &page, &[("word", word)]).await
    }

    async fn shows(&self, person: &mut Person, page: &str, text: &str) -> anyhow::Result<()> {
        let shown = person.get(self.server.address, page).await?.text();
        ensure!(shown.contains(text), "not {text:?} but {shown}");
        Ok(())
    }
}

const ASKED: &str = "May this site do more?";

#[tokio::test(flavor = "multi_thread")]
async fn people_are_asked_before_functions_act_and_take_it_back() -> anyhow::Result<()> {
    let house = House::new().await?;
    let at = house.server.address;

    // Nobody is asked where the plugin is not used.
    let mut visitor = house.somebody("visitor");
    let other = visitor.get(at, "/i/other").await?.text();
    ensure!(!other.contains(ASKED), "{other}");

    // Who was not asked, or refused, gets on; the author says with what.
    let end = house.answer(&mut visitor, "sesame").await?;
    house.shows(&mut visitor, &end, "not kept, no day, no leave.").await?;
    house.shows(&mut visitor, &end, ASKED).await?;
    house.choose(&mut visitor, "no").await?;
    let asked = visitor.get(at, &end).await?.text();
    ensure!(!asked.contains(ASKED) && asked.contains("no leave."), "{asked}");

    // Who agrees is served, from the next step on.
    house.choose(&mut visitor, "yes").await?;
    house.shows(&mut visitor, &end, "not kept, no day, no word.").await?;
    let mut agrees = house.somebody("agrees");
    house.choose(&mut agrees, "yes").await?;
    let end = house.answer(&mut agrees, "sesame").await?;
    house.shows(&mut agrees, &end, "kept, today, sesame.").await?;
    let again = agrees.get(at, &end).await?.text();
    ensure!(
        again.contains("kept, today, sesame."),
        "it is kept from one step to the next: {again}"
    );

    // Of one visit nothing is seen in another.
    let mut stranger = house.somebody("stranger");
    house.choose(&mut stranger, "yes").await?;
    let theirs = house.answer(&mut stranger, "open").await?;
    house.shows(&mut stranger, &theirs, "kept, today, open.").await?;
    house.shows(&mut agrees, &end, "kept, today, sesame.").await?;

    // What was kept with a yes is gone with it, and stays gone.
    house.choose(&mut agrees, "no").await?;
    house.shows(&mut agrees, &end, "no leave.").await?;
    house.choose(&mut agrees, "yes").await?;
    house.shows(&mut agrees, &end, "kept, today, no word.").await?;
    house.shows(&mut stranger, &theirs, "kept, today, open.").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_needs_a_yes_asks_for_it_and_loses_nothing() -> anyhow::Result<()> {
    let house = House::new().await?;
    let at = house.server.address;
    for refuses_before in [false, true] {
        let mut visitor = house.somebody(if refuses_before { "refuses" } else { "unasked" });
        if refuses_before {
            house.choose(&mut visitor, "no").await?;
        }
        let asked = house.answer_in("strict", &mut visitor, "sesame").await?;
        ensure!(asked.status == 403, "{}", asked.status);
        let asked = asked.text();
        for said in ["needs your agreement", "Nothing is lost", "Noting", "Allow and go on"] {
            ensure!(asked.contains(said), "not {said:?} in {asked}");
        }
        // The answer goes along, and is taken as soon as the yes is.
        let allowed = visitor.send(at, &asked, "/privacy/choices", &[("_all", "yes")]).await?;
        ensure!(allowed.status == 307, "{}", allowed.status);
        let page = allowed.header("location").context("it leads nowhere")?.to_owned();
        let taken = visitor.send(at, &asked, &page, &[("_all", "yes")]).await?;
        ensure!(taken.status == 303, "{}: {}", taken.status, taken.text());
        let end = taken.header("location").context("it is not taken")?.to_owned();
        house.shows(&mut visitor, &end, "sesame on ").await?;

        // Who takes the yes back finds the question in place of the page, and the answers behind it.
        house.choose(&mut visitor, "no").await?;
        let closed = visitor.get(at, &end).await?;
        ensure!(closed.status == 403 && closed.text().contains("Allow and go on"));
        house.shows(&mut visitor, &page, "sesame").await?;
        let allowed =
            visitor.send(at, &closed.text(), "/privacy/choices", &[("_all", "yes")]).await?;
        ensure!(allowed.header("location") == Some(end.as_str()), "{:?}", allowed.headers);
        house.shows(&mut visitor, &end, "sesame on ").await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_about_a_session_is_sealed_exported_and_gone_with_it() -> anyhow::Result<()> {
    const SECRET: &str = "marzipan-and-mercury";
    let mut house = House::new().await?;
    let at = house.server.address;
    let mut ada = house.somebody("ada");
    ada.register(at, PASSWORD).await?;
    house.choose(&mut ada, "yes").await?;
    let end = house.answer(&mut ada, SECRET).await?;
    house.shows(&mut ada, &end, SECRET).await?;

    let page = "/account/export";
    let copy = ada.submit(at, page, page, &[("password", PASSWORD)]).await?;
    ensure!(copy.status == 200, "{}", copy.status);
    let mut copy = ZipArchive::new(Cursor::new(copy.body.to_vec()))?;
    let names: Vec<String> =
        copy.file_names().map(|it| it.map(Into::into)).collect::<Result<_, _>>()?;
    let file = names.iter().find(|it| it.ends_with("/plugins.json")).context("it is not there")?;
    ensure!(!names.iter().any(|it| it.contains("/files/")), "once is enough: {names:?}");
    let mut text = String::new();
    copy.by_name(file)?.read_to_string(&mut text)?;
    let kept: serde_json::Value = serde_json::from_str(&text)?;
    ensure!(kept[NOTING]["notes"]["word"] == SECRET, "{text}");

    let id = ada.listed(at).await?.context("there is a session")?;
    let delete = format!("/account/interviews/{id}/delete");
    let gone = ada.submit(at, &delete, &delete, &[("password", PASSWORD)]).await?;
    ensure!(gone.status.as_u16() < 400, "{}", gone.status);
    house.server.terminate()?;
    house.server.wait()?;
    for entry in fs_err::read_dir(house.folder.path().join("data"))? {
        let path = entry?.path();
        if path.is_file() {
            let bytes = fs_err::read(&path)?;
            let found = bytes.windows(SECRET.len()).any(|it| it == SECRET.as_bytes());
            ensure!(!found, "{} holds it", path.display());
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_get_the_record_of_what_plugins_do() -> anyhow::Result<()> {
    let house = House::new().await?;
    let mut connection = Connection::open(house.server.address).await?;
    let cookies = sent(&first(&house.server, &mut connection).await?);
    let headers = [("cookie", cookies.as_str())];
    let list = connection.get("/admin/plugins", &headers).await?.text();
    let path = "/admin/plugins-record.csv";
    ensure!(list.contains(path), "{list}");
    let table = connection.get(path, &headers).await?;
    ensure!(table.header("content-type") == Some("text/csv; charset=utf-8"), "{:?}", table.headers);
    let kept = table.header("content-disposition").context("it is a file")?;
    ensure!(kept.starts_with("attachment; filename=\"plugins-"), "{kept}");
    let text = table.text();
    let row = text.lines().nth(1).context("there is a row")?;
    ensure!(row.contains("Noting: The word is kept with your answers."), "{row}");
    Ok(())
}
