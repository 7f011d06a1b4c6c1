//! AT-06: nothing that must be random is there twice.

use std::collections::HashSet;

use affiant_backend::{Lookup, SessionStore as _};
use affiant_storage_sqlite::{Databases, Options};
use affiant_vault::Token;
use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::task::JoinSet;

use crate::client::{Connection, Session};
use crate::house::{House, stop};
use crate::proof::Figure;

/// Connections that start sessions at the same time.
const AT_ONCE: usize = 8;

/// Where the salt of an envelope lies.
const SALT: std::ops::Range<usize> = 24..56;

pub(crate) async fn figures(long: bool) -> anyhow::Result<Vec<Figure>> {
    let sessions = if long { 20_000 } else { 1_000 };
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let mut starting = JoinSet::new();
    for _ in 0..AT_ONCE {
        let address = server.address;
        starting.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut tokens = Vec::new();
            for _ in 0..sessions / AT_ONCE {
                tokens.push(Session::start(&mut connection, "one").await?.token);
            }
            anyhow::Ok(tokens)
        });
    }
    let mut tokens = Vec::new();
    while let Some(started) = starting.join_next().await {
        tokens.extend(started??);
    }
    stop(server)?;

    let options = Options { folder: house.path().join("data"), max_pages: None };
    let store = Databases::open(&options).await?;
    let (mut secrets, mut salts, mut ids) = (HashSet::new(), HashSet::new(), HashSet::new());
    let mut sealed = 0;
    for token in &tokens {
        let bytes = URL_SAFE_NO_PAD.decode(token)?;
        let mut bytes: [u8; 32] = bytes.try_into().ok().context("a token has 32 bytes")?;
        secrets.insert(bytes);
        let lookup = Lookup(Token::take(&mut bytes).lookup());
        let (row, history) = store.main.load(&lookup, None).await?.context("a session is lost")?;
        ids.insert(row.id);
        let (_, snapshot) =
            history.snapshot.as_ref().context("a session begins with a snapshot")?;
        for envelope in [&row.wrapped, &row.head, snapshot] {
            sealed += 1;
            salts.insert(envelope.get(SALT).context("an envelope has a salt")?.to_vec());
        }
    }
    store.close().await?;
    let (tokens, repeated) = (tokens.len(), |there: usize, all: usize| all - there);
    Ok(vec![
        Figure::exactly("AT-06 sessions started", sessions, tokens),
        Figure::exactly("AT-06 tokens there twice", 0, repeated(secrets.len(), tokens)),
        Figure::exactly("AT-06 ids of sessions there twice", 0, repeated(ids.len(), tokens)),
        Figure::exactly("AT-06 salts of records there twice", 0, repeated(salts.len(), sealed)),
    ])
}
