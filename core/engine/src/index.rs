//! Which block can define which name, found once when a program is made.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use affiant_interview::{
    Attachment, Block, BlockIndex, BlockKind, ChoiceSource, ChoiceValue, CodeId, Control,
    FieldEntry, Interview, Pattern, Question, When,
};

use crate::host::Definitions;

/// Which block can define which name, and what runs without being needed.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// Blocks by the text of a pattern, the preferred one first.
    plain: HashMap<String, Vec<BlockIndex>>,
    /// Blocks of a `generic object` by class and pattern, the preferred one first.
    generic: HashMap<String, HashMap<String, Vec<BlockIndex>>>,
    /// Names with a definer, by root: for messages about what is missing.
    roots: HashSet<String>,
    /// All that a block can define.
    targets: Vec<Vec<Pattern>>,
    pub(crate) mandatory: Vec<BlockIndex>,
    /// Stands for the keys of the mandatory blocks, or of the questions in order, as they stand.
    pub(crate) order: u64,
    pub(crate) initial: Vec<BlockIndex>,
    pub(crate) dependent: Vec<BlockIndex>,
    /// Blocks of code that run when an answer changes.
    pub(crate) watching: Vec<BlockIndex>,
    pub(crate) always_reconsidered: Vec<BlockIndex>,
    /// Questions asked in order because the interview names no mandatory block.
    pub(crate) in_order: Vec<BlockIndex>,
    /// Blocks that a plugin decides: what they ask is not known before.
    pub(crate) logic: Vec<BlockIndex>,
    /// Blocks written inside a choice, by the block they stand in.
    pub(crate) embedded: HashSet<BlockIndex>,
    keys: Vec<String>,
}

impl Index {
    /// Finds the definers. `definitions` tells what each script assigns.
    pub fn new(interview: &Interview, definitions: &dyn Fn(CodeId) -> Definitions) -> Self {
        let mut index = Self::default();
        index.name_blocks(interview);
        for (at, block) in interview.blocks.iter().enumerate() {
            let here = BlockIndex(u32::try_from(at).unwrap_or(u32::MAX));
            index.targets.push(targets(block, definitions));
            index.enter_modifiers(here, block);
            embedded_blocks(block).for_each(|it| {
                index.embedded.insert(it);
            });
        }
        for at in 0..interview.blocks.len() {
            let here = BlockIndex(u32::try_from(at).unwrap_or(u32::MAX));
            if !index.embedded.contains(&here) {
                index.enter_targets(here, interview);
            }
        }
        let rank = ranks(interview);
        let mut sort = |definers: &mut Vec<BlockIndex>| {
            definers.sort_by_key(|it| std::cmp::Reverse(rank[it.0 as usize]));
            definers.dedup();
        };
        index.plain.values_mut().for_each(&mut sort);
        index.generic.values_mut().flat_map(HashMap::values_mut).for_each(&mut sort);
        if index.mandatory.is_empty() {
            index.in_order = index.questions_in_order(interview);
        }
        let all = index.mandatory.iter().chain(&index.in_order);
        let keys: Vec<&str> = all.map(|it| index.key(*it)).collect();
        index.order = BuildHasherDefault::<DefaultHasher>::default().hash_one(keys);
        index
    }

    /// Gives each block a key that survives edits elsewhere: its `id`, or its place.
    fn name_blocks(&mut self, interview: &Interview) {
        for (at, block) in interview.blocks.iter().enumerate() {
            let key = block.id.clone().unwrap_or_else(|| format!("block-{}", at + 1));
            self.keys.push(key);
        }
    }

    fn enter_modifiers(&mut self, here: BlockIndex, block: &Block) {
        if block.mandatory != When::Never {
            self.mandatory.push(here);
        }
        if block.initial != When::Never {
            self.initial.push(here);
        }
        if !block.depends_on.is_empty() {
            self.dependent.push(here);
        }
        if !block.on_change.is_empty() {
            self.watching.push(here);
        }
        if block.reconsider == affiant_interview::Reconsider::Always {
            self.always_reconsidered.push(here);
        }
        if matches!(block.kind, BlockKind::Logic { .. }) {
            self.logic.push(here);
        }
    }

    fn enter_targets(&mut self, here: BlockIndex, interview: &Interview) {
        let block = &interview.blocks[here.0 as usize];
        let mut all = self.targets[here.0 as usize].clone();
        all.extend(block.events.iter().cloned());
        for inner in embedded_blocks(block) {
            all.extend(self.targets[inner.0 as usize].iter().cloned());
        }
        for target in all {
            let text = target.to_string();
            if let (true, Some(class)) = (target.is_generic(), &block.generic) {
                let class = affiant_library::class(class).map_or(class.as_str(), |it| it.name);
                let of_class = self.generic.entry(class.to_owned()).or_default();
                of_class.entry(text).or_default().push(here);
            } else {
                self.roots.insert(target.root().to_owned());
                self.plain.entry(text).or_default().push(here);
            }
        }
    }

    /// Questions that can be asked without a context, for interviews without mandatory blocks.
    fn questions_in_order(&self, interview: &Interview) -> Vec<BlockIndex> {
        let asked = |at: &usize| {
            let block = &interview.blocks[*at];
            let here = BlockIndex(u32::try_from(*at).unwrap_or(u32::MAX));
            let plain = self.targets[*at]
                .iter()
                .all(|it| !it.is_generic() && it.variables().next().is_none());
            matches!(block.kind, BlockKind::Question(_))
                && block.generic.is_none()
                && block.events.is_empty()
                && plain
                && !self.embedded.contains(&here)
        };
        (0..interview.blocks.len())
            .filter(asked)
            .map(|at| BlockIndex(u32::try_from(at).unwrap_or(u32::MAX)))
            .collect()
    }

