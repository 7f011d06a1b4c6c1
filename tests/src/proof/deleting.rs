//! AT-03 and AT-04: of a deleted account nothing is left, and no backup brings anything back.

use std::path::Path;

use affiant_backend::{AccountStore as _, SecretKind, SessionStore as _};
use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::house::{House, stop};
use crate::person::{Person, location};
use crate::program::Server;
use crate::proof::Figure;
use crate::proof::stored::Stored;

/// How many accounts there are, how many of them are deleted, and how many backups are made before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    accounts: usize,
    deleted: usize,
    backups: usize,
}

impl Extent {
    /// What runs before a release, or at any time.
    pub(crate) fn of(long: bool) -> Self {
        if long {
            Self { accounts: 1_000, deleted: 200, backups: 30 }
        } else {
            Self { accounts: 30, deleted: 6, backups: 3 }
        }
    }
}

/// More than all rows of a kind.
const ALL: u32 = 100_000;

/// Somebody with an account and one session.
struct Owner {
    person: Person,
    word: String,
    session: [u8; 16],
}

pub(crate) async fn figures(extent: Extent) -> anyhow::Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let mut owners = Vec::new();
    for number in 0..extent.accounts {
        owners.push(owner(&house, &server, number).await?);
        // Spread over the time in which people came.
        let step = extent.accounts / extent.backups;
        if number % step == step - 1 {
            house.run(&["backup", "backups"])?;
        }
    }
    let (gone, stay) = owners.split_at_mut(extent.deleted);
    for owner in &mut *gone {
        let path = "/account/delete";
        let word = password(&owner.word);
        let done = owner.person.submit(server.address, path, path, &[("password", &word)]).await?;
        ensure!(done.status == 200, "deleting answered {}", done.status);
    }
    let rows_left = present(&house.path().join("data"), gone)?;
    let rows_kept = present(&house.path().join("data"), stay)?;
    let mut reads = 0;
    for owner in &mut *stay {
        reads += usize::from(reads_its_word(&server, owner).await?);
    }
    // What is made now is all that is left of the keyring once its window has passed.
    house.run(&["backup", "backups"])?;
    stop(server)?;

    let (rows, keys) = beyond(&house.path().join("data"), stay.len()).await?;
    let mut figures = vec![
        Figure::exactly("AT-03 sessions of deleted accounts in the database", 0, rows_left),
        Figure::exactly("AT-03 rows of accounts and sessions but the others'", 0, rows),
        Figure::exactly("AT-03 keys of accounts and sessions but the others'", 0, keys),
        Figure::exactly("AT-03 sessions of other accounts in it", stay.len(), rows_kept),
        Figure::exactly("AT-03 other accounts that read what they said", stay.len(), reads),
    ];
    figures.extend(restored(&house, gone, stay, extent).await?);
    Ok(figures)
}

/// Restores every backup of the main database with the newest of the keyring.
async fn restored(
    house: &House,
    gone: &mut [Owner],
    stay: &mut [Owner],
    extent: Extent,
) -> anyhow::Result<Vec<Figure>> {
    let mains = names(&house.path().join("backups/main"))?;
    let keyring = names(&house.path().join("backups/keyring"))?.pop().context("no keyring")?;
    let (mut opened, mut read, mut expected) = (0, 0, 0);
    for (number, main) in mains.iter().take(extent.backups).enumerate() {
        let data = format!("restored{number}");
        let parts = ["--main", main, "--keyring", &keyring, "--data", &data];
        house.run(&[&["restore", "backups"], parts.as_slice()].concat())?;
        let master = "master.key";
        fs_err::copy(
            house.path().join("data").join(master),
            house.path().join(&data).join(master),
        )?;
        let server = house.serve(&data)?;
        for owner in &mut *gone {
            let word = password(&owner.word);
            opened += usize::from(owner.person.sign_in(server.address, &word).await?);
        }
        // Who was there already when the backup was made, and stayed.
        let there = (number + 1) * (extent.accounts / extent.backups);
        if let Some(owner) = stay.iter_mut().take(there.saturating_sub(gone.len())).next_back() {
            expected += 1;
            let word = password(&owner.word);
            let entered = owner.person.sign_in(server.address, &word).await?;
            read += usize::from(entered && reads_its_word(&server, owner).await?);
        }
        stop(server)?;
    }
    Ok(vec![
        Figure::exactly(
            "AT-04 backups restored behind the keyring's window",
            extent.backups,
            mains.len() - 1,
        ),
        Figure::exactly("AT-04 deleted accounts that open in any of them", 0, opened),
        Figure::exactly("AT-04 others that open and read what they said", expected, read),
    ])
}

async fn owner(house: &House, server: &Server, number: usize) -> anyhow::Result<Owner> {
    let mut person = house.person(number);
    let word = format!("word{number}");
    person.register(server.address, &password(&word)).await?;
    let begun = person.submit(server.address, "/i/one", "/i/one/sessions", &[]).await?;
    let page = location(&begun)?;
    let taken = person.submit(server.address, &page, &page, &[("word", &word)]).await?;
    ensure!(taken.status == 303, "answering answered {}", taken.status);
    let account = person.get(server.address, "/account").await?.text();
    let link = account.split("/account/interviews/").nth(1).and_then(|it| it.split('/').next());
    let id = URL_SAFE_NO_PAD.decode(link.context("no session is listed")?)?;
    let session = id.try_into().ok().context("an id of a session has 16 bytes")?;
    Ok(Owner { person, word, session })
}

async fn reads_its_word(server: &Server, owner: &mut Owner) -> anyhow::Result<bool> {
    let account = owner.person.get(server.address, "/account").await?.text();
    let Some(open) = account.split('"').find(|it| it.ends_with("/open")) else { return Ok(false) };
    let opened = owner.person.submit(server.address, "/account", open, &[]).await?;
    let page = owner.person.get(server.address, &location(&opened)?).await?;
    Ok(page.text().contains(&owner.word))
}

fn password(word: &str) -> String {
    format!("a long walk by river {word}")
}

/// How many accounts and sessions are in the main database, and of their keys in the keyring,
/// more or fewer than so many of each.
async fn beyond(data: &Path, expected: usize) -> anyhow::Result<(usize, usize)> {
    let stored = Stored::open(data).await?;
    let accounts = stored.main.accounts(0, ALL).await?.len();
    let sessions = stored.main.idle_since(i64::MAX, ALL).await?.len();
    let mut keys = 0;
    for kind in [SecretKind::Account, SecretKind::Session] {
        let found = stored.keys.ring().secrets(kind, None, ALL).await?.len();
        keys += found.abs_diff(expected);
    }
    Ok((accounts.abs_diff(expected) + sessions.abs_diff(expected), keys))
}

/// How many of these sessions the files of the main database name.
fn present(data: &Path, owners: &[Owner]) -> anyhow::Result<usize> {
    let mut files = Vec::new();
    for name in ["affiant.db", "affiant.db-wal"] {
        files.extend(fs_err::read(data.join(name))?);
    }
    let search = aho_corasick::AhoCorasick::new(owners.iter().map(|it| it.session))?;
    let mut found: Vec<usize> =
        search.find_iter(&files).map(|it| it.pattern().as_usize()).collect();
    found.sort_unstable();
    found.dedup();
    Ok(found.len())
}

/// The names of backups, oldest first.
fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
