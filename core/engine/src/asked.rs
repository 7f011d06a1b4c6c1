//! The fields of a plugin's screens, and what becomes of the answers.

use affiant_guest::{Content, Path, Segment, Value};
use affiant_interview::{Datatype, Default, INDEX_VARIABLES, YesNo};

use crate::accept::Refused;
use crate::advance::Shown;
use crate::change::Change;
use crate::choice::plain;
use crate::decide::{Asked, AskedDatatype, AskedField};
use crate::document::escape;
use crate::field::blank;
use crate::goal::{Halt, Run};
use crate::problem::{FieldError, Problem};
use crate::screen::{ReviewRow, ScreenChoice, ScreenField, Widget};
use crate::world::NAVIGATION;

/// Most fields of one screen.
const MAX_FIELDS: usize = 200;

/// More choices than these do not stand side by side.
const MAX_RADIO: usize = 10;

/// A field of a plugin.
pub(crate) struct Field {
    /// What the plugin calls its variable.
    pub(crate) variable: Path,
    /// Where the answer goes.
    pub(crate) own: Path,
    pub(crate) screen: ScreenField,
}

impl Run<'_> {
    /// The fields of a plugin's screen, with room made for their answers.
    pub(crate) fn asked_fields(&mut self, plugin: &str, asked: &Asked) -> Result<Vec<Field>, Halt> {
        if asked.fields.len() > MAX_FIELDS {
            let what = format!("asks for more than {MAX_FIELDS} answers on one screen");
            return Err(self.badly_decided(plugin, &what));
        }
        let is_alone = asked.fields.len() == 1;
        let mut found: Vec<Field> = Vec::new();
        for field in &asked.fields {
            let made = self.asked_field(plugin, field, is_alone)?;
            let overlaps =
                |it: &Field| it.own.starts_with(&made.own) || made.own.starts_with(&it.own);
            if let Some(other) = found.iter().find(|it| overlaps(it)) {
                let what = format!("asks for `{}` and `{}` on one screen", other.own, made.own);
                return Err(self.badly_decided(plugin, &what));
            }
            found.push(made);
        }
        Ok(found)
    }

    fn asked_field(
        &mut self,
        plugin: &str,
        it: &AskedField,
        is_alone: bool,
    ) -> Result<Field, Halt> {
        let own = self.room_for(plugin, &it.variable)?;
        let (datatype, widget) = kind(it);
        let mut screen = blank(own.to_string(), datatype, widget);
        screen.label = Some(one_line(&it.label)).filter(|it| !it.is_empty());
        if screen.label.is_none() && !is_alone {
            let what = format!("gives the field `{}` no label", it.variable);
            return Err(self.badly_decided(plugin, &what));
        }
        screen.hint = it.hint.as_deref().map(one_line).filter(|it| !it.is_empty());
        screen.required = it.required;
        screen.choices = match it.datatype {
            AskedDatatype::Choice | AskedDatatype::Choices => self.asked_choices(plugin, it)?,
            AskedDatatype::YesNo => self.yes_no(YesNo::YesNo),
            _ => Vec::new(),
        };
        match it.datatype {
            AskedDatatype::Choices if it.required => {
                screen.none_of_the_above = Some(self.say("none_of_the_above", &[]));
            }
            AskedDatatype::Currency => screen.currency_symbol = Some(self.currency_symbol()),
            AskedDatatype::Email => screen.autocomplete = Some("email".to_owned()),
            _ => {}
        }
        let default = it.default.clone().map(Default::Value);
        self.begin_with(&mut screen, default.as_ref())?;
        Ok(Field { variable: it.variable.clone(), own, screen })
    }

    fn asked_choices(&self, plugin: &str, it: &AskedField) -> Result<Vec<ScreenChoice>, Halt> {
        let bad = |what: &str| {
            self.badly_decided(plugin, &format!("gives the field `{}` {what}", it.variable))
        };
        let mut found: Vec<ScreenChoice> = Vec::new();
        for (holds, label) in &it.choices {
            let is_one = matches!(
                holds,
                Value::Bool(_)
                    | Value::Int(_)
                    | Value::Decimal(_)
                    | Value::Text(_)
                    | Value::Date(_)
            );
            let choice = plain(holds.clone(), one_line(label));
            if !is_one || choice.value.is_empty() {
                return Err(bad("a choice that stands for nothing that can be posted"));
            }
            if choice.label.is_empty() {
                return Err(bad("a choice without a label"));
            }
            if found.iter().any(|it| it.value == choice.value) {
                return Err(bad("the same choice twice"));
            }
            found.push(choice);
        }
        if found.is_empty() { Err(bad("nothing to choose from")) } else { Ok(found) }
    }

    /// Where the answer for a variable goes. The objects that it is a part of are made where nobody
    /// made them; what cannot hold it is a fault of the plugin's.
    fn room_for(&mut self, plugin: &str, variable: &Path) -> Result<Path, Halt> {
        if self.world.is_kept(variable) {
            return Err(Halt::Missing(variable.clone()));
        }
        let bad = |run: &Self| {
            run.badly_decided(plugin, &format!("asks for `{variable}`, which no answer can be"))
        };
        if is_ours(variable) {
            return Err(bad(self));
        }
        for (depth, segment) in variable.segments().iter().enumerate() {
            let part = variable.truncated(depth);
            if !self.world.is_known(&part) {
                let own = self.world.place(&part).map_err(|_| bad(self))?;
                let value = Value::Object(Box::new(object_with(segment)));
                self.world.apply(Change::Put { path: own, value });
            }
            if !self.world.look(&part, |it| it.is_some_and(|it| has_room(it, segment))) {
                return Err(bad(self));
            }
        }
        self.world.place(variable).map_err(|_| bad(self))
    }

    /// What was answered, as a row of a review.
    pub(crate) fn asked_row(&mut self, title: &str, it: &ScreenField) -> Result<ReviewRow, Halt> {
        let label = it.label.clone().unwrap_or_else(|| one_line(title));
        let chosen = it.choices.iter().filter(|choice| choice.selected);
        let chosen: Vec<&str> = chosen.map(|choice| choice.label.as_str()).collect();
        let text = match &it.value {
            _ if !chosen.is_empty() => chosen.join(", "),
            None | Some(Value::Null) => String::new(),
            Some(_) if !it.choices.is_empty() => String::new(),
            Some(amount) if it.datatype == Datatype::Currency => escape(&self.money(amount, it)?),
            Some(value) => escape(&self.text_of(value)?),
        };
        let text = Some(text).filter(|it| !it.is_empty());
        Ok(ReviewRow { label: Some(label), text, help: None, change: None })
    }

    /// An amount as `currency` writes it.
    fn money(&mut self, amount: &Value, it: &ScreenField) -> Result<String, Halt> {
        let Some(currency) = affiant_library::function("currency") else {
            return self.text_of(amount);
        };
        let mut arguments = affiant_library::Arguments::default();
        let sign = it.currency_symbol.as_deref().unwrap_or_default();
        arguments.positional = vec![amount.clone(), Value::text(sign)];
        let call = affiant_library::Call { answers: &self.shared, arguments };
        let written = (currency.call)(&call).map_err(|it| self.halt_here(it))?;
        self.text_of(&written)
    }

    /// What the plugin that shows a screen has against what was entered on it.
    pub(crate) fn complaints(
        &mut self,
        shown: &Shown,
        values: &[(&ScreenField, Option<Value>)],
    ) -> Result<Vec<FieldError>, Refused> {
        let Some(decided) = &shown.decided else { return Ok(Vec::new()) };
        let entered = values.iter().filter_map(|(field, value)| {
            let (_, variable) = decided.variables.iter().find(|(own, _)| *own == field.name)?;
            Some((variable.clone(), for_plugin(field, value.clone()?)))
        });
        let entered: Vec<(Path, Value)> = entered.collect();
        let (plugin, language) = (&decided.plugin, self.language());
        let found = self.host.complaints(plugin, &decided.screen, &entered, &language);
        let found = found.map_err(|it| {
            let halt = self.plugin_stopped(plugin, it);
            Refused::Fault(self.unready("the plugin", halt))
        })?;
        let error = |it: crate::decide::Complaint| {
            let field = decided.variables.iter().find(|(_, variable)| *variable == it.variable);
            FieldError {
                field: field.map(|(own, _)| own.clone()).unwrap_or_default(),
                part: None,
                message: one_line(&it.message),
                problem: Problem::Author,
            }
        };
        Ok(found.into_iter().map(error).collect())
    }

    /// The answers of a plugin's screen are taken: it is not asked again.
    pub(crate) fn mark_asked(&self, shown: &Shown) {
        if let Some(decided) = &shown.decided {
            let block = decided.mark.clone();
            self.world.apply(Change::Completed { block, reads: Some(Vec::new()) });
        }
    }
}

