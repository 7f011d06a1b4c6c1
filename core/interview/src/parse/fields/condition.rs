//! When a field is shown or can be used.

use affiant_diagnostic::Span;
use affiant_guest::Value;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::fields::{Draft, screen_test};
use crate::parse::keys::{Place, takes};
use crate::parse::values::value;
use crate::parse::yaml::{Entry, Literal};
use crate::{CodeId, Condition, ConditionTest, FieldEntry, Pattern};

/// What a condition that is a mapping says.
#[derive(Default)]
pub(crate) struct ConditionDraft {
    variable: Option<Pattern>,
    is: Option<Value>,
    code: Option<CodeId>,
}

/// Keys of `show if` and its like when they are mappings.
pub(crate) static CONDITION: Place<ConditionDraft> = Place {
    name: "a field's condition",
    keys: &[
        takes("variable", "The other field's variable.", |b, it, entry| {
            it.variable = b.variable(entry);
        }),
        takes("is", "What the other field must be.", |b, it, entry| {
            if entry.value.scalar().is_some() {
                it.is = Some(value(&entry.value));
            } else {
                let expected = "a text, a number or a boolean";
                b.report(diagnostics::wrong_type(entry.value.span, entry.name(), expected));
            }
        }),
        takes(
            "code",
            "An expression over what is known before, or a test of other fields of the screen.",
            |b, it, entry| {
                it.code = b.expression(entry);
            },
        ),
    ],
};

/// Reads `show if`, `hide if`, `enable if` or `disable if`.
pub(super) fn take(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    let (negated, disables) = meaning(entry.name());
    if let Some(test) = test(builder, entry) {
        draft.conditions.push(Condition { negated, disables, test });
    }
}

/// Reads `js show if` and its like.
pub(super) fn take_screen(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    let (negated, disables) = meaning(entry.name().trim_start_matches("js "));
    let Some(scalar) = builder.scalar(&entry.value, entry.name(), "an expression") else { return };
    let source = builder.source_text(&entry.value, scalar);
    match screen_test::parse(&source.text) {
        Ok(test) => {
            let test = ConditionTest::Screen(test);
            draft.conditions.push(Condition { negated, disables, test });
        }
        Err(no) => {
            let start = source.byte(no.at);
            let span = Span::new(source.span.source, start, start + 1);
            builder.report(diagnostics::no_screen_test(span, entry.name(), no.expected));
        }
    }
}

/// Conditions in code that name a field of the same screen are decided as it is filled in: they
/// must be tests that a browser can decide too. All others are decided before.
pub(super) fn settle(builder: &mut Builder<'_>, entries: &mut [FieldEntry]) {
    let names: Vec<String> = entries
        .iter()
        .filter_map(|it| match it {
            FieldEntry::Field(field) => field.target.as_ref().map(ToString::to_string),
            FieldEntry::Code(_) => None,
        })
        .collect();
    for entry in entries {
        let FieldEntry::Field(field) = entry else { continue };
        for condition in &mut field.conditions {
            let ConditionTest::Code(code) = condition.test else { continue };
            let source = builder.interview.codes[code.0 as usize].source.clone();
            if !names.iter().any(|it| screen_test::mentions(&source.text, it)) {
                continue;
            }
            match screen_test::parse(&source.text) {
                Ok(test) => condition.test = ConditionTest::Screen(test),
                Err(no) => {
                    let start = source.byte(no.at);
                    let span = Span::new(source.span.source, start, start + 1);
                    builder.report(diagnostics::no_screen_test(span, "code", no.expected));
                }
            }
        }
    }
}

fn meaning(name: &str) -> (bool, bool) {
    let negated = matches!(name, "hide if" | "disable if");
    let disables = matches!(name, "enable if" | "disable if");
    (negated, disables)
}

fn test(builder: &mut Builder<'_>, entry: &Entry) -> Option<ConditionTest> {
    if let Some(entries) = entry.value.map() {
        let mut draft = ConditionDraft::default();
        CONDITION.take_all(builder, &mut draft, entries);
        let has = |name: &str| entries.iter().any(|it| it.name() == name);
        let is_typo = !has("variable") && CONDITION.has_or_typo(entries, "variable");
        if has("code") == has("variable") && is_typo {
            return None;
        }
        if has("code") == has("variable") {
            builder.report(diagnostics::condition_without_test(entry.value.span, entry.name()));
            return None;
        }
        return match (draft.variable, draft.code) {
            (Some(target), _) => Some(ConditionTest::Field { target, is: draft.is }),
            (None, code) => code.map(ConditionTest::Code),
        };
    }
    let text = match entry.value.literal() {
        Some(Literal::Text(text)) => text,
        Some(Literal::Bool(_)) => return builder.expression(entry).map(ConditionTest::Code),
        _ => "",
    };
    if let Ok(target) = Pattern::parse(text) {
        return Some(ConditionTest::Field { target, is: None });
    }
    builder.report(diagnostics::condition_is_expression(entry.value.span, entry.name(), text));
    None
}

/// Reports two conditions of which one is true exactly when the other is false.
pub(super) fn check(builder: &mut Builder<'_>, conditions: &[Condition], entries: &[Entry]) {
    let contradicts = |one: &Condition, other: &Condition| {
        let same = match (&one.test, &other.test) {
            (ConditionTest::Field { .. }, ConditionTest::Field { .. }) => one.test == other.test,
            _ => false,
        };
        same && one.negated != other.negated && one.disables == other.disables
    };
    let pair = conditions
        .iter()
        .enumerate()
        .any(|(at, one)| conditions.iter().skip(at + 1).any(|other| contradicts(one, other)));
    let places: Vec<_> =
        entries.iter().filter(|it| it.name().ends_with("if")).map(|it| it.key.span).collect();
    if pair && let [first, .., last] = places.as_slice() {
        builder.report(diagnostics::contradicting_conditions(*last, *first));
    }
}
