//! One field of a page.

use affiant_engine::{FieldError, Screen, ScreenField, ScreenRow, Widget};
use affiant_guest::Value as Answer;
use affiant_interview::Datatype;
use minijinja::{Value, context as given};

use crate::page::Typed;
use crate::page::choice;
use crate::page::condition;
use crate::page::text::Texts;
use crate::page::value::{date_parts, files, plain};
use crate::suggesting::{Found, Suggested, picks};
use crate::theme::Theme;

/// From this many choices on, typing finds one where the browser runs scripts.
const MANY_CHOICES: usize = 15;

/// The fields of one screen and how they are shown together.
pub(crate) struct Fields<'a> {
    pub(crate) theme: &'a Theme,
    pub(crate) screen: &'a Screen,
    pub(crate) texts: &'a Texts<'a>,
    pub(crate) typed: &'a Typed<'a>,
    /// The language decides on the order of a date's boxes.
    pub(crate) language: &'a str,
}

impl Fields<'_> {
    /// Whether the heading is the label of the only field.
    pub(crate) fn is_single(&self) -> bool {
        matches!(self.screen.fields.as_slice(), [only] if only.label.is_none() && has_input(only))
    }

    /// What the template needs of each field.
    ///
    /// Fields of one row stand together in a field of the kind `row`.
    pub(crate) fn contexts(&self) -> Vec<Value> {
        let mut found = Vec::new();
        let mut row: Option<(&ScreenRow, Vec<Value>)> = None;
        for (at, field) in self.screen.fields.iter().enumerate() {
            let drawn = self.context(&id(at), field);
            if let (Some((open, fields)), Some(own)) = (&mut row, &field.row)
                && open.number == own.number
            {
                fields.push(drawn);
                continue;
            }
            found.extend(row.take().map(|it| self.row(it)));
            match &field.row {
                Some(own) => row = Some((own, vec![drawn])),
                None => found.push(drawn),
            }
        }
        found.extend(row.map(|it| self.row(it)));
        found
    }

    fn row(&self, (row, fields): (&ScreenRow, Vec<Value>)) -> Value {
        let label = self.texts.inline(&row.label);
        given! { kind => "row", label, may_be_blank => row.may_be_blank, fields }
    }

    /// The id of the element that an error is about: the first input of the field, or the part of
    /// a date. An error about the whole screen leads to the first input there is.
    pub(crate) fn target(&self, error: &FieldError) -> Option<String> {
        let named = |it: &&(usize, &ScreenField)| it.1.name == error.field;
        let inputs: Vec<_> =
            self.screen.fields.iter().enumerate().filter(|(_, it)| has_input(it)).collect();
        let (at, field) = inputs.iter().find(named).or(inputs.first())?;
        let id = id(*at);
        if field.widget != Widget::Date {
            return Some(id);
        }
        let first = date_order(self.language)[0];
        Some(format!("{id}-{}", error.part.unwrap_or(first)))
    }

    fn context(&self, id: &str, field: &ScreenField) -> Value {
        let texts = self.texts;
        if !has_input(field) {
            let kind = if field.widget == Widget::Hidden { "hidden" } else { "note" };
            return given! { kind, note => field.note.as_deref().map(|it| texts.block(it)) };
        }
        let error = self.typed.errors.iter().find(|it| it.field == field.name);
        let kind = kind(field.widget);
        let heading = self.is_single().then(|| texts.inline(&self.screen.title));
        let own_label = field.label.as_deref().filter(|_| heading.is_none());
        let label_hidden = own_label.is_none() && heading.is_none();
        let label = match own_label {
            None if label_hidden && kind != "checkbox" => {
                Some(Value::from(texts.plain(&self.screen.title)))
            }
            label => label.map(|it| texts.inline(it)),
        };
        let about = field.label.as_deref().unwrap_or(&self.screen.title);
        given! {
            id,
            kind,
            name => field.name.as_str(),
            grouped => matches!(kind, "radio" | "checkboxes" | "buttons" | "date" | "signature"),
            heading,
            label,
            label_hidden,
            plain => texts.plain(about),
            optional => !field.required && field.label.is_some() && kind != "checkbox",
            hint => field.hint.as_deref().map(|it| texts.inline(it)),
            help => field.help.as_deref().map(|it| texts.block(it)),
            under => field.under_text.as_deref().map(|it| texts.block(it)),
            error => error.map(|it| it.message.as_str()),
            described => described(id, field, error.is_some()),
            conditions => self.conditions(field),
            show_if => self.show_if(field),
            number => is_number(field.datatype),
            others => field.disable_others.clone(),
            tick => (kind == "checkbox").then(|| if is_inverted(field) { "off" } else { "on" }),
            ..given! { ..self.input(id, field, error) }
        }
    }

    /// What only some kinds of input need.
    fn input(&self, id: &str, field: &ScreenField, error: Option<&FieldError>) -> Value {
        let posted = self.typed.form.map(|it| it.typed(&field.name));
        let groups = choice::groups(id, field, posted, self.texts);
        match field.widget {
            Widget::Radio | Widget::Dropdown | Widget::Buttons => {
                given! { many_choices => field.choices.len() >= MANY_CHOICES, input => "radio", short => choice::are_short(field, self.texts), groups, autocomplete => field.autocomplete.as_deref() }
            }
            Widget::Checkboxes | Widget::Multiselect => {
                given! { input => "checkbox", groups, ..choice::extra_boxes(field, posted, self.texts) }
            }
            Widget::Checkbox => given! { checked => is_ticked(field, posted) },
            Widget::Date => given! { date => self.date(field, error) },
            Widget::File | Widget::Files => given! {
                files => files(field.value.as_ref()),
                many => field.widget == Widget::Files,
                accept => field.accept.join(","),
            },
            Widget::Signature => given! {
                files => files(field.value.as_ref()),
                value => posted.and_then(<[String]>::first),
                checked => self.typed.part(&field.name, "signed").is_some_and(|it| !it.is_empty()),
            },
            _ => given! {
                groups,
                look_up => field.lookup.as_ref().map(|it| it.from),
                found => self.found(id, field),
                ..self.text_box(field, posted)
            },
        }
    }

    /// What was looked up for a field, if it was this one's.
    fn found(&self, id: &str, field: &ScreenField) -> Option<Value> {
        let (_, found) = self.typed.found.filter(|(name, _)| *name == field.name)?;
        let say = |key: &str, given: &[(&str, &str)]| self.theme.say(self.language, key, given);
        let said = match found {
            Found::These(all) if !all.is_empty() => None,
            Found::These(_) => Some(say("looked_up_nothing", &[])),
            Found::Short(from) => Some(say("look_up_more", &[("n", &from.to_string())])),
            Found::Often => Some(say("error_looked_up_often_text", &[])),
            Found::Failed => Some(say("error_look_up_text", &[])),
        };
        let Found::These(all) = found else { return Some(given! { said }) };
        let choice = |(at, it): (usize, &Suggested)| {
            let value = it.packed(self.screen);
            given! { id => format!("{id}-pick-{at}"), label => it.label.as_str(), value }
        };
        let choices: Vec<Value> = all.iter().enumerate().map(choice).collect();
        Some(given! { said, name => picks(&field.name), choices })
    }

    fn text_box(&self, field: &ScreenField, posted: Option<&[String]>) -> Value {
        let value = match posted {
            // What was typed into a password is not sent back.
            _ if field.widget == Widget::Password => String::new(),
            Some(all) => all.first().cloned().unwrap_or_default(),
            None => match field.choices.iter().find(|it| it.selected) {
                Some(chosen) => self.texts.plain(&chosen.label),
                None => match &field.custom {
                    Some(custom) => custom.shown.clone().unwrap_or_default(),
                    None => self.typed_as(field),
                },
            },
        };
        let (input, inputmode) = match field.widget {
            Widget::Email => ("email", None),
            Widget::Password => ("password", None),
            Widget::DateTime => ("datetime-local", None),
            Widget::Integer => ("text", Some("numeric")),
            Widget::Number | Widget::Currency => ("text", Some("decimal")),
            _ => ("text", None),
        };
        let custom = field.custom.as_ref().map(|it| &it.datatype);
        let inputmode = custom.map(|it| it.keys).filter(|it| *it != "text").or(inputmode);
        let autocomplete = match field.widget {
            Widget::Password => Some("off"),
            _ => field.autocomplete.as_deref(),
        };
        let is_name =
            field.data.as_deref().is_some_and(|it| matches!(it, "name" | "email" | "address"));
        given! {
            value,
            input,
            inputmode,
            autocomplete,
            many_choices => field.choices.len() >= MANY_CHOICES,
            list => matches!(field.widget, Widget::Combobox | Widget::Datalist) && !field.choices.is_empty(),
            exact => is_name || matches!(field.widget, Widget::Email | Widget::Password),
            symbol => field.currency_symbol.as_deref().filter(|_| field.widget == Widget::Currency),
            prefix => prefix(field),
            suffix => suffix(field),
            width => width(field),
            max_length => field.max_length,
            rows => field.rows.unwrap_or(5),
            min => field.min.as_ref().map(plain),
            max => field.max.as_ref().map(plain),
            slider_step => field.step.as_ref().map(plain),
        }
    }

    /// A value as people type it in the page's language; sliders keep the browser's form.
    fn typed_as(&self, field: &ScreenField) -> String {
        match &field.value {
            Some(Answer::Decimal(it)) if field.widget != Widget::Range => {
                affiant_library::locale(self.language).plain_number(*it)
            }
            other => other.as_ref().map(plain).unwrap_or_default(),
        }
    }

    /// The boxes of a date, in the order in which the language writes them.
    fn date(&self, field: &ScreenField, error: Option<&FieldError>) -> Vec<Value> {
        let stored = date_parts(field.value.as_ref());
        let is_birthday = field.autocomplete.as_deref() == Some("bday");
        date_order(self.language)
            .iter()
            .map(|part| {
                let value = match self.typed.part(&field.name, part) {
                    Some(typed) => typed.to_owned(),
                    None => stored.as_ref().map(|it| it.part(part)).unwrap_or_default(),
                };
                given! {
                    part => *part,
                    value,
                    autocomplete => is_birthday.then(|| format!("bday-{part}")),
                    wrong => error.is_some_and(|it| it.part.is_none_or(|wrong| wrong == *part)),
                }
            })
            .collect()
    }

    /// When the field is to be answered, for people whose browser runs no scripts.
    fn conditions(&self, field: &ScreenField) -> Vec<String> {
        let say = |key: &str, given: &[(&str, &str)]| self.theme.say(self.language, key, given);
        let words = condition::InWords { screen: self.screen, texts: self.texts, say: &say };
        let tests = field.conditions.iter().map(|it| condition::test(it, self.screen));
        tests.map(|it| say("if_test", &[("test", &words.of(&it))])).collect()
    }

    /// The conditions as the script reads them; `None` when there are none.
    fn show_if(&self, field: &ScreenField) -> Option<String> {
        let tests: Vec<_> = field
            .conditions
            .iter()
            .map(|it| {
                let test = condition::json(&condition::test(it, self.screen));
                serde_json::json!({ "test": test, "disables": it.disables })
            })
            .collect();
        (!tests.is_empty()).then(|| serde_json::Value::Array(tests).to_string())
    }
}

