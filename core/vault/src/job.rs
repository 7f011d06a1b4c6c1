//! Jobs that go on when their user has left: a grant for one job, for an hour or two; a mail that waits.

use crate::envelope;
use crate::keys::Secret;
use crate::master::Master;
use crate::place::{Mode, Place, Scope};
use crate::seed::{Recipient, Seed, SeedName, open_seed, seal_seed};
use crate::{NoRandomness, Randomness, Refused};

/// The key of one job: it comes from the hour's secret in the keyring, and is gone with it.
pub struct JobKey {
    key: Secret,
    job: [u8; 16],
    epoch: u32,
}

impl JobKey {
    /// The key of a job. `secret` is that of the hour, `epoch`.
    pub fn derive(secret: &Secret, epoch: u32, job: [u8; 16]) -> Self {
        Self { key: secret.derive(&[], "job-kek", &[&job]), job, epoch }
    }

    /// Seals a session's seed for this job. `action` is a hash of what the job does and of the code
    /// that does it: for anything else it does not open.
    pub fn seal_seed(
        &self,
        name: &SeedName<'_>,
        action: &[u8; 32],
        seed: &Seed,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let id = self.id(action);
        seal_seed(&self.key, name, &self.recipient(&id), seed, randomness)
    }

    /// Opens a session's seed for this job.
    pub fn open_seed(
        &self,
        name: &SeedName<'_>,
        action: &[u8; 32],
        sealed: &[u8],
    ) -> Result<Seed, Refused> {
        let id = self.id(action);
        open_seed(&self.key, name, &self.recipient(&id), sealed)
    }

    fn id(&self, action: &[u8; 32]) -> Vec<u8> {
        [&self.job[..], action].concat()
    }

    fn recipient<'a>(&'a self, id: &'a [u8]) -> Recipient<'a> {
        Recipient { key: &self.job, id, epoch: self.epoch, way: "job" }
    }
}

/// The key of one mail of a session that waits to be sent: it comes from the server's own key and from
/// the session's secret in the keyring, and is gone with that.
pub struct MailKey {
    key: Secret,
    scope: Scope,
    job: [u8; 16],
}

impl MailKey {
    /// The key of a mail. `secret` is the session's in the keyring.
    pub fn derive(master: &Master, secret: &Secret, scope: Scope, job: [u8; 16]) -> Self {
        Self { key: master.with_session(&scope, secret, "mail"), scope, job }
    }

    /// Seals a mail.
    pub fn seal(&self, mail: &[u8], randomness: &dyn Randomness) -> Result<Vec<u8>, NoRandomness> {
        envelope::seal(self.key.bytes(), &self.place(), mail, randomness)
    }

    /// Opens a mail, in its own place only.
    pub fn open<T>(&self, sealed: &[u8], see: impl FnOnce(&[u8]) -> T) -> Result<T, Refused> {
        envelope::open(self.key.bytes(), &self.place(), sealed, see)
    }

    fn place(&self) -> Place<'_> {
        Place {
            mode: Mode::Anonymous,
            scope: &self.scope,
            bare: false,
            key: &self.scope.session,
            table: "jobs",
            row: &self.job,
            step: 0,
            content: "mail",
        }
    }
}
