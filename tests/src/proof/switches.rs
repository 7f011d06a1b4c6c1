//! AT-35: what weakens privacy is never silent, never one administrator's, never reaches back, and
//! stands on the privacy page as it is in force.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use affiant_backend::{AccountStore as _, GrantStore as _, MethodKind, Subject, Sweep as _};
use affiant_storage_sqlite::{Databases, Options};
use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::administrators::{self, PASSWORD, set_to};
use crate::client::Connection;
use crate::house::{House, stop};
use crate::person::{Person, location};
use crate::proof::Figure;

/// A switch as it comes, and set to something that weakens privacy or changes who comes in.
struct Switch {
    name: &'static str,
    /// What the form sends to set it.
    on: &'static [(&'static str, &'static str)],
    /// What it says that it is set to then begins so.
    is_on: &'static str,
    /// What the form sends to set it back.
    off: &'static [(&'static str, &'static str)],
    is_off: &'static str,
    /// Words of the privacy page that are there exactly while it is set.
    says: &'static str,
    weakens: bool,
}

const SWITCHES: [Switch; 6] = [
    Switch {
        name: "keys",
        on: &[("to", "server")],
        is_on: "server",
        off: &[("to", "own")],
        is_off: "own",
        says: "<p>Answers and files are locked before they are stored, but the server holds a key",
        weakens: true,
    },
    Switch {
        name: "reading",
        on: &[("to", "organisation")],
        is_on: "organisation ",
        off: &[("to", "nobody")],
        is_off: "nobody",
        says: "<p>Administrators can read answers with a key of the organisation",
        weakens: true,
    },
    Switch {
        name: "keep-visitors",
        on: &[("days", "30")],
        is_on: "30",
        off: &[("days", "7")],
        is_off: "7",
        says: "without an account are deleted 30 days after",
        weakens: true,
    },
    Switch {
        name: "keep-sessions",
        on: &[("days", "400")],
        is_on: "400",
        off: &[("days", "90")],
        is_off: "90",
        says: "Answers in an account are deleted 400 days after",
        weakens: true,
    },
    Switch {
        name: "registration",
        on: &[("to", "invitation")],
        is_on: "invitation",
        off: &[("to", "open")],
        is_off: "open",
        says: "Only people whom an administrator invited",
        weakens: false,
    },
    Switch {
        name: "second-factor",
        on: &[("roles", "advocate")],
        is_on: "advocate",
        off: &[],
        is_off: "",
        says: "beside the password: advocate",
        weakens: false,
    },
];

/// What is counted.
#[derive(Default)]
struct Counts {
    /// Ways in which one or two switches were set.
    settings: usize,
    /// Where the page or what programs are told was not what had been decided.
    mismatches: usize,
    /// Weakenings that one administrator asked for.
    alone: usize,
    /// Those that held on the same day, whatever the administrator tried.
    held: usize,
    /// Those that did not stand on the privacy page from the first moment on.
    silent: usize,
}

pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let data = house.path().join("data");
    let server = house.serve("data")?;
    let (ada, grace) = administrators::two(&server, &data.join("mail")).await?;
    stop(server)?;
    administrators::two_days_pass(&data).await?;
    let server = house.serve("data")?;
    let at = server.address;
    let (mut before, mut visitor) = (house.person(1), house.person(2));
    before.register(at, PASSWORD).await?;
    for person in [&mut before, &mut visitor] {
        answer(at, person).await?;
    }
    let mut both = (ada, grace);
    let mut counts = Counts::default();
    for switch in SWITCHES.iter().filter(|it| it.weakens) {
        alone(at, &mut both, switch, &mut counts).await?;
    }
    for (at_one, one) in SWITCHES.iter().enumerate() {
        together(at, &mut both, &[one], &mut counts).await?;
        for other in &SWITCHES[at_one + 1..] {
            together(at, &mut both, &[one, other], &mut counts).await?;
        }
    }
    // What is opened is what was told: the same count finds it.
    let [keys, reading, ..] = &SWITCHES;
    for switch in [keys, reading] {
        set(at, &mut both, switch.name, switch.on).await?;
    }
    let mut after = house.person(3);
    after.register(at, PASSWORD).await?;
    answer(at, &mut after).await?;
    stop(server)?;
    let opened = opened(&data).await?;
    let told = opened.get(&4).copied().unwrap_or_default();
    let back: usize = opened.iter().filter(|it| *it.0 != 4).map(|it| it.1).sum();
    let pairs = SWITCHES.len() * (SWITCHES.len() + 1) / 2;
    Ok(vec![
        Figure::exactly("AT-35 switches alone and in pairs", pairs, counts.settings),
        Figure::exactly("AT-35 /privacy unlike what is decided", 0, counts.mismatches),
        Figure::at_least("AT-35 weakenings tried by one administrator", 4, counts.alone),
        Figure::exactly("AT-35 of them that held today", 0, counts.held),
        Figure::exactly("AT-35 of them that nobody could see", 0, counts.silent),
        Figure::exactly("AT-35 opened of what was there before", 0, back),
        Figure::exactly("AT-35 opened of what was told (control)", 2, told),
    ])
}