fn is_number(datatype: Datatype) -> bool {
    matches!(datatype, Datatype::Integer | Datatype::Number | Datatype::Currency | Datatype::Range)
}

fn id(at: usize) -> String {
    format!("f{at}")
}

/// Whether the field can be answered on a page.
fn has_input(field: &ScreenField) -> bool {
    !field.name.is_empty() && !matches!(field.widget, Widget::Hidden | Widget::Note | Widget::Html)
}

/// The template that draws a widget.
fn kind(widget: Widget) -> &'static str {
    match widget {
        Widget::Radio => "radio",
        Widget::Checkboxes | Widget::Multiselect => "checkboxes",
        Widget::Checkbox => "checkbox",
        Widget::Buttons => "buttons",
        Widget::Dropdown => "dropdown",
        Widget::Area => "area",
        Widget::Date => "date",
        Widget::Range => "range",
        Widget::File | Widget::Files => "file",
        Widget::Signature => "signature",
        _ => "text",
    }
}

/// The ids of what describes the field, in the order in which it is read.
fn described(id: &str, field: &ScreenField, is_wrong: bool) -> String {
    let parts = [
        (field.hint.is_some(), "hint"),
        (matches!(field.widget, Widget::Checkboxes | Widget::Multiselect), "all"),
        (is_wrong, "error"),
        (prefix(field).is_some(), "prefix"),
        (suffix(field).is_some(), "suffix"),
        (field.max_length.is_some() && field.widget == Widget::Area, "count"),
        (matches!(field.widget, Widget::File | Widget::Files), "kinds"),
    ];
    let ids: Vec<String> =
        parts.iter().filter(|(there, _)| *there).map(|(_, part)| format!("{id}-{part}")).collect();
    ids.join(" ")
}

