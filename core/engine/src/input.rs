//! What a page or a program sends for one field.

use affiant_guest::FileReference;

/// What was entered in one field, as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// One text: a text box, a radio button, a number of a program as text, `true`/`false`/`null`.
    Text(String),
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
    /// Files that were stored.
    Files(Vec<FileReference>),
}
