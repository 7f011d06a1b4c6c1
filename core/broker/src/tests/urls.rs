//! Which addresses of requests the manifest of the stage allows.

use affiant_manifest::Method;
use proptest::prelude::*;

use super::stage::entries;
use crate::check::check;
use crate::{Address, Entry, Refusal, Refused};

const SITE: &str = "http://office.example.org:8080/ignored?as=well";

const ALLOWED: &[(Method, &str)] = &[
    (Method::Get, "http://office.example.org:8080/reports"),
    (Method::Post, "http://office.example.org:8080/reports/today?a=b"),
    (Method::Post, "HTTP://OFFICE.example.org:8080/reports?a=%2e%2e%2f"),
    (Method::Post, "https://api.example.org/v1/track"),
    (Method::Post, "https://api.example.org:443/v1/"),
    (Method::Post, "https://api.example.org/v1/../v1/track"),
    (Method::Get, "https://north.parts.example.org"),
    (Method::Delete, "https://a.b.parts.example.org/%2f;/x//"),
];

const REFUSED: &[(Method, &str, &str)] = &[
    (Method::Get, "", "bad-url"),
    (Method::Get, "nothing", "bad-url"),
    (Method::Get, "/reports", "bad-url"),
    (Method::Get, "http://", "bad-url"),
    (Method::Get, "http:///reports", "host"),
    (Method::Get, "https://api.exam\u{ad}ple.org:x/v1/", "bad-url"),
    (Method::Get, "https://a b.example.org/v1/", "bad-url"),
    (Method::Post, " https://api.example.org/v1/", "bad-url"),
    (Method::Post, "https://api.example.org/v1/\r\nx: y", "bad-url"),
    (Method::Post, "https://api.example.org/v1/\0", "bad-url"),
    (Method::Post, "https://{{secret:write_key}}.example.org/v1/", "bad-url"),
    (Method::Get, "file:///etc/passwd", "scheme"),
    (Method::Get, "data:text/plain,hello", "scheme"),
    (Method::Get, "ftp://api.example.org/v1/", "scheme"),
    (Method::Get, "gopher://api.example.org:443/v1/", "scheme"),
    (Method::Post, "http://api.example.org/v1/", "scheme"),
    (Method::Get, "https://office.example.org:8080/reports", "scheme"),
    (Method::Post, "https://a@api.example.org/v1/", "user-info"),
    (Method::Post, "https://:b@api.example.org/v1/", "user-info"),
    (Method::Post, "https://api.example.org\\@evil.example/v1/", "path"),
    (Method::Post, "https://evil.example/@api.example.org/v1/", "host"),
    (Method::Post, "https://api.example.org/v1/#part", "fragment"),
    (Method::Post, "https://example.org/v1/", "host"),
    (Method::Post, "https://x.api.example.org/v1/", "host"),
    (Method::Post, "https://api.example.org./v1/", "host"),
    (Method::Post, "https://api.example.org.evil.example/v1/", "host"),
    (Method::Post, "https://127.0.0.1/v1/", "host"),
    (Method::Post, "https://0x7f000001/v1/", "host"),
    (Method::Post, "https://[::1]/v1/", "host"),
    (Method::Get, "https://parts.example.org/", "host"),
    (Method::Get, "https://xparts.example.org/", "host"),
    (Method::Get, "https://.parts.example.org/", "host"),
    (Method::Post, "https://api.example.org:8443/v1/", "port"),
    (Method::Get, "http://office.example.org/reports", "port"),
    (Method::Get, "http://office.example.org:8080/", "path"),
    (Method::Get, "http://office.example.org:8080/reportsandmore", "path"),
    (Method::Get, "http://office.example.org:8080/reports/..", "path"),
    (Method::Get, "http://office.example.org:8080/reports/../secret", "path"),
    (Method::Get, "http://office.example.org:8080/reports/%2e%2e/secret", "path"),
    (Method::Get, "http://office.example.org:8080/reports/..%2fsecret", "path"),
    (Method::Get, "http://office.example.org:8080/reports/..%5Csecret", "path"),
    (Method::Get, "http://office.example.org:8080/reports/..;/secret", "path"),
    (Method::Get, "http://office.example.org:8080/Reports", "path"),
    (Method::Post, "https://api.example.org/v1/{{secret:write_key}}", "secret-in-path"),
    (Method::Get, "https://api.example.org/v1/track", "method"),
    (Method::Delete, "http://office.example.org:8080/reports", "method"),
];