fn is_inverted(field: &ScreenField) -> bool {
    field.datatype == Datatype::NoYes
}

fn is_ticked(field: &ScreenField, posted: Option<&[String]>) -> bool {
    match posted {
        Some(all) => !all.is_empty(),
        None => field.value.as_ref().is_some_and(|it| it.is_true() != is_inverted(field)),
    }
}

/// What a plugin has shown before the input.
fn prefix(field: &ScreenField) -> Option<&str> {
    field.custom.as_ref().and_then(|it| it.datatype.prefix.as_deref())
}

/// What a plugin has shown behind the input.
fn suffix(field: &ScreenField) -> Option<&str> {
    field.custom.as_ref().and_then(|it| it.datatype.suffix.as_deref())
}

/// A class for the width that the expected answer needs.
fn width(field: &ScreenField) -> &'static str {
    let custom = field.custom.as_ref().and_then(|it| it.datatype.width);
    match (field.widget, custom.or(field.max_length)) {
        (Widget::Integer | Widget::Number | Widget::Time, _) => "w-10",
        (Widget::DateTime, _) => "w-20",
        (Widget::Currency, _) => "",
        (_, Some(0..=6)) => "w-5",
        (_, Some(7..=15)) => "w-10",
        (_, Some(16..=30)) => "w-20",
        _ => "",
    }
}

/// The order in which a language writes a date.
fn date_order(language: &str) -> [&'static str; 3] {
    match language.split('-').next().unwrap_or(language) {
        "zh" | "ja" | "ko" | "hu" | "lt" | "mn" => ["year", "month", "day"],
        _ if language == "en-US" => ["month", "day", "year"],
        _ => ["day", "month", "year"],
    }
}
