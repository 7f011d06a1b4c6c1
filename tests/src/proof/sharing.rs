//! AT-27: whoever was given some sections of an interview reads those and the common part, nothing
//! else, and nothing once it was taken back or is over.

use affiant_backend::{Change, Commit as _, GrantStore as _, Sweep as _};
use affiant_storage_sqlite::{Databases, Options};
use anyhow::Context as _;

use crate::house::{House, stop};
use crate::parted::{INTERVIEW, SECTIONS, Shared, answered};
use crate::person::Person;
use crate::program::Server;
use crate::proof::Figure;

/// What each of five people is given.
const GRANTS: [&[&str]; 5] = [&["a"], &["b", "c"], &["d"], &[], &["a", "b", "d"]];

/// How many of the five the session is taken back from, before the rest is over.
const TAKEN_BACK: usize = 2;

pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    fs_err::write(house.path().join("interviews/four.yml"), INTERVIEW)?;
    let server = house.serve("data")?;
    let at = server.address;
    let mut owner = house.person(0);
    owner.register(at, "a long walk by river zero").await?;
    let shared = answered(&mut owner, at, "canary").await?;
    let mut readers = Vec::new();
    for (number, sections) in (1..).zip(GRANTS) {
        let mut reader = house.person(number);
        reader.register(at, "a long walk by river one").await?;
        shared.share(&mut owner, &mut reader, at, "view", sections).await?;
        readers.push(reader);
    }
    let before = read(&shared, &mut readers, &server).await?;
    let wanted: usize = GRANTS.iter().map(|it| it.len() + 1).sum();
    let log = owner.get(at, "/account/activity").await?.text();
    let written = log.matches("Shared interview opened").count();

    for _ in 0..TAKEN_BACK {
        shared.take_back(&mut owner, at).await?;
    }
    let fewer = read(&shared, &mut readers, &server).await?;
    stop(server)?;
    end(&house).await?;
    let server = house.serve("data")?;
    let after = read(&shared, &mut readers, &server).await?;
    let own = shared.read_by(&mut owner, server.address).await?;
    let own = own.iter().filter(|it| **it).count();
    stop(server)?;
    let left = GRANTS.len() - TAKEN_BACK;
    let outside = before.outside + fewer.outside + after.outside;
    Ok(vec![
        Figure::exactly("AT-27 parts read by whom they were given", wanted, before.granted),
        Figure::exactly("AT-27 parts read by whom they were not given", 0, outside),
        Figure::exactly("AT-27 readers in the owner's own log", GRANTS.len(), written),
        Figure::exactly("AT-27 people who read, after it was taken back", left, fewer.people),
        Figure::exactly("AT-27 people who read, when all grants are over", 0, after.people),
        Figure::exactly("AT-27 parts that the owner reads then", SECTIONS.len() + 1, own),
    ])
}

/// What was read.
#[derive(Default)]
struct Read {
    /// Parts by people to whom they were given.
    granted: usize,
    /// Parts by others.
    outside: usize,
    /// People who read anything.
    people: usize,
}

async fn read(shared: &Shared, readers: &mut [Person], server: &Server) -> anyhow::Result<Read> {
    let mut all = Read::default();
    for (reader, sections) in readers.iter_mut().zip(GRANTS) {
        let read = shared.read_by(reader, server.address).await?;
        all.people += usize::from(read.contains(&true));
        let names = std::iter::once("").chain(SECTIONS);
        for (name, _) in names.zip(read).filter(|(_, it)| *it) {
            if name.is_empty() || sections.contains(&name) {
                all.granted += 1;
            } else {
                all.outside += 1;
            }
        }
    }
    Ok(all)
}

/// Stores that every grant ended yesterday: what a reader's row says once its time is over.
async fn end(house: &House) -> anyhow::Result<()> {
    let options = Options { folder: house.path().join("data"), max_pages: None };
    let databases = Databases::open(&options).await?;
    let idle = databases.main.idle("four", true, i64::MAX, u32::MAX, 1).await?;
    let session = idle.first().context("there is no session")?.id;
    for grant in databases.main.grants_on(session).await? {
        if grant.granter.is_some() {
            let over = affiant_backend::GrantRow { expires: Some(grant.created - 1), ..grant };
            databases.main.commit(vec![Change::PutGrant(over)]).await?;
        }
    }
    databases.close().await?;
    Ok(())
}
