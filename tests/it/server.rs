//! The real program: its commands, and what its server does when it is started, changed and stopped.

use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use affiant_tests::client::{Connection, Reply, Session};
use affiant_tests::program::{Server, Setup, command, command_of, program};
use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::interval;

const GOOD: &str = "metadata:
  title: Tea or coffee
---
mandatory: true
question: Thank you for {{ drink }}
---
question: What do you drink?
fields:
  - Drink: drink
    data: none
";

const BAD: &str = "mandatory: true
qestion: Thank you
---
question: What do you drink?
fields:
  - Drink: drink
    datatype: tex
";

/// How long a change of a file may take to be seen.
const SEEN_WITHIN: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(20);

fn run(folder: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    Ok(command()?.args(arguments).current_dir(folder).output()?)
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with an interview that is in order and one that is not.
fn two_interviews() -> anyhow::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    fs_err::write(folder.path().join("good.yml"), GOOD)?;
    fs_err::write(folder.path().join("bad.yml"), BAD)?;
    Ok(folder)
}

fn setup(folder: &Path, flags: &[&str]) -> Setup {
    Setup {
        data: folder.join("data"),
        interviews: folder.join("interviews"),
        flags: flags.iter().map(|it| (*it).to_owned()).collect(),
        folder: folder.to_owned(),
    }
}

/// A folder with the folder of interviews in it, which holds these files.
fn served(files: &[(&str, &str)]) -> anyhow::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    let interviews = folder.path().join("interviews");
    fs_err::create_dir(&interviews)?;
    for (name, text) in files {
        fs_err::write(interviews.join(name), text)?;
    }
    Ok(folder)
}

async fn get(server: &Server, path: &str) -> anyhow::Result<Reply> {
    Connection::open(server.address).await?.get(path, &[]).await
}

#[test]
fn check_passes_an_interview_that_is_in_order() -> anyhow::Result<()> {
    let folder = two_interviews()?;
    let output = run(folder.path(), &["check", "good.yml"])?;
    assert_eq!(printed(&output), "good.yml: 0 errors, 0 warnings, 0 notes\n");
    assert_eq!(output.status.code(), Some(0));
    Ok(())
}

#[test]
fn check_shows_every_mistake_where_it_stands_and_fails() -> anyhow::Result<()> {
    let folder = two_interviews()?;
    let output = run(folder.path(), &["check", "good.yml", "bad.yml"])?;
    let text = printed(&output);
    assert!(text.contains("bad.yml:2:1"), "{text}");
    assert!(text.contains("2 | qestion: Thank you"), "{text}");
    assert!(text.contains("`question`"), "{text}");
    assert!(text.contains("bad.yml:7:15"), "{text}");
    assert!(text.contains("good.yml: 0 errors"), "{text}");
    assert_eq!(output.status.code(), Some(1));
    Ok(())
}

#[test]
fn check_tells_programs_the_same_as_people() -> anyhow::Result<()> {
    let folder = two_interviews()?;
    let output = run(folder.path(), &["check", "--format", "json", "bad.yml"])?;
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let text = report.to_string();
    assert!(text.contains("\"file\":\"bad.yml\""), "{text}");
    assert!(text.contains("\"line\":2"), "{text}");
    assert!(text.contains("\"line\":7"), "{text}");
    assert_eq!(output.status.code(), Some(1));
    Ok(())
}

#[test]
fn check_of_a_file_that_is_not_there_fails_and_names_it() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let output = run(folder.path(), &["check", "nowhere.yml"])?;
    let text = format!("{}{}", printed(&output), complained(&output));
    assert!(text.contains("nowhere.yml"), "{text}");
    assert_eq!(output.status.code(), Some(1));
    Ok(())
}

#[test]
fn new_writes_an_interview_that_passes_check_and_never_overwrites() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    assert!(run(folder.path(), &["new", "mine/first.yml"])?.status.success());
    let checked = run(folder.path(), &["check", "mine/first.yml"])?;
    assert!(printed(&checked).contains("0 errors, 0 warnings"), "{}", printed(&checked));

    fs_err::write(folder.path().join("mine/first.yml"), GOOD)?;
    let again = run(folder.path(), &["new", "mine/first.yml"])?;
    assert_eq!(again.status.code(), Some(1));
    assert!(complained(&again).contains("there already"), "{}", complained(&again));
    assert_eq!(fs_err::read_to_string(folder.path().join("mine/first.yml"))?, GOOD);
    Ok(())
}

