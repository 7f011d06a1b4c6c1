//! The administrator's switches, as administrators and people meet them.

use affiant_backend::{AccountId, AccountStore as _, Change, Commit as _};
use affiant_storage_sqlite::{Databases, Options};
use affiant_tests::client::{Connection, Reply, Session};
use affiant_tests::program::{Server, Setup};
use affiant_tests::{account, administrators};
use anyhow::{Context as _, ensure};
use hyper::Method;
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::visitor::SAME;

const LETTER: &str = "metadata:
  title: One question
---
mandatory: true
question: Thank you for {{ drink }}
buttons:
  - Another drink: restart
---
question: What do you drink?
fields:
  - Drink: drink
";

const DAY: i64 = 86_400;

/// Runs a server on the same data each time.
struct House {
    folder: TempDir,
    server: Server,
    connection: Connection,
    cookie: String,
}

fn run(folder: &TempDir) -> anyhow::Result<Server> {
    let interviews = folder.path().join("interviews");
    fs_err::create_dir_all(&interviews)?;
    fs_err::write(interviews.join("letter.yml"), LETTER)?;
    let data = folder.path().join("data");
    Server::start(&Setup { data, interviews, flags: Vec::new(), folder: folder.path().to_owned() })
}

impl House {
    /// A server with an administrator.
    async fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let server = run(&folder)?;
        let mut connection = Connection::open(server.address).await?;
        let cookie = account::sent(&account::first(&server, &mut connection).await?);
        Ok(Self { folder, server, connection, cookie })
    }

    /// Stops the server, stores a hold on deletions as if it had been decided a while ago, and starts
    /// it again.
    async fn hold_until(&mut self, day: &str) -> anyhow::Result<()> {
        let row = administrators::a_hold_until(day);
        self.stored(|_| Change::DecideSwitch(row)).await
    }

    /// The administrator becomes a person as everybody.
    async fn demoted(&mut self) -> anyhow::Result<()> {
        self.stored(|id| Change::Roles(id, vec!["user".to_owned()], now())).await
    }

    /// Stops the server, stores something about the first account, and starts it again.
    async fn stored(&mut self, change: impl FnOnce(AccountId) -> Change) -> anyhow::Result<()> {
        self.server.terminate()?;
        self.server.wait()?;
        let folder = self.folder.path().join("data");
        let databases = Databases::open(&Options { folder, max_pages: None }).await?;
        let first = databases.main.account_by_number(1).await?.context("there is nobody")?;
        databases.main.commit(vec![change(first.id)]).await?;
        databases.close().await?;
        self.server = run(&self.folder)?;
        self.connection = Connection::open(self.server.address).await?;
        Ok(())
    }

    async fn get(&mut self, path: &str) -> anyhow::Result<Reply> {
        self.connection.get(path, &[("cookie", &self.cookie)]).await
    }

    /// Sends a form of a page of the administrator's, with the page's own code.
    async fn post(
        &mut self,
        page: &str,
        to: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Reply> {
        let shown = self.get(page).await?.text();
        let mut all = vec![("_csrf", account::code(&shown)?)];
        all.extend(fields);
        let headers = [SAME, ("cookie", self.cookie.as_str())];
        self.connection.post(to, &headers, account::form(&all)).await
    }

    /// What programs are told of a switch.
    async fn told(&mut self) -> anyhow::Result<Value> {
        self.get("/privacy.json").await?.json()
    }

    async fn set_to(&mut self, switch: &str) -> anyhow::Result<String> {
        let told = self.told().await?;
        let all = told["in_force"].as_array().context("nothing is in force")?;
        let found = all.iter().find(|it| it["switch"] == switch).context("no such switch")?;
        Ok(found["set_to"].as_str().context("it is not set")?.to_owned())
    }
}

#[expect(clippy::disallowed_methods, reason = "the real server reads the real clock")]
fn now() -> i64 {
    Timestamp::now().as_second()
}

const LIST: &str = "/admin/switches";

