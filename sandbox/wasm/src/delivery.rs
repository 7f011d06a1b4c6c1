//! Plugins of the kind `delivery`: they send what an interview made to somebody.

use affiant_guest::{FileReference, Value};

use crate::bindings::delivery::Delivery;
use crate::bindings::delivery::exports::affiant::delivery::deliveries as wit;
use crate::bindings::host::types;
use crate::convert::to_guest;
use crate::evaluation::{Evaluation, Stopped};

/// What is delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// The same for every try, so that nothing is delivered twice.
    pub id: String,
    /// Where to, as the author wrote it.
    pub to: String,
    /// Fields beside the files, by name.
    pub details: Vec<(String, Value)>,
    /// The files. Their bytes are read through [`crate::Host::document`].
    pub files: Vec<FileReference>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived; the other side's number for it.
    Delivered(String),
    /// Not now; try again in so many seconds.
    Later(u32),
    /// Never; why, for people.
    Refused(String),
}

impl Evaluation {
    /// Delivers something, or tries to.
    pub fn deliver(&mut self, parcel: &Parcel) -> Result<Outcome, Stopped> {
        let most = self.nodes();
        let details = parcel.details.iter().map(|(name, value)| {
            let value = to_guest(value, most)?;
            Ok(wit::Detail { name: name.clone(), value })
        });
        let details = details.collect::<Result<_, _>>().map_err(|it| self.fault(it))?;
        let files = parcel.files.iter().map(|it| types::File {
            id: it.id.clone(),
            name: it.name.clone(),
            media_type: it.media_type.clone(),
            length: it.length,
        });
        let given = wit::Parcel {
            id: parcel.id.clone(),
            to: parcel.to.clone(),
            details,
            files: files.collect(),
        };
        let answered = self.run(|store, it: &Delivery| {
            it.affiant_delivery_deliveries().call_deliver(store, &given)
        })?;
        Ok(match self.settled(answered)? {
            wit::Outcome::Delivered(number) => Outcome::Delivered(number),
            wit::Outcome::Later(seconds) => Outcome::Later(seconds),
            wit::Outcome::Refused(why) => Outcome::Refused(why),
        })
    }
}
