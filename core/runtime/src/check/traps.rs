//! What is likely not meant: fields that may stay unknown but are read, questions that never get
//! their turn, code that needs itself, values that no choice has, inputs without a label.

use std::collections::{BTreeMap, BTreeSet};

use affiant_diagnostic::{Diagnostic, Span};
use affiant_guest::Value;
use affiant_interview::{
    Block, BlockIndex, BlockKind, ChoiceSource, ChoiceValue, Comparison, ConditionTest, Control,
    Field, InputType, Interview, Pattern, Question, Test, TextId, When,
};

use super::{nearest, place_in_text, question_fields, root_of};
use crate::diagnostics;
use crate::loaded::Loaded;

/// Adds what is found.
pub(super) fn check(loaded: &Loaded, found: &mut Vec<Diagnostic>) {
    let interview = loaded.interview();
    hidden_fields(loaded, found);
    shadowed_questions(loaded, found);
    circles(loaded, found);
    for block in &interview.blocks {
        if let BlockKind::Question(question) = &block.kind {
            labels(interview, block, question, found);
        }
        for field in question_fields(block) {
            impossible_values(interview, field, found);
        }
    }
}

/// A place where something is read, and the source it stands in.
struct Read<'a> {
    path: String,
    span: Span,
    source: &'a str,
}

/// Fields that a condition of their screen may hide, and that are read elsewhere as if they were
/// always known: reading asks the same screen again, which does not help.
fn hidden_fields(loaded: &Loaded, found: &mut Vec<Diagnostic>) {
    let interview = loaded.interview();
    let reads = reads(loaded, &review_texts(interview));
    for block in &interview.blocks {
        for field in question_fields(block) {
            let is_plain = |it: &&Pattern| !it.is_generic() && it.variables().next().is_none();
            let Some(target) = field.target.as_ref().filter(is_plain) else { continue };
            let names = condition_names(field);
            let name = target.to_string();
            let Some(condition) = names.first() else { continue };
            if loaded.program.index().definers(&name).len() != 1 {
                continue;
            }
            let unguarded = reads.iter().find(|it| {
                it.path == name
                    && !is_in(interview, block, it.span)
                    && !is_guarded(it, &name, &names)
            });
            if let Some(read) = unguarded {
                found.push(diagnostics::may_be_hidden(read.span, &name, field.span, condition));
            }
        }
    }
}

/// What the conditions of a field that are decided on its screen look at.
fn condition_names(field: &Field) -> Vec<String> {
    let mut names = Vec::new();
    for condition in &field.conditions {
        match &condition.test {
            ConditionTest::Field { target, .. } => names.push(target.to_string()),
            ConditionTest::Screen(test) => {
                names.extend(test.names().into_iter().map(ToString::to_string));
            }
            ConditionTest::Code(_) => {}
        }
    }
    names
}

/// Whether a source looks before it reads, or asks itself for what the field depends on.
fn is_guarded(read: &Read<'_>, name: &str, conditions: &[String]) -> bool {
    let source = read.source;
    let looks = [
        format!("defined(\"{name}\")"),
        format!("defined('{name}')"),
        format!("{name} is defined"),
        format!("{name} | default"),
        format!("{name}|default"),
    ];
    looks.iter().any(|it| source.contains(it))
        || source.contains("showifdef")
        || conditions.iter().any(|it| source.contains(it.as_str()))
}

/// Whether a place lies in a block: behind its start, before that of the next one.
fn is_in(interview: &Interview, block: &Block, place: Span) -> bool {
    let starts = interview.blocks.iter().map(|it| it.span);
    let behind = starts.filter(|it| it.source == block.span.source && it.start > block.span.start);
    let next = behind.map(|it| it.start).min();
    place.source == block.span.source
        && place.start >= block.span.start
        && next.is_none_or(|next| place.start < next)
}

/// The texts of reviews: a row whose variable is not known is not shown.
fn review_texts(interview: &Interview) -> BTreeSet<TextId> {
    let mut texts = BTreeSet::new();
    for block in &interview.blocks {
        if let BlockKind::Question(question) = &block.kind
            && let Control::Review(review) = &question.control
        {
            texts.extend(review.items.iter().filter_map(|it| it.text));
        }
    }
    texts
}

