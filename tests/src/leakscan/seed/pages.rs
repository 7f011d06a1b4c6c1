//! An interview as a browser answers it, with everything that can go wrong on the way.

use anyhow::{Context as _, ensure};
use hyper::Method;

use crate::client::{Connection, Reply};
use crate::leakscan::canary::Planter;
use crate::leakscan::seed::End;

const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const BOUNDARY: &str = "a-boundary-that-no-file-holds";

/// Items of the list that a session gathers.
const THINGS: usize = 3;

/// A browser with the cookie of one session.
struct Browser<'a> {
    connection: &'a mut Connection,
    cookie: String,
}

impl Browser<'_> {
    async fn get(&mut self, path: &str) -> anyhow::Result<Reply> {
        // What is packed on its way must not stay behind in a buffer either.
        let headers = [("cookie", self.cookie.as_str()), ("accept-encoding", "gzip")];
        self.connection.request(Method::GET, path, &headers, Vec::new()).await
    }

    async fn page(&mut self, path: &str) -> anyhow::Result<String> {
        let page = self.connection.get(path, &[("cookie", self.cookie.as_str())]).await?;
        ensure!(page.status == 200, "{path} answered {}", page.status);
        Ok(page.text())
    }

    async fn post(&mut self, path: &str, body: String) -> anyhow::Result<Reply> {
        let headers = [SAME, FORM, ("cookie", self.cookie.as_str())];
        self.connection.request(Method::POST, path, &headers, body.into_bytes()).await
    }

    /// Answers a screen, and asks for the page where it leads.
    async fn answer(&mut self, step: u32, page: &str, fields: &str) -> anyhow::Result<String> {
        let path = format!("/i/everything/{step}");
        let answered = self.post(&path, format!("{}&{fields}", hidden(page))).await?;
        ensure!(answered.status == 303, "{path} answered {}: {}", answered.status, answered.text());
        self.page(&format!("/i/everything/{}", step + 1)).await
    }
}

/// Answers the whole interview.
pub(crate) async fn session(
    connection: &mut Connection,
    planter: &mut Planter,
    with_documents: bool,
    with_code: bool,
    end: End,
) -> anyhow::Result<()> {
    let begun = connection.post("/i/everything/sessions", &[SAME], String::new()).await?;
    ensure!(begun.status == 303, "a session does not begin: {}", begun.status);
    let cookie = begun.header("set-cookie").and_then(|it| it.split(';').next());
    let cookie = cookie.context("a session has no cookie")?.to_owned();
    let token = cookie.split_once('=').map_or("", |it| it.1);
    planter.secret("token of a session", token.as_bytes());
    let mut browser = Browser { connection, cookie };

    let first = browser.page("/i/everything/0").await?;
    refusals(&mut browser, planter, &first).await?;
    let mut page = browser.answer(0, &first, &person(planter)).await?;
    conflict(&mut browser, planter, &first).await?;
    let mut step = 1;
    for thing in 0..THINGS {
        let more = if thing + 1 < THINGS { "&things.there_is_another=true" } else { "" };
        let fields = format!("things[{thing}]={}{more}", planter.text("item of a list"));
        page = browser.answer(step, &page, &fields).await?;
        step += 1;
    }
    page = papers(&mut browser, planter, step, &page).await?;
    step += 1;

    // Back, another answer, and forward again; then what the last screen offers.
    let again = browser.page("/i/everything/0").await?;
    browser.answer(0, &again, &person(planter)).await?;
    browser.get(&format!("/i/everything/{step}")).await?;
    if with_documents {
        for ending in ["html", "docx", "pdf"] {
            browser.get(&format!("/i/everything/{step}/document/0.{ending}")).await?;
        }
    }
    file(&mut browser, &page).await?;
    if with_code {
        code(&mut browser, planter, &page).await?;
    }
    if end == End::Deleted {
        let page = browser.page("/i/everything/delete").await?;
        let deleted = browser.post("/i/everything/delete", hidden(&page)).await?;
        ensure!(deleted.status == 200, "a session is not deleted: {}", deleted.status);
    }
    Ok(())
}

/// The fields of the first screen, each with a canary.
pub(super) fn first(planter: &mut Planter) -> Vec<(&'static str, String)> {
    let area = format!("{}\n<b>{}&amp;\"é", planter.text("area"), planter.text("area"));
    vec![
        ("first_text", planter.text("text")),
        ("area", area),
        ("email", format!("{}@example.org", planter.text("e-mail address"))),
        ("whole", planter.number("whole number")),
        ("number", planter.number("number")),
        ("amount", planter.number("amount")),
        ("password", planter.text("password")),
        ("combination", planter.text("combination")),
    ]
}

