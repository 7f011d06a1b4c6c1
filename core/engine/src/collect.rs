//! Several items of a list on one screen (`list collect`).
//!
//! The screen has a row of fields for each item there is and some blank ones. A blank row is no
//! item; a box says that there is more to add, and the screen comes again with further rows.

use std::collections::{BTreeMap, BTreeSet};

use affiant_guest::{Content, Path, Segment, Value};
use affiant_interview::{
    Control, Datatype, FieldEntry, ListCollect, Pattern, PatternSegment, Question,
};

use crate::accept::{Refused, Submission};
use crate::change::Change;
use crate::define::bind;
use crate::field::blank;
use crate::goal::{Halt, Run};
use crate::parse::{self, Parsed};
use crate::problem::Problem;
use crate::screen::{Screen, ScreenField, ScreenRow, Widget};
use crate::world::Bindings;

/// Name of the box that says that there is more to add. No variable can be called this.
pub(crate) const MORE: &str = "_more";

/// How many blank rows a screen has.
const BLANK_ROWS: usize = 4;

/// The most rows of one screen.
const MAX_ROWS: usize = 100;

/// The rows of a screen.
#[derive(Clone, Debug)]
pub(crate) struct Collected {
    list: Path,
    /// The index variable that stands for the row.
    letter: char,
    /// How many rows there are.
    rows: usize,
    /// How many of them must be filled in.
    least: usize,
    /// Whether there may be more.
    appends: bool,
}

/// What was entered in the rows.
pub(crate) struct Rows<'a> {
    collected: Collected,
    /// Rows that are no items.
    pub(crate) skipped: BTreeSet<usize>,
    values: BTreeMap<usize, Vec<(&'a ScreenField, Option<Value>)>>,
    more: bool,
}

