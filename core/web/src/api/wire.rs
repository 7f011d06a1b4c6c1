//! What programs read and write. Engine types have no wire form of their own.

use std::collections::BTreeMap;

use affiant_document::markdown;
use affiant_engine::{Input, Screen, ScreenConditionTest, ScreenField, Widget};
use affiant_guest::{Content, Value as Answer};
use affiant_interview::Datatype;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::delivering::Sent;
use crate::page::condition;

/// The interviews of this server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Interviews {
    pub(crate) interviews: Vec<Interview>,
}

/// One interview.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Interview {
    /// What `POST /sessions` is given.
    pub(crate) name: String,
    pub(crate) title: String,
}

/// Which interview to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Start {
    pub(crate) interview: String,
}

/// A session and its present screen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    #[serde(rename = "session")]
    pub(crate) id: String,
    /// Only told when the session is made: send it as `Authorization: Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
    /// Send it with the next answers.
    pub(crate) revision: u64,
    /// How many answers came before the screen.
    pub(crate) step: u32,
    pub(crate) screen: WireScreen,
    /// What plugins deliver. What waits is sent again by the action `_deliver`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) deliveries: Vec<WireDelivery>,
}

/// How a screen waits for something that ends by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireWaiting {
    /// Seconds after which to ask again whether there is another screen.
    pub(crate) every: u32,
}

/// Something that a plugin delivers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireDelivery {
    pub(crate) to: String,
    /// `waiting`, `later`, `delivered` or `refused`.
    pub(crate) status: String,
    /// When it was last tried.
    pub(crate) at: String,
    /// Until when the server tries it again by itself; empty if it does not.
    pub(crate) until: String,
    /// The other side's number for it.
    pub(crate) number: String,
    /// Why it was refused.
    pub(crate) reason: String,
    pub(crate) files: Vec<String>,
}

/// What is known of a delivery.
pub(crate) fn delivery(sent: &Sent) -> WireDelivery {
    WireDelivery {
        to: sent.to.clone(),
        status: sent.status.to_owned(),
        at: sent.at.clone(),
        until: sent.until.clone(),
        number: sent.number.clone(),
        reason: sent.reason.clone(),
        files: sent.files.clone(),
    }
}

/// Answers to the present screen, or to an earlier one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    pub(crate) revision: u64,
    /// Which screen; the newest unless said. Answering an earlier one replaces what came behind.
    pub(crate) step: Option<u32>,
    /// By field name.
    #[serde(default)]
    #[schema(value_type = Object)]
    #[serde(rename = "answers")]
    pub(crate) by_field: BTreeMap<String, Value>,
}

/// Which screen to go back from.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Back {
    pub(crate) step: Option<u32>,
}

/// An action to run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Action {
    pub(crate) revision: u64,
    pub(crate) step: Option<u32>,
    /// The action's name, or `row:N` for a row of a review.
    #[serde(rename = "action")]
    pub(crate) name: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub(crate) arguments: BTreeMap<String, Value>,
}

/// Why answers were refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Refused {
    pub(crate) errors: Vec<WireError>,
}

/// One refused field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireError {
    /// Empty when it is about the whole screen.
    pub(crate) field: String,
    pub(crate) message: String,
}

/// A failed request (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    pub(crate) title: String,
    pub(crate) status: u16,
    pub(crate) detail: String,
    /// A word for programs: `key_required` when the server has no key to what was asked for,
    /// `put_back` when the session is at an older state than it was, and its owner has yet to decide
    /// whether to go on from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
}

/// A screen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireScreen {
    pub(crate) id: String,
    /// Plain text.
    pub(crate) title: String,
    /// HTML.
    pub(crate) text: Option<String>,
    /// HTML.
    pub(crate) help: Option<String>,
    pub(crate) fields: Vec<WireField>,
    pub(crate) buttons: Vec<WireButton>,
    pub(crate) review: Vec<WireRow>,
    pub(crate) sections: Vec<WireSection>,
    pub(crate) progress: Option<u8>,
    pub(crate) documents: Vec<WireDocument>,
    /// The chain of needs that led here, the goal first.
    pub(crate) why: Vec<WireReason>,
    pub(crate) can_go_back: bool,
    pub(crate) is_end: bool,
    /// Set while it waits: ask again, there will be another screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) waiting: Option<WireWaiting>,
}

