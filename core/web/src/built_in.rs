//! The plugins that are built in and in use, storages and signing in elsewhere, and who runs what they
//! reach.

use std::collections::BTreeMap;

use affiant_manifest::{
    Combination, Declaration, Installation, Kind, Label, Manifest, Question, RecipientFacts,
    Sentence, Value,
};

/// The setting by which a manifest tells a storage of one's own from that of somebody else.
const HOSTED_BY: &str = "hosted_by";

/// The setting that lets browsers fetch files from a storage of objects.
pub const DIRECT_LINKS: &str = "direct_links";

/// A plugin that is built in and in use.
#[derive(Clone, Debug)]
pub struct BuiltIn {
    /// What it does to people's privacy.
    pub manifest: Manifest,
    /// Who runs the storage.
    pub run_by: RunBy,
    /// What else is set of what its manifest depends on.
    pub settings: BTreeMap<String, Value>,
}

/// Who runs a storage, by the word of whoever runs the server.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RunBy {
    /// Nobody said.
    #[default]
    Unsaid,
    /// They do themselves.
    Us,
    /// Somebody else does.
    Other(Box<Hoster>),
}

/// Somebody else who runs a storage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hoster {
    /// Who and where it is, and what allows data to go there.
    pub facts: RecipientFacts,
    /// The contract under which it does.
    pub contract: Option<Sentence>,
    /// Whether data may go there without anything that allows it: it stays under the same law.
    pub needs_no_basis: bool,
}

/// Something that whoever runs the server has still to say of who runs a storage, by the name that
/// the configuration has for it.
pub type Unsaid = &'static str;

impl BuiltIn {
    /// Whether it keeps what people typed: signing in elsewhere does not.
    pub(crate) fn is_storage(&self) -> bool {
        self.manifest.plugin.kind.value != Kind::Auth
    }

    /// What it does, with every combination of settings that is possible for what was said.
    pub(crate) fn declarations(&self) -> Vec<Declaration<'_>> {
        let all = self.manifest.combinations().into_iter().filter(|it| self.can_be(it));
        all.map(|it| self.declaration(it)).collect()
    }

    fn declaration(&self, combination: Combination) -> Declaration<'_> {
        let mut declaration = Declaration::of(&self.manifest, combination);
        if let RunBy::Other(hoster) = &self.run_by {
            let known = declaration.recipients.iter();
            let known = known.map(|it| (it.id.value.as_str().to_owned(), hoster.facts.clone()));
            let recipients = known.collect();
            declaration.installation = Installation { recipients, ..Installation::default() };
        }
        declaration
    }

    fn can_be(&self, combination: &Combination) -> bool {
        let fits =
            |(name, set): (&String, &Value)| combination.get(name).is_none_or(|it| it == set);
        if !self.settings.iter().all(fits) {
            return false;
        }
        let hosted_by = match &self.run_by {
            RunBy::Unsaid => return true,
            RunBy::Us => "us",
            RunBy::Other(_) => "provider",
        };
        let set = combination.get(HOSTED_BY);
        set.is_none_or(|it| matches!(it, Value::Text(word) if word == hosted_by))
    }

    /// The worst that it can be, fact by fact, for what was said.
    pub(crate) fn label(&self) -> Label {
        Label::worst_of(&self.declarations())
    }

    /// Whether browsers fetch files from it, which lie there readable for a while.
    pub(crate) fn lends(&self) -> bool {
        self.settings.get(DIRECT_LINKS) == Some(&Value::Bool(true))
    }

    /// Whether somebody else than whoever runs the server may run it.
    pub(crate) fn may_be_of_others(&self) -> bool {
        self.declarations().iter().any(|it| !it.recipients.is_empty())
    }

    /// What whoever runs the server has still to say of who runs it. Nothing where the manifest does
    /// not ask.
    pub fn unsaid(&self) -> Vec<Unsaid> {
        if !self.is_storage() || !self.may_be_of_others() {
            return Vec::new();
        }
        let RunBy::Other(hoster) = &self.run_by else { return vec![HOSTED_BY] };
        let declarations = self.declarations();
        let asked = declarations.iter().flat_map(Declaration::open_questions);
        let open = asked.filter_map(|(_, question)| match question {
            Question::Name => Some("name"),
            Question::Country => Some("country"),
            Question::PrivacyPolicy => Some("privacy_policy"),
            Question::TransferBasis if hoster.needs_no_basis => None,
            Question::TransferBasis => Some("transfer_basis"),
            Question::Onward => Some("onward"),
        });
        let contract = hoster.contract.is_none().then_some("contract");
        let mut unsaid: Vec<Unsaid> = open.chain(contract).collect();
        unsaid.sort_unstable();
        unsaid.dedup();
        unsaid
    }

    /// The table of the configuration that says who runs it.
    pub fn setting(&self) -> &'static str {
        match self.manifest.plugin.kind.value {
            Kind::Objects => "objects_host",
            _ => "database_host",
        }
    }
}

