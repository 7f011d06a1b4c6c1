//! User keys, what they open, and the ways to unlock them that have no file of their own.

use super::{
    ACCOUNT, Broken, Counting, METHOD, OTHER_ACCOUNTS, OTHER_METHODS, SCOPE, master,
    opens_only_whole, secret, user_key,
};
use crate::{
    ApiKey, KeyPair, LinkSecret, Method, Mode, NoRandomness, PublicKey, RecoveryKey, Refused,
    Scope, Seed, SeedName, UserKey,
};

const NAME: SeedName<'static> = SeedName { session: SCOPE, section: "" };

fn seed(mode: Mode) -> Seed {
    Seed::of(mode, secret(5))
}

#[test]
fn a_user_key_opens_the_seeds_of_its_account_only() {
    let sealed =
        user_key(1).seal_seed(&ACCOUNT, &NAME, &seed(Mode::Account), &Counting::default()).unwrap();
    let opened = user_key(1).open_seed(&ACCOUNT, &NAME, &sealed).unwrap();
    assert_eq!((opened.mode(), opened.secret().bytes()), (Mode::Account, &[5; 32]));
    assert!(user_key(2).open_seed(&ACCOUNT, &NAME, &sealed).is_err());
    // The installation is part of the seed's name.
    for other in &OTHER_ACCOUNTS[1..] {
        assert!(user_key(1).open_seed(other, &NAME, &sealed).is_err(), "{other:?}");
    }
    let elsewhere = [
        SeedName { section: "money", ..NAME },
        SeedName { session: Scope { session: [9; 16], ..SCOPE }, ..NAME },
        SeedName { session: Scope { epoch: 1, ..SCOPE }, ..NAME },
        SeedName { session: Scope { deployment: [9; 16], ..SCOPE }, ..NAME },
    ];
    for name in elsewhere {
        assert!(user_key(1).open_seed(&ACCOUNT, &name, &sealed).is_err(), "{name:?}");
    }
}

#[test]
fn the_mode_of_a_seed_cannot_be_changed_where_it_is_stored() {
    for mode in Mode::ALL {
        let key = user_key(1);
        let sealed = key.seal_seed(&ACCOUNT, &NAME, &seed(*mode), &Counting::default()).unwrap();
        assert_eq!(key.open_seed(&ACCOUNT, &NAME, &sealed).map(|it| it.mode()), Ok(*mode));
        opens_only_whole(&sealed, |it| key.open_seed(&ACCOUNT, &NAME, it));
    }
}

#[test]
fn a_mode_is_raised_and_never_lowered() {
    for (at, from) in Mode::ALL.iter().enumerate() {
        for (other, to) in Mode::ALL.iter().enumerate() {
            let raised = seed(*from).raise(*to).map(|it| it.mode());
            assert_eq!(raised, if other >= at { Ok(*to) } else { Err(Refused) });
            assert_eq!(Mode::from_word(to.word()), Some(*to));
        }
    }
    assert_eq!(Mode::from_word("open"), None);
}

#[test]
fn records_of_a_lower_mode_stay_readable_and_those_of_a_higher_one_are_refused() {
    for of_record in Mode::ALL {
        let record = seed(*of_record)
            .keys(SCOPE, &secret(6))
            .seal(1, "delta", b"x", &Counting::default())
            .unwrap();
        let file = seed(*of_record)
            .keys(SCOPE, &secret(6))
            .seal_file([8; 16], "a", b"b", &Counting::default())
            .unwrap();
        for of_session in Mode::ALL {
            let keys = seed(*of_session).keys(SCOPE, &secret(6));
            let expected = of_record <= of_session;
            assert_eq!(keys.open(1, "delta", &record, |_| ()).is_ok(), expected);
            assert_eq!(keys.open_file([8; 16], &file).is_ok(), expected);
        }
    }
}

#[test]
fn what_is_personal_opens_in_its_place_only() {
    let key = user_key(1);
    let sealed = key.seal(&ACCOUNT, "profile", b"1", b"Ada", &Counting::default()).unwrap();
    let open = |content, row| key.open(&ACCOUNT, content, row, &sealed, <[u8]>::to_vec);
    assert_eq!(open("profile", b"1"), Ok(b"Ada".to_vec()));
    assert!(open("label", b"1").is_err() && open("profile", b"2").is_err());
    for other in OTHER_ACCOUNTS {
        assert!(key.open(&other, "profile", b"1", &sealed, |_| ()).is_err());
    }
    assert!(user_key(2).open(&ACCOUNT, "profile", b"1", &sealed, |_| ()).is_err());
    opens_only_whole(&sealed, |it| key.open(&ACCOUNT, "profile", b"1", it, |_| ()));
}

