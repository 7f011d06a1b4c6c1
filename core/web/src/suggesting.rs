//! What plugins suggest to whoever types, and what choosing it fills in.
//!
//! Nothing here stands in anybody's way: whatever becomes of the asking, what was typed is kept, and
//! can be sent as it is.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use affiant_backend::SessionId;
use affiant_engine::{Screen, ScreenField, Widget};
use affiant_guest::{Content, Path, Segment, Value as Answer};
use affiant_runtime::Suggestion;

use crate::app::App;
use crate::error::{WebError, bad_form};
use crate::form::{Form, PART};
use crate::page::value::{date_parts, one_line, plain};
use crate::session::Session;

/// Most suggestions that are shown.
const MOST: u32 = 8;

/// Most that is sent to a plugin of what was typed, in characters.
const MOST_TYPED: usize = 200;

/// The longest text of a suggestion, in characters.
const LONGEST: usize = 300;

/// How often one session may ask within a minute.
pub(crate) const PER_MINUTE: u32 = 60;

/// What a form calls a suggestion that was chosen, with the name of the field behind it.
const PICKED: &str = "_pick:";

/// How often sessions asked within the present minute.
#[derive(Default)]
pub(crate) struct Asked(Mutex<(i64, BTreeMap<SessionId, u32>)>);

impl Asked {
    /// Counts an asking; `false` when there were enough in this minute.
    fn admit(&self, session: SessionId, seconds: i64) -> bool {
        let minute = seconds.div_euclid(60);
        let mut present = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if present.0 != minute {
            *present = (minute, BTreeMap::new());
        }
        let count = present.1.entry(session).or_default();
        *count = count.saturating_add(1);
        *count <= PER_MINUTE
    }
}

/// What asking came to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    /// These, perhaps none.
    These(Vec<Suggested>),
    /// Too little was typed: it takes so many characters.
    Short(u32),
    /// The session asked too often.
    Often,
    /// The plugin is off, failed, or was denied what it needs.
    Failed,
}

/// Something that is suggested.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Suggested {
    /// What is shown, plain.
    pub(crate) label: String,
    /// What choosing it fills in, by the names of fields of the screen.
    pub(crate) parts: Vec<(String, Answer)>,
}

/// Asks the plugin that has the list of a field for what was typed in it.
pub(crate) async fn look_up(
    app: &App,
    session: &Session,
    screen: &Screen,
    (name, typed): (&str, &str),
) -> Result<Found, WebError> {
    session.demand_answering()?;
    let field = screen.fields.iter().find(|it| it.name == name);
    let asked = field.and_then(|it| Some((it, it.lookup.as_ref()?)));
    let (field, lookup) = asked.ok_or_else(|| bad_form("error_form_button"))?;
    let typed: String = typed.trim().chars().take(MOST_TYPED).collect();
    if u32::try_from(typed.chars().count()).is_ok_and(|it| it < lookup.from) {
        return Ok(Found::Short(lookup.from));
    }
    if !app.asked.admit(session.row.id, app.clock.seconds()) {
        return Ok(Found::Often);
    }
    let moment = session.moment(app);
    let asked = (lookup.source.as_str(), typed.as_str());
    // Why it failed is counted and logged where the plugin was called.
    let Ok(found) = session.loaded.suggest(asked, &screen.language, MOST, &moment) else {
        return Ok(Found::Failed);
    };
    session.store_notebook(app).await?;
    Ok(Found::These(found.iter().map(|it| suggested(screen, field, it)).collect()))
}

/// What a suggestion fills in. An object fills the fields that stand beside the field: those of the
/// same thing, each called as a part of the object. A part that nothing asks for is left out, so that
/// nothing becomes an answer that nobody sees.
fn suggested(screen: &Screen, field: &ScreenField, it: &Suggestion) -> Suggested {
    let label = one_line(&it.label, LONGEST);
    let own = Path::parse(&field.name).ok();
    let (Some(own), Some(parts)) = (own, parts(&it.value)) else {
        let part = fitting(field, &it.value).map(|it| (field.name.clone(), it));
        return Suggested { label, parts: part.into_iter().collect() };
    };
    let mut filled = Vec::new();
    for beside in &screen.fields {
        let Ok(path) = Path::parse(&beside.name) else { continue };
        if path.parent() != own.parent() {
            continue;
        }
        let part = parts.get(called(&path)).copied().cloned();
        let part = match part {
            None if path == own => Some(Answer::text(&label)),
            other => other,
        };
        let part = part.and_then(|it| fitting(beside, &it));
        filled.extend(part.map(|it| (beside.name.clone(), it)));
    }
    Suggested { label, parts: filled }
}

