//! A server's folder is moved to PostgreSQL and its files to a bucket, with one command each: whoever
//! comes back finds what they answered and sent, all of it.

use std::path::Path;

use anyhow::{Result, ensure};
use hyper::Method;
use serde_json::json;

use super::exporting::{Extent, PASSWORD, fill, there, unpacked};
use crate::client::{Connection, Session};
use crate::cluster::Cluster;
use crate::house::{House, PAPERS, stop};
use crate::pair::Pair;
use crate::person::Person;
use crate::program::{Server, command};
use crate::proof::Figure;
use crate::s3;

const STRANGERS: &str = "trusted_proxies = [\"127.0.0.0/8\"]\n";

pub(crate) async fn figures(long: bool) -> Result<Vec<Figure>> {
    let (sessions, files) = if long { (10_000, 1_000) } else { (300, 30) };
    let house = House::new(STRANGERS)?;
    fs_err::write(house.path().join("interviews/papers.yml"), PAPERS)?;
    let server = house.serve("data")?;
    let mut person = house.person(0);
    let own = fill(&mut person, server.address, "heron", &Extent { sessions: 0, files }).await?;
    let visitors = visitors(&server, sessions).await?;
    stop(server)?;

    let (cluster, bucket) = (Cluster::start(), tempfile::tempdir()?);
    let pair = Pair::of(cluster.address())?;
    let to = ["--to", &pair.main, "--keyring", &pair.keyring];
    let was_each = migrate(house.path(), &to)?.contains("each as it was");
    let provider = s3::Server::start(bucket.path())?;
    let mut config = format!(
        "{STRANGERS}{}objects_endpoint = \"{}\"\nobjects_access_key = \"{}\"\n\
         objects_secret_key = \"{}\"\n",
        pair.config(),
        provider.endpoint(),
        s3::ACCESS_KEY,
        s3::SECRET_KEY
    );
    fs_err::write(house.path().join("affiant.toml"), &config)?;
    let objects = format!("s3://{}/moved", s3::BUCKET);
    migrate(house.path(), &["--to-objects", &objects])?;
    config.push_str(&format!("objects = \"{objects}\"\n"));
    fs_err::write(house.path().join("affiant.toml"), &config)?;

    let server = house.serve("data")?;
    let found = still_there(&server, visitors).await?;
    let copied = copied(&server, &mut person).await?;
    stop(server)?;
    Ok(vec![
        Figure::exactly("moves that found each row as it was", 1, usize::from(was_each)),
        Figure::exactly("sessions that open after a move", sessions, found),
        Figure::exactly("files that are whole after a move", files, there(&copied, &own)?),
    ])
}

/// Sessions of visitors, each with an answer of its own.
async fn visitors(server: &Server, count: usize) -> Result<Vec<Session>> {
    let mut connection = Connection::open(server.address).await?;
    let mut all = Vec::with_capacity(count);
    for number in 0..count {
        let mut session = Session::start(&mut connection, "one").await?;
        session.answer(&mut connection, &json!({ "word": word(number) })).await?;
        all.push(session);
    }
    Ok(all)
}

fn word(number: usize) -> String {
    format!("badger-word-{number:05}")
}

/// How many of the sessions show what was answered in them.
async fn still_there(server: &Server, visitors: Vec<Session>) -> Result<usize> {
    let mut connection = Connection::open(server.address).await?;
    let mut found = 0;
    for (number, mut session) in visitors.into_iter().enumerate() {
        session.reload(&mut connection).await?;
        found += usize::from(session.screen.to_string().contains(&word(number)));
    }
    Ok(found)
}

/// All that is in somebody's copy of everything.
async fn copied(server: &Server, person: &mut Person) -> Result<Vec<u8>> {
    ensure!(person.sign_in(server.address, PASSWORD).await?, "the password is not known any more");
    let key = person.api_key(server.address, PASSWORD, &["export"]).await?;
    let mut connection = Connection::open(server.address).await?;
    let copy = connection.call(Method::GET, "/api/v1/account/export", Some(&key), None).await?;
    ensure!(copy.status == 200, "a copy answered {}", copy.status);
    unpacked(&copy.body)
}

/// Moves a server's folder, and returns what the command says.
fn migrate(folder: &Path, to: &[&str]) -> Result<String> {
    let mut call = command()?;
    call.args(["migrate-storage", "--data", "data"]).args(to).current_dir(folder);
    let output = call.output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
