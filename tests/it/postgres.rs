//! The server on PostgreSQL: interviews, restarts, trouble, and the move from a folder.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use affiant_tests::client::{Connection, Session};
use affiant_tests::cluster;
use affiant_tests::house::{House, stop};
use affiant_tests::pair::{Pair, psql, sql};
use affiant_tests::person::{Person, location};
use affiant_tests::program::{Server, command};
use anyhow::{Context as _, ensure};
use hyper::Method;
use serde_json::json;
use tokio::time::interval;

/// How often the server is asked again when its database is back, and how long it is let alone then.
const TRIES: usize = 100;
const LOOK: Duration = Duration::from_millis(100);

const PASSWORD: &str = "seven green umbrellas at noon";

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Waits until a database says yes.
async fn until(address: &str, question: &str) -> anyhow::Result<()> {
    let mut look = interval(LOOK_EVERY);
    while sql(address, question)? != "t" {
        look.tick().await;
    }
    Ok(())
}

async fn begin(server: &Server) -> anyhow::Result<Session> {
    let mut connection = Connection::open(server.address).await?;
    Session::start(&mut connection, "one").await
}

async fn answer(server: &Server, session: &mut Session, word: &str) -> anyhow::Result<()> {
    let mut connection = Connection::open(server.address).await?;
    session.answer(&mut connection, &json!({ "word": word })).await
}

/// What the server shows of a session.
async fn shown(server: &Server, session: &Session) -> anyhow::Result<String> {
    let mut connection = Connection::open(server.address).await?;
    let path = format!("/api/v1/sessions/{}", session.id);
    let reply = connection.call(Method::GET, &path, Some(&session.token), None).await?;
    ensure!(reply.status.is_success(), "{}: {}", reply.status, reply.text());
    Ok(reply.text())
}

/// Signs somebody in again, and looks for a word in the interview that the account lists first.
async fn remembers(server: &Server, person: &mut Person, word: &str) -> anyhow::Result<bool> {
    ensure!(person.sign_in(server.address, PASSWORD).await?, "the password is not known");
    let account = person.get(server.address, "/account").await?.text();
    let at = account.find("action=\"/account/interviews/").context("no interview is there")?;
    let path = account[at..].split('"').nth(1).context("the form leads somewhere")?.to_owned();
    let opened = person.submit(server.address, "/account", &path, &[]).await?;
    let page = person.get(server.address, &location(&opened)?).await?;
    Ok(page.text().contains(word))
}

#[tokio::test]
async fn an_interview_on_postgresql_goes_on_after_the_server_was_killed() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let house = House::new(&pair.config())?;
    let mut server = house.serve("data")?;
    let mut person = house.person(1);
    person.register(server.address, PASSWORD).await?;
    person.answer(server.address, "heliotrope").await?;
    let mut visitor = begin(&server).await?;
    server.kill()?;

    let server = house.serve("data")?;
    answer(&server, &mut visitor, "tamarind").await?;
    assert!(shown(&server, &visitor).await?.contains("tamarind"));
    assert!(remembers(&server, &mut person, "heliotrope").await?);
    stop(server)?;
    house.run(&["audit", "verify"])?;
    // All of it is in the databases, sealed; the folder holds none.
    assert!(!house.path().join("data/affiant.db").exists());
    assert_eq!(sql(&pair.main, "select count(*) from sessions")?, "2");
    let readable = "select count(*) from steps
        where position('heliotrope'::bytea in delta) + position('tamarind'::bytea in delta) > 0";
    assert_eq!(sql(&pair.main, readable)?, "0");
    Ok(())
}

#[tokio::test]
async fn two_servers_on_the_same_databases_serve_one_session() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let house = House::new(&pair.config())?;
    let servers = [house.serve("data")?, house.serve("data")?];
    let mut session = begin(&servers[0]).await?;
    answer(&servers[1], &mut session, "juniper").await?;
    for server in &servers {
        assert!(shown(server, &session).await?.contains("juniper"));
    }
    let mut connection = Connection::open(servers[0].address).await?;
    let path = format!("/api/v1/sessions/{}", session.id);
    connection.call(Method::DELETE, &path, Some(&session.token), None).await?;
    assert!(shown(&servers[1], &session).await.is_err(), "it was deleted");
    Ok(())
}

