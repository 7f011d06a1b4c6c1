//! The switch by which the server keeps a key to new accounts, as people meet it.

use std::net::SocketAddr;

use affiant_tests::administrators::{self, PASSWORD, set_to};
use affiant_tests::client::{Connection, Reply};
use affiant_tests::person::{Person, location};
use affiant_tests::program::{Server, Setup};
use anyhow::{Context as _, ensure};
use tempfile::TempDir;

const INTERVIEW: &str = "
metadata:
  title: One word
---
mandatory: true
question: You said {{ word }}
---
question: What is the word?
fields:
  - Word: word
";

/// A server, and two administrators who can agree.
pub(crate) struct House {
    folder: TempDir,
    pub(crate) server: Server,
    pub(crate) ada: Person,
    pub(crate) grace: Person,
}

fn run(folder: &TempDir) -> anyhow::Result<Server> {
    let (data, flags) = (folder.path().join("data"), vec!["--dev".to_owned()]);
    let interviews = folder.path().join("interviews");
    Server::start(&Setup { data, interviews, flags, folder: folder.path().to_owned() })
}

impl House {
    pub(crate) async fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let interviews = folder.path().join("interviews");
        fs_err::create_dir_all(&interviews)?;
        fs_err::write(interviews.join("one.yml"), INTERVIEW)?;
        fs_err::write(folder.path().join("affiant.toml"), "trusted_proxies = [\"127.0.0.0/8\"]\n")?;
        let mut server = run(&folder)?;
        let data = folder.path().join("data");
        let (ada, grace) = administrators::two(&server, &data.join("mail")).await?;
        server.terminate()?;
        server.wait()?;
        administrators::two_days_pass(&data).await?;
        let server = run(&folder)?;
        Ok(Self { folder, server, ada, grace })
    }

    pub(crate) fn at(&self) -> SocketAddr {
        self.server.address
    }

    /// Sets a switch to what both administrators agree on.
    pub(crate) async fn set(
        &mut self,
        switch: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Option<String>> {
        let at = self.at();
        administrators::set(at, (&mut self.ada, &mut self.grace), switch, fields).await
    }

    /// Somebody with an empty browser.
    pub(crate) fn somebody(&self, name: &str, number: u8) -> Person {
        let mail = self.folder.path().join("data/mail");
        Person::new(format!("{name}@example.org"), format!("10.0.0.{number}"), mail)
    }

    /// Somebody who registers and answers one interview.
    pub(crate) async fn person(&self, name: &str, number: u8) -> anyhow::Result<Person> {
        let mut person = self.somebody(name, number);
        person.register(self.at(), PASSWORD).await?;
        let word = word_of(&person);
        begin(self.at(), &mut person, &word).await?;
        Ok(person)
    }

    /// All mails that were sent.
    pub(crate) fn mails(&self) -> anyhow::Result<Vec<String>> {
        let mut mails = Vec::new();
        for entry in fs_err::read_dir(self.folder.path().join("data/mail"))? {
            mails.push(fs_err::read_to_string(entry?.path())?.replace("=\r\n", ""));
        }
        Ok(mails)
    }
}

pub(crate) fn word_of(person: &Person) -> String {
    format!("word of {}", person.email)
}

/// Begins an interview and answers it. Returns its last page.
pub(crate) async fn begin(
    at: SocketAddr,
    person: &mut Person,
    word: &str,
) -> anyhow::Result<String> {
    let begun = person.submit(at, "/i/one", "/i/one/sessions", &[]).await?;
    let page = location(&begun)?;
    let answered = person.submit(at, &page, &page, &[("word", word)]).await?;
    location(&answered)
}

/// Sets a new password with a link that is mailed, without a recovery key. Returns the page that was
/// shown before, and where the reset led.
async fn reset(at: SocketAddr, person: &mut Person, new: &str) -> anyhow::Result<(String, Reply)> {
    person.sign_out();
    let email = person.email.clone();
    let path = "/account/reset";
    person.submit(at, path, path, &[("email", &email)]).await?;
    let link = format!("{}/without", person.link(at, "reset").await?);
    let shown = person.get(at, &link).await?.text();
    let mut fields = vec![("new", new)];
    if shown.contains("name=\"accept\"") {
        fields.push(("accept", "yes"));
    }
    let done = person.send(at, &shown, &link, &fields).await?;
    Ok((shown, done))
}

