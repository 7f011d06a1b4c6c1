//! Which passwords are taken.

use std::sync::atomic::{AtomicU32, Ordering};

use affiant_backend::{AccountStore as _, MethodKind};
use affiant_vault::{Cost, Master, Stretching};

use super::support::{NOW, World};
use crate::{Hashing, LEAST_ALONE, LEAST_WITH_FACTOR, NewPassword, Signing, Weak};

#[test]
fn long_and_uncommon_passwords_are_taken_whatever_they_are_made_of() {
    let long = "a lantern for every harbour ".repeat(4);
    for text in [
        "seven lamps on a wet quay",
        "brixton-heron-tallow",
        "ひかりの庭に雨がふる夜とねこの歌",
        &long,
    ] {
        assert_eq!(NewPassword::parse(text, false, &[]).err(), None, "{text}");
    }
    let known = ["Ada Lovelace", "ada@example.com"];
    assert!(NewPassword::parse("tallow-heron-9", true, &known).is_ok());
}

#[test]
fn short_common_and_own_words_are_refused() {
    let known = ["Ada Lovelace", "ada.lovelace@example.com", "Affiant"];
    for (text, with_factor, error) in [
        ("", false, Weak::Short(LEAST_ALONE)),
        ("fourteen-chars", false, Weak::Short(LEAST_ALONE)),
        ("sevench", true, Weak::Short(LEAST_WITH_FACTOR)),
        ("passwordpassword", false, Weak::Guessable),
        ("aaaaaaaaaaaaaaaaaaaa", false, Weak::Guessable),
        ("123456789012345", false, Weak::Guessable),
        ("qwertyuiopasdfgh", false, Weak::Guessable),
        ("adalovelaceada1", false, Weak::Guessable),
        ("password1", true, Weak::Guessable),
    ] {
        assert_eq!(NewPassword::parse(text, with_factor, &known).err(), Some(error), "{text}");
    }
    let huge = "x1-".repeat(17 << 20);
    assert_eq!(NewPassword::parse(&huge, false, &[]).err(), Some(Weak::Long));
}

/// What the passwords of the account of this number cost.
async fn passes(world: &World, number: i64) -> Vec<u32> {
    let account = world.store.account_by_number(number).await.unwrap().unwrap();
    let methods = world.store.methods(account.id).await.unwrap();
    let passwords = methods.iter().filter(|it| it.kind == MethodKind::Password);
    passwords.map(|it| Stretching::of_row(&it.params, &it.salt).unwrap().cost().passes()).collect()
}

#[tokio::test]
async fn the_first_password_measures_the_machine_and_all_others_cost_the_same() {
    static MEASURED: AtomicU32 = AtomicU32::new(0);
    fn measure(_: &Master) -> Cost {
        let passes = 2 + MEASURED.fetch_add(1, Ordering::Relaxed);
        Cost::FLOOR.with_passes(passes).unwrap()
    }

    let world = World::with(Hashing::Measured(measure)).await;
    let unknown = world.sign_in("nobody@example.org", "no such account at all", NOW).await;
    assert!(matches!(unknown, Ok(Signing::Wrong)), "and it cost as much");
    world.person("ada@example.org", "seven lamps on a wet quay", NOW).await;
    let world = world.again(Hashing::Measured(measure)).await;
    world.person("bea@example.org", "brixton-heron-tallow", NOW + 1).await;
    assert_eq!((passes(&world, 1).await, passes(&world, 2).await), (vec![2], vec![2]));
    assert_eq!(MEASURED.load(Ordering::Relaxed), 1);

    // An operator who wants more gets it from whoever signs in, one after the other.
    let dearer = Cost::FLOOR.with_passes(3).unwrap();
    let world = world.again(Hashing::Set(dearer)).await;
    world.enter("bea@example.org", "brixton-heron-tallow", NOW + 2).await;
    assert_eq!((passes(&world, 1).await, passes(&world, 2).await), (vec![2], vec![3]));
}
