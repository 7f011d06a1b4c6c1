//! Headers, both ways.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue,
    USER_AGENT,
};

use crate::broker::Header;
use crate::problem::Refusal;
use crate::secrets::Secrets;

/// Most headers of a request or answer.
pub(crate) const MOST: usize = 64;

/// Most bytes of a request's headers.
pub(crate) const LONGEST: usize = 16 << 10;

/// What belongs to one connection, to whoever passes a request on, or to the host.
const NOT_PASSED_ON: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-authorization",
    "proxy-connection",
    "set-cookie",
    "set-cookie2",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-forwarded-for",
];

/// The headers that are sent: those of the plugin with its secrets, and ours.
///
/// In `authorization: Basic …`, what has a secret in it is written as `user:password`, and is encoded
/// here: a plugin cannot encode what it does not know.
pub(crate) fn to_send(
    headers: &[Header],
    authority: &str,
    secrets: &Secrets,
) -> Result<HeaderMap, Refusal> {
    if headers.len() > MOST {
        return Err(Refusal::Header);
    }
    let dropped = named_by_connection(headers.iter().map(|it| (it.name.as_str(), &*it.value)));
    let mut map = HeaderMap::new();
    let mut length = 0;
    for header in headers {
        let name = header.name.to_ascii_lowercase();
        if NOT_PASSED_ON.contains(&&*name) || dropped.contains(&name) {
            continue;
        }
        let filled = secrets.fill(header.value.as_bytes())?;
        let is_filled = matches!(filled, std::borrow::Cow::Owned(_));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Refusal::Header)?;
        let value = match filled.strip_prefix(b"Basic ") {
            Some(pair) if is_filled && name == AUTHORIZATION => {
                format!("Basic {}", STANDARD.encode(pair)).into_bytes()
            }
            _ => filled.into_owned(),
        };
        length += name.as_str().len() + value.len() + 4;
        let mut value = HeaderValue::from_bytes(&value).map_err(|_| Refusal::Header)?;
        value.set_sensitive(is_filled);
        map.append(name, value);
    }
    if length > LONGEST {
        return Err(Refusal::TooLarge);
    }
    map.insert(HOST, HeaderValue::from_str(authority).map_err(|_| Refusal::BadUrl)?);
    map.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    map.insert(CONNECTION, HeaderValue::from_static("close"));
    map.entry(USER_AGENT).or_insert(HeaderValue::from_static("Affiant"));
    Ok(map)
}

/// The headers that a plugin gets, without secrets. A value that is no text is left out.
pub(crate) fn received(headers: &HeaderMap, secrets: &Secrets) -> Vec<Header> {
    let texts = headers.iter().filter_map(|(name, value)| {
        let value = std::str::from_utf8(value.as_bytes()).ok()?;
        Some((name.as_str(), value))
    });
    let texts: Vec<(&str, &str)> = texts.collect();
    let dropped = named_by_connection(texts.iter().copied());
    let is_kept =
        |name: &str| !NOT_PASSED_ON.contains(&name) && !dropped.iter().any(|it| it == name);
    let kept = texts.into_iter().filter(|(name, _)| is_kept(name));
    let redacted = kept.map(|(name, value)| {
        let value = secrets.redact(value.as_bytes().to_vec());
        Header { name: name.to_owned(), value: String::from_utf8_lossy(&value).into_owned() }
    });
    redacted.collect()
}

/// Headers that the header `connection` calls its own.
fn named_by_connection<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let own = headers.filter(|(name, _)| name.eq_ignore_ascii_case("connection"));
    let names = own.flat_map(|(_, value)| value.split(','));
    names.map(|it| it.trim().to_ascii_lowercase()).collect()
}
