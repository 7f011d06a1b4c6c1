//! Sends canaries into everything that takes input.

mod admin;
mod api;
mod odd;
mod pages;
mod people;

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::client::Connection;
use crate::leakscan::canary::Planter;

/// The interview that asks for every kind of answer.
pub(crate) const EVERYTHING: &str = include_str!("everything.yml");

/// Every so many sessions ask for their documents, which take longest.
const DOCUMENTS_EVERY: usize = 25;

/// So many sessions try return codes: more tries are refused, since they are guesses.
const CODES: usize = 2;

/// Sessions of visitors whose deletion is held.
const HELD: usize = 5;

/// Two people with accounts for so many canaries. The passwords are what takes time.
const PAIR_EVERY: usize = 1_500;

/// Where canaries go.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Where the server listens.
    pub(crate) server: SocketAddr,
    /// Where it keeps the mails that it sends.
    pub(crate) mail: PathBuf,
    /// The path of the link that it printed for the first administrator.
    pub(crate) first: String,
    /// The key with which administrators can read answers.
    pub(crate) organisation: String,
}

/// How the sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// They are left alone, as most are.
    Left,
    /// Their visitor deletes them.
    Deleted,
}

/// Sends at least `count` canaries: by people with accounts and an administrator, through pages,
/// through the API, and in all that is refused. Connections are closed at the end.
pub(crate) async fn canaries(
    place: &Place,
    planter: &mut Planter,
    count: usize,
) -> anyhow::Result<()> {
    let enough = planter.count() + count;
    if count >= PAIR_EVERY {
        admin::desk(place, planter).await?;
    }
    for number in 0..count / PAIR_EVERY {
        people::pair(place, planter, number).await?;
    }
    // A round without documents is enough to see that a server leaks at all.
    let mut round = usize::from(count < PAIR_EVERY);
    while planter.count() < enough {
        one_round(place.server, planter, round).await?;
        round += 1;
    }
    Ok(())
}

/// While deletions are held: sessions of visitors and of an account that wait for the end of it.
pub(crate) async fn held(place: &Place, planter: &mut Planter) -> anyhow::Result<()> {
    for _ in 0..HELD {
        let mut connection = Connection::open(place.server).await?;
        pages::session(&mut connection, planter, false, false, End::Deleted).await?;
    }
    people::waiting(place, planter).await
}

/// What visitors and programs without an account send, once.
async fn one_round(server: SocketAddr, planter: &mut Planter, round: usize) -> anyhow::Result<()> {
    // A connection each, as browsers have.
    let mut connection = Connection::open(server).await?;
    let with_documents = round.is_multiple_of(DOCUMENTS_EVERY);
    let end = if round % 5 == 4 { End::Deleted } else { End::Left };
    pages::session(&mut connection, planter, with_documents, round < CODES, end).await?;
    api::session(&mut connection, planter, with_documents, end).await?;
    odd::requests(&mut connection, planter).await
}