#[tokio::test]
async fn what_weakens_waits_in_public_and_what_strengthens_holds_at_once() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    let list = house.get(LIST).await?.text();
    assert!(list.contains("How long answers of visitors are kept"), "{list}");
    let form = "/admin/switches/keep-visitors";
    let effect = "/admin/switches/keep-visitors/effect";

    // What is wrong is told at its field, and nothing that was typed is lost.
    for (days, reason, says) in [
        ("0", "A reason", "Enter a number of days from 1 to 3660"),
        ("30", "", "Enter a reason of up to 500 letters"),
        ("7", "A reason", "It is set to that already"),
    ] {
        let refused = house.post(form, effect, &[("days", days), ("reason", reason)]).await?;
        assert_eq!(refused.status, 422, "{says}");
        assert!(refused.text().contains(says), "{says}");
        assert!(refused.text().contains(&format!("value=\"{days}\"")), "{says}");
    }

    let wanted = [("days", "30"), ("reason", "People are away for long.")];
    let shown = house.post(form, effect, &wanted).await?;
    assert_eq!(shown.status, 200);
    let shown = shown.text();
    for says in ["makes people’s privacy weaker", "7 days after", "30 days after", "24 hours"] {
        assert!(shown.contains(says), "{says}: {shown}");
    }
    assert_eq!(house.told().await?["decisions"], json!([]), "a question decides nothing");

    let asked = house.post(form, form, &wanted).await?;
    assert_eq!(asked.status, 303, "{}", asked.text());
    let waits = asked.header("location").context("no location")?.to_owned();
    assert_eq!(house.set_to("keep-visitors").await?, "7");
    let page = house.get("/privacy").await?.text();
    assert!(page.contains("What is going to change") && page.contains("People are away for long."));

    // Whoever asked cannot agree, and no second request passes by what waits.
    let page = house.get(&waits).await?.text();
    assert!(page.contains("You asked for it.") && !page.contains("/agree"), "{page}");
    let own = house.post(&waits, &format!("{waits}/agree"), &[]).await?;
    assert_eq!(own.status, 403);
    let again = house.post(form, form, &[("days", "60"), ("reason", "More.")]).await?;
    assert_eq!(again.status, 422);
    assert_eq!(house.set_to("keep-visitors").await?, "7");

    let cancelled = house.post(&waits, &format!("{waits}/cancel"), &[]).await?;
    assert_eq!(cancelled.header("location"), Some("/admin/switches?done=cancelled"));
    assert_eq!(house.told().await?["decisions"][0]["state"], "cancelled");
    let late = house.post(form, &format!("{waits}/cancel"), &[]).await?;
    assert_eq!(late.status, 409);

    let less = house.post(form, form, &[("days", "3"), ("reason", "Less is enough.")]).await?;
    assert_eq!(less.header("location"), Some("/admin/switches?done=set"));
    assert_eq!(house.set_to("keep-visitors").await?, "3");
    let start = house.connection.get("/i/letter", &[]).await?.text();
    assert!(start.contains("3 days"), "{start}");
    let start = house.get("/i/letter").await?.text();
    assert!(start.contains("in your account for 90 days"), "{start}");
    Ok(())
}

#[tokio::test]
async fn only_who_was_invited_registers_once_that_is_decided() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    let form = "/admin/switches/registration";
    assert_eq!(house.connection.get("/account/register", &[]).await?.status, 200);
    let done = house.post(form, form, &[("to", "invitation"), ("reason", "Too many.")]).await?;
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(house.connection.get("/account/register", &[]).await?.status, 403);
    let fields =
        [("name", "Ada"), ("email", "ada@example.com"), ("new", "kettle under the stairs")];
    let body = account::form(&fields);
    let refused = house.connection.post("/account/register", &[SAME], body).await?;
    assert_eq!(refused.status, 403);
    assert!(
        house.get("/privacy").await?.text().contains("Only people whom an administrator invited")
    );
    let page = house.get("/admin/people").await?.text();
    let code = account::code(&page)?;
    let headers = [SAME, ("cookie", house.cookie.as_str())];
    let body = account::form(&[("_csrf", code), ("email", "")]);
    let made = house.connection.post("/admin/people/invite", &headers, body).await?.text();
    let made = made.replace("&#x2f;", "/");
    let (_, rest) = made.split_once("/account/invited/").context("no link")?;
    let link = format!("/account/invited/{}", rest.split('<').next().unwrap_or("").trim());
    assert_eq!(house.connection.get(&link, &[]).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn what_is_not_enforced_is_not_offered() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    let list = house.get(LIST).await?.text();
    for name in ["keep-locked", "nothing"] {
        assert_eq!(house.get(&format!("{LIST}/{name}")).await?.status, 404, "{name}");
        assert!(!list.contains(&format!("{LIST}/{name}")), "{name}");
        let body = [("to", "server"), ("days", "9"), ("reason", "x")];
        let sent = house.post(LIST_FORM, &format!("{LIST}/{name}"), &body).await?;
        assert_eq!(sent.status, 404, "{name}");
    }
    assert_eq!(house.told().await?["decisions"], json!([]));
    Ok(())
}

