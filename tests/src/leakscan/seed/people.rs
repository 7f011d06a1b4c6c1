//! People with accounts: everything that they type about themselves, and what they share.

mod account;
mod passkey;
mod sharing;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, ensure};
use hyper::Method;
use serde_json::json;

pub(super) use self::account::today;
use crate::client::{Connection, Reply};
use crate::leakscan::canary::Planter;
use crate::leakscan::seed::{Place, pages};
use crate::person::{Person, coded, location};

const ACCOUNT: &str = "/account";
const INTERVIEW: &str = "/i/everything";

/// What a program is allowed whose key is tried.
const SCOPES: [&str; 5] =
    ["profile:read", "sessions:list", "sessions:read", "sessions:write", "export"];

/// Somebody of whom nothing is known but canaries.
pub(super) struct Somebody {
    pub(super) person: Person,
    password: String,
    server: SocketAddr,
}

/// An owner and a reader, from registering on. One of them deletes the account in the end.
pub(super) async fn pair(
    place: &Place,
    planter: &mut Planter,
    number: usize,
) -> anyhow::Result<()> {
    let mut owner = Somebody::register(place, planter, None).await?;
    owner.answers(planter).await?;
    owner.changes(planter).await?;
    let key = owner.recovery_key(planter).await?;
    owner.program(planter).await?;
    owner.exports(planter).await?;
    if number == 0 {
        owner.passkey(planter).await?;
    }
    let (session, code, reader) = owner.invites(planter).await?;

    let mut reader = Somebody::register(place, planter, Some(reader)).await?;
    reader.reads(planter, &code).await?;
    reader.second_factor(planter).await?;

    owner.takes_back(&session).await?;
    for somebody in [&mut owner, &mut reader] {
        somebody.page("/account/activity").await.context("what was done in an account")?;
    }
    owner.forgets(planter, &key).await?;
    let mut leaving = if number.is_multiple_of(2) { reader } else { owner };
    leaving.leaves(planter).await
}

/// Somebody whose interview and account wait to be deleted, since deletions are held.
pub(super) async fn waiting(place: &Place, planter: &mut Planter) -> anyhow::Result<()> {
    let mut it = Somebody::register(place, planter, None).await?;
    it.answers(planter).await?;
    let id = it.person.listed(it.server).await?.context("no session is listed")?;
    let path = format!("{ACCOUNT}/interviews/{id}/delete");
    let held = it.said(&path, &path, &[]).await?;
    ensure!(held.contains("will be deleted on"), "the session was deleted");
    it.leaves(planter).await?;
    ensure!(it.page(ACCOUNT).await?.contains("will be deleted on"), "the account was deleted");
    Ok(())
}

/// Somebody to whose account the server holds a key: who forgets a password, and then holds the key
/// alone.
pub(super) async fn held(place: &Place, planter: &mut Planter) -> anyhow::Result<()> {
    let mut it = Somebody::register(place, planter, None).await?;
    it.answers(planter).await?;
    it.resets_in_custody(planter).await?;
    it.holds_the_key_alone(planter).await
}

impl Somebody {
    /// Somebody with an empty browser, far from everybody else.
    pub(super) fn new(place: &Place, email: String, password: String) -> Self {
        let person = Person::new(email, elsewhere(), place.mail.clone());
        Self { person, password, server: place.server }
    }

    /// Sends a form to the page that shows it.
    async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> anyhow::Result<Reply> {
        self.person.submit(self.server, path, path, fields).await
    }

