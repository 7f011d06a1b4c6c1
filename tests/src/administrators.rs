//! Two administrators, of whom one asks for a change of a privacy switch and the other agrees.

use std::net::SocketAddr;
use std::path::Path;

use affiant_backend::{AccountStore as _, Change, Commit as _, SwitchRow, Switches as _};
use affiant_storage_sqlite::{Databases, Options};
use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;

use crate::account;
use crate::client::Connection;
use crate::person::{Person, location};
use crate::program::Server;

/// The password of both.
pub const PASSWORD: &str = "seven lamps on a wet quay";

const DAY: i64 = 86_400;

/// Registers two people and makes them administrators, the second one since just now.
pub async fn two(server: &Server, mail: &Path) -> anyhow::Result<(Person, Person)> {
    let at = server.address;
    let somebody = |name: &str| {
        Person::new(format!("{name}@example.org"), "127.0.0.1".to_owned(), mail.to_owned())
    };
    let (mut first, mut second) = (somebody("ada"), somebody("grace"));
    first.register(at, PASSWORD).await?;
    second.register(at, PASSWORD).await?;
    let mut connection = Connection::open(at).await?;
    let link = account::printed(server, &mut connection).await?;
    let made = first.submit(at, &link, &link, &[]).await?;
    ensure!(made.status == 303, "becoming the administrator answered {}", made.status);
    let page = "/admin/people/2";
    let given = first.submit(at, page, &format!("{page}/roles"), &[("role", "admin")]).await?;
    ensure!(given.status == 303, "giving a role answered {}", given.status);
    Ok((first, second))
}

/// Stores that the second administrator has been one for two days. The server must not run.
#[expect(clippy::disallowed_methods, reason = "the real server reads the real clock")]
pub async fn two_days_pass(data: &Path) -> anyhow::Result<()> {
    let databases = Databases::open(&Options { folder: data.to_owned(), max_pages: None }).await?;
    let second = databases.main.account_by_number(2).await?.context("nobody is there")?.id;
    let since = Timestamp::now().as_second() - 2 * DAY;
    let roles = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let changes = vec![
        Change::Roles(second, roles(&["user"]), since),
        Change::Roles(second, roles(&["user", "admin"]), since),
    ];
    databases.main.commit(changes).await?;
    Ok(databases.close().await?)
}

/// A hold on deletions, as if it had been decided a while ago and were in force until a day.
#[expect(clippy::disallowed_methods, reason = "the real server reads the real clock")]
pub fn a_hold_until(day: &str) -> SwitchRow {
    let now = Timestamp::now().as_second();
    SwitchRow {
        id: 0,
        name: "deleting".to_owned(),
        value: format!("held until {day}"),
        reason: "A court asked for it.".to_owned(),
        by: 1,
        second: None,
        asked: now - 2 * DAY,
        effective: now - DAY,
        cancelled: None,
    }
}

/// What stores that whoever installs a server decided that it keeps a key to accounts, and that
/// administrators read with the key of which this is the public half. The server must not have run.
#[expect(clippy::disallowed_methods, reason = "the real server reads the real clock")]
pub fn installed(organisation: [u8; 32]) -> Vec<Change> {
    let now = Timestamp::now().as_second();
    let decide = |name: &str, value: String| {
        Change::DecideSwitch(SwitchRow {
            id: 0,
            name: name.to_owned(),
            value,
            reason: "It comes with the server.".to_owned(),
            by: INSTALLATION,
            second: None,
            asked: now,
            effective: now,
            cancelled: None,
        })
    };
    let public = URL_SAFE_NO_PAD.encode(organisation);
    vec![decide("keys", "server".to_owned()), decide("reading", format!("organisation {public}"))]
}

/// Stands in a decision for whoever installs the server.
const INSTALLATION: i64 = -1;

/// Stores that a second administrator agreed to all that waits. The server must not run.
#[expect(clippy::disallowed_methods, reason = "the real server reads the real clock")]
pub async fn agree_to_all(data: &Path) -> anyhow::Result<()> {
    let databases = Databases::open(&Options { folder: data.to_owned(), max_pages: None }).await?;
    let now = Timestamp::now().as_second();
    let waiting = databases.main.switches().await?.into_iter();
    let agree = |id| Change::AgreeSwitch { id, second: i64::MAX, effective: now };
    let waiting = waiting.filter(|it| it.effective > now && it.second.is_none());
    let waiting = waiting.filter(|it| it.cancelled.is_none());
    databases.main.commit(waiting.map(|it| agree(it.id)).collect()).await?;
    Ok(databases.close().await?)
}

/// Asks for a change of a switch. Returns where it waits, and the organisation's key if one was made.
pub async fn ask(
    server: SocketAddr,
    by: &mut Person,
    switch: &str,
    fields: &[(&str, &str)],
) -> anyhow::Result<(String, Option<String>)> {
    let form = format!("/admin/switches/{switch}");
    let mut fields = fields.to_vec();
    fields.push(("reason", "The board decided it on Monday."));
    let shown = by.submit(server, &form, &format!("{form}/effect"), &fields).await?.text();
    let key = shown.split("<p class=\"code\">").nth(1).and_then(|it| it.split('<').next());
    let key = key.map(str::to_owned);
    if let Some(key) = &key {
        let groups: Vec<&str> = key.split('-').collect();
        let group = |at: usize| groups.get(at).copied().context("the key is short");
        fields = vec![("third", group(2)?), ("seventh", group(6)?)];
        let asked = by.send(server, &shown, &form, &fields).await?;
        return Ok((location(&asked)?, Some(key.clone())));
    }
    let asked = by.send(server, &shown, &form, &fields).await?;
    Ok((location(&asked)?, None))
}

/// Sets a switch to what two administrators agree on. Returns the organisation's key, if one was made.
pub async fn set(
    server: SocketAddr,
    (asking, agreeing): (&mut Person, &mut Person),
    switch: &str,
    fields: &[(&str, &str)],
) -> anyhow::Result<Option<String>> {
    let (waits, key) = ask(server, asking, switch, fields).await?;
    // What strengthens privacy holds at once.
    if waits.contains("/waiting/") {
        let agreed = agreeing.submit(server, &waits, &format!("{waits}/agree"), &[]).await?;
        ensure!(agreed.status == 303, "agreeing answered {}", agreed.status);
    }
    Ok(key)
}

/// What programs are told that a switch is set to.
pub async fn set_to(server: SocketAddr, switch: &str) -> anyhow::Result<String> {
    let mut connection = Connection::open(server).await?;
    let told: Value = connection.get("/privacy.json", &[]).await?.json()?;
    let all = told["in_force"].as_array().context("nothing is in force")?;
    let found = all.iter().find(|it| it["switch"] == switch).context("no such switch")?;
    Ok(found["set_to"].as_str().context("it is not set")?.to_owned())
}