/// How a field of a plugin is shown.
fn kind(it: &AskedField) -> (Datatype, Widget) {
    match it.datatype {
        AskedDatatype::Text => (Datatype::Text, Widget::Text),
        AskedDatatype::Area => (Datatype::Area, Widget::Area),
        AskedDatatype::Integer => (Datatype::Integer, Widget::Integer),
        AskedDatatype::Number => (Datatype::Number, Widget::Number),
        AskedDatatype::Currency => (Datatype::Currency, Widget::Currency),
        AskedDatatype::Date => (Datatype::Date, Widget::Date),
        AskedDatatype::Time => (Datatype::Time, Widget::Time),
        AskedDatatype::DateTime => (Datatype::DateTime, Widget::DateTime),
        AskedDatatype::Email => (Datatype::Email, Widget::Email),
        AskedDatatype::YesNo => (Datatype::YesNoRadio, Widget::Radio),
        AskedDatatype::Choice if it.choices.len() > MAX_RADIO => (Datatype::Text, Widget::Dropdown),
        AskedDatatype::Choice => (Datatype::Text, Widget::Radio),
        AskedDatatype::Choices => (Datatype::Checkboxes, Widget::Checkboxes),
        AskedDatatype::File => (Datatype::File, Widget::File),
    }
}

/// A value as plugins are given it: of boxes those that are ticked, as a list.
pub(crate) fn for_plugin(field: &ScreenField, value: Value) -> Value {
    match &value {
        Value::Object(object) if field.datatype == Datatype::Checkboxes => {
            let Content::Entries(boxes) = &object.content else { return value };
            let is_ticked = |it: &&ScreenChoice| boxes.get(&it.value).is_some_and(Value::is_true);
            let ticked = field.choices.iter().filter(is_ticked);
            Value::List(ticked.map(|it| it.holds.clone()).collect())
        }
        _ => value,
    }
}

