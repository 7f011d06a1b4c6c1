//! The pages on which administrators read answers for the organisation.

use affiant_account::Reason;
use minijinja::{Value, context};
use serde_json::Value as Json;

use crate::export::answers::Answers;
use crate::page::admin::Desk;

/// A session that can be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Days, as they are shown.
    pub(crate) begun: String,
    pub(crate) used: String,
    pub(crate) steps: u32,
    /// Number of the account that owns it.
    pub(crate) owner: Option<i64>,
}

/// What is looked for, and what was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Search {
    /// Whether administrators can read anything at all.
    pub(crate) is_possible: bool,
    /// All interviews: title and name.
    pub(crate) interviews: Vec<(String, String)>,
    /// Name of the one that was chosen.
    pub(crate) interview: String,
    /// Day, month and year, as typed.
    pub(crate) day: [String; 3],
    /// Whether that is no day.
    pub(crate) is_wrong: bool,
    /// `None` if nothing was looked for.
    pub(crate) found: Option<Vec<Found>>,
}

/// The form that says why a session is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) found: Found,
    /// The reason that was chosen, a word.
    pub(crate) reason: String,
    /// What is wrong: the field, and the key of the words that say it.
    pub(crate) wrong: Vec<(&'static str, &'static str)>,
}

fn found(it: &Found) -> Value {
    context! {
        id => it.id.as_str(),
        title => it.title.as_str(),
        begun => it.begun.as_str(),
        used => it.used.as_str(),
        steps => it.steps,
        owner => it.owner,
    }
}

impl Desk<'_> {
    pub(crate) fn reading(&self, it: &Search) -> Value {
        let interviews = it.interviews.iter().map(|(title, name)| {
            context! { name => name.as_str(), title => title.as_str(), chosen => *name == it.interview }
        });
        context! {
            is_possible => it.is_possible,
            interviews => interviews.collect::<Vec<_>>(),
            typed => it.day.to_vec(),
            is_wrong => it.is_wrong,
            is_searched => it.found.is_some(),
            found => it.found.iter().flatten().map(found).collect::<Vec<_>>(),
            ..self.context("reading")
        }
    }

    pub(crate) fn reading_asked(&self, it: &Asked) -> Value {
        let say = |key: &str| self.theme.say(&self.frame.language, key, &[]);
        let errors = it.wrong.iter().map(|(field, key)| {
            let target = if *field == "reason" { "reason-0" } else { *field };
            context! { target, message => say(key) }
        });
        let wrong = |name: &str| it.wrong.iter().find(|(it, _)| *it == name).map(|(_, key)| *key);
        let reasons = Reason::ALL.iter().map(|reason| {
            let word = reason.word();
            context! { word, words => format!("read_reason_{word}"), chosen => word == it.reason }
        });
        context! {
            it => found(&it.found),
            errors => errors.collect::<Vec<_>>(),
            wrong_reason => wrong("reason"),
            wrong_key => wrong("key"),
            reasons => reasons.collect::<Vec<_>>(),
            ..self.context("reading")
        }
    }

    pub(crate) fn reading_answers(&self, answers: &Answers, of: &Found) -> Value {
        let pages = answers.pages.iter().filter(|it| !it.fields.is_empty()).map(|page| {
            let fields = page.fields.iter().map(|it| {
                context! { label => it.label.as_str(), answer => text(&it.answer) }
            });
            context! { question => page.question.as_str(), fields => fields.collect::<Vec<_>>() }
        });
        let all = answers.by_variable.iter().map(|(name, it)| {
            context! { name => name.as_str(), answer => text(it) }
        });
        context! {
            it => found(of),
            pages => pages.collect::<Vec<_>>(),
            all => all.collect::<Vec<_>>(),
            ..self.context("reading")
        }
    }
}

/// An answer as people read it; what has parts as programs write it.
fn text(answer: &Json) -> String {
    match answer {
        Json::Null => String::new(),
        Json::String(it) => it.clone(),
        it => it.to_string(),
    }
}
