//! What is kept from somebody who has the keys of some private sections only.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use affiant_guest::Path;

use crate::apart::Apart;
use crate::host::Moment;
use crate::program::Program;
use crate::world::{LANGUAGE, NAVIGATION, World};

/// What is kept from whoever answers, and whether it was looked for.
#[derive(Debug)]
pub(crate) struct Kept {
    apart: Arc<Apart>,
    held: Arc<BTreeSet<String>>,
    /// Whether something of it was looked for: what came of it is not to be relied on.
    is_wanted: Cell<bool>,
}

impl Kept {
    /// `None` when nothing is kept from them.
    pub(crate) fn of(moment: &Moment, program: &Program) -> Option<Self> {
        let held = moment.held.as_ref().filter(|_| !program.apart.is_empty())?;
        Some(Self {
            apart: Arc::clone(&program.apart),
            held: Arc::clone(held),
            is_wanted: Cell::new(false),
        })
    }

    /// Notes that a name was looked for.
    pub(crate) fn note(&self, root: &str) {
        if self.is_kept(root) {
            self.want();
        }
    }

    /// Notes that something kept was looked for.
    pub(crate) fn want(&self) {
        self.is_wanted.set(true);
    }

    fn is_kept(&self, root: &str) -> bool {
        !matches!(root, LANGUAGE | NAVIGATION) && self.apart.is_kept_from(root, &self.held)
    }
}

impl World {
    /// The private sections that whoever answers has keys of; `None` if they see everything.
    pub(crate) fn held(&self) -> Option<Arc<BTreeSet<String>>> {
        self.inner().kept.as_ref().map(|it| Arc::clone(&it.held))
    }

    /// Whether a path is kept from whoever answers.
    pub(crate) fn is_kept(&self, path: &Path) -> bool {
        self.inner().kept.as_ref().is_some_and(|it| it.is_kept(path.root()))
    }

    /// Notes that something was looked for that is kept from whoever answers.
    pub(crate) fn want_kept(&self) {
        if let Some(kept) = &self.inner().kept {
            kept.want();
        }
    }

    /// Whether something was looked for, since this was last asked, that is kept from whoever
    /// answers.
    pub(crate) fn take_kept_wanted(&self) -> bool {
        self.inner().kept.as_ref().is_some_and(|it| it.is_wanted.replace(false))
    }
}
