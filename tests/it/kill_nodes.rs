//! Two real servers on one PostgreSQL, one of which is killed again and again while clients answer
//! through both: what either acknowledged is there afterwards, once.
//!
//! `AFFIANT_KILLS=100 cargo nextest run --profile long --package affiant-tests kill_nodes` is the long
//! form.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use affiant_tests::client::Connection;
use affiant_tests::house::House;
use affiant_tests::pair::Pair;
use affiant_tests::program::{Server, Setup};
use anyhow::ensure;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};

use crate::kill::{INTERVIEW, LONG, Ledger, is_cut, kills};

const CLIENTS: usize = 6;
/// How often a server is killed, unless `AFFIANT_KILLS` says otherwise.
const KILLS: usize = 4;
/// The most answers between two kills.
const ANSWERS: usize = 60;
const SEED: u64 = 1_414_213_562;

/// How often it is looked how far the clients are, and longer than anything takes.
const LOOK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_mins(2);

/// What all clients know.
#[derive(Default)]
struct Shared {
    /// Where the servers listen now.
    at: Mutex<Vec<SocketAddr>>,
    answered: AtomicUsize,
    is_over: AtomicBool,
}

impl Shared {
    fn at(&self) -> std::sync::MutexGuard<'_, Vec<SocketAddr>> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until so many answers more were given.
    async fn answers(&self, more: usize) -> anyhow::Result<()> {
        let wanted = self.answered.load(Ordering::SeqCst) + more;
        let mut look = interval(LOOK);
        let given = async {
            while self.answered.load(Ordering::SeqCst) < wanted {
                look.tick().await;
            }
        };
        Ok(timeout(PATIENCE, given).await?)
    }
}

fn serve(house: &House) -> anyhow::Result<Server> {
    Server::start(&Setup {
        data: house.path().join("data"),
        interviews: house.path().join("interviews"),
        flags: Vec::new(),
        folder: house.path().to_owned(),
    })
}

/// Answers through one server and the other in turn until it is over. Returns the sessions.
async fn client(shared: Arc<Shared>, first: usize) -> anyhow::Result<Vec<Ledger>> {
    let mut old = Vec::new();
    let mut ledger = None;
    let mut turn = first;
    while !shared.is_over.load(Ordering::SeqCst) {
        turn += 1;
        let address = {
            let all = shared.at();
            all[turn % all.len()]
        };
        match answer(&shared, address, &mut ledger).await {
            Err(error) if !is_cut(&error) => return Err(error),
            // The server was killed: the other one goes on, with what is stored.
            _ => {}
        }
        if ledger.as_ref().is_some_and(|it: &Ledger| it.acknowledged.len() >= LONG) {
            old.extend(ledger.take());
        }
    }
    old.extend(ledger);
    Ok(old)
}

/// Gives one answer, in a new session if there is none.
async fn answer(
    shared: &Shared,
    address: SocketAddr,
    ledger: &mut Option<Ledger>,
) -> anyhow::Result<()> {
    let mut connection = Connection::open(address).await?;
    let ledger = match ledger {
        Some(ledger) => ledger,
        None => ledger.insert(Ledger::start(&mut connection).await?),
    };
    if ledger.sent.is_some() {
        ledger.take_up(&mut connection).await?;
    }
    match ledger.answer(&mut connection).await {
        // The database came to the answer of the killed server after we had asked: it is found.
        Err(error) if error.to_string().contains("answered 409") => {
            ledger.take_up(&mut connection).await?;
            ensure!(ledger.sent.is_none(), "{error:#}");
        }
        given => given?,
    }
    shared.answered.fetch_add(1, Ordering::SeqCst);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_servers_one_of_which_is_killed_no_acknowledged_answer_is_lost_and_none_is_there_twice()
-> anyhow::Result<()> {
    let pair = Pair::new()?;
    let house = House::new(&pair.config())?;
    fs_err::write(house.path().join("interviews/entries.yml"), INTERVIEW)?;
    let mut servers = vec![serve(&house)?, serve(&house)?];
    let shared = Arc::new(Shared::default());
    *shared.at() = servers.iter().map(|it| it.address).collect();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        clients.spawn(client(Arc::clone(&shared), number));
    }
    let mut random = fastrand::Rng::with_seed(SEED);
    for kill in 0..kills(KILLS)? {
        shared.answers(random.usize(1..ANSWERS)).await?;
        let at = kill % servers.len();
        servers[at].kill()?;
        // Meanwhile the other one serves everybody.
        shared.answers(1).await?;
        servers[at] = serve(&house)?;
        shared.at()[at] = servers[at].address;
    }
    shared.answers(CLIENTS).await?;
    shared.is_over.store(true, Ordering::SeqCst);
    let mut all = Vec::new();
    while let Some(ended) = clients.join_next().await {
        all.extend(ended??);
    }
    let acknowledged: usize = all.iter().map(|it| it.acknowledged.len()).sum();
    ensure!(acknowledged > kills(KILLS)?, "too few answers for this to mean anything");
    for server in &servers {
        let mut connection = Connection::open(server.address).await?;
        for ledger in &mut all {
            ledger.take_up(&mut connection).await?;
        }
    }
    Ok(())
}