#[cfg(test)]
mod tests {
    use affiant_manifest::{Country, Facet, TransferBasis, Url};

    use super::*;

    const SQLITE: &str = include_str!("../../../plugins/storage-sqlite/plugin.toml");
    const POSTGRES: &str = include_str!("../../../plugins/storage-postgres/plugin.toml");
    const BUCKET: &str = include_str!("../../../plugins/objects-s3/plugin.toml");
    const SIGN_IN: &str = include_str!("../../../plugins/social-login/plugin.toml");

    fn built_in(text: &str, run_by: RunBy) -> BuiltIn {
        let settings = BTreeMap::from([(DIRECT_LINKS.to_owned(), Value::Bool(false))]);
        BuiltIn { manifest: Manifest::parse(text).manifest.unwrap(), run_by, settings }
    }

    fn leaves(it: &BuiltIn) -> u8 {
        it.label().get(Facet::Leaves).level
    }

    #[test]
    fn who_runs_it_is_asked_where_the_manifest_says_so_until_it_is_said() {
        for text in [POSTGRES, BUCKET] {
            let unsaid = built_in(text, RunBy::Unsaid);
            assert_eq!((unsaid.unsaid(), leaves(&unsaid)), (vec!["hosted_by"], 1));
            let ours = built_in(text, RunBy::Us);
            assert_eq!((ours.unsaid(), leaves(&ours)), (vec![], 0));
        }
        for text in [SQLITE, SIGN_IN] {
            assert_eq!(built_in(text, RunBy::Unsaid).unsaid(), [] as [&str; 0]);
        }
    }

    #[test]
    fn all_that_the_manifest_asks_about_somebody_else_has_to_be_said() {
        let mut hoster = Hoster::default();
        let all = ["contract", "country", "name", "privacy_policy", "transfer_basis"];
        let unsaid = |it: &Hoster| built_in(BUCKET, RunBy::Other(Box::new(it.clone()))).unsaid();
        assert_eq!(unsaid(&hoster), all);
        hoster.facts.name = Sentence::parse("Example Cloud").ok();
        hoster.facts.country = Country::parse("DE").ok();
        hoster.contract = Sentence::parse("agreement of 2026").ok();
        assert_eq!(unsaid(&hoster), ["privacy_policy", "transfer_basis"]);
        hoster.facts.privacy_policy = Url::parse("https://cloud.example/privacy").ok();
        let mut near = hoster.clone();
        near.needs_no_basis = true;
        assert_eq!(unsaid(&near), [] as [&str; 0]);
        hoster.facts.transfer_basis = vec![TransferBasis::A462c];
        assert_eq!(unsaid(&hoster), [] as [&str; 0]);
        let said = built_in(BUCKET, RunBy::Other(Box::new(hoster)));
        assert_eq!(leaves(&said), 1);
        let declarations = said.declarations();
        let recipient = declarations[0].recipients[0];
        assert_eq!(declarations[0].name_of(recipient), "Example Cloud");
    }

    #[test]
    fn direct_links_are_as_bad_as_the_label_can_be() {
        for run_by in [RunBy::Unsaid, RunBy::Other(Box::default())] {
            let mut bucket = built_in(BUCKET, run_by);
            bucket.settings.insert(DIRECT_LINKS.to_owned(), Value::Bool(true));
            assert_eq!(bucket.label().levels(), [2, 3, 3, 0, 0]);
        }
        let mut ours = built_in(BUCKET, RunBy::Us);
        ours.settings.insert(DIRECT_LINKS.to_owned(), Value::Bool(true));
        assert!(ours.label().get(Facet::Keys).level >= 2);
    }
}
