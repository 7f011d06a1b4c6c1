//! A declaration as single facts, which can be compared and told.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

mod collect;
mod tell;

use crate::declaration::Declaration;
use crate::vocabulary::{
    AppliesTo, CapabilityId, EventName, Method, Processing, Purpose, Role, Signal, StorageKind,
    StoreKind, Use,
};

/// Something that holds or does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Fact {
    /// The plugin may do this.
    Capability(CapabilityId),
    /// It is told of this.
    Event(EventName),
    /// Somebody gets data.
    Recipient {
        /// Who, for people.
        name: String,
        /// What they are to this site.
        role: Role,
    },
    /// Somebody who gets data is in this country.
    Country {
        /// Who.
        name: String,
        /// Two letters.
        country: String,
    },
    /// Somebody gets this kind of data.
    Sent {
        /// Who.
        name: String,
        /// The category.
        category: String,
    },
    /// It sees data of this kind.
    Data {
        /// Where the data comes from.
        source: String,
        /// The category.
        category: String,
    },
    /// It may read this field.
    Field(String),
    /// Data is used for this.
    Purpose(Purpose),
    /// This is done with data.
    Processing(Processing),
    /// It connects to this address.
    Host {
        /// What for.
        used: Use,
        /// Scheme, host and what paths begin with.
        address: String,
    },
    /// Requests to this address may be of this kind.
    Method {
        /// The address.
        address: String,
        /// `None` stands for all.
        method: Option<Method>,
    },
    /// The address may be a private one.
    PrivateAddress(String),
    /// Something is left in the browser.
    BrowserStorage {
        /// Where.
        kind: StorageKind,
        /// Its name.
        name: String,
        /// Whether it is somebody else's.
        is_third: bool,
    },
    /// Something comes back in the browser after it was deleted.
    Restored {
        /// What.
        name: String,
        /// From what.
        from: String,
    },
    /// The host keeps something for it.
    ServerStorage {
        /// What kind of store.
        kind: StoreKind,
        /// The category.
        category: String,
    },
    /// Somebody can open answers.
    Opens {
        /// Who.
        holder: String,
        /// Whose answers.
        applies_to: AppliesTo,
    },
    /// This is readable although the rest is sealed.
    Visible(String),
}

/// Something that is more or less.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Scale {
    /// What state data is in, by source and category.
    Form(String, String),
    /// How closely data belongs to a person, by source and category.
    Linkage(String, String),
    /// Whether data is seen, or only can be, by source and category.
    Exposure(String, String),
    /// How long data is kept, by source and category.
    Retention(String, String),
    /// How long something stays in the browser, by name.
    StorageDuration(String),
    /// Whether each visit makes it stay longer, by name.
    Refreshed(String),
    /// To whom somebody hands data on, by name.
    Onward(String),
    /// What people are asked for.
    Gate,
    /// Whether they must say yes themselves.
    Explicit,
    /// What happens when they say no.
    IfDenied,
    /// Whether a signal of the browser counts as a no.
    Signal(Signal),
    /// Finding what is held.
    Locate,
    /// A copy of it.
    Export,
    /// Erasing it.
    Erase,
    /// Correcting it.
    Rectify,
    /// How long erasing takes.
    EraseDeadline,
    /// How somebody else erases, by name.
    ThirdPartyErase(String),
    /// What happens to encryption.
    Encryption,
    /// What is seen of what is sealed.
    Sees,
    /// How data is protected on its way.
    InTransit,
    /// How data is protected where it lies.
    AtRest,
    /// Who holds the key, by whose answers.
    Custody(AppliesTo),
    /// How much a machine decides.
    Automation,
    /// Whether that changes what people get.
    AffectsOutcome,
    /// When backups forget.
    BackupErasure,
    /// Where it is on, unless somebody says otherwise.
    Scope,
}

/// How much of a scale: more is worse for people. Two are equal when they are as much.
#[derive(Clone, Debug)]
pub struct Rank {
    /// The place in the order.
    pub order: u64,
    /// The word for it, of which `sentences/` has a translation, or a time.
    pub word: String,
}

impl PartialEq for Rank {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Rank {}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order.cmp(&other.order)
    }
}

impl Serialize for Rank {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(self.order)
    }
}

/// All facts of a declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What holds.
    pub held: BTreeSet<Fact>,
    /// How much of each scale; what is not there is nothing.
    pub scales: BTreeMap<Scale, Rank>,
}

impl Facts {
    /// SHA-256 of the facts, which a record of consent is bound to: it changes exactly when one
    /// does.
    pub fn digest(&self) -> [u8; 32] {
        // Maps with keys that are no texts are no JSON; pairs are.
        let scales: Vec<_> = self.scales.iter().collect();
        let text = serde_json::to_vec(&(&self.held, scales))
            .expect("facts are texts, numbers and lists, which JSON has");
        let mut hash = Sha256::new();
        hash.update(b"affiant declaration 1\n");
        hash.update(&text);
        hash.finalize().into()
    }

    fn raise(&mut self, scale: Scale, order: u64, word: impl Into<String>) {
        let rank = Rank { order, word: word.into() };
        let known = self.scales.entry(scale).or_insert_with(|| rank.clone());
        if rank > *known {
            *known = rank;
        }
    }
}

impl Declaration<'_> {
    /// Takes the declaration apart. The order of the manifest, names of its items, sentences and
    /// the version do not matter; what is done with data does.
    pub fn facts(&self) -> Facts {
        collect::collect(self)
    }
}
