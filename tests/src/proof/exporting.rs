//! AT-39: a copy of everything holds all of one's own, and nothing of anybody else.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use aho_corasick::AhoCorasick;
use anyhow::{Context as _, Result, ensure};
use hyper::Method;
use serde_json::json;
use zip::ZipArchive;

use super::hashing::watch;
use crate::client::Connection;
use crate::house::{House, PAPERS, stop};
use crate::person::{Person, location};
use crate::proof::Figure;

pub(super) const PASSWORD: &str = "a long walk by river";

/// How much is copied.
pub(super) struct Extent {
    pub(super) sessions: usize,
    pub(super) files: usize,
}

pub(crate) async fn figures(long: bool) -> Result<Vec<Figure>> {
    let extent = if long {
        Extent { sessions: 1_000, files: 500 }
    } else {
        Extent { sessions: 60, files: 10 }
    };
    let house = House::of_strangers()?;
    fs_err::write(house.path().join("interviews/papers.yml"), PAPERS)?;
    let server = house.serve("data")?;
    let (mut one, mut other) = (house.person(0), house.person(1));
    let own = fill(&mut one, server.address, "heron", &extent).await?;
    let few = Extent { sessions: 20, files: 5 };
    let others = fill(&mut other, server.address, "badger", &few).await?;

    let key = one.api_key(server.address, PASSWORD, &["export"]).await?;
    let over = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(server.id(), Arc::clone(&over)));
    let mut connection = Connection::open(server.address).await?;
    let start = Instant::now();
    let copy = connection.call(Method::GET, "/api/v1/account/export", Some(&key), None).await?;
    let took = start.elapsed();
    over.store(true, Ordering::Relaxed);
    let most = watching.await??;
    ensure!(copy.status == 200, "a copy answered {}", copy.status);
    let by_page = "/account/export";
    let paged = one.submit(server.address, by_page, by_page, &[("password", PASSWORD)]).await?;
    stop(server)?;

    let (content, paged) = (unpacked(&copy.body)?, unpacked(&paged.body)?);
    Ok(vec![
        Figure::exactly("AT-39 answers and files of an account", own.len(), there(&content, &own)?),
        Figure::exactly("AT-39 of those in the copy by the page", own.len(), there(&paged, &own)?),
        Figure::exactly("AT-39 of other people's in it", 0, there(&content, &others)?),
        Figure::no_more("AT-39 making a copy", 60.0, took.as_secs_f64(), "s"),
        Figure::no_more("AT-39 memory of the server meanwhile", 200.0, most, "MiB"),
    ])
}

/// Registers somebody who answers interviews and sends files. Returns what they sent.
pub(super) async fn fill(
    person: &mut Person,
    server: SocketAddr,
    animal: &str,
    extent: &Extent,
) -> Result<Vec<String>> {
    person.register(server, PASSWORD).await?;
    let key = person.api_key(server, PASSWORD, &["sessions:read", "sessions:write"]).await?;
    let mut connection = Connection::open(server).await?;
    let mut sent = Vec::new();
    for number in 0..extent.sessions {
        let start = json!({ "interview": "one" });
        let path = "/api/v1/account/sessions";
        let begun = connection.call(Method::POST, path, Some(&key), Some(&start)).await?;
        let begun = begun.expect(201)?;
        let id = begun["session"].as_str().context("a session has no id")?;
        let word = format!("{animal}-word-{number:05}");
        let answers = json!({ "revision": begun["revision"], "answers": { "word": word } });
        let path = format!("/api/v1/sessions/{id}/answers");
        connection.call(Method::POST, &path, Some(&key), Some(&answers)).await?.expect(200)?;
        sent.push(word);
    }
    for number in 0..extent.files {
        let begun = person.submit(server, "/i/papers", "/i/papers/sessions", &[]).await?;
        let page = location(&begun)?;
        let content = format!("{animal}-file-{number:05}");
        let taken = person.upload(server, &page, "paper", &content).await?;
        ensure!(taken.status == 303, "a file answered {}: {}", taken.status, taken.text());
        sent.push(content);
    }
    Ok(sent)
}

/// All that is in an archive, one part behind the other.
pub(super) fn unpacked(archive: &[u8]) -> Result<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(archive))?;
    let mut content = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at)?;
        content.extend(part.name()?.as_bytes());
        part.read_to_end(&mut content)?;
    }
    Ok(content)
}

/// How many of these are in there.
pub(super) fn there(content: &[u8], wanted: &[String]) -> Result<usize> {
    let search = AhoCorasick::new(wanted)?;
    let found: BTreeSet<usize> =
        search.find_iter(content).map(|it| it.pattern().as_usize()).collect();
    Ok(found.len())
}
