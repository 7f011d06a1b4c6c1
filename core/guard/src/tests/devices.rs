//! Which devices an account knows.

use crate::Device;
use crate::rules::DAY;
use crate::tests::memory::{Plain, account};

const NOW: i64 = 1_800_000_000;

fn knows(number: u32, cookie: &str, now: i64) -> bool {
    Device::recognise(&Plain, &account(number), cookie, now).is_some()
}

#[test]
fn a_device_is_known_to_the_account_that_it_signed_in_to_for_180_days() {
    let cookie = Device::mark(&Plain, &account(1), "", [1; 16], NOW);
    assert!(knows(1, &cookie, NOW) && knows(1, &cookie, NOW + 180 * DAY));
    assert!(!knows(2, &cookie, NOW));
    assert!(!knows(1, &cookie, NOW + 180 * DAY + 1));
    // A mark that ends later than any that we make.
    assert!(!knows(1, &cookie, NOW - DAY));
}

#[test]
fn a_device_is_known_to_the_four_accounts_that_signed_in_last() {
    let mut cookie = String::new();
    for number in 1..=5 {
        cookie = Device::mark(&Plain, &account(number), &cookie, [1; 16], NOW);
    }
    let known: Vec<u32> = (1..=5).filter(|it| knows(*it, &cookie, NOW)).collect();
    assert_eq!(known, [2, 3, 4, 5]);
    let again = Device::mark(&Plain, &account(3), &cookie, [2; 16], NOW);
    assert_eq!(again.split('.').count(), 4);
}

#[test]
fn what_we_did_not_make_is_not_known() {
    let cookie = Device::mark(&Plain, &account(1), "", [1; 16], NOW);
    for place in 0..cookie.len() {
        for letter in ["A", "z", ".", "-", "="] {
            let mut forged = cookie.clone();
            forged.replace_range(place..=place, letter);
            assert!(forged == cookie || !knows(1, &forged, NOW), "{forged}");
        }
    }
    for garbage in ["", ".", "....", "AAAA", &"A".repeat(100_000), "é"] {
        assert!(!knows(1, garbage, NOW));
    }
}
