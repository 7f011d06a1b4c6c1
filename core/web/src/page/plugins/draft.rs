//! What an administrator typed into the form of a plugin, and what it chooses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use affiant_manifest::{
    Country, Question, Recipient, RecipientFacts, Sentence, Setting, SettingProblem, SettingType,
    TransferBasis, Url, Value as Set,
};
use affiant_plugins::{Choice, Package, Scope};

use crate::form::Form;

/// Something that is wrong with what was typed: the field, and the key of the words that say it.
pub(crate) type Problem = (String, &'static str);

/// What was typed, and what it chooses.
pub(crate) struct Draft {
    pub(crate) package: Arc<Package>,
    pub(crate) choice: Choice,
    /// Secret settings that are set; they are set apart from this form.
    pub(crate) kept: BTreeSet<String>,
    pub(crate) reason: String,
    /// What is wrong, in the order of the form.
    pub(crate) wrong: Vec<Problem>,
    /// What was typed, letter by letter, so that it is there again.
    pub(super) typed: BTreeMap<String, String>,
}

impl Draft {
    /// A form that is filled with what is chosen.
    pub(crate) fn of(package: Arc<Package>, choice: Choice, kept: BTreeSet<String>) -> Self {
        let digest = Some(package.digest);
        Self {
            choice: Choice { digest, ..choice },
            package,
            kept,
            reason: String::new(),
            wrong: Vec::new(),
            typed: BTreeMap::new(),
        }
    }

    /// Reads a form. `interviews` are the names of those that there are.
    pub(crate) fn read(
        package: Arc<Package>,
        kept: BTreeSet<String>,
        form: &Form,
        interviews: &BTreeSet<String>,
    ) -> Self {
        let mut draft = Self::of(package, Choice::default(), kept);
        let package = Arc::clone(&draft.package);
        draft.read_scope(form, interviews);
        for (name, setting) in &package.manifest.settings.0 {
            draft.read_setting(&name.value, setting, form);
        }
        for recipient in &package.manifest.recipients {
            draft.read_recipient(recipient, form);
        }
        draft.check();
        form.own("reason").trim().clone_into(&mut draft.reason);
        draft
    }

    fn read_scope(&mut self, form: &Form, interviews: &BTreeSet<String>) {
        let chosen: BTreeSet<String> = form.typed("interviews").iter().cloned().collect();
        self.choice.scope = match form.own("scope") {
            "site" if self.package.may_be_on(&Scope::Site) => Scope::Site,
            "interviews" if self.package.may_be_on(&Scope::Interviews(BTreeSet::new())) => {
                if chosen.is_empty() || !chosen.is_subset(interviews) {
                    self.wrong.push(("interviews".to_owned(), "plugin_wrong_interviews"));
                }
                Scope::Interviews(chosen)
            }
            "off" => Scope::Off,
            _ => {
                self.wrong.push(("scope".to_owned(), "plugin_wrong_scope"));
                Scope::Off
            }
        };
    }

    fn read_setting(&mut self, name: &str, setting: &Setting, form: &Form) {
        let field = field_of(name);
        let typed = form.own(&field).trim();
        if setting.secret {
            if setting.required && !self.kept.contains(name) && self.choice.scope.is_on() {
                self.wrong.push(("scope".to_owned(), "plugin_wrong_secret"));
            }
            return;
        }
        self.typed.insert(field.clone(), typed.to_owned());
        let value = match setting.kind.value {
            SettingType::Bool => Some(Set::Bool(typed == "true")),
            _ if typed.is_empty() => None,
            SettingType::Int => {
                let number = typed.parse().ok();
                if number.is_none() {
                    self.wrong.push((field, "plugin_wrong_number"));
                }
                number.map(Set::Int)
            }
            SettingType::String | SettingType::Url | SettingType::Enum | SettingType::Duration => {
                Some(Set::Text(typed.to_owned()))
            }
        };
        self.choice.installation.values.extend(value.map(|it| (name.to_owned(), it)));
    }

    fn read_recipient(&mut self, recipient: &Recipient, form: &Form) {
        let id = recipient.id.value.as_str();
        let mut facts = RecipientFacts::default();
        for question in asked(recipient) {
            let field = question_field(id, question);
            let typed = form.own(&field).trim().to_owned();
            self.typed.insert(field.clone(), typed.clone());
            if typed.is_empty() {
                continue;
            }
            let is_taken = match question {
                Question::Name => take(&mut facts.name, Sentence::parse(&typed).ok()),
                Question::Country => {
                    take(&mut facts.country, Country::parse(&typed.to_uppercase()).ok())
                }
                Question::PrivacyPolicy => take(&mut facts.privacy_policy, Url::parse(&typed).ok()),
                Question::TransferBasis => {
                    let basis = TransferBasis::named(&typed);
                    facts.transfer_basis.extend(basis);
                    basis.is_some()
                }
                Question::Onward => {
                    let lines = typed.lines().map(str::trim).filter(|it| !it.is_empty());
                    let all: Option<Vec<_>> = lines.map(|it| Sentence::parse(it).ok()).collect();
                    facts.onward = all.clone().unwrap_or_default();
                    all.is_some()
                }
            };
            if !is_taken {
                self.wrong.push((field, question_wrong(question)));
            }
        }
        if facts != RecipientFacts::default() {
            self.choice.installation.recipients.insert(id.to_owned(), facts);
        }
    }

    /// Asks the manifest whether the settings fit, and what is still to be said before it is on.
    fn check(&mut self) {
        if self.wrong.iter().any(|(field, _)| field.starts_with("setting--")) {
            return;
        }
        let installation = self.choice.installation.clone();
        match self.package.manifest.open_declaration(installation) {
            Err(problems) => {
                let said = problems.iter().map(|it| {
                    let (name, key) = setting_wrong(it);
                    (field_of(name), key)
                });
                self.wrong.extend(said);
            }
            Ok(declaration) if self.choice.scope.is_on() => {
                let open = declaration.open_questions();
                let said = open.iter().map(|(recipient, question)| {
                    let field = question_field(recipient.id.value.as_str(), *question);
                    (field, question_wrong(*question))
                });
                let said: Vec<Problem> = said.collect();
                self.wrong.extend(said);
            }
            Ok(_) => {}
        }
        let mut seen = BTreeSet::new();
        self.wrong.retain(|(field, _)| seen.insert(field.clone()));
    }

    pub(super) fn wrong_in(&self, field: &str) -> Option<&'static str> {
        self.wrong.iter().find(|(it, _)| it == field).map(|(_, key)| *key)
    }
}