#[test]
fn a_key_pair_opens_with_its_user_key_and_only_beside_its_public_key() {
    let key = user_key(1);
    let (public, sealed) = key.new_pair(&ACCOUNT, &Counting::default()).unwrap();
    let other = KeyPair::of_private(secret(8)).public();
    assert!(key.open_pair(&ACCOUNT, &public, &sealed).is_ok_and(|it| it.public() == public));
    assert!(key.open_pair(&ACCOUNT, &other, &sealed).is_err());
    assert!(user_key(2).open_pair(&ACCOUNT, &public, &sealed).is_err());
    for other in OTHER_ACCOUNTS {
        assert!(key.open_pair(&other, &public, &sealed).is_err());
    }
    opens_only_whole(&sealed, |it| key.open_pair(&ACCOUNT, &public, it));
}

#[test]
fn public_keys_that_would_seal_in_the_open_are_refused() {
    // The points of small order on Curve25519, in their canonical form: RFC 7748 §6.1 and
    // <https://cr.yp.to/ecdh.html#validate>.
    let mut order_8 = [
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    ]
    .map(|it| <[u8; 32]>::try_from(super::unhex(it)).unwrap())
    .to_vec();
    let mut one = [0; 32];
    one[0] = 1;
    let mut below_p = [0xff; 32];
    (below_p[0], below_p[31]) = (0xec, 0x7f);
    order_8.extend([[0; 32], one, below_p]);
    for bytes in order_8 {
        assert_eq!(PublicKey::of_bytes(bytes), Err(Refused), "{bytes:02x?}");
    }
    let good = KeyPair::of_private(secret(8)).public();
    assert_eq!(PublicKey::of_bytes(*good.bytes()), Ok(good));
}

#[test]
fn a_recovery_key_opens_its_own_method_only() {
    let key = RecoveryKey::random(&Counting::default()).unwrap();
    let sealed = key.seal(&METHOD, &secret(7), &user_key(1), &Counting::default()).unwrap();
    let again = RecoveryKey::parse(&key.reveal(str::to_owned)).unwrap();
    assert!(again.open(&METHOD, &secret(7), &sealed).is_ok_and(|it| it.is(&user_key(1))));
    assert!(again.is_right(&METHOD, &key.verifier(&METHOD)));
    assert!(key.open(&METHOD, &secret(8), &sealed).is_err(), "without the keyring's secret");
    for other in OTHER_METHODS {
        assert!(key.open(&other, &secret(7), &sealed).is_err(), "{other:?}");
    }
    let other = RecoveryKey::parse(&"0".repeat(34)).unwrap();
    assert!(other.open(&METHOD, &secret(7), &sealed).is_err());
    assert!(!other.is_right(&METHOD, &key.verifier(&METHOD)));
    assert!(!key.is_right(&Method { id: [9; 16], ..METHOD }, &key.verifier(&METHOD)));
    opens_only_whole(&sealed, |it| key.open(&METHOD, &secret(7), it));
}

#[test]
fn a_recovery_key_is_written_in_eight_groups_and_two_characters_that_check() {
    let key = RecoveryKey::random(&Counting::default()).unwrap();
    let shown = key.reveal(str::to_owned);
    assert_eq!(shown, "000G-40R4-0M30-E209-185G-R38E-1W81-24GK-TD");
    for (at, group) in shown.split('-').enumerate() {
        assert!(
            key.has_group(at, group) && key.has_group(at, &format!(" {} ", group.to_lowercase()))
        );
        assert!(!key.has_group(at, "ZZZZ") && !key.has_group(at, ""));
        assert!(!key.has_group(at + 9, group));
    }
}

