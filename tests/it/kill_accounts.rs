//! The real server is killed while people register, change and reset passwords, and delete: there is
//! no half state, and what somebody stored opens afterwards with the password that counts.
//!
//! `AFFIANT_KILLS=200` is the long form.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use affiant_tests::house::House;
use affiant_tests::person::{Person, location};
use affiant_tests::program::command;
use anyhow::{Context as _, ensure};
use tokio::task::JoinSet;

use crate::kill::{done, is_cut, kills};

const PEOPLE: usize = 4;
/// How often the server is killed, unless `AFFIANT_KILLS` says otherwise.
const KILLS: usize = 6;
/// The most deeds between two kills.
const DEEDS: usize = 16;
const SEED: u64 = 1_618_033_988;

/// What is known of one person.
struct Life {
    person: Person,
    /// The passwords of which one counts; more than one while a change was under way.
    passwords: Vec<String>,
    /// Passwords of before a reset: what is locked opens with the last of them that counted.
    lost: Vec<String>,
    /// What they answered, once the server said it took it.
    word: Option<String>,
    /// Deleting the account was under way.
    may_be_gone: bool,
    deeds: usize,
}

impl Life {
    fn new(number: usize, mail: &Path) -> Self {
        let email = format!("person{number}@example.org");
        Self {
            person: Person::new(email, address(), mail.to_owned()),
            passwords: vec![password(number)],
            lost: Vec::new(),
            word: None,
            may_be_gone: false,
            deeds: 0,
        }
    }

    /// Does the next thing of a life; whether there is another one.
    async fn go_on(&mut self, server: SocketAddr) -> anyhow::Result<bool> {
        let current = self.passwords.last().context("there is a password")?.clone();
        match self.deeds {
            0 => self.person.register(server, &current).await?,
            1 => self.answer(server).await?,
            2 | 3 => self.change_password(server, &current).await?,
            4 => return self.forget_password(server, &current).await.map(|()| true),
            5 => self.change_password(server, &current).await?,
            _ => {
                self.may_be_gone = true;
                let path = "/account/delete";
                let fields = [("password", current.as_str())];
                let gone = self.person.submit(server, path, path, &fields).await?;
                ensure!(gone.status == 200, "deleting answered {}", gone.status);
                ensure!(!self.person.sign_in(server, &current).await?, "a deleted account opens");
                return Ok(false);
            }
        }
        self.deeds += 1;
        Ok(true)
    }

    async fn answer(&mut self, server: SocketAddr) -> anyhow::Result<()> {
        let begun = self.person.submit(server, "/i/one", "/i/one/sessions", &[]).await?;
        let page = location(&begun)?;
        let word = format!("word of {}", self.person.email);
        let taken = self.person.submit(server, &page, &page, &[("word", &word)]).await?;
        ensure!(taken.status == 303, "answering answered {}", taken.status);
        self.word = Some(word);
        Ok(())
    }

    async fn change_password(&mut self, server: SocketAddr, old: &str) -> anyhow::Result<()> {
        let new = format!("{old} once more");
        self.passwords.push(new.clone());
        let path = "/account/password";
        let fields = [("password", old), ("new", new.as_str())];
        let changed = self.person.submit(server, path, path, &fields).await?;
        ensure!(changed.status == 200, "changing the password answered {}", changed.status);
        self.passwords = vec![new];
        Ok(())
    }

    async fn forget_password(&mut self, server: SocketAddr, old: &str) -> anyhow::Result<()> {
        // A second mail would come only after an hour.
        self.deeds += 1;
        let email = self.person.email.clone();
        let path = "/account/reset";
        self.person.submit(server, path, path, &[("email", &email)]).await?;
        let link = self.person.link(server, "reset").await?;
        let new = format!("{old} forgotten");
        self.passwords.push(new.clone());
        self.lost.push(old.to_owned());
        let path = format!("{link}/without");
        let fields = [("new", new.as_str()), ("accept", "yes")];
        let reset = self.person.submit(server, &path, &path, &fields).await?;
        ensure!(reset.status == 303, "the reset answered {}", reset.status);
        self.passwords = vec![new];
        Ok(())
    }

