//! A declaration in the words of people: what a plugin sees, what is kept, what is sent, and which of
//! that the host sees to.

use crate::declaration::Declaration;
use crate::fact::{Fact, Facts, Rank, Scale};
use crate::finding::Place;
use crate::model::{BrowserStorage, DataItem, Recipient, Retention, ServerStorage};
use crate::sentence::Language;
use crate::vocabulary::{
    AtRest, CategoryRef, Origin, Purpose, RetentionKind, RightSupport, Source,
};

/// What a declaration means for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What the plugin sees.
    pub sees: Vec<Handling>,
    /// What is kept, on this server and in the browser.
    pub keeps: Vec<Handling>,
    /// What is sent to somebody.
    pub sends: Vec<Handling>,
}

/// One thing that is seen, kept or sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handling {
    /// Which kinds of data.
    pub what: Vec<String>,
    /// Where it comes from, where it is kept, or who gets it.
    pub who: Vec<String>,
    /// What for.
    pub why: Vec<String>,
    /// How long it is kept.
    pub how_long: String,
    /// The author's own sentence.
    pub text: Option<String>,
    /// Where the manifest says so.
    pub place: Place,
}

/// A fact in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// It.
    pub text: String,
    /// Whether the host sees to it; otherwise it is the word of the plugin's author.
    pub is_enforced: bool,
}

impl Declaration<'_> {
    /// What the declaration means for people.
    pub fn told(&self, language: Language) -> Told {
        let sees = self
            .data
            .iter()
            .map(|it| Handling { who: vec![self.source(it, language)], ..self.item(it, language) });
        let on_server = self.server_storage.iter().map(|it| self.on_server(it, language));
        let in_browser = self.browser_storage.iter().map(|it| in_browser(it, language));
        let sent = self.data.iter().filter(|it| !self.recipients_of(it).is_empty());
        let sends = sent.map(|it| {
            let getters = self.recipients_of(it);
            let who = getters.into_iter().map(|it| self.getter(it, language)).collect();
            Handling { who, ..self.item(it, language) }
        });
        Told {
            sees: sees.collect(),
            keeps: on_server.chain(in_browser).collect(),
            sends: sends.collect(),
        }
    }

    fn item(&self, item: &DataItem, language: Language) -> Handling {
        Handling {
            what: item.categories.iter().map(|it| self.category(&it.value, language)).collect(),
            who: Vec::new(),
            why: item.purposes.iter().map(|it| purpose(it.value, language)).collect(),
            how_long: how_long(&item.retention, language),
            text: item.text.as_ref().map(ToString::to_string),
            place: item.place,
        }
    }

    /// A kind of data, by the author's words where the vocabulary has none.
    fn category(&self, category: &CategoryRef, language: Language) -> String {
        let own = match category {
            CategoryRef::Extension(id) => self.manifest.terms.iter().find(|it| it.id.value == *id),
            CategoryRef::Known(_) | CategoryRef::Inherit => None,
        };
        own.map_or_else(
            || language.word("category", &category.to_string()),
            |it| it.text.as_str().to_owned(),
        )
    }

    fn source(&self, item: &DataItem, language: Language) -> String {
        match &item.source.value {
            Source::Origin(origin) => language.word("source", origin.as_str()),
            Source::Recipient(id) => {
                self.recipient(id).map_or_else(|| id.clone(), |it| self.name_of(it))
            }
        }
    }

    fn getter(&self, recipient: &Recipient, language: Language) -> String {
        let said = self.installation.recipients.get(recipient.id.value.as_str());
        let country = said.and_then(|it| it.country.as_ref()).or(recipient.country.as_ref());
        let role = language.word("role", recipient.role.value.as_str());
        let name = self.name_of(recipient);
        match country {
            Some(country) => format!("{name} ({role}, {country})"),
            None => format!("{name} ({role})"),
        }
    }

    /// The name that people see: the administrator's, else the author's.
    pub fn name_of(&self, recipient: &Recipient) -> String {
        let said = self.installation.recipients.get(recipient.id.value.as_str());
        said.and_then(|it| it.name.as_ref()).unwrap_or(&recipient.name).as_str().to_owned()
    }

    fn on_server(&self, storage: &ServerStorage, language: Language) -> Handling {
        let held: Vec<&DataItem> =
            storage.contains.iter().filter_map(|it| self.data_item(it.value.as_str())).collect();
        let mut what: Vec<String> = held
            .iter()
            .flat_map(|it| it.categories.iter().map(|it| self.category(&it.value, language)))
            .collect();
        let mut why: Vec<String> = held
            .iter()
            .flat_map(|it| it.purposes.iter().map(|it| purpose(it.value, language)))
            .collect();
        for all in [&mut what, &mut why] {
            let mut seen = std::collections::BTreeSet::new();
            all.retain(|it| seen.insert(it.clone()));
        }
        Handling {
            what,
            who: vec![language.word("source", Origin::Platform.as_str())],
            why,
            how_long: how_long(&storage.retention, language),
            text: None,
            place: storage.place,
        }
    }
}

