//! Mails that interviews write: sealed with the step, sent once it is stored.

use std::sync::Arc;

use affiant_backend::{JobCause, JobRow, Mail, MailError, MailFile};
use affiant_document::markdown;
use affiant_engine::{Email, Enclosed};
use affiant_guest::Value;
use affiant_runtime::Enclosure;
use affiant_vault::{MailKey, Scope};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Tried, refused, secret_of};
use crate::app::App;
use crate::delivering::document_of;
use crate::error::{WebError, internal, no_session};
use crate::page::value::one_line;
use crate::session::Session;
use crate::upload;

/// Most that a mail may be with all its files, in bytes.
const LARGEST: usize = 10 << 20;

/// Longest subject, in characters.
const MAX_SUBJECT: usize = 200;

/// Seconds after which a mail is tried again: twice as many each time, up to an hour.
fn pause(attempts: u32) -> i64 {
    (30_i64 << attempts.min(7)).min(3_600)
}

/// A mail as it is sealed.
#[derive(Deserialize, Serialize)]
struct Stored {
    to: Vec<String>,
    cc: Vec<String>,
    bcc: Vec<String>,
    reply_to: Vec<String>,
    subject: String,
    text: String,
    /// Name, media type and content of each.
    files: Vec<(String, String, Vec<u8>)>,
}

/// The job of a mail, with the mail sealed in it. Documents are made now, while whoever has the keys is
/// there.
pub(super) async fn sealed(
    app: &App,
    session: &Session,
    job: JobRow,
    email: &Email,
) -> Result<JobRow, WebError> {
    let mut files = Vec::new();
    let mut length = 0;
    for file in &email.files {
        let Enclosure { name, media_type, content } = enclosed(app, session, file).await?;
        length += content.len();
        if length > LARGEST {
            return Ok(refused(&job, JobCause::TooLarge));
        }
        files.push((name, media_type, content.to_vec()));
    }
    let stored = Stored {
        to: email.to.clone(),
        cc: email.cc.clone(),
        bcc: email.bcc.clone(),
        reply_to: email.reply_to.clone(),
        subject: one_line(&email.subject, MAX_SUBJECT),
        text: text(&email.text),
        files,
    };
    let plain = Zeroizing::new(postcard::to_stdvec(&stored).map_err(internal)?);
    if plain.len() > LARGEST {
        return Ok(refused(&job, JobCause::TooLarge));
    }
    let key = key(app, &job, session.row.epoch).await?.ok_or_else(no_session)?;
    let sealed = key.seal(&plain, &*app.randomness)?;
    Ok(JobRow { sealed, epoch: session.row.epoch, ..job })
}

/// The key of a mail; `None` when its session, or the keys that it had, are gone.
async fn key(app: &App, job: &JobRow, epoch: u32) -> Result<Option<MailKey>, WebError> {
    let secret = app.keyring.find(secret_of(job.session, epoch)).await?;
    let scope = Scope { deployment: app.keyring.deployment(), session: job.session.0, epoch };
    Ok(secret.map(|it| MailKey::derive(app.keyring.master(), &it, scope, job.id)))
}

async fn enclosed(app: &App, session: &Session, file: &Enclosed) -> Result<Enclosure, WebError> {
    match file {
        Enclosed::Document(it) => document_of(app, session, it).await,
        Enclosed::File(file) => {
            let (_, content) = upload::content(app, session, &file.id).await?;
            let content: Arc<[u8]> = content.into();
            let (name, media_type) = (file.name.clone(), file.media_type.clone());
            Ok(Enclosure { name, media_type, content })
        }
    }
}

/// What is read: plain text as it is, Markdown without its marks.
fn text(value: &Value) -> String {
    match value {
        Value::Markup(it) => format!("{}\n", markdown::to_plain(it)),
        Value::Text(it) => format!("{it}\n"),
        _ => String::new(),
    }
}

/// Sends a mail.
pub(super) async fn send(app: &App, job: &JobRow, now: i64) -> Result<Tried, WebError> {
    let Some(mailer) = app.post.mailer() else { return Ok(Tried::failed(JobCause::NoMail)) };
    let Some(key) = key(app, job, job.epoch).await? else {
        return Ok(Tried::failed(JobCause::Changed));
    };
    let opened = key.open(&job.sealed, |it| postcard::from_bytes::<Stored>(it));
    let Ok(Ok(stored)) = opened else { return Ok(Tried::failed(JobCause::Changed)) };
    let file = |(name, media_type, content)| MailFile { name, media_type, content };
    let mail = Mail {
        to: stored.to,
        cc: stored.cc,
        bcc: stored.bcc,
        reply_to: stored.reply_to,
        subject: stored.subject,
        text: stored.text,
        files: stored.files.into_iter().map(file).collect(),
        id: job.id,
    };
    match mailer.send(&mail).await {
        Ok(()) => Ok(Tried::done()),
        Err(MailError::Refused(_)) => Ok(Tried::failed(JobCause::Refused)),
        Err(error) => {
            tracing::warn!(%error, "a mail of an interview was not sent");
            Ok(Tried::Again(now + pause(job.attempts)))
        }
    }
}
