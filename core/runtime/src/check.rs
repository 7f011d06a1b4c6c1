//! Lints that need the whole interview: names that nothing defines, blocks that nothing needs.

mod tasks;
mod traps;

use std::collections::{BTreeMap, BTreeSet};

use affiant_diagnostic::{Diagnostic, Span};
use affiant_interview::{
    Argument, Block, BlockIndex, BlockKind, ClassUse, Code, ConditionTest, Control, Datatype,
    Field, FieldEntry, Interview, Pattern, Review, ReviewTarget, Text, UsedPlugin, When,
};

use crate::apart;
use crate::diagnostics;
use crate::loaded::Loaded;

/// Names that mean something without a definer: the generic object, index variables, what tables,
/// choices and checks bind, the sections, and the words of authors who come from Python.
const BOUND: &[&str] = &[
    "x",
    "i",
    "j",
    "k",
    "l",
    "m",
    "n",
    "row_item",
    "row_index",
    "value",
    "nav",
    "True",
    "False",
    "None",
];

/// One place where a variable is read.
struct Use {
    root: String,
    span: Span,
}

/// Adds what the checks of the whole interview find.
pub(crate) fn check(loaded: &Loaded, diagnostics: &mut Vec<Diagnostic>) {
    let interview = loaded.interview();
    // What a script that does not compile reads is not known: its names would be told twice.
    let complete = loaded.sandbox.scripts.iter().all(Option::is_some)
        && loaded.sandbox.texts.iter().all(Option::is_some);
    let uses = uses(loaded);
    let roots = defined_roots(loaded);
    unknown_variables(&uses, &roots, diagnostics);
    unknown_functions(loaded, diagnostics);
    unknown_datatypes(loaded, diagnostics);
    unknown_sources(loaded, diagnostics);
    classes_and_objects(loaded, diagnostics);
    apart::check(loaded, diagnostics);
    tasks::check(loaded, diagnostics);
    if complete {
        unneeded_blocks(loaded, &uses, diagnostics);
        traps::check(loaded, diagnostics);
    }
    unclassified_fields(interview, diagnostics);
}

/// Everything that scripts and texts read, by root name.
fn uses(loaded: &Loaded) -> Vec<Use> {
    let interview = loaded.interview();
    let mut found = Vec::new();
    for (code, script) in interview.codes.iter().zip(&loaded.sandbox.scripts) {
        let Some(script) = script else { continue };
        for read in &script.analysis().reads {
            let root = root_of(&read.path);
            let span = code.source.place(read.line, read.column, root.len());
            found.push(Use { root, span });
        }
    }
    for (text, compiled) in interview.texts.iter().zip(&loaded.sandbox.texts) {
        let Some(compiled) = compiled else { continue };
        for name in compiled.names_read() {
            let root = root_of(&name);
            let span = place_in_text(text, &root);
            found.push(Use { root, span });
        }
    }
    for block in &interview.blocks {
        for field in question_fields(block) {
            let tests = field.conditions.iter().filter_map(|it| match &it.test {
                ConditionTest::Screen(test) => Some(test),
                ConditionTest::Field { .. } | ConditionTest::Code(_) => None,
            });
            let names = tests.flat_map(|it| it.names());
            found.extend(names.map(|it| Use { root: it.root().to_owned(), span: field.span }));
        }
    }
    found
}

/// The fields of a question that are written in the interview.
pub(crate) fn question_fields(block: &Block) -> impl Iterator<Item = &Field> {
    let entries = match &block.kind {
        BlockKind::Question(question) => match &question.control {
            Control::Fields { entries, .. } => entries.as_slice(),
            _ => &[],
        },
        _ => &[],
    };
    fields(entries)
}

/// The first place where a text names `root` as a word, in a tag if there is one.
fn place_in_text(text: &Text, root: &str) -> Span {
    let mut outside = None;
    for (at, line) in text.source.text.lines().enumerate() {
        let word = |start: usize| {
            let is_part = |it: char| it.is_alphanumeric() || it == '_';
            !line[..start].ends_with(is_part) && !line[start + root.len()..].starts_with(is_part)
        };
        for (start, _) in line.match_indices(root).filter(|(start, _)| word(*start)) {
            let column = line[..start].chars().count() + 1;
            let place = text.source.place(at + 1, column, root.len());
            if is_in_tag(&line[..start]) {
                return place;
            }
            outside.get_or_insert(place);
        }
    }
    outside.unwrap_or(text.source.span)
}

/// Whether what follows the start of a line stands in a tag that began in it.
fn is_in_tag(before: &str) -> bool {
    let last = |marks: [&str; 2]| marks.iter().filter_map(|it| before.rfind(it)).max();
    last(["{{", "{%"]) > last(["}}", "%}"])
}

fn root_of(path: &str) -> String {
    path.split(['.', '[']).next().unwrap_or(path).to_owned()
}

/// The roots of all names that some block can define or answers as an event.
fn defined_roots(loaded: &Loaded) -> BTreeSet<String> {
    loaded.program.index().patterns().map(root_of).collect()
}

