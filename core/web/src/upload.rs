//! Files that visitors send: looked at, sealed, stored.

use affiant_backend::FileRow;
use affiant_engine::{Input, Screen, Submission, Widget};
use affiant_guest::FileReference;
use affiant_vault::{SealedFile, random};
use axum::body::Bytes;

use crate::app::App;
use crate::error::{WebError, bad_form, not_found, too_large};
use crate::form::Form;
use crate::session::Session;

/// Largest file, in bytes.
pub(crate) const MAX_FILE: usize = 16 << 20;

/// One file of a form.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) content: Bytes,
}

/// Beginnings of files (file signatures, IANA media types) that are taken. Everything else is
/// taken as text if it is UTF-8 without control characters.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"{\\rtf", "application/rtf"),
];

/// The media type of a file by its content; `None` for what is not taken.
fn media_type(name: &str, content: &[u8]) -> Option<&'static str> {
    let found = SIGNATURES.iter().find(|(start, _)| content.starts_with(start)).map(|(_, it)| *it);
    let ending = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    match (found, ending.as_str()) {
        (Some("application/zip"), "docx") => {
            Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
        }
        (Some("application/zip"), "odt") => Some("application/vnd.oasis.opendocument.text"),
        (Some("application/zip"), _) => None,
        (Some(found), _) => Some(found),
        (None, _)
            if content.len() > 12 && &content[..4] == b"RIFF" && &content[8..12] == b"WEBP" =>
        {
            Some("image/webp")
        }
        (None, _) => {
            let text = std::str::from_utf8(content).ok()?;
            let plain =
                !text.chars().any(|it| it.is_control() && !matches!(it, '\n' | '\r' | '\t'));
            plain.then_some("text/plain")
        }
    }
}

/// A file name without folders and control characters.
fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let cleaned: String = last.chars().filter(|it| !it.is_control()).take(120).collect();
    let cleaned = cleaned.trim().trim_matches('.');
    if cleaned.is_empty() { "file".to_owned() } else { cleaned.to_owned() }
}

/// Stores the files of a form for the fields of the screen, and enters them in the submission.
pub(crate) async fn take(
    app: &App,
    session: &Session,
    screen: &Screen,
    form: &Form,
    submission: &mut Submission,
) -> Result<(), WebError> {
    for (name, uploads) in &form.files {
        let field = screen.fields.iter().find(|it| it.name == *name);
        let most = match field.map(|it| it.widget) {
            Some(Widget::File | Widget::Signature) => 1,
            Some(Widget::Files) => 25,
            _ => return Err(bad_form("It has a file that this page does not ask for.")),
        };
        if uploads.len() > most {
            return Err(bad_form("It has more files than this question takes."));
        }
        let mut stored = Vec::new();
        for upload in uploads {
            stored.push(store(app, session, upload).await?);
        }
        submission.answers.insert(name.clone(), Input::Files(stored));
    }
    typed_signatures(app, session, screen, form, submission).await
}

/// A signature without drawing: the name, typed, and a box that says it is meant.
async fn typed_signatures(
    app: &App,
    session: &Session,
    screen: &Screen,
    form: &Form,
    submission: &mut Submission,
) -> Result<(), WebError> {
    for field in screen.fields.iter().filter(|it| it.widget == Widget::Signature) {
        let name = form.own(&field.name).trim();
        let meant = !form.own(&format!("{}{}signed", field.name, crate::form::PART)).is_empty();
        if submission.answers.contains_key(&field.name) || name.is_empty() || !meant {
            continue;
        }
        let upload = Upload {
            name: "signature.txt".to_owned(),
            content: Bytes::from(format!("/s/ {name}")),
        };
        let stored = store(app, session, &upload).await?;
        submission.answers.insert(field.name.clone(), Input::Files(vec![stored]));
    }
    Ok(())
}

async fn store(app: &App, session: &Session, upload: &Upload) -> Result<FileReference, WebError> {
    if upload.content.len() > MAX_FILE {
        return Err(too_large());
    }
    let media_type = media_type(&upload.name, &upload.content)
        .ok_or_else(|| bad_form("One of the files is of a kind that is not taken. Send a PDF, a picture, a Word document or plain text."))?;
    let id: [u8; 16] = random(&*app.randomness)?;
    let name = clean(&upload.name);
    let sealed = session.keys().seal_file(id, &name, &upload.content, &*app.randomness)?;
    let row = FileRow {
        session: session.row.id,
        id,
        wrapped: sealed.wrapped,
        name: sealed.name,
        chunks: sealed.chunks,
    };
    app.store.put_file(row).await?;
    Ok(FileReference {
        id: id.iter().map(|it| format!("{it:02x}")).collect(),
        name,
        media_type: media_type.to_owned(),
        length: upload.content.len() as u64,
    })
}

/// The content of a stored file of this session.
pub(crate) async fn content(app: &App, session: &Session, id: &str) -> Result<Vec<u8>, WebError> {
    let id = parse_id(id).ok_or_else(not_found)?;
    let row = app.store.find_file(session.row.id, id).await?.ok_or_else(not_found)?;
    let sealed = SealedFile { wrapped: row.wrapped, name: row.name, chunks: row.chunks };
    Ok(session.keys().open_file(id, &sealed)?.to_vec())
}

fn parse_id(text: &str) -> Option<[u8; 16]> {
    let mut id = [0; 16];
    if text.len() != 32 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in id.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(id)
}
