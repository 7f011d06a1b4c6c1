//! Declarations for others: as a record of processing activities, and as linked data.

mod json_ld;
mod record;

pub use json_ld::to_json_ld;
pub use record::record_of_processing;

use crate::declaration::Declaration;
use crate::fact::{Fact, Scale};
use crate::model::{DataItem, Recipient};
use crate::sentence::Language;
use crate::vocabulary::{LegalBasis, TransferBasis};

/// Who is responsible for a site, as Article 30(1)(a) of the GDPR asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The controller.
    pub controller: String,
    /// How to reach them.
    pub contact: String,
    /// The data protection officer, where there is one.
    pub officer: Option<String>,
}

/// What a plugin does, with what the administrator chose.
#[derive(Clone, Debug)]
pub struct Activity<'m> {
    /// What it does.
    pub declaration: Declaration<'m>,
    /// The legal bases that the administrator chose; none until they did. The author's suggestions
    /// are no choice.
    pub legal_basis: Vec<LegalBasis>,
}

/// What is known of somebody who gets data.
struct Getter {
    name: String,
    role: &'static str,
    country: Option<String>,
    transfer_basis: Vec<TransferBasis>,
}

impl Activity<'_> {
    fn getters(&self, item: &DataItem) -> Vec<Getter> {
        self.declaration.recipients_of(item).into_iter().map(|it| self.getter(it)).collect()
    }

    fn getter(&self, recipient: &Recipient) -> Getter {
        let said = self.declaration.installation.recipients.get(recipient.id.value.as_str());
        let name = said.and_then(|it| it.name.as_ref()).unwrap_or(&recipient.name);
        let country = said.and_then(|it| it.country.as_ref()).or(recipient.country.as_ref());
        let bases = said.map(|it| &it.transfer_basis).filter(|it| !it.is_empty());
        Getter {
            name: name.as_str().to_owned(),
            role: recipient.role.value.as_str(),
            country: country.map(|it| it.as_str().to_owned()),
            transfer_basis: bases.unwrap_or(&recipient.transfer_basis).clone(),
        }
    }

    /// How long an item is kept, for people.
    fn retention(&self, item: &DataItem, language: Language) -> String {
        let facts = self.declaration.facts();
        let of_item = |scale: &Scale| match scale {
            Scale::Retention(_, category) => {
                item.categories.iter().any(|it| it.value.to_string() == *category)
            }
            _ => false,
        };
        let ranks = facts.scales.iter().filter(|(scale, _)| of_item(scale));
        let longest = ranks.max_by_key(|(_, rank)| rank.order);
        let said = longest.map(|(scale, rank)| scale.say_rank(Some(rank), language));
        let note = item.retention.note.as_ref().map(|it| it.as_str().to_owned());
        said.into_iter().chain(note).collect::<Vec<_>>().join("; ")
    }

    /// What protects the data, for people.
    fn measures(&self, language: Language) -> String {
        let facts = self.declaration.facts();
        let is_measure = |it: &Scale| {
            matches!(
                it,
                Scale::Encryption
                    | Scale::InTransit
                    | Scale::AtRest
                    | Scale::Custody(_)
                    | Scale::BackupErasure
            )
        };
        let scales = facts.scales.iter().filter(|(scale, _)| is_measure(scale));
        let said = scales.map(|(scale, rank)| {
            format!("{}: {}", scale.say(language), scale.say_rank(Some(rank), language))
        });
        let visible = facts.held.iter().filter(|it| matches!(it, Fact::Visible(_)));
        said.chain(visible.map(|it| it.say(language))).collect::<Vec<_>>().join("; ")
    }
}
