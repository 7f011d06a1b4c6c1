//! Several servers on one PostgreSQL: what must be done once is, and what one decides holds on all.

use std::collections::BTreeSet;
use std::time::Duration;

use affiant_package::{Package, SigningKey, sign};
use affiant_tests::account::{ADMINISTRATOR, printed};
use affiant_tests::administrators;
use affiant_tests::client::{Connection, Session};
use affiant_tests::house::{House, stop};
use affiant_tests::pair::{Pair, sql};
use affiant_tests::person::Person;
use affiant_tests::program::{Server, Setup, command};
use affiant_tests::sink::Sink;
use affiant_wasm::Kind;
use affiant_wasm::testing::{GIVES_BACK, functions, wide};
use anyhow::{Context as _, ensure};
use serde_json::json;
use tokio::time::{interval, timeout};

use crate::installed::{INTERVIEW, MANIFEST, SHOUTING};

/// How often it is looked, and longer than anything takes.
const LOOK: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_mins(1);

const PASSWORD: &str = "seven green umbrellas at noon";

/// Letters that wait, and how many of them the first server's mail server takes.
const LETTERS: usize = 200;
const TAKEN: usize = 30;

/// Waits until something is so.
pub(crate) async fn until(
    what: &str,
    mut is_so: impl AsyncFnMut() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let mut look = interval(LOOK);
    let waited = async {
        while !is_so().await? {
            look.tick().await;
        }
        anyhow::Ok(())
    };
    timeout(PATIENCE, waited).await.with_context(|| format!("never so: {what}"))?
}

/// A server that sends mail to this place, or nowhere.
fn mailing(house: &House, sink: Option<&Sink>) -> anyhow::Result<Server> {
    let mut call = command()?;
    if let Some(sink) = sink {
        call.env("AFFIANT_SMTP", &sink.url).env("AFFIANT_MAIL_FROM", "forms@example.org");
    }
    Server::start_with(
        call,
        &Setup {
            data: house.path().join("data"),
            interviews: house.path().join("interviews"),
            flags: Vec::new(),
            folder: house.path().to_owned(),
        },
    )
}

