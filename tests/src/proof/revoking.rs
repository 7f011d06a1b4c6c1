//! AT-25: who is signed out, by whatever means, gets nothing a second later, however many requests are
//! under way.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::task::JoinSet;

use crate::account::{ADMINISTRATOR, printed};
use crate::client::Connection;
use crate::house::{House, stop};
use crate::person::Person;
use crate::proof::Figure;

/// Connections that ask at the same time.
const AT_ONCE: usize = 8;

/// For how long after a revocation they go on, and from when on nothing may be shown.
const GOES_ON: Duration = Duration::from_millis(1_500);
const WITHIN: Duration = Duration::from_secs(1);

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

pub(crate) async fn figures() -> Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let mut connection = Connection::open(server.address).await?;
    let link = printed(&server, &mut connection).await?;
    let mut root = house.person(100);
    ADMINISTRATOR.0.clone_into(&mut root.email);
    let fields = [("name", "Root"), ("email", ADMINISTRATOR.0), ("new", ADMINISTRATOR.1)];
    let taken = root.submit(server.address, &link, &link, &fields).await?;
    ensure!(taken.status == 303, "the administrator's link answered {}", taken.status);
    let (mut before, mut late, mut asked) = (0, 0, 0);
    for (number, way) in WAYS.iter().enumerate() {
        let mut person = house.person(number);
        person.register(server.address, PASSWORD).await?;
        let (ended, all) = under_way(&mut person, &mut root, server.address, way).await?;
        asked += all.len();
        before += usize::from(all.iter().any(|it| it.at < ended && it.is_shown));
        late += all.iter().filter(|it| it.at > ended + WITHIN && it.is_shown).count();
        ensure!(all.iter().any(|it| it.at > ended + WITHIN), "nobody asked after {way}");
    }
    stop(server)?;
    Ok(vec![
        Figure::at_least("AT-25 requests under way while sign-ins are ended", 1_000, asked),
        Figure::exactly("AT-25 ways to end one, pages shown before", WAYS.len(), before),
        Figure::exactly("AT-25 pages shown a second after", 0, late),
    ])
}

/// Asks with many connections while the sign-in is ended. Returns when that was acknowledged, and all
/// that was asked.
async fn under_way(
    person: &mut Person,
    root: &mut Person,
    server: SocketAddr,
    way: &str,
) -> Result<(Instant, Vec<Asked>)> {
    let cookie = person.cookie("__Host-a").context("nobody is signed in")?;
    let cookie = format!("__Host-a={cookie}");
    let mut other = person.clone();
    ensure!(other.sign_in(server, PASSWORD).await?, "the password is wrong");
    let over = Arc::new(AtomicBool::new(false));
    let mut asking = JoinSet::new();
    for _ in 0..AT_ONCE {
        asking.spawn(ask(server, cookie.clone(), person.from.clone(), Arc::clone(&over)));
    }
    // Some of them must have come through before.
    while person.get(server, "/account").await?.status != 200 {}
    end(person, &mut other, root, server, way).await?;
    let ended = Instant::now();
    // What is waited for is time itself: they go on asking meanwhile.
    let _ = tokio::time::timeout(GOES_ON, std::future::pending::<()>()).await;
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
) -> Result<Vec<Asked>> {
    let mut connection = Connection::open(server).await?;
    let headers = [("cookie", cookie.as_str()), ("x-forwarded-for", from.as_str())];
    let mut all = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let at = Instant::now();
        let is_shown = connection.get("/account", &headers).await?.status == 200;
        all.push(Asked { at, is_shown });
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