/// A field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireField {
    pub(crate) name: String,
    /// Plain text; none where the title is the label.
    pub(crate) label: Option<String>,
    pub(crate) datatype: String,
    pub(crate) input_type: String,
    pub(crate) required: bool,
    pub(crate) choices: Vec<WireChoice>,
    #[schema(value_type = Object)]
    pub(crate) value: Value,
    pub(crate) hint: Option<String>,
    #[schema(value_type = Object)]
    pub(crate) min: Value,
    #[schema(value_type = Object)]
    pub(crate) max: Value,
    pub(crate) max_length: Option<u32>,
    /// Whether `suggestions` has some for what is typed.
    pub(crate) suggests: bool,
    pub(crate) conditions: Vec<WireCondition>,
    /// HTML of a note.
    pub(crate) note: Option<String>,
}

/// A choice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireChoice {
    /// What to send.
    pub(crate) value: String,
    /// Plain text.
    pub(crate) label: String,
}

/// When a field is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireCondition {
    /// The other field; none where there is a `test`.
    pub(crate) field: Option<String>,
    pub(crate) is: Option<String>,
    /// A test of several fields: a literal, or a list of what it does (`field`, `box`, `==`, `!=`,
    /// `<`, `<=`, `>`, `>=`, `and`, `or`, `not`) and with what.
    #[schema(value_type = Object)]
    pub(crate) test: Value,
    pub(crate) negated: bool,
}

/// A button.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireButton {
    /// `continue`, or the action to send.
    pub(crate) action: String,
    /// Plain text.
    pub(crate) label: String,
}

/// A row of a review.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireRow {
    pub(crate) label: Option<String>,
    pub(crate) text: Option<String>,
    /// The action that changes it.
    pub(crate) action: Option<String>,
}

/// An entry of the navigation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireSection {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) level: usize,
    pub(crate) current: bool,
    pub(crate) visited: bool,
}

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireDocument {
    pub(crate) name: String,
    pub(crate) filename: String,
    /// Address by format.
    pub(crate) links: BTreeMap<String, String>,
}

/// A link of the chain of needs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireReason {
    pub(crate) wanted: String,
    pub(crate) block: String,
    pub(crate) file: String,
    pub(crate) line: usize,
}

/// A screen as programs read it.
pub(crate) fn screen(screen: &Screen, session: &str, step: u32) -> WireScreen {
    WireScreen {
        id: screen.id.clone(),
        title: markdown::to_plain(&screen.title),
        text: screen.text.as_deref().map(markdown::to_html),
        help: screen.help.as_ref().map(|it| markdown::to_html(&it.content)),
        fields: screen.fields.iter().map(field).collect(),
        buttons: buttons(screen),
        review: screen
            .review
            .iter()
            .map(|it| WireRow {
                label: it.label.as_deref().map(markdown::to_plain),
                text: it.text.as_deref().map(markdown::to_plain),
                action: it.change.as_ref().map(|it| format!("row:{}", it.row)),
            })
            .collect(),
        sections: screen
            .sections
            .iter()
            .map(|it| WireSection {
                key: it.key.clone(),
                label: it.label.clone(),
                level: it.level,
                current: it.current,
                visited: it.visited,
            })
            .collect(),
        progress: screen.progress,
        documents: documents(screen, session, step),
        why: screen
            .why
            .iter()
            .map(|it| WireReason {
                wanted: it.wanted.clone(),
                block: it.block.clone(),
                file: it.file.clone(),
                line: it.line,
            })
            .collect(),
        can_go_back: screen.can_go_back && step > 0,
        is_end: screen.is_end,
        waiting: screen.waiting.as_ref().map(|it| WireWaiting { every: it.every }),
    }
}

fn field(field: &ScreenField) -> WireField {
    WireField {
        name: field.name.clone(),
        label: field.label.as_deref().map(markdown::to_plain),
        datatype: match &field.custom {
            Some(custom) => custom.datatype.name.clone(),
            None => format!("{:?}", field.datatype).to_lowercase(),
        },
        input_type: format!("{:?}", field.widget).to_lowercase(),
        required: field.required,
        choices: field
            .choices
            .iter()
            .map(|it| WireChoice { value: it.value.clone(), label: markdown::to_plain(&it.label) })
            .collect(),
        value: field.value.as_ref().map_or(Value::Null, value),
        hint: field.hint.as_deref().map(markdown::to_plain),
        min: field.min.as_ref().map_or(Value::Null, value),
        max: field.max.as_ref().map_or(Value::Null, value),
        max_length: field.max_length,
        suggests: field.lookup.is_some(),
        conditions: field
            .conditions
            .iter()
            .map(|it| match &it.test {
                ScreenConditionTest::Field { name, is } => WireCondition {
                    field: Some(name.clone()),
                    is: Some(is.clone()),
                    test: Value::Null,
                    negated: it.negated,
                },
                ScreenConditionTest::Test(test) => WireCondition {
                    field: None,
                    is: None,
                    test: condition::json(test),
                    negated: it.negated,
                },
            })
            .collect(),
        note: field.note.as_deref().map(markdown::to_html),
    }
}

