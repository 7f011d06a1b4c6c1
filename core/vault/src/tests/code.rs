//! Resume codes as people copy them.

use super::{Counting, SCOPE, secret};
use crate::{ResumeCode, Scope};

fn code() -> ResumeCode {
    ResumeCode::random(&Counting::default()).unwrap()
}

#[test]
fn a_resume_code_survives_how_people_type() {
    let wrapped = code().wrap(&SCOPE, &secret(5), &Counting::default()).unwrap();
    let shown = code().reveal(str::to_owned);
    for typed in [
        shown.clone(),
        shown.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"),
        shown.replace('-', ""),
        format!("  {}\n", shown.replace('-', " \u{2013} ").replace('0', "O").replace('1', "I")),
    ] {
        let again = ResumeCode::parse(&typed).unwrap();
        assert_eq!(code().lookup(), again.lookup());
        assert!(again.unwrap(&SCOPE, &wrapped).is_ok_and(|it| it.reveal(|it| *it == [5; 32])));
        assert!(again.unwrap(&Scope { session: [9; 16], ..SCOPE }, &wrapped).is_err());
    }
}

#[test]
fn a_wrong_character_is_noticed_before_the_code_is_looked_up() {
    let shown = code().reveal(|it| it.replace('-', ""));
    for at in 0..shown.len() {
        for wrong in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars() {
            let typed = [&shown[..at], wrong.encode_utf8(&mut [0; 4]), &shown[at + 1..]].concat();
            assert_eq!(ResumeCode::parse(&typed).is_some(), typed == shown, "{typed}");
        }
    }
}

#[test]
fn two_characters_that_changed_places_are_noticed() {
    let shown = code().reveal(|it| it.replace('-', ""));
    for (first, second) in (0..28).flat_map(|it| (it + 1..28).map(move |other| (it, other))) {
        let mut typed: Vec<char> = shown.chars().collect();
        typed.swap(first, second);
        let typed: String = typed.into_iter().collect();
        assert_eq!(ResumeCode::parse(&typed).is_some(), typed == shown, "{typed}");
    }
}

#[test]
fn what_is_no_code_is_refused() {
    let long = "Z".repeat(28);
    for wrong in
        ["", "ABCD", "U", "é", long.as_str(), &"0".repeat(27), &"0".repeat(29), &"0".repeat(1000)]
    {
        assert!(ResumeCode::parse(wrong).is_none(), "{wrong}");
    }
}
