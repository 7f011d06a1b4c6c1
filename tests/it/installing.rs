//! A server beside which a plugin of the examples is built, installed and switched on, as an
//! administrator does it.

use std::time::{Duration, Instant};

use affiant_package::{Package, SigningKey, sign};
use affiant_tests::client::{Connection, Session};
use affiant_tests::program::{Server, Setup, command};
use affiant_wasm::Kind;
use affiant_wasm::testing::Module;
use anyhow::{Context as _, bail, ensure};
use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::interval;

use crate::plugins::{root, run};
use crate::visitor::Visitor;

/// How often it is looked whether the server followed.
pub(crate) const LOOK: Duration = Duration::from_millis(200);

/// How long it may take to follow.
const WITHIN: Duration = Duration::from_mins(1);

/// The package of the example of a kind.
pub(crate) fn example(kind: Kind) -> anyhow::Result<Package> {
    let folder = root().join("examples/plugins");
    run(&folder, &["plugin", "build", kind.name()])?;
    let packages = tempfile::tempdir()?;
    let file = packages.path().join("example.affiant");
    run(&folder, &["plugin", "pack", kind.name(), "--output", &file.display().to_string()])?;
    Ok(Package::read(&fs_err::read(&file)?)?.package)
}

/// A server with one interview, beside which a plugin is installed.
pub(crate) struct Site {
    folder: TempDir,
    server: Option<Server>,
    kind: Kind,
    interview: &'static str,
    pub(crate) example: Package,
}

impl Site {
    /// A site of an interview, where the example of a kind is not installed yet.
    pub(crate) fn new(
        kind: Kind,
        interview: &'static str,
        text: &str,
        flags: &[&str],
    ) -> anyhow::Result<Self> {
        Self::with_files(kind, (interview, text), &[], flags)
    }

    /// The same with files beside the interview.
    pub(crate) fn with_files(
        kind: Kind,
        (interview, text): (&'static str, &str),
        files: &[(&str, &str)],
        flags: &[&str],
    ) -> anyhow::Result<Self> {
        let example = example(kind)?;
        let folder = tempfile::tempdir()?;
        let interviews = folder.path().join("interviews");
        fs_err::create_dir(&interviews)?;
        fs_err::write(interviews.join(format!("{interview}.yml")), text)?;
        for (name, content) in files {
            fs_err::write(interviews.join(name), content)?;
        }
        let server = Server::start(&Setup {
            data: folder.path().join("data"),
            interviews,
            flags: flags.iter().map(|it| (*it).to_owned()).collect(),
            folder: folder.path().to_owned(),
        })?;
        Ok(Self { folder, server: Some(server), kind, interview, example })
    }

    /// What `affiant plugin …` does beside the server; it must succeed.
    pub(crate) fn plugin(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let mut call = command()?;
        let data = self.folder.path().join("data");
        call.arg("plugin").args(arguments).arg("--data").arg(data);
        let output = call.current_dir(self.folder.path()).output()?;
        let complained = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "{arguments:?}: {complained}");
        Ok(())
    }

    /// Installs the example as a version.
    pub(crate) fn install(&self, version: &str) -> anyhow::Result<()> {
        self.install_as(version, &self.example)
    }

    /// Installs a version whose component always breaks off.
    pub(crate) fn install_broken(&self, version: &str) -> anyhow::Result<()> {
        let module = Module { body: "(unreachable)".to_owned(), ..Module::default() };
        let component = module.component(self.kind);
        self.install_as(version, &Package { component, ..self.example.clone() })
    }

    fn install_as(&self, version: &str, package: &Package) -> anyhow::Result<()> {
        let manifest = package.manifest.replace("\"0.1.0\"", &format!("{version:?}"));
        let bytes = Package { manifest, ..package.clone() }.pack()?;
        let file = self.folder.path().join(format!("{version}.affiant"));
        fs_err::write(&file, sign(&bytes, &SigningKey::from_seed(&[1; 32]))?)?;
        self.plugin(&["install", file.to_str().context("a path is text")?])
    }

    /// The server, as long as no visitor has it.
    pub(crate) fn server(&self) -> anyhow::Result<&Server> {
        self.server.as_ref().context("a visitor has the server")
    }

    /// Waits until beginning a session has this status.
    pub(crate) async fn begins(&self, status: u16) -> anyhow::Result<Value> {
        let address = self.server()?.address;
        let until = Instant::now() + WITHIN;
        let mut due = interval(LOOK);
        loop {
            due.tick().await;
            let mut connection = Connection::open(address).await?;
            let body = json!({ "interview": self.interview });
            let path = "/api/v1/sessions";
            let reply = connection.call(Method::POST, path, None, Some(&body)).await?;
            if reply.status.as_u16() == status {
                return reply.json();
            }
            ensure!(Instant::now() < until, "{}: {}", reply.status, reply.text());
        }
    }

    /// A browser with a session, once the server followed.
    pub(crate) async fn visitor(&mut self) -> anyhow::Result<Visitor> {
        self.begins(201).await?;
        let server = self.server.take().context("one visitor a site")?;
        Visitor::at(tempfile::tempdir()?, server, self.interview).await
    }

    /// Waits until the page of a step has this status, and gives what it says.
    pub(crate) async fn page(
        &self,
        visitor: &mut Visitor,
        step: u32,
        status: u16,
    ) -> anyhow::Result<String> {
        let until = Instant::now() + WITHIN;
        let mut due = interval(LOOK);
        loop {
            due.tick().await;
            let page = visitor.get(&format!("/i/{}/{step}", self.interview)).await?;
            if page.status.as_u16() == status {
                return Ok(page.text());
            }
            let lines = || visitor.server.lines().join("\n");
            ensure!(Instant::now() < until, "{} in place of {status}:\n{}", page.status, lines());
        }
    }
}

/// Answers a step and says where it leads.
pub(crate) async fn leads(visitor: &mut Visitor, step: u32, body: &str) -> anyhow::Result<String> {
    let reply = visitor.answer(step, body).await?;
    ensure!(reply.status == 303, "{}: {}", reply.status, reply.text());
    Ok(reply.header("location").unwrap_or_default().to_owned())
}

/// That a plugin is switched on reaches the server a moment after that it is installed.
pub(crate) async fn answer_when_on(
    program: &mut Session,
    connection: &mut Connection,
    answers: &Value,
) -> anyhow::Result<()> {
    let mut due = interval(LOOK);
    for _ in 0..100 {
        due.tick().await;
        match program.answer(connection, answers).await {
            Err(error) if error.to_string().contains("503") => {}
            answered => return answered,
        }
    }
    bail!("the plugin does not come on")
}
