//! Passkeys over HTTP, with an authenticator in software.

use affiant_passkey::testing::{Authenticator, Lie};
use affiant_tests::account;
use affiant_tests::client::{Connection, Reply};
use affiant_tests::program::{Server, Setup};
use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use tempfile::TempDir;

use crate::visitor::SAME;

const SITE: &str = "site.example";
const ORIGIN: &str = "https://site.example";
const LIST: &str = "/account/passkeys";
const SIGN_IN: &str = "/account/sign-in/passkey";
/// 32 bytes in base64url, as an authenticator's PRF extension gives them.
const PRF: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

/// A person with an account at a server that knows its address, and a device with one passkey.
struct House {
    _folder: TempDir,
    _server: Server,
    connection: Connection,
    cookie: String,
    device: Authenticator,
    /// The id that the device keeps with the passkey.
    user: [u8; 16],
}

impl House {
    async fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let interviews = folder.path().join("interviews");
        fs_err::create_dir(&interviews)?;
        let file = folder.path().join("affiant.toml");
        fs_err::write(&file, format!("public_url = \"{ORIGIN}\"\n"))?;
        let server = Server::start(&Setup {
            data: folder.path().join("data"),
            interviews,
            flags: vec!["--config".to_owned(), file.to_string_lossy().into_owned()],
            folder: folder.path().to_owned(),
        })?;
        let mut connection = Connection::open(server.address).await?;
        let cookie = account::sent(&account::first(&server, &mut connection).await?);
        let device = Authenticator::new(ORIGIN, SITE);
        Ok(Self { _folder: folder, _server: server, connection, cookie, device, user: [0; 16] })
    }

    async fn get(&mut self, path: &str) -> anyhow::Result<Reply> {
        self.connection.get(path, &[("cookie", &self.cookie)]).await
    }

    /// Sends a form of ours.
    async fn post(&mut self, to: &str, fields: &[(&str, &str)]) -> anyhow::Result<Reply> {
        // Shown also to whoever owes a second factor.
        let shown = self.get("/account/sign-ins").await?.text();
        let mut all = vec![("_csrf", account::code(&shown)?)];
        all.extend(fields);
        let headers = [SAME, ("cookie", self.cookie.as_str())];
        self.connection.post(to, &headers, account::form(&all)).await
    }

    /// Sends a form with the password.
    async fn with_password(
        &mut self,
        to: &str,
        password: &str,
        field: (&str, &str),
    ) -> anyhow::Result<Reply> {
        self.post(to, &[("password", password), field]).await
    }

    /// What the page of the next step asks the browser: challenge, options.
    async fn begin(&mut self) -> anyhow::Result<(String, String)> {
        let (_, password) = account::ADMINISTRATOR;
        let page = self.with_password(LIST, password, ("name", "My phone")).await?;
        ensure!(page.status == 200, "{}: {}", page.status, page.text());
        let page = page.text();
        let options = between(&page, "data-options=\"", "\"")?.replace("&quot;", "\"");
        let options = options.replace("&#x2f;", "/");
        Ok((between(&page, "name=\"challenge\" value=\"", "\"")?.to_owned(), options))
    }

    /// Sends what the device made.
    async fn add(&mut self, challenge: &str, answer: &str, prf: &str) -> anyhow::Result<Reply> {
        let fields =
            [("challenge", challenge), ("name", "My phone"), ("answer", answer), ("prf", prf)];
        self.post("/account/passkeys/add", &fields).await
    }

    /// Makes a passkey that gives `prf`. Returns the heading of the page that follows.
    async fn make(&mut self, prf: &str) -> anyhow::Result<String> {
        let (challenge, options) = self.begin().await?;
        let asked: Value = serde_json::from_str(&options)?;
        let user = asked["publicKey"]["user"]["id"].as_str().context("no user")?;
        self.user = URL_SAFE_NO_PAD.decode(user)?.as_slice().try_into()?;
        let answer = self.device.make(&options, Lie::None);
        let added = self.add(&challenge, &answer, prf).await?;
        // The sign-in by the password is over: one by the passkey is in its place.
        let cookies = account::cookies(&added);
        if !cookies.is_empty() {
            self.cookie = account::sent(&cookies);
        }
        heading(&added)
    }

    /// Asks as the script of the page does: challenge, options.
    async fn ask(&mut self) -> anyhow::Result<(String, String)> {
        let path = "/account/sign-in/passkey/question";
        let asked = self.connection.post(path, &[SAME], String::new()).await?.expect(200)?;
        let text = |name: &str| asked[name].as_str().map(str::to_owned).context("it says less");
        ensure!(text("prf")?.len() == 43, "{asked}");
        Ok((text("challenge")?, text("options")?))
    }

    /// Signs in as somebody whose browser holds nothing.
    async fn sign_in(&mut self, given: &[(&str, &str)]) -> anyhow::Result<Reply> {
        self.connection.post(SIGN_IN, &[SAME], account::form(given)).await
    }

    /// Asks, and signs in with the passkey.
    async fn use_it(&mut self, prf: &str, counter: u32, lie: Lie) -> anyhow::Result<Reply> {
        let (challenge, options) = self.ask().await?;
        let answer = self.device.sign(&options, &self.user, counter, lie);
        self.sign_in(&[("challenge", &challenge), ("answer", &answer), ("prf", prf)]).await
    }
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> anyhow::Result<&'t str> {
    let (_, rest) = text.split_once(start).with_context(|| format!("no {start} in {text}"))?;
    Ok(rest.split_once(end).context("it ends early")?.0)
}

