//! Making documents of templates and answers.

use crate::failure::Failure;

/// A plugin that makes documents: `export!(assembly: …)`.
pub trait Assembly {
    /// The media types of templates that it fills. Always the same.
    fn templates() -> Vec<String>;

    /// The variables that a template names, so that they are asked first.
    fn variables(template: &str) -> Result<Vec<String>, Failure>;

    /// Makes a document. [`templates::read`](crate::templates::read) reads the template,
    /// [`answers::get`](crate::answers::get) the answers.
    fn assemble(job: Job) -> Result<Document, Failure>;
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The name of the template.
    pub template: String,
    /// The media type that is wanted.
    pub media_type: String,
    /// The person's language.
    pub language: String,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}
