//! Building the fields of a screen.

use affiant_guest::{Answers, Content, Path, Value};
use affiant_interview::{
    Bound, ChoiceStyle, Condition, ConditionTest, Control, Datatype, Default, Field, FieldEntry,
    InputType, OfTheAbove, Question, When, YesNo,
};
use affiant_library::Locale;

use crate::choice::form_value;
use crate::define::bind;
use crate::goal::{Halt, Run};
use crate::screen::{
    ScreenChoice, ScreenCondition, ScreenConditionTest, ScreenField, ScreenLookup, Widget,
};
use crate::world::Bindings;

/// Name of the field of a choice without a variable. No variable can be called this.
pub(crate) const CHOICE: &str = "_choice";

impl Run<'_> {
    /// The fields of a question. `None` when the field for `wanted` is hidden by a condition that
    /// the server decides, so that the question cannot settle it.
    pub(crate) fn fields(
        &mut self,
        question: &Question,
        bindings: &Bindings,
        wanted: Option<&Path>,
    ) -> Result<Option<Vec<ScreenField>>, Halt> {
        match &question.control {
            Control::None | Control::Continue(_) | Control::Review(_) => Ok(Some(Vec::new())),
            Control::Fields { entries, .. } => match self.collected(question, bindings)? {
                Some(rows) => self.collected_fields(question, entries, bindings, &rows).map(Some),
                None => self.entries(entries, bindings, wanted),
            },
            Control::YesNo { target, kind } => {
                let mut field =
                    blank(self.name(target, bindings), Datatype::YesNoRadio, Widget::Radio);
                field.choices = self.yes_no(*kind);
                self.begin_with(&mut field, None)?;
                Ok(Some(vec![field]))
            }
            Control::Choice { target, style, choices, default } => {
                let name =
                    target.as_ref().map_or_else(|| CHOICE.to_owned(), |it| self.name(it, bindings));
                let mut field = blank(name, Datatype::Text, style_widget(*style));
                field.choices = self.choices(choices, None)?;
                self.begin_with(&mut field, default.as_ref())?;
                Ok(Some(vec![field]))
            }
            Control::Signature { target, required } => {
                let mut field =
                    blank(self.name(target, bindings), Datatype::Signature, Widget::Signature);
                field.required = self.flag(*required)?;
                self.begin_with(&mut field, None)?;
                Ok(Some(vec![field]))
            }
        }
    }

    /// The own path of a target as text: what answers are keyed by.
    fn name(&self, target: &affiant_interview::Pattern, bindings: &Bindings) -> String {
        let path = bind(target, bindings);
        path.map(|it| self.world.place(&it).unwrap_or(it).to_string()).unwrap_or_default()
    }

    pub(crate) fn entries(
        &mut self,
        entries: &[FieldEntry],
        bindings: &Bindings,
        wanted: Option<&Path>,
    ) -> Result<Option<Vec<ScreenField>>, Halt> {
        let names: Vec<String> = entries
            .iter()
            .filter_map(|it| match it {
                FieldEntry::Field(field) => field.target.as_ref().map(|it| self.name(it, bindings)),
                FieldEntry::Code(_) => None,
            })
            .collect();
        let wanted =
            wanted.map(|it| self.world.place(it).unwrap_or_else(|_| it.clone()).to_string());
        let mut found = Vec::new();
        for entry in entries {
            match entry {
                FieldEntry::Field(field) => {
                    if let Some(field) = self.field(field, bindings, &names)? {
                        found.push(field);
                        continue;
                    }
                    let name = field.target.as_ref().map(|it| self.name(it, bindings));
                    if name.is_some() && name == wanted {
                        return Ok(None);
                    }
                }
                FieldEntry::Code(code) => {
                    let value = self.evaluate(*code)?;
                    self.computed_fields(&value, &mut found)?;
                }
            }
        }
        Ok(Some(found))
    }

    /// One field; `None` when it is hidden.
    fn field(
        &mut self,
        field: &Field,
        bindings: &Bindings,
        names: &[String],
    ) -> Result<Option<ScreenField>, Halt> {
        let Some(conditions) = self.conditions(&field.conditions, bindings, names)? else {
            return Ok(None);
        };
        let name = field.target.as_ref().map(|it| self.name(it, bindings)).unwrap_or_default();
        let mut screen = blank(name, field.datatype, widget(field));
        screen.conditions = conditions;
        screen.label = self.render_optional(field.label)?;
        screen.note = match field.note {
            Some(text) => Some(self.render(text)?),
            None => self.render_optional(field.html)?,
        };
        if field.target.is_none() {
            screen.required = false;
            return Ok(Some(screen));
        }
        screen.required = self.flag(field.required)?;
        screen.choices = self.field_choices(field)?;
        self.begin_with(&mut screen, field.default.as_ref())?;
        self.texts(field, &mut screen)?;
        self.limits(field, &mut screen)?;
        self.extras(field, bindings, &mut screen)?;
        if let Some(custom) = &field.custom {
            self.customize(&custom.name, &mut screen)?;
        }
        Ok(Some(screen))
    }

    fn field_choices(&mut self, field: &Field) -> Result<Vec<ScreenChoice>, Halt> {
        if let Some(kind) = yes_no_kind(field.datatype)
            && field.choices.is_none()
        {
            return Ok(self.yes_no(kind));
        }
        let Some(source) = &field.choices else { return Ok(Vec::new()) };
        let mut choices = self.choices(source, field.object_labeler)?;
        if let Some(code) = field.exclude {
            let excluded = match self.evaluate(code)? {
                Value::List(all) => all,
                other => vec![other],
            };
            choices.retain(|it| !excluded.contains(&it.holds));
        }
        Ok(choices)
    }

    fn texts(&mut self, field: &Field, screen: &mut ScreenField) -> Result<(), Halt> {
        screen.hint = self.render_optional(field.hint)?;
        screen.help = self.render_optional(field.help)?;
        screen.under_text = self.render_optional(field.under_text)?;
        screen.all_of_the_above = match field.all_of_the_above {
            OfTheAbove::Yes(Some(label)) => Some(self.render(label)?),
            OfTheAbove::Yes(None) => Some(self.say("all_of_the_above", &[])),
            OfTheAbove::No | OfTheAbove::Default => None,
        };
        screen.none_of_the_above = match field.none_of_the_above {
            OfTheAbove::No => None,
            OfTheAbove::Yes(Some(label)) => Some(self.render(label)?),
            OfTheAbove::Yes(None) => Some(self.say("none_of_the_above", &[])),
            OfTheAbove::Default => {
                let boxes =
                    matches!(field.datatype, Datatype::Checkboxes | Datatype::ObjectCheckboxes);
                (boxes && screen.required).then(|| self.say("none_of_the_above", &[]))
            }
        };
        let everywhere = self.program.interview.default_messages.iter();
        for (rule, text) in field.validation_messages.iter().chain(everywhere) {
            // The first one counts: the field's own.
            let message = self.render(*text)?;
            screen.messages.push((rule.clone(), message));
        }
        Ok(())
    }

    fn limits(&mut self, field: &Field, screen: &mut ScreenField) -> Result<(), Halt> {
        screen.min = self.bound(field.min.as_ref())?;
        screen.max = self.bound(field.max.as_ref())?;
        screen.step = self.bound(field.step.as_ref())?;
        screen.min_length = self.length(field.min_length.as_ref())?;
        screen.max_length = self.length(field.max_length.as_ref())?;
        Ok(())
    }

    fn extras(
        &mut self,
        field: &Field,
        bindings: &Bindings,
        screen: &mut ScreenField,
    ) -> Result<(), Halt> {
        screen.rows = field.rows;
        screen.grid = field.grid;
        screen.data.clone_from(&field.data);
        screen.currency_symbol.clone_from(&field.currency_symbol);
        if screen.widget == Widget::Currency && screen.currency_symbol.is_none() {
            screen.currency_symbol = Some(self.currency_symbol());
        }
        if let Some(others) = &field.disable_others {
            screen.disable_others = Some(others.iter().map(|it| self.name(it, bindings)).collect());
        }
        if let Some(code) = field.accept {
            let accepted = self.evaluate(code)?;
            let text = self.text_of(&accepted)?;
            screen.accept = text.split(',').map(|it| it.trim().to_owned()).collect();
        }
        screen.autocomplete = autocomplete(&screen.name, field);
        let lookup = field.lookup.as_ref();
        screen.lookup = lookup.map(|it| ScreenLookup { source: it.source.clone(), from: it.from });
        Ok(())
    }

    /// The conditions that the page must see to; `None` when the server decides that the field is
    /// hidden.
    fn conditions(
        &mut self,
        conditions: &[Condition],
        bindings: &Bindings,
        names: &[String],
    ) -> Result<Option<Vec<ScreenCondition>>, Halt> {
        let mut found = Vec::new();
        for condition in conditions {
            let decided = match &condition.test {
                ConditionTest::Code(code) => self.is_true(*code)?,
                ConditionTest::Screen(test) => {
                    let test = self.screen_test(test, bindings, names)?;
                    found.push(on_screen(condition, ScreenConditionTest::Test(test)));
                    continue;
                }
                ConditionTest::Field { target, is } => {
                    let name = self.name(target, bindings);
                    if names.contains(&name) {
                        let is = is.as_ref().map_or_else(|| "true".to_owned(), form_value);
                        found.push(on_screen(condition, ScreenConditionTest::Field { name, is }));
                        continue;
                    }
                    let path = bind(target, bindings).unwrap_or_else(|| Path::root_of("x"));
                    let value =
                        Answers::read(&*self.world, &path).map_err(|it| self.halt_here(it))?;
                    is.as_ref()
                        .map_or_else(|| value.is_true(), |it| form_value(it) == form_value(&value))
                }
            };
            if decided == condition.negated {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }

    /// Fills in what the field begins with: the present answer, an earlier one, the default.
    pub(crate) fn begin_with(
        &mut self,
        field: &mut ScreenField,
        default: Option<&Default>,
    ) -> Result<(), Halt> {
        let path = Path::parse(&field.name).ok();
        let known = path.as_ref().and_then(|it| self.known_or_remembered(it));
        field.value = match (known, default) {
            (Some(value), _) => Some(value),
            (None, Some(Default::Value(value))) => Some(value.clone()),
            (None, Some(Default::Text(text))) => Some(Value::Text(self.render(*text)?)),
            (None, Some(Default::Code(code))) => Some(self.evaluate(*code)?),
            (None, None) => None,
        };
        if let Some(value) = &field.value {
            let chosen = chosen(value);
            for choice in &mut field.choices {
                choice.selected = chosen.contains(&choice.value);
            }
        }
        Ok(())
    }

    fn known_or_remembered(&self, path: &Path) -> Option<Value> {
        let known = self.world.look(path, |it| match it {
            Some(Value::Object(object)) if matches!(object.content, Content::None) => {
                Some(Value::Alias(path.clone()))
            }
            other => other.cloned(),
        });
        known.or_else(|| {
            let inner = self.world.inner();
            let below = |it: &&Path| {
                it.starts_with(path) && it.segments().len() == path.segments().len() + 1
            };
            let remembered = &inner.store.state.remembered;
            let whole = remembered.get(path).cloned();
            whole.or_else(|| {
                // Check boxes are kept box by box.
                let boxes: Vec<Value> = remembered
                    .iter()
                    .filter(|(it, value)| below(it) && **value == Value::Bool(true))
                    .filter_map(|(it, _)| match it.last() {
                        Some(affiant_guest::Segment::Key(key)) => Some(Value::text(&**key)),
                        _ => None,
                    })
                    .collect();
                (!boxes.is_empty()).then_some(Value::List(boxes))
            })
        })
    }

    pub(crate) fn flag(&mut self, when: When) -> Result<bool, Halt> {
        match when {
            When::Never => Ok(false),
            When::Always => Ok(true),
            When::If(code) => self.is_true(code),
        }
    }

    fn bound(&mut self, bound: Option<&Bound>) -> Result<Option<Value>, Halt> {
        match bound {
            None => Ok(None),
            Some(Bound::Value(value)) => Ok(Some(value.clone())),
            Some(Bound::Code(code)) => self.evaluate(*code).map(Some),
        }
    }

    fn length(&mut self, bound: Option<&Bound>) -> Result<Option<u32>, Halt> {
        Ok(match self.bound(bound)? {
            Some(Value::Int(length)) => u32::try_from(length).ok(),
            _ => None,
        })
    }

    /// Fields that an expression gives as a list of dictionaries: `{label: …, field: …, …}`.
    fn computed_fields(&mut self, value: &Value, found: &mut Vec<ScreenField>) -> Result<(), Halt> {
        let Value::List(all) = value else { return Ok(()) };
        for entry in all {
            let Value::Dict(entry) = entry else { continue };
            let Some(Value::Text(name)) = entry.get("field") else { continue };
            let Ok(path) = Path::parse(name) else { continue };
            let text = |key: &str| match entry.get(key) {
                Some(Value::Text(text)) => Some(text.clone()),
                _ => None,
            };
            let datatype =
                text("datatype").and_then(|it| computed_datatype(&it)).unwrap_or(Datatype::Text);
            let own = self.world.place(&path).map_err(|it| self.halt_here(it))?;
            let mut field = blank(own.to_string(), datatype, default_widget(datatype));
            field.label = text("label").map(|it| crate::document::escape(&it));
            field.required = entry.get("required").is_none_or(Value::is_true);
            field.hint = text("hint").map(|it| crate::document::escape(&it));
            if let Some(kind) = yes_no_kind(datatype) {
                field.choices = self.yes_no(kind);
            }
            if let Some(choices) = entry.get("choices") {
                self.computed_choices(choices, None, &mut field.choices)?;
                if field.widget == Widget::Text {
                    field.widget = Widget::Dropdown;
                }
            }
            let default = entry.get("default").cloned().map(Default::Value);
            self.begin_with(&mut field, default.as_ref())?;
            found.push(field);
        }
        Ok(())
    }
}

impl Run<'_> {
    /// The choices of a yes/no question. The value posted is what the variable becomes.
    pub(crate) fn yes_no(&self, kind: YesNo) -> Vec<ScreenChoice> {
        let choice = |holds: Value, key: &str| ScreenChoice {
            value: form_value(&holds),
            holds,
            label: self.say(key, &[]),
            help: None,
            group: None,
            selected: false,
        };
        let (yes, maybe) = match kind {
            YesNo::YesNo => (true, false),
            YesNo::NoYes => (false, false),
            YesNo::YesNoMaybe => (true, true),
            YesNo::NoYesMaybe => (false, true),
        };
        let mut choices = vec![choice(Value::Bool(yes), "yes"), choice(Value::Bool(!yes), "no")];
        if maybe {
            choices.push(choice(Value::Null, "i_dont_know"));
        }
        choices
    }

    /// The sign of money: the interview's, or that of its language.
    pub(crate) fn currency_symbol(&self) -> String {
        let own = self.program.interview.metadata.currency_symbol.clone();
        own.unwrap_or_else(|| self.locale().currency_symbol().to_owned())
    }

    /// How the session's language is spoken.
    pub(crate) fn locale(&self) -> &'static Locale {
        affiant_library::locale(&self.world.spoken())
    }
}

