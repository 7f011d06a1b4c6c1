//! A second administrator agrees to what weakens people's privacy.

use affiant_backend::{AccountStore as _, Change, Commit as _};
use affiant_storage_sqlite::{Databases, Options};
use affiant_tests::account;
use affiant_tests::client::Connection;
use affiant_tests::person::Person;
use affiant_tests::program::{Server, Setup};
use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

const PASSWORD: &str = "seven lamps on a wet quay";
const DAY: i64 = 86_400;

fn run(folder: &TempDir) -> anyhow::Result<Server> {
    let interviews = folder.path().join("interviews");
    fs_err::create_dir_all(&interviews)?;
    fs_err::write(interviews.join("one.yml"), "mandatory: true\nquestion: Hello\n")?;
    let (data, flags) = (folder.path().join("data"), vec!["--dev".to_owned()]);
    Server::start(&Setup { data, interviews, flags, folder: folder.path().to_owned() })
}

/// A server with two administrators, the second one since just now.
async fn house() -> anyhow::Result<(TempDir, Server, Person, Person)> {
    let folder = tempfile::tempdir()?;
    let server = run(&folder)?;
    let at = server.address;
    let mail = folder.path().join("data/mail");
    let somebody = |name: &str| {
        Person::new(format!("{name}@example.org"), "127.0.0.1".to_owned(), mail.clone())
    };
    let (mut ada, mut grace) = (somebody("ada"), somebody("grace"));
    ada.register(at, PASSWORD).await?;
    grace.register(at, PASSWORD).await?;
    let mut connection = Connection::open(at).await?;
    let link = account::printed(&server, &mut connection).await?;
    let made = ada.submit(at, &link, &link, &[]).await?;
    ensure!(made.status == 303, "becoming the administrator answered {}", made.status);
    let page = "/admin/people/2";
    let given = ada.submit(at, page, &format!("{page}/roles"), &[("role", "admin")]).await?;
    ensure!(given.status == 303, "giving a role answered {}", given.status);
    Ok((folder, server, ada, grace))
}

/// Stores that the second administrator has been one for two days.
#[expect(clippy::disallowed_methods, reason = "the real server reads the real clock")]
async fn two_days_pass(folder: &TempDir) -> anyhow::Result<()> {
    let options = Options { folder: folder.path().join("data"), max_pages: None };
    let databases = Databases::open(&options).await?;
    let grace = databases.main.account_by_number(2).await?.context("nobody is there")?.id;
    let since = Timestamp::now().as_second() - 2 * DAY;
    let roles = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let changes = vec![
        Change::Roles(grace, roles(&["user"]), since),
        Change::Roles(grace, roles(&["user", "admin"]), since),
    ];
    databases.main.commit(changes).await?;
    databases.close().await?;
    Ok(())
}

async fn days_of_visitors(server: &Server) -> anyhow::Result<Option<String>> {
    let mut connection = Connection::open(server.address).await?;
    let told: Value = connection.get("/privacy.json", &[]).await?.json()?;
    let all = told["in_force"].as_array().context("nothing is in force")?;
    let found = all.iter().find(|it| it["switch"] == "keep-visitors");
    Ok(found.and_then(|it| it["set_to"].as_str()).map(str::to_owned))
}

#[tokio::test]
async fn who_has_been_an_administrator_for_a_day_agrees_and_it_holds() -> anyhow::Result<()> {
    let (folder, mut server, mut ada, mut grace) = house().await?;
    let form = "/admin/switches/keep-visitors";
    let wanted = [("days", "30"), ("reason", "People are away for long.")];
    let asked = ada.submit(server.address, form, form, &wanted).await?;
    let waits = asked.header("location").context("it does not wait")?.to_owned();
    let agree = format!("{waits}/agree");

    let page = grace.get(server.address, &waits).await?.text();
    assert!(page.contains("People are away for long."), "{page}");
    assert!(!page.contains("/agree"), "nobody agrees on their first day: {page}");
    let early = grace.submit(server.address, "/account/profile", &agree, &[]).await?;
    assert_eq!(early.status, 403);
    assert_eq!(days_of_visitors(&server).await?.as_deref(), Some("7"));

    server.terminate()?;
    server.wait()?;
    two_days_pass(&folder).await?;
    let server = run(&folder)?;
    let own = ada.submit(server.address, "/account/profile", &agree, &[]).await?;
    assert_eq!(own.status, 403, "nobody agrees to their own change");
    let page = grace.get(server.address, &waits).await?.text();
    assert!(page.contains(&agree.replace('/', "&#x2f;")) || page.contains(&agree), "{page}");
    let agreed = grace.submit(server.address, &waits, &agree, &[]).await?;
    assert_eq!(agreed.header("location"), Some("/admin/switches?done=agreed"));
    assert_eq!(days_of_visitors(&server).await?.as_deref(), Some("30"));
    let log = ada.get(server.address, "/admin/audit").await?.text();
    assert!(log.contains("How long answers of visitors are kept"), "{log}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_administrators_who_leave_at_the_same_time_one_stays() -> anyhow::Result<()> {
    let (_folder, server, ada, grace) = house().await?;
    let at = server.address;
    let mut leaving = tokio::task::JoinSet::new();
    for mut person in [ada.clone(), grace.clone()] {
        leaving.spawn(async move {
            let path = "/account/delete";
            person.submit(at, path, path, &[("password", PASSWORD)]).await
        });
    }
    let mut answers = Vec::new();
    while let Some(answer) = leaving.join_next().await {
        answers.push(answer??.status.as_u16());
    }
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
    let mut inside = 0;
    for mut person in [ada, grace] {
        inside += u32::from(person.get(at, "/admin").await?.status == 200);
    }
    assert_eq!(inside, 1);
    Ok(())
}