fn reads<'a>(loaded: &'a Loaded, left_out: &BTreeSet<TextId>) -> Vec<Read<'a>> {
    let interview = loaded.interview();
    let mut found = Vec::new();
    for (code, script) in interview.codes.iter().zip(&loaded.sandbox.scripts) {
        let Some(script) = script else { continue };
        for read in &script.analysis().reads {
            let span = code.source.place(read.line, read.column, root_of(&read.path).len());
            found.push(Read { path: read.path.clone(), span, source: &code.source.text });
        }
    }
    for (at, (text, compiled)) in interview.texts.iter().zip(&loaded.sandbox.texts).enumerate() {
        let Some(compiled) = compiled else { continue };
        if left_out.contains(&TextId(u32::try_from(at).unwrap_or(u32::MAX))) {
            continue;
        }
        for path in compiled.names_read() {
            let span = place_in_text(text, &root_of(&path));
            found.push(Read { path, span, source: &text.source.text });
        }
    }
    found
}

/// Questions that never get their turn, because a later one of the same file asks for all of the
/// same, always.
fn shadowed_questions(loaded: &Loaded, found: &mut Vec<Diagnostic>) {
    let interview = loaded.interview();
    let index = loaded.program.index();
    if !interview.orders.is_empty() || interview.blocks.iter().all(|it| it.mandatory == When::Never)
    {
        return;
    }
    for (at, block) in interview.blocks.iter().enumerate() {
        let targets = index.targets(block_index(at));
        if targets.is_empty() || !is_only_needed(block) || index.is_embedded(block_index(at)) {
            continue;
        }
        let mut behind = interview.blocks.iter().enumerate().skip(at + 1);
        let later = behind.find(|(later, other)| {
            always_asks(other)
                && other.span.source == block.span.source
                && other.language == block.language
                && other.generic == block.generic
                && !index.is_embedded(block_index(*later))
                && targets.iter().all(|it| index.targets(block_index(*later)).contains(it))
        });
        if let Some((_, later)) = later {
            let names: Vec<String> = targets.iter().map(ToString::to_string).collect();
            let line = interview.sources.locate(later.span).line;
            found.push(diagnostics::shadowed(block.span, &names, line));
        }
    }
}

fn block_index(at: usize) -> BlockIndex {
    BlockIndex(u32::try_from(at).unwrap_or(u32::MAX))
}

/// A question that is asked for what it sets, and for nothing else.
fn is_only_needed(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Question(_))
        && block.mandatory == When::Never
        && block.initial == When::Never
        && block.events.is_empty()
        && block.supersedes.is_empty()
}

/// A question that asks for all it has whenever it is tried.
fn always_asks(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Question(_))
        && block.conditions.is_empty()
        && block.events.is_empty()
        && question_fields(block).all(|it| it.conditions.is_empty())
}

/// What variables need, by name, with the place of the code that defines them.
type Needs = BTreeMap<String, (Span, Vec<String>)>;

/// Variables that only straight code defines, and that need each other.
fn circles(loaded: &Loaded, found: &mut Vec<Diagnostic>) {
    const BRANCHES: [&str; 11] =
        ["if", "switch", "while", "for", "loop", "try", "defined", "fn", "&&", "||", "??"];
    let interview = loaded.interview();
    let mut needs = Needs::new();
    for (at, block) in interview.blocks.iter().enumerate() {
        let BlockKind::Code(code) = block.kind else { continue };
        let source = &interview.codes[code.0 as usize].source;
        let Some(script) = &loaded.sandbox.scripts[code.0 as usize] else { continue };
        let is_straight = !BRANCHES.iter().any(|it| source.text.contains(it));
        if !is_straight || !block.conditions.is_empty() {
            continue;
        }
        let reads: Vec<String> = script.analysis().reads.iter().map(|it| it.path.clone()).collect();
        for target in loaded.program.index().targets(block_index(at)) {
            let name = target.to_string();
            if target.segments().is_empty() && loaded.program.index().definers(&name).len() == 1 {
                needs.insert(name, (block.span, reads.clone()));
            }
        }
    }
    let mut told: BTreeSet<String> = BTreeSet::new();
    for (start, (span, _)) in &needs {
        if told.contains(start) {
            continue;
        }
        if let Some(circle) = circle_from(start, &needs) {
            found.push(diagnostics::circle(*span, &circle));
            told.extend(circle);
        }
    }
}