fn in_browser(storage: &BrowserStorage, language: Language) -> Handling {
    Handling {
        what: vec![storage.name.as_str().to_owned()],
        who: vec![language.word("store", storage.kind.value.as_str())],
        why: vec![purpose(storage.purpose, language)],
        how_long: language.time(storage.duration.value.as_str()),
        text: None,
        place: storage.place,
    }
}

fn purpose(purpose: Purpose, language: Language) -> String {
    language.word("purpose", purpose.as_str())
}

fn how_long(retention: &Retention, language: Language) -> String {
    let kind = language.word("retention", retention.kind.as_str());
    let longest = retention.max.as_ref().map(|it| language.time(it.as_str()));
    let note = retention.note.as_ref().map(ToString::to_string);
    [Some(kind), longest, note].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl Facts {
    /// All facts in sentences, those first that the host sees to.
    pub fn told(&self, language: Language) -> Vec<Statement> {
        let held = self
            .held
            .iter()
            .map(|it| Statement { text: it.say(language), is_enforced: it.is_enforced() });
        let scales = self.scales.iter().map(|(scale, rank)| Statement {
            text: scale.tell(rank, language),
            is_enforced: scale.is_enforced(rank),
        });
        let mut all: Vec<Statement> = held.chain(scales).collect();
        all.sort_by_key(|it| !it.is_enforced);
        all
    }
}

impl Fact {
    /// Whether the host sees to it that nothing more is done. What happens elsewhere, and why, is
    /// the word of the author.
    pub fn is_enforced(&self) -> bool {
        match self {
            Self::Capability(_)
            | Self::Event(_)
            | Self::Data { .. }
            | Self::Field(_)
            | Self::Sent { .. }
            | Self::Host { .. }
            | Self::Method { .. }
            | Self::PrivateAddress(_)
            | Self::ServerStorage { .. }
            | Self::Opens { .. } => true,
            Self::Recipient { .. }
            | Self::Country { .. }
            | Self::Purpose(_)
            | Self::Processing(_)
            | Self::BrowserStorage { .. }
            | Self::Restored { .. }
            | Self::Visible(_) => false,
        }
    }
}

impl Scale {
    /// Whether the host sees to it that it is no more.
    fn is_enforced(&self, rank: &Rank) -> bool {
        let is = |words: &[&str]| words.contains(&rank.word.split(' ').next().unwrap_or_default());
        match self {
            Self::Form(..)
            | Self::Gate
            | Self::Explicit
            | Self::IfDenied
            | Self::Signal(_)
            | Self::Encryption
            | Self::Sees
            | Self::Custody(_)
            | Self::Scope => true,
            Self::Retention(..) => is(&[
                RetentionKind::Call.as_str(),
                RetentionKind::Session.as_str(),
                RetentionKind::HostEnforced.as_str(),
                RetentionKind::Period.as_str(),
                RetentionKind::UntilAccountDeleted.as_str(),
            ]),
            Self::Locate | Self::Export | Self::Erase => is(&[RightSupport::Automatic.as_str()]),
            Self::AtRest => is(&[AtRest::HostEnvelope.as_str(), AtRest::NoneStored.as_str()]),
            Self::Linkage(..)
            | Self::Exposure(..)
            | Self::StorageDuration(_)
            | Self::Refreshed(_)
            | Self::Onward(_)
            | Self::Rectify
            | Self::EraseDeadline
            | Self::ThirdPartyErase(_)
            | Self::InTransit
            | Self::Automation
            | Self::AffectsOutcome
            | Self::BackupErasure => false,
        }
    }

    /// How much there is of it, in a sentence.
    fn tell(&self, rank: &Rank, language: Language) -> String {
        format!("{}: {}", self.say(language), self.say_rank(Some(rank), language))
    }
}
