//! The form with which an administrator sets up a plugin and says where it is on.

use std::collections::BTreeSet;

use affiant_manifest::{Question, Recipient, RecipientFacts, Setting, TransferBasis};
use affiant_plugins::{Choice, Scope};
use minijinja::{Value, context};

use super::draft::{Draft, asked, field_of, question_field, question_word};
use super::{Board, effect};
use crate::page::admin::Desk;

/// The form. `interviews` are the names of those that there are.
pub(crate) fn form(
    desk: &Desk<'_>,
    board: &Board,
    draft: &Draft,
    interviews: &BTreeSet<String>,
) -> Value {
    let package = &draft.package;
    let settings: Vec<Value> = (0..)
        .zip(&package.manifest.settings.0)
        .filter(|(_, (_, setting))| !setting.secret)
        .map(|(number, (name, setting))| setting_value(draft, number, &name.value, setting))
        .collect();
    let recipients: Vec<Value> = package
        .manifest
        .recipients
        .iter()
        .enumerate()
        .map(|(number, it)| recipient_value(draft, number, it))
        .filter(|it| it.get_attr("questions").is_ok_and(|it| it.len() != Some(0)))
        .collect();
    let chosen = match &draft.choice.scope {
        Scope::Interviews(names) => names.clone(),
        Scope::Off | Scope::Site => BTreeSet::new(),
    };
    let listed: Vec<Value> = interviews
        .iter()
        .map(|it| context! { name => it.as_str(), chosen => chosen.contains(it) })
        .collect();
    let from = board.choice(package.plugin());
    context! {
        effect => effect(desk, board, &from, &as_if_on(&draft.choice)),
        about => super::about(package),
        package => hex::encode(package.digest),
        versions => super::versions(board, package.plugin(), &draft.choice),
        scope => super::scope(&draft.choice.scope),
        may_be_site => package.may_be_on(&Scope::Site),
        may_be_interviews => package.may_be_on(&Scope::Interviews(BTreeSet::new())) && !interviews.is_empty(),
        interviews => listed,
        settings,
        recipients,
        reason => draft.reason.as_str(),
        wrong => wrongs(draft),
        wrong_scope => draft.wrong_in("scope"),
        wrong_interviews => draft.wrong_in("interviews"),
        wrong_reason => draft.wrong_in("reason"),
        ..desk.context("plugins")
    }
}

/// What the label says while somebody types: as it would be on.
pub(crate) fn preview(desk: &Desk<'_>, board: &Board, draft: &Draft) -> Value {
    let from = board.choice(draft.package.plugin());
    context! {
        effect => effect(desk, board, &from, &as_if_on(&draft.choice)),
        ..desk.context("plugins")
    }
}

fn as_if_on(choice: &Choice) -> Choice {
    let scope = if choice.scope.is_on() { choice.scope.clone() } else { Scope::Site };
    Choice { scope, ..choice.clone() }
}

/// What is wrong, each with the input that the summary leads to.
fn wrongs(draft: &Draft) -> Vec<Value> {
    let said = draft.wrong.iter().map(|(field, key)| {
        let target = match field.as_str() {
            "scope" => "scope-off".to_owned(),
            "interviews" => "interview-0".to_owned(),
            "reason" => "reason".to_owned(),
            field => input_of(draft, field),
        };
        context! { target, key => *key }
    });
    said.collect()
}

fn input_of(draft: &Draft, field: &str) -> String {
    let manifest = &draft.package.manifest;
    if let Some(name) = field.strip_prefix("setting--") {
        let at = manifest.settings.0.iter().position(|(it, _)| it.value == name);
        return format!("setting-{}", at.unwrap_or_default());
    }
    let mut parts = field.split("--").skip(1);
    let (id, word) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let at = manifest.recipients.iter().position(|it| it.id.value.as_str() == id);
    format!("recipient-{}-{word}", at.unwrap_or_default())
}

fn setting_value(draft: &Draft, number: usize, name: &str, setting: &Setting) -> Value {
    let field = field_of(name);
    let chosen = draft.choice.installation.values.get(name).map(ToString::to_string);
    let default = setting.default.as_ref().map(|it| it.value.to_string());
    let value = draft.typed.get(&field).cloned().or(chosen).or(default).unwrap_or_default();
    let options: Vec<Value> = setting
        .values
        .iter()
        .map(|it| context! { value => it.value.as_str(), chosen => it.value == value })
        .collect();
    context! {
        id => format!("setting-{number}"),
        field => field.as_str(),
        label => setting.label.as_ref().map_or(name, |it| it.as_str()),
        kind => setting.kind.value.as_str(),
        value => value.as_str(),
        required => setting.required,
        options,
        wrong => draft.wrong_in(&field),
    }
}

fn recipient_value(draft: &Draft, number: usize, recipient: &Recipient) -> Value {
    let id = recipient.id.value.as_str();
    let said = draft.choice.installation.recipients.get(id).cloned().unwrap_or_default();
    let questions: Vec<Value> = asked(recipient)
        .into_iter()
        .map(|question| {
            let field = question_field(id, question);
            let value =
                draft.typed.get(&field).cloned().unwrap_or_else(|| known_of(&said, question));
            let bases: Vec<Value> = TransferBasis::WORDS
                .iter()
                .filter(|_| question == Question::TransferBasis)
                .map(|it| context! { value => *it, chosen => *it == value })
                .collect();
            let word = question_word(question);
            context! {
                id => format!("recipient-{number}-{word}"),
                field => field.as_str(),
                word,
                value,
                options => bases,
                wrong => draft.wrong_in(&field),
            }
        })
        .collect();
    context! { name => recipient.name.as_str(), questions }
}

fn known_of(said: &RecipientFacts, question: Question) -> String {
    let text = |it: Option<String>| it.unwrap_or_default();
    match question {
        Question::Name => text(said.name.as_ref().map(ToString::to_string)),
        Question::Country => text(said.country.as_ref().map(ToString::to_string)),
        Question::PrivacyPolicy => text(said.privacy_policy.as_ref().map(ToString::to_string)),
        Question::TransferBasis => text(said.transfer_basis.first().map(ToString::to_string)),
        Question::Onward => {
            said.onward.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
    }
}

/// What a change would do, next to what is in force, before it is decided. `again` is what is posted
/// again.
pub(crate) fn confirm(
    desk: &Desk<'_>,
    board: &Board,
    draft: &Draft,
    again: &[(String, String)],
) -> Value {
    let from = board.choice(draft.package.plugin());
    let again: Vec<Value> = again
        .iter()
        .map(|(name, value)| context! { name => name.as_str(), value => value.as_str() })
        .collect();
    context! {
        about => super::about(&draft.package),
        effect => effect(desk, board, &from, &draft.choice),
        reason => draft.reason.as_str(),
        again,
        ..desk.context("plugins")
    }
}