#[test]
fn wrong_characters_of_a_recovery_key_are_noticed() {
    let shown = RecoveryKey::random(&Counting::default()).unwrap().reveal(|it| it.replace('-', ""));
    for at in 0..shown.len() {
        for wrong in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars() {
            let typed = [&shown[..at], wrong.encode_utf8(&mut [0; 4]), &shown[at + 1..]].concat();
            assert_eq!(RecoveryKey::parse(&typed).is_some(), typed == shown, "{typed}");
        }
        for other in at + 1..shown.len() {
            let mut typed: Vec<char> = shown.chars().collect();
            typed.swap(at, other);
            let typed: String = typed.into_iter().collect();
            assert_eq!(RecoveryKey::parse(&typed).is_some(), typed == shown, "{typed}");
        }
    }
    for wrong in ["", "0", &"0".repeat(33), &"0".repeat(35), &"U".repeat(34), &"é".repeat(34)] {
        assert!(RecoveryKey::parse(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn an_api_key_is_read_as_it_was_shown_and_in_no_other_form() {
    let key = ApiKey::random(&Counting::default()).unwrap();
    let shown = key.reveal(str::to_owned);
    assert!(shown.starts_with("aff_000102030405060708090a0b0c0d0e0f_10111213"), "{shown}");
    let again = ApiKey::parse(&shown).unwrap();
    assert!(again.id() == key.id() && again.is_right(&key.hash()));
    for wrong in [
        String::new(),
        shown.to_uppercase(),
        format!("{shown}0"),
        format!("{shown} "),
        shown[..shown.len() - 1].to_owned(),
        shown.replacen('_', "-", 1),
        shown.replace("_10", "_g0"),
        shown.replace("_1", "_é"),
    ] {
        assert!(ApiKey::parse(&wrong).is_none(), "{wrong}");
    }
}

#[test]
fn an_api_key_opens_its_own_user_key_only() {
    let key = ApiKey::random(&Counting::default()).unwrap();
    let sealed = key.seal(&ACCOUNT, &secret(7), &user_key(1), &Counting::default()).unwrap();
    assert!(key.open(&ACCOUNT, &secret(7), &sealed).is_ok_and(|it| it.is(&user_key(1))));
    assert!(key.open(&ACCOUNT, &secret(8), &sealed).is_err(), "without the keyring's secret");
    for other in OTHER_ACCOUNTS {
        assert!(key.open(&other, &secret(7), &sealed).is_err());
    }
    let shown = key.reveal(str::to_owned);
    for other in [shown.replace("_1011", "_1010"), shown.replace("aff_0001", "aff_0000")] {
        let other = ApiKey::parse(&other).unwrap();
        assert!(other.open(&ACCOUNT, &secret(7), &sealed).is_err());
        assert!(!other.is_right(&key.hash()));
    }
    opens_only_whole(&sealed, |it| key.open(&ACCOUNT, &secret(7), it));
}

#[test]
fn a_link_is_found_and_opens_for_its_purpose_only() {
    let link = LinkSecret::take(&mut [1; 32]);
    let sealed = link.seal([2; 16], "reset", b"a@b", &Counting::default()).unwrap();
    assert_eq!(link.open([2; 16], "reset", &sealed, <[u8]>::to_vec), Ok(b"a@b".to_vec()));
    assert!(link.open([2; 16], "confirm", &sealed, |_| ()).is_err());
    assert!(link.open([9; 16], "reset", &sealed, |_| ()).is_err());
    assert!(LinkSecret::take(&mut [2; 32]).open([2; 16], "reset", &sealed, |_| ()).is_err());
    assert_ne!(link.lookup("reset"), link.lookup("confirm"));
    opens_only_whole(&sealed, |it| link.open([2; 16], "reset", it, |_| ()));
}

#[test]
fn one_way_to_a_user_key_does_not_stand_in_for_another() {
    let secret = secret(7);
    let key = RecoveryKey::random(&Counting::default()).unwrap();
    let of_recovery = key.seal(&METHOD, &secret, &user_key(1), &Counting::default()).unwrap();
    let custody = master(3).seal_custody(&METHOD, &secret, &user_key(1), &Counting::default());
    assert!(master(3).open_custody(&METHOD, &secret, &of_recovery).is_err());
    assert!(key.open(&METHOD, &secret, &custody.unwrap()).is_err());
}

#[test]
fn without_randomness_no_key_is_made_or_sealed() {
    assert_eq!(UserKey::random(&Broken).err(), Some(NoRandomness));
    assert_eq!(RecoveryKey::random(&Broken).err(), Some(NoRandomness));
    assert_eq!(ApiKey::random(&Broken).err(), Some(NoRandomness));
    assert_eq!(LinkSecret::random(&Broken).err(), Some(NoRandomness));
    assert_eq!(KeyPair::random(&Broken).err(), Some(NoRandomness));
    let key = user_key(1);
    assert_eq!(key.new_pair(&ACCOUNT, &Broken).err(), Some(NoRandomness));
    assert_eq!(key.seal(&ACCOUNT, "profile", b"", b"", &Broken), Err(NoRandomness));
    assert_eq!(key.seal_seed(&ACCOUNT, &NAME, &seed(Mode::Account), &Broken), Err(NoRandomness));
}
