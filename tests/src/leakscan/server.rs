//! The server that is scanned: all that it writes goes into folders of its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use affiant_backend::{Change, Commit as _};
use affiant_storage_sqlite::{Databases, Options};
use affiant_vault::{NoRandomness, OrganisationKey, Randomness};
use aho_corasick::AhoCorasick;
use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::runtime::Handle;

use crate::administrators;
use crate::client::Connection;
use crate::leakscan::elsewhere::Elsewhere;
use crate::leakscan::place::{self, Findings};
use crate::leakscan::search::Needles;
use crate::leakscan::seed::{EVERYTHING, Place};
use crate::program::{Server, Setup, command_of};

/// The server holds this in its configuration, so a search of its memory that does not find it
/// searched nothing.
pub(crate) const ORIGIN: &str = "https://control-that-must-be-found.example";

/// The site that passkeys are for.
pub(crate) const HOST: &str = "control-that-must-be-found.example";

/// The main database holds this name of an interview, readable.
pub(crate) const INTERVIEW: &str = "everything";

/// A server is idle when it has done nothing for so long.
const IDLE: Duration = Duration::from_millis(1_500);

const DAY: i64 = 86_400;

#[expect(clippy::disallowed_methods, reason = "the real server reads the real clock")]
fn now() -> i64 {
    Timestamp::now().as_second()
}

/// Makes the databases, with what whoever installs the server decided.
async fn install(
    elsewhere: Option<&Elsewhere>,
    folder: PathBuf,
    organisation: [u8; 32],
) -> anyhow::Result<()> {
    let Some(elsewhere) = elsewhere else {
        let databases = Databases::open(&Options { folder, max_pages: None }).await?;
        databases.main.commit(administrators::installed(organisation)).await?;
        return Ok(databases.close().await?);
    };
    elsewhere.install(organisation).await
}

/// A server that is scanned.
pub(crate) struct Scanned {
    program: PathBuf,
    server: Server,
    setup: Setup,
    folder: TempDir,
    /// The key with which administrators can read answers.
    organisation: String,
    /// Where its databases and files lie, if not in its folder.
    elsewhere: Option<Elsewhere>,
}

/// Random bytes of this process: the key is worth nothing.
struct Random;

impl Randomness for Random {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        fastrand::fill(buffer);
        Ok(())
    }
}

impl Scanned {
    /// Starts a program with the log at its most talkative, and with one of its deliberate leaks
    /// turned on, if one is named.
    pub(crate) async fn start(program: &Path, leak: Option<&str>) -> anyhow::Result<Self> {
        Self::start_on(program, leak, None).await
    }

    /// The same on a PostgreSQL and a bucket of its own.
    pub(crate) async fn start_elsewhere(
        program: &Path,
        leak: Option<&str>,
    ) -> anyhow::Result<Self> {
        Self::start_on(program, leak, Some(Elsewhere::new()?)).await
    }

    async fn start_on(
        program: &Path,
        leak: Option<&str>,
        elsewhere: Option<Elsewhere>,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        for name in ["interviews", "data", "temporary"] {
            fs_err::create_dir(folder.path().join(name))?;
        }
        fs_err::write(folder.path().join("interviews/everything.yml"), EVERYTHING)?;
        fs_err::write(
            folder.path().join("affiant.toml"),
            format!(
                "log = \"trace\"\npublic_url = \"{ORIGIN}\"\n\
                 trusted_proxies = [\"127.0.0.0/8\"]\n{}",
                elsewhere.as_ref().map(Elsewhere::config).unwrap_or_default(),
            ),
        )?;
        let mut command = command_of(program);
        command.env("TMPDIR", folder.path().join("temporary"));
        if let Some(leak) = leak {
            command.env("LEAK_ON_PURPOSE", leak);
        }
        let setup = Setup {
            data: folder.path().join("data"),
            interviews: folder.path().join("interviews"),
            flags: vec!["--dev".to_owned()],
            folder: folder.path().to_owned(),
        };
        let key = OrganisationKey::random(&Random)?;
        let organisation = key.reveal(str::to_owned);
        let (data, public) = (setup.data.clone(), *key.public().bytes());
        let runtime = Handle::current();
        // On a thread of its own: what a database waits for need not be sent to another one.
        let elsewhere = tokio::task::spawn_blocking(move || {
            runtime.block_on(install(elsewhere.as_ref(), data, public))?;
            anyhow::Ok(elsewhere)
        });
        let elsewhere = elsewhere.await??;
        let server = Server::start_with(command, &setup)?;
        let program = program.to_owned();
        Ok(Self { program, server, setup, folder, organisation, elsewhere })
    }

