//! What a page or a program sends for one field.

use affiant_guest::FileReference;

/// What was entered in one field, as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// One text: a text box, a radio button, `true`/`false`/`null`.
    Text(String),
    /// A number as programs write it: digits with a point, whatever the session's language.
    Number(String),
    /// Several texts: the values of ticked check boxes.
    Texts(Vec<String>),
    /// The three boxes of a date, each as typed.
    Date {
        /// Day.
        day: String,
        /// Month: a number or a name.
        month: String,
        /// Year.
        year: String,
    },
    /// Files that were stored, in place of those of before.
    Files(Vec<FileReference>),
    /// What becomes of the files of before.
    ChangedFiles {
        /// Ids of files that are taken out.
        removed: Vec<String>,
        /// Files that were stored: added to the others, or in place of the one.
        added: Vec<FileReference>,
    },
}
