//! When a field is shown: for the page's script, and in words for people whose browser runs none.

use affiant_engine::{
    Entered, Screen, ScreenCondition, ScreenConditionTest, ScreenField, Widget, as_float,
};
use affiant_interview::{Comparison, Test};
use serde_json::{Value, json};

use crate::page::text::Texts;

/// A test as the script reads it: literals stand for themselves, anything else is a list that
/// begins with what it does.
pub(crate) fn json(test: &Test<Entered>) -> Value {
    let all = |name: &str, all: &[Test<Entered>]| {
        let parts = std::iter::once(Value::from(name)).chain(all.iter().map(json));
        Value::Array(parts.collect())
    };
    match test {
        Test::Named(Entered::Field(name)) => json!(["field", name]),
        Test::Named(Entered::Box(name, key)) => json!(["box", name, key]),
        Test::Text(text) => Value::from(text.as_str()),
        Test::Number(number) => Value::from(as_float(*number)),
        Test::Flag(flag) => Value::from(*flag),
        Test::Nothing => Value::Null,
        Test::Compare(how, one, other) => json!([sign(*how), json(one), json(other)]),
        Test::All(parts) => all("and", parts),
        Test::Any(parts) => all("or", parts),
        Test::Not(inner) => json!(["not", json(inner)]),
    }
}

fn sign(how: Comparison) -> &'static str {
    match how {
        Comparison::Equal => "==",
        Comparison::Unequal => "!=",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::More => ">",
        Comparison::AtLeast => ">=",
    }
}

/// A condition as a test, also where it only compares one field.
pub(crate) fn test(condition: &ScreenCondition, screen: &Screen) -> Test<Entered> {
    let test = match &condition.test {
        ScreenConditionTest::Test(test) => test.clone(),
        ScreenConditionTest::Field { name, is } if is_group(screen, name) => {
            Test::Named(Entered::Box(name.clone(), is.clone()))
        }
        ScreenConditionTest::Field { name, is } => {
            let field = Test::Named(Entered::Field(name.clone()));
            let is = match is.as_str() {
                "true" => Test::Flag(true),
                "false" => Test::Flag(false),
                "null" => Test::Nothing,
                other => Test::Text(other.to_owned()),
            };
            Test::Compare(Comparison::Equal, Box::new(field), Box::new(is))
        }
    };
    if condition.negated { Test::Not(Box::new(test)) } else { test }
}

/// Whether a field is a group of check boxes.
fn is_group(screen: &Screen, name: &str) -> bool {
    let boxes = |it: &ScreenField| matches!(it.widget, Widget::Checkboxes | Widget::Multiselect);
    screen.fields.iter().any(|it| it.name == name && boxes(it))
}

/// Gives the words for a key, with what is given in the place of `{name}`.
pub(crate) type Say<'a> = dyn Fn(&str, &[(&str, &str)]) -> String + 'a;

/// Says a test in words.
pub(crate) struct InWords<'a> {
    pub(crate) screen: &'a Screen,
    pub(crate) texts: &'a Texts<'a>,
    pub(crate) say: &'a Say<'a>,
}