/// A page of the administration with a form.
const LIST_FORM: &str = "/admin/switches/registration";

#[tokio::test]
async fn a_deletion_waits_for_the_end_of_a_hold_and_can_be_taken_back() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    let begun = house.connection.post("/i/letter/sessions", &[SAME], String::new()).await?;
    let visitor = account::sent(&account::cookies(&begun));
    let mut program = Session::start(&mut house.connection, "letter").await?;
    let ends = Timestamp::from_second(now() + 20 * DAY)?.strftime("%Y-%m-%d").to_string();
    house.hold_until(&ends).await?;
    assert_eq!(house.set_to("deleting").await?, format!("held until {ends}"));

    // The page says before what will happen.
    let cookie = [("cookie", visitor.as_str())];
    let page = house.connection.get("/i/letter/delete", &cookie).await?.text();
    assert!(page.contains("Not at once:"), "{page}");
    let headers = [SAME, ("cookie", visitor.as_str())];
    let body = account::form(&[("_csrf", account::code(&page)?)]);
    let asked = house.connection.post("/i/letter/delete", &headers, body).await?;
    assert_eq!((asked.status.as_u16(), asked.header("set-cookie")), (200, None));
    let page = asked.text();
    assert!(page.contains("Your answers will be deleted on") && page.contains("A court asked"));
    assert_eq!(house.told().await?["held_deletions"], 1);
    assert_eq!(house.connection.get("/i/letter/0", &cookie).await?.status, 200);

    let path = format!("/api/v1/sessions/{}", program.id);
    let token = program.token.clone();
    let deleted = house.connection.call(Method::DELETE, &path, Some(&token), None).await?;
    assert_eq!(deleted.expect(202)?, json!({ "deleted_on": ends }));
    assert_eq!(house.told().await?["held_deletions"], 2);

    let body = account::form(&[("_csrf", account::code(&page)?)]);
    let kept = house.connection.post("/i/letter/delete/keep", &headers, body).await?;
    assert_eq!(kept.status, 303);
    assert_eq!(house.told().await?["held_deletions"], 1);

    // A hold that ends before its day lets go of what waited, and of nothing else.
    program.reload(&mut house.connection).await?;
    let form = "/admin/switches/deleting";
    let done = house.post(form, form, &[("reason", "The court has done.")]).await?;
    ensure!(done.status == 303, "{}", done.text());
    assert_eq!(house.set_to("deleting").await?, "any-time");
    let gone = house.connection.call(Method::GET, &path, Some(&token), None).await?;
    assert_eq!(gone.status, 404);
    assert_eq!(house.told().await?["held_deletions"], 0);
    assert_eq!(house.connection.get("/i/letter/0", &cookie).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn an_account_waits_for_the_end_of_a_hold_too() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    house.demoted().await?;
    let ends = Timestamp::from_second(now() + 9 * DAY)?.strftime("%Y-%m-%d").to_string();
    house.hold_until(&ends).await?;
    let password = [("password", account::ADMINISTRATOR.1)];
    let asked = house.post("/account/delete", "/account/delete", &password).await?;
    assert!(asked.text().contains("Your account will be deleted on"), "{}", asked.text());
    let page = house.get("/account").await?.text();
    assert!(page.contains("Your account will be deleted on"), "{page}");
    let page = house.get("/account/delete").await?.text();
    assert!(page.contains("Your account will be deleted on"), "{page}");
    assert_eq!(house.post("/account/delete", "/account/keep", &[]).await?.status, 303);
    assert_eq!(house.told().await?["held_deletions"], 0);
    Ok(())
}

#[tokio::test]
async fn an_interview_that_waits_for_the_end_of_a_hold_says_so_in_the_list() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    let ends = Timestamp::from_second(now() + 9 * DAY)?.strftime("%Y-%m-%d").to_string();
    house.hold_until(&ends).await?;
    let begun = house.post("/account/profile", "/i/letter/sessions", &[]).await?;
    ensure!(begun.status == 303, "{}", begun.text());
    let listed = house.get("/account").await?.text();
    assert!(!listed.contains("It will be deleted on"), "{listed}");
    let (_, rest) = listed.split_once("/account/interviews/").context("nothing is listed")?;
    let id = rest.split('/').next().context("it has no id")?;
    let page = format!("/account/interviews/{id}/delete");
    let asked = house.post(&page, &page, &[]).await?;
    assert_eq!(asked.status, 200);
    let listed = house.get("/account").await?.text();
    assert!(listed.contains("It will be deleted on"), "{listed}");
    assert!(listed.contains("Why it waits, and how to keep it"), "{listed}");
    let kept = house.post(&page, &format!("/account/interviews/{id}/keep"), &[]).await?;
    assert_eq!(kept.status, 303);
    let listed = house.get("/account").await?.text();
    assert!(!listed.contains("It will be deleted on"), "{listed}");
    Ok(())
}

