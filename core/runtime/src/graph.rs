//! What leads to what: which block needs names that which other block defines.

use std::collections::BTreeSet;

use affiant_interview::{BlockIndex, BlockKind};

use crate::loaded::Loaded;

/// The blocks of an interview and their needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Blocks that do something, in order.
    pub blocks: Vec<Node>,
    /// Who needs what from whom.
    pub needs: Vec<Need>,
}

/// One block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its `id`, or its place.
    pub key: String,
    /// What it is in a few words: a question's heading as the author wrote it, or what it defines.
    pub label: String,
    /// Whether it asks the user.
    pub is_question: bool,
}

/// One need.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// Key of the block that needs.
    pub from: String,
    /// Key of the block that defines.
    pub to: String,
    /// The name.
    pub name: String,
}

impl Loaded {
    /// What leads to what, found without running anything: by the roots of names.
    pub fn graph(&self) -> Graph {
        let interview = self.interview();
        let index = self.program.index();
        let indexes = || {
            (0..interview.blocks.len()).map(|it| BlockIndex(u32::try_from(it).unwrap_or(u32::MAX)))
        };
        let mut graph = Graph::default();
        let mut needs = BTreeSet::new();
        for here in indexes() {
            let block = &interview.blocks[here.0 as usize];
            graph.blocks.push(Node {
                key: index.key(here).to_owned(),
                label: self.label(here),
                is_question: matches!(block.kind, BlockKind::Question(_)),
            });
            for name in self.names_read_by(here) {
                let defines = |it: &BlockIndex| {
                    let targets =
                        index.targets(*it).iter().chain(&interview.blocks[it.0 as usize].events);
                    targets.into_iter().any(|target| target.to_string() == name)
                };
                for there in indexes().filter(|it| *it != here).filter(defines) {
                    needs.insert(Need {
                        from: index.key(here).to_owned(),
                        to: index.key(there).to_owned(),
                        name: name.clone(),
                    });
                }
            }
        }
        graph.needs = needs.into_iter().collect();
        graph
    }

    fn label(&self, block: BlockIndex) -> String {
        let interview = self.interview();
        match &interview.blocks[block.0 as usize].kind {
            BlockKind::Question(question) => {
                return interview.texts[question.title.0 as usize].source.text.trim().to_owned();
            }
            BlockKind::Logic { plugin } => return format!("decided by {plugin}"),
            _ => {}
        }
        let names: Vec<String> =
            self.program.index().targets(block).iter().map(ToString::to_string).collect();
        if names.is_empty() { self.program.index().key(block).to_owned() } else { names.join(", ") }
    }

    /// The names that the scripts and texts inside a block's lines read.
    fn names_read_by(&self, block: BlockIndex) -> BTreeSet<String> {
        let interview = self.interview();
        let span = interview.blocks[block.0 as usize].span;
        let inside = |it: affiant_diagnostic::Span| {
            it.source == span.source && it.start >= span.start && it.end <= span.end
        };
        let mut names = BTreeSet::new();
        for (code, script) in interview.codes.iter().zip(&self.sandbox.scripts) {
            if let (true, Some(script)) = (inside(code.source.span), script) {
                names.extend(script.analysis().reads.iter().map(|it| it.path.clone()));
            }
        }
        for (text, compiled) in interview.texts.iter().zip(&self.sandbox.texts) {
            if let (true, Some(compiled)) = (inside(text.source.span), compiled) {
                names.extend(compiled.names_read());
            }
        }
        names
    }
}
