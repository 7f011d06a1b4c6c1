//! The real server is killed while clients answer: what it acknowledged is there afterwards, once.
//!
//! `AFFIANT_KILLS=200 cargo nextest run --profile long --package affiant-tests kill` is the long form.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use affiant_tests::client::{Connection, Session};
use affiant_tests::program::{Server, Setup};
use anyhow::{Context as _, ensure};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::interval;

const CLIENTS: usize = 8;
/// How often the server is killed, unless `AFFIANT_KILLS` says otherwise.
const KILLS: usize = 20;
/// The most answers between two kills.
const ANSWERS: usize = 60;
/// So many answers end a session; the client starts another one.
pub(crate) const LONG: usize = 40;
const SEED: u64 = 2_718_281_828;

/// Shows every answer that was given so far, in order.
pub(crate) const INTERVIEW: &str = r#"
metadata:
  title: Entries
---
objects:
  - entries: List.using(there_are_any=true)
---
mandatory: true
code: |
  entries.gathered;
  finished
---
question: What is next?
subquestion: "So far: {% for entry in entries %}{{ entry }} {% endfor %}"
fields:
  - Entry: entries[i]
    data: none
  - There is more: entries.there_is_another
    datatype: yesno
    data: none
---
event: finished
question: Done
"#;

/// What a client knows of a session of its own.
pub(crate) struct Ledger {
    pub(crate) session: Session,
    /// The answers that the server said it took.
    pub(crate) acknowledged: Vec<String>,
    /// An answer that was sent, and of which nothing was heard.
    pub(crate) sent: Option<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_has_every_acknowledged_answer_and_none_twice() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let setup = set_up(folder.path())?;
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut ledgers: Vec<Ledger> = Vec::new();
    let mut old: Vec<Ledger> = Vec::new();
    let mut acknowledged = 0;
    for kill in 0..kills(KILLS)? {
        let mut server = Server::start(&setup)?;
        check(&server, &mut ledgers).await.with_context(|| format!("after kill {kill}"))?;
        let (long, short): (Vec<_>, Vec<_>) =
            ledgers.into_iter().partition(|it| it.acknowledged.len() >= LONG);
        old.extend(long);
        let before: usize = short.iter().map(|it| it.acknowledged.len()).sum();

        let answered = Arc::new(AtomicUsize::new(0));
        let mut clients = JoinSet::new();
        let mut waiting = short.into_iter();
        for _ in 0..CLIENTS {
            clients.spawn(answer(server.address, waiting.next(), Arc::clone(&answered)));
        }
        let moment = random.usize(0..ANSWERS);
        while answered.load(Ordering::Relaxed) < moment {
            tokio::task::yield_now().await;
        }
        for _ in 0..random.usize(0..2_000) {
            tokio::task::yield_now().await;
        }
        server.kill()?;
        ledgers = Vec::new();
        while let Some(ended) = clients.join_next().await {
            ledgers.extend(ended??);
        }
        let after: usize = ledgers.iter().map(|it| it.acknowledged.len()).sum();
        acknowledged += after - before;
    }
    ensure!(acknowledged > kills(KILLS)?, "too few answers were given for this to mean anything");

    // The sessions that ended long ago are still whole.
    let server = Server::start(&setup)?;
    check(&server, &mut ledgers).await?;
    check(&server, &mut old).await
}

pub(crate) fn kills(unless: usize) -> anyhow::Result<usize> {
    match std::env::var("AFFIANT_KILLS") {
        Ok(number) => number.parse().context("AFFIANT_KILLS is a number"),
        Err(_) => Ok(unless),
    }
}

fn set_up(folder: &Path) -> anyhow::Result<Setup> {
    let interviews = folder.join("interviews");
    fs_err::create_dir(&interviews)?;
    fs_err::write(interviews.join("entries.yml"), INTERVIEW)?;
    Ok(Setup {
        data: folder.join("data"),
        interviews,
        flags: Vec::new(),
        folder: folder.to_owned(),
    })
}