fn unknown_variables(uses: &[Use], roots: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) {
    let mut unknown: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for it in uses {
        if !roots.contains(&it.root) && !BOUND.contains(&it.root.as_str()) {
            unknown.entry(&it.root).or_default().push(it.span);
        }
    }
    for (name, spans) in unknown {
        if affiant_library::function(name).is_some() || affiant_library::class(name).is_some() {
            continue;
        }
        let Some(first) = spans.iter().min_by_key(|it| (it.source, it.start)) else { continue };
        let nearest = nearest(name, roots.iter().map(String::as_str));
        diagnostics.push(diagnostics::unknown_variable(*first, name, spans.len(), nearest));
    }
}

fn unknown_functions(loaded: &Loaded, diagnostics: &mut Vec<Diagnostic>) {
    let interview = loaded.interview();
    let known: BTreeSet<String> = affiant_script::reachable_functions().into_iter().collect();
    for (code, script) in interview.codes.iter().zip(&loaded.sandbox.scripts) {
        let Some(script) = script else { continue };
        for call in script.analysis().calls.iter().filter(|it| !it.is_method) {
            let defined = known.contains(&call.name)
                || affiant_library::class(&call.name).is_some()
                || loaded.used.names.contains(&call.name)
                || is_own_function(interview, code, &call.name);
            if !defined {
                let span = code.source.place(call.line, call.column, call.name.len());
                let nearest = nearest(&call.name, known.iter().map(String::as_str));
                diagnostics.push(diagnostics::unknown_function(span, &call.name, nearest));
            }
        }
    }
}

/// Datatypes that are none of ours and that no plugin of the interview has. Where it names no plugin,
/// the parser has told.
fn unknown_datatypes(loaded: &Loaded, diagnostics: &mut Vec<Diagnostic>) {
    let interview = loaded.interview();
    if interview.plugins.is_empty() {
        return;
    }
    let known = &loaded.used.datatypes;
    for field in interview.blocks.iter().flat_map(question_fields) {
        let Some(custom) = field.custom.as_ref().filter(|it| !known.contains_key(&it.name)) else {
            continue;
        };
        let ours = affiant_interview::datatypes().datatypes;
        let all = known.keys().map(String::as_str).chain(ours);
        let nearest = nearest(&custom.name, all);
        diagnostics.push(diagnostics::unknown_datatype(custom.span, &custom.name, nearest));
    }
}

/// Lists to look things up in that no plugin of the interview has. Where one of its plugins is not
/// installed, that is what is wrong, and it is told.
fn unknown_sources(loaded: &Loaded, diagnostics: &mut Vec<Diagnostic>) {
    let (interview, known) = (loaded.interview(), &loaded.used.sources);
    let is_there = |it: &UsedPlugin| loaded.used.plugins.functions(&it.id).is_some();
    if !interview.plugins.iter().all(is_there) {
        return;
    }
    for field in interview.blocks.iter().flat_map(question_fields) {
        let Some(lookup) = field.lookup.as_ref().filter(|it| !known.contains_key(&it.source))
        else {
            continue;
        };
        let nearest = nearest(&lookup.source, known.keys().map(String::as_str));
        diagnostics.push(diagnostics::unknown_source(lookup.span, &lookup.source, nearest));
    }
}

/// Whether the script itself or a module says `fn NAME(`, or binds the name to a closure.
fn is_own_function(interview: &Interview, code: &Code, name: &str) -> bool {
    let declares = |source: &str| {
        let mut words = source.split(|it: char| !(it.is_alphanumeric() || it == '_'));
        let mut before = "";
        words.any(|word| {
            let found = matches!(before, "fn" | "let" | "const") && word == name;
            if !word.is_empty() {
                before = word;
            }
            found
        })
    };
    declares(&code.source.text) || interview.modules.iter().any(|it| declares(&it.source.text))
}

fn classes_and_objects(loaded: &Loaded, diagnostics: &mut Vec<Diagnostic>) {
    let interview = loaded.interview();
    let mut made: BTreeSet<String> = BTreeSet::new();
    for (at, block) in interview.blocks.iter().enumerate() {
        if let BlockKind::Objects(objects) = &block.kind {
            for object in objects {
                check_class(&object.class, object.span, diagnostics);
            }
        }
        let here = BlockIndex(u32::try_from(at).unwrap_or(u32::MAX));
        let whole = |it: &&Pattern| it.segments().is_empty();
        made.extend(
            loaded
                .program
                .index()
                .targets(here)
                .iter()
                .filter(whole)
                .map(|it| it.root().to_owned()),
        );
    }
    let mut told = BTreeSet::new();
    for block in &interview.blocks {
        for (target, span) in field_targets(block) {
            let root = target.root().to_owned();
            let needs_object = !target.segments().is_empty() && !target.is_generic();
            if needs_object && !made.contains(&root) && told.insert(root.clone()) {
                diagnostics.push(diagnostics::no_object(span, &target.to_string(), &root));
            }
        }
    }
}