fn buttons(screen: &Screen) -> Vec<WireButton> {
    let mut found = Vec::new();
    if screen.can_continue {
        let label = screen
            .continue_label
            .as_deref()
            .map_or_else(|| "Continue".to_owned(), markdown::to_plain);
        found.push(WireButton { action: "continue".to_owned(), label });
    }
    found.extend(
        screen
            .actions
            .iter()
            .map(|it| WireButton { action: it.link.clone(), label: markdown::to_plain(&it.label) }),
    );
    found
}

fn documents(screen: &Screen, session: &str, step: u32) -> Vec<WireDocument> {
    screen
        .documents
        .iter()
        .enumerate()
        .map(|(number, it)| WireDocument {
            name: it.name.clone(),
            filename: it.filename.clone(),
            links: it
                .formats
                .iter()
                .map(|format| {
                    let ending = format.ending();
                    let link = format!(
                        "/api/v1/sessions/{session}/documents/{number}.{ending}?step={step}"
                    );
                    (ending.to_owned(), link)
                })
                .collect(),
        })
        .collect()
}

/// An answer as JSON. Exact numbers are texts.
pub(crate) fn value(answer: &Answer) -> Value {
    match answer {
        Answer::Null | Answer::Empty => Value::Null,
        Answer::Bool(it) => Value::from(*it),
        Answer::Int(it) => Value::from(*it),
        Answer::Decimal(it) => Value::from(it.to_string()),
        Answer::Float(it) => Value::from(*it),
        Answer::Text(it) | Answer::Markup(it) => Value::from(it.clone()),
        Answer::Date(it) => Value::from(it.to_string()),
        Answer::Time(it) => Value::from(it.to_string()),
        Answer::DateTime(it) => Value::from(it.to_string()),
        Answer::List(all) => all.iter().map(value).collect(),
        Answer::Dict(all) => all.iter().map(|(key, it)| (key.clone(), value(it))).collect(),
        Answer::Alias(it) => Value::from(it.to_string()),
        Answer::File(it) => Value::from(it.name.clone()),
        Answer::Object(object) => match &object.content {
            Content::Items(all) => all.iter().map(value).collect(),
            Content::Entries(all) => all
                .iter()
                .filter(|(_, it)| it.is_true())
                .map(|(key, _)| Value::from(key.clone()))
                .collect(),
            Content::None => {
                object.attributes.iter().map(|(key, it)| (key.clone(), value(it))).collect()
            }
        },
    }
}

/// A JSON value as it would be typed; `None` is a field left empty.
pub(crate) fn input(field: Option<&ScreenField>, sent: &Value) -> Option<Input> {
    let text = |it: &Value| match it {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match sent {
        Value::Null if field.is_some_and(|it| !has_null(it)) => None,
        Value::Array(all) => Some(Input::Texts(all.iter().map(text).collect())),
        Value::Object(parts) if field.is_some_and(|it| it.datatype == Datatype::Date) => {
            let part = |name: &str| parts.get(name).map(text).unwrap_or_default();
            Some(Input::Date { day: part("day"), month: part("month"), year: part("year") })
        }
        Value::Object(boxes) => {
            let ticked = boxes.iter().filter(|(_, it)| it.as_bool() == Some(true));
            Some(Input::Texts(ticked.map(|(name, _)| name.clone()).collect()))
        }
        Value::Bool(false) if field.is_some_and(|it| it.widget == Widget::Checkbox) => None,
        Value::Number(number) => Some(Input::Number(number.to_string())),
        // Programs write numbers in one way, whatever the session's language.
        Value::String(number) if field.is_some_and(is_number) => {
            Some(Input::Number(number.clone()))
        }
        other => Some(Input::Text(text(other))),
    }
}

fn is_number(field: &ScreenField) -> bool {
    matches!(field.datatype, Datatype::Integer | Datatype::Number | Datatype::Currency)
}

/// Whether null is one of the choices: "I don't know".
fn has_null(field: &ScreenField) -> bool {
    field.choices.iter().any(|it| it.value == "null")
}

/// A deletion that waits, because the people who run the server hold deletions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Waits {
    /// The day on which it is done.
    pub(crate) deleted_on: String,
}