fn checked(entries: &[Entry], method: Method, url: &str) -> Result<(), Refused> {
    let address = Address::read(url).map_err(|why| Refused { why, line: None })?;
    check(entries, false, method, &address).map(|_| ())
}

#[test]
fn request_that_an_entry_allows_is_let_through() {
    let entries = entries(SITE);
    for (method, url) in ALLOWED {
        if let Err(refused) = checked(&entries, *method, url) {
            panic!("{url}: {refused}");
        }
    }
}

#[test]
fn request_that_no_entry_allows_is_refused_for_what_is_wrong_with_it() {
    let entries = entries(SITE);
    for (method, url, code) in REFUSED {
        let refused = checked(&entries, *method, url).err();
        let refused = refused.unwrap_or_else(|| panic!("{url} was let through"));
        assert_eq!(refused.why.code(), *code, "{url}");
    }
}

#[test]
fn refusal_names_the_line_that_comes_nearest_and_what_to_do() {
    let entries = entries(SITE);
    let url = "https://api.example.org/v1/track";
    let refused = checked(&entries, Method::Get, url).unwrap_err();
    let line = refused.line.as_ref().unwrap().number;
    assert_eq!(
        refused.to_string(),
        format!(
            "the manifest does not list this method among `methods` \
             (plugin.toml:{line}: `[[network]]`)"
        )
    );
    let text: Vec<&str> = super::stage::MANIFEST.lines().collect();
    assert!(text[line..].contains(&"host = \"api.example.org\""));
}

#[test]
fn address_of_more_than_8_kib_is_refused() {
    let entries = entries(SITE);
    let url = |length| format!("https://api.example.org/v1/{}", "a".repeat(length));
    let longest = 8 * 1024 - url(0).len();
    assert!(checked(&entries, Method::Post, &url(longest)).is_ok());
    let refused = checked(&entries, Method::Post, &url(longest + 1)).unwrap_err();
    assert_eq!(refused.why, Refusal::BadUrl);
}

#[test]
fn undeclared_host_is_named_only_when_the_call_has_seen_no_data() {
    let entries = entries(SITE);
    let url = "https://ada-lovelace.income-900.evil.example.com/";
    let address = Address::read(url).unwrap();
    let of = |has_seen_data| check(&entries, has_seen_data, Method::Get, &address).unwrap_err();
    assert_eq!(of(true).why, Refusal::Host(None));
    assert!(!of(true).to_string().contains("example"));
    assert_eq!(of(false).why, Refusal::Host(Some("example.com".to_owned())));
    assert!(!of(false).to_string().contains("ada"));
}

proptest! {
    #[test]
    fn no_address_panics_and_what_is_let_through_goes_to_a_declared_host(
        url in prop_oneof![
            ".{0,60}",
            "[a-z]{2,6}://[-a-zA-Z0-9.@:%\\[\\]{}\\\\]{0,40}[/?#]?.{0,40}",
            "https://(api|[a-z%.]{0,9})[.@:/](parts[.])?example[.]org[-.@:/\\\\%a-z0-9]{0,20}",
        ]
    ) {
        let entries = entries(SITE);
        let Ok(address) = Address::read(&url) else { return Ok(()) };
        for method in Method::ALL {
            if let Ok(target) = check(&entries, false, *method, &address) {
                let host = address.name();
                prop_assert!(target.entry.host.covers(host), "{url} goes to {host}");
                prop_assert!(host.ends_with(".example.org"));
                prop_assert!(address.path().starts_with(&target.entry.path_prefix));
            }
        }
    }
}