#[tokio::test]
async fn a_server_without_its_database_says_so_and_serves_when_it_is_back() -> anyhow::Result<()> {
    let pair = Pair::new()?;
    let house = House::new(&pair.config())?;
    let server = house.serve("data")?;
    let mut session = begin(&server).await?;
    let name = pair.main.split(['/', '?']).nth(3).context("the address names a database")?;
    let admin = cluster::address();
    // One after the other: who is cut off must find the door shut already.
    sql(&admin, &format!("alter database {name} allow_connections false"))?;
    let all = format!("from pg_stat_activity where datname = '{name}'");
    sql(&admin, &format!("select pg_terminate_backend(pid) {all}"))?;
    let lost = answer(&server, &mut session, "juniper").await;
    assert!(lost.is_err(), "nothing can be stored");
    sql(&admin, &format!("alter database {name} allow_connections true"))?;
    // Connections that were cut off may still be found out one by one.
    let mut due = interval(LOOK);
    for _ in 0..TRIES {
        due.tick().await;
        if answer(&server, &mut session, "juniper").await.is_ok() {
            break;
        }
    }
    assert!(shown(&server, &session).await?.contains("juniper"));
    let told = server.lines().join("\n");
    assert!(!told.contains("only-for-tests"), "{told}");
    Ok(())
}

#[tokio::test]
async fn a_configuration_that_names_half_of_the_databases_is_refused_with_what_to_do()
-> anyhow::Result<()> {
    let pair = Pair::new()?;
    for (config, told) in [
        (format!("database = \"{}\"\n", pair.main), "keyring_database is not"),
        (format!("keyring_database = \"{}\"\n", pair.keyring), "database is not"),
        (format!("database = \"{0}\"\nkeyring_database = \"{0}\"\n", pair.main), "of its own"),
        (pair.config().replace("only-for-tests", "hunter2"), "refuses the user or the password"),
    ] {
        let house = House::new(&config)?;
        let error = format!("{:#}", house.serve("data").err().context("it started")?);
        assert!(error.contains(told), "{error}");
        assert!(!error.contains("only-for-tests") && !error.contains("hunter2"), "{error}");
    }
    let house = House::new(&pair.config())?;
    let backup = command()?.args(["backup", "copies"]).current_dir(house.path()).output()?;
    assert!(!backup.status.success());
    assert!(String::from_utf8_lossy(&backup.stderr).contains("pg_dump"));
    Ok(())
}

/// A data folder with sessions of visitors, and of somebody who has an account.
struct Lived {
    house: House,
    person: Person,
    visitors: Vec<Session>,
}

impl Lived {
    async fn new() -> anyhow::Result<Self> {
        let house = House::new("")?;
        let server = house.serve("data")?;
        let mut person = house.person(1);
        person.register(server.address, PASSWORD).await?;
        person.answer(server.address, "heliotrope").await?;
        let mut visitors = Vec::new();
        for number in 0..20 {
            let mut session = begin(&server).await?;
            answer(&server, &mut session, &format!("word {number}")).await?;
            visitors.push(session);
        }
        stop(server)?;
        Ok(Self { house, person, visitors })
    }

    /// The call that moves its databases.
    fn moving(&self, to: &Pair) -> anyhow::Result<Command> {
        let mut command = command()?;
        command
            .args(["migrate-storage", "--data", "data", "--to", &to.main])
            .args(["--keyring", &to.keyring])
            .current_dir(self.house.path());
        Ok(command)
    }

