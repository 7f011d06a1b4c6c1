//! What can be chosen in a field.

use affiant_engine::{NONE_OF_THE_ABOVE, ScreenChoice, ScreenField};
use affiant_guest::{Content, Value as Answer};
use minijinja::{Value, context};

use crate::page::text::Texts;

/// A choice with a longer label gets a line of its own.
const SHORT: usize = 12;

/// The choices under their headings; choices without one stand under a group without a label.
/// The first has the id of the field, so that errors lead to it.
pub(crate) fn groups(
    id: &str,
    field: &ScreenField,
    posted: Option<&[String]>,
    texts: &Texts<'_>,
) -> Vec<Value> {
    let mut groups: Vec<(Option<&str>, Vec<Value>)> = Vec::new();
    for (at, choice) in field.choices.iter().enumerate() {
        let id = if at == 0 { id.to_owned() } else { format!("{id}-{at}") };
        let drawn = one(id, choice, posted, texts);
        let label = choice.group.as_deref();
        match groups.last_mut() {
            Some((last, all)) if *last == label => all.push(drawn),
            _ => groups.push((label, vec![drawn])),
        }
    }
    groups
        .into_iter()
        .enumerate()
        .map(|(at, (label, choices))| context! { label, id => format!("{id}-group-{at}"), choices })
        .collect()
}

fn one(id: String, choice: &ScreenChoice, posted: Option<&[String]>, texts: &Texts<'_>) -> Value {
    let chosen = posted.map_or(choice.selected, |all| all.contains(&choice.value));
    context! {
        id,
        value => choice.value.as_str(),
        // Yes and no are words of ours.
        label => match choice.holds {
            Answer::Bool(_) | Answer::Null => texts.ours(&choice.label),
            _ => texts.inline(&choice.label),
        },
        plain => texts.plain(&choice.label),
        help => choice.help.as_deref().map(|it| texts.inline(it)),
        chosen,
    }
}

/// Whether the choices fit beside each other: yes and no, and what is as short.
pub(crate) fn are_short(field: &ScreenField, texts: &Texts<'_>) -> bool {
    let short = |it: &ScreenChoice| {
        it.help.is_none() && it.group.is_none() && texts.plain(&it.label).chars().count() <= SHORT
    };
    field.choices.len() <= 3 && field.choices.iter().all(short)
}

/// The boxes that mean none and all.
pub(crate) fn extra_boxes(
    field: &ScreenField,
    posted: Option<&[String]>,
    texts: &Texts<'_>,
) -> Value {
    let none_chosen = match posted {
        Some(all) => all.iter().any(|it| it == NONE_OF_THE_ABOVE),
        None => none_was_chosen(field),
    };
    context! {
        none => field.none_of_the_above.as_deref().map(|it| texts.inline(it)),
        none_value => NONE_OF_THE_ABOVE,
        none_chosen,
        all => field.all_of_the_above.as_deref().map(|it| texts.inline(it)),
    }
}

/// "None of the above" was the answer: every box is known and none is ticked.
fn none_was_chosen(field: &ScreenField) -> bool {
    let Some(Answer::Object(object)) = &field.value else { return false };
    let Content::Entries(entries) = &object.content else { return false };
    !entries.is_empty() && entries.values().all(|it| !it.is_true())
}
