//! A person with an account: a browser that keeps cookies, and a mail box.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use totp_rs::{Builder, Secret};

use crate::account::{SAME, form};
use crate::client::{Connection, Reply};

/// How long a mail, or leave to try again, may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often somebody tries again whom the server told to wait.
const AGAIN: Duration = Duration::from_millis(500);
/// How often somebody looks for mail.
const LOOK: Duration = Duration::from_millis(20);

/// What stands between the parts of a form with files.
const BOUNDARY: &str = "a-boundary-that-no-file-holds";

/// The cookie by which a browser is known in which somebody signed in before.
const DEVICE: &str = "__Host-d";

/// A person in front of one browser.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their e-mail address.
    pub email: String,
    /// The address that their requests come from, as a proxy of the server tells it.
    pub from: String,
    /// Where the development server keeps the mails that it sends.
    pub mail: PathBuf,
    cookies: BTreeMap<String, String>,
    read: Vec<PathBuf>,
}

impl Person {
    /// Somebody with an empty browser.
    pub fn new(email: String, from: String, mail: PathBuf) -> Self {
        Self { email, from, mail, cookies: BTreeMap::new(), read: Vec::new() }
    }

    /// Opens a page.
    pub async fn get(&mut self, server: SocketAddr, path: &str) -> anyhow::Result<Reply> {
        let mut connection = Connection::open(server).await?;
        let cookies = self.cookies();
        let headers = [("cookie", cookies.as_str()), ("x-forwarded-for", self.from.as_str())];
        let reply = connection.get(path, &headers).await?;
        self.keep(&reply);
        Ok(reply)
    }