fn check_class(class: &ClassUse, span: Span, diagnostics: &mut Vec<Diagnostic>) {
    if affiant_library::class(&class.name).is_none() {
        let names = affiant_library::classes().iter().map(|it| it.name);
        diagnostics.push(diagnostics::unknown_class(
            span,
            &class.name,
            nearest(&class.name, names),
        ));
    }
    for (_, argument) in &class.using {
        if let Argument::Class(inner) = argument {
            check_class(inner, span, diagnostics);
        }
    }
}

/// The variables that a question's inputs set, with their places.
fn field_targets(block: &Block) -> Vec<(&Pattern, Span)> {
    let BlockKind::Question(question) = &block.kind else { return Vec::new() };
    match &question.control {
        Control::Fields { entries, .. } => fields(entries)
            .filter_map(|it| it.target.as_ref().map(|target| (target, it.span)))
            .collect(),
        Control::YesNo { target, .. } | Control::Continue(target) => vec![(target, block.span)],
        Control::Choice { target: Some(target), .. } => vec![(target, block.span)],
        _ => Vec::new(),
    }
}

pub(crate) fn fields(entries: &[FieldEntry]) -> impl Iterator<Item = &Field> {
    entries.iter().filter_map(|it| match it {
        FieldEntry::Field(field) => Some(&**field),
        FieldEntry::Code(_) => None,
    })
}

/// Blocks that only define names that nothing reads. Only told of interviews that say what is
/// mandatory, and never of blocks that actions or lists may reach.
fn unneeded_blocks(loaded: &Loaded, uses: &[Use], diagnostics: &mut Vec<Diagnostic>) {
    let interview = loaded.interview();
    if interview.blocks.iter().all(|it| it.mandatory == When::Never) {
        return;
    }
    let mut read: BTreeSet<String> = uses.iter().map(|it| it.root.clone()).collect();
    read.extend(interview.blocks.iter().flat_map(named_elsewhere));
    for (at, block) in interview.blocks.iter().enumerate() {
        let here = BlockIndex(u32::try_from(at).unwrap_or(u32::MAX));
        let targets = loaded.program.index().targets(here);
        let reached = block.mandatory != When::Never
            || block.initial != When::Never
            || !block.events.is_empty()
            || loaded.program.index().is_embedded(here)
            || targets.is_empty()
            || targets.iter().any(|it| it.is_generic() || read.contains(it.root()));
        if !reached {
            let names: Vec<String> = targets.iter().map(ToString::to_string).collect();
            diagnostics.push(diagnostics::unneeded_block(block.span, &names));
        }
    }
}

/// Roots of names that a block needs without reading them in a script or text.
fn named_elsewhere(block: &Block) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |it: &Pattern| found.push(it.root().to_owned());
    block.depends_on.iter().chain(&block.undefine).for_each(&mut add);
    let BlockKind::Question(question) = &block.kind else { return found };
    if let Control::Review(review) = &question.control {
        review_targets(review).for_each(&mut add);
    }
    if let Control::Fields { entries, .. } = &question.control {
        for condition in fields(entries).flat_map(|it| &it.conditions) {
            if let ConditionTest::Field { target, .. } = &condition.test {
                add(target);
            }
        }
    }
    found
}

fn review_targets(review: &Review) -> impl Iterator<Item = &Pattern> {
    review.items.iter().flat_map(|it| &it.targets).flat_map(|it| match it {
        ReviewTarget::Ask(pattern) => std::slice::from_ref(pattern),
        ReviewTarget::Recompute(all)
        | ReviewTarget::Undefine(all)
        | ReviewTarget::FollowUp(all) => all,
    })
}

/// Free text, and other inputs whose datatype does not tell what they are about.
fn unclassified_fields(interview: &Interview, diagnostics: &mut Vec<Diagnostic>) {
    let mut names = Vec::new();
    let mut first = None;
    for block in &interview.blocks {
        let BlockKind::Question(question) = &block.kind else { continue };
        let Control::Fields { entries, .. } = &question.control else { continue };
        for field in fields(entries) {
            let free = matches!(
                field.datatype,
                Datatype::Text | Datatype::Area | Datatype::File | Datatype::Files
            );
            if let (true, None, Some(target)) =
                (free && field.choices.is_none(), &field.data, &field.target)
            {
                first.get_or_insert(field.span);
                names.push(target.to_string());
            }
        }
    }
    if let Some(span) = first {
        diagnostics.push(diagnostics::unclassified(span, &names));
    }
}

/// The nearest name within two edits, or with the same letters.
fn nearest<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.to_lowercase().chars().collect();
        letters.sort_unstable();
        letters
    };
    let wanted = sorted(name);
    let far = name.chars().count().min(6) / 2;
    all.map(|it| (if sorted(it) == wanted { 1 } else { strsim::damerau_levenshtein(name, it) }, it))
        .filter(|(distance, _)| *distance <= 2.min(far))
        .min()
        .map(|(_, it)| it)
}
