//! The audit log as people, administrators and the command line meet it (AT-33).

use std::process::Output;

use affiant_backend::{AuditEnd, AuditLog as _, AuditStart};
use affiant_storage_sqlite::{Databases, Options};
use affiant_tests::account::{self, ADMINISTRATOR, SAME};
use affiant_tests::client::Connection;
use affiant_tests::person::Person;
use affiant_tests::program::{Server, Setup, command};
use anyhow::{Context as _, ensure};
use serde_json::Value;
use tempfile::TempDir;

const PASSWORD: &str = "a kettle under the old stairs";

/// Where requests of a person come from.
const FROM: &str = "203.0.113.77";

fn start(folder: &TempDir) -> anyhow::Result<Server> {
    let [data, interviews] = ["data", "interviews"].map(|it| folder.path().join(it));
    fs_err::create_dir_all(&interviews)?;
    let config = "log = \"trace\"\ntrusted_proxies = [\"127.0.0.1\"]\n";
    fs_err::write(folder.path().join("affiant.toml"), config)?;
    let flags = vec!["--dev".to_owned()];
    Server::start(&Setup { data, interviews, flags, folder: folder.path().to_owned() })
}

fn verify(folder: &TempDir, arguments: &[&str]) -> anyhow::Result<Output> {
    let mut command = command()?;
    command.args(["audit", "verify", "--data", "data"]).args(arguments);
    Ok(command.current_dir(folder.path()).output()?)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

async fn databases(folder: &TempDir) -> anyhow::Result<Databases> {
    let options = Options { folder: folder.path().join("data"), max_pages: None };
    Ok(Databases::open(&options).await?)
}

/// A server on which an administrator and a person have done something, and stopped.
async fn used(folder: &TempDir) -> anyhow::Result<(Person, Vec<String>)> {
    let mut server = start(folder)?;
    let mut connection = Connection::open(server.address).await?;
    let cookie = account::sent(&account::first(&server, &mut connection).await?);
    let mail = folder.path().join("data/mail");
    let mut ada = Person::new("ada@example.com".to_owned(), FROM.to_owned(), mail);
    ada.register(server.address, PASSWORD).await?;
    ensure!(!ada.sign_in(server.address, "seven other lamps on a quay").await?);
    ensure!(ada.sign_in(server.address, PASSWORD).await?);

    let own = ada.get(server.address, "/account/activity").await?.text();
    ensure!(own.contains("Account made") && own.contains("Signed in with the password"), "{own}");
    ensure!(!own.contains("administrator"), "what somebody else did is not shown: {own}");
    let headers = [("cookie", cookie.as_str())];
    let all = connection.get("/admin/audit?check=yes", &headers).await?.text();
    ensure!(all.contains("Became the first administrator"), "{all}");
    ensure!(all.contains("entries, whole."), "{all}");
    let some = connection.get("/admin/audit?kind=first-administrator", &headers).await?.text();
    ensure!(some.matches("<tr>").count() == 2, "a head and one entry: {some}");
    let page = connection.get("/admin/people/2", &headers).await?.text();
    let body = account::form(&[("_csrf", account::code(&page)?)]);
    let sent = connection.post("/admin/people/2/reset", &[SAME, headers[0]], body).await?;
    ensure!(sent.status == 200, "{}", sent.text());
    let own = ada.get(server.address, "/account/activity").await?.text();
    ensure!(own.contains("Done by somebody else"), "{own}");
    let refused = ada.get(server.address, "/admin/audit").await?;
    ensure!(refused.status == 403, "{}", refused.status);

    drop(connection);
    server.terminate()?;
    server.wait()?;
    Ok((ada, server.lines()))
}

#[tokio::test]
async fn what_people_do_is_kept_and_the_command_tells_whether_it_is_still_so() -> anyhow::Result<()>
{
    let folder = tempfile::tempdir()?;
    used(&folder).await?;
    let whole = verify(&folder, &[])?;
    let text = said(&whole);
    assert!(whole.status.success() && text.contains("entries, whole. The last one is "), "{text}");
    let last = text.split("The last one is ").nth(1).context("no end")?.trim_end_matches('.');
    assert!(verify(&folder, &["--holds", last])?.status.success());
    let json: Value = serde_json::from_str(&said(&verify(&folder, &["--json"])?))?;
    assert_eq!(json["whole"], true);
    let entries = json["entries"].as_i64().context("no entries")?;
    assert!(entries >= 5, "{json}");

    // Somebody who remembers another end is told that it is not there.
    let other = format!("{}:{}", entries, "ab".repeat(32));
    let broken = verify(&folder, &["--holds", &other])?;
    assert_eq!(broken.status.code(), Some(1));
    assert!(said(&broken).contains("its end was changed"), "{}", said(&broken));
    assert_eq!(verify(&folder, &["--holds", "x"])?.status.code(), Some(2));

    // Somebody who can write the database cuts its beginning off.
    let it = databases(&folder).await?;
    let row = it.main.audit_after(1, 1).await?.remove(0);
    let cut = AuditEnd { seq: row.seq, hash: row.hash };
    it.main.cut_audit(AuditStart { cut, sealed: vec![7; 32] }).await?;
    it.close().await?;
    let broken = verify(&folder, &["--json"])?;
    assert_eq!(broken.status.code(), Some(1));
    let json: Value = serde_json::from_str(&said(&broken))?;
    assert_eq!((&json["whole"], &json["entry"]), (&Value::Bool(false), &Value::from(2)));
    Ok(())
}

#[tokio::test]
async fn neither_log_names_anybody_or_says_where_they_were() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (ada, lines) = used(&folder).await?;
    let secret = [ada.email.as_str(), PASSWORD, FROM, ADMINISTRATOR.0, ADMINISTRATOR.1];
    let log = lines.join("\n");
    assert!(log.contains("the audit log ends here"), "{log}");
    let told = |it: &&&str| log.contains(**it);
    assert_eq!(secret.iter().find(told), None, "{log}");
    let it = databases(&folder).await?;
    let rows = it.main.audit_after(0, 1_000).await?;
    assert!(rows.iter().any(|it| it.kind == "sign-ins-failed"), "a server that stops notes them");
    for row in rows {
        let text = format!("{} {}", row.kind, String::from_utf8_lossy(&row.fields));
        assert!(affiant_audit::Event::from_word(&row.kind).is_some(), "{text}");
        assert_eq!(secret.iter().find(|it| text.contains(**it)), None, "{text}");
    }
    it.close().await?;
    Ok(())
}
