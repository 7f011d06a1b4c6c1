//! The real server is killed while sessions are shared and taken back: the owner always reads what
//! was answered, and a reader reads it exactly while the owner's list says so.
//!
//! `AFFIANT_KILLS=200` is the long form.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use affiant_tests::house::House;
use affiant_tests::person::{Person, location};
use anyhow::{Context as _, ensure};
use tokio::task::JoinSet;

use crate::kill::{done, is_cut, kills};

const PAIRS: usize = 2;
/// How often the server is killed, unless `AFFIANT_KILLS` says otherwise.
const KILLS: usize = 5;
/// The most deeds between two kills.
const DEEDS: usize = 12;
/// How often one owner invites: less often than they may in a day.
const INVITED: usize = 18;
const SEED: u64 = 1_414_213_562;

/// What is known of who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// The owner alone.
    Apart,
    /// Both.
    Shared,
    /// A change was under way.
    Neither,
}

/// An owner, and somebody with whom they share again and again.
struct Pair {
    owner: Person,
    reader: Person,
    /// The page of the session's people.
    people: String,
    /// The page that shows the answer.
    page: String,
    word: String,
    /// The code of an invitation that was not accepted yet.
    code: Option<String>,
    known: Known,
    /// How often the owner has invited.
    invited: usize,
}

impl Pair {
    async fn new(server: SocketAddr, number: usize, mail: &Path) -> anyhow::Result<Self> {
        let person = |name: &str, last: usize| {
            let email = format!("{name}{number}@example.org");
            Person::new(email, format!("10.0.{number}.{last}"), mail.to_owned())
        };
        let (mut owner, mut reader) = (person("owner", 1), person("reader", 2));
        owner.register(server, "a long walk by river one").await?;
        reader.register(server, "a long walk by river two").await?;
        let page = location(&owner.submit(server, "/i/one", "/i/one/sessions", &[]).await?)?;
        let word = format!("word of {}", owner.email);
        let answered = owner.submit(server, &page, &page, &[("word", &word)]).await?;
        let page = location(&answered)?;
        let account = owner.get(server, "/account").await?.text();
        let mut links = account.split('"').filter(|it| it.starts_with("/account/interviews/"));
        let people = links.find(|it| it.ends_with("/people")).context("nothing can be shared")?;
        let people = people.to_owned();
        Ok(Self { owner, reader, people, page, word, code: None, known: Known::Apart, invited: 0 })
    }

    /// Invites, accepts or takes back: whatever is next.
    async fn go_on(&mut self, server: SocketAddr) -> anyhow::Result<()> {
        match (self.known, self.code.take()) {
            (Known::Shared, _) => self.take_back(server).await,
            (_, None) => self.invite(server).await,
            (_, Some(code)) => self.accept(server, &code).await,
        }
    }

    async fn invite(&mut self, server: SocketAddr) -> anyhow::Result<()> {
        self.invited += 1;
        let email = self.reader.email.clone();
        let fields = [("name", "Reader"), ("email", email.as_str()), ("role", "answer")];
        let told = self.owner.submit(server, &self.people, &self.people, &fields).await?;
        ensure!(told.status == 200, "inviting answered {}", told.status);
        let told = told.text();
        // The link comes first, then its code alone.
        let code = told.split("class=\"code\">").nth(2).and_then(|it| it.split('<').next());
        self.code = Some(code.context("an invitation has no code")?.trim().to_owned());
        Ok(())
    }

    async fn accept(&mut self, server: SocketAddr, code: &str) -> anyhow::Result<()> {
        self.known = Known::Neither;
        let path = "/account/invitation";
        let accepted = self.reader.submit(server, path, path, &[("code", code)]).await?;
        ensure!(accepted.status == 303, "accepting answered {}", accepted.status);
        self.known = Known::Shared;
        Ok(())
    }

    async fn take_back(&mut self, server: SocketAddr) -> anyhow::Result<()> {
        let list = self.owner.get(server, &self.people).await?.text();
        let who = value(&list, "who").context("nobody reads it")?;
        self.known = Known::Neither;
        let action = format!("{}/remove", self.people);
        let taken = self.owner.submit(server, &self.people, &action, &[("who", &who)]).await?;
        ensure!(taken.status == 303, "taking back answered {}", taken.status);
        self.known = Known::Apart;
        Ok(())
    }

