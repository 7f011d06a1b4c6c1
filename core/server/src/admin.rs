//! The first administrator: a link that works once, and the page it opens.
//!
//! Accounts are not there yet, so being administrator is a key in a browser's cookie. Only hashes
//! of the link and of the key are on the disk.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use affiant_web::App;
use anyhow::Context as _;
use axum::Router;
use axum::extract::{Path as Segment, State};
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

const COOKIE_NAME: &str = "__Host-admin";

/// What is known of the first administrator.
#[derive(Debug)]
pub(crate) struct Claim {
    file: PathBuf,
    state: Mutex<Stored>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Stored {
    /// Hash of the link's secret while nobody has used it.
    link: Option<String>,
    /// Hash of the administrator's key.
    key: Option<String>,
}

fn secret() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system gave no random bytes"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

fn is(stored: Option<&String>, secret: &str) -> bool {
    stored.is_some_and(|it| bool::from(it.as_bytes().ct_eq(hash(secret).as_bytes())))
}

impl Claim {
    /// Reads what was stored in the data folder.
    pub(crate) fn open(data: &Path) -> anyhow::Result<Self> {
        let file = data.join("administrator.json");
        let state = match fs_err::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text)
                .context("administrator.json does not fit; delete it to get a new link")?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Stored::default(),
            Err(error) => return Err(error.into()),
        };
        Ok(Self { file, state: Mutex::new(state) })
    }

    /// A new link, while there is no administrator. Earlier links end.
    pub(crate) fn link(&self) -> anyhow::Result<Option<String>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.key.is_some() {
            return Ok(None);
        }
        let secret = secret()?;
        state.link = Some(hash(&secret));
        self.save(&state)?;
        Ok(Some(format!("/admin/first/{secret}")))
    }

    /// Puts a whole file in place of the old one, so that a server that dies has either.
    fn save(&self, state: &Stored) -> anyhow::Result<()> {
        let new = self.file.with_extension("new");
        let stored = || -> std::io::Result<()> {
            let mut file = fs_err::File::create(&new)?;
            file.write_all(&serde_json::to_vec(state)?)?;
            file.sync_all()?;
            fs_err::rename(&new, &self.file)
        };
        stored().context("the administrator could not be stored")
    }

    /// Takes the link: whoever comes first gets the key.
    fn take(&self, link: &str) -> anyhow::Result<Option<String>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !is(state.link.as_ref(), link) {
            return Ok(None);
        }
        let key = secret()?;
        *state = Stored { link: None, key: Some(hash(&key)) };
        self.save(&state)?;
        Ok(Some(key))
    }

    fn is_administrator(&self, headers: &HeaderMap) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let cookies = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
        cookies
            .flat_map(|it| it.split(';'))
            .filter_map(|it| it.trim().split_once('='))
            .any(|(name, value)| name == COOKIE_NAME && is(state.key.as_ref(), value))
    }
}

type Shared = (Arc<Claim>, Arc<App>);

/// The administrator's pages.
pub(crate) fn routes(claim: Claim, app: Arc<App>) -> Router {
    Router::new()
        .route("/admin", get(overview))
        .route("/admin/first/{secret}", get(offer).post(claim_it))
        .with_state((Arc::new(claim), app))
}

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>"
    ))
}

/// Opening the link changes nothing: link checkers open links too.
async fn offer(State((claim, _)): State<Shared>, Segment(secret): Segment<String>) -> Response {
    let state = claim.state.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if !is(state.link.as_ref(), &secret) {
        return used();
    }
    page(
        "Become the administrator",
        "<p>This browser will hold the administrator’s key. The link works once.</p>\
         <form method=\"post\"><button>Become the administrator</button></form>",
    )
    .into_response()
}

async fn claim_it(State((claim, _)): State<Shared>, Segment(secret): Segment<String>) -> Response {
    match claim.take(&secret) {
        Ok(Some(key)) => {
            let cookie = format!(
                "{COOKIE_NAME}={key}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=31536000"
            );
            (StatusCode::SEE_OTHER, [(LOCATION, "/admin".to_owned()), (SET_COOKIE, cookie)])
                .into_response()
        }
        Ok(None) => used(),
        Err(error) => {
            tracing::error!("the administrator could not be stored: {error:#}");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                page("This could not be stored", "<p>Look into the log.</p>"),
            )
                .into_response()
        }
    }
}

fn used() -> Response {
    let body = "<p>It works once. While there is no administrator, the server prints a new one when it starts.</p>";
    (StatusCode::NOT_FOUND, page("This link does not work", body)).into_response()
}

async fn overview(State((claim, app)): State<Shared>, headers: HeaderMap) -> Response {
    if !claim.is_administrator(&headers) {
        let body = "<p>Open the link that the server printed when it started.</p>";
        return (StatusCode::FORBIDDEN, page("Only for the administrator", body)).into_response();
    }
    let store = if app.store.check().await.is_ok() { "answers" } else { "does not answer" };
    let rows: String = app
        .catalogue
        .all()
        .iter()
        .map(|(name, entry)| {
            let state =
                if entry.loaded.is_some() { "served" } else { "does not load: see the log" };
            format!("<li>{}: {state}</li>", name.replace(['<', '>', '&'], ""))
        })
        .collect();
    page(
        "Administration",
        &format!("<p>The store of answers {store}.</p><h2>Interviews</h2><ul>{rows}</ul>"),
    )
    .into_response()
}
