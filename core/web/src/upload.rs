//! Files that visitors send: looked at, sealed, stored.

use std::collections::BTreeMap;

use affiant_document::markdown;
use affiant_engine::{FieldError, Input, Problem, Screen, ScreenField, Submission, Widget};
use affiant_guest::FileReference;
use affiant_vault::{FileKey, random};
use axum::body::Bytes;

use crate::app::App;
use crate::error::{WebError, bad_form, internal, kept, not_found};
use crate::form::Form;
use crate::jobs::is_result;
use crate::picture::{self, Unfit};
use crate::session::{Session, notebook};

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

/// Most files of one session.
const MAX_FILES: u32 = 25;

/// One file that may be kept.
struct Checked {
    name: String,
    content: Bytes,
    media_type: &'static str,
}

/// Stores the files of a form for the fields of the screen, and enters them in the submission.
/// Where a file is not taken none is stored, and the errors say why.
pub(crate) async fn take(
    app: &App,
    session: &Session,
    screen: &Screen,
    form: &mut Form,
    submission: &mut Submission,
) -> Result<Vec<FieldError>, WebError> {
    let (mut checked, mut errors) = (Vec::new(), Vec::new());
    let mut room = Room::of(app, session, &form.files).await?;
    for (name, uploads) in std::mem::take(&mut form.files) {
        let field = screen.fields.iter().find(|it| it.name == name);
        let most = match field.map(|it| it.widget) {
            Some(Widget::File | Widget::Signature) => 1,
            Some(Widget::Files) => MAX_FILES as usize,
            _ => return Err(bad_form("error_form_file")),
        };
        let Some(field) = field else { continue };
        match check(app, uploads, most, &mut room).await? {
            Ok(files) => checked.push((name, files)),
            Err(problem) => errors.push(error(screen, field, problem)),
        }
    }
    if !errors.is_empty() {
        return Ok(errors);
    }
    for (name, files) in checked {
        let mut stored = Vec::with_capacity(files.len());
        for file in files {
            stored.push(store(app, session, &name, file).await?);
        }
        let removed = removed(form, &name);
        submission.answers.insert(name, Input::ChangedFiles { removed, added: stored });
    }
    for field in screen.fields.iter().filter(|it| !it.name.is_empty()) {
        let removed = removed(form, &field.name);
        if !removed.is_empty() && !submission.answers.contains_key(&field.name) {
            let input = Input::ChangedFiles { removed, added: Vec::new() };
            submission.answers.insert(field.name.clone(), input);
        }
    }
    typed_signatures(app, session, screen, form, submission).await?;
    Ok(errors)
}

/// The files of before that are to be taken out of a field.
fn removed(form: &Form, name: &str) -> Vec<String> {
    form.typed(&format!("{name}{}remove", crate::form::PART)).to_vec()
}

/// What a session may still store.
struct Room {
    files: u32,
    bytes: u64,
}

impl Room {
    async fn of(
        app: &App,
        session: &Session,
        files: &BTreeMap<String, Vec<Upload>>,
    ) -> Result<Self, WebError> {
        if files.is_empty() {
            return Ok(Self { files: 0, bytes: 0 });
        }
        let (count, bytes) = app.store.files_kept(session.row.id).await?;
        Ok(Self {
            files: MAX_FILES.saturating_sub(count),
            bytes: app.settings.max_upload_bytes.saturating_sub(bytes),
        })
    }

    /// Takes the room of a file; false when there is none.
    fn take(&mut self, bytes: usize) -> bool {
        let left = self.bytes.checked_sub(bytes as u64);
        let (Some(files), Some(bytes)) = (self.files.checked_sub(1), left) else { return false };
        *self = Self { files, bytes };
        true
    }
}

