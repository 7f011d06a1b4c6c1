//! Refusing forms that another site made a visitor's browser send.

use affiant_account::Person;
use affiant_vault::Token;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;

/// Whether the browser says that a page of ours sent the request. Browsers without
/// `Sec-Fetch-Site` send `Origin` with every form.
pub(crate) fn is_ours(app: &App, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => true,
        Some(_) => false,
        None => match text(header::ORIGIN.as_str()) {
            Some(origin) => origin == app.settings.origin || is_host(headers, origin),
            None => false,
        },
    }
}

/// Whether an origin is the host the request was sent to.
fn is_host(headers: &HeaderMap, origin: &str) -> bool {
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
    host.is_some_and(|host| origin.split_once("://").is_some_and(|(_, it)| it == host))
}

/// What makes codes of forms: only who has its cookie can.
pub(crate) trait Codes {
    fn form_code(&self, nonce: &[u8]) -> [u8; 32];
    fn is_form_code(&self, nonce: &[u8], code: &[u8]) -> bool;
}

impl Codes for Token {
    fn form_code(&self, nonce: &[u8]) -> [u8; 32] {
        Token::form_code(self, nonce)
    }

    fn is_form_code(&self, nonce: &[u8], code: &[u8]) -> bool {
        Token::is_form_code(self, nonce, code)
    }
}

impl Codes for Person {
    fn form_code(&self, nonce: &[u8]) -> [u8; 32] {
        Person::form_code(self, nonce)
    }

    fn is_form_code(&self, nonce: &[u8], code: &[u8]) -> bool {
        Person::is_form_code(self, nonce, code)
    }
}

/// A new code for a form: a nonce, and what only the holder of the token can make of it. Another
/// one each time, so that compression tells nothing about it.
pub(crate) fn code(app: &App, of: &impl Codes) -> Option<String> {
    let nonce: [u8; 16] = affiant_vault::random(&*app.randomness).ok()?;
    let mut bytes = nonce.to_vec();
    bytes.extend(of.form_code(&nonce));
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// Whether a form's code was made for this token or person.
pub(crate) fn is_code(of: &impl Codes, code: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(code) else { return false };
    bytes.split_at_checked(16).is_some_and(|(nonce, code)| of.is_form_code(nonce, code))
}
