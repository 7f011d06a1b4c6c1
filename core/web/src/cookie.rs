//! The cookie that holds a visitor's token: the only place where it is kept.

use affiant_backend::{Lookup, SessionId};
use affiant_vault::{SignInToken, Token};
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroize as _;

use crate::app::Settings;

/// The cookie of an interview: one for each, so that several can run in one browser.
fn name(settings: &Settings, interview: &str) -> String {
    let prefix = if settings.insecure_cookies { "" } else { "__Host-" };
    format!("{prefix}s-{interview}")
}

/// The cookie of the language that was chosen for an interview.
fn language_name(settings: &Settings, interview: &str) -> String {
    let prefix = if settings.insecure_cookies { "" } else { "__Host-" };
    format!("{prefix}l-{interview}")
}

/// The values of a cookie in a request.
fn values<'h>(headers: &'h HeaderMap, wanted: &'h str) -> impl Iterator<Item = &'h str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
    let pairs = all.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.filter(move |(name, _)| *name == wanted).map(|(_, value)| value)
}

/// What an interview's cookie holds.
pub(crate) enum Held {
    /// The token of a session that belongs to whoever has it.
    Token(Token),
    /// Which session of a person is open; no key.
    Session(SessionId),
}

/// What a request's cookies hold for an interview; what is malformed counts as nothing.
pub(crate) fn held(settings: &Settings, interview: &str, headers: &HeaderMap) -> Option<Held> {
    let wanted = name(settings, interview);
    values(headers, &wanted).find_map(|it| match it.strip_prefix('@') {
        Some(it) => id(it).map(SessionId).map(Held::Session),
        None => decode(it).map(Held::Token),
    })
}

/// The 16 bytes that name something, as addresses, forms and cookies write them.
pub(crate) fn id(text: &str) -> Option<[u8; 16]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// The text of 16 bytes that name something.
pub(crate) fn encode_id(id: [u8; 16]) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

/// A hash as addresses and forms write it.
pub(crate) fn hash(text: &str) -> Option<Lookup> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Lookup)
}

/// The text of a hash that names something.
pub(crate) fn encode_hash(hash: &Lookup) -> String {
    URL_SAFE_NO_PAD.encode(hash.0)
}

/// The interviews whose sessions a browser holds the tokens of, with those tokens.
pub(crate) fn tokens(settings: &Settings, headers: &HeaderMap) -> Vec<(String, Token)> {
    let prefix = name(settings, "");
    let all = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
    all.flat_map(|it| it.split(';'))
        .filter_map(|it| it.trim().split_once('='))
        .filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?.to_owned(), decode(value)?)))
        .take(MOST_TOKENS)
        .collect()
}

/// The interviews in which a person's session is open in this browser.
pub(crate) fn opened(settings: &Settings, headers: &HeaderMap) -> Vec<String> {
    let prefix = name(settings, "");
    let all = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
    all.flat_map(|it| it.split(';'))
        .filter_map(|it| it.trim().split_once('='))
        .filter(|(_, value)| value.starts_with('@'))
        .filter_map(|(name, _)| name.strip_prefix(&prefix).map(str::to_owned))
        .take(MOST_TOKENS)
        .collect()
}

/// Most sessions that are taken over at once.
const MOST_TOKENS: usize = 50;

/// The header that opens a session of a person in an interview.
pub(crate) fn open(
    settings: &Settings,
    interview: &str,
    session: SessionId,
    keep_days: u32,
) -> String {
    let value = format!("@{}", encode_id(session.0));
    let age = i64::from(keep_days) * 86_400;
    written(settings, &name(settings, interview), &value, Some(age))
}

/// Cookies that belong to no interview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    /// The token of a sign-in.
    SignIn,
    /// The token of a registration that waits for its address to be confirmed.
    Registered,
    /// The accounts that know this device.
    Device,
    /// The language that was chosen for pages that belong to no interview.
    Language,
    /// What binds the link of a reset to the browser that asked for it.
    Reset,
    /// The token of a sign-in that owes its second factor.
    Owing,
    /// What was agreed to, and what was not.
    Choices,
    /// What a provider's answer is compared with, and later its answer.
    Provider,
    /// The provider that the sign-in came by.
    Through,
}