async fn answer(at: SocketAddr, person: &mut Person) -> anyhow::Result<()> {
    let page = location(&person.submit(at, "/i/one", "/i/one/sessions", &[]).await?)?;
    let answered = person.submit(at, &page, &page, &[("word", "before")]).await?;
    ensure!(answered.status == 303, "answering was answered {}", answered.status);
    Ok(())
}

async fn set(
    at: SocketAddr,
    (ada, grace): &mut (Person, Person),
    switch: &str,
    fields: &[(&str, &str)],
) -> anyhow::Result<()> {
    administrators::set(at, (ada, grace), switch, fields).await.map(drop)
}

/// One administrator asks for what weakens privacy, and tries to agree alone.
async fn alone(
    at: SocketAddr,
    (ada, grace): &mut (Person, Person),
    switch: &Switch,
    counts: &mut Counts,
) -> anyhow::Result<()> {
    counts.alone += 1;
    let (waits, _) = administrators::ask(at, ada, switch.name, switch.on).await?;
    let is_seen = privacy(at).await?.contains("What is going to change");
    counts.silent += usize::from(!is_seen);
    ada.submit(at, &waits, &format!("{waits}/agree"), &[]).await?;
    let is_held = !set_to(at, switch.name).await?.starts_with(switch.is_off);
    counts.held += usize::from(is_held);
    let cancelled = grace.submit(at, &waits, &format!("{waits}/cancel"), &[]).await?;
    ensure!(cancelled.status == 303, "cancelling answered {}", cancelled.status);
    Ok(())
}

/// Sets some switches, looks at what is told, and sets them back.
async fn together(
    at: SocketAddr,
    both: &mut (Person, Person),
    switches: &[&Switch],
    counts: &mut Counts,
) -> anyhow::Result<()> {
    counts.settings += 1;
    for switch in switches {
        set(at, both, switch.name, switch.on).await?;
    }
    let is_set = |it: &Switch| switches.iter().any(|other| other.name == it.name);
    let (page, told) = (privacy(at).await?, told(at).await?);
    for switch in &SWITCHES {
        let set_to = told.get(switch.name).context("a switch is not told")?;
        let expected = if is_set(switch) { switch.is_on } else { switch.is_off };
        let is_told = if switch.name == "reading" && is_set(switch) {
            set_to.starts_with(expected)
        } else {
            set_to == expected
        };
        // What changed before is listed below; what holds now is said above that.
        let now = page.split("id=\"changed\"").next().unwrap_or_default();
        let is_right = is_told && now.contains(switch.says) == is_set(switch);
        counts.mismatches += usize::from(!is_right);
    }
    for switch in switches {
        set(at, both, switch.name, switch.off).await?;
    }
    Ok(())
}

async fn privacy(at: SocketAddr) -> anyhow::Result<String> {
    Ok(Connection::open(at).await?.get("/privacy", &[]).await?.text())
}

/// What programs are told that each switch is set to.
async fn told(at: SocketAddr) -> anyhow::Result<BTreeMap<String, String>> {
    let told: Value = Connection::open(at).await?.get("/privacy.json", &[]).await?.json()?;
    let all = told["in_force"].as_array().context("nothing is in force")?;
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    Ok(all.iter().map(|it| (text(&it["switch"]), text(&it["set_to"]))).collect())
}

/// In how many ways somebody beside their person can open an account or a session, by the number of
/// the account; 0 stands for visitors.
async fn opened(data: &std::path::Path) -> anyhow::Result<BTreeMap<i64, usize>> {
    let databases = Databases::open(&Options { folder: data.to_owned(), max_pages: None }).await?;
    let store = &databases.main;
    let mut opened = BTreeMap::new();
    for account in store.accounts(0, 100).await? {
        let methods = store.methods(account.id).await?;
        let mut ways = methods.iter().filter(|it| it.kind == MethodKind::Custody).count();
        for (_, session) in store.grants_of(account.id).await? {
            ways += store.wraps_of(session.id).await?.len();
        }
        opened.insert(account.number, ways);
    }
    for subject in store.subjects(None, 100).await? {
        if let Subject::Session(id) = subject
            && store.grants_on(id).await?.is_empty()
        {
            *opened.entry(0).or_default() += store.wraps_of(id).await?.len();
        }
    }
    databases.close().await?;
    Ok(opened)
}
