//! The master key, and what comes from it.

use super::{
    ACCOUNT, Counting, METHOD, OTHER_ACCOUNTS, OTHER_METHODS, SCOPE, master, opens_only_whole,
    secret, user_key,
};
use crate::{Mode, Refused, SecretName, Seed, SeedName, pseudonym};

const NAME: SecretName<'static> =
    SecretName { deployment: [2; 16], kind: "session", id: [3; 16], epoch: 0 };

#[test]
fn a_secret_of_the_keyring_opens_under_its_name_and_master_key_only() {
    let sealed = master(1).seal_secret(&NAME, &secret(5), &Counting::default()).unwrap();
    assert_eq!(sealed.len(), 136, "small, since there is one for each session");
    let opened = master(1).open_secret(&NAME, &sealed);
    assert!(opened.is_ok_and(|it| it.reveal(|it| *it == [5; 32])));
    assert!(master(2).open_secret(&NAME, &sealed).is_err());
    for other in [
        SecretName { deployment: [9; 16], ..NAME },
        SecretName { kind: "account", ..NAME },
        SecretName { id: [9; 16], ..NAME },
        SecretName { epoch: 1, ..NAME },
    ] {
        assert!(master(1).open_secret(&other, &sealed).is_err(), "{other:?}");
    }
    opens_only_whole(&sealed, |it| master(1).open_secret(&NAME, it));
}

#[test]
fn a_keyring_knows_its_master_key_again() {
    let mark = master(1).mark(&[2; 16]);
    assert!(master(1).is_marked(&[2; 16], &mark));
    assert!(!master(2).is_marked(&[2; 16], &mark));
    assert!(!master(1).is_marked(&[3; 16], &mark));
    assert!(!master(1).is_marked(&[2; 16], &mark[..31]) && !master(1).is_marked(&[2; 16], &[]));
}

#[test]
fn tags_and_indexes_differ_by_key_purpose_and_parts() {
    let tag = master(1).tag("limit", &[b"a", b"b"]);
    assert!(master(1).is_tag("limit", &[b"a", b"b"], &tag));
    assert!(!master(1).is_tag("limit", &[b"ab"], &tag));
    assert!(!master(1).is_tag("limit", &[b"ab", b""], &tag));
    assert!(!master(1).is_tag("device", &[b"a", b"b"], &tag));
    assert!(!master(2).is_tag("limit", &[b"a", b"b"], &tag));
    assert!(!master(1).is_tag("limit", &[b"a", b"b"], &[]));
    assert_ne!(master(1).email_index("a@b.example"), master(1).email_index("a@c.example"));
    assert_ne!(master(1).email_index("a@b.example"), master(2).email_index("a@b.example"));
}

#[test]
fn an_address_opens_while_the_accounts_secret_is_there() {
    let sealed = master(1).seal_contact(&ACCOUNT, &secret(7), "a@b", &Counting::default()).unwrap();
    let open = |account: &crate::AccountScope, byte: u8| {
        master(1).open_contact(account, &secret(byte), &sealed, str::to_owned)
    };
    assert_eq!(open(&ACCOUNT, 7), Ok("a@b".to_owned()));
    assert_eq!(open(&ACCOUNT, 8), Err(Refused));
    for other in OTHER_ACCOUNTS {
        assert_eq!(open(&other, 7), Err(Refused));
    }
    assert!(master(2).open_contact(&ACCOUNT, &secret(7), &sealed, |_| ()).is_err());
    opens_only_whole(&sealed, |it| master(1).open_contact(&ACCOUNT, &secret(7), it, |_| ()));
}

#[test]
fn a_second_factor_opens_while_the_accounts_secret_is_there_and_is_no_address() {
    let sealed =
        master(1).seal_factor(&ACCOUNT, &secret(7), b"seed", &Counting::default()).unwrap();
    let open = |account: &crate::AccountScope, byte: u8| {
        master(1).open_factor(account, &secret(byte), &sealed, <[u8]>::to_vec)
    };
    assert_eq!(open(&ACCOUNT, 7), Ok(b"seed".to_vec()));
    assert_eq!(open(&ACCOUNT, 8), Err(Refused));
    for other in OTHER_ACCOUNTS {
        assert_eq!(open(&other, 7), Err(Refused));
    }
    assert!(master(2).open_factor(&ACCOUNT, &secret(7), &sealed, |_| ()).is_err());
    assert!(master(1).open_contact(&ACCOUNT, &secret(7), &sealed, |_| ()).is_err());
    opens_only_whole(&sealed, |it| master(1).open_factor(&ACCOUNT, &secret(7), it, |_| ()));
}

#[test]
fn custody_needs_the_accounts_secret_too() {
    let sealed =
        master(1).seal_custody(&METHOD, &secret(7), &user_key(1), &Counting::default()).unwrap();
    let opened = master(1).open_custody(&METHOD, &secret(7), &sealed);
    assert!(opened.is_ok_and(|it| it.is(&user_key(1))));
    assert!(master(1).open_custody(&METHOD, &secret(8), &sealed).is_err());
    assert!(master(2).open_custody(&METHOD, &secret(7), &sealed).is_err());
    for other in OTHER_METHODS {
        assert!(master(1).open_custody(&other, &secret(7), &sealed).is_err());
    }
    opens_only_whole(&sealed, |it| master(1).open_custody(&METHOD, &secret(7), it));
}

#[test]
fn only_a_session_in_custody_is_sealed_for_the_server() {
    let name = SeedName { session: SCOPE, section: "" };
    for mode in Mode::ALL {
        let seed = Seed::of(*mode, secret(5));
        let sealed = master(1).seal_custody_seed(&name, &seed, &Counting::default()).unwrap();
        assert_eq!(sealed.is_ok(), *mode == Mode::Custody);
        let Ok(sealed) = sealed else { continue };
        assert!(master(1).open_custody_seed(&name, &sealed).is_ok());
        assert!(master(2).open_custody_seed(&name, &sealed).is_err());
        let section = SeedName { section: "money", ..name };
        assert!(master(1).open_custody_seed(&section, &sealed).is_err());
        opens_only_whole(&sealed, |it| master(1).open_custody_seed(&name, it));
    }
}

#[test]
fn a_pseudonym_holds_for_a_month() {
    assert_eq!(pseudonym(&secret(1), &[4; 16]), pseudonym(&secret(1), &[4; 16]));
    assert_ne!(pseudonym(&secret(1), &[4; 16]), pseudonym(&secret(2), &[4; 16]));
    assert_ne!(pseudonym(&secret(1), &[4; 16]), pseudonym(&secret(1), &[5; 16]));
}
