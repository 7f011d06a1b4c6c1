//! The language of the pages around interviews, and of mails.

use std::path::Path;
use std::time::{Duration, Instant};

use affiant_tests::account::form;
use affiant_tests::client::Connection;
use affiant_tests::program::{Server, Setup};
use anyhow::Context as _;
use tempfile::TempDir;

use crate::visitor::SAME;

const GERMAN: (&str, &str) = ("accept-language", "de-AT,de;q=0.9,en;q=0.5");

/// How long a mail may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that keeps its mails in a folder.
fn start(folder: &TempDir) -> anyhow::Result<Server> {
    let interviews = folder.path().join("interviews");
    fs_err::create_dir(&interviews)?;
    fs_err::write(
        interviews.join("one.yml"),
        "metadata:\n  title: One <thing>\n---\nmandatory: true\nquestion: Done\n",
    )?;
    let (data, flags) = (folder.path().join("data"), vec!["--dev".to_owned()]);
    Server::start(&Setup { data, interviews, flags, folder: folder.path().to_owned() })
}

/// The first mail that the server keeps, without the breaks that mails put into long lines.
async fn first_mail(folder: &Path, connection: &mut Connection) -> anyhow::Result<String> {
    let start = Instant::now();
    loop {
        for entry in fs_err::read_dir(folder).into_iter().flatten() {
            let path = entry?.path();
            if path.extension().is_some_and(|it| it == "eml") {
                return Ok(fs_err::read_to_string(path)?.replace("=\r\n", ""));
            }
        }
        anyhow::ensure!(start.elapsed() < PATIENCE, "no mail came");
        // Each answer gives the server time to write it.
        connection.get("/health/live", &[]).await?;
    }
}

#[tokio::test]
async fn pages_follow_the_browser_until_somebody_chooses() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = start(&folder)?;
    let mut connection = Connection::open(server.address).await?;
    for (path, words) in [
        ("/", "Was brauchen Sie?"),
        ("/privacy", "Kurz gesagt"),
        ("/accessibility", "Barrierefreiheit"),
        ("/account/sign-in", "Um ein Interview zu beantworten"),
    ] {
        let page = connection.get(path, &[GERMAN]).await?.text();
        assert!(page.contains("<html lang=\"de\"") && page.contains(words), "{path}: {page}");
        let back = format!("name=\"_back\" value=\"{}\"", path.replace('/', "&#x2f;"));
        assert!(page.contains(&back), "{path}: {page}");
        let page = connection.get(path, &[]).await?.text();
        assert!(page.contains("<html lang=\"en\"") && !page.contains(words), "{path}: {page}");
    }
    let page = connection.get("/", &[GERMAN]).await?.text();
    assert!(page.contains("<a href=\"/i/one\" lang=\"en\">One &lt;thing&gt;</a>"), "{page}");
    // What went wrong is told in it too; programs are told in English.
    let lost = connection.get("/nothing", &[GERMAN]).await?.text();
    assert!(lost.contains("<html lang=\"de\"") && lost.contains("Seite nicht gefunden"), "{lost}");
    let session = format!("/api/v1/sessions/{}", "0".repeat(32));
    let lost: serde_json::Value = connection.get(&session, &[GERMAN]).await?.json()?;
    assert_eq!(lost["title"], "There is no token");

    let wish = form(&[("_language", "es"), ("_back", "/privacy")]);
    let chosen = connection.post("/language", &[SAME], wish).await?;
    assert_eq!((chosen.status.as_u16(), chosen.header("location")), (303, Some("/privacy")));
    let cookie = chosen.header("set-cookie").and_then(|it| it.split(';').next());
    let cookie = cookie.context("nothing is kept")?.to_owned();
    let page = connection.get("/privacy", &[GERMAN, ("cookie", &cookie)]).await?.text();
    assert!(page.contains("<html lang=\"es\"") && page.contains("En resumen"), "{page}");

    for (language, back) in [("xx", "/privacy"), ("es", "//elsewhere.example"), ("es", "")] {
        let wish = form(&[("_language", language), ("_back", back)]);
        let answer = connection.post("/language", &[SAME], wish).await?;
        let expected = if back == "/privacy" { back } else { "/" };
        assert_eq!(answer.header("location"), Some(expected), "{back}");
        assert_eq!(answer.header("set-cookie").is_some(), language == "es", "{language}");
    }
    Ok(())
}

#[tokio::test]
async fn who_registers_in_german_gets_mail_in_german() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = start(&folder)?;
    let mut connection = Connection::open(server.address).await?;
    let short = form(&[("name", "Ada"), ("email", "ada@example.com"), ("new", "short")]);
    let refused = connection.post("/account/register", &[SAME, GERMAN], short).await?;
    assert_eq!(refused.status, 422);
    let page = refused.text();
    assert!(page.contains("Nehmen Sie mindestens 15 Zeichen"), "{page}");
    // Choosing a language here would lose what was typed.
    assert!(!page.contains("action=\"/language\""), "{page}");
    let whole = [("name", "Ada"), ("email", "ada@example.com"), ("new", "seven lamps on a quay")];
    let sent = connection.post("/account/register", &[SAME, GERMAN], form(&whole)).await?;
    assert!(sent.text().contains("Sehen Sie in Ihre Mails"), "{}", sent.text());
    let mail = first_mail(&folder.path().join("data/mail"), &mut connection).await?;
    assert!(mail.contains("mit dieser Adresse ein Konto bei"), "{mail}");
    Ok(())
}
