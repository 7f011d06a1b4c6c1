//! What everybody can read about privacy is what the server does.

use affiant_tests::client::{Connection, Reply};
use affiant_tests::program::{Server, Setup};
use anyhow::Context as _;
use serde_json::Value;
use tempfile::TempDir;

/// A server whose configuration keeps visitors' answers for some days, or says nothing of it.
fn start(folder: &TempDir, keep_days: Option<u32>) -> anyhow::Result<Server> {
    let interviews = folder.path().join("interviews");
    fs_err::create_dir_all(&interviews)?;
    let text = keep_days.map_or(String::new(), |it| format!("keep_days = {it}\n"));
    let config = folder.path().join("affiant.toml");
    fs_err::write(&config, text)?;
    let flags = vec!["--config".to_owned(), config.display().to_string()];
    let data = folder.path().join("data");
    Server::start(&Setup { data, interviews, flags, folder: folder.path().to_owned() })
}

async fn get(server: &Server, path: &str, accept: &str) -> anyhow::Result<Reply> {
    Connection::open(server.address).await?.get(path, &[("accept", accept)]).await
}

async fn facts(server: &Server) -> anyhow::Result<Value> {
    Ok(serde_json::from_slice(&get(server, "/privacy.json", "*/*").await?.body)?)
}

/// Days that visitors' answers are kept, as programs are told.
fn kept(facts: &Value) -> anyhow::Result<&str> {
    let all = facts["in_force"].as_array().context("nothing is in force")?;
    let found = all.iter().find(|it| it["switch"] == "keep-visitors").context("no such switch")?;
    found["set_to"].as_str().context("it is not set")
}

#[tokio::test]
async fn people_and_programs_are_told_the_same() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = start(&folder, None)?;
    let page = get(&server, "/privacy", "text/html,application/json;q=0.9").await?;
    assert!(page.header("content-type").is_some_and(|it| it.starts_with("text/html")));
    let page = page.text();
    assert!(page.contains("deleted 7 days after they were last used"), "{page}");
    assert!(page.contains("Nothing has changed since this site was set up."), "{page}");
    let asked = get(&server, "/privacy", "application/json").await?;
    assert!(asked.header("content-type").is_some_and(|it| it.starts_with("application/json")));
    assert_eq!(asked.header("vary").map(str::to_ascii_lowercase).as_deref(), Some("accept"));
    let facts = facts(&server).await?;
    assert_eq!(kept(&facts)?, "7");
    assert_eq!(facts["facts"]["opens"], 0);
    assert_eq!(facts["decisions"], serde_json::json!([]));
    Ok(())
}

#[tokio::test]
async fn a_configuration_that_keeps_longer_waits_a_day_in_public_and_a_shorter_one_does_not()
-> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    // What a new server begins with is nobody's loss.
    let server = start(&folder, Some(30))?;
    assert_eq!(kept(&facts(&server).await?)?, "30");
    drop(server);

    let server = start(&folder, Some(365))?;
    let told = facts(&server).await?;
    assert_eq!(kept(&told)?, "30");
    let waits = &told["decisions"][1];
    assert_eq!((&waits["to"], &waits["state"]), (&"365".into(), &"waiting".into()));
    let page = get(&server, "/privacy", "text/html").await?.text();
    assert!(page.contains("What is going to change"), "{page}");
    assert!(page.contains("365 days after their last use"), "{page}");
    drop(server);

    let server = start(&folder, Some(5))?;
    let told = facts(&server).await?;
    assert_eq!(kept(&told)?, "5");
    assert_eq!(told["decisions"][1]["state"], "cancelled");
    Ok(())
}

#[tokio::test]
async fn what_plugins_do_is_told_as_linked_data_too() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = start(&folder, None)?;
    for (path, accept) in [("/privacy.jsonld", "*/*"), ("/privacy", "application/ld+json")] {
        let told = get(&server, path, accept).await?;
        assert_eq!(told.header("content-type"), Some("application/ld+json"), "{path}");
        let told: Value = serde_json::from_slice(&told.body)?;
        assert_eq!(told["@type"], "dpv:ROPA", "{path}");
        assert_eq!(told["dpv:hasProcess"], serde_json::json!([]), "{path}");
    }
    assert_eq!(facts(&server).await?["plugins"], serde_json::json!([]));
    let page = get(&server, "/privacy", "text/html").await?.text();
    assert!(page.contains("No plugin is on."), "{page}");
    assert_eq!(get(&server, "/privacy/nothing-here", "text/html").await?.status, 404);
    let choices = get(&server, "/privacy/choices", "text/html").await?.text();
    assert!(choices.contains("There is nothing to choose"), "{choices}");
    Ok(())
}
