//! What a stopped server left in its folder, opened with its master key.

use std::path::Path;
use std::sync::Arc;

use affiant_backend::AccountRow;
use affiant_keyring::Keys;
use affiant_storage_sqlite::{Databases, Main, Options};
use affiant_vault::{AccountScope, Master, NoRandomness, Randomness, Scope};
use anyhow::{Context as _, Result};

/// Both databases and the keyring.
pub(crate) struct Stored {
    pub(crate) main: Main,
    pub(crate) keys: Keys,
    pub(crate) master: [u8; 32],
}

/// Gives these bytes in place of random ones: a key that a thief made up is made of them.
pub(crate) struct Given<'a>(pub(crate) &'a [u8]);

impl Randomness for Given<'_> {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        for (byte, given) in buffer.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *given;
        }
        Ok(())
    }
}

impl Stored {
    /// Opens what is in a folder of databases.
    pub(crate) async fn open(data: &Path) -> Result<Self> {
        let options = Options { folder: data.to_owned(), max_pages: None };
        let Databases { main, secrets } = Databases::open(&options).await?;
        let master: [u8; 32] =
            fs_err::read(data.join("master.key"))?.try_into().ok().context("32 bytes")?;
        // Nothing is sealed here.
        let randomness = Arc::new(Given(&[0]));
        let keys =
            Keys::open(Arc::new(secrets), Master::take(&mut { master }), randomness, 0).await?;
        Ok(Self { main, keys, master })
    }

    /// What binds rows to an account.
    pub(crate) fn account(&self, row: &AccountRow) -> AccountScope {
        let deployment = self.keys.deployment();
        AccountScope { deployment, account: row.id.0, epoch: row.key_epoch }
    }

    /// What binds rows to a session.
    pub(crate) fn session(&self, session: [u8; 16], epoch: u32) -> Scope {
        Scope { deployment: self.keys.deployment(), session, epoch }
    }
}