/// Opens the first interview of a person's page and returns what its last page says.
async fn first_interview(at: SocketAddr, person: &mut Person) -> anyhow::Result<String> {
    let page = person.get(at, "/account").await?.text();
    let (_, rest) = page.split_once("action=\"/account/interviews/").context("nothing opens")?;
    let action = format!("/account/interviews/{}", rest.split('"').next().unwrap_or(""));
    let opened = person.send(at, &page, &action, &[]).await?;
    Ok(person.get(at, &location(&opened)?).await?.text())
}

const OTHER: &str = "a kettle under the old stairs";
const PANEL: &str = "The server holds a key to your answers";

#[tokio::test]
async fn accounts_made_under_the_switch_lose_nothing_and_say_so_and_no_others_do()
-> anyhow::Result<()> {
    let mut house = House::new().await?;
    let at = house.at();
    let mut bob = house.person("bob", 1).await?;
    let mut eve = house.somebody("eve", 2);
    let form = eve.get(at, "/account/register").await?.text();
    assert!(form.contains("We do not know it and cannot open your answers"), "{form}");

    house.set("keys", &[("to", "server")]).await?;
    assert_eq!(set_to(at, "keys").await?, "server");
    let privacy = eve.get(at, "/privacy").await?.text();
    assert!(privacy.contains("but the server holds a key to those of accounts too"), "{privacy}");
    assert!(privacy.contains("The board decided it on Monday."), "{privacy}");

    // Who sees the page of before is told first.
    let typed = [("name", "Eve"), ("email", "eve@example.org"), ("new", PASSWORD)];
    let refused = eve.send(at, &form, "/account/register", &typed).await?;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("The people who run this site can open your answers"));
    assert!(house.mails()?.iter().all(|it| !it.contains("eve@example.org")), "no account was made");

    let mut carol = house.person("carol", 3).await?;
    assert!(carol.get(at, "/account").await?.text().contains(PANEL));
    assert!(!bob.get(at, "/account").await?.text().contains(PANEL));
    let (shown, done) = reset(at, &mut carol, OTHER).await?;
    assert!(shown.contains("Nothing is lost"), "{shown}");
    ensure!(done.status == 303, "{}", done.text());
    let page = first_interview(at, &mut carol).await?;
    assert!(page.contains(&word_of(&carol)), "{page}");
    let (shown, done) = reset(at, &mut bob, OTHER).await?;
    assert!(shown.contains("nobody can open it for you, we included"), "{shown}");
    ensure!(done.status == 303, "{}", done.text());
    assert!(bob.get(at, "/account").await?.text().contains("Your earlier interviews are locked"));

    // The switch goes back: nobody new is held, and who was still is, until they decide.
    house.set("keys", &[("to", "own")]).await?;
    let mut dave = house.person("dave", 4).await?;
    assert!(!dave.get(at, "/account").await?.text().contains(PANEL));
    assert!(carol.get(at, "/account").await?.text().contains(PANEL));
    let path = "/account/custody";
    assert_eq!(location(&dave.get(at, path).await?)?, "/account/security");
    let wrong = carol.submit(at, path, path, &[("password", PASSWORD)]).await?;
    assert_eq!(wrong.status, 422);
    let left = carol.submit(at, path, path, &[("password", OTHER)]).await?;
    assert_eq!(location(&left)?, "/account/recovery-key");
    assert!(!carol.get(at, "/account").await?.text().contains(PANEL));
    let page = first_interview(at, &mut carol).await?;
    assert!(page.contains(&word_of(&carol)), "{page}");
    let log = carol.get(at, "/account/activity").await?.text();
    for said in ["Holds the key to the answers alone", "the server’s key opened the old answers"]
    {
        assert!(log.contains(said), "{said}: {log}");
    }
    Ok(())
}

#[tokio::test]
async fn one_administrator_alone_decides_nothing_today() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    let at = house.at();
    for (switch, to, before) in [("keys", "server", "own"), ("reading", "organisation", "nobody")] {
        let (waits, _) = administrators::ask(at, &mut house.ada, switch, &[("to", to)]).await?;
        assert_eq!(set_to(at, switch).await?, before);
        let own = house.ada.submit(at, &waits, &format!("{waits}/agree"), &[]).await?;
        assert_eq!(own.status, 403, "{switch}");
        assert_eq!(set_to(at, switch).await?, before);
        let mut connection = Connection::open(at).await?;
        let page = connection.get("/privacy", &[]).await?.text();
        assert!(page.contains("What is going to change"), "{page}");
        let cancelled = house.grace.submit(at, &waits, &format!("{waits}/cancel"), &[]).await?;
        assert_eq!(cancelled.status, 303, "{switch}");
    }
    Ok(())
}
