//! Forms as browsers post them.

use std::collections::BTreeMap;

use affiant_engine::{Input, Screen, ScreenField, Submission, Widget};
use axum::body::Bytes;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::header::CONTENT_TYPE;

use crate::error::{WebError, bad_form, too_large};
use crate::upload::Upload;

/// Most fields of one form.
const MAX_FIELDS: usize = 2_000;

/// Largest form without files, in bytes.
const MAX_FORM: usize = 1 << 20;

/// What stands between a date field's name and its part; no variable path has it.
pub(crate) const PART: &str = "--";

/// The values of a form by name, in the order in which they came, and its files.
#[derive(Debug, Default)]
pub(crate) struct Form {
    values: BTreeMap<String, Vec<String>>,
    pub(crate) files: BTreeMap<String, Vec<Upload>>,
}

impl Form {
    /// A form that holds these values, for sample pages.
    pub(crate) fn of(values: &[(&str, &str)]) -> Self {
        let mut form = Self::default();
        for (name, value) in values {
            form.values.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        form
    }

    /// Reads a form, of either encoding.
    pub(crate) async fn read(request: Request) -> Result<Self, WebError> {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or("");
        if kind.starts_with("multipart/form-data") {
            let parts = Multipart::from_request(request, &()).await;
            return Self::read_parts(parts).await;
        }
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(bad_form("error_form_kind"));
        }
        let body = Bytes::from_request(request, &()).await.map_err(|it| {
            if it.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                too_large()
            } else {
                cut()
            }
        })?;
        if body.len() > MAX_FORM {
            return Err(too_large());
        }
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(&body) {
            form.push(name.into_owned(), value.into_owned())?;
        }
        Ok(form)
    }

    async fn read_parts(parts: Result<Multipart, MultipartRejection>) -> Result<Self, WebError> {
        let mut parts = parts.map_err(|_| cut())?;
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|it| refused(&it))? {
            let name = part.name().unwrap_or("").to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|it| refused(&it))?;
            match file_name {
                // A browser sends an empty part for a file input that was left alone.
                Some(file) if file.is_empty() && bytes.is_empty() => {}
                Some(file) => {
                    let upload = Upload { name: file, content: bytes };
                    form.files.entry(name).or_default().push(upload);
                }
                None => {
                    let value = String::from_utf8(bytes.to_vec())
                        .map_err(|_| bad_form("error_form_utf8"))?;
                    form.push(name, value)?;
                }
            }
        }
        Ok(form)
    }

    /// Takes a value, without the NUL that some databases cannot hold in a text and nobody types.
    fn push(&mut self, name: String, mut value: String) -> Result<(), WebError> {
        value.retain(|it| it != '\0');
        let count: usize = self.values.values().map(Vec::len).sum();
        if count >= MAX_FIELDS {
            return Err(bad_form("error_form_fields"));
        }
        self.values.entry(name).or_default().push(value);
        Ok(())
    }

    /// The value of a field of our own, such as `_csrf`.
    pub(crate) fn own(&self, name: &str) -> &str {
        self.values.get(name).and_then(|it| it.first()).map_or("", String::as_str)
    }

    /// Everything posted but our own fields, for a page that posts it again.
    pub(crate) fn answers(&self) -> Vec<(String, String)> {
        let own = |name: &str| name.starts_with('_') && name != "_choice";
        self.values
            .iter()
            .filter(|(name, _)| !own(name))
            .flat_map(|(name, all)| all.iter().map(move |it| (name.clone(), it.clone())))
            .collect()
    }

    /// Everything posted, our own fields included, for a page that only posts it again.
    pub(crate) fn everything(&self) -> Vec<(String, String)> {
        let all = self.values.iter();
        all.flat_map(|(name, all)| all.iter().map(|it| (name.clone(), it.clone()))).collect()
    }

    /// What was typed in a field, or a part of it.
    pub(crate) fn typed(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// The answers to a screen. Fields posted twice where one value is meant, and fields that the
    /// screen does not have, are refused.
    pub(crate) fn submission(&self, screen: &Screen) -> Result<Submission, WebError> {
        let mut submission = Submission::default();
        for field in screen.fields.iter().filter(|it| !it.name.is_empty()) {
            if let Some(input) = self.input(field)? {
                submission.answers.insert(field.name.clone(), input);
            }
        }
        let known = |posted: &str| {
            let name = posted.rsplit_once(PART).map_or(posted, |(name, _)| name);
            screen.fields.iter().any(|it| it.name == posted || it.name == name)
        };
        let unknown =
            self.values.keys().any(|it| !(known(it) || it.starts_with('_') && it != "_choice"));
        if unknown {
            return Err(bad_form("error_form_unknown"));
        }
        Ok(submission)
    }

    fn input(&self, field: &ScreenField) -> Result<Option<Input>, WebError> {
        let all = self.typed(&field.name);
        match field.widget {
            Widget::Date => {
                let part = |name: &str| self.own(&format!("{}{PART}{name}", field.name)).to_owned();
                Ok(Some(Input::Date { day: part("day"), month: part("month"), year: part("year") }))
            }
            Widget::Checkboxes | Widget::Multiselect => Ok(Some(Input::Texts(all.to_vec()))),
            Widget::File | Widget::Files | Widget::Signature | Widget::Hidden => Ok(None),
            _ => match all {
                [] => Ok(None),
                [one] => Ok(Some(Input::Text(one.clone()))),
                _ if field.widget == Widget::Checkbox => Ok(Some(Input::Texts(all.to_vec()))),
                _ => Err(bad_form("error_form_twice")),
            },
        }
    }

    /// Puts a value in place of what was posted.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.values.insert(name.to_owned(), vec![value]);
    }

    /// Whether the form carries the code that belongs to this session or person.
    pub(crate) fn is_ours(&self, of: &impl crate::csrf::Codes) -> bool {
        crate::csrf::is_code(of, self.own("_csrf"))
    }
}

/// The connection ended before the form did.
fn cut() -> WebError {
    bad_form("error_form_cut")
}

fn refused(error: &axum::extract::multipart::MultipartError) -> WebError {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { cut() }
}

/// The largest body of a request with files.
pub(crate) const BODY_LIMIT: usize = MAX_FORM + 5 * crate::upload::MAX_FILE;