    /// After a kill: the owner reads the answer, and the reader exactly if the list says so.
    async fn check(&mut self, server: SocketAddr) -> anyhow::Result<()> {
        ensure!(reads(&mut self.owner, server, &self.page, &self.word).await?, "it is lost");
        let list = self.owner.get(server, &self.people).await?.text();
        let listed = value(&list, "who").is_some();
        let read = reads(&mut self.reader, server, &self.page, &self.word).await?;
        ensure!(listed == read, "listed: {listed}, but read: {read}");
        let expected = if read { Known::Shared } else { Known::Apart };
        ensure!(
            self.known == expected || self.known == Known::Neither,
            "{expected:?}, though it was acknowledged that it is {:?}",
            self.known
        );
        self.known = expected;
        // Invitations that nobody knows the code of any more would be too many in the end.
        self.code = None;
        let mut list = list;
        while let Some(hash) = value(&list, "invitation") {
            let action = format!("{}/withdraw", self.people);
            let fields = [("invitation", hash.as_str())];
            self.owner.submit(server, &self.people, &action, &fields).await?;
            list = self.owner.get(server, &self.people).await?.text();
        }
        Ok(())
    }
}

/// Whether somebody reads the answer: from the list of their interviews, and by its address alone.
async fn reads(
    person: &mut Person,
    server: SocketAddr,
    page: &str,
    word: &str,
) -> anyhow::Result<bool> {
    let account = person.get(server, "/account").await?;
    ensure!(account.status == 200, "the account answered {}", account.status);
    let account = account.text();
    if let Some(open) = account.split('"').find(|it| it.ends_with("/open")) {
        let opened = person.submit(server, "/account", open, &[]).await?;
        location(&opened)?;
    }
    Ok(person.get(server, page).await?.text().contains(word))
}

/// The value of a button of this name.
fn value(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split('"').next().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_leaves_no_session_between_shared_and_taken_back() -> anyhow::Result<()> {
    let house = House::of_strangers()?;
    let mut random = fastrand::Rng::with_seed(SEED);
    let (mut pairs, mut born) = (Vec::<Pair>::new(), 0);
    let deeds = Arc::new(AtomicUsize::new(0));
    for kill in 0..=kills(KILLS)? {
        let mut server = house.serve("data")?;
        for pair in &mut pairs {
            let told = format!("{} after kill {kill}", pair.owner.email);
            pair.check(server.address).await.context(told)?;
        }
        pairs.retain(|it| it.invited < INVITED);
        while pairs.len() < PAIRS {
            let mail = house.path().join("data/mail");
            pairs.push(Pair::new(server.address, born, &mail).await?);
            born += 1;
        }
        let moment = deeds.load(Ordering::Relaxed) + random.usize(1..DEEDS);
        let mut under_way = JoinSet::new();
        for pair in pairs {
            under_way.spawn(live(pair, server.address, Arc::clone(&deeds)));
        }
        pairs = done(&deeds, moment, &mut under_way).await?;
        for _ in 0..random.usize(0..20_000) {
            tokio::task::yield_now().await;
        }
        server.kill()?;
        while let Some(ended) = under_way.join_next().await {
            pairs.push(ended??);
        }
    }
    ensure!(deeds.load(Ordering::Relaxed) > PAIRS, "too little was done to mean anything");
    Ok(())
}

/// Shares and takes back until the connection is cut, or the owner may invite no more.
async fn live(mut pair: Pair, server: SocketAddr, deeds: Arc<AtomicUsize>) -> anyhow::Result<Pair> {
    while pair.invited < INVITED {
        let done = pair.go_on(server).await;
        deeds.fetch_add(1, Ordering::Relaxed);
        match done {
            Ok(()) => {}
            Err(error) if is_cut(&error) => return Ok(pair),
            Err(error) => return Err(error.context(pair.owner.email)),
        }
    }
    Ok(pair)
}
