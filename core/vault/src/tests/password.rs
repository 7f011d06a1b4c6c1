//! Passwords, and what it costs to guess them.

use std::time::Duration;

use super::{Counting, METHOD, OTHER_METHODS, master, opens_only_whole, secret, user_key};
use crate::{Cost, LONGEST_PASSWORD, Password, Refused, Stretched, Stretching};

fn stretching() -> Stretching {
    Stretching::new(Cost::CHEAP, &Counting::default()).unwrap()
}

fn stretch(text: &str) -> Stretched {
    let password = Password::parse(text).unwrap();
    master(3).stretch(&password, &[4; 16], &stretching()).unwrap()
}

#[test]
fn a_password_opens_its_own_method_only() {
    let stretched = stretch("correct horse");
    let sealed = stretched.seal(&METHOD, &secret(7), &user_key(1), &Counting::default()).unwrap();
    let again = stretch("correct horse");
    assert!(again.is_right(&stretched.verifier()));
    assert!(again.open(&METHOD, &secret(7), &sealed).is_ok_and(|it| it.is(&user_key(1))));
    assert!(again.open(&METHOD, &secret(8), &sealed).is_err(), "without the keyring's secret");
    assert!(!stretch("Correct horse").is_right(&stretched.verifier()));
    assert!(stretch("Correct horse").open(&METHOD, &secret(7), &sealed).is_err());
    for other in OTHER_METHODS {
        assert!(stretched.open(&other, &secret(7), &sealed).is_err(), "{other:?}");
    }
    opens_only_whole(&sealed, |it| stretched.open(&METHOD, &secret(7), it));
}

#[test]
fn the_same_password_is_another_one_with_another_pepper_account_or_salt() {
    let password = Password::parse("correct horse").unwrap();
    let right = stretch("correct horse").verifier();
    let verifier = |master: u8, account, stretching: &Stretching| {
        super::master(master).stretch(&password, account, stretching).unwrap().verifier()
    };
    let salted = Stretching::of_row(&stretching().params(), &[9; 16]).unwrap();
    assert_eq!(verifier(3, &[4; 16], &stretching()), right);
    assert_ne!(verifier(9, &[4; 16], &stretching()), right);
    assert_ne!(verifier(3, &[9; 16], &stretching()), right);
    assert_ne!(verifier(3, &[4; 16], &salted), right);
}

#[test]
fn one_password_from_two_keyboards_is_the_same() {
    // É composed and decomposed, full-width letters, a ligature.
    for (one, other) in [("É", "E\u{301}"), ("ｐａｓｓ", "pass"), ("ﬁre", "fire")] {
        assert!(stretch(one).is_right(&stretch(other).verifier()), "{one}");
    }
    assert!(!stretch("pass").is_right(&stretch(" pass").verifier()), "blanks count");
    assert_eq!(Password::parse("E\u{301}é").unwrap().characters(), 2);
}

#[test]
fn a_long_password_is_refused_before_it_is_stretched() {
    assert!(Password::parse(&"a".repeat(LONGEST_PASSWORD)).is_some());
    assert!(Password::parse(&"a".repeat(LONGEST_PASSWORD + 1)).is_none());
    assert!(Password::parse(&"a".repeat(50 << 20)).is_none());
    // One character that becomes eighteen.
    assert!(Password::parse(&"\u{fdfa}".repeat(LONGEST_PASSWORD / 3)).is_none());
    assert!(Password::parse(&"ａ".repeat(LONGEST_PASSWORD)).is_some());
}

#[test]
fn costs_below_the_floor_and_above_the_ceiling_are_refused() {
    let of = |memory, passes, lanes| Cost::new(memory, passes, lanes).err();
    assert_eq!(Cost::new(46 << 10, 1, 1), Ok(Cost::FLOOR));
    assert_eq!(Cost::new(64 << 10, 3, 1), Ok(Cost::STANDARD));
    for cost in [
        of((46 << 10) - 1, 1, 1),
        of(46 << 10, 0, 1),
        of(46 << 10, 1, 0),
        of(0, 0, 0),
        of((1 << 20) + 1, 1, 1),
        of(64 << 10, 33, 1),
        of(64 << 10, 3, 5),
        of(u32::MAX, u32::MAX, u32::MAX),
    ] {
        assert_eq!(cost, Some(Refused));
    }
}

#[test]
fn a_row_cannot_lower_what_a_password_costs() {
    let params = Stretching::new(Cost::STANDARD, &Counting::default()).unwrap().params();
    assert_eq!(super::hex(&params), "0100010000000000030000000100000001");
    assert!(Stretching::of_row(&params, &[1; 16]).is_ok());
    for (at, byte) in [(0, 2), (2, 0), (8, 0), (12, 0), (16, 0), (16, 2), (1, 0xff), (8, 0xff)] {
        let mut lowered = params.clone();
        lowered[at] = byte;
        assert_eq!(Stretching::of_row(&lowered, &[1; 16]), Err(Refused), "{at}");
    }
    for length in 0..params.len() {
        assert_eq!(Stretching::of_row(&params[..length], &[1; 16]), Err(Refused));
    }
    assert_eq!(Stretching::of_row(&params, &[1; 15]), Err(Refused));
    assert_eq!(Stretching::of_row(&params, &[1; 17]), Err(Refused));
}

#[test]
fn what_is_cheaper_than_it_should_be_is_stretched_anew() {
    let of = |memory, passes| {
        let cost = Cost::new(memory, passes, 1).unwrap();
        Stretching::new(cost, &Counting::default()).unwrap()
    };
    assert!(of(46 << 10, 3).is_older_than(&Cost::STANDARD));
    assert!(of(64 << 10, 2).is_older_than(&Cost::STANDARD));
    assert!(!of(64 << 10, 3).is_older_than(&Cost::STANDARD));
    assert!(!of(64 << 10, 4).is_older_than(&Cost::STANDARD), "never to something cheaper");
}

#[test]
fn a_password_of_nobody_costs_as_much_as_anybodys() {
    let nobody = master(3).stretching_of_nobody(&[1; 32], &Cost::STANDARD);
    assert_eq!(nobody.cost(), &Cost::STANDARD);
    assert_eq!(nobody, master(3).stretching_of_nobody(&[1; 32], &Cost::STANDARD));
    assert_ne!(nobody.salt(), master(3).stretching_of_nobody(&[2; 32], &Cost::STANDARD).salt());
    assert_eq!(Cost::STANDARD.memory_bytes(), 64 << 20);
}

#[test]
fn calibration_finds_passes_of_150_to_500_milliseconds() {
    let calibrated = |first: u64, each: u64| {
        let mut asked = 0;
        let cost = Cost::calibrate(|cost| {
            asked += 1;
            Duration::from_millis(first + each * u64::from(cost.passes()))
        });
        assert!(asked <= 34, "{asked}");
        cost
    };
    assert_eq!(calibrated(0, 70), Cost::STANDARD);
    assert_eq!(calibrated(0, 20).passes(), 8, "faster: more passes");
    assert_eq!(calibrated(0, 200).passes(), 2, "slower: fewer passes");
    assert_eq!(calibrated(0, 1).passes(), Cost::CEILING.passes());
    assert_eq!(calibrated(1_000, 1), Cost::FLOOR, "far too slow: less memory");
    assert_eq!(calibrated(0, 600), Cost::FLOOR);
}