    /// A server on what was moved is as good as the one before.
    async fn check(&mut self, to: &Pair) -> anyhow::Result<()> {
        fs_err::write(self.house.path().join("affiant.toml"), to.config())?;
        let server = self.house.serve("data")?;
        for (number, visitor) in self.visitors.iter().enumerate() {
            assert!(shown(&server, visitor).await?.contains(&format!("word {number}")));
        }
        assert!(remembers(&server, &mut self.person, "heliotrope").await?);
        let mut newcomer = self.house.person(2);
        newcomer.register(server.address, PASSWORD).await?;
        stop(server)?;
        // Its chain goes on behind the last entry that was moved.
        self.house.run(&["audit", "verify"])?;
        Ok(())
    }
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "it was done");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Holds a lock on a table until its input is closed.
fn hold(address: &str, table: &str) -> anyhow::Result<Child> {
    let mut holds = psql(address).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    let input = holds.stdin.as_mut().context("it is piped")?;
    writeln!(input, "begin; lock table {table} in access exclusive mode;")?;
    input.flush()?;
    Ok(holds)
}

#[tokio::test]
async fn a_move_that_is_killed_goes_on_where_it_was_and_nothing_is_lost() -> anyhow::Result<()> {
    let mut lived = Lived::new().await?;
    let pair = Pair::new()?;
    let mut killed = lived.moving(&pair)?.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    // The audit log comes behind sessions and steps: it waits there, and is killed.
    until(&pair.main, "select to_regclass('audit_start') is not null").await?;
    let mut holds = hold(&pair.main, "audit")?;
    until(&pair.main, "select count(*) > 0 from steps").await?;
    let waits = "select count(*) > 0 from pg_locks where not granted";
    until(&pair.main, waits).await?;
    killed.kill()?;
    killed.wait()?;
    drop(holds.stdin.take());
    holds.wait()?;

    fs_err::write(lived.house.path().join("affiant.toml"), pair.config())?;
    let error = lived.house.serve("data").err().context("a server started on half of it")?;
    assert!(format!("{error:#}").contains("migrate-storage"), "{error:#}");
    fs_err::write(lived.house.path().join("affiant.toml"), "")?;

    let output = lived.moving(&pair)?.output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("audit: ") && !told.contains("sessions: "), "{told}");
    assert!(told.contains("each as it was"), "{told}");
    lived.check(&pair).await
}

#[tokio::test]
async fn a_move_is_refused_while_a_server_runs_and_into_what_is_not_empty() -> anyhow::Result<()> {
    let mut lived = Lived::new().await?;
    let (pair, foreign) = (Pair::new()?, Pair::new()?);
    let server = lived.house.serve("data")?;
    let running = complaint(&lived.moving(&pair)?.output()?);
    assert!(running.contains("stop the server first"), "{running}");
    assert_eq!(sql(&pair.main, "select to_regclass('sessions') is null")?, "t");
    assert!(shown(&server, &lived.visitors[0]).await?.contains("word 0"), "it serves on");
    stop(server)?;

    sql(&foreign.main, "create table letters (id bigint)")?;
    let other = complaint(&lived.moving(&foreign)?.output()?);
    assert!(other.contains("is not empty") && !other.contains("only-for-tests"), "{other}");
    assert_eq!(sql(&foreign.keyring, "select to_regclass('moving') is null")?, "t");

    let output = lived.moving(&pair)?.output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    lived.check(&pair).await?;
    let again = complaint(&lived.moving(&pair)?.output()?);
    assert!(again.contains("is not empty"), "{again}");
    Ok(())
}

#[tokio::test]
async fn a_row_that_was_changed_on_the_way_is_found() -> anyhow::Result<()> {
    let lived = Lived::new().await?;
    let pair = Pair::new()?;
    let output = lived.moving(&pair)?.output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // As if it had been stopped at its end, and somebody had been at the rows.
    let id = sql(&pair.keyring, "select id from deployment")?;
    let mark =
        format!("create table moving (id bytea primary key); insert into moving values ('{id}')");
    sql(&pair.main, &mark)?;
    sql(&pair.main, "update steps set delta = delta || '\\x00' where number = 1")?;
    let told = complaint(&lived.moving(&pair)?.output()?);
    assert!(told.contains("the table steps is not the same there"), "{told}");
    let path: &Path = &lived.house.path().join("data/affiant.db");
    assert!(path.is_file(), "what was moved is still where it was");
    Ok(())
}