/// A text in one line.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a name means something of ours, so that no answer can go there.
fn is_ours(variable: &Path) -> bool {
    let root = variable.root();
    let mut letters = root.chars();
    let is_letter = |it: char| it == 'x' || INDEX_VARIABLES.contains(&it);
    let is_bound = letters.next().is_some_and(is_letter) && letters.next().is_none();
    let is_inner = |it: &Segment| matches!(it, Segment::Attribute(name) if name.starts_with('_'));
    is_bound
        || root == NAVIGATION
        || root.starts_with('_')
        || variable.segments().iter().any(is_inner)
}

/// What has a part of this kind.
fn object_with(part: &Segment) -> affiant_guest::Object {
    let class = match part {
        Segment::Attribute(_) => "Thing",
        Segment::Index(_) => "List",
        Segment::Key(_) => "Dict",
    };
    let made = affiant_library::new_object(class);
    let mut object = made.unwrap_or_else(|| affiant_guest::Object::new(class));
    if !matches!(part, Segment::Attribute(_)) {
        // The plugin says how many there are.
        object.attributes.insert("gathered".to_owned(), Value::Bool(true));
    }
    object
}

fn has_room(holder: &Value, part: &Segment) -> bool {
    match (holder, part) {
        (Value::Object(_), Segment::Attribute(_))
        | (Value::List(_), Segment::Index(_))
        | (Value::Dict(_), Segment::Key(_) | Segment::Attribute(_)) => true,
        (Value::Object(object), Segment::Index(_)) => matches!(object.content, Content::Items(_)),
        (Value::Object(object), Segment::Key(_)) => matches!(object.content, Content::Entries(_)),
        _ => false,
    }
}
