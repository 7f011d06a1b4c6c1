//! A thief with stolen pieces: what they can try, and what they get.

use super::{ACCOUNT, Counting, METHOD, SCOPE, master, secret, user_key};
use crate::{
    Cost, Master, Mode, Password, Secret, SecretName, Seed, SeedName, Stretching, UserKey,
};

/// Passwords that everybody tries first.
const COMMON: &[&str] = &[
    "123456",
    "password",
    "123456789",
    "12345678",
    "12345",
    "qwerty",
    "abc123",
    "111111",
    "password1",
    "iloveyou",
    "1q2w3e4r",
    "000000",
    "qwerty123",
    "zaq12wsx",
    "dragon",
    "sunshine",
    "princess",
    "letmein",
    "654321",
    "monkey",
    "27653",
    "1qaz2wsx",
    "123321",
    "qwertyuiop",
    "superman",
    "asdfghjkl",
    "trustno1",
    "welcome",
    "admin",
    "hello123",
];

const WEAK: &str = "sunshine";
const STRONG: &str = "seven badgers cross at noon";

const NAME: SeedName<'static> = SeedName { session: SCOPE, section: "" };

/// What is stored of one account with one session.
struct Stored {
    stretching: Stretching,
    verifier: [u8; 32],
    wrap: Vec<u8>,
    grant: Vec<u8>,
    record: Vec<u8>,
    in_keyring: [Vec<u8>; 2],
}

const OF_ACCOUNT: SecretName<'static> =
    SecretName { deployment: [2; 16], kind: "account", id: [4; 16], epoch: 0 };
const OF_SESSION: SecretName<'static> =
    SecretName { deployment: [2; 16], kind: "session", id: [3; 16], epoch: 0 };

fn stored(password: &str) -> Stored {
    let randomness = Counting::default();
    let stretching = Stretching::new(Cost::CHEAP, &randomness).unwrap();
    let password = Password::parse(password).unwrap();
    let stretched = master(3).stretch(&password, &ACCOUNT.account, &stretching).unwrap();
    let seed = Seed::of(Mode::Account, secret(5));
    let seal = |name, byte| master(3).seal_secret(name, &secret(byte), &randomness).unwrap();
    Stored {
        stretching,
        verifier: stretched.verifier(),
        wrap: stretched.seal(&METHOD, &secret(7), &user_key(1), &randomness).unwrap(),
        grant: user_key(1).seal_seed(&ACCOUNT, &NAME, &seed, &randomness).unwrap(),
        record: seed.keys(SCOPE, &secret(6)).seal(0, "delta", b"an answer", &randomness).unwrap(),
        in_keyring: [seal(&OF_ACCOUNT, 7), seal(&OF_SESSION, 6)],
    }
}

impl Stored {
    /// Opens the record, if a user key and the session's secret do.
    fn read(&self, user_key: &UserKey, of_session: &Secret) -> bool {
        let Ok(seed) = user_key.open_seed(&ACCOUNT, &NAME, &self.grant) else { return false };
        let keys = seed.keys(SCOPE, of_session);
        keys.open(0, "delta", &self.record, |it| it == b"an answer") == Ok(true)
    }

    /// Tries a list of passwords with what a thief has; whether one was known to be right, and whether
    /// the record was read.
    fn guess(&self, master: &Master, of_account: &Secret, of_session: &Secret) -> (bool, bool) {
        let (mut right, mut read) = (false, false);
        for text in COMMON {
            let password = Password::parse(text).unwrap();
            let stretched = master.stretch(&password, &ACCOUNT.account, &self.stretching).unwrap();
            right |= stretched.is_right(&self.verifier);
            let opened = stretched.open(&METHOD, of_account, &self.wrap);
            read |= opened.is_ok_and(|it| self.read(&it, of_session));
        }
        (right, read)
    }
}

/// Keys that somebody might find without having stolen them: constants, and what stands in the rows.
fn columns(stored: &Stored) -> Vec<[u8; 32]> {
    let mut found = vec![[0; 32], [0xff; 32], stored.verifier];
    for bytes in [&stored.wrap, &stored.grant, &stored.record] {
        found.extend(bytes.windows(32).map(|it| <[u8; 32]>::try_from(it).unwrap()));
    }
    found
}

#[test]
fn the_store_alone_does_not_even_tell_a_right_guess() {
    let stored = stored(WEAK);
    for key in columns(&stored) {
        let of = || Secret::take(&mut { key });
        assert!(!stored.read(&UserKey::of(of()), &of()));
        for mode in Mode::ALL {
            let keys = Seed::of(*mode, of()).keys(SCOPE, &of());
            assert!(keys.open(0, "delta", &stored.record, |_| ()).is_err());
        }
    }
    // Without the pepper no guess can be compared with anything.
    for master in [Master::take(&mut [0; 32]), Master::take(&mut { stored.verifier })] {
        assert_eq!(stored.guess(&master, &secret(0), &secret(0)), (false, false));
    }
}

#[test]
fn with_the_master_key_a_guess_can_be_compared_and_still_nothing_opens() {
    // The keyring is what is missing: neither its secrets nor anything in their place.
    let stored = stored(WEAK);
    assert_eq!(stored.guess(&master(3), &secret(0), &secret(0)), (true, false));
}

#[test]
fn with_everything_on_the_disk_only_weak_passwords_open() {
    for (password, opens) in [(WEAK, true), (STRONG, false)] {
        let stored = stored(password);
        let [of_account, of_session] = &stored.in_keyring;
        let of_account = master(3).open_secret(&OF_ACCOUNT, of_account).unwrap();
        let of_session = master(3).open_secret(&OF_SESSION, of_session).unwrap();
        assert_eq!(stored.guess(&master(3), &of_account, &of_session), (opens, opens));
    }
}

#[test]
fn a_right_password_opens_nothing_when_the_secret_was_deleted() {
    let stored = stored(STRONG);
    let password = Password::parse(STRONG).unwrap();
    let stretched = master(3).stretch(&password, &ACCOUNT.account, &stored.stretching).unwrap();
    assert!(stretched.is_right(&stored.verifier));
    assert!(stretched.open(&METHOD, &secret(0), &stored.wrap).is_err());
    let key = stretched.open(&METHOD, &secret(7), &stored.wrap).unwrap();
    assert!(stored.read(&key, &secret(6)) && !stored.read(&key, &secret(0)));
}
