//! Plugins of the kind `assembly`: they make documents of templates and answers.

use affiant_guest::Path;

use crate::bindings::assembly::Assembly;
use crate::bindings::assembly::exports::affiant::assembly::documents as wit;
use crate::evaluation::{Evaluation, Stopped};
use crate::fault::{Fault, FaultKind};

/// A document that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The name of the template, which is read through [`crate::Host::template`].
    pub template: String,
    /// The media type that is wanted.
    pub media_type: String,
    /// Its language.
    pub language: String,
}

/// A document that was made, of the media type that was wanted. Nobody looked into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl Evaluation {
    /// The media types of templates that the component fills.
    pub fn templates(&mut self) -> Result<Vec<String>, Fault> {
        self.run(|store, it: &Assembly| it.affiant_assembly_documents().call_templates(store))
    }

    /// The variables that a template names, so that they are asked first.
    pub fn variables(&mut self, template: &str) -> Result<Vec<Path>, Stopped> {
        let answered = self.run(|store, it: &Assembly| {
            it.affiant_assembly_documents().call_variables(store, template)
        })?;
        self.settled(answered)?.iter().map(|it| self.path(it)).collect()
    }

    /// Makes a document.
    pub fn assemble(&mut self, job: &Job) -> Result<Document, Stopped> {
        let given = wit::Job {
            template: job.template.clone(),
            media_type: job.media_type.clone(),
            language: job.language.clone(),
        };
        let answered = self.run(|store, it: &Assembly| {
            it.affiant_assembly_documents().call_assemble(store, &given)
        })?;
        let made = self.settled(answered)?;
        if made.media_type != job.media_type {
            let kind = FaultKind::BadValue("the document is of another media type");
            return Err(self.fault(kind).into());
        }
        Ok(Document { name: made.name, content: made.content })
    }
}
