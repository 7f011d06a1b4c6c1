//! Two tabs: what is stored, and what was just posted.

use affiant_engine::{Screen, ScreenField, State, Widget};
use affiant_guest::{Content, Value as Answer};
use minijinja::{Value, context};

use crate::app::App;
use crate::form::{Form, PART};
use crate::page::frame::Frame;
use crate::page::text::Texts;
use crate::page::value::{date_parts, plain};
use crate::session::Session;
use crate::theme::Theme;

/// The page that offers both. `screen` is the one that was answered, `stored` what is known now.
pub(crate) fn conflict(
    app: &App,
    session: &Session,
    step: u32,
    form: &Form,
    both: Option<(&Screen, &State)>,
) -> String {
    let frame = Frame::session(app, session);
    let shown = both.map(|(screen, stored)| rows(screen, form, |it| stored.look(it).cloned()));
    let context = conflict_context(&app.theme, &frame, step, form, shown.unwrap_or_default());
    app.theme.draw("conflict.html", context)
}

pub(crate) fn conflict_context(
    theme: &Theme,
    frame: &Frame,
    step: u32,
    form: &Form,
    answers: Vec<Value>,
) -> Value {
    let again = |(name, value)| context! { name, value };
    let posted: Vec<Value> = form.answers().into_iter().map(again).collect();
    context! { step, answers, posted, ..frame.context(theme) }
}

/// Both answers to each field, in words.
pub(crate) fn rows(
    screen: &Screen,
    form: &Form,
    stored: impl Fn(&str) -> Option<Answer>,
) -> Vec<Value> {
    let texts = Texts::new(&screen.terms);
    let unseen = [Widget::Password, Widget::File, Widget::Files, Widget::Signature, Widget::Hidden];
    let fields =
        screen.fields.iter().filter(|it| !it.name.is_empty() && !unseen.contains(&it.widget));
    fields
        .map(|field| {
            let label = field.label.as_deref().unwrap_or(&screen.title);
            context! {
                label => texts.plain(label),
                stored => stored(&field.name).map(|it| stored_words(field, &it, &texts)),
                typed => typed_words(field, form, &texts),
            }
        })
        .collect()
}

fn typed_words(field: &ScreenField, form: &Form, texts: &Texts<'_>) -> String {
    if field.widget == Widget::Date {
        let part = |it: &str| form.own(&format!("{}{PART}{it}", field.name)).trim().to_owned();
        return [part("day"), part("month"), part("year")].join(" ").trim().to_owned();
    }
    let words = form.typed(&field.name).iter().map(|typed| {
        let choice = field.choices.iter().find(|it| it.value == *typed);
        choice.map_or_else(|| typed.clone(), |it| texts.plain(&it.label))
    });
    words.collect::<Vec<_>>().join(", ")
}

fn stored_words(field: &ScreenField, value: &Answer, texts: &Texts<'_>) -> String {
    if let Some(date) = date_parts(Some(value)).filter(|_| field.widget == Widget::Date) {
        return ["day", "month", "year"].map(|it| date.part(it)).join(" ");
    }
    let entries = match value {
        Answer::Object(object) => match &object.content {
            Content::Entries(entries) => Some(entries),
            _ => None,
        },
        _ => None,
    };
    let chosen = field.choices.iter().filter(|it| match entries {
        Some(entries) => entries.get(&it.value).is_some_and(Answer::is_true),
        None => it.holds == *value,
    });
    let words: Vec<String> = chosen.map(|it| texts.plain(&it.label)).collect();
    if words.is_empty() { plain(value) } else { words.join(", ") }
}