    /// Sends a form that the page shows again with what is wrong.
    pub(super) async fn refused(
        &mut self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<()> {
        let refused = self.person.submit(self.server, page, action, fields).await?;
        ensure!(refused.status == 422, "{action} answered {}: {}", refused.status, refused.text());
        // Who is wrong too often is kept waiting, by address.
        self.person.from = elsewhere();
        Ok(())
    }

    /// Sends a form that leads on; returns where.
    pub(super) async fn moved(
        &mut self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<String> {
        let moved = self.person.submit(self.server, page, action, fields).await?;
        ensure!(moved.status == 303, "{action} answered {}: {}", moved.status, moved.text());
        location(&moved)
    }

    /// Sends a form whose answer is a page; returns that.
    pub(super) async fn said(
        &mut self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<String> {
        let said = self.person.submit(self.server, page, action, fields).await?;
        ensure!(said.status == 200, "{action} answered {}: {}", said.status, said.text());
        Ok(said.text())
    }

    pub(super) async fn page(&mut self, path: &str) -> anyhow::Result<String> {
        let page = self.person.get(self.server, path).await?;
        ensure!(page.status == 200, "{path} answered {}", page.status);
        Ok(page.text())
    }

    /// The link in the next mail.
    async fn link(&mut self, planter: &mut Planter, kind: &str) -> anyhow::Result<String> {
        let link = self.person.link(self.server, kind).await?;
        planter.secret("link in a mail", link.rsplit('/').next().unwrap_or_default().as_bytes());
        Ok(link)
    }

    /// A session of the account: its first screen answered, and the next one shown.
    async fn answers(&mut self, planter: &mut Planter) -> anyhow::Result<()> {
        let page = self.moved(INTERVIEW, "/i/everything/sessions", &[]).await?;
        let typed = pages::first(planter);
        let fields: Vec<(&str, &str)> = typed.iter().map(|(name, it)| (*name, &**it)).collect();
        let next = self.moved(&page, &page, &fields).await?;
        self.page(&next).await?;
        let language = planter.text("language that was chosen");
        self.person.submit(self.server, "/", "/language", &[("_language", &language)]).await?;
        Ok(())
    }

    /// A program's key, what the program does with it, and the page that lists it.
    async fn program(&mut self, planter: &mut Planter) -> anyhow::Result<()> {
        let path = "/account/keys";
        let (name, wrong) = (planter.text("name of a key"), planter.text("network of a key"));
        let password = self.password.clone();
        let mut fields = vec![("name", name.as_str()), ("days", "7"), ("password", &password)];
        fields.extend(SCOPES.iter().map(|it| ("scope", *it)));
        let refused = [fields.as_slice(), &[("networks", &wrong)]].concat();
        self.refused(path, path, &refused).await?;
        let key = coded(&self.said(path, path, &fields).await?)?;
        planter.secret("API key", key.as_bytes());
        self.page(path).await?;

        let mut connection = Connection::open(self.server).await?;
        let start = json!({ "interview": "everything" });
        let sessions = "/api/v1/account/sessions";
        let started = connection.call(Method::POST, sessions, Some(&key), Some(&start)).await?;
        let started = started.expect(201)?;
        let id = started["session"].as_str().context("a session has no id")?;
        let typed: serde_json::Map<_, _> = pages::first(planter)
            .into_iter()
            .map(|(name, it)| (name.to_owned(), it.into()))
            .collect();
        let answers = json!({ "revision": started["revision"], "answers": typed });
        let answered = format!("/api/v1/sessions/{id}/answers");
        connection.call(Method::POST, &answered, Some(&key), Some(&answers)).await?.expect(200)?;
        let files = format!("/api/v1/sessions/{id}/files");
        let activity = "/api/v1/account/activity";
        for path in ["/api/v1/account", sessions, activity, &files, "/api/v1/account/export"] {
            let told = connection.call(Method::GET, path, Some(&key), None).await?;
            ensure!(told.status == 200, "{path} answered {}", told.status);
        }
        Ok(())
    }

    async fn exports(&mut self, planter: &mut Planter) -> anyhow::Result<()> {
        let path = "/account/export";
        let wrong = planter.text("wrong password");
        self.refused(path, path, &[("password", &wrong)]).await?;
        let password = self.password.clone();
        let copy = self.submit(path, &[("password", &password)]).await?;
        ensure!(copy.status == 200 && copy.body.starts_with(b"PK"), "a copy is no archive");
        Ok(())
    }
}

/// The address of another machine each time.
fn elsewhere() -> String {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    format!("10.{}.{}.1", 1 + number / 250 % 250, number % 250)
}

/// An e-mail address that is a canary.
pub(super) fn address(planter: &mut Planter, path: &'static str) -> String {
    format!("{}@example.org", planter.text(path))
}
