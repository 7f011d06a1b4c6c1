//! The cookie that holds a visitor's token: the only place where it is kept.

use affiant_vault::Token;
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

/// The token in a request's cookies; one that is malformed counts as none.
pub(crate) fn token(settings: &Settings, interview: &str, headers: &HeaderMap) -> Option<Token> {
    let wanted = name(settings, interview);
    values(headers, &wanted).find_map(decode)
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
pub(crate) fn set_language(settings: &Settings, interview: &str, language: &str) -> String {
    let secure = if settings.insecure_cookies { "" } else { "; Secure" };
    let age = u64::from(settings.keep_days) * 86_400;
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
