//! A plugin that tries to reach a host that its manifest does not name is stopped, and an administrator
//! sees which one, unless its name could be made of what people answered.

use std::path::PathBuf;

use affiant_tests::account::{first, sent};
use affiant_tests::client::{Connection, Session};
use affiant_tests::program::{Server, Setup, command};
use anyhow::{Context as _, ensure};
use serde_json::json;
use tempfile::TempDir;

use crate::plugins::run;

const SOURCE: &str = r#"//! Reaches for what its manifest does not name.

use affiant_plugin::http::Request;

affiant_plugin::functions! {
    /// A host that stands in here.
    pub fn reach() -> String {
        attempt("https://elsewhere.example/")
    }

    /// A host that is made of what somebody answered.
    pub fn made(word: String) -> String {
        attempt(&format!("https://{word}.example/"))
    }
}

fn attempt(address: &str) -> String {
    match Request::get(address).send() {
        Ok(_) => "answered",
        Err(_) => "denied",
    }
    .to_owned()
}
"#;

const MANIFEST: &str = r#"manifest = 1

[plugin]
id = "org.example.PLUGIN"
name = "PLUGIN"
version = "0.1.0"
privacy_revision = 1
kind = "functions"
license = "MIT"
abi = "affiant:functions@1.0"
component = "reaching.wasm"
summary = "Asks for the time."

[[capability]]
id = "http.fetch"
reason = "core-function"
text = "Asks for the time."

[[recipient]]
id = "time"
name = "A clock"
role = "dpv:DataProcessor"
country = "DE"
privacy_policy = "https://time.example.org/privacy"

[[network]]
side = "server"
use = "fetch"
scheme = "https"
host = "time.example.org"
methods = ["GET"]
recipient = "time"
carries = []

[[encryption]]
effect = "unchanged"
sees = "nothing"

[rights]
locate = "not-applicable"
export = "not-applicable"
erase = "not-applicable"
rectify = "not-applicable"

[failure]
policy = "skip"

[scope]
default = "off"
levels = ["site", "interview"]
"#;

fn interview(plugin: &str, call: &str) -> String {
    format!(
        "metadata:
  title: {plugin}
---
plugins: [org.example.{plugin}]
---
mandatory: true
code: |
  word;
  first = {call};
  try {{ again = {call}; }} catch {{ again = \"stopped\"; }}
  the_end
---
question: What is the word?
fields:
  - Word: word
---
event: the_end
question: \"{{{{ first }}}}, {{{{ again }}}}, {{{{ word }}}}\"
"
    )
}

struct House {
    folder: TempDir,
    setup: Setup,
    server: Server,
}

impl House {
    fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let interviews = folder.path().join("interviews");
        fs_err::create_dir(&interviews)?;
        fs_err::write(interviews.join("written.yml"), interview("written", "reach()"))?;
        fs_err::write(interviews.join("made.yml"), interview("made", "made(word)"))?;
        let setup = Setup {
            data: folder.path().join("data"),
            interviews,
            flags: Vec::new(),
            folder: folder.path().to_owned(),
        };
        // Its first start makes the databases.
        Server::start(&setup)?.kill()?;
        for plugin in ["written", "made"] {
            let file = packed(&folder, plugin)?;
            let file = file.to_str().context("a path")?;
            plugin_command(&folder, &["install", file, "--unsigned"])?;
            plugin_command(&folder, &["enable", &format!("org.example.{plugin}")])?;
        }
        let server = Server::start(&setup)?;
        Ok(Self { folder, setup, server })
    }

    /// What the interview shows to who answers this word.
    async fn end(&self, interview: &str, word: &str) -> anyhow::Result<String> {
        let mut connection = Connection::open(self.server.address).await?;
        let mut session = Session::start(&mut connection, interview).await?;
        session.answer(&mut connection, &json!({ "word": word })).await?;
        Ok(session.screen["title"].as_str().context("a screen has a title")?.to_owned())
    }
}

fn packed(folder: &TempDir, plugin: &str) -> anyhow::Result<PathBuf> {
    let at = folder.path();
    let project = at.join("reaching");
    if !project.exists() {
        run(at, &["plugin", "new", "reaching", "--kind", "functions"])?;
        fs_err::write(project.join("src/lib.rs"), SOURCE)?;
    }
    fs_err::write(project.join("plugin.toml"), MANIFEST.replace("PLUGIN", plugin))?;
    run(at, &["plugin", "build", "reaching"])?;
    run(at, &["plugin", "check", "--accept", "reaching"])?;
    let file = at.join(format!("{plugin}.affiant"));
    run(at, &["plugin", "pack", "reaching", "--output", file.to_str().context("a path")?])?;
    Ok(file)
}

fn plugin_command(folder: &TempDir, arguments: &[&str]) -> anyhow::Result<()> {
    let mut call = command()?;
    call.arg("plugin").args(arguments).arg("--data").arg(folder.path().join("data"));
    let output = call.current_dir(folder.path()).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{arguments:?}: {said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_reaches_for_more_than_it_named_is_stopped_and_seen() -> anyhow::Result<()> {
    let mut house = House::new()?;
    let end = house.end("written", "marzipan").await?;
    ensure!(end == "denied, stopped, marzipan", "{end}");
    // The next person's step does not call it either: nothing is answered, and nothing is lost.
    ensure!(house.end("written", "marzipan").await.is_err(), "it is called again");
    let end = house.end("made", "marzipan").await?;
    ensure!(end == "denied, stopped, marzipan", "{end}");
    let log = house.server.lines().join("\n");
    ensure!(log.contains("elsewhere.example"), "{log}");
    ensure!(!log.contains("marzipan"), "what somebody answered is in the log: {log}");

    // What was seen is stored when the server stops, at the latest.
    house.server.terminate()?;
    house.server.wait()?;
    house.server = Server::start(&house.setup)?;
    let mut connection = Connection::open(house.server.address).await?;
    let cookies = sent(&first(&house.server, &mut connection).await?);
    for plugin in ["written", "made"] {
        let path = format!("/admin/plugins/org.example.{plugin}");
        let page = connection.get(&path, &[("cookie", &cookies)]).await?.text();
        let told = "Tried to reach a host that its manifest does not name";
        ensure!(page.contains(told), "{page}");
        ensure!(page.contains("Stopped for some minutes"), "{page}");
        ensure!(page.contains("elsewhere.example") == (plugin == "written"), "{page}");
        ensure!(!page.contains("marzipan"), "{page}");
    }
    drop(house.folder);
    Ok(())
}
