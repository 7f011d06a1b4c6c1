//! The pages of the audit log: a person's own part of it, and all of it for administrators.

use affiant_account::{Activity, Doer};
use affiant_audit::{Broken, Event, Told, Whole};
use affiant_backend::{AuditRow, Pseudonym};
use jiff::Timestamp;
use minijinja::{Value, context};

use crate::day::day;
use crate::page::admin::Desk;
use crate::page::frame::Frame;
use crate::theme::Theme;

/// Key of the words for an event.
fn key(event: Option<Event>) -> String {
    event.map_or_else(
        || "activity_unknown".to_owned(),
        |it| format!("event_{}", it.word().replace('-', "_")),
    )
}

/// Key of the words for which one, or why.
fn of_word(event: Option<Event>, word: Option<&str>) -> Option<String> {
    let kind = if event == Some(Event::AnswersRead) { "read_reason" } else { "switch" };
    word.map(|it| format!("{kind}_{}", it.replace('-', "_")))
}

/// The time of day of a moment, in UTC.
fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or_default().strftime("%H:%M").to_string()
}

/// What an account's page shows: entries, newest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    pub(crate) entries: Vec<Activity>,
    /// Number of the entry before which the older ones are, if there are any.
    pub(crate) older: Option<i64>,
    /// Whether there are newer ones.
    pub(crate) is_older: bool,
}

pub(crate) fn own_context(theme: &Theme, frame: &Frame, it: &Own) -> Value {
    let entry = |it: &Activity| {
        let doer = match it.doer {
            Doer::Themselves => None,
            Doer::Another => Some("activity_another"),
            Doer::ToAnother => Some("activity_to_another"),
        };
        context! {
            day => day(it.at),
            time => time(it.at),
            event => key(it.event),
            count => it.count.unwrap_or_default(),
            word => of_word(it.event, it.word.as_deref()),
            doer,
        }
    };
    context! {
        entries => it.entries.iter().map(entry).collect::<Vec<_>>(),
        older => it.older,
        is_older => it.is_older,
        ..frame.context(theme)
    }
}

/// What the administrators' page shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct All {
    pub(crate) rows: Vec<AuditRow>,
    /// Only entries about this.
    pub(crate) kind: Option<Event>,
    pub(crate) older: Option<i64>,
    pub(crate) is_older: bool,
    /// What came of reading the whole log, if it was read.
    pub(crate) chain: Option<Result<Whole, Broken>>,
}

impl Desk<'_> {
    pub(crate) fn audit(&self, it: &All) -> Value {
        let name = |row: &AuditRow, at: usize| row.subjects.get(at).copied().map(written);
        let entry = |row: &AuditRow| {
            let Told { event, count, word } = Told::of(row);
            context! {
                number => row.seq,
                day => day(row.at),
                time => time(row.at),
                event => key(event),
                count => count.unwrap_or_default(),
                word => of_word(event, word.as_deref()),
                about => name(row, 0),
                by => name(row, 1),
            }
        };
        let kinds =
            Event::ALL.iter().map(|it| context! { word => it.word(), event => key(Some(*it)) });
        let chain = it.chain.map(|it| match it {
            Ok(whole) => context! { entries => whole.entries, broken => Value::from(()) },
            Err(broken) => context! { broken => broken.entry() },
        });
        context! {
            entries => it.rows.iter().map(entry).collect::<Vec<_>>(),
            kinds => kinds.collect::<Vec<_>>(),
            kind => it.kind.map_or("", Event::word),
            older => it.older,
            is_older => it.is_older,
            chain,
            ..self.context("audit")
        }
    }
}

/// A pseudonym as people compare it.
fn written(it: Pseudonym) -> String {
    let number = u64::from_be_bytes(it.0);
    format!("{number:016x}")
}