    /// The blocks that define exactly this pattern, the preferred one first.
    pub(crate) fn plain(&self, pattern: &str) -> &[BlockIndex] {
        self.plain.get(pattern).map_or(&[], Vec::as_slice)
    }

    /// The blocks that define exactly this pattern, the preferred one first: for tools that check
    /// an interview.
    pub fn definers(&self, pattern: &str) -> &[BlockIndex] {
        self.plain(pattern)
    }

    /// The generic blocks of `class` that define this pattern.
    pub(crate) fn generic(&self, class: &str, pattern: &str) -> &[BlockIndex] {
        self.generic.get(class).and_then(|it| it.get(pattern)).map_or(&[], Vec::as_slice)
    }

    /// Whether any block is generic.
    pub(crate) fn has_generics(&self) -> bool {
        !self.generic.is_empty()
    }

    /// All that a block can define.
    pub fn targets(&self, block: BlockIndex) -> &[Pattern] {
        self.targets.get(block.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// All patterns that some block defines, as text.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.plain
            .keys()
            .map(String::as_str)
            .chain(self.generic.values().flat_map(|it| it.keys().map(String::as_str)))
    }

    /// Whether some block defines a part of `root`.
    pub(crate) fn mentions_root(&self, root: &str) -> bool {
        self.roots.contains(root)
    }

    /// The key under which a session remembers a block.
    pub fn key(&self, block: BlockIndex) -> &str {
        self.keys.get(block.0 as usize).map_or("", String::as_str)
    }

    /// Whether the block is written inside a choice of another one.
    pub fn is_embedded(&self, block: BlockIndex) -> bool {
        self.embedded.contains(&block)
    }
}

/// What a block can define, without its events.
fn targets(block: &Block, definitions: &dyn Fn(CodeId) -> Definitions) -> Vec<Pattern> {
    let mut found = match &block.kind {
        BlockKind::Question(question) => question_targets(question),
        BlockKind::Code(code) if block.scan_for_variables && block.only_sets.is_none() => {
            let waits = !block.events.is_empty() || !block.on_change.is_empty();
            if waits { Vec::new() } else { definitions(*code).assigns }
        }
        BlockKind::Code(_) => Vec::new(),
        BlockKind::Objects(objects) => objects.iter().map(|it| it.target.clone()).collect(),
        BlockKind::Template(template) => vec![template.target.clone()],
        BlockKind::Table(table) => vec![table.target.clone()],
        BlockKind::Attachments(all) => attachment_targets(all).collect(),
        BlockKind::Delivery(delivery) => vec![delivery.target.clone()],
        BlockKind::Data { target, .. } => vec![target.clone()],
        BlockKind::Logic { .. } => Vec::new(),
    };
    if let Some(only) = &block.only_sets {
        return only.clone();
    }
    found.extend(block.sets.iter().cloned());
    found.dedup();
    found
}

fn attachment_targets(all: &[Attachment]) -> impl Iterator<Item = Pattern> {
    all.iter().filter_map(|it| it.target.clone())
}

fn question_targets(question: &Question) -> Vec<Pattern> {
    let mut found: Vec<Pattern> = match &question.control {
        Control::None => Vec::new(),
        Control::Continue(target)
        | Control::YesNo { target, .. }
        | Control::Signature { target, .. } => vec![target.clone()],
        Control::Choice { target, .. } => target.iter().cloned().collect(),
        Control::Review(review) => review.continue_field.iter().cloned().collect(),
        Control::Fields { entries, continue_field } => {
            let fields = entries.iter().filter_map(|it| match it {
                FieldEntry::Field(field) => field.target.clone(),
                FieldEntry::Code(_) => None,
            });
            fields.chain(continue_field.iter().cloned()).collect()
        }
    };
    found.extend(attachment_targets(&question.attachments));
    found
}

/// The blocks written inside the choices of a question.
pub(crate) fn embedded_blocks(block: &Block) -> impl Iterator<Item = BlockIndex> {
    let choices = match &block.kind {
        BlockKind::Question(question) => match &question.control {
            Control::Choice { choices: ChoiceSource::Items(items), .. } => items.as_slice(),
            _ => &[],
        },
        _ => &[],
    };
    choices.iter().filter_map(|it| match it.value {
        ChoiceValue::Block(inner) => Some(inner),
        _ => None,
    })
}

/// A rank for each block: the larger one is preferred. Later blocks outrank earlier ones, unless
/// `supersedes` or `order` says otherwise.
fn ranks(interview: &Interview) -> Vec<usize> {
    let count = interview.blocks.len();
    let by_id: HashMap<&str, usize> = interview
        .blocks
        .iter()
        .enumerate()
        .filter_map(|(at, it)| it.id.as_deref().map(|id| (id, at)))
        .collect();
    // `over[a]` holds the blocks that a must outrank.
    let mut over: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (at, block) in interview.blocks.iter().enumerate() {
        over[at].extend(block.supersedes.iter().filter_map(|id| by_id.get(id.as_str()).copied()));
    }
    for order in &interview.orders {
        let known: Vec<usize> =
            order.iter().filter_map(|id| by_id.get(id.as_str()).copied()).collect();
        for pair in known.windows(2) {
            over[pair[0]].push(pair[1]);
        }
    }
    let mut rank: Vec<usize> = (0..count).map(|it| (it + 1) * 2).collect();
    if over.iter().all(Vec::is_empty) {
        return rank;
    }
    // Raises until nothing moves; a circle stops after as many rounds as there are blocks.
    for _ in 0..count {
        let mut moved = false;
        for at in 0..count {
            let least = over[at].iter().map(|it| rank[*it] + 1).max().unwrap_or(0);
            if rank[at] < least {
                rank[at] = least;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    rank
}