    /// Opens a page, fills in a form of it and sends it to `action`.
    pub async fn submit(
        &mut self,
        server: SocketAddr,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Reply> {
        let start = std::time::Instant::now();
        let mut turns = tokio::time::interval(AGAIN);
        loop {
            turns.tick().await;
            let shown = self.get(server, page).await?;
            ensure!(shown.status == 200, "{page} answered {}", shown.status);
            let reply = self.send(server, &shown.text(), action, fields).await?;
            if reply.header("retry-after").is_none() {
                return Ok(reply);
            }
            ensure!(start.elapsed() < PATIENCE, "{action} is never let through");
        }
    }

    /// Fills in a form of a page that is shown and sends it to `action`.
    pub async fn send(
        &mut self,
        server: SocketAddr,
        shown: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Reply> {
        let mut all = hidden(shown);
        all.retain(|name, _| !fields.iter().any(|it| it.0 == *name));
        // A field can be there more than once, such as a box that is ticked.
        let all: Vec<(&str, &str)> = all.into_iter().chain(fields.iter().copied()).collect();
        let mut connection = Connection::open(server).await?;
        let cookies = self.cookies();
        let from = ("x-forwarded-for", self.from.as_str());
        let headers = [SAME, ("cookie", cookies.as_str()), from];
        let reply = connection.post(action, &headers, form(&all)).await?;
        self.keep(&reply);
        Ok(reply)
    }

    /// Sends a text file as the answer to a field of a page.
    pub async fn upload(
        &mut self,
        server: SocketAddr,
        page: &str,
        field: &str,
        content: &str,
    ) -> anyhow::Result<Reply> {
        let shown = self.get(server, page).await?.text();
        let mut body = String::new();
        let mut part = |head: &str, content: &str| {
            body.push_str(&format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; {head}\r\n\r\n{content}\r\n"
            ));
        };
        for (name, value) in hidden(&shown) {
            part(&format!("name=\"{name}\""), value);
        }
        part(&format!("name=\"{field}\"; filename=\"paper.txt\""), content);
        body.push_str(&format!("--{BOUNDARY}--\r\n"));
        let mut connection = Connection::open(server).await?;
        let cookies = self.cookies();
        let from = ("x-forwarded-for", self.from.as_str());
        let headers = [SAME, ("cookie", cookies.as_str()), from];
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let reply = connection.post_as(page, &kind, &headers, body.into_bytes()).await?;
        self.keep(&reply);
        Ok(reply)
    }

    /// The path of the next link to `kind` (`confirm`, `reset`) in a mail to this person, which is
    /// waited for.
    pub async fn link(&mut self, server: SocketAddr, kind: &str) -> anyhow::Result<String> {
        let start = std::time::Instant::now();
        let mut turns = tokio::time::interval(LOOK);
        while start.elapsed() < PATIENCE {
            turns.tick().await;
            if let Some(link) = self.mailed(kind)? {
                return Ok(link);
            }
            // Nobody writes mails any more when the server is gone.
            Connection::open(server).await?;
        }
        bail!("no mail with a link to {kind} came")
    }

    fn mailed(&mut self, kind: &str) -> anyhow::Result<Option<String>> {
        let Ok(entries) = fs_err::read_dir(&self.mail) else { return Ok(None) };
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry?.path());
        }
        paths.sort();
        for path in paths {
            if self.read.contains(&path) || path.extension().is_none_or(|it| it != "eml") {
                continue;
            }
            let text = fs_err::read_to_string(&path)?.replace("=\r\n", "");
            if !text.contains(&self.email) {
                continue;
            }
            self.read.push(path);
            let start = format!("/account/{kind}/");
            if let Some(at) = text.find(&start) {
                let rest = &text[at + start.len()..];
                let is_code = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
                let end = rest.find(|it| !is_code(it)).unwrap_or(rest.len());
                return Ok(Some(format!("{start}{}", &rest[..end])));
            }
        }
        Ok(None)
    }

    /// Registers and confirms the address; the person is signed in then.
    pub async fn register(&mut self, server: SocketAddr, password: &str) -> anyhow::Result<()> {
        let email = self.email.clone();
        let fields = [("name", "Ada"), ("email", email.as_str()), ("new", password)];
        let path = "/account/register";
        let sent = self.submit(server, path, path, &fields).await?;
        ensure!(sent.status == 200, "registering answered {}", sent.status);
        let mut link = self.link(server, "confirm").await?;
        // Registering again ends the link of the first time.
        while self.get(server, &link).await?.status == 404 {
            link = self.link(server, "confirm").await?;
        }
        // The password is asked for only when the link is opened in another browser.
        let done = self.submit(server, &link, &link, &[("password", password)]).await?;
        ensure!(done.status == 303, "confirming answered {}", done.status);
        Ok(())
    }

    /// Signs in. Whether the password was right.
    pub async fn sign_in(&mut self, server: SocketAddr, password: &str) -> anyhow::Result<bool> {
        self.sign_out();
        let email = self.email.clone();
        let fields = [("email", email.as_str()), ("password", password)];
        let path = "/account/sign-in";
        let reply = self.submit(server, path, path, &fields).await?;
        match reply.status.as_u16() {
            303 => Ok(true),
            422 => Ok(false),
            other => bail!("signing in answered {other}"),
        }
    }

    /// Starts the interview `one` and answers its question. Returns the page that shows the answer.
    pub async fn answer(&mut self, server: SocketAddr, word: &str) -> anyhow::Result<String> {
        let begun = self.submit(server, "/i/one", "/i/one/sessions", &[]).await?;
        let page = location(&begun)?;
        let taken = self.submit(server, &page, &page, &[("word", word)]).await?;
        ensure!(taken.status == 303, "answering answered {}", taken.status);
        location(&taken)
    }

    /// The id of the session that the account lists first, as addresses write it; `None` if there is
    /// none.
    pub async fn listed(&mut self, server: SocketAddr) -> anyhow::Result<Option<String>> {
        let account = self.get(server, "/account").await?.text();
        let link = account.split("\"/account/interviews/").nth(1);
        Ok(link.and_then(|it| it.split('/').next()).map(str::to_owned))
    }

    /// Makes an API key with these scopes.
    pub async fn api_key(
        &mut self,
        server: SocketAddr,
        password: &str,
        scopes: &[&str],
    ) -> anyhow::Result<String> {
        let path = "/account/keys";
        let mut fields = vec![("name", "a program"), ("days", "7"), ("password", password)];
        fields.extend(scopes.iter().map(|it| ("scope", *it)));
        let page = self.submit(server, path, path, &fields).await?.text();
        coded(&page)
    }

    /// Turns a second factor on. Returns its codes on paper.
    pub async fn second_factor(
        &mut self,
        server: SocketAddr,
        password: &str,
    ) -> anyhow::Result<Vec<String>> {
        let path = "/account/second-factor";
        let page = self.get(server, path).await?.text();
        let code = code_of(&coded(&page)?)?;
        let fields = [("code", code.as_str()), ("password", password)];
        let on = self.send(server, &page, path, &fields).await?;
        ensure!(on.status == 200, "a second factor answered {}", on.status);
        let on = on.text();
        let list = on.split("class=\"code codes\">").nth(1).and_then(|it| it.split("</ol>").next());
        let items = list.context("there are no codes on paper")?.split("<li>").skip(1);
        Ok(items.filter_map(|it| it.split('<').next()).map(|it| it.trim().to_owned()).collect())
    }

    /// The browser forgets who is signed in. It stays known, so that wrong tries hold nobody up.
    pub fn sign_out(&mut self) {
        self.cookies.retain(|name, _| name == DEVICE);
    }

    /// What one of the browser's cookies holds.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Puts a cookie into the browser, as somebody else may have done.
    pub fn plant(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// What the browser's cookies hold.
    pub fn tokens(&self) -> Vec<String> {
        self.cookies.values().cloned().collect()
    }

    fn cookies(&self) -> String {
        let each = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        each.collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, reply: &Reply) {
        for cookie in reply.headers.get_all("set-cookie") {
            let Ok(cookie) = cookie.to_str() else { continue };
            let Some((name, value)) = cookie.split(';').next().and_then(|it| it.split_once('='))
            else {
                continue;
            };
            if value.is_empty() || cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// The hidden fields of a page's forms; of those with one name the first.
fn hidden(page: &str) -> BTreeMap<&str, &str> {
    let mut found = BTreeMap::new();
    for input in page.split("<input type=\"hidden\" name=\"").skip(1) {
        let name = input.split('"').next().unwrap_or("");
        let value = input.split("value=\"").nth(1).and_then(|it| it.split('"').next());
        found.entry(name).or_insert(value.unwrap_or(""));
    }
    found
}

/// What a page shows to be written down.
pub fn coded(page: &str) -> anyhow::Result<String> {
    let code = page.split("class=\"code\">").nth(1).and_then(|it| it.split('<').next());
    Ok(code.context("the page shows no code")?.trim().to_owned())
}

/// What an app shows now that was given this key of a second factor.
#[expect(clippy::disallowed_methods, reason = "the real server reads the real clock")]
fn code_of(key: &str) -> anyhow::Result<String> {
    let key: String = key.split_whitespace().collect();
    let secret = Secret::try_from_base32(&key).context("the key is not in base 32")?;
    let app = Builder::new().with_secret(secret).build().context("no code")?;
    Ok(app.generate(u64::try_from(jiff::Timestamp::now().as_second())?).to_string())
}

/// The place that a redirection leads to.
pub fn location(reply: &Reply) -> anyhow::Result<String> {
    Ok(reply.header("location").context("the answer leads nowhere")?.to_owned())
}
