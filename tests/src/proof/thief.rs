//! AT-08: what a thief opens who has stolen the files of a server, one kind after another.

mod loot;

use std::time::Instant;

use affiant_vault::Master;

use crate::house::{House, stop};
use crate::proof::Figure;
use crate::proof::thief::loot::Loot;

/// Passwords that everybody tries first; the last two are those of people here, as somebody may have
/// found them elsewhere.
const LIST: [&str; 12] = [
    "123456",
    "password",
    "sunshine",
    "qwerty123",
    "letmein",
    "iloveyou",
    "trustno1",
    "correct horse battery staple",
    "",
    "affiant",
    "nine grey herons at low tide",
    "two spoons in a tin drawer",
];

/// What people chose: two of these are in the list.
const CHOSEN: [&str; 4] = [
    "nine grey herons at low tide",
    "a ladder behind the old school",
    "two spoons in a tin drawer",
    "warm bread under a blue cloth",
];
const LISTED: usize = 2;

/// The guesses that a second of one core is good for, at most: what 64 MiB and three passes allow.
const GUESSES: f64 = 20.0;

pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    for (number, password) in CHOSEN.iter().enumerate() {
        let mut person = house.person(number);
        person.register(server.address, password).await?;
        person.answer(server.address, &format!("word{number}")).await?;
        person.get(server.address, "/account/profile").await?;
    }
    house.run(&["backup", "backups"])?;
    stop(server)?;

    let loot = Loot::take(house.path()).await?;
    let keys = (loot.database.len() + loot.files.len()) * loot.victims.len();
    let (mut alone, mut with_files) = (0, 0);
    for victim in &loot.victims {
        // Without the pepper, which comes from the master key, there is nothing to compare with.
        let guessed = victim.guess(&Master::take(&mut [0; 32]), false, &LIST[..2])?;
        alone += usize::from(victim.opens_by_any_of(&loot.database)) + guessed.right;
        with_files += usize::from(victim.opens_by_any_of(&loot.files));
    }
    let (mut told, mut with_master, mut with_all, mut guesses) = (0, 0, 0, 0_u32);
    let start = Instant::now();
    for victim in &loot.victims {
        let guessed = victim.guess(&loot.master(), false, &LIST)?;
        (told, with_master) = (told + guessed.right, with_master + guessed.opened);
        let guessed = victim.guess(&loot.master(), true, &LIST)?;
        (with_all, guesses) = (with_all + guessed.opened, guesses + guessed.tried * 2);
    }
    let speed = f64::from(guesses) / start.elapsed().as_secs_f64();
    let control = opened_by_owners(&loot)?;
    Ok(vec![
        Figure::at_least("AT-08 bytes of the files tried as keys", 1_000_000, keys),
        Figure::exactly("AT-08 people who open their own with everything", CHOSEN.len(), control),
        Figure::exactly("AT-08 opened by a thief of the database", 0, alone),
        Figure::exactly("AT-08 opened with all files and backups too", 0, with_files),
        Figure::exactly("AT-08 passwords of the list seen to be right, master", LISTED, told),
        Figure::exactly("AT-08 opened with the master key too", 0, with_master),
        Figure::exactly("AT-08 opened with the keyring too: those listed", LISTED, with_all),
        Figure::no_more("AT-08 guesses of one core", GUESSES, speed, "/s"),
    ])
}

/// That the tools of the thief open what can be opened: with everything, the right password does.
fn opened_by_owners(loot: &Loot) -> anyhow::Result<usize> {
    let mut opened = 0;
    for victim in &loot.victims {
        let guessed = victim.guess(&loot.master(), true, &CHOSEN)?;
        opened += guessed.opened;
    }
    Ok(opened)
}
