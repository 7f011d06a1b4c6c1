//! Which addresses are taken, and which are the same.

use crate::{Address, BadAddress, kind_of_browser};

#[test]
fn spellings_of_one_address_are_the_same_and_look_alikes_are_not() {
    for (one, other, same) in [
        ("ada@example.com", "  ADA@Example.COM ", true),
        ("ada@bücher.example", "ada@xn--bcher-kva.example", true),
        ("ada@example.com", "ada.@example.org", false),
        ("ada+law@example.com", "ada@example.com", false),
        // A Cyrillic a: another name in the network.
        ("ada@example.com", "ada@ex\u{430}mple.com", false),
    ] {
        let (one, other) = (Address::parse(one), Address::parse(other));
        let equal = one.is_ok_and(|it| other.is_ok_and(|other| it.normal() == other.normal()));
        assert_eq!(equal, same);
    }
}

#[test]
fn what_is_no_address_is_told_apart() {
    let long = format!("{}@example.com", "a".repeat(65));
    let very_long = format!("ada@{}.com", "a.".repeat(140));
    for (text, error) in [
        ("", BadAddress::Empty),
        ("   ", BadAddress::Empty),
        ("ada", BadAddress::Form),
        ("@example.com", BadAddress::Form),
        ("ada@", BadAddress::Form),
        ("ada@localhost", BadAddress::Form),
        ("a da@example.com", BadAddress::Form),
        ("ada@exa mple.com", BadAddress::Form),
        ("ada..b@example.com", BadAddress::Form),
        ("ada@example.com\r\nBcc: x@example.com", BadAddress::Form),
        ("\"ada\"@example.com", BadAddress::Form),
        ("\u{430}da@example.com", BadAddress::Letters),
        ("\u{ff41}da@example.com", BadAddress::Letters),
        (&long, BadAddress::Form),
        (&very_long, BadAddress::Long),
    ] {
        assert_eq!(Address::parse(text).err(), Some(error), "{text}");
    }
}

#[test]
fn browsers_are_told_by_kind_and_nothing_of_their_header_is_kept() {
    for (header, kind) in [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.5.0 <script>", ""),
        ("", ""),
    ] {
        assert_eq!(kind_of_browser(header), kind);
    }
}
