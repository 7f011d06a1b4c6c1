//! Five facts about a declaration, each from 0, the best, to 3.

use std::collections::BTreeSet;

use crate::declaration::Declaration;
use crate::finding::Place;
use crate::model::{DataItem, KeyCustody, Network, Recipient};
use crate::sentence::Language;
use crate::vocabulary::{
    CapabilityId, CategoryRef, Custody, CustodyEffect, EncryptionEffect, Exposure, Form, Holder,
    KeyHolder, Linkage, Origin, Party, Processing, Purpose, Sees, Side, Source,
};

/// Which fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// What leaves this server, and to whom.
    Leaves,
    /// What the plugin can see.
    Sees,
    /// Who can open answers.
    Keys,
    /// What is left in the browser.
    Browser,
    /// Whether people are followed.
    Follows,
}

impl Facet {
    /// All five, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Leaves, Self::Sees, Self::Keys, Self::Browser, Self::Follows];

    fn key(self) -> &'static str {
        match self {
            Self::Leaves => "leaves",
            Self::Sees => "sees",
            Self::Keys => "keys",
            Self::Browser => "browser",
            Self::Follows => "follows",
        }
    }

    /// What the fact is called.
    pub fn name(self, language: Language) -> String {
        language.say(&format!("label.{}", self.key()), &[])
    }
}

/// How bad it is, and the lines of the manifest that say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// From 0, the best, to 3.
    pub level: u8,
    /// Where the manifest says what makes it so; nowhere for 0.
    pub places: BTreeSet<Place>,
}

impl Level {
    /// It is at least this bad, because of what stands there.
    fn raise(&mut self, level: u8, place: Place) {
        if level > self.level {
            self.level = level;
            self.places.clear();
        }
        if level == self.level && level > 0 {
            self.places.insert(place);
        }
    }
}

/// Five facts about a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label([Level; 5]);

impl Label {
    /// The facts of a declaration.
    pub fn of(declaration: &Declaration<'_>) -> Self {
        Self([
            leaves(declaration),
            sees(declaration),
            keys(declaration),
            browser(declaration),
            follows(declaration),
        ])
    }

    /// The worst that any combination of settings can be, fact by fact.
    pub fn worst(manifest: &crate::model::Manifest) -> Self {
        let all = manifest.combinations().into_iter();
        let all: Vec<_> = all.map(|it| Declaration::of(manifest, it)).collect();
        Self::worst_of(&all)
    }

