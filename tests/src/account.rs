//! Accounts of tests, made as people make them.

use std::path::Path;

use affiant_backend::{AccountStore as _, Change, Commit as _, SignInRow, SignInStore as _};
use affiant_storage_sqlite::{Databases, Options};
use anyhow::{Context as _, ensure};

use crate::client::{Connection, Reply};
use crate::program::Server;

/// The address and password of the first administrator.
pub const ADMINISTRATOR: (&str, &str) = ("root@example.com", "seven lamps on a wet quay");

/// What a browser says when a page of the same site sends a request.
pub const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");

/// The path of the link that the server prints for the first administrator.
pub async fn printed(server: &Server, connection: &mut Connection) -> anyhow::Result<String> {
    loop {
        let lines = server.lines();
        let printed = lines.iter().find_map(|it| it.split_once("/admin/first/"));
        if let Some((_, rest)) = printed {
            return Ok(format!("/admin/first/{}", rest.split(' ').next().unwrap_or("")));
        }
        // The line follows the one with the address: each answer gives it time.
        connection.get("/health/live", &[]).await?;
    }
}

/// Makes the first administrator with the printed link. Returns the cookies that the server sets.
pub async fn first(server: &Server, connection: &mut Connection) -> anyhow::Result<Vec<String>> {
    let link = printed(server, connection).await?;
    let (email, password) = ADMINISTRATOR;
    let body = form(&[("name", "Root"), ("email", email), ("new", password)]);
    let taken = connection.post(&link, &[SAME], body).await?;
    ensure!(taken.status == 303, "{}: {}", taken.status, taken.text());
    Ok(cookies(&taken))
}

/// Stores that everybody who is signed in came in an hour before they did. The server must not run.
pub async fn came_in_an_hour_before(data: &Path) -> anyhow::Result<()> {
    let databases = Databases::open(&Options { folder: data.to_owned(), max_pages: None }).await?;
    for account in databases.main.accounts(0, 100).await? {
        for it in databases.main.sign_ins(account.id).await? {
            let earlier = SignInRow { proved: it.proved - 3_600, ..it };
            let changes = vec![Change::EndSignIn(earlier.sid), Change::PutSignIn(earlier)];
            databases.main.commit(changes).await?;
        }
    }
    Ok(databases.close().await?)
}

/// The cookies that a reply sets, whole.
pub fn cookies(reply: &Reply) -> Vec<String> {
    let all = reply.headers.get_all("set-cookie").iter();
    all.filter_map(|it| it.to_str().ok().map(str::to_owned)).collect()
}

/// What a browser sends back of the cookies that it was given; those that were taken away are not.
pub fn sent(cookies: &[String]) -> String {
    let kept = cookies.iter().filter(|it| !it.contains("Max-Age=0"));
    let pairs: Vec<&str> = kept.filter_map(|it| it.split(';').next()).collect();
    pairs.join("; ")
}

/// A form as browsers post it.
pub fn form(fields: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish()
}

/// The code of a page's forms.
pub fn code(page: &str) -> anyhow::Result<&str> {
    let value = page.split("name=\"_csrf\" value=\"").nth(1).context("the page has no form")?;
    value.split('"').next().context("the page ends early")
}
