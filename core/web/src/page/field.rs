//! One field of a page.

use std::collections::BTreeMap;

use affiant_document::markdown;
use affiant_engine::{NONE_OF_THE_ABOVE, Screen, ScreenConditionTest, ScreenField, Widget};
use affiant_guest::Value as Answer;
use minijinja::{Value, context as given};

use crate::form::PART;
use crate::page::{Typed, html, inline};

/// Ids of a page's fields: names of variables do not fit into an id.
pub(crate) struct Names {
    ids: BTreeMap<String, String>,
    first_choice: BTreeMap<String, bool>,
}

impl Names {
    pub(crate) fn of(screen: &Screen) -> Self {
        let fields = || screen.fields.iter().enumerate();
        let ids = fields().map(|(at, it)| (it.name.clone(), format!("f{at}"))).collect();
        let first_choice = fields()
            .map(|(_, it)| {
                (
                    it.name.clone(),
                    matches!(it.widget, Widget::Radio | Widget::Checkboxes | Widget::Multiselect),
                )
            })
            .collect();
        Self { ids, first_choice }
    }

    /// The id of the element that an error is about: the field, its first choice, or a date's part.
    pub(crate) fn target(&self, name: &str, part: Option<&str>) -> Option<String> {
        let id = self.ids.get(name)?;
        Some(match part {
            Some(part) => format!("{id}-{part}"),
            None if self.first_choice.get(name) == Some(&true) => format!("{id}-0"),
            None => id.clone(),
        })
    }

    fn id(&self, name: &str) -> &str {
        self.ids.get(name).map_or("", String::as_str)
    }
}

/// What the template needs of a field.
pub(crate) fn context(
    field: &ScreenField,
    screen: &Screen,
    names: &Names,
    typed: &Typed<'_>,
) -> Value {
    let error = typed.errors.iter().find(|it| !field.name.is_empty() && it.field == field.name);
    let posted = typed.form.map(|it| it.typed(&field.name));
    let value = match posted {
        Some(all) if !matches!(field.widget, Widget::Password) => {
            all.first().cloned().unwrap_or_default()
        }
        Some(_) => String::new(),
        None => field.value.as_ref().map(plain).unwrap_or_default(),
    };
    let part = |name: &str| match typed.form {
        Some(form) => form.own(&format!("{}{PART}{name}", field.name)).to_owned(),
        None => date_part(field.value.as_ref(), name),
    };
    let is_date = field.widget == Widget::Date;
    let date = is_date
        .then(|| given! { day => part("day"), month => part("month"), year => part("year") });
    given! {
        id => names.id(&field.name),
        name => field.name.clone(),
        widget => format!("{:?}", field.widget).to_lowercase(),
        label => field.label.as_deref().map(inline),
        heading => field.label.is_none().then(|| crate::page::screen::with_terms(screen)(inline(&screen.title))),
        optional => !field.required && field.label.is_some(),
        hint => field.hint.as_deref().map(inline),
        help => field.help.as_deref().map(html),
        under => field.under_text.as_deref().map(html),
        note => field.note.as_deref().map(html),
        value,
        date,
        error => error.map(|it| it.message.clone()),
        error_part => error.and_then(|it| it.part),
        choices => choices(field, posted),
        groups => field.choices.iter().any(|it| it.group.is_some()),
        none => field.none_of_the_above.as_deref().map(inline),
        none_value => NONE_OF_THE_ABOVE,
        none_chosen => posted.is_some_and(|all| all.iter().any(|it| it == NONE_OF_THE_ABOVE)) || none_was_chosen(field),
        checked => is_checked(field, posted),
        symbol => field.currency_symbol.clone(),
        max_length => field.max_length,
        rows => field.rows.unwrap_or(5),
        min => field.min.as_ref().map(plain),
        max => field.max.as_ref().map(plain),
        slider_step => field.step.as_ref().map(plain),
        autocomplete => field.autocomplete.clone(),
        width => width(field),
        accept => field.accept.join(","),
        files => file_names(field.value.as_ref()),
        condition => condition(field, screen),
        described => described(field, names, error.is_some()),
    }
}