fn take<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    place.is_some()
}

pub(super) fn field_of(setting: &str) -> String {
    format!("setting--{setting}")
}

pub(super) fn question_field(recipient: &str, question: Question) -> String {
    format!("recipient--{recipient}--{}", question_word(question))
}

pub(super) fn question_word(question: Question) -> &'static str {
    match question {
        Question::Name => "name",
        Question::Country => "country",
        Question::PrivacyPolicy => "policy",
        Question::TransferBasis => "basis",
        Question::Onward => "onward",
    }
}

fn question_wrong(question: Question) -> &'static str {
    match question {
        Question::Name => "plugin_wrong_name",
        Question::Country => "plugin_wrong_country",
        Question::PrivacyPolicy => "plugin_wrong_policy",
        Question::TransferBasis => "plugin_wrong_basis",
        Question::Onward => "plugin_wrong_onward",
    }
}

/// The setting that a problem is about, and the words that say it.
fn setting_wrong(problem: &SettingProblem) -> (&str, &'static str) {
    match problem {
        SettingProblem::Unknown(name) => (name, "plugin_wrong_unknown"),
        SettingProblem::Missing(name) => (name, "plugin_wrong_missing"),
        SettingProblem::WrongType(name, kind) => (
            name,
            match kind {
                SettingType::Url => "plugin_wrong_address",
                SettingType::Int => "plugin_wrong_number",
                SettingType::Duration => "plugin_wrong_time",
                SettingType::String | SettingType::Bool | SettingType::Enum => "plugin_wrong_value",
            },
        ),
        SettingProblem::NotAWord(name) => (name, "plugin_wrong_value"),
        SettingProblem::NoMatch(name) => (name, "plugin_wrong_form"),
        SettingProblem::TooLong(name) => (name, "plugin_wrong_long"),
    }
}

/// What only the administrator knows of a recipient.
pub(super) fn asked(recipient: &Recipient) -> Vec<Question> {
    use affiant_manifest::TakenFrom::Admin;
    let all = [
        (&recipient.name_from, Question::Name),
        (&recipient.country_from, Question::Country),
        (&recipient.privacy_policy_from, Question::PrivacyPolicy),
        (&recipient.transfer_basis_from, Question::TransferBasis),
        (&recipient.list_from, Question::Onward),
    ];
    let by_admin =
        all.into_iter().filter(|(from, _)| from.as_ref().is_some_and(|it| it.value == Admin));
    by_admin.map(|(_, question)| question).collect()
}
