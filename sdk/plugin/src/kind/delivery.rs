//! Sending what an interview made to somebody: a court, an authority, a case system.

use crate::failure::Failure;
use crate::value::{File, Value};

/// A plugin that delivers: `export!(delivery: …)`.
pub trait Delivery {
    /// Delivers a parcel.
    fn deliver(parcel: Parcel) -> Result<Outcome, Failure>;
}

/// What is delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// The same for every try, so that nothing is delivered twice.
    pub id: String,
    /// Where to, as the author wrote it.
    pub to: String,
    /// What is delivered beside the files, by name.
    pub details: Vec<(String, Value)>,
    /// The files. [`documents::read`](crate::documents::read) reads one.
    pub files: Vec<File>,
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived; the other side's number for it.
    Delivered(String),
    /// Not now; try again in so many seconds.
    Later(u32),
    /// Never; why, for people.
    Refused(String),
}