fn on_screen(condition: &Condition, test: ScreenConditionTest) -> ScreenCondition {
    ScreenCondition { negated: condition.negated, disables: condition.disables, test }
}

/// The form values that a value chooses.
fn chosen(value: &Value) -> Vec<String> {
    match value {
        Value::List(all) => all.iter().map(form_value).collect(),
        Value::Object(object) => match &object.content {
            Content::Entries(entries) => {
                entries.iter().filter(|(_, it)| it.is_true()).map(|(key, _)| key.clone()).collect()
            }
            Content::Items(items) => items.iter().map(form_value).collect(),
            Content::None => Vec::new(),
        },
        other => vec![form_value(other)],
    }
}

pub(crate) fn blank(name: String, datatype: Datatype, widget: Widget) -> ScreenField {
    ScreenField {
        name,
        label: None,
        datatype,
        widget,
        required: true,
        choices: Vec::new(),
        value: None,
        hint: None,
        help: None,
        under_text: None,
        min: None,
        max: None,
        step: None,
        min_length: None,
        max_length: None,
        rows: None,
        conditions: Vec::new(),
        disable_others: None,
        none_of_the_above: None,
        all_of_the_above: None,
        currency_symbol: None,
        accept: Vec::new(),
        autocomplete: None,
        grid: None,
        data: None,
        note: None,
        messages: Vec::new(),
        custom: None,
        lookup: None,
        row: None,
    }
}

