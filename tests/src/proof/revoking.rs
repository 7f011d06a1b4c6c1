//! AT-25: who is signed out, by whatever means, gets nothing a second later, however many requests are
//! under way.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::task::JoinSet;
use tokio::time::interval;

use crate::account::{ADMINISTRATOR, printed};
use crate::client::Connection;
use crate::house::{House, stop};
use crate::pair::Pair;
use crate::person::Person;
use crate::program::Server;
use crate::proof::Figure;

/// Connections that ask at the same time.
const AT_ONCE: usize = 8;

/// For how long after a revocation they go on, and from when on nothing may be shown.
const GOES_ON: Duration = Duration::from_millis(1_500);
const WITHIN: Duration = Duration::from_secs(1);

/// How often it is looked whether that is over.
const LOOK: Duration = Duration::from_millis(50);

const PASSWORD: &str = "a long walk by river";

/// Ways to end a sign-in.
const WAYS: [&str; 6] = [
    "sign-out",
    "ended from the list",
    "everywhere",
    "another password",
    "turned off by an administrator",
    "account deleted",
];

/// One request of somebody who is signed in, or was.
struct Asked {
    at: Instant,
    is_shown: bool,
}

/// Where sign-ins are ended, and where is asked whether they are.
#[derive(Clone, Copy)]
struct At {
    ends: SocketAddr,
    asks: SocketAddr,
}

/// What came of all ways together.
#[derive(Default)]
struct Found {
    asked: usize,
    /// Ways in which pages were shown before.
    before: usize,
    /// Pages that were shown too late.
    late: usize,
}

pub(crate) async fn figures() -> Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let one = all_ways(&house, &server, server.address, 1_000).await?;
    stop(server)?;
    let config = format!("{}trusted_proxies = [\"127.0.0.0/8\"]\n", Pair::new()?.config());
    let house = House::new(&config)?;
    // The link of the server that started last is the one that works.
    let (asks, ends) = (house.serve("data")?, house.serve("data")?);
    let two = all_ways(&house, &ends, asks.address, 10_000).await?;
    stop(ends)?;
    stop(asks)?;
    Ok(vec![
        Figure::at_least("AT-25 requests under way while sign-ins are ended", 1_000, one.asked),
        Figure::exactly("AT-25 ways to end one, pages shown before", WAYS.len(), one.before),
        Figure::exactly("AT-25 pages shown a second after", 0, one.late),
        Figure::at_least("AT-25 requests to another server meanwhile", 10_000, two.asked),
        Figure::exactly("AT-25 ways to end one, pages shown there before", WAYS.len(), two.before),
        Figure::exactly("AT-25 pages shown there a second after", 0, two.late),
    ])
}

/// Ends sign-ins in all ways on one server, while another, or the same, is asked so often at least.
async fn all_ways(house: &House, server: &Server, asks: SocketAddr, often: usize) -> Result<Found> {
    let at = At { ends: server.address, asks };
    let mut connection = Connection::open(at.ends).await?;
    let link = printed(server, &mut connection).await?;
    let mut root = house.person(100);
    ADMINISTRATOR.0.clone_into(&mut root.email);
    let fields = [("name", "Root"), ("email", ADMINISTRATOR.0), ("new", ADMINISTRATOR.1)];
    let taken = root.submit(at.ends, &link, &link, &fields).await?;
    ensure!(taken.status == 303, "the administrator's link answered {}", taken.status);
    let mut found = Found::default();
    for (number, way) in WAYS.iter().enumerate() {
        let mut person = house.person(number);
        person.register(at.ends, PASSWORD).await?;
        let often = often.div_ceil(WAYS.len());
        let (ended, all) = under_way(&mut person, &mut root, at, way, often).await?;
        found.asked += all.len();
        found.before += usize::from(all.iter().any(|it| it.at < ended && it.is_shown));
        found.late += all.iter().filter(|it| it.at > ended + WITHIN && it.is_shown).count();
        ensure!(all.iter().any(|it| it.at > ended + WITHIN), "nobody asked after {way}");
    }
    Ok(found)
}

/// Asks with many connections while the sign-in is ended. Returns when that was acknowledged, and all
/// that was asked.
async fn under_way(
    person: &mut Person,
    root: &mut Person,
    at: At,
    way: &str,
    often: usize,
) -> Result<(Instant, Vec<Asked>)> {
    let cookie = person.cookie("__Host-a").context("nobody is signed in")?;
    let cookie = format!("__Host-a={cookie}");
    let mut other = person.clone();
    ensure!(other.sign_in(at.ends, PASSWORD).await?, "the password is wrong");
    let over = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicUsize::new(0));
    let mut asking = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (over, count) = (Arc::clone(&over), Arc::clone(&count));
        asking.spawn(ask(at.asks, cookie.clone(), person.from.clone(), over, count));
    }
    // Some of them must have come through before.
    while person.get(at.asks, "/account").await?.status != 200 {}
    end(person, &mut other, root, at.ends, way).await?;
    let ended = Instant::now();
    // What is waited for is time itself: they go on asking meanwhile.
    let mut look = interval(LOOK);
    while ended.elapsed() < GOES_ON || count.load(Ordering::Relaxed) < often {
        look.tick().await;
    }
    over.store(true, Ordering::Relaxed);
    let mut all = Vec::new();
    while let Some(asked) = asking.join_next().await {
        all.extend(asked??);
    }
    Ok((ended, all))
}

/// Asks for the account again and again.
async fn ask(
    server: SocketAddr,
    cookie: String,
    from: String,
    over: Arc<AtomicBool>,
    count: Arc<AtomicUsize>,
) -> Result<Vec<Asked>> {
    let mut connection = Connection::open(server).await?;
    let headers = [("cookie", cookie.as_str()), ("x-forwarded-for", from.as_str())];
    let mut all = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let at = Instant::now();
        let is_shown = connection.get("/account", &headers).await?.status == 200;
        all.push(Asked { at, is_shown });
        count.fetch_add(1, Ordering::Relaxed);
    }
    Ok(all)
}

/// Ends the sign-in of `person`; `other` is the same person in another browser.
async fn end(
    person: &mut Person,
    other: &mut Person,
    root: &mut Person,
    server: SocketAddr,
    way: &str,
) -> Result<()> {
    let list = "/account/sign-ins";
    let (who, page, action) = match way {
        "sign-out" => (person, "/account", "/account/sign-out".to_owned()),
        "ended from the list" => (other, list, format!("{list}/end")),
        "everywhere" => (other, list, format!("{list}/end-all")),
        "another password" => (other, "/account/password", "/account/password".to_owned()),
        "account deleted" => (other, "/account/delete", "/account/delete".to_owned()),
        _ => {
            let people = root.get(server, "/admin/people").await?.text();
            let mut links = people.split('"').filter(|it| it.starts_with("/admin/people/"));
            let page = links.rfind(|it| it.ends_with(char::is_numeric)).context("nobody")?;
            let off = root.submit(server, page, &format!("{page}/status"), &[]).await?;
            ensure!(off.status == 303, "{way} answered {}", off.status);
            return Ok(());
        }
    };
    let shown = who.get(server, page).await?.text();
    let id = shown.split("name=\"id\" value=\"").nth(1).and_then(|it| it.split('"').next());
    let mut fields = vec![("password", PASSWORD), ("new", "a long walk by another river")];
    fields.extend(id.map(|it| ("id", it)));
    let ended = who.send(server, &shown, &action, &fields).await?;
    ensure!(matches!(ended.status.as_u16(), 200 | 303), "{way} answered {}", ended.status);
    Ok(())
}
