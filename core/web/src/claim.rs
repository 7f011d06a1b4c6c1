//! The first administrator: a link that works once, and the key that it leaves in a browser.
//!
//! Only hashes of the link and of the key are on the disk.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use affiant_vault::{NoRandomness, Randomness, Token, random};
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::app::Settings;
use crate::cookie;

/// Days for which the browser keeps the key.
const KEPT: u32 = 365;

/// What is known of the first administrator.
#[derive(Debug)]
pub struct Claim {
    file: PathBuf,
    state: Mutex<Stored>,
}

/// Why the first administrator is not known or cannot be kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// The file is damaged.
    #[error("administrator.json does not fit; delete it to get a new link")]
    Damaged(#[source] serde_json::Error),
    /// The file cannot be read or written.
    #[error("the administrator could not be stored")]
    Stored(#[from] std::io::Error),
    /// The system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Stored {
    /// Hash of the link's secret while nobody has used it.
    link: Option<String>,
    /// Hash of the administrator's key.
    key: Option<String>,
}

fn secret(randomness: &dyn Randomness) -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>(randomness)?))
}

fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

fn is(stored: Option<&String>, secret: &str) -> bool {
    stored.is_some_and(|it| bool::from(it.as_bytes().ct_eq(hash(secret).as_bytes())))
}

impl Claim {
    /// Reads what was stored in the data folder.
    pub fn open(data: &Path) -> Result<Self, ClaimError> {
        let file = data.join("administrator.json");
        let state = match fs_err::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text).map_err(ClaimError::Damaged)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Stored::default(),
            Err(error) => return Err(error.into()),
        };
        Ok(Self { file, state: Mutex::new(state) })
    }

    /// A new link, while there is no administrator. Earlier links end.
    pub fn link(&self, randomness: &dyn Randomness) -> Result<Option<String>, ClaimError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.key.is_some() {
            return Ok(None);
        }
        let secret = secret(randomness)?;
        state.link = Some(hash(&secret));
        self.save(&state)?;
        Ok(Some(format!("/admin/first/{secret}")))
    }

    /// Puts a whole file in place of the old one, so that a server that dies has either.
    fn save(&self, state: &Stored) -> Result<(), ClaimError> {
        let new = self.file.with_extension("new");
        let mut file = fs_err::File::create(&new)?;
        file.write_all(&serde_json::to_vec(state).map_err(std::io::Error::other)?)?;
        file.sync_all()?;
        Ok(fs_err::rename(&new, &self.file)?)
    }

    /// Whether a link is the one that still works.
    pub(crate) fn is_link(&self, link: &str) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        is(state.link.as_ref(), link)
    }

    /// Takes the link: whoever comes first gets the key.
    pub(crate) fn take(
        &self,
        link: &str,
        randomness: &dyn Randomness,
    ) -> Result<Option<String>, ClaimError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !is(state.link.as_ref(), link) {
            return Ok(None);
        }
        let key = secret(randomness)?;
        let taken = Stored { link: None, key: Some(hash(&key)) };
        self.save(&taken)?;
        *state = taken;
        Ok(Some(key))
    }

    /// The key of the administrator's cookie, if the request brought it.
    pub(crate) fn key(&self, settings: &Settings, headers: &HeaderMap) -> Option<Token> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = name(settings);
        let cookies = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
        let (_, value) = cookies
            .flat_map(|it| it.split(';'))
            .filter_map(|it| it.trim().split_once('='))
            .find(|(name, value)| *name == wanted && is(state.key.as_ref(), value))?;
        cookie::decode(value)
    }
}

fn name(settings: &Settings) -> &'static str {
    if settings.insecure_cookies { "admin" } else { "__Host-admin" }
}

/// The header that gives a browser the key.
pub(crate) fn set(settings: &Settings, key: &str) -> String {
    let secure = if settings.insecure_cookies { "" } else { "; Secure" };
    let age = u64::from(KEPT) * 86_400;
    format!("{}={key}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}", name(settings))
}