impl Own {
    fn name(self, settings: &Settings) -> String {
        let prefix = if settings.insecure_cookies { "" } else { "__Host-" };
        let name = match self {
            Self::SignIn => "a",
            Self::Registered => "c",
            Self::Device => "d",
            Self::Language => "l",
            Self::Reset => "r",
            Self::Owing => "f",
            Self::Choices => "k",
            Self::Provider => "p",
            Self::Through => "t",
        };
        format!("{prefix}{name}")
    }

    /// Whether a cookie of this name is the server's own, whatever a plugin calls its.
    pub(crate) fn is_one(name: &str) -> bool {
        let plain = name.strip_prefix("__Host-").unwrap_or(name);
        name.starts_with("__")
            || plain.len() == 1
            || plain.starts_with("s-")
            || plain.starts_with("l-")
    }

    /// Its value in a request; empty if there is none.
    pub(crate) fn of(self, settings: &Settings, headers: &HeaderMap) -> String {
        let wanted = self.name(settings);
        values(headers, &wanted).next().unwrap_or_default().to_owned()
    }

    /// The token that it holds, if it is one.
    pub(crate) fn token(self, settings: &Settings, headers: &HeaderMap) -> Option<SignInToken> {
        let token = decode(&self.of(settings, headers))?;
        Some(token.reveal(|it| SignInToken::take(&mut { *it })))
    }

    /// The header that sets it, for so many seconds or as long as the browser runs.
    pub(crate) fn set(self, settings: &Settings, value: &str, seconds: Option<i64>) -> String {
        written(settings, &self.name(settings), value, seconds)
    }

    /// The header that takes it away.
    pub(crate) fn clear(self, settings: &Settings) -> String {
        written(settings, &self.name(settings), "", Some(0))
    }
}

fn written(settings: &Settings, name: &str, value: &str, seconds: Option<i64>) -> String {
    let secure = if settings.insecure_cookies { "" } else { "; Secure" };
    let age = seconds.map_or(String::new(), |it| format!("; Max-Age={it}"));
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}")
}

/// The text of a sign-in's token.
pub(crate) fn encode_sign_in(token: &SignInToken) -> String {
    token.reveal(|it| URL_SAFE_NO_PAD.encode(it))
}

/// The language in a request's cookies, as it was sent.
pub(crate) fn language(
    settings: &Settings,
    interview: &str,
    headers: &HeaderMap,
) -> Option<String> {
    let wanted = language_name(settings, interview);
    values(headers, &wanted).next().map(str::to_owned)
}

/// The header that keeps the language: it is one of the interview's tags, so it can stand in a
/// header.
pub(crate) fn set_language(
    settings: &Settings,
    interview: &str,
    language: &str,
    keep_days: u32,
) -> String {
    let secure = if settings.insecure_cookies { "" } else { "; Secure" };
    let age = u64::from(keep_days) * 86_400;
    let name = language_name(settings, interview);
    format!("{name}={language}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}

/// A token as programs and cookies write it.
pub(crate) fn decode(text: &str) -> Option<Token> {
    let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let fixed: Option<[u8; 32]> = bytes.as_slice().try_into().ok();
    bytes.zeroize();
    fixed.map(|mut it| Token::take(&mut it))
}

/// The text of a token.
pub(crate) fn encode(token: &Token) -> String {
    token.reveal(|it| URL_SAFE_NO_PAD.encode(it))
}

/// The header that sets the cookie. Without an age: it goes with the browser's session, unless the
/// visitor comes back before; browsers that restore tabs keep it.
pub(crate) fn set(settings: &Settings, interview: &str, token: &Token, keep_days: u32) -> String {
    let secure = if settings.insecure_cookies { "" } else { "; Secure" };
    let age = u64::from(keep_days) * 86_400;
    format!(
        "{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}",
        name(settings, interview),
        encode(token)
    )
}

/// The header that takes the cookie away.
pub(crate) fn clear(settings: &Settings, interview: &str) -> String {
    let secure = if settings.insecure_cookies { "" } else { "; Secure" };
    format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", name(settings, interview))
}
