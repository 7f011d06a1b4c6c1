//! What runs components, as far as whoever installs them has to know.

use crate::happening::{Happening, Learner};
use crate::shelf::Package;

/// Runs what is in packages; a server has one.
pub trait Runner: Send + Sync {
    /// Makes the component of a package ready, or says why it cannot run. Blocks while it does.
    fn prepare(&self, package: &Package, component: &[u8]) -> Result<(), String>;

    /// Forgets a package.
    fn forget(&self, digest: &[u8; 32]);

    /// Something happened that these plugins may learn of. Returns at once; they learn later.
    fn tell(&self, happening: Happening, learners: Vec<Learner>);

    /// Somebody took back what they had agreed to in an interview: these plugins see to it that what
    /// others hold of the visit is erased. Returns at once; they do it later.
    fn unlearn(&self, interview: String, learners: Vec<Learner>);
}

/// Where nothing runs: the command line, beside a server.
#[derive(Clone, Copy, Debug)]
pub struct NoRunner;

impl Runner for NoRunner {
    fn prepare(&self, _: &Package, _: &[u8]) -> Result<(), String> {
        Ok(())
    }

    fn forget(&self, _: &[u8; 32]) {}

    fn tell(&self, _: Happening, _: Vec<Learner>) {}

    fn unlearn(&self, _: String, _: Vec<Learner>) {}
}
