//! What goes into a copy.

use std::collections::BTreeMap;
use std::io;

use affiant_account::{Interview, ListedIdentity, OpenedSession, Unlocked};
use affiant_backend::{GrantRole, SessionRow};
use affiant_engine::{Note, Notes};
use axum::body::Bytes;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::mpsc::Sender;

use super::answers::{Answers, answers};
use super::archive::Archive;
use super::table::table;
use crate::api::{id_of, value};
use crate::app::App;
use crate::day::day;
use crate::error::WebError;
use crate::jobs::is_result;
use crate::page::Frame;
use crate::session::notebook;
use crate::session::parts::state_of;

#[derive(Serialize)]
struct Profile {
    number: i64,
    email: String,
    name: String,
    language: String,
    created: String,
    /// The accounts elsewhere that sign in to this one.
    signs_in_by: Vec<Elsewhere>,
}

#[derive(Serialize)]
struct Elsewhere {
    provider: String,
    name: String,
    since: String,
}

#[derive(Serialize)]
struct Shared {
    session: String,
    interview: String,
    /// What the account may do with it.
    role: &'static str,
    until: Option<String>,
    /// Who else can see it, if it is the account's own.
    readers: Vec<Reader>,
}

#[derive(Serialize)]
struct Reader {
    whom: Option<String>,
    role: &'static str,
    since: String,
    until: Option<String>,
}

/// Writes all of it.
pub(super) async fn write(
    app: &App,
    unlocked: &Unlocked,
    sender: &Sender<Result<Bytes, io::Error>>,
) -> Result<(), WebError> {
    let now = app.clock.seconds();
    let mut archive = Archive::new(sender);
    let account = &unlocked.account;
    let profile = Profile {
        number: account.number,
        email: app.accounts.address(unlocked).await?,
        name: app.accounts.profile(unlocked)?.name,
        language: account.language.clone(),
        created: day(account.created),
        signs_in_by: elsewhere(app, unlocked).await?,
    };
    let readme = app.theme.draw("account/export-readme.html", Frame::site(app).context(&app.theme));
    archive.add("README.html", readme.as_bytes()).await?;
    archive.add_json("profile.json", &profile).await?;
    let mut sharing = Vec::new();
    for it in app.accounts.interviews(unlocked, now).await? {
        if it.grant.role == GrantRole::Owner && !it.is_locked {
            session(app, unlocked, &it.session, &mut archive).await?;
        }
        sharing.push(shared(app, unlocked, &it).await?);
    }
    archive.add_json("sharing.json", &sharing).await?;
    archive.finish(&day(now)).await
}

async fn elsewhere(app: &App, unlocked: &Unlocked) -> Result<Vec<Elsewhere>, WebError> {
    let all = app.accounts.identities(unlocked).await?.into_iter();
    let told = |it: ListedIdentity| Elsewhere {
        provider: it.provider,
        name: it.name,
        since: day(it.created),
    };
    Ok(all.map(told).collect())
}

async fn shared(app: &App, unlocked: &Unlocked, it: &Interview) -> Result<Shared, WebError> {
    let circle = app.accounts.circle(unlocked, it.session.id, app.clock.seconds()).await?;
    let readers = circle.map(|it| it.readers).unwrap_or_default();
    let others = readers.into_iter().filter(|it| it.account != unlocked.account.id);
    let others = others.map(|it| Reader {
        whom: it.whom,
        role: it.role.word(),
        since: day(it.since),
        until: it.until.map(day),
    });
    let is_mine = it.grant.role == GrantRole::Owner;
    Ok(Shared {
        session: id_of(it.session.id),
        interview: it.session.interview.clone(),
        role: it.grant.role.word(),
        until: it.grant.expires.map(day),
        readers: if is_mine { others.collect() } else { Vec::new() },
    })
}

/// A session of the account's: answers, table and files. An interview that is no longer here leaves
/// its answers, without the questions.
async fn session(
    app: &App,
    unlocked: &Unlocked,
    row: &SessionRow,
    archive: &mut Archive<'_>,
) -> Result<(), WebError> {
    // It may be gone, or have other keys, since the list was read.
    let Some((row, history)) = app.store.load_session(row.id, None).await? else { return Ok(()) };
    let opened = app.accounts.opened_session(unlocked, &row, app.clock.seconds()).await?;
    let Some(OpenedSession { keys, noted, .. }) = opened else { return Ok(()) };
    let (state, _) = state_of(&keys, &row, &history)?;
    let mut answers = answers(app, &keys, &row, &state, Some(unlocked)).await?;
    answers.put_back = noted.is_put_back(&row);
    let id = &answers.session;
    archive.add_json(&format!("sessions/{id}/answers.json"), &answers).await?;
    archive.add(&format!("sessions/{id}/answers.csv"), rows(&answers)?.as_bytes()).await?;
    if let Some(notes) = notebook::read(app, &keys, row.id).await? {
        archive.add_json(&format!("sessions/{id}/plugins.json"), &shown(&notes)).await?;
    }
    for file in app.store.files_of(row.id).await? {
        if notebook::is_one(file) || is_result(file) {
            continue;
        }
        let Some(sealed) = app.find_file(row.id, file).await? else { continue };
        let (_, key) = keys.file_key(file, &sealed.wrapped)?;
        let name = key.open_name(&sealed.name, str::to_owned)?;
        let short = hex::encode(&file[..4]);
        let content = keys.open_file(file, &sealed)?;
        archive.add(&format!("sessions/{id}/files/{short}-{name}"), &content).await?;
    }
    Ok(())
}

/// What plugins keep about a session: values by plugin, store and key.
fn shown(notes: &Notes) -> Value {
    let entries = |it: &BTreeMap<String, Note>| -> Value {
        let entries = it.iter().map(|(key, note)| {
            // What a later version wrote cannot be read here, and is told all the same.
            let value = postcard::from_bytes(&note.value).as_ref().map_or(Value::Null, value);
            (key.clone(), value)
        });
        entries.collect()
    };
    let stores = |it: &BTreeMap<String, BTreeMap<String, Note>>| -> Value {
        it.iter().map(|(store, it)| (store.clone(), entries(it))).collect()
    };
    notes.iter().map(|(plugin, it)| (plugin.clone(), stores(it))).collect()
}

/// The answers as a table: page, question, answer.
fn rows(answers: &Answers) -> Result<String, WebError> {
    let mut rows = vec![["page", "question", "answer"].map(str::to_owned).to_vec()];
    for page in &answers.pages {
        for field in &page.fields {
            let answer = match &field.answer {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            rows.push(vec![page.question.clone(), field.label.clone(), answer]);
        }
    }
    table(&rows)
}
