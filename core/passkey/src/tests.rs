//! The ceremonies with an authenticator in software.

use crate::testing::{Authenticator, Lie};
use crate::{NotThisPasskey, Site};

const ACCOUNT: [u8; 16] = [7; 16];

fn site() -> Site {
    Site::new("https://forms.example.org", "Forms").unwrap()
}

/// A passkey that was made at the site, with its authenticator.
fn made(site: &Site) -> (Authenticator, Vec<u8>) {
    let authenticator = Authenticator::new("https://forms.example.org", "forms.example.org");
    let asked = site.begin(ACCOUNT, "ada@example.org", &[]).unwrap();
    let answer = authenticator.make(&asked.options, Lie::None);
    let passkey = site.finish(&asked.state, &answer).unwrap();
    assert_eq!(passkey.credential, Authenticator::credential());
    (authenticator, passkey.record)
}

#[test]
fn passkey_that_was_made_signs_in_and_says_whose_it_is() {
    let site = site();
    let (authenticator, record) = made(&site);
    let asked = site.ask().unwrap();
    let answer = authenticator.sign(&asked.options, &ACCOUNT, 1, Lie::None);
    let whose = site.whose(&answer).unwrap();
    assert_eq!((whose.account, whose.credential), (ACCOUNT, Authenticator::credential()));
    let record = site.check(&asked.state, &answer, &record).unwrap();

    let asked = site.ask().unwrap();
    let answer = authenticator.sign(&asked.options, &ACCOUNT, 2, Lie::None);
    site.check(&asked.state, &answer, &record).unwrap();
}

#[test]
fn browser_is_asked_for_a_passkey_that_it_finds_by_itself_and_for_the_user() {
    let asked = site().begin(ACCOUNT, "ada@example.org", &[vec![1, 2, 3]]).unwrap();
    let options: serde_json::Value = serde_json::from_str(&asked.options).unwrap();
    let selection = &options["publicKey"]["authenticatorSelection"];
    assert_eq!(selection["residentKey"], "required");
    assert_eq!(selection["userVerification"], "required");
    assert_eq!(options["publicKey"]["excludeCredentials"][0]["id"], "AQID");
    assert_eq!(options["publicKey"]["attestation"], "none");
}

#[test]
fn lies_at_signing_in_are_refused() {
    let site = site();
    let (authenticator, record) = made(&site);
    for lie in Lie::ALL {
        let asked = site.ask().unwrap();
        let answer = authenticator.sign(&asked.options, &ACCOUNT, 1, lie);
        let refused = site.check(&asked.state, &answer, &record);
        assert!(matches!(refused, Err(NotThisPasskey::Refused(_))), "{lie:?} was accepted");
    }
}

#[test]
fn lies_at_making_a_passkey_are_refused() {
    let site = site();
    for lie in Lie::ALL.into_iter().filter(|it| !matches!(it, Lie::Signature)) {
        let authenticator = Authenticator::new("https://forms.example.org", "forms.example.org");
        let asked = site.begin(ACCOUNT, "ada@example.org", &[]).unwrap();
        let refused = site.finish(&asked.state, &authenticator.make(&asked.options, lie));
        assert!(matches!(refused, Err(NotThisPasskey::Refused(_))), "{lie:?} was accepted");
    }
}

#[test]
fn answer_to_another_challenge_is_refused() {
    let site = site();
    let (authenticator, record) = made(&site);
    let (first, second) = (site.ask().unwrap(), site.ask().unwrap());
    let answer = authenticator.sign(&first.options, &ACCOUNT, 1, Lie::None);
    assert!(site.check(&second.state, &answer, &record).is_err());
}

#[test]
fn counter_that_does_not_grow_tells_of_a_copy() {
    let site = site();
    let (authenticator, record) = made(&site);
    let asked = site.ask().unwrap();
    let answer = authenticator.sign(&asked.options, &ACCOUNT, 5, Lie::None);
    let record = site.check(&asked.state, &answer, &record).unwrap();
    for counter in [5, 4] {
        let asked = site.ask().unwrap();
        let answer = authenticator.sign(&asked.options, &ACCOUNT, counter, Lie::None);
        assert!(site.check(&asked.state, &answer, &record).is_err(), "{counter} was accepted");
    }
}

#[test]
fn passkey_of_one_site_is_of_no_use_at_another() {
    let (authenticator, record) = made(&site());
    let other = Site::new("https://other.example.org", "Other").unwrap();
    let asked = other.ask().unwrap();
    let answer = authenticator.sign(&asked.options, &ACCOUNT, 1, Lie::None);
    assert!(other.check(&asked.state, &answer, &record).is_err());
}

#[test]
fn what_no_browser_sends_is_refused_without_a_panic() {
    let site = site();
    let asked = site.ask().unwrap();
    let long = "[".repeat(100_000);
    for answer in ["", "null", "{}", "[]", "{\"id\":1}", "\u{0}", &long] {
        assert!(matches!(site.whose(answer), Err(NotThisPasskey::Unreadable)));
        assert!(matches!(site.finish(b"{}", answer), Err(NotThisPasskey::Stored)));
        assert!(matches!(site.check(&asked.state, answer, b"{}"), Err(NotThisPasskey::Unreadable)));
    }
}

#[test]
fn site_without_a_host_name_or_tls_has_no_passkeys() {
    for origin in ["http://forms.example.org", "https://192.0.2.1", "http://127.0.0.1:8080", "x"] {
        assert!(Site::new(origin, "Forms").is_err(), "{origin}");
    }
    assert_eq!(Site::new("http://localhost:8080", "Forms").unwrap().id(), "localhost");
}
