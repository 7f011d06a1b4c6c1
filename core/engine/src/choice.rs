//! What can be chosen: choices written in the interview, and those that code gives.

use affiant_guest::{Answers, Path, Value};
use affiant_interview::{Choice, ChoiceSource, ChoiceValue, CodeId};

use crate::document::escape;
use crate::goal::{Halt, Run};
use crate::screen::ScreenChoice;

impl Run<'_> {
    /// The choices of a source, without those whose condition is false.
    pub(crate) fn choices(
        &mut self,
        source: &ChoiceSource,
        labeler: Option<CodeId>,
    ) -> Result<Vec<ScreenChoice>, Halt> {
        match source {
            ChoiceSource::Items(items) => {
                let mut found = Vec::new();
                for (at, item) in items.iter().enumerate() {
                    self.written_choice(at, item, labeler, &mut found)?;
                }
                Ok(found)
            }
            ChoiceSource::Code(code) => {
                let value = self.evaluate(*code)?;
                let mut found = Vec::new();
                self.computed_choices(&value, labeler, &mut found)?;
                Ok(found)
            }
        }
    }

    fn written_choice(
        &mut self,
        at: usize,
        item: &Choice,
        labeler: Option<CodeId>,
        found: &mut Vec<ScreenChoice>,
    ) -> Result<(), Halt> {
        if let Some(code) = item.show_if
            && !self.is_true(code)?
        {
            return Ok(());
        }
        let (value, holds) = match &item.value {
            ChoiceValue::Value(value) => (form_value(value), value.clone()),
            ChoiceValue::Code(code) => {
                let value = self.evaluate(*code)?;
                if matches!(value, Value::List(_)) {
                    return self.computed_choices(&value, labeler, found);
                }
                (form_value(&value), value)
            }
            ChoiceValue::Block(_) | ChoiceValue::Command { .. } => {
                (format!("choice-{at}"), Value::Int(i64::try_from(at).unwrap_or(0)))
            }
        };
        let label = self.render(item.label)?;
        let help = self.render_optional(item.help)?;
        found.push(ScreenChoice {
            value,
            holds,
            label,
            help,
            group: item.group.clone(),
            selected: item.default,
        });
        Ok(())
    }

    /// Choices from a value: a list of texts, pairs, dictionaries or objects; or a dictionary.
    pub(crate) fn computed_choices(
        &mut self,
        value: &Value,
        labeler: Option<CodeId>,
        found: &mut Vec<ScreenChoice>,
    ) -> Result<(), Halt> {
        match value {
            Value::List(all) => {
                for value in all {
                    self.computed_choice(value, labeler, found)?;
                }
            }
            Value::Dict(entries) => {
                for (key, label) in entries {
                    let label = self.label_of(label)?;
                    found.push(plain(Value::text(key), label));
                }
            }
            Value::Alias(path) => {
                let is_list = matches!(
                    self.world.look(path, content_kind),
                    Some(
                        affiant_library::ContentKind::Items | affiant_library::ContentKind::Entries
                    )
                );
                if !is_list {
                    return self.object_choice(path, labeler, found);
                }
                let items = Answers::items(&*self.world, path).map_err(|it| self.halt_here(it))?;
                for item in items {
                    let value =
                        Answers::read(&*self.world, &item).map_err(|it| self.halt_here(it))?;
                    self.computed_choice(&value, labeler, found)?;
                }
            }
            Value::Null | Value::Empty => {}
            other => self.computed_choice(other, labeler, found)?,
        }
        Ok(())
    }

    fn computed_choice(
        &mut self,
        value: &Value,
        labeler: Option<CodeId>,
        found: &mut Vec<ScreenChoice>,
    ) -> Result<(), Halt> {
        match value {
            Value::Alias(path) => self.object_choice(path, labeler, found)?,
            Value::List(pair) => {
                if let [value, rest @ ..] = pair.as_slice() {
                    let label = self.label_of(rest.first().unwrap_or(value))?;
                    let mut choice = plain(value.clone(), label);
                    choice.selected = rest.get(1).is_some_and(Value::is_true);
                    found.push(choice);
                }
            }
            Value::Dict(entries) => self.dictionary_choice(entries, found)?,
            other => {
                let label = self.label_of(other)?;
                found.push(plain(other.clone(), label));
            }
        }
        Ok(())
    }

    /// `{value: "a", label: "A", …}`, or one entry `{a: "A"}`.
    fn dictionary_choice(
        &mut self,
        entries: &indexmap::IndexMap<String, Value>,
        found: &mut Vec<ScreenChoice>,
    ) -> Result<(), Halt> {
        let (Some(value), Some(label)) = (entries.get("value"), entries.get("label")) else {
            for (key, label) in entries {
                let label = self.label_of(label)?;
                found.push(plain(Value::text(key), label));
            }
            return Ok(());
        };
        let label = self.label_of(label)?;
        let mut choice = plain(value.clone(), label);
        choice.selected = entries.get("default").is_some_and(Value::is_true);
        if let Some(help) = entries.get("help") {
            choice.help = Some(self.label_of(help)?);
        }
        if let Some(Value::Text(group)) = entries.get("group") {
            choice.group = Some(group.clone());
        }
        found.push(choice);
        Ok(())
    }

    fn object_choice(
        &mut self,
        path: &Path,
        labeler: Option<CodeId>,
        found: &mut Vec<ScreenChoice>,
    ) -> Result<(), Halt> {
        let value = Value::Alias(path.clone());
        let label = match labeler {
            Some(code) => {
                self.world.bind_locals(vec![("x".to_owned(), value.clone())]);
                let label = self.evaluate(code);
                self.world.bind_locals(Vec::new());
                let label = label?;
                self.label_of(&label)?
            }
            None => self.label_of(&value)?,
        };
        found.push(plain(value, label));
        Ok(())
    }

    /// A value as a label: Markdown in which an answer stays text.
    fn label_of(&mut self, value: &Value) -> Result<String, Halt> {
        match value {
            Value::Markup(markup) => Ok(markup.clone()),
            other => Ok(escape(&self.text_of(other)?)),
        }
    }
}

fn content_kind(value: Option<&Value>) -> Option<affiant_library::ContentKind> {
    let Some(Value::Object(object)) = value else { return None };
    Some(match object.content {
        affiant_guest::Content::None => affiant_library::ContentKind::None,
        affiant_guest::Content::Items(_) => affiant_library::ContentKind::Items,
        affiant_guest::Content::Entries(_) => affiant_library::ContentKind::Entries,
    })
}

pub(crate) fn plain(holds: Value, label: String) -> ScreenChoice {
    ScreenChoice {
        value: form_value(&holds),
        holds,
        label,
        help: None,
        group: None,
        selected: false,
    }
}

/// A value as a form posts it.
pub(crate) fn form_value(value: &Value) -> String {
    match value {
        Value::Null | Value::Empty => "null".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Int(it) => it.to_string(),
        Value::Decimal(it) => it.to_string(),
        Value::Float(it) => it.to_string(),
        Value::Text(it) | Value::Markup(it) => it.clone(),
        Value::Date(it) => it.to_string(),
        Value::Time(it) => it.to_string(),
        Value::DateTime(it) => it.to_string(),
        Value::Alias(it) => it.to_string(),
        Value::File(it) => it.id.clone(),
        Value::List(_) | Value::Dict(_) | Value::Object(_) => String::new(),
    }
}
