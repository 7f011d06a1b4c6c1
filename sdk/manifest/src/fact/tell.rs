//! Facts and changes in sentences.

use super::{Fact, Rank, Scale};
use crate::diff::Change;
use crate::sentence::Language;

impl Fact {
    /// The fact in a sentence for people.
    pub fn say(&self, language: Language) -> String {
        let word = |set: &str, it: &str| language.word(set, it);
        let says = |key: &str, given: &[(&str, &str)]| language.say(key, given);
        match self {
            Self::Capability(id) => says(&format!("capability.{id}"), &[]),
            Self::Event(event) => says("fact.event", &[("event", &word("event", event.as_str()))]),
            Self::Recipient { name, role } => {
                says("fact.recipient", &[("name", name), ("role", &word("role", role.as_str()))])
            }
            Self::Country { name, country } => {
                says("fact.country", &[("name", name), ("country", country)])
            }
            Self::Sent { name, category } => {
                says("fact.sent", &[("name", name), ("category", &word("category", category))])
            }
            Self::Data { source, category } => {
                let source = says(source, &[]);
                let category = word("category", category);
                says("fact.data", &[("source", &source), ("category", &category)])
            }
            Self::Field(field) => says("fact.field", &[("field", field)]),
            Self::Purpose(it) => {
                says("fact.purpose", &[("purpose", &word("purpose", it.as_str()))])
            }
            Self::Processing(it) => says(&format!("processing.{it}"), &[]),
            Self::Host { used, address } => {
                says("fact.host", &[("address", address), ("use", &word("use", used.as_str()))])
            }
            Self::Method { address, method } => {
                let method = method.map_or_else(|| word("method", "any"), |it| it.to_string());
                says("fact.method", &[("address", address), ("method", &method)])
            }
            Self::PrivateAddress(address) => says("fact.private", &[("address", address)]),
            Self::BrowserStorage { kind, name, is_third } => {
                let key = if *is_third { "fact.browser.third" } else { "fact.browser.first" };
                says(key, &[("kind", &word("store", kind.as_str())), ("name", name)])
            }
            Self::Restored { name, from } => {
                says("fact.restored", &[("name", name), ("from", from)])
            }
            Self::ServerStorage { category, .. } => {
                says("fact.kept", &[("category", &word("category", category))])
            }
            Self::Opens { holder, applies_to } => {
                let holder = says(holder, &[]);
                let whose = word("applies", applies_to.as_str());
                says("fact.opens", &[("holder", &holder), ("whose", &whose)])
            }
            Self::Visible(what) => says("fact.visible", &[("what", what)]),
        }
    }
}

impl Scale {
    /// What it measures, for people.
    pub fn say(&self, language: Language) -> String {
        let of_data = |key: &str, source: &str, category: &str| {
            let source = language.say(source, &[]);
            let category = language.word("category", category);
            language.say(key, &[("source", &source), ("category", &category)])
        };
        match self {
            Self::Form(source, category) => of_data("scale.form", source, category),
            Self::Linkage(source, category) => of_data("scale.linkage", source, category),
            Self::Exposure(source, category) => of_data("scale.exposure", source, category),
            Self::Retention(source, category) => of_data("scale.retention", source, category),
            Self::StorageDuration(name)
            | Self::Refreshed(name)
            | Self::Onward(name)
            | Self::ThirdPartyErase(name) => {
                language.say(&format!("scale.{}", self.key()), &[("name", name)])
            }
            Self::Signal(signal) => language.say(&format!("scale.signal.{signal}"), &[]),
            Self::Custody(applies_to) => {
                let whose = language.word("applies", applies_to.as_str());
                language.say("scale.custody", &[("whose", &whose)])
            }
            _ => language.say(&format!("scale.{}", self.key()), &[]),
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::Form(..) => "form",
            Self::Linkage(..) => "linkage",
            Self::Exposure(..) => "exposure",
            Self::Retention(..) => "retention",
            Self::StorageDuration(_) => "duration",
            Self::Refreshed(_) => "refreshed",
            Self::Onward(_) => "onward",
            Self::Gate => "gate",
            Self::Explicit => "explicit",
            Self::IfDenied => "denied",
            Self::Signal(_) => "signal",
            Self::Locate => "locate",
            Self::Export => "export",
            Self::Erase => "erase",
            Self::Rectify => "rectify",
            Self::EraseDeadline => "deadline",
            Self::ThirdPartyErase(_) => "third",
            Self::Encryption => "encryption",
            Self::Sees => "sees",
            Self::InTransit => "transit",
            Self::AtRest => "rest",
            Self::Custody(_) => "custody",
            Self::Automation => "automation",
            Self::AffectsOutcome => "outcome",
            Self::BackupErasure => "backup",
            Self::Scope => "scope",
        }
    }

    /// How much of it there is, for people.
    pub fn say_rank(&self, rank: Option<&Rank>, language: Language) -> String {
        let Some(rank) = rank else { return language.say("rank.nothing", &[]) };
        let set = match self {
            Self::Refreshed(_) | Self::Explicit | Self::Signal(_) | Self::AffectsOutcome => {
                "answer"
            }
            Self::Locate | Self::Export | Self::Erase | Self::Rectify => "right",
            Self::StorageDuration(_) | Self::EraseDeadline => return language.time(&rank.word),
            Self::Retention(..) => {
                let (kind, longest) = rank.word.split_once(' ').unwrap_or((&rank.word, ""));
                let kind = language.word("retention", kind);
                let longest = language.time(longest);
                let between = if longest.is_empty() { "" } else { ", " };
                return format!("{kind}{between}{longest}");
            }
            _ => self.key(),
        };
        language.word(set, &rank.word)
    }
}

impl Change {
    /// The change in a sentence for people.
    pub fn say(&self, language: Language) -> String {
        match self {
            Self::Begins(fact) => language.say("change.begins", &[("fact", &fact.say(language))]),
            Self::Ends(fact) => language.say("change.ends", &[("fact", &fact.say(language))]),
            Self::Moves { scale, before, after } => {
                let what = scale.say(language);
                let before = scale.say_rank(before.as_ref(), language);
                let after = scale.say_rank(after.as_ref(), language);
                let given = [("what", &*what), ("before", &*before), ("after", &*after)];
                language.say("change.moves", &given)
            }
        }
    }
}
