//! Tokens, seeds and the keys they give.

use super::{Broken, Counting, SCOPE, keys, secret};
use crate::{NoRandomness, Scope, Secret, SessionKeys, Token};

fn token(byte: u8) -> Token {
    Token::take(&mut [byte; 32])
}

#[test]
fn a_session_needs_both_the_visitors_seed_and_the_keyrings_secret() {
    let sealed = keys(1, 2).seal(4, "delta", b"secret", &Counting::default()).unwrap();
    assert_eq!(keys(1, 2).open(4, "delta", &sealed, <[u8]>::to_vec), Ok(b"secret".to_vec()));
    assert!(keys(1, 9).open(4, "delta", &sealed, |_| ()).is_err());
    assert!(keys(9, 2).open(4, "delta", &sealed, |_| ()).is_err());
    assert!(keys(1, 2).open(5, "delta", &sealed, |_| ()).is_err());
    assert!(keys(1, 2).open(4, "snapshot", &sealed, |_| ()).is_err());
}

#[test]
fn two_sessions_with_equal_secrets_do_not_share_keys() {
    let other = Scope { session: [9; 16], ..SCOPE };
    let revealed = |scope| {
        let keys = SessionKeys::derive(scope, &secret(1), &secret(2));
        keys.files().reveal(|it| *it)
    };
    assert_ne!(revealed(SCOPE), revealed(other));
}

#[test]
fn a_token_opens_its_own_session_only() {
    let wrapped = token(1).wrap(&SCOPE, &secret(5), &Counting::default()).unwrap();
    let opened = token(1).unwrap(&SCOPE, &wrapped);
    assert!(opened.is_ok_and(|it| it.reveal(|it| *it == [5; 32])));
    assert!(token(2).unwrap(&SCOPE, &wrapped).is_err());
    assert!(token(1).unwrap(&Scope { session: [9; 16], ..SCOPE }, &wrapped).is_err());
    assert!(token(1).unwrap(&Scope { deployment: [9; 16], ..SCOPE }, &wrapped).is_err());
    assert_ne!(token(1).lookup(), token(2).lookup());
}

#[test]
fn a_record_that_is_no_key_does_not_open_as_one() {
    let keys = keys(1, 2);
    let sealed = keys.seal(0, "delta", &[5; 32], &Counting::default()).unwrap();
    assert!(token(1).unwrap(&SCOPE, &sealed).is_err());
    assert!(keys.file_key([8; 16], &sealed).is_err());
}

#[test]
fn a_form_code_is_bound_to_token_and_nonce() {
    let code = token(1).form_code(b"nonce");
    assert!(token(1).is_form_code(b"nonce", &code));
    assert!(!token(1).is_form_code(b"other", &code));
    assert!(!token(1).is_form_code(b"nonce", &code[..31]));
    assert!(!token(2).is_form_code(b"nonce", &code));
}

#[test]
fn without_randomness_nothing_is_sealed() {
    assert_eq!(Secret::random(&Broken).err(), Some(NoRandomness));
    assert_eq!(Token::random(&Broken).err(), Some(NoRandomness));
    assert_eq!(keys(1, 2).seal(0, "delta", b"", &Broken), Err(NoRandomness));
    assert_eq!(keys(1, 2).seal_file([8; 16], "", b"", &Broken).err(), Some(NoRandomness));
}

#[test]
fn a_secret_that_was_taken_is_gone_where_it_came_from() {
    let mut bytes = [5; 32];
    let taken = Secret::take(&mut bytes);
    assert_eq!(bytes, [0; 32]);
    assert!(taken.reveal(|it| *it == [5; 32]));
}
