//! Why something was not done, across the border and in words.

use crate::wire::host::affiant::host::types as wit;
use crate::{Denial, Denied, Failure};

#[test]
fn each_failure_comes_back_as_it_was() {
    let denials = [
        Denial::NotDeclared,
        Denial::NotGranted,
        Denial::NoConsent,
        Denial::LabelBlocked,
        Denial::OverLimit,
    ];
    let denied =
        denials.map(|why| Failure::Denied(Denied { capability: "http.fetch".to_owned(), why }));
    let others = [
        Failure::BadArgument("a".to_owned()),
        Failure::Missing("client.age".to_owned()),
        Failure::Other("b".to_owned()),
    ];
    for failure in denied.into_iter().chain(others) {
        assert_eq!(Failure::from(wit::Failure::from(failure.clone())), failure);
    }
}

#[test]
fn a_failure_is_a_sentence() {
    let denied = Denied { capability: "clock".to_owned(), why: Denial::NoConsent };
    let failure = Failure::from(denied);
    assert_eq!(failure.to_string(), "`clock` was denied: the person did not agree");
    assert_eq!(Failure::Missing("age".to_owned()).to_string(), "`age` is needed first");
    assert_eq!(Failure::from("so it is").to_string(), "so it is");
}