/// Looks at the files of one field.
async fn check(
    app: &App,
    uploads: Vec<Upload>,
    most: usize,
    room: &mut Room,
) -> Result<Result<Vec<Checked>, Problem>, WebError> {
    if uploads.len() > most {
        return Ok(Err(Problem::TooManyFiles(most.to_string())));
    }
    let mut checked = Vec::with_capacity(uploads.len());
    for upload in uploads {
        if upload.content.len() > MAX_FILE {
            return Ok(Err(Problem::FileTooLarge));
        }
        let Some(media_type) = media_type(&upload.name, &upload.content) else {
            return Ok(Err(Problem::FileKind));
        };
        let mut file = Checked { name: clean(&upload.name), content: upload.content, media_type };
        if let Some(format) = picture::format(media_type) {
            let content = file.content.clone();
            let _permit = app.documents.acquire().await.map_err(internal)?;
            let draw = move || picture::draw_anew(&content, format);
            match tokio::task::spawn_blocking(draw).await.map_err(internal)? {
                Ok(drawn) if drawn.content.len() <= MAX_FILE => {
                    let stem = file.name.rsplit_once('.').map_or(&*file.name, |(stem, _)| stem);
                    file = Checked {
                        name: format!("{stem}.{}", drawn.ending),
                        content: Bytes::from(drawn.content),
                        media_type: drawn.media_type,
                    };
                }
                Ok(_) => return Ok(Err(Problem::FileTooLarge)),
                Err(Unfit::TooLarge) => return Ok(Err(Problem::PictureTooLarge)),
                Err(Unfit::Damaged) => return Ok(Err(Problem::PictureDamaged)),
            }
        }
        if !room.take(file.content.len()) {
            return Ok(Err(Problem::NoRoomForFiles));
        }
        checked.push(file);
    }
    Ok(Ok(checked))
}

/// What the user is told at the field.
fn error(screen: &Screen, field: &ScreenField, problem: Problem) -> FieldError {
    let words = affiant_library::locale(&screen.language);
    let say = |key: &str, given: &[(&str, &str)]| words.say(key, given);
    let label = field.label.as_deref().map(markdown::to_plain);
    let message = problem.message(&label.unwrap_or_else(|| say("your_answer", &[])), &say);
    FieldError { field: field.name.clone(), part: None, message, problem }
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
        let typed = Checked {
            name: "signature.txt".to_owned(),
            content: Bytes::from(format!("/s/ {name}")),
            media_type: "text/plain",
        };
        let stored = store(app, session, &field.name, typed).await?;
        submission.answers.insert(field.name.clone(), Input::Files(vec![stored]));
    }
    Ok(())
}

/// Stores a file that answers a field of this name.
async fn store(
    app: &App,
    session: &Session,
    field: &str,
    file: Checked,
) -> Result<FileReference, WebError> {
    let id: [u8; 16] = random(&*app.randomness)?;
    let part = session.part_of(field);
    if part.as_deref().is_some_and(|it| !session.keys().has(it)) {
        return Err(kept());
    }
    let (part, randomness) = (part.as_deref(), &*app.randomness);
    let sealed = session.keys().seal_file(part, id, &file.name, &file.content, randomness)?;
    app.put_file(session.row.id, id, sealed).await?;
    Ok(FileReference {
        id: hex::encode(id),
        name: file.name,
        media_type: file.media_type.to_owned(),
        length: file.content.len() as u64,
    })
}

/// The key of a file. One of a part that was not shared is none, for whoever lacks the part.
fn key_of(session: &Session, file: [u8; 16], wrapped: &[u8]) -> Result<Option<FileKey>, WebError> {
    match session.keys().file_key(file, wrapped) {
        Err(_) if !session.keys().is_whole() => Ok(None),
        opened => Ok(Some(opened?.1)),
    }
}

/// The files of this session, each by what it is asked for by, with its name.
pub(crate) async fn names(app: &App, session: &Session) -> Result<Vec<(String, String)>, WebError> {
    let mut names = Vec::new();
    for file in app.store.files_of(session.row.id).await? {
        if notebook::is_one(file) || is_result(file) {
            continue;
        }
        // It may be gone since the list was read.
        let Some(row) = app.store.find_file(session.row.id, file).await? else { continue };
        let Some(key) = key_of(session, file, &row.wrapped)? else { continue };
        let shown = hex::encode(file);
        names.push((shown, key.open_name(&row.name, str::to_owned)?));
    }
    Ok(names)
}

/// The name and content of a stored file of this session.
pub(crate) async fn content(
    app: &App,
    session: &Session,
    id: &str,
) -> Result<(String, Vec<u8>), WebError> {
    let id = parse_id(id).ok_or_else(not_found)?;
    let sealed = app.find_file(session.row.id, id).await?.ok_or_else(not_found)?;
    let key = key_of(session, id, &sealed.wrapped)?.ok_or_else(not_found)?;
    let name = key.open_name(&sealed.name, str::to_owned)?;
    Ok((name, session.keys().open_file(id, &sealed)?.to_vec()))
}

pub(crate) fn parse_id(text: &str) -> Option<[u8; 16]> {
    let mut id = [0; 16];
    hex::decode_to_slice(text, &mut id).ok()?;
    Some(id)
}
