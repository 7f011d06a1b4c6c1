//! Passkeys that unlock.

use zeroize::Zeroizing;

use super::{Counting, opens_only_whole, secret, user_key};
use crate::{Passkey, Prf, Refused};

const PASSKEY: Passkey<'static> =
    Passkey { deployment: [2; 16], account: [4; 16], credential: b"credential" };

fn prf(byte: u8) -> Prf {
    Prf::take(&mut Zeroizing::new(vec![byte; 32])).unwrap()
}

fn sealed() -> Vec<u8> {
    PASSKEY.seal(0, &prf(1), &secret(7), &user_key(1), &Counting::default()).unwrap()
}

#[test]
fn a_passkey_opens_its_own_user_key_only() {
    let opened = PASSKEY.open(0, &prf(1), &secret(7), &sealed());
    assert!(opened.is_ok_and(|it| it.is(&user_key(1))));
    assert!(PASSKEY.open(0, &prf(2), &secret(7), &sealed()).is_err());
    assert!(PASSKEY.open(0, &prf(1), &secret(8), &sealed()).is_err(), "another keyring");
    assert!(PASSKEY.open(1, &prf(1), &secret(7), &sealed()).is_err(), "another epoch");
    for other in [
        Passkey { deployment: [9; 16], ..PASSKEY },
        Passkey { account: [9; 16], ..PASSKEY },
        Passkey { credential: b"other", ..PASSKEY },
    ] {
        assert!(other.open(0, &prf(1), &secret(7), &sealed()).is_err(), "{other:?}");
    }
    opens_only_whole(&sealed(), |it| PASSKEY.open(0, &prf(1), &secret(7), it));
}

#[test]
fn outputs_that_no_authenticator_makes_are_refused() {
    for wrong in [vec![], vec![0; 32], vec![1; 31], vec![1; 33], vec![1; 64]] {
        assert!(Prf::take(&mut Zeroizing::new(wrong)).is_err());
    }
    let mut bytes = Zeroizing::new(vec![1; 32]);
    assert!(Prf::take(&mut bytes).is_ok());
    assert_eq!(*bytes, [0; 32], "zeroed where it came from");
}

#[test]
fn what_the_authenticator_is_asked_depends_on_site_and_account() {
    let input = Prf::input("a.example", &[1; 16]);
    assert_ne!(input, Prf::input("b.example", &[1; 16]));
    assert_ne!(input, Prf::input("a.example", &[2; 16]));
}

#[test]
fn a_user_key_is_replaced_while_the_passkey_is_away() {
    let replace = |old: u8, sealed: &[u8]| {
        PASSKEY
            .replace(&user_key(old), sealed, 1, &secret(8), &user_key(2), &Counting::default())
            .unwrap()
    };
    let replaced = replace(1, &sealed()).unwrap();
    let opened = PASSKEY.open(1, &prf(1), &secret(8), &replaced);
    assert!(opened.is_ok_and(|it| it.is(&user_key(2))));
    assert!(PASSKEY.open(0, &prf(1), &secret(7), &replaced).is_err(), "the old user key is gone");
    assert_eq!(replace(3, &sealed()), Err(Refused), "only who has the old user key replaces it");
}

#[test]
fn nobody_slips_another_public_key_under_a_replacement() {
    // Somebody who can write rows puts a passkey of their own in the place of this one.
    let theirs = PASSKEY.seal(0, &prf(9), &secret(7), &user_key(9), &Counting::default()).unwrap();
    let replace = |sealed: &[u8]| {
        PASSKEY
            .replace(&user_key(1), sealed, 1, &secret(8), &user_key(2), &Counting::default())
            .unwrap()
    };
    assert_eq!(replace(&theirs), Err(Refused));
    let mixed = [&sealed()[..137], &theirs[137..273], &sealed()[273..]].concat();
    assert_eq!(replace(&mixed), Err(Refused));
    let mixed = [&sealed()[..137], &theirs[137..273], &sealed()[273..]].concat();
    assert!(PASSKEY.open(0, &prf(1), &secret(7), &mixed).is_err());
}