#[tokio::test]
async fn the_last_administrator_does_not_delete_their_own_account() -> anyhow::Result<()> {
    let mut house = House::new().await?;
    let page = house.get("/account/delete").await?;
    assert_eq!(page.status, 409);
    assert!(page.text().contains("You are the last administrator"), "{}", page.text());
    let password = [("password", account::ADMINISTRATOR.1)];
    let refused = house.post("/account/profile", "/account/delete", &password).await?;
    assert_eq!(refused.status, 409);
    assert_eq!(house.get("/admin").await?.status, 200);
    house.demoted().await?;
    let gone = house.post("/account/delete", "/account/delete", &password).await?;
    assert!(gone.text().contains("Your account is deleted"), "{}", gone.text());
    Ok(())
}

/// Sends the button of a page that begins the interview anew. Returns where that leads, and whether the
/// browser keeps what opens the session.
async fn restart(house: &mut House, cookie: &str) -> anyhow::Result<(String, bool)> {
    let shown = house.connection.get("/i/letter/0", &[("cookie", cookie)]).await?.text();
    let mut fields = vec![("_csrf", account::code(&shown)?), ("drink", "tea")];
    fields.push(("_revision", value(&shown, "_revision")?));
    let headers = [SAME, ("cookie", cookie)];
    let answered = house.connection.post("/i/letter/0", &headers, account::form(&fields)).await?;
    ensure!(answered.status == 303, "{}", answered.text());
    let shown = house.connection.get("/i/letter/1", &[("cookie", cookie)]).await?.text();
    let button = shown.split_once(">Another drink</button>").and_then(|it| it.0.rsplit_once('<'));
    let (_, button) = button.context("the page has no button")?;
    let part = |name: &str| {
        let found = button.split_once(&format!(" {name}=\"")).map(|it| it.1);
        found.and_then(|it| it.split('"').next()).with_context(|| format!("it has no {name}"))
    };
    let mut fields = vec![("_csrf", account::code(&shown)?), (part("name")?, part("value")?)];
    fields.push(("_revision", value(&shown, "_revision")?));
    let begun = house.connection.post("/i/letter/1", &headers, account::form(&fields)).await?;
    ensure!(begun.status == 303, "{}", begun.text());
    let to = begun.header("location").context("it leads nowhere")?.to_owned();
    Ok((to, account::cookies(&begun).is_empty()))
}

/// The first value that a page has for a name.
fn value<'a>(page: &'a str, name: &str) -> anyhow::Result<&'a str> {
    let found = page.split_once(&format!("name=\"{name}\" value=\"")).map(|it| it.1);
    found.and_then(|it| it.split('"').next()).with_context(|| format!("the page has no {name}"))
}

#[tokio::test]
async fn who_begins_anew_during_a_hold_does_not_lose_what_cannot_be_deleted() -> anyhow::Result<()>
{
    let mut house = House::new().await?;
    let begun = house.connection.post("/i/letter/sessions", &[SAME], String::new()).await?;
    let visitor = account::sent(&account::cookies(&begun));
    let begun = house.post("/account/profile", "/i/letter/sessions", &[]).await?;
    let person = format!("{}; {}", house.cookie, account::sent(&account::cookies(&begun)));
    let ends = Timestamp::from_second(now() + 9 * DAY)?.strftime("%Y-%m-%d").to_string();
    house.hold_until(&ends).await?;

    // Only the cookie opens a visitor's answers: it stays, and they are told what waits.
    assert_eq!(restart(&mut house, &visitor).await?, ("/i/letter/delete".to_owned(), true));
    let told = house.connection.get("/i/letter/delete", &[("cookie", &visitor)]).await?.text();
    assert!(told.contains("Your answers will be deleted on"), "{told}");
    // A person finds them in the account, and begins anew.
    assert_eq!(restart(&mut house, &person).await?, ("/i/letter".to_owned(), false));
    assert!(house.get("/account").await?.text().contains("It will be deleted on"));
    assert_eq!(house.told().await?["held_deletions"], 2);
    Ok(())
}
