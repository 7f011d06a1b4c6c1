//! Documents and files: made or opened for the one who asks, never stored in the clear.

use std::sync::Arc;

use affiant_backend::{Lent, ObjectId};
use affiant_diagnostic::Diagnostic;
use affiant_document::document::{Date, Document};
use affiant_document::{docx, page as html, pdf};
use affiant_engine::{ScreenDocument, Step};
use affiant_interview::Format;
use affiant_vault::random;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use crate::app::App;
use crate::error::{self, WebError, internal, not_found};
use crate::handler::{Answer, failed, see_other, visitor};
use crate::session::Session;
use crate::{page, upload};

pub(crate) async fn document(
    State(app): State<Arc<App>>,
    Path((interview, step, name)): Path<(String, u32, String)>,
    headers: HeaderMap,
) -> Answer {
    let opened =
        visitor(&app, &interview, &headers, Some(step)).await.map_err(|it| failed(&app, &it))?;
    let Some((session, state)) = opened else { return Err(failed(&app, &error::no_session())) };
    let outcome = session.loaded.advance(state, &session.moment(&app));
    let Step::Screen(screen) = outcome.step else { return Err(failed(&app, &not_found())) };
    match deliver(&app, &session, &screen.documents, &name).await {
        Ok(made) => given(&app, made).await.map_err(|it| failed(&app, &it)),
        Err(Undelivered::Faulty(found)) => Ok(page::fault(&app, &session, &[*found])),
        Err(Undelivered::Failed(error)) => Err(failed(&app, &error)),
    }
}

/// Why there is no document.
pub(crate) enum Undelivered {
    /// The plugin that makes it does not.
    Faulty(Box<Diagnostic>),
    Failed(WebError),
}

impl From<WebError> for Undelivered {
    fn from(error: WebError) -> Self {
        Self::Failed(error)
    }
}

impl From<Undelivered> for WebError {
    fn from(undelivered: Undelivered) -> Self {
        match undelivered {
            Undelivered::Faulty(found) => error::of_fault(&[*found]),
            Undelivered::Failed(error) => error,
        }
    }
}

/// A file for a browser.
pub(crate) struct Made {
    name: String,
    media_type: String,
    bytes: Vec<u8>,
}

impl Made {
    /// A file that was sent, which is whatever it is.
    pub(crate) fn of_file(name: String, bytes: Vec<u8>) -> Self {
        Self { name, media_type: "application/octet-stream".to_owned(), bytes }
    }

    /// An answer that browsers save instead of showing.
    pub(crate) fn download(self) -> Response {
        let Self { name, media_type, bytes } = self;
        let encoded =
            percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
        let headers = [
            (CONTENT_TYPE, media_type),
            (CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{encoded}")),
            (
                CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'unsafe-inline'; sandbox".to_owned(),
            ),
        ];
        (headers, bytes).into_response()
    }
}

/// The file itself, or the way to where it is lent, where the operator wants it so.
async fn given(app: &App, made: Made) -> Result<Response, WebError> {
    let Some(direct) = &app.direct else { return Ok(made.download()) };
    let lent = Lent {
        id: ObjectId(random(&*app.randomness)?),
        name: made.name.clone(),
        media_type: made.media_type.clone(),
        content: made.bytes.clone(),
    };
    match direct.links.lend(lent, app.clock.seconds()).await {
        Ok(address) => Ok(see_other(&address)),
        Err(error) => {
            tracing::warn!(%error, "a file could not be lent: this server sends it");
            Ok(made.download())
        }
    }
}

/// Makes the document that `NUMBER.ENDING` names.
pub(crate) async fn deliver(
    app: &App,
    session: &Session,
    documents: &[ScreenDocument],
    name: &str,
) -> Result<Made, Undelivered> {
    let (number, ending) = name.split_once('.').ok_or_else(not_found)?;
    let format = Format::of_ending(ending).ok_or_else(not_found)?;
    let number: usize = number.parse().map_err(|_| not_found())?;
    let document = documents.get(number).ok_or_else(not_found)?.clone();
    if !document.formats.contains(&format) {
        return Err(not_found().into());
    }
    let name = format!("{}.{ending}", document.filename);
    let bytes = bytes(app, session, &document, format).await?;
    Ok(Made { name, media_type: media_type(format), bytes })
}

/// Makes a document in a format.
pub(crate) async fn bytes(
    app: &App,
    session: &Session,
    document: &ScreenDocument,
    format: Format,
) -> Result<Vec<u8>, Undelivered> {
    let today = app.clock.local().date();
    let _permit = app.documents.acquire().await.map_err(internal)?;
    if let Some(assembled) = &document.assembly {
        let made = session.loaded.assemble(document, assembled, format, &session.moment(app));
        return made.map_err(Undelivered::Faulty);
    }
    let document = document.clone();
    let make = move || make(&document, format, today);
    Ok(tokio::task::spawn_blocking(make).await.map_err(internal)??)
}

fn media_type(format: Format) -> String {
    let media_type = format.media_type();
    let charset = if media_type.starts_with("text/") { "; charset=utf-8" } else { "" };
    format!("{media_type}{charset}")
}

fn make(
    document: &ScreenDocument,
    format: Format,
    today: jiff::civil::Date,
) -> Result<Vec<u8>, WebError> {
    let year = u16::try_from(today.year()).unwrap_or(1970);
    let date = Date::new(year, today.month().unsigned_abs(), today.day().unsigned_abs());
    let mut made =
        Document::new(&document.name, &document.language, &document.content).map_err(internal)?;
    if let Ok(date) = date {
        made = made.with_date(date);
    }
    Ok(match format {
        Format::Pdf => pdf::to_pdf_replacing(&made).map_err(internal)?.bytes,
        Format::Docx => docx::to_docx(&made).map_err(internal)?,
        Format::Html => html::to_html_page(&made).into_bytes(),
        Format::Markdown => document.content.clone().into_bytes(),
        Format::Text
        | Format::Rtf
        | Format::Odt
        | Format::Xlsx
        | Format::Csv
        | Format::Xml
        | Format::Json => return Err(not_found()),
    })
}

pub(crate) async fn file(
    State(app): State<Arc<App>>,
    Path((interview, step, id)): Path<(String, u32, String)>,
    headers: HeaderMap,
) -> Answer {
    let opened =
        visitor(&app, &interview, &headers, Some(step)).await.map_err(|it| failed(&app, &it))?;
    let Some((session, _)) = opened else { return Err(failed(&app, &error::no_session())) };
    let file = upload::content(&app, &session, &id).await;
    let (name, bytes) = file.map_err(|it| failed(&app, &it))?;
    given(&app, Made::of_file(name, bytes)).await.map_err(|it| failed(&app, &it))
}