fn heading(reply: &Reply) -> anyhow::Result<String> {
    Ok(between(&reply.text(), "<h1>", "</h1>")?.to_owned())
}

#[tokio::test]
async fn passkey_signs_in_without_the_password_until_it_is_removed() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    assert_eq!(house.make(PRF).await?, "Your passkey is ready");
    let list = house.get(LIST).await?.text();
    assert!(list.contains("<h2>My phone</h2>"), "{list}");
    assert!(list.contains("It signs you in and opens your answers."), "{list}");
    assert!(house.get("/account/security").await?.text().contains("You have one. It signs you"));

    let done = house.use_it(PRF, 1, Lie::None).await?;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, Some("/account")));
    let cookie = account::sent(&account::cookies(&done));
    let mine = house.connection.get("/account", &[("cookie", &cookie)]).await?;
    assert_eq!(mine.status, 200);
    let where_from = house.get("/account/sign-ins").await?.text();
    assert!(where_from.contains("With a passkey."), "{where_from}");

    let id = between(&list, "name=\"id\" value=\"", "\"")?.to_owned();
    let gone = house.post("/account/passkeys/remove", &[("id", &id)]).await?;
    assert_eq!(heading(&gone)?, "The passkey is removed");
    assert!(house.get(LIST).await?.text().contains("You have none yet."));
    let refused = house.use_it(PRF, 2, Lie::None).await?;
    assert_eq!(refused.status, 422);
    assert_eq!(heading(&refused)?, "This passkey did not sign you in");
    assert!(account::cookies(&refused).is_empty());
    Ok(())
}

#[tokio::test]
async fn passkey_that_opens_nothing_asks_for_the_password() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    assert_eq!(house.make("").await?, "Your passkey signs you in");
    let asked = house.use_it("", 1, Lie::None).await?;
    assert_eq!(heading(&asked)?, "Enter your password to open your answers");
    assert!(account::cookies(&asked).is_empty(), "nobody is signed in yet");
    let challenge = between(&asked.text(), "name=\"challenge\" value=\"", "\"")?.to_owned();
    let unlock = "/account/sign-in/passkey/unlock";
    let (_, password) = account::ADMINISTRATOR;
    let field = ("challenge", challenge.as_str());
    let wrong = house.with_password(unlock, "not the password", field).await?;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("<title>Error: "), "{}", wrong.text());
    let right = house.with_password(unlock, password, field).await?;
    assert_eq!((right.status.as_u16(), right.header("location")), (303, Some("/account")));
    house.cookie = account::sent(&account::cookies(&right));
    let again = house.with_password(unlock, password, field).await?;
    assert_eq!((again.status.as_u16(), heading(&again)?.as_str()), (422, "Start again"));
    Ok(())
}

