//! Private sections: what belongs to which of them, found when an interview is loaded.
//!
//! What a question of a private section asks belongs to it, and so does whatever is computed from
//! that, by any number of blocks in between. The names in scripts and texts tell; the engine fails a
//! step in which something else comes to light.

use std::collections::{BTreeMap, BTreeSet};

use affiant_diagnostic::{Diagnostic, Span};
use affiant_engine::{Apart, Program};
use affiant_interview::{
    Block, BlockIndex, BlockKind, ChoiceSource, ChoiceValue, Control, Default, Interview, Pattern,
    Question, TextId,
};

use crate::diagnostics;
use crate::loaded::{Loaded, Sandbox};

/// What stands for the object of a block that fits many.
const GENERIC: &str = "x";

/// One block, by the roots of names.
struct Flow {
    key: String,
    /// The private section that it asks in.
    section: Option<String>,
    /// What it defines.
    defines: BTreeSet<String>,
    /// What that comes from.
    reads: BTreeSet<String>,
    /// Documents that it makes beside asking, and what they come from.
    documents: BTreeSet<String>,
    shown: BTreeSet<String>,
}

/// What belongs to which private section. Empty if there is none.
pub(crate) fn apart(program: &Program, sandbox: &Sandbox) -> Apart {
    let interview = program.interview();
    if interview.private_sections().is_empty() {
        return Apart::default();
    }
    let sections = sections(interview);
    let flows: Vec<Flow> = indexes(interview)
        .map(|it| flow(program, sandbox, it, sections[it.0 as usize].clone()))
        .collect();
    let mut roots: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for flow in &flows {
        let all = flow.defines.iter().chain(&flow.documents).chain(&flow.reads).chain(&flow.shown);
        for root in all.filter(|it| *it != GENERIC) {
            roots.entry(root.clone()).or_default();
        }
        for root in flow.defines.iter().chain(&flow.documents) {
            let Some(own) = roots.get_mut(root) else { continue };
            own.extend(flow.section.clone());
        }
    }
    // An action is no answer, and what it leads to says itself where it belongs.
    for event in interview.blocks.iter().flat_map(|it| &it.events) {
        roots.entry(root(event)).or_default();
    }
    while flows.iter().fold(false, |moved, flow| {
        let fields = spread(&mut roots, &flow.reads, &flow.defines);
        let documents = spread(&mut roots, &flow.shown, &flow.documents);
        moved | fields | documents
    }) {}
    let blocks = flows.iter().map(|flow| {
        let mut own = sections_of(&roots, &flow.reads);
        own.extend(flow.section.clone());
        (flow.key.clone(), own)
    });
    Apart { blocks: blocks.collect(), roots }
}

/// Gives what is defined the sections of what it comes from; whether that was news.
fn spread(
    roots: &mut BTreeMap<String, BTreeSet<String>>,
    from: &BTreeSet<String>,
    to: &BTreeSet<String>,
) -> bool {
    let sections = sections_of(roots, from);
    let mut moved = false;
    for root in to {
        let Some(own) = roots.get_mut(root) else { continue };
        let before = own.len();
        own.extend(sections.iter().cloned());
        moved |= own.len() > before;
    }
    moved
}

fn sections_of(
    roots: &BTreeMap<String, BTreeSet<String>>,
    of: &BTreeSet<String>,
) -> BTreeSet<String> {
    of.iter().filter_map(|it| roots.get(it)).flatten().cloned().collect()
}

fn indexes(interview: &Interview) -> impl Iterator<Item = BlockIndex> + use<> {
    (0..interview.blocks.len()).map(|it| BlockIndex(u32::try_from(it).unwrap_or(u32::MAX)))
}

/// The private section that each block asks in. A question inside of a choice that names no section
/// is in that of the question around it.
fn sections(interview: &Interview) -> Vec<Option<String>> {
    let named = |question: &Question| {
        let section = interview.private_section(question.section.as_deref()?)?;
        Some(section.key.clone())
    };
    let mut found: Vec<Option<String>> = interview
        .blocks
        .iter()
        .map(|it| if let BlockKind::Question(it) = &it.kind { named(it) } else { None })
        .collect();
    let mut waiting: Vec<BlockIndex> = indexes(interview).collect();
    while let Some(outer) = waiting.pop() {
        let Some(section) = found[outer.0 as usize].clone() else { continue };
        for inner in inside(&interview.blocks[outer.0 as usize]) {
            let says = matches!(&interview.blocks[inner.0 as usize].kind,
                BlockKind::Question(it) if it.section.is_some());
            if !says && found[inner.0 as usize].is_none() {
                found[inner.0 as usize] = Some(section.clone());
                waiting.push(inner);
            }
        }
    }
    found
}

/// The blocks inside of a question's choices.
fn inside(block: &Block) -> Vec<BlockIndex> {
    let BlockKind::Question(question) = &block.kind else { return Vec::new() };
    let Control::Choice { choices: ChoiceSource::Items(items), .. } = &question.control else {
        return Vec::new();
    };
    let block = |it: &ChoiceValue| if let ChoiceValue::Block(it) = it { Some(*it) } else { None };
    items.iter().filter_map(|it| block(&it.value)).collect()
}