impl InWords<'_> {
    /// `“Do you rent?” is “Yes” and “Rent” is more than 500`
    pub(crate) fn of(&self, test: &Test<Entered>) -> String {
        self.test(test, false)
    }

    fn test(&self, test: &Test<Entered>, negated: bool) -> String {
        match test {
            Test::Not(inner) => self.test(inner, !negated),
            Test::All(all) => {
                self.joined(all, negated, if negated { "test_or" } else { "test_and" })
            }
            Test::Any(all) => {
                self.joined(all, negated, if negated { "test_and" } else { "test_or" })
            }
            Test::Compare(how, one, other) => self.comparison(*how, one, other, negated),
            Test::Named(Entered::Box(name, key)) => {
                let key_words = if negated { "test_unticked" } else { "test_ticked" };
                let (question, answer) = (self.question(name), self.choice(name, key));
                (self.say)(key_words, &[("question", &question), ("answer", &answer)])
            }
            Test::Named(Entered::Field(name)) => {
                let is = Test::Flag(true);
                if self.is_yes_no(name) {
                    return self.comparison(Comparison::Equal, test, &is, negated);
                }
                let key = if negated { "test_empty" } else { "test_given" };
                (self.say)(key, &[("question", &self.question(name))])
            }
            literal => self.operand(literal, None),
        }
    }

    fn joined(&self, all: &[Test<Entered>], negated: bool, key: &str) -> String {
        let parts = all.iter().map(|it| self.test(it, negated));
        parts
            .reduce(|first, second| (self.say)(key, &[("first", &first), ("second", &second)]))
            .unwrap_or_default()
    }

    fn comparison(
        &self,
        how: Comparison,
        one: &Test<Entered>,
        other: &Test<Entered>,
        negated: bool,
    ) -> String {
        let key = match (how, negated) {
            (Comparison::Equal, false) | (Comparison::Unequal, true) => "test_is",
            (Comparison::Equal, true) | (Comparison::Unequal, false) => "test_is_not",
            (Comparison::Less, false) | (Comparison::AtLeast, true) => "test_less",
            (Comparison::AtMost, false) | (Comparison::More, true) => "test_at_most",
            (Comparison::More, false) | (Comparison::AtMost, true) => "test_more",
            (Comparison::AtLeast, false) | (Comparison::Less, true) => "test_at_least",
        };
        let (name, other) = match (one, other) {
            (Test::Named(Entered::Field(name)), other) => (name, other),
            (other, Test::Named(Entered::Field(name))) => (name, other),
            (one, other) => {
                let (one, other) = (self.operand(one, None), self.operand(other, None));
                return (self.say)(key, &[("question", &one), ("answer", &other)]);
            }
        };
        let empties =
            matches!(other, Test::Nothing) || matches!(other, Test::Text(it) if it.is_empty());
        if empties && !self.has_choice(name, "null") {
            let key = if key == "test_is" { "test_empty" } else { "test_given" };
            return (self.say)(key, &[("question", &self.question(name))]);
        }
        let (question, answer) = (self.question(name), self.operand(other, Some(name)));
        (self.say)(key, &[("question", &question), ("answer", &answer)])
    }

    /// What stands beside a field, as one of its choices where it is one.
    fn operand(&self, test: &Test<Entered>, beside: Option<&str>) -> String {
        let value = match test {
            Test::Named(Entered::Field(name)) => return self.question(name),
            Test::Text(text) => text.clone(),
            Test::Number(number) => number.normalize().to_string(),
            Test::Flag(flag) => flag.to_string(),
            Test::Nothing => "null".to_owned(),
            other => return self.test(other, false),
        };
        match (beside, value.as_str()) {
            (Some(name), _) if self.has_choice(name, &value) => self.choice(name, &value),
            (_, "true") => (self.say)("yes", &[]),
            (_, "false") => (self.say)("no", &[]),
            _ => value,
        }
    }

    fn field(&self, name: &str) -> Option<&ScreenField> {
        self.screen.fields.iter().find(|it| it.name == name)
    }

    fn question(&self, name: &str) -> String {
        let label = self.field(name).and_then(|it| it.label.as_deref());
        self.texts.plain(label.unwrap_or(&self.screen.title))
    }

    fn has_choice(&self, name: &str, value: &str) -> bool {
        self.field(name).is_some_and(|it| it.choices.iter().any(|it| it.value == value))
    }

    fn is_yes_no(&self, name: &str) -> bool {
        let is_box = |it: &ScreenField| it.widget == Widget::Checkbox;
        self.has_choice(name, "true") || self.field(name).is_some_and(is_box)
    }

    fn choice(&self, name: &str, value: &str) -> String {
        let choice = self.field(name).and_then(|it| it.choices.iter().find(|it| it.value == value));
        choice.map_or_else(|| value.to_owned(), |it| self.texts.plain(&it.label))
    }
}
