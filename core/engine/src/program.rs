//! An interview made ready to run.

use std::sync::Arc;

use affiant_interview::{Block, BlockIndex, CodeId, Interview};

use crate::apart::Apart;
use crate::host::Definitions;
use crate::index::Index;

/// An interview made ready to run: shared by all its sessions.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) interview: Arc<Interview>,
    pub(crate) index: Arc<Index>,
    pub(crate) apart: Arc<Apart>,
}

impl Program {
    /// Makes an interview ready. `definitions` tells what each script assigns.
    pub fn new(interview: Arc<Interview>, definitions: &dyn Fn(CodeId) -> Definitions) -> Self {
        let index = Arc::new(Index::new(&interview, definitions));
        Self { interview, index, apart: Arc::default() }
    }

    /// The same, with private sections kept apart.
    #[must_use]
    pub fn keeping_apart(self, apart: Apart) -> Self {
        Self { apart: Arc::new(apart), ..self }
    }

    /// What belongs to which private section.
    pub fn apart(&self) -> &Apart {
        &self.apart
    }

    /// The interview.
    pub fn interview(&self) -> &Interview {
        &self.interview
    }

    /// Which block can define which name.
    pub fn index(&self) -> &Index {
        &self.index
    }

    pub(crate) fn block(&self, block: BlockIndex) -> &Block {
        &self.interview.blocks[block.0 as usize]
    }
}