fn style_widget(style: ChoiceStyle) -> Widget {
    match style {
        ChoiceStyle::Buttons => Widget::Buttons,
        ChoiceStyle::Radio => Widget::Radio,
        ChoiceStyle::Dropdown => Widget::Dropdown,
        ChoiceStyle::Combobox => Widget::Combobox,
    }
}

fn widget(field: &Field) -> Widget {
    match field.input_type {
        InputType::Area => Widget::Area,
        InputType::Radio => Widget::Radio,
        InputType::Dropdown => Widget::Dropdown,
        InputType::Combobox => Widget::Combobox,
        InputType::Datalist => Widget::Datalist,
        InputType::Hidden => Widget::Hidden,
        InputType::Password => Widget::Password,
        InputType::Default if field.target.is_none() => {
            if field.html.is_some() {
                Widget::Html
            } else {
                Widget::Note
            }
        }
        InputType::Default
            if field.choices.is_some() && default_widget(field.datatype) == Widget::Text =>
        {
            Widget::Dropdown
        }
        InputType::Default => default_widget(field.datatype),
    }
}

fn default_widget(datatype: Datatype) -> Widget {
    match datatype {
        Datatype::Text | Datatype::Raw => Widget::Text,
        Datatype::Area => Widget::Area,
        Datatype::Integer => Widget::Integer,
        Datatype::Number => Widget::Number,
        Datatype::Currency => Widget::Currency,
        Datatype::Date => Widget::Date,
        Datatype::Time => Widget::Time,
        Datatype::DateTime => Widget::DateTime,
        Datatype::Email => Widget::Email,
        Datatype::Password => Widget::Password,
        Datatype::YesNo | Datatype::YesNoWide | Datatype::NoYes => Widget::Checkbox,
        Datatype::YesNoRadio
        | Datatype::YesNoMaybe
        | Datatype::NoYesRadio
        | Datatype::NoYesMaybe
        | Datatype::Boolean
        | Datatype::ObjectRadio => Widget::Radio,
        Datatype::Checkboxes | Datatype::ObjectCheckboxes => Widget::Checkboxes,
        Datatype::Multiselect | Datatype::ObjectMultiselect => Widget::Multiselect,
        Datatype::Range => Widget::Range,
        Datatype::Object => Widget::Dropdown,
        Datatype::File => Widget::File,
        Datatype::Files => Widget::Files,
        Datatype::Signature => Widget::Signature,
        Datatype::None => Widget::Note,
    }
}