    /// The worst of several declarations, fact by fact.
    pub fn worst_of(declarations: &[Declaration<'_>]) -> Self {
        let mut worst = Self(Default::default());
        for label in declarations.iter().map(Self::of) {
            for (worst, level) in worst.0.iter_mut().zip(&label.0) {
                level.places.iter().for_each(|place| worst.raise(level.level, *place));
            }
        }
        worst
    }

    /// One of the five.
    pub fn get(&self, facet: Facet) -> &Level {
        &self.0[facet as usize]
    }

    /// How bad each is, in the order of [`Facet::ALL`].
    pub fn levels(&self) -> [u8; 5] {
        Facet::ALL.map(|it| self.get(it).level)
    }

    /// Whether a second administrator must agree: the key moves, or something is as bad as can be.
    ///
    /// To see answers is not, as long as nothing readable leaves: every script of an interview does.
    pub fn needs_second_administrator(&self) -> bool {
        let level = |it: Facet| self.get(it).level;
        let tells_answers = level(Facet::Sees) == 3 && level(Facet::Leaves) >= 2;
        let is_worst = [Facet::Leaves, Facet::Browser, Facet::Follows].map(level).contains(&3);
        level(Facet::Keys) >= 2 || tells_answers || is_worst
    }

    /// A fact in a few words.
    pub fn say(&self, facet: Facet, language: Language) -> String {
        language.say(&format!("label.{}.{}", facet.key(), self.get(facet).level), &[])
    }
}

/// What leaves: 1 only sealed, 2 to somebody who works for this site, 3 to anybody else.
fn leaves(declaration: &Declaration<'_>) -> Level {
    let mut worst = Level::default();
    for network in &declaration.network {
        // A connection to nobody's host is one to the administrator's own.
        let Some(recipient) = declaration.recipient(network.recipient.value.as_str()) else {
            continue;
        };
        let carried = declaration.carried_by(network);
        let is_sealed = carried.iter().all(|it| is_sealed(it));
        if network.side.value == Side::Server && is_sealed {
            worst.raise(u8::from(!carried.is_empty()), network.place);
            continue;
        }
        let getting = carried.iter().flat_map(|it| declaration.recipients_of(it));
        for recipient in getting.chain([recipient]) {
            worst.raise(if recipient.decides() { 3 } else { 2 }, network.place);
        }
    }
    // What others can come to see without a connection that carries it leaves too.
    for item in declaration.data.iter().filter(|it| it.exposure == Exposure::Possible) {
        for recipient in declaration.recipients_of(item) {
            worst.raise(if recipient.decides() { 3 } else { 2 }, item.place);
        }
    }
    worst
}

/// Whether it is sealed, or what cannot be: numbers, sizes and times of sealed records.
fn is_sealed(item: &DataItem) -> bool {
    let is_about_records = !item.fields.is_empty()
        && item.fields.iter().all(|it| it.value.as_str().starts_with("record."));
    let from_platform = item.source.value == Source::Origin(Origin::Platform);
    item.form == Form::Ciphertext || (from_platform && is_about_records)
}

/// What is seen: 1 counts and technical details, 2 an account, 3 what people wrote.
fn sees(declaration: &Declaration<'_>) -> Level {
    let mut worst = Level::default();
    for item in &declaration.data {
        worst.raise(sees_in(declaration, item), item.place);
    }
    for capability in &declaration.capabilities {
        // A capability shows what it shows, whatever the manifest says of data.
        let level = match capability.id.value {
            CapabilityId::AnswersRead | CapabilityId::DocumentsRead => 3,
            CapabilityId::AccountRead | CapabilityId::AuthProvideIdentity => 2,
            CapabilityId::EventsSubscribe => 1,
            CapabilityId::PageInjectScript => {
                let from = capability.placement_from.as_ref();
                let value = from.and_then(|it| declaration.setting(&it.value));
                if value.is_some_and(|it| it.to_string() == "frame") { 1 } else { 3 }
            }
            _ => 0,
        };
        worst.raise(level, capability.place);
    }
    for encryption in declaration.encryption.iter().filter(|it| it.sees == Sees::Plaintext) {
        worst.raise(3, encryption.place);
    }
    worst
}

fn sees_in(declaration: &Declaration<'_>, item: &DataItem) -> u8 {
    if item.form == Form::Ciphertext {
        return 1;
    }
    let by_source = match &item.source.value {
        Source::Origin(Origin::Answers | Origin::Documents | Origin::Page) => 3,
        Source::Origin(Origin::Account) => 2,
        Source::Origin(Origin::Event | Origin::Browser | Origin::Platform | Origin::Generated)
        | Source::Recipient(_) => 1,
    };
    let by_category = item.categories.iter().map(|it| category_level(declaration, &it.value));
    by_category.max().unwrap_or(0).max(by_source)
}

fn category_level(declaration: &Declaration<'_>, category: &CategoryRef) -> u8 {
    use crate::vocabulary::Group;
    let Some(category) = declaration.known_category(category) else { return 3 };
    match category.group() {
        _ if category.is_technical() => 1,
        Group::Identity | Group::Account => 2,
        _ => 3,
    }
}

/// Who can open answers: 2 whoever runs the server, 3 an outside company.
fn keys(declaration: &Declaration<'_>) -> Level {
    let mut worst = Level::default();
    for custody in &declaration.key_custody {
        worst.raise(custody_level(custody), custody.place);
    }
    if let Some(capability) = declaration.capability(CapabilityId::KeysProvideAccountKey) {
        worst.raise(2, capability.place);
    }
    let weakening =
        declaration.encryption.iter().filter(|it| it.effect >= EncryptionEffect::Weakens);
    for encryption in weakening {
        let is_alone = declaration.recipients.is_empty();
        worst.raise(if is_alone { 2 } else { 3 }, encryption.place);
    }
    worst
}

fn custody_level(custody: &KeyCustody) -> u8 {
    let is_outside = custody.after == Custody::Provider
        || custody.can_decrypt.iter().any(|it| {
            matches!(
                &it.value,
                Holder::Recipient(_) | Holder::Known(KeyHolder::AnyoneWithAnUnexpiredLink)
            )
        });
    let is_here = custody.effect.value == CustodyEffect::Weakens
        || custody.can_decrypt.iter().any(|it| !it.value.is_no_change());
    match (is_outside, is_here) {
        (true, _) => 3,
        (false, true) => 2,
        (false, false) => 0,
    }
}

/// What is left in the browser: 1 what is needed, 2 more of this site, 3 somebody else's.
fn browser(declaration: &Declaration<'_>) -> Level {
    let mut worst = Level::default();
    for storage in &declaration.browser_storage {
        let level = match storage.party {
            Party::Third => 3,
            Party::First if storage.essential => 1,
            Party::First => 2,
        };
        worst.raise(level, storage.place);
    }
    let loads = |it: &&&Network| it.used.value.loads_into_page();
    for network in declaration.network.iter().filter(loads) {
        worst.raise(3, network.place);
    }
    if let Some(capability) = declaration.capability(CapabilityId::PageInjectScript) {
        worst.raise(3, capability.place);
    }
    worst
}

/// Whether people are followed: 1 by a number, 2 by their account, 3 by somebody else.
fn follows(declaration: &Declaration<'_>) -> Level {
    let mut worst = Level::default();
    for item in &declaration.data {
        worst.raise(follows_with(declaration, item), item.place);
    }
    worst
}

fn follows_with(declaration: &Declaration<'_>, item: &DataItem) -> u8 {
    let has = |wanted: Processing| item.processing.contains(&wanted);
    let is_for = |wanted: Purpose| item.purposes.iter().any(|it| it.value == wanted);
    if is_for(Purpose::TargetedAdvertising) || is_for(Purpose::SellDataToThirdParties) {
        return 3;
    }
    let draws_conclusions = has(Processing::Profiling) || has(Processing::Match);
    let by_others = declaration.recipients_of(item).into_iter().any(Recipient::decides);
    if draws_conclusions && by_others {
        return 3;
    }
    let is_following = draws_conclusions
        || has(Processing::TrackingByFirstParty)
        || has(Processing::TrackingByThirdParty)
        || is_for(Purpose::ServiceUsageAnalytics)
        || is_for(Purpose::Personalisation)
        || is_for(Purpose::Marketing);
    match item.linkage {
        _ if !is_following => 0,
        Linkage::None | Linkage::Aggregate => 0,
        Linkage::Pseudonymous => 1,
        Linkage::Identified => 2,
    }
}