impl Run<'_> {
    /// What a question collects, if it does.
    pub(crate) fn collected(
        &mut self,
        question: &Question,
        bindings: &Bindings,
    ) -> Result<Option<Collected>, Halt> {
        let (Some(collect), Control::Fields { entries, .. }) =
            (&question.collect, &question.control)
        else {
            return Ok(None);
        };
        if !self.flag(collect.enable)? {
            return Ok(None);
        }
        let targets = entries.iter().filter_map(|it| match it {
            FieldEntry::Field(field) => field.target.as_ref(),
            FieldEntry::Code(_) => None,
        });
        let found = targets.into_iter().find_map(|it| list_of(it, bindings));
        Ok(found.map(|(list, letter)| self.rows_of(collect, list, letter, bindings)))
    }

    fn rows_of(
        &self,
        collect: &ListCollect,
        list: Path,
        letter: char,
        bindings: &Bindings,
    ) -> Collected {
        let own = self.world.place(&list).unwrap_or(list);
        let number = |name: &str| {
            self.world.look(&own.attribute(name), |it| match it {
                Some(Value::Int(it)) => usize::try_from(*it).unwrap_or(0),
                _ => 0,
            })
        };
        let kept = self.world.look(&own, |it| match it {
            Some(Value::Object(object)) => match &object.content {
                Content::Items(items) => items.len(),
                _ => 0,
            },
            _ => 0,
        });
        let asked = match bindings.segment(letter) {
            Some(Segment::Index(at)) => at + 1,
            _ => 0,
        };
        let by_number = number("target_number");
        if by_number > 0 {
            let rows = by_number.min(MAX_ROWS);
            return Collected { list: own, letter, rows, least: rows, appends: false };
        }
        let fewest = number("minimum_number").max(number("minimum")).max(1);
        let least = if collect.allow_delete { fewest } else { fewest.max(kept) };
        let blank = if collect.allow_append { BLANK_ROWS } else { 0 };
        let rows = (kept.max(least) + blank).max(asked).min(MAX_ROWS);
        Collected { list: own, letter, rows, least, appends: collect.allow_append }
    }

    /// The fields of all rows, and the box for more.
    pub(crate) fn collected_fields(
        &mut self,
        question: &Question,
        entries: &[FieldEntry],
        bindings: &Bindings,
        collected: &Collected,
    ) -> Result<Vec<ScreenField>, Halt> {
        let collect = question.collect.as_ref();
        let mut found = Vec::new();
        for at in 0..collected.rows {
            let mut of_row = bindings.clone();
            of_row.index.insert(collected.letter, Segment::Index(at));
            self.note_reads();
            self.bind(&of_row);
            let label = match collect.and_then(|it| it.label) {
                Some(text) => self.render(text)?,
                None => self.say("collect_row", &[("number", &(at + 1).to_string())]),
            };
            let row = ScreenRow { number: at, label, may_be_blank: at >= collected.least };
            for mut field in self.entries(entries, &of_row, None)?.unwrap_or_default() {
                field.row = Some(row.clone());
                found.push(field);
            }
        }
        self.note_reads();
        self.bind(bindings);
        if collected.appends && collected.rows < MAX_ROWS {
            let mut more = blank(MORE.to_owned(), Datatype::YesNo, Widget::Checkbox);
            more.required = false;
            more.label = Some(match collect.and_then(|it| it.add_label) {
                Some(text) => self.render(text)?,
                None => self.say("collect_more", &[]),
            });
            found.push(more);
        }
        Ok(found)
    }

    /// Which rows were left blank, so that nothing is asked of them.
    pub(crate) fn read_rows<'a>(
        &mut self,
        question: Option<&Question>,
        bindings: &Bindings,
        screen: &'a Screen,
        submission: &Submission,
    ) -> Result<Option<Rows<'a>>, Refused> {
        let Some(question) = question else { return Ok(None) };
        let collected = self
            .collected(question, bindings)
            .map_err(|it| Refused::Fault(self.unready("`list collect`", it)))?;
        let Some(collected) = collected else { return Ok(None) };
        let mut blank: BTreeMap<usize, bool> = BTreeMap::new();
        for field in screen.fields.iter().filter(|it| !it.name.is_empty()) {
            let Some(row) = field.row.as_ref().filter(|it| it.may_be_blank) else { continue };
            let is_blank = self.is_blank(field, submission);
            *blank.entry(row.number).or_insert(true) &= is_blank;
        }
        let skipped = blank.into_iter().filter(|it| it.1).map(|it| it.0).collect();
        Ok(Some(Rows { collected, skipped, values: BTreeMap::new(), more: false }))
    }

    /// Whether nothing was entered in a field, or only what a blank row begins with.
    fn is_blank(&self, field: &ScreenField, submission: &Submission) -> bool {
        match parse::value(field, submission.answers.get(&field.name), self.locale()) {
            Ok(Parsed::Unanswered) | Err((Problem::Empty | Problem::NotChosen, _)) => true,
            Ok(Parsed::Value(value)) => {
                let says_nothing = match &value {
                    Value::Text(text) => text.is_empty(),
                    Value::Bool(ticked) => field.widget == Widget::Checkbox && !ticked,
                    Value::Null | Value::Empty => true,
                    Value::Object(object) => match &object.content {
                        Content::Entries(all) => !all.values().any(Value::is_true),
                        Content::Items(all) => all.is_empty(),
                        Content::None => true,
                    },
                    _ => false,
                };
                says_nothing || field.value.as_ref() == Some(&value) && !self.is_known(field)
            }
            Err(_) => false,
        }
    }

    fn is_known(&self, field: &ScreenField) -> bool {
        Path::parse(&field.name).is_ok_and(|it| self.world.is_known(&it))
    }

    /// Stores the rows that are items, in order, and takes away what is left of the list.
    pub(crate) fn store_rows(&mut self, rows: Rows<'_>) -> Result<Vec<Path>, Refused> {
        let Rows { collected, values, more, .. } = rows;
        let list = collected.list;
        let typed = self.world.is_known(&list.attribute("object_type"));
        let mut changed = Vec::new();
        let count = values.len();
        for (at, fields) in values.into_values().enumerate() {
            let item = list.index(at);
            if typed && !self.world.is_known(&item) {
                self.make_item(&item)
                    .map_err(|it| Refused::Fault(self.unready("`list collect`", it)))?;
            }
            for (field, value) in fields {
                let Some(path) = moved(&field.name, &list, at) else { continue };
                match value {
                    Some(value) => changed.extend(self.write(&path, value)?),
                    None => {
                        if self.world.is_known(&path) {
                            self.forget(&path);
                            self.touch(&path, None);
                        }
                    }
                }
            }
        }
        let so_far = self.world.look(&list, |it| match it {
            Some(Value::Object(object)) => match &object.content {
                Content::Items(items) => items.len(),
                _ => 0,
            },
            _ => 0,
        });
        for at in (count..so_far).rev() {
            self.remove_item(&list.index(at));
        }
        self.settle_list(&list, count, more);
        Ok(changed)
    }

    /// Gathering goes on where the rows end, or is done with.
    fn settle_list(&mut self, list: &Path, count: usize, more: bool) {
        let wanted = Value::Int(i64::try_from(count + usize::from(more)).unwrap_or(i64::MAX));
        let put = |name: &str, value: Value| {
            self.world.apply(Change::Put { path: list.attribute(name), value });
        };
        put("there_are_any", Value::Bool(count > 0 || more));
        put("_wanted", wanted);
        if more {
            for flag in ["gathered", "there_is_another"] {
                self.world.apply(Change::Take { path: list.attribute(flag) });
            }
        } else {
            put("there_is_another", Value::Bool(false));
        }
        self.touch_shape(list, None);
    }
}

impl<'a> Rows<'a> {
    /// Takes a value of a row, or the box for more; gives back what is of neither.
    pub(crate) fn take(
        &mut self,
        field: &'a ScreenField,
        value: Option<Value>,
    ) -> Option<(&'a ScreenField, Option<Value>)> {
        if field.name == MORE {
            self.more = value.as_ref().is_some_and(Value::is_true);
            return None;
        }
        match &field.row {
            Some(row) => {
                self.values.entry(row.number).or_default().push((field, value));
                None
            }
            None => Some((field, value)),
        }
    }
}

/// The list whose items a variable belongs to, and the index variable of the items.
fn list_of(target: &Pattern, bindings: &Bindings) -> Option<(Path, char)> {
    let is_index = |it: &PatternSegment| matches!(it, PatternSegment::Variable(_));
    let at = target.segments().iter().rposition(is_index)?;
    let PatternSegment::Variable(letter) = target.segments()[at] else { return None };
    let list = Pattern::new(target.root(), target.segments()[..at].to_vec()).ok()?;
    Some((bind(&list, bindings)?, letter))
}

/// A field's variable in another row.
fn moved(name: &str, list: &Path, at: usize) -> Option<Path> {
    let path = Path::parse(name).ok()?;
    let depth = list.segments().len();
    Some(list.index(at).extend(path.segments().get(depth + 1..)?))
}