    /// After a kill: one password counts, and with it everything is there; or all of it is gone.
    async fn check(&mut self, server: SocketAddr) -> anyhow::Result<bool> {
        let mut right = Vec::new();
        for password in self.passwords.clone() {
            // Wrong passwords are counted by address too, and this is about something else.
            self.person.from = address();
            if self.person.sign_in(server, &password).await? {
                right.push(password);
            }
        }
        if right.is_empty() && self.may_be_gone {
            return Ok(false);
        }
        if right.is_empty() && self.deeds == 0 {
            // Registering was under way: nothing of it may be in the way of doing it again.
            self.person.register(server, &self.passwords[0].clone()).await?;
            let again = self.person.sign_in(server, &self.passwords[0].clone()).await?;
            ensure!(again, "an address that was being registered stays shut");
            right = self.passwords.clone();
        }
        ensure!(right.len() == 1, "{} of {} passwords open it", right.len(), self.passwords.len());
        self.deeds = self.deeds.max(1);
        self.passwords = right;
        self.person.sign_in(server, &self.passwords[0].clone()).await?;
        self.may_be_gone = false;
        self.read(server).await?;
        Ok(true)
    }

    /// The stored answer opens; after a reset once the old password was given.
    async fn read(&mut self, server: SocketAddr) -> anyhow::Result<()> {
        let Some(word) = self.word.clone() else { return Ok(()) };
        let account = self.person.get(server, "/account").await?.text();
        if account.contains("Locked with your old password") {
            let path = "/account/locked";
            for old in self.lost.clone() {
                self.person.submit(server, path, path, &[("old", &old)]).await?;
            }
        }
        let account = self.person.get(server, "/account").await?.text();
        let at = account.find("action=\"/account/interviews/").context("no interview is there")?;
        let path = account[at..].split('"').nth(1).context("the form leads somewhere")?.to_owned();
        let opened = self.person.submit(server, "/account", &path, &[]).await?;
        let page = self.person.get(server, &location(&opened)?).await?;
        ensure!(page.text().contains(&word), "the answer is not there: {}", page.status);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_leaves_no_account_between_two_states() -> anyhow::Result<()> {
    let house = House::of_strangers()?;
    let mail = house.path().join("data/mail");
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut lives: Vec<Life> = Vec::new();
    let mut born = 0;
    let deeds = Arc::new(AtomicUsize::new(0));
    for kill in 0..=kills(KILLS)? {
        let mut server = house.serve("data")?;
        let mut checks = JoinSet::new();
        for life in lives {
            checks.spawn(checked(life, server.address, kill));
        }
        let mut living = Vec::new();
        while let Some(life) = checks.join_next().await {
            living.extend(life??);
        }
        while living.len() < PEOPLE {
            born += 1;
            living.push(Life::new(born, &mail));
        }
        let before = deeds.load(Ordering::Relaxed);
        let mut under_way = JoinSet::new();
        for life in living {
            under_way.spawn(live(life, server.address, Arc::clone(&deeds)));
        }
        let moment = before + random.usize(0..DEEDS);
        lives = done(&deeds, moment, &mut under_way).await?.into_iter().flatten().collect();
        for _ in 0..random.usize(0..20_000) {
            tokio::task::yield_now().await;
        }
        server.kill()?;
        while let Some(ended) = under_way.join_next().await {
            lives.extend(ended??);
        }
    }
    ensure!(
        deeds.load(Ordering::Relaxed) > PEOPLE,
        "too little was done for this to mean anything"
    );
    let mut verify = command()?;
    verify.args(["audit", "verify", "--data", "data"]).current_dir(house.path());
    let told = verify.output()?;
    ensure!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    Ok(())
}

/// Somebody after a kill, unless their account is gone.
async fn checked(mut life: Life, server: SocketAddr, kill: usize) -> anyhow::Result<Option<Life>> {
    let told = format!("{} after kill {kill}, deed {}", life.person.email, life.deeds);
    Ok(life.check(server).await.context(told)?.then_some(life))
}

/// Lives until the connection is cut, or to the end.
async fn live(
    mut life: Life,
    server: SocketAddr,
    deeds: Arc<AtomicUsize>,
) -> anyhow::Result<Option<Life>> {
    loop {
        let done = life.go_on(server).await;
        deeds.fetch_add(1, Ordering::Relaxed);
        match done {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) if is_cut(&error) => return Ok(Some(life)),
            Err(error) => return Err(error.context(life.person.email)),
        }
    }
}

/// Another address each time.
fn address() -> String {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    format!("10.{}.{}.1", number / 250, number % 250)
}

fn password(number: usize) -> String {
    format!("a long walk by river number {number}")
}