/// The way from a variable back to itself through others, if there is one.
fn circle_from(start: &str, needs: &Needs) -> Option<Vec<String>> {
    let mut seen: BTreeSet<&str> = BTreeSet::from([start]);
    let mut ways: Vec<Vec<&str>> = vec![vec![start]];
    while let Some(way) = ways.pop() {
        let (_, reads) = needs.get(*way.last()?)?;
        for read in reads {
            // What a block assigns and then reads is its own.
            if read == start && way.len() > 1 {
                return Some(way.into_iter().chain([start]).map(str::to_owned).collect());
            }
            if needs.contains_key(read) && seen.insert(read) {
                ways.push(way.iter().copied().chain([read.as_str()]).collect());
            }
        }
    }
    None
}

/// Screens and inputs that people who do not see them cannot tell apart.
fn labels(interview: &Interview, block: &Block, question: &Question, found: &mut Vec<Diagnostic>) {
    if interview.texts[question.title.0 as usize].source.text.trim().is_empty() {
        found.push(diagnostics::no_heading(block.span));
    }
    let shown = |it: &&Field| it.target.is_some() && it.input_type != InputType::Hidden;
    let inputs: Vec<&Field> = question_fields(block).filter(shown).collect();
    for field in inputs.iter().filter(|it| it.label.is_none()) {
        if let (true, Some(target)) = (inputs.len() > 1, &field.target) {
            found.push(diagnostics::no_label(field.span, &target.to_string()));
        }
    }
}

/// Conditions that compare a field with what none of its choices is.
fn impossible_values(interview: &Interview, field: &Field, found: &mut Vec<Diagnostic>) {
    let mut compared: Vec<(&Pattern, String)> = Vec::new();
    for condition in &field.conditions {
        match &condition.test {
            ConditionTest::Field { target, is: Some(Value::Text(is)) } => {
                compared.push((target, is.clone()));
            }
            ConditionTest::Screen(test) => compare(test, &mut compared),
            ConditionTest::Field { .. } | ConditionTest::Code(_) => {}
        }
    }
    for (target, value) in compared {
        let Some(choices) = choices_of(interview, target) else { continue };
        if !value.is_empty() && !choices.contains(&value) {
            let near = nearest(&value, choices.iter().map(String::as_str));
            found.push(diagnostics::impossible(field.span, &target.to_string(), &value, near));
        }
    }
}

/// Every comparison of a field with a text.
fn compare<'t>(test: &'t Test<Pattern>, found: &mut Vec<(&'t Pattern, String)>) {
    match test {
        Test::Compare(Comparison::Equal | Comparison::Unequal, one, other) => {
            if let (Test::Named(name), Test::Text(text)) | (Test::Text(text), Test::Named(name)) =
                (&**one, &**other)
            {
                found.push((name, text.clone()));
            }
        }
        Test::All(all) | Test::Any(all) => all.iter().for_each(|it| compare(it, found)),
        Test::Not(inner) => compare(inner, found),
        _ => {}
    }
}

/// The values that a field can have, when all of them are written in the interview and nothing
/// else can be entered.
fn choices_of(interview: &Interview, target: &Pattern) -> Option<Vec<String>> {
    let fields = interview.blocks.iter().flat_map(question_fields);
    let mut of_target = fields.filter(|it| it.target.as_ref() == Some(target));
    let field = of_target.next()?;
    let takes_others = matches!(field.input_type, InputType::Combobox | InputType::Datalist);
    if of_target.next().is_some() || takes_others {
        return None;
    }
    let Some(ChoiceSource::Items(items)) = &field.choices else { return None };
    let values = items.iter().map(|it| match &it.value {
        ChoiceValue::Value(Value::Text(value)) => Some(value.clone()),
        _ => None,
    });
    values.collect()
}