#[test]
fn test_plays_written_conversations_and_shows_the_first_line_that_differs() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let case = |drink: &str| {
        format!(
            "# Drinks\n\n## Tea\n\n```yaml interview\n{GOOD}```\n\n```text transcript\n\
             ? What do you drink?\n> tea\n? Thank you for {drink}\n```\n"
        )
    };
    fs_err::write(folder.path().join("good.md"), case("tea"))?;
    fs_err::write(folder.path().join("bad.md"), case("coffee"))?;

    let output = run(folder.path(), &["test", "good.md"])?;
    assert_eq!(printed(&output), "1 passed, 0 failed\n");
    assert_eq!(output.status.code(), Some(0));

    let output = run(folder.path(), &["test", "."])?;
    let text = printed(&output);
    assert!(text.contains("- ? Thank you for coffee"), "{text}");
    assert!(text.contains("+ ? Thank you for tea"), "{text}");
    assert!(text.contains("1 passed, 1 failed"), "{text}");
    assert_eq!(output.status.code(), Some(1));
    Ok(())
}

#[test]
fn graph_is_a_chart_with_an_arrow_for_every_need() -> anyhow::Result<()> {
    let folder = two_interviews()?;
    let output = run(folder.path(), &["graph", "good.yml"])?;
    let text = printed(&output);
    assert!(text.starts_with("flowchart TD\n"), "{text}");
    assert!(text.contains("What do you drink?"), "{text}");
    assert!(text.contains("-->|drink|"), "{text}");
    assert_eq!(output.status.code(), Some(0));
    Ok(())
}

#[test]
fn help_names_every_command_and_every_flag_of_serve() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let output = run(folder.path(), &["--help"])?;
    let text = printed(&output);
    for word in ["serve", "check", "new", "test", "graph"] {
        assert!(text.contains(word), "{text}");
    }
    assert_eq!(output.status.code(), Some(0));
    let text = printed(&run(folder.path(), &["serve", "--help"])?);
    for word in ["--listen", "--data", "--interviews", "--dev", "--config"] {
        assert!(text.contains(word), "{text}");
    }
    let wrong = run(folder.path(), &["sreve"])?;
    assert!(complained(&wrong).contains("'serve'"), "{}", complained(&wrong));
    assert_eq!(wrong.status.code(), Some(2));
    Ok(())
}

#[test]
fn an_unknown_key_of_the_configuration_is_refused_by_name() -> anyhow::Result<()> {
    let folder = served(&[("good.yml", GOOD)])?;
    fs_err::write(folder.path().join("affiant.toml"), "keep_dais = 3\n")?;
    let text = format!("{:#}", Server::start(&setup(folder.path(), &[])).unwrap_err());
    assert!(text.contains("keep_dais"), "{text}");
    assert!(text.contains("affiant.toml"), "{text}");
    assert!(text.contains("keep_days"), "it names those that there are: {text}");
    Ok(())
}

#[test]
fn a_port_that_is_taken_is_told_in_plain_words() -> anyhow::Result<()> {
    let folder = served(&[("good.yml", GOOD)])?;
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    let output = run(
        folder.path(),
        &["serve", "--listen", &address, "--data", "data", "--interviews", "interviews"],
    )?;
    assert_eq!(output.status.code(), Some(1));
    assert!(complained(&output).contains(&format!("cannot listen on {address}")));
    Ok(())
}

