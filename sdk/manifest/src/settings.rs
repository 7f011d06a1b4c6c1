//! What an administrator says of an installation, and whether it fits.

use std::collections::BTreeMap;

use crate::combination::Combination;
use crate::declaration::Declaration;
use crate::model::{
    Country, Duration, Manifest, Recipient, Sentence, Setting, TakenFrom, Url, Value,
};
use crate::read::Located;
use crate::vocabulary::{SettingType, TransferBasis};

/// Longest value of a setting, in bytes.
const MAX_VALUE: usize = 4_096;

/// What an administrator says of an installation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Installation {
    /// What settings are set to.
    pub values: BTreeMap<String, Value>,
    /// What only the administrator knows of recipients, by their id.
    pub recipients: BTreeMap<String, RecipientFacts>,
}

/// What only the administrator knows of a recipient.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecipientFacts {
    /// Who it is.
    pub name: Option<Sentence>,
    /// Where it is.
    pub country: Option<Country>,
    /// What it says of privacy.
    pub privacy_policy: Option<Url>,
    /// What allows data to go there.
    pub transfer_basis: Vec<TransferBasis>,
    /// Those whom it hands data on to.
    pub onward: Vec<Sentence>,
}

/// Something that only the administrator can say of a recipient, and has not said yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// Who it is.
    Name,
    /// Where it is.
    Country,
    /// What it says of privacy.
    PrivacyPolicy,
    /// What allows data to go there.
    TransferBasis,
    /// Those whom it hands data on to.
    Onward,
}

impl<'m> Declaration<'m> {
    /// What the administrator has still to say before the plugin can be switched on.
    pub fn open_questions(&self) -> Vec<(&'m Recipient, Question)> {
        let nothing = RecipientFacts::default();
        let mut open = Vec::new();
        for recipient in &self.recipients {
            let said = self.installation.recipients.get(recipient.id.value.as_str());
            let said = said.unwrap_or(&nothing);
            let asked = [
                (&recipient.name_from, said.name.is_some(), Question::Name),
                (&recipient.country_from, said.country.is_some(), Question::Country),
                (
                    &recipient.privacy_policy_from,
                    said.privacy_policy.is_some(),
                    Question::PrivacyPolicy,
                ),
                (
                    &recipient.transfer_basis_from,
                    !said.transfer_basis.is_empty(),
                    Question::TransferBasis,
                ),
                (&recipient.list_from, !said.onward.is_empty(), Question::Onward),
            ];
            let is_open = |from: &Option<Located<TakenFrom>>, is_said: bool| {
                !is_said && from.as_ref().is_some_and(|it| it.value == TakenFrom::Admin)
            };
            let asked = asked.into_iter().filter(|(from, is_said, _)| is_open(from, *is_said));
            open.extend(asked.map(|(_, _, question)| (*recipient, question)));
        }
        open
    }
}

/// What is wrong with a setting. Never holds its value, which can be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingProblem {
    /// There is no such setting.
    #[error("there is no setting `{0}`")]
    Unknown(String),
    /// It must be set, and is not.
    #[error("the setting `{0}` is missing")]
    Missing(String),
    /// It is not of its type.
    #[error("the setting `{0}` is to be of the type `{1}`")]
    WrongType(String, SettingType),
    /// It is none of the words that it can be.
    #[error("the setting `{0}` is none of the words that it can be")]
    NotAWord(String),
    /// It does not match its pattern.
    #[error("the setting `{0}` has not the form that the plugin asks for")]
    NoMatch(String),
    /// It is too long.
    #[error("the setting `{0}` is too long")]
    TooLong(String),
}

impl Manifest {
    /// What the plugin does with the settings chosen, each left out being its default.
    ///
    /// Fails with all that is wrong with them.
    pub fn declaration(
        &self,
        installation: Installation,
    ) -> Result<Declaration<'_>, Vec<SettingProblem>> {
        self.declare(installation, false)
    }

    /// The same where secret settings are kept elsewhere: none may be in `installation`, and none
    /// is missed.
    pub fn open_declaration(
        &self,
        installation: Installation,
    ) -> Result<Declaration<'_>, Vec<SettingProblem>> {
        self.declare(installation, true)
    }

    fn declare(
        &self,
        mut installation: Installation,
        without_secrets: bool,
    ) -> Result<Declaration<'_>, Vec<SettingProblem>> {
        let mut problems = Vec::new();
        let is_here = |setting: &Setting| !(without_secrets && setting.secret);
        let settings = || self.settings.0.iter().filter(|(_, it)| is_here(it));
        let known = |name: &str| settings().any(|(it, _)| it.value == name);
        for name in installation.values.keys().filter(|it| !known(it)) {
            problems.push(SettingProblem::Unknown(name.clone()));
        }
        for (name, setting) in settings() {
            let name = &name.value;
            let given = installation.values.get(name).cloned();
            match given.or_else(|| setting.starts_as()) {
                Some(value) => {
                    problems.extend(setting.problem(name, &value));
                    installation.values.insert(name.clone(), value);
                }
                None if setting.required => problems.push(SettingProblem::Missing(name.clone())),
                None => {}
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let deciding = self.deciding_settings().into_iter();
        let chosen = deciding.filter_map(|(name, _)| {
            Some((name.to_owned(), installation.values.get(name)?.clone()))
        });
        let combination = Combination::new(chosen.collect());
        Ok(Declaration::at(self, combination, installation))
    }
}

impl Setting {
    /// What is wrong with a value, if something is.
    pub(crate) fn problem(&self, name: &str, value: &Value) -> Option<SettingProblem> {
        let name = || name.to_owned();
        let kind = self.kind.value;
        let text = match (kind, value) {
            (SettingType::Int, Value::Int(_)) | (SettingType::Bool, Value::Bool(_)) => return None,
            (SettingType::Int | SettingType::Bool, _) | (_, Value::Int(_) | Value::Bool(_)) => {
                return Some(SettingProblem::WrongType(name(), kind));
            }
            (_, Value::Text(text)) => text,
        };
        if text.len() > MAX_VALUE {
            return Some(SettingProblem::TooLong(name()));
        }
        let fits = match kind {
            SettingType::Url => self.is_address(text),
            SettingType::Duration => Duration::parse(text).is_some(),
            SettingType::Enum => {
                let is_word = self.values.iter().any(|it| it.value == *text);
                return (!is_word).then(|| SettingProblem::NotAWord(name()));
            }
            SettingType::String | SettingType::Int | SettingType::Bool => true,
        };
        if !fits {
            return Some(SettingProblem::WrongType(name(), kind));
        }
        let pattern = self.pattern.as_ref().map(|it| compile(&it.value));
        let matches = pattern.is_none_or(|it| it.is_ok_and(|it| it.is_match(text)));
        (!matches).then(|| SettingProblem::NoMatch(name()))
    }

    fn is_address(&self, text: &str) -> bool {
        let Ok(address) = url::Url::parse(text) else { return false };
        let scheme = self.scheme.as_ref().map_or("https", |it| it.as_str());
        address.scheme() == scheme && address.host_str().is_some_and(|it| !it.is_empty())
    }
}

/// Makes a pattern ready; fails for what is none and for what needs too much memory.
pub(crate) fn compile(pattern: &str) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(pattern).size_limit(64 * 1024).build()
}