    /// Starts the program again, with a hold on deletions in force as if administrators had decided it
    /// a while ago.
    pub(crate) async fn hold(&mut self) -> anyhow::Result<()> {
        self.stop()?;
        let ends = Timestamp::from_second(now() + 30 * DAY)?.strftime("%Y-%m-%d");
        let row = administrators::a_hold_until(&ends.to_string());
        let options = Options { folder: self.setup.data.clone(), max_pages: None };
        let databases = Databases::open(&options).await?;
        databases.main.commit(vec![Change::DecideSwitch(row)]).await?;
        databases.close().await?;
        let mut command = command_of(&self.program);
        command.env("TMPDIR", self.folder.path().join("temporary"));
        self.server = Server::start_with(command, &self.setup)?;
        Ok(())
    }

    /// Restores a backup into a folder beside the others, and lets a server do there what it does at
    /// its start.
    pub(crate) fn restore(&self) -> anyhow::Result<()> {
        self.back_up()?;
        let data = self.folder.path().join("restored");
        let mut restore = command_of(&self.program);
        restore.args(["restore", "backups", "--data", "restored"]).current_dir(self.folder.path());
        let done = restore.output()?;
        ensure!(done.status.success(), "no restore: {}", String::from_utf8_lossy(&done.stderr));
        fs_err::copy(self.setup.data.join("master.key"), data.join("master.key"))?;
        let setup = Setup { data, ..self.setup.clone() };
        let mut server = Server::start_with(command_of(&self.program), &setup)?;
        server.terminate()?;
        ensure!(server.wait()?.success(), "the restored server did not end in order");
        Ok(())
    }

    fn stop(&mut self) -> anyhow::Result<()> {
        self.server.terminate()?;
        ensure!(self.server.wait()?.success(), "the server did not end in order");
        Ok(())
    }

    /// Where canaries go.
    pub(crate) async fn place(&self) -> anyhow::Result<Place> {
        let server = self.server.address;
        let mut connection = Connection::open(server).await?;
        let first = crate::account::printed(&self.server, &mut connection).await?;
        let (mail, organisation) =
            (self.folder.path().join("data/mail"), self.organisation.clone());
        Ok(Place { server, mail, first, organisation })
    }

    /// Where it keeps everything, for the report.
    pub(crate) fn stored(&self) -> &'static str {
        match self.elsewhere {
            None => "on SQLite",
            Some(_) => "on PostgreSQL and a bucket",
        }
    }

    /// Makes a backup, as an administrator does while the server runs.
    fn back_up(&self) -> anyhow::Result<()> {
        if let Some(elsewhere) = &self.elsewhere {
            return elsewhere.back_up(&self.folder.path().join("backups"));
        }
        let mut backup = command_of(&self.program);
        backup.arg("backup").arg("backups").current_dir(self.folder.path());
        let made = backup.output()?;
        ensure!(made.status.success(), "no backup: {}", String::from_utf8_lossy(&made.stderr));
        Ok(())
    }

    /// Searches everything that the server has written or holds: while it is idle, and once more
    /// after it has ended in order.
    ///
    /// Memory takes longest, and is left out unless `with_memory`.
    pub(crate) async fn search(
        &mut self,
        needles: &Needles<'_>,
        with_memory: bool,
    ) -> anyhow::Result<Findings> {
        let mut findings = Findings::default();
        if with_memory {
            // What is waited for is time itself: an idle server is one that was left alone.
            let _ = tokio::time::timeout(IDLE, std::future::pending::<()>()).await;
            findings.add(self.memory(needles)?);
        }
        self.back_up()?;
        findings.add(place::open_files(needles, self.server.id())?);
        findings.add(place::folder(needles, "", self.folder.path())?);
        if self.elsewhere.is_none() {
            self.database_was_there()?;
        }
        self.stop()?;
        findings.add(place::folder(needles, "", self.folder.path())?);
        if let Some(elsewhere) = &self.elsewhere {
            findings.add(elsewhere.search(needles)?);
        }
        let log = self.server.lines().join("\n");
        ensure!(log.contains("Affiant listens"), "the log was not collected");
        findings.add(place::text(needles, "log", &log));
        Ok(findings)
    }

    /// Searches the memory. Fails if what must be there is not found.
    fn memory(&self, needles: &Needles<'_>) -> anyhow::Result<Findings> {
        let control = AhoCorasick::new([ORIGIN])?;
        let mut seen = false;
        let findings = place::memory(needles, self.server.id(), |piece| {
            seen |= control.is_match(piece);
        })?;
        ensure!(seen, "the search of the memory does not even find what the server was given");
        Ok(findings)
    }

    fn database_was_there(&self) -> anyhow::Result<()> {
        let control = AhoCorasick::new([INTERVIEW])?;
        let data = self.folder.path().join("data");
        let seen = ["affiant.db", "affiant.db-wal"]
            .iter()
            .any(|name| fs_err::read(data.join(name)).is_ok_and(|it| control.is_match(&it)));
        seen.then_some(()).context("the database does not even hold the interview's name")
    }
}