/// The same as a browser posts it.
fn person(planter: &mut Planter) -> String {
    let fields = first(planter);
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Everything that a page refuses, with what it then shows again.
async fn refusals(
    browser: &mut Browser<'_>,
    planter: &mut Planter,
    page: &str,
) -> anyhow::Result<()> {
    let path = "/i/everything/0";
    let hidden = hidden(page);
    let long = planter.text("text that is too long").repeat(3);
    let email = planter.text("wrong e-mail address");
    let number = planter.text("wrong number");
    let typed = format!("{hidden}&first_text={long}&area=a&email={email}&whole={number}");
    let refused = browser.post(path, typed).await?;
    ensure!(refused.status == 422, "wrong answers got {}", refused.status);
    let unknown = planter.text("name of an unknown field");
    let unknown = format!("{hidden}&{unknown}={}", planter.text("unknown field"));
    ensure!(browser.post(path, unknown).await?.status == 400);
    let foreign = format!("_csrf={}&first_text=a", planter.text("code of a form"));
    ensure!(browser.post(path, foreign).await?.status == 403);
    let action = format!("{hidden}&_action={}", planter.text("action"));
    browser.post(path, action).await?;
    let broken = format!("{hidden}&first_text=%FF%{}", planter.text("broken form"));
    browser.post(path, broken).await?;
    Ok(())
}

/// The same screen answered from another tab.
async fn conflict(
    browser: &mut Browser<'_>,
    planter: &mut Planter,
    old: &str,
) -> anyhow::Result<()> {
    let late = format!("{}&{}", hidden(old), person(planter));
    let late = browser.post("/i/everything/0", late).await?;
    ensure!(late.status == 409, "another tab got {}", late.status);
    Ok(())
}

/// Sends two files and a signature; first one of a kind that is refused.
async fn papers(
    browser: &mut Browser<'_>,
    planter: &mut Planter,
    step: u32,
    page: &str,
) -> anyhow::Result<String> {
    let own = hidden(page);
    let mut body = String::new();
    for pair in own.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        push(&mut body, &format!("name=\"{name}\""), value);
    }
    let mut refused = body.clone();
    let name = planter.text("name of a refused file");
    let content = format!("\u{1}\u{2}{}", planter.text("refused file"));
    push(&mut refused, &format!("name=\"papers\"; filename=\"{name}.exe\""), &content);
    for _ in 0..2 {
        let name = planter.text("name of a file");
        let content = format!("{}\n", planter.text("file")).repeat(40);
        push(&mut body, &format!("name=\"papers\"; filename=\"{name}.txt\""), &content);
    }
    push(&mut body, "name=\"signature\"", &planter.text("signature"));
    push(&mut body, "name=\"signature--signed\"", "true");
    let path = format!("/i/everything/{step}");
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [SAME, ("content-type", kind.as_str()), ("cookie", browser.cookie.as_str())];
    let end = format!("--{BOUNDARY}--\r\n");
    for (parts, status) in [(refused, 422), (body, 303)] {
        let sent = (parts + end.as_str()).into_bytes();
        let reply = browser.connection.request(Method::POST, &path, &headers, sent).await?;
        ensure!(reply.status == status, "files got {}: {}", reply.status, reply.text());
    }
    browser.page(&format!("/i/everything/{}", step + 1)).await
}

fn push(body: &mut String, head: &str, content: &str) {
    body.push_str(&format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; {head}\r\n\r\n{content}\r\n"
    ));
}

/// Asks for a file that was sent.
async fn file(browser: &mut Browser<'_>, last: &str) -> anyhow::Result<()> {
    let link = last.split('"').find(|it| it.contains("/file/"));
    if let Some(link) = link {
        browser.get(link).await?;
    }
    Ok(())
}

/// Takes a return code, tries a wrong one, and goes on with the right one.
async fn code(browser: &mut Browser<'_>, planter: &mut Planter, page: &str) -> anyhow::Result<()> {
    let saved = browser.post("/i/everything/save", hidden(page)).await?.text();
    let code = saved.split("class=\"code\">").nth(1).and_then(|it| it.split('<').next());
    let code = code.context("there is no return code")?.trim().to_owned();
    planter.secret("return code", code.as_bytes());
    planter.secret("return code", code.replace('-', "").as_bytes());
    let wrong = format!("code={}", planter.text("wrong return code"));
    ensure!(browser.post("/i/everything/resume", wrong).await?.status == 422);
    let resumed = browser.post("/i/everything/resume", format!("code={code}")).await?;
    ensure!(resumed.status == 303, "a return code got {}", resumed.status);
    let cookie = resumed.header("set-cookie").and_then(|it| it.split(';').next());
    cookie.context("a return code gives no cookie")?.clone_into(&mut browser.cookie);
    let token = browser.cookie.split_once('=').map_or("", |it| it.1);
    planter.secret("token of a session", token.as_bytes());
    Ok(())
}

/// The hidden fields of a page's form.
fn hidden(page: &str) -> String {
    let value = |name: &str| {
        let start = format!("name=\"{name}\" value=\"");
        page.split(&start).nth(1).and_then(|it| it.split('"').next()).unwrap_or("").to_owned()
    };
    format!("_csrf={}&_revision={}", value("_csrf"), value("_revision"))
}