/// A line of the head of a letter.
fn head<'l>(letter: &'l str, name: &str) -> &'l str {
    letter.lines().find_map(|it| it.strip_prefix(name)).unwrap_or("").trim()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_one_sends_each_letter_even_when_one_is_killed_over_it() -> anyhow::Result<()>
{
    let pair = Pair::new()?;
    let config = format!("{}trusted_proxies = [\"127.0.0.0/8\"]\n", pair.config());
    let house = House::new(&config)?;
    // Letters wait while there is no way to send them.
    let writing = mailing(&house, None)?;
    for number in 0..LETTERS {
        let mut person = house.person(number);
        let email = person.email.clone();
        let asked = person
            .submit(writing.address, "/account/reset", "/account/reset", &[("email", &email)])
            .await?;
        ensure!(asked.status.is_success(), "asking for a reset answered {}", asked.status);
    }
    stop(writing)?;
    assert_eq!(sql(&pair.main, "select count(*) from outbox")?, LETTERS.to_string());

    let sinks = [Sink::of(TAKEN)?, Sink::of(usize::MAX)?];
    let mut first = mailing(&house, Some(&sinks[0]))?;
    let _second = mailing(&house, Some(&sinks[1]))?;
    until("the first waits for its mail server", async || Ok(sinks[0].is_full())).await?;
    first.kill()?;
    // The letter over which it died is kept from the other for a while.
    let waiting = "select count(*) from outbox";
    until("one letter is left", async || Ok(sql(&pair.main, waiting)? == "1")).await?;
    assert_eq!(sinks[1].taken().len(), LETTERS - TAKEN - 1);
    // As if that time had passed.
    sql(&pair.main, "update outbox set claimed = claimed - 90")?;
    until("none is left", async || Ok(sql(&pair.main, waiting)? == "0")).await?;

    let letters = [sinks[0].taken(), sinks[1].taken()].concat();
    let of = |name: &str| letters.iter().map(|it| head(it, name)).collect::<BTreeSet<_>>();
    assert_eq!(
        (letters.len(), of("To:").len(), of("Message-ID:").len()),
        (LETTERS, LETTERS, LETTERS)
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_one_deletes_what_is_kept_too_long_until_it_stops() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let house = House::new(&pair.config())?;
    let holder = "select encode(server, 'hex') from claims where work = 'retention'";
    let first = house.serve("data")?;
    until("the first has it", async || Ok(!sql(&pair.main, holder)?.is_empty())).await?;
    let had = sql(&pair.main, holder)?;
    let second = house.serve("data")?;
    let mut connection = Connection::open(second.address).await?;
    connection.get("/health/ready", &[]).await?;
    assert_eq!(sql(&pair.main, holder)?, had);
    stop(first)?;
    // The second may have taken it at once.
    assert_ne!(sql(&pair.main, holder)?, had, "it is given back");
    stop(second)?;
    let third = house.serve("data")?;
    until("another has it", async || Ok(!sql(&pair.main, holder)?.is_empty())).await?;
    assert_ne!(sql(&pair.main, holder)?, had);
    stop(third)
}

/// Two servers and their first administrator.
struct Two {
    house: House,
    pair: Pair,
    servers: [Server; 2],
    root: Person,
}

impl Two {
    async fn new() -> anyhow::Result<Self> {
        let pair = Pair::new()?;
        let config = format!("{}trusted_proxies = [\"127.0.0.0/8\"]\n", pair.config());
        let house = House::new(&config)?;
        let servers = [house.serve("data")?, house.serve("data")?];
        let at = servers[0].address;
        // Each start makes a new link, which ends the one before.
        let mut connection = Connection::open(servers[1].address).await?;
        let link = printed(&servers[1], &mut connection).await?;
        let mut root = house.person(100);
        ADMINISTRATOR.0.clone_into(&mut root.email);
        let fields = [("name", "Root"), ("email", ADMINISTRATOR.0), ("new", ADMINISTRATOR.1)];
        let taken = root.submit(at, &link, &link, &fields).await?;
        ensure!(taken.status == 303, "the administrator's link answered {}", taken.status);
        Ok(Self { house, pair, servers, root })
    }

    /// The administrator sends a form on the first server.
    async fn decide(
        &mut self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<()> {
        let done = self.root.submit(self.servers[0].address, page, action, fields).await?;
        ensure!(done.status == 303, "{action} answered {}: {}", done.status, done.text());
        Ok(())
    }

    /// Waits until the second server answers somebody so.
    async fn answers(&self, person: &Person, path: &str, status: u16) -> anyhow::Result<()> {
        let at = self.servers[1].address;
        until(&format!("{path} answers {status}"), async || {
            Ok(person.clone().get(at, path).await?.status == status)
        })
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_out_or_kept_out_on_one_server_is_on_the_others() -> anyhow::Result<()> {
    let mut two = Two::new().await?;
    let mut person = two.house.person(1);
    person.register(two.servers[0].address, PASSWORD).await?;
    two.answers(&person, "/account", 200).await?;

    let network = format!("{}/32", person.from);
    let fields = [("network", network.as_str()), ("reason", "It floods us.")];
    two.decide("/admin/bans", "/admin/bans/networks", &fields).await?;
    two.answers(&person, "/account", 429).await?;
    let fields = [("network", network.as_str())];
    two.decide("/admin/bans", "/admin/bans/networks/delete", &fields).await?;
    two.answers(&person, "/account", 200).await?;

    // Somebody has a copy of the cookie.
    let thief = person.clone();
    let out = person.submit(two.servers[0].address, "/account", "/account/sign-out", &[]).await?;
    ensure!(out.status == 200, "signing out answered {}", out.status);
    assert_eq!(thief.clone().get(two.servers[1].address, "/account").await?.status, 303);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_administrator_decides_on_one_server_holds_on_the_others() -> anyhow::Result<()> {
    let mut two = Two::new().await?;
    let [first, second] = [two.servers[0].address, two.servers[1].address];
    assert_eq!(administrators::set_to(second, "keep-visitors").await?, "7");
    administrators::ask(first, &mut two.root, "keep-visitors", &[("days", "3")]).await?;
    until("the switch is set", async || {
        Ok(administrators::set_to(second, "keep-visitors").await? == "3")
    })
    .await?;
    // Also when nothing is told, because the connection is lost over and over.
    let deaf = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where query like 'LISTEN%' and datname = current_database()";
    sql(&two.pair.main, deaf)?;
    administrators::ask(first, &mut two.root, "keep-visitors", &[("days", "2")]).await?;
    until("the switch is set again", async || {
        Ok(administrators::set_to(second, "keep-visitors").await? == "2")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_leave_at_once_by_two_servers_one_stays() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let house = House::new(&pair.config())?;
    let servers = [house.serve("data")?, house.serve("data")?];
    let mail = house.path().join("data/mail");
    let (mut one, mut other) = administrators::two(&servers[1], &mail).await?;
    let page = "/account/delete";
    let fields = [("password", administrators::PASSWORD)];
    let (first, second) = tokio::join!(
        one.submit(servers[0].address, page, page, &fields),
        other.submit(servers[1].address, page, page, &fields),
    );
    let answered = [first?.text(), second?.text()];
    let left = sql(&pair.main, "select count(*) from account_roles where role = 'admin'")?;
    assert_eq!(left, "1", "{answered:?}");
    Ok(())
}

/// What a server shows at the end of the loud interview.
async fn shown(server: &Server) -> anyhow::Result<String> {
    let mut connection = Connection::open(server.address).await?;
    let mut session = Session::start(&mut connection, "loud").await?;
    session.answer(&mut connection, &json!({ "name": "Ann" })).await?;
    Ok(session.screen["title"].as_str().context("a screen has a title")?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_on_and_off_on_all_servers() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let house = House::new(&pair.config())?;
    fs_err::write(house.path().join("interviews/loud.yml"), INTERVIEW)?;
    let package = Package {
        manifest: MANIFEST.to_owned(),
        component: wide(&functions(&[("shout", 1)], GIVES_BACK), Kind::Functions),
        translations: std::collections::BTreeMap::new(),
        licence: "MIT".to_owned(),
        readme: None,
        script: None,
    };
    let bytes = sign(&package.pack()?, &SigningKey::from_seed(&[1; 32]))?;
    fs_err::write(house.path().join("loud.affiant"), bytes)?;
    let servers = [house.serve("data")?, house.serve("data")?];
    house.run(&["plugin", "install", "loud.affiant"])?;
    house.run(&["plugin", "enable", SHOUTING, "--interview", "loud"])?;
    for server in &servers {
        until("it is on", async || Ok(shown(server).await.is_ok_and(|it| it == "Ann, bye")))
            .await?;
    }
    house.run(&["plugin", "disable", SHOUTING])?;
    for server in &servers {
        until("it is off", async || Ok(shown(server).await.is_err())).await?;
    }
    Ok(())
}