/// A value as a text box shows it.
fn plain(value: &Answer) -> String {
    match value {
        Answer::Text(it) => it.clone(),
        Answer::Int(it) => it.to_string(),
        Answer::Decimal(it) => it.to_string(),
        Answer::Float(it) => it.to_string(),
        Answer::Bool(it) => it.to_string(),
        Answer::Date(it) => it.to_string(),
        Answer::Time(it) => it.strftime("%H:%M").to_string(),
        Answer::DateTime(it) => it.strftime("%Y-%m-%dT%H:%M").to_string(),
        Answer::Alias(it) => it.to_string(),
        _ => String::new(),
    }
}

fn date_part(value: Option<&Answer>, part: &str) -> String {
    let date = match value {
        Some(Answer::Date(date)) => *date,
        Some(Answer::DateTime(it)) => it.date(),
        Some(Answer::Text(text)) => match text.trim().parse() {
            Ok(date) => date,
            Err(_) => return String::new(),
        },
        _ => return String::new(),
    };
    match part {
        "day" => date.day().to_string(),
        "month" => date.month().to_string(),
        _ => date.year().to_string(),
    }
}

fn choices(field: &ScreenField, posted: Option<&[String]>) -> Vec<Value> {
    field
        .choices
        .iter()
        .map(|it| {
            let chosen = posted.map_or(it.selected, |all| all.contains(&it.value));
            given! {
                value => it.value.clone(),
                label => inline(&it.label),
                plain => markdown::to_plain(&it.label),
                help => it.help.as_deref().map(html),
                group => it.group.clone(),
                chosen,
            }
        })
        .collect()
}

/// "None of the above" was the answer: every box is known and none is ticked.
fn none_was_chosen(field: &ScreenField) -> bool {
    match &field.value {
        Some(Answer::Object(object)) => match &object.content {
            affiant_guest::Content::Entries(entries) => {
                !entries.is_empty() && entries.values().all(|it| !it.is_true())
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_checked(field: &ScreenField, posted: Option<&[String]>) -> bool {
    let inverted = field.datatype == affiant_interview::Datatype::NoYes;
    match posted {
        Some(all) => !all.is_empty(),
        None => field.value.as_ref().is_some_and(|it| it.is_true() != inverted),
    }
}

/// A width class by the length that is expected.
fn width(field: &ScreenField) -> &'static str {
    match (field.widget, field.max_length) {
        (Widget::Integer | Widget::Number | Widget::Currency | Widget::Time, _) => "w-10",
        (_, Some(0..=6)) => "w-5",
        (_, Some(7..=15)) => "w-10",
        (_, Some(16..=30)) => "w-20",
        _ => "",
    }
}

fn file_names(value: Option<&Answer>) -> Vec<String> {
    match value {
        Some(Answer::File(file)) => vec![file.name.clone()],
        Some(Answer::List(all)) => all
            .iter()
            .filter_map(
                |it| if let Answer::File(file) = it { Some(file.name.clone()) } else { None },
            )
            .collect(),
        _ => Vec::new(),
    }
}

/// The first condition that the page itself can follow, in attributes for the script and in words
/// for everybody else.
fn condition(field: &ScreenField, screen: &Screen) -> Option<Value> {
    field.conditions.iter().find_map(|it| {
        let ScreenConditionTest::Field { name, is } = &it.test else { return None };
        let other = screen.fields.iter().find(|field| field.name == *name)?;
        let asked = other.label.as_deref().map_or_else(|| markdown::to_plain(&screen.title), markdown::to_plain);
        let choice = other.choices.iter().find(|it| it.value == *is).map(|it| markdown::to_plain(&it.label));
        let words = choice.unwrap_or_else(|| if is == "true" { "yes".to_owned() } else { is.clone() });
        let words = if it.negated { format!("not {words}") } else { words };
        Some(given! { name, is, negated => it.negated, disables => it.disables, words => format!("If “{asked}” is “{words}”") })
    })
}

/// The ids of hint and error, for `aria-describedby`.
fn described(field: &ScreenField, names: &Names, is_wrong: bool) -> Option<String> {
    let id = names.id(&field.name);
    let mut parts = Vec::new();
    if field.hint.is_some() {
        parts.push(format!("{id}-hint"));
    }
    if is_wrong {
        parts.push(format!("{id}-error"));
    }
    if field.max_length.is_some() && matches!(field.widget, Widget::Area) {
        parts.push(format!("{id}-count"));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}
