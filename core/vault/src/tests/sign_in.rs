//! What a cookie opens.

use super::{ACCOUNT, Counting, OTHER_ACCOUNTS, opens_only_whole, secret, user_key};
use crate::{SignIn, SignInToken, Token};

const SIGN_IN: SignIn<'static> =
    SignIn { account: ACCOUNT, auth_epoch: 2, epoch: 3, level: "password" };

fn token(byte: u8) -> SignInToken {
    SignInToken::take(&mut [byte; 32])
}

#[test]
fn a_sign_in_needs_cookie_row_and_the_days_secret() {
    let sealed = token(1).seal(&SIGN_IN, &secret(7), &user_key(1), &Counting::default()).unwrap();
    assert!(token(1).open(&SIGN_IN, &secret(7), &sealed).is_ok_and(|it| it.is(&user_key(1))));
    assert!(token(2).open(&SIGN_IN, &secret(7), &sealed).is_err(), "another cookie");
    assert!(token(1).open(&SIGN_IN, &secret(8), &sealed).is_err(), "the day is over");
    opens_only_whole(&sealed, |it| token(1).open(&SIGN_IN, &secret(7), it));
}

#[test]
fn no_part_of_a_sign_in_can_be_changed_where_it_is_stored() {
    let sealed = token(1).seal(&SIGN_IN, &secret(7), &user_key(1), &Counting::default()).unwrap();
    let mut others = vec![
        SignIn { auth_epoch: 1, ..SIGN_IN },
        SignIn { epoch: 4, ..SIGN_IN },
        SignIn { level: "two factors", ..SIGN_IN },
    ];
    others.extend(OTHER_ACCOUNTS.map(|account| SignIn { account, ..SIGN_IN }));
    for other in others {
        assert!(token(1).open(&other, &secret(7), &sealed).is_err(), "{other:?}");
    }
}

#[test]
fn what_owes_a_second_factor_is_no_sign_in() {
    let token = token(1);
    let pending =
        token.seal_pending(&SIGN_IN, &secret(7), &user_key(1), &Counting::default()).unwrap();
    assert!(token.open_pending(&SIGN_IN, &secret(7), &pending).is_ok());
    assert!(token.open(&SIGN_IN, &secret(7), &pending).is_err());
    let sealed = token.seal(&SIGN_IN, &secret(7), &user_key(1), &Counting::default()).unwrap();
    assert!(token.open_pending(&SIGN_IN, &secret(7), &sealed).is_err());
    assert_ne!(token.lookup(), token.pending_lookup());
    assert_ne!(token.lookup(), Token::take(&mut [1; 32]).lookup());
}

#[test]
fn a_form_code_is_bound_to_cookie_and_nonce() {
    let code = token(1).form_code(b"nonce");
    assert!(token(1).is_form_code(b"nonce", &code));
    assert!(!token(1).is_form_code(b"other", &code));
    assert!(!token(2).is_form_code(b"nonce", &code));
}