/// Names of datatypes that fields from code may have.
fn computed_datatype(name: &str) -> Option<Datatype> {
    Some(match name {
        "text" => Datatype::Text,
        "area" => Datatype::Area,
        "integer" => Datatype::Integer,
        "number" => Datatype::Number,
        "currency" => Datatype::Currency,
        "date" => Datatype::Date,
        "time" => Datatype::Time,
        "email" => Datatype::Email,
        "yesno" => Datatype::YesNo,
        "yesnoradio" => Datatype::YesNoRadio,
        "yesnomaybe" => Datatype::YesNoMaybe,
        "checkboxes" => Datatype::Checkboxes,
        _ => return None,
    })
}

fn yes_no_kind(datatype: Datatype) -> Option<YesNo> {
    match datatype {
        Datatype::YesNoRadio | Datatype::Boolean => Some(YesNo::YesNo),
        Datatype::YesNoMaybe => Some(YesNo::YesNoMaybe),
        Datatype::NoYesRadio => Some(YesNo::NoYes),
        Datatype::NoYesMaybe => Some(YesNo::NoYesMaybe),
        _ => None,
    }
}

/// The HTML autocomplete token that fits a field about the user (WCAG 1.3.5), by the last part of
/// its name. Only fields that say they are addresses, or are named like a person's own data.
fn autocomplete(name: &str, field: &Field) -> Option<String> {
    let last = name.rsplit('.').next()?;
    let token = match (last, field.datatype) {
        (_, Datatype::Email) => "email",
        ("address", _) if field.address_autocomplete => "address-line1",
        ("phone_number" | "phone" | "telephone", _) => "tel",
        _ => return None,
    };
    Some(token.to_owned())
}