/// The last name of a path.
fn called(path: &Path) -> &str {
    match path.last() {
        Some(Segment::Attribute(name) | Segment::Key(name)) => name,
        Some(Segment::Index(_)) => "",
        None => path.root(),
    }
}

/// The parts of a suggestion, if it has some.
fn parts(value: &Answer) -> Option<BTreeMap<&str, &Answer>> {
    match value {
        Answer::Dict(all) => Some(all.iter().map(|(name, it)| (name.as_str(), it)).collect()),
        Answer::Object(object) => {
            let own = object.attributes.iter();
            let mut parts: BTreeMap<&str, &Answer> =
                own.map(|(name, it)| (name.as_str(), it)).collect();
            if let Content::Entries(entries) = &object.content {
                parts.extend(entries.iter().map(|(name, it)| (name.as_str(), it)));
            }
            Some(parts)
        }
        _ => None,
    }
}

/// A part as a field can hold it; nothing if it cannot.
fn fitting(field: &ScreenField, part: &Answer) -> Option<Answer> {
    let text = plain(part);
    match field.widget {
        Widget::Radio | Widget::Dropdown => {
            let is_it = |it: &&affiant_engine::ScreenChoice| it.value == text || it.label == text;
            Some(Answer::text(&field.choices.iter().find(is_it)?.value))
        }
        Widget::Date => date_parts(Some(part)).map(|_| part.clone()),
        Widget::Integer | Widget::Number | Widget::Currency => {
            Some(part.clone()).filter(|it| matches!(it, Answer::Int(_) | Answer::Decimal(_)))
        }
        Widget::Area => Some(Answer::Text(text.chars().take(LONGEST).collect())),
        Widget::Text
        | Widget::Email
        | Widget::Time
        | Widget::DateTime
        | Widget::Combobox
        | Widget::Datalist => Some(Answer::Text(one_line(&text, LONGEST))),
        Widget::Password
        | Widget::Checkboxes
        | Widget::Multiselect
        | Widget::Checkbox
        | Widget::Buttons
        | Widget::Range
        | Widget::File
        | Widget::Files
        | Widget::Signature
        | Widget::Hidden
        | Widget::Note
        | Widget::Html => None,
    }
}

impl Suggested {
    /// What it fills in, as a form posts it in a language.
    pub(crate) fn entries(&self, screen: &Screen) -> Vec<(String, String)> {
        let locale = affiant_library::locale(&screen.language);
        let mut entries = Vec::new();
        for (name, part) in &self.parts {
            let field = screen.fields.iter().find(|it| it.name == *name);
            match (field.map(|it| it.widget), part) {
                (Some(Widget::Date), _) => {
                    let Some(date) = date_parts(Some(part)) else { continue };
                    let boxes = ["day", "month", "year"].into_iter();
                    entries.extend(boxes.map(|it| (format!("{name}{PART}{it}"), date.part(it))));
                }
                (_, Answer::Decimal(number)) => {
                    entries.push((name.clone(), locale.plain_number(*number)));
                }
                _ => entries.push((name.clone(), plain(part))),
            }
        }
        entries
    }

    /// The same in one text, for a radio button.
    pub(crate) fn packed(&self, screen: &Screen) -> String {
        let mut packed = form_urlencoded::Serializer::new(String::new());
        packed.extend_pairs(self.entries(screen)).finish()
    }
}

/// The name of the radio buttons that choose a suggestion for a field.
pub(crate) fn picks(field: &str) -> String {
    format!("{PICKED}{field}")
}

/// Fills in what was chosen of the suggestions, as if it had been typed: only fields of the screen.
pub(crate) fn fill_in(screen: &Screen, form: &mut Form) {
    for field in screen.fields.iter().filter(|it| it.lookup.is_some()) {
        let picked = form.own(&picks(&field.name)).to_owned();
        for (name, value) in form_urlencoded::parse(picked.as_bytes()) {
            let of = name.rsplit_once(PART).map_or(&*name, |(name, _)| name);
            if screen.fields.iter().any(|it| it.name == of) {
                form.set(&name, value.into_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_asks_too_often_waits_for_the_next_minute() {
        let (asked, one, other) = (Asked::default(), SessionId([1; 16]), SessionId([2; 16]));
        for _ in 0..PER_MINUTE {
            assert!(asked.admit(one, 6_000));
        }
        assert!(!asked.admit(one, 6_059));
        assert!(asked.admit(other, 6_059));
        assert!(asked.admit(one, 6_060));
    }
}