#[tokio::test]
async fn passkey_is_made_with_the_password_and_one_answer() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    for (name, password, says) in [
        ("", account::ADMINISTRATOR.1, "Enter a name for the passkey"),
        ("My phone", "not the password", "This is not your password"),
    ] {
        let wrong = house.with_password(LIST, password, ("name", name)).await?;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains(says), "{}", wrong.text());
    }
    for lie in Lie::ALL.into_iter().filter(|it| *it != Lie::Signature) {
        let (challenge, options) = house.begin().await?;
        let answer = house.device.make(&options, lie);
        let refused = house.add(&challenge, &answer, PRF).await?;
        assert_eq!(refused.status, 422, "{lie:?}");
        assert_eq!(heading(&refused)?, "The passkey was not added", "{lie:?}");
        let answer = house.device.make(&options, Lie::None);
        let late = house.add(&challenge, &answer, PRF).await?;
        assert_eq!(late.status, 422, "{lie:?}: a question is answered once");
    }
    for (challenge, answer) in [("", ""), ("x", "{}"), ("AA", "[[["), ("\u{0}", "\u{fffd}")] {
        assert_eq!(house.add(challenge, answer, PRF).await?.status, 422, "{answer}");
    }
    assert!(house.get(LIST).await?.text().contains("You have none yet."));
    Ok(())
}

#[tokio::test]
async fn what_a_passkey_did_not_prove_lets_nobody_in() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    house.make(PRF).await?;
    for lie in Lie::ALL {
        let refused = house.use_it(PRF, 1, lie).await?;
        assert_eq!(refused.status, 422, "{lie:?}");
        assert!(account::cookies(&refused).is_empty(), "{lie:?}");
    }
    let (challenge, options) = house.ask().await?;
    let answer = house.device.sign(&options, &house.user, 1, Lie::None);
    let fields = [("challenge", challenge.as_str()), ("answer", &answer), ("prf", PRF)];
    assert_eq!(house.sign_in(&fields).await?.status, 303);
    let replayed = house.sign_in(&fields).await?;
    assert_eq!(replayed.status, 422, "a question is answered once");
    assert!(account::cookies(&replayed).is_empty());
    let mut too_many = 0;
    for _ in 0..20 {
        let reply = house.sign_in(&[("challenge", "x"), ("answer", "{}"), ("prf", "!")]).await?;
        too_many += u32::from(reply.status == 429 && reply.header("retry-after").is_some());
    }
    assert_eq!(too_many, 8, "twelve more after eight that were refused");
    Ok(())
}

#[tokio::test]
async fn site_without_a_name_offers_no_passkeys() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&Setup {
        data: folder.path().join("data"),
        interviews: folder.path().to_owned(),
        flags: Vec::new(),
        folder: folder.path().to_owned(),
    })?;
    let mut connection = Connection::open(server.address).await?;
    let page = connection.get("/account/sign-in", &[]).await?.text();
    assert!(!page.contains("passkey"), "{page}");
    let path = "/account/sign-in/passkey/question";
    assert_eq!(connection.post(path, &[SAME], String::new()).await?.status, 404);
    let cookie = account::sent(&account::first(&server, &mut connection).await?);
    let me = [("cookie", cookie.as_str())];
    let page = connection.get("/account/security", &me).await?.text();
    assert!(!page.contains("asskey"), "{page}");
    assert_eq!(connection.get(LIST, &me).await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn passkey_is_the_second_factor_that_a_role_needs() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    let form = "/admin/switches/second-factor";
    let needed = [("roles", "admin"), ("reason", "They see who has an account.")];
    assert_eq!(house.post(form, &needed).await?.status, 303);
    let page = house.get("/account/second-factor").await?.text();
    assert!(page.contains("A passkey does as well"), "{page}");
    assert_eq!(house.get("/admin").await?.status, 303, "it is owed");

    let before = house.cookie.clone();
    assert_eq!(house.make(PRF).await?, "Your passkey is ready");
    assert_eq!(house.get("/admin").await?.status, 200);
    let earlier = house.connection.get("/admin", &[("cookie", &before)]).await?;
    assert_eq!(earlier.header("location"), Some("/account/sign-in"), "the old sign-in is over");

    // The password alone does not do, and the passkey does.
    let (email, password) = account::ADMINISTRATOR;
    let typed = account::form(&[("email", email), ("password", password)]);
    let entered = house.connection.post("/account/sign-in", &[SAME], typed).await?;
    let cookie = account::sent(&account::cookies(&entered));
    let refused = house.connection.get("/admin", &[("cookie", &cookie)]).await?;
    assert_eq!(refused.header("location"), Some("/account/second-factor"));
    let entered = house.use_it(PRF, 1, Lie::None).await?;
    let cookie = account::sent(&account::cookies(&entered));
    assert_eq!(house.connection.get("/admin", &[("cookie", &cookie)]).await?.status, 200);
    Ok(())
}
