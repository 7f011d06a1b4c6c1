//! Mail: what is to be written to whom, and what carries it.

use async_trait::async_trait;

use crate::error::BoxError;

/// What is to be written to somebody: a template of the theme, and what fills its gaps.
///
/// It may hold a link that works once, but never an answer or a file name. It has no `Debug`, so
/// that neither address nor link gets into a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address, as the person typed it.
    pub to: String,
    /// Name of the template: `themes/default/mail/{template}.txt`.
    pub template: &'static str,
    /// Language of the person, a BCP 47 tag.
    pub language: String,
    /// What fills the template's gaps, by name.
    pub values: Vec<(&'static str, String)>,
}

/// A mail in words, ready to be sent. It has no `Debug`: see [`Letter`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// Names it, random; each try to send it has the same, so that mail programs show it once.
    pub id: [u8; 16],
    /// The addresses.
    pub to: Vec<String>,
    /// The addresses of those who get a copy.
    pub cc: Vec<String>,
    /// The addresses of those who get a copy that the others do not hear of.
    pub bcc: Vec<String>,
    /// Where answers go; to the sender if this is empty.
    pub reply_to: Vec<String>,
    /// The subject, one line.
    pub subject: String,
    /// The body, plain text.
    pub text: String,
    /// What is enclosed.
    pub files: Vec<MailFile>,
}

/// A file that is enclosed.
#[derive(Clone, PartialEq, Eq)]
pub struct MailFile {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What it holds.
    pub content: Vec<u8>,
}

/// Why a mail was not sent. Neither says to whom.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// It cannot be sent, now or later: the address does not exist or is none.
    #[error("the mail was refused for good")]
    Refused(#[source] BoxError),

    /// The mail server did not take it. Trying again later may help.
    #[error("the mail server does not take mail")]
    Unavailable(#[source] BoxError),
}

/// Carries mail away.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Gives one mail to a mail server, which answers for it from then on.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;

    /// Fails when the mail server does not answer or does not let us in.
    async fn check(&self) -> Result<(), MailError>;
}