#[tokio::test]
async fn serve_tells_its_address_and_a_link_for_the_first_administrator() -> anyhow::Result<()> {
    let folder = served(&[("good.yml", GOOD)])?;
    let server = Server::start(&setup(folder.path(), &[]))?;
    let ready = get(&server, "/health/ready").await?;
    assert_eq!(ready.status, 200);
    let page = get(&server, "/").await?;
    assert!(page.text().contains("Tea or coffee"));

    let link = |lines: &[String]| {
        let line = lines.iter().find(|it| it.contains("administrator"))?;
        line.split_whitespace().find(|it| it.starts_with("http://")).map(str::to_owned)
    };
    let told = eventually(|| link(&server.lines())).await?;
    let path = told.split_once(&server.address.to_string()).context("it has our address")?.1;
    assert_eq!(get(&server, path).await?.status, 200);
    assert_eq!(get(&server, &format!("{path}x")).await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_request_under_way_is_finished_when_the_server_is_told_to_stop() -> anyhow::Result<()> {
    let folder = served(&[("good.yml", GOOD)])?;
    let mut server = Server::start(&setup(folder.path(), &[]))?;
    let body = json!({ "interview": "good" }).to_string();
    let mut stream = TcpStream::connect(server.address).await?;
    let head = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        server.address,
        body.len(),
    );
    stream.write_all(head.as_bytes()).await?;
    // The server says this when it begins to read the body: the request is under way.
    let mut said = [0; 12];
    stream.read_exact(&mut said).await?;
    assert_eq!(&said, b"HTTP/1.1 100");

    server.terminate()?;
    eventually_refused(&server).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    assert!(answer.contains("HTTP/1.1 201"), "{answer}");
    assert!(server.wait()?.success());
    Ok(())
}

#[tokio::test]
async fn a_post_that_is_cut_in_the_middle_changes_nothing() -> anyhow::Result<()> {
    let folder = served(&[("good.yml", GOOD)])?;
    let server = Server::start(&setup(folder.path(), &[]))?;
    let mut connection = Connection::open(server.address).await?;
    let mut session = Session::start(&mut connection, "good").await?;
    let revision = session.revision.clone();

    let mut stream = TcpStream::connect(server.address).await?;
    let head = format!(
        "POST /api/v1/sessions/{}/answers HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 500\r\nexpect: 100-continue\r\n\r\n",
        session.id, server.address, session.token,
    );
    stream.write_all(head.as_bytes()).await?;
    let mut said = [0; 12];
    stream.read_exact(&mut said).await?;
    stream.write_all(br#"{"revision": 0, "answers": {"drink": "te"#).await?;
    drop(stream);

    session.reload(&mut connection).await?;
    assert_eq!(session.revision, revision);
    session.answer(&mut connection, &json!({ "drink": "coffee" })).await?;
    assert!(session.screen["title"].to_string().contains("Thank you for coffee"));
    Ok(())
}

#[tokio::test]
async fn a_changed_interview_is_served_anew_and_its_mistakes_are_shown() -> anyhow::Result<()> {
    let folder = served(&[("good.yml", GOOD)])?;
    let server = Server::start(&setup(folder.path(), &["--dev"]))?;
    let file = folder.path().join("interviews/good.yml");
    assert!(get(&server, "/i/good").await?.text().contains("Tea or coffee"));

    fs_err::write(&file, GOOD.replace("Tea or coffee", "Water or wine"))?;
    shows(&server, "/i/good", &["Water or wine"]).await?;

    // The broken version is shown to its author with the place of the mistake.
    fs_err::write(&file, GOOD.replace("question: Thank", "qestion: Thank"))?;
    shows(&server, "/i/good", &["good.yml", "qestion"]).await?;

    fs_err::write(&file, GOOD.replace("Tea or coffee", "Milk"))?;
    shows(&server, "/i/good", &["Milk"]).await?;

    fs_err::write(folder.path().join("interviews/another.yml"), GOOD)?;
    shows(&server, "/", &["/i/another"]).await
}

#[tokio::test]
async fn a_server_that_is_not_for_authors_shows_nobody_their_mistakes() -> anyhow::Result<()> {
    let folder = served(&[("good.yml", GOOD), ("bad.yml", BAD)])?;
    let server = Server::start(&setup(folder.path(), &[]))?;
    let page = get(&server, "/i/bad").await?;
    assert!(!page.status.is_success(), "{}", page.status);
    for secret in ["qestion", "bad.yml", "datatype"] {
        assert!(!page.text().contains(secret), "{}", page.text());
    }
    let log = eventually(|| {
        let log = server.lines().join("\n");
        log.contains("bad.yml:2").then_some(log)
    });
    ensure!(log.await?.contains("qestion"), "the log tells the operator");
    Ok(())
}

#[tokio::test]
async fn broken_files_do_not_keep_the_other_interviews_from_being_served() -> anyhow::Result<()> {
    let folder = served(&[
        ("good.yml", GOOD),
        ("malformed.yml", "question: [Who\n  - are: {you\n"),
        ("round.yml", "include:\n  - about.yml\n---\nmandatory: true\nquestion: Round\n"),
        ("about.yml", "include:\n  - round.yml\n"),
        ("empty.yml", ""),
        ("binary.yml", "\u{0}\u{1}\u{2}"),
    ])?;
    let large = fs_err::File::create(folder.path().join("interviews/large.yml"))?;
    large.set_len(50 << 20)?;
    fs_err::write(folder.path().join("interviews/latin.yml"), b"question: caf\xe9\n")?;
    fs_err::create_dir(folder.path().join("interviews/folder.yml"))?;

    let server = Server::start(&setup(folder.path(), &[]))?;
    let mut connection = Connection::open(server.address).await?;
    let mut session = Session::start(&mut connection, "good").await?;
    session.answer(&mut connection, &json!({ "drink": "tea" })).await?;
    assert!(session.screen["title"].to_string().contains("Thank you for tea"));
    for name in ["malformed", "large", "latin", "binary", "folder"] {
        let page = connection.get(&format!("/i/{name}"), &[]).await?;
        assert!(!page.status.is_success(), "{name} answered {}", page.status);
        assert!(!page.text().is_empty(), "{name} has a page that says so");
    }
    for name in ["malformed", "large", "round"] {
        let checked = run(&folder.path().join("interviews"), &["check", &format!("{name}.yml")])?;
        assert_eq!(checked.status.code(), Some(1), "{name}: {}", printed(&checked));
    }
    Ok(())
}

/// Asks for a page until it shows all of these texts.
async fn shows(server: &Server, path: &str, texts: &[&str]) -> anyhow::Result<()> {
    let mut look = interval(LOOK_EVERY);
    let start = Instant::now();
    loop {
        look.tick().await;
        let page = get(server, path).await?.text();
        if texts.iter().all(|it| page.contains(it)) {
            return Ok(());
        }
        ensure!(start.elapsed() < SEEN_WITHIN, "{path} never showed {texts:?}: {page}");
    }
}

/// Waits for something that another process does soon.
async fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> anyhow::Result<T> {
    let mut often = interval(LOOK_EVERY);
    let start = Instant::now();
    loop {
        often.tick().await;
        if let Some(found) = look() {
            return Ok(found);
        }
        ensure!(start.elapsed() < SEEN_WITHIN, "it did not happen in time");
    }
}

/// Waits until the server takes no new connection.
async fn eventually_refused(server: &Server) -> anyhow::Result<()> {
    let mut often = interval(LOOK_EVERY);
    let start = Instant::now();
    while TcpStream::connect(server.address).await.is_ok() {
        ensure!(start.elapsed() < SEEN_WITHIN, "the server goes on listening");
        often.tick().await;
    }
    Ok(())
}

/// Where a process may have few addresses, plugins do without memory that is kept ready, and the log
/// says so.
#[tokio::test]
async fn a_server_with_few_addresses_says_that_plugins_are_slower_and_serves() -> anyhow::Result<()>
{
    let folder = served(&[("good.yml", GOOD)])?;
    // 20 GB, in KiB: enough to run, and far less than 256 memories of 64 MiB with what guards them.
    let mut limited = command_of(Path::new("sh"));
    limited.args(["-c", "ulimit -v 20000000; exec \"$0\" \"$@\""]).arg(program()?);
    let mut server = Server::start_with(limited, &setup(folder.path(), &["--dev"]))?;
    let mut connection = Connection::open(server.address).await?;
    Session::start(&mut connection, "good").await?;
    let told = server.lines().join("\n");
    ensure!(told.contains("plugins answer more slowly"), "{told}");
    server.terminate()?;
    ensure!(server.wait()?.success(), "the server did not end in order");
    Ok(())
}