/// Answers until the connection is cut. Fails if the server answers anything but yes.
async fn answer(
    address: SocketAddr,
    ledger: Option<Ledger>,
    answered: Arc<AtomicUsize>,
) -> anyhow::Result<Option<Ledger>> {
    let mut ledger = ledger;
    match answer_on(address, &mut ledger, &answered).await {
        Err(error) if !is_cut(&error) => Err(error),
        _ => Ok(ledger),
    }
}

async fn answer_on(
    address: SocketAddr,
    ledger: &mut Option<Ledger>,
    answered: &AtomicUsize,
) -> anyhow::Result<()> {
    let mut connection = Connection::open(address).await?;
    let ledger = match ledger {
        Some(ledger) => ledger,
        None => ledger.insert(Ledger::start(&mut connection).await?),
    };
    loop {
        ledger.answer(&mut connection).await?;
        answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// Whether an error is that of a connection which ended, and no answer of the server.
pub(crate) fn is_cut(error: &anyhow::Error) -> bool {
    error.is::<hyper::Error>() || error.is::<std::io::Error>()
}

/// Waits until so many things were done, or nobody does any more. Returns what those had who ended by
/// then, and fails with the first who failed.
pub(crate) async fn done<T: 'static>(
    deeds: &AtomicUsize,
    wanted: usize,
    under_way: &mut JoinSet<anyhow::Result<T>>,
) -> anyhow::Result<Vec<T>> {
    let (mut ended, mut look) = (Vec::new(), interval(Duration::from_millis(1)));
    while deeds.load(Ordering::Relaxed) < wanted && !under_way.is_empty() {
        while let Some(one) = under_way.try_join_next() {
            ended.push(one??);
        }
        look.tick().await;
    }
    Ok(ended)
}

/// Asks the server for each session; takes up answers that it took without being able to say so.
async fn check(server: &Server, ledgers: &mut [Ledger]) -> anyhow::Result<()> {
    let mut connection = Connection::open(server.address).await?;
    for ledger in ledgers {
        ledger.take_up(&mut connection).await?;
    }
    Ok(())
}

impl Ledger {
    /// A new session.
    pub(crate) async fn start(connection: &mut Connection) -> anyhow::Result<Self> {
        let session = Session::start(connection, "entries").await?;
        Ok(Self { session, acknowledged: Vec::new(), sent: None })
    }

    /// Gives one more answer.
    pub(crate) async fn answer(&mut self, connection: &mut Connection) -> anyhow::Result<()> {
        let entry = format!("entry{}", self.acknowledged.len());
        self.sent = Some(entry.clone());
        let field = format!("entries[{}]", self.acknowledged.len());
        let answers = json!({ field: entry, "entries.there_is_another": true });
        self.session.answer(connection, &answers).await?;
        self.sent = None;
        self.acknowledged.push(entry);
        Ok(())
    }

    /// Asks a server what is there. Fails if that is not what was acknowledged, and perhaps the answer
    /// of which nothing was heard, which counts as acknowledged then.
    pub(crate) async fn take_up(&mut self, connection: &mut Connection) -> anyhow::Result<()> {
        let before = revision(&self.session)?;
        self.session.reload(connection).await?;
        let stored = stored(&self.session);
        let mut expected = self.acknowledged.clone();
        if stored != expected {
            expected.extend(self.sent.take());
        }
        ensure!(
            stored == expected,
            "{} answers were acknowledged, these are there: {stored:?}",
            self.acknowledged.len(),
        );
        let taken = u64::from(expected.len() != self.acknowledged.len());
        let after = revision(&self.session)?;
        ensure!(after == before + taken, "revision {before} became {after}, {taken} answers taken");
        self.acknowledged = expected;
        self.sent = None;
        Ok(())
    }
}

fn revision(session: &Session) -> anyhow::Result<u64> {
    session.revision.as_u64().context("a revision is a number")
}

/// The answers that a session's screen shows.
fn stored(session: &Session) -> Vec<String> {
    let text = session.screen["text"].as_str().unwrap_or_default();
    let words = text.split(|it: char| !it.is_alphanumeric());
    words.filter(|it| it.starts_with("entry")).map(str::to_owned).collect()
}
