//! What is sealed to an organisation's key.

use super::{Broken, Counting, SCOPE, opens_only_whole, secret};
use crate::{Mode, NoRandomness, OrganisationKey, PublicKey, Scope, Seed, SeedName};

const NAME: SeedName<'static> = SeedName { session: SCOPE, section: "" };

fn key() -> OrganisationKey {
    OrganisationKey::random(&Counting::default()).unwrap()
}

/// A key that differs from [`key`].
fn other_key() -> OrganisationKey {
    let randomness = Counting::default();
    OrganisationKey::random(&randomness).unwrap();
    OrganisationKey::random(&randomness).unwrap()
}

fn sealed() -> Vec<u8> {
    let seed = Seed::of(Mode::Account, secret(5));
    let public = key().public();
    public.seal_for_organisation(&NAME, &secret(7), &seed, &Counting::default()).unwrap()
}

#[test]
fn the_organisation_opens_a_seed_with_its_key_and_the_secret_of_the_keyring() {
    let (key, sealed) = (key(), sealed());
    assert_eq!(sealed.len(), 113);
    let opened = key.open_seed(&NAME, &secret(7), &sealed).unwrap();
    assert_eq!((opened.mode(), opened.secret().bytes()), (Mode::Account, &[5; 32]));
    assert!(key.open_seed(&NAME, &secret(8), &sealed).is_err(), "another secret of the keyring");
    assert!(other_key().open_seed(&NAME, &secret(7), &sealed).is_err(), "another organisation");
    opens_only_whole(&sealed, |it| key.open_seed(&NAME, &secret(7), it));
}

#[test]
fn a_seed_opens_in_its_own_place_only() {
    let (key, sealed) = (key(), sealed());
    for name in [
        SeedName { section: "money", ..NAME },
        SeedName { session: Scope { session: [9; 16], ..SCOPE }, ..NAME },
        SeedName { session: Scope { epoch: 1, ..SCOPE }, ..NAME },
        SeedName { session: Scope { deployment: [9; 16], ..SCOPE }, ..NAME },
    ] {
        assert!(key.open_seed(&name, &secret(7), &sealed).is_err(), "{name:?}");
    }
}

#[test]
fn what_is_sealed_names_the_organisation_and_nothing_else() {
    let public = PublicKey::of_sealed(&sealed()).unwrap();
    assert_eq!(public, key().public());
    assert_ne!(public.id(), other_key().public().id());
    assert!(PublicKey::of_sealed(&[7; 31]).is_err());
    assert!(
        PublicKey::of_sealed(&[0; 113]).is_err(),
        "the point to which all is sealed in the open"
    );
}

#[test]
fn a_key_is_read_as_people_type_it() {
    let key = key();
    let typed = key.reveal(|it| it.replace('-', " ").to_lowercase());
    let read = OrganisationKey::parse(&typed).unwrap();
    assert_eq!(read.public(), key.public());
    let groups: Vec<String> = key.reveal(|it| it.split('-').map(str::to_owned).collect());
    assert_eq!(groups.len(), 9);
    for (at, group) in groups.iter().enumerate() {
        assert!(key.has_group(at, &group.to_lowercase()));
        assert!(!key.has_group(at, "ZZZZ"));
    }
    assert!(!key.has_group(99, &groups[0]));
    assert!(OrganisationKey::parse("not a key").is_none());
    assert_eq!(OrganisationKey::random(&Broken).err(), Some(NoRandomness));
}