fn flow(program: &Program, sandbox: &Sandbox, here: BlockIndex, section: Option<String>) -> Flow {
    let interview = program.interview();
    let block = &interview.blocks[here.0 as usize];
    let targets = program.index().targets(here).iter().map(|it| it.root().to_owned());
    let mut defines: BTreeSet<String> = targets.collect();
    let scripts = script_names(interview, sandbox, block.span);
    let shown: BTreeSet<String> = scripts
        .union(&text_names(interview, sandbox, |_, it| is_in(it, block.span)))
        .cloned()
        .collect();
    let mut documents = BTreeSet::new();
    let mut reads = shown.clone();
    match &block.kind {
        BlockKind::Question(question) => {
            documents
                .extend(question.attachments.iter().filter_map(|it| it.target.as_ref()).map(root));
            defines.retain(|it| !documents.contains(it));
            // A heading that names somebody does not make the answer theirs.
            let defaults = default_texts(question);
            reads = scripts;
            reads.extend(text_names(interview, sandbox, |id, _| defaults.contains(&id)));
        }
        BlockKind::Code(code) => {
            if let Some(script) = sandbox.scripts.get(code.0 as usize).and_then(Option::as_ref) {
                let assigns = script.analysis().assigns.iter();
                defines.extend(assigns.map(|it| root_of(&it.pattern)));
            }
        }
        _ => {}
    }
    let key = program.index().key(here).to_owned();
    Flow { key, section, defines, reads, documents, shown }
}

fn root(pattern: &Pattern) -> String {
    pattern.root().to_owned()
}

fn root_of(path: &str) -> String {
    path.split(['.', '[']).next().unwrap_or(path).to_owned()
}

fn is_in(it: Span, outer: Span) -> bool {
    it.source == outer.source && it.start >= outer.start && it.end <= outer.end
}

fn script_names(interview: &Interview, sandbox: &Sandbox, span: Span) -> BTreeSet<String> {
    let all = interview.codes.iter().zip(&sandbox.scripts);
    let own = all.filter(|(it, _)| is_in(it.source.span, span)).filter_map(|(_, it)| it.as_ref());
    own.flat_map(|it| &it.analysis().reads).map(|it| root_of(&it.path)).collect()
}

fn text_names(
    interview: &Interview,
    sandbox: &Sandbox,
    is_meant: impl Fn(TextId, Span) -> bool,
) -> BTreeSet<String> {
    let all = (0..).map(TextId).zip(&interview.texts).zip(&sandbox.texts);
    let own = all.filter(|((id, text), _)| is_meant(*id, text.source.span));
    own.filter_map(|(_, it)| it.as_ref())
        .flat_map(|it| it.names_read())
        .map(|it| root_of(&it))
        .collect()
}

/// The texts that fields and choices of a question begin with.
fn default_texts(question: &Question) -> BTreeSet<TextId> {
    let text =
        |it: &Option<Default>| if let Some(Default::Text(it)) = it { Some(*it) } else { None };
    match &question.control {
        Control::Fields { entries, .. } => {
            crate::check::fields(entries).filter_map(|it| text(&it.default)).collect()
        }
        Control::Choice { default, .. } => text(default).into_iter().collect(),
        _ => BTreeSet::new(),
    }
}

/// Adds what is wrong with private sections: names that would have to belong to several of them, or
/// that belong to none because nobody knows which they are; and deliveries of what is private.
pub(crate) fn check(loaded: &Loaded, found: &mut Vec<Diagnostic>) {
    let interview = loaded.interview();
    if interview.private_sections().is_empty() {
        return;
    }
    delivered(loaded, found);
    let sections = sections(interview);
    let asked = || {
        let all = indexes(interview)
            .filter(|it| matches!(interview.blocks[it.0 as usize].kind, BlockKind::Question(_)));
        all.map(|it| (it, sections[it.0 as usize].as_deref()))
    };
    let mut owners: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    for (here, section) in asked() {
        let Some(section) = section else { continue };
        let span = interview.blocks[here.0 as usize].span;
        for target in loaded.program.index().targets(here) {
            if target.is_generic() {
                found.push(diagnostics::private_generic(span, &target.to_string(), section));
            } else {
                owners.entry(target.root()).or_insert((section, span));
            }
        }
    }
    for (here, section) in asked() {
        let span = interview.blocks[here.0 as usize].span;
        for target in loaded.program.index().targets(here) {
            let Some((owner, at)) = owners.get(target.root()) else { continue };
            if section != Some(*owner) {
                found.push(diagnostics::private_elsewhere(span, target.root(), owner, *at));
            }
        }
    }
}

/// Tells of deliveries that do not belong to the common part: what became of one is told to everybody.
fn delivered(loaded: &Loaded, found: &mut Vec<Diagnostic>) {
    for block in &loaded.interview().blocks {
        let BlockKind::Delivery(delivery) = &block.kind else { continue };
        let name = delivery.target.root();
        let sections = loaded.program.apart().roots.get(name);
        if let Some(sections) = sections.filter(|it| !it.is_empty()) {
            let all: Vec<&str> = sections.iter().map(String::as_str).collect();
            found.push(diagnostics::delivery_of_private(block.span, name, &all.join("`, `")));
        }
    }
}
