//! An interview made ready to run.

use std::sync::Arc;

use affiant_interview::{Block, BlockIndex, CodeId, Interview};

use crate::host::Definitions;
use crate::index::Index;

/// An interview made ready to run: shared by all its sessions.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) interview: Arc<Interview>,
    pub(crate) index: Arc<Index>,
}

impl Program {
    /// Makes an interview ready. `definitions` tells what each script assigns.
    pub fn new(interview: Arc<Interview>, definitions: &dyn Fn(CodeId) -> Definitions) -> Self {
        let index = Arc::new(Index::new(&interview, definitions));
        Self { interview, index }
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
