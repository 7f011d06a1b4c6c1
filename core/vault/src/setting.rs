//! Secret settings of plugins, sealed under the server's own key.

use crate::master::Master;
use crate::place::{Mode, Place, Scope};
use crate::{NoRandomness, Randomness, Refused, envelope};

/// Which setting it is.
#[derive(Clone, Copy, Debug)]
pub struct SettingName<'a> {
    /// The installation; the keyring gives it.
    pub deployment: [u8; 16],
    /// The plugin.
    pub plugin: &'a str,
    /// The setting.
    pub name: &'a str,
}

impl SettingName<'_> {
    fn scope(&self) -> Scope {
        Scope { deployment: self.deployment, session: [0; 16], epoch: 0 }
    }

    /// A row that no other setting has: a plugin's name has no line end.
    fn row(&self) -> Vec<u8> {
        format!("{}\n{}", self.plugin, self.name).into_bytes()
    }
}

fn place<'a>(scope: &'a Scope, row: &'a [u8]) -> Place<'a> {
    Place {
        mode: Mode::Custody,
        scope,
        bare: false,
        key: &[0; 16],
        table: "plugin_secrets",
        row,
        step: 0,
        content: "setting",
    }
}

impl Master {
    /// Seals a secret setting, so that only this server can use it.
    pub fn seal_setting(
        &self,
        name: &SettingName<'_>,
        value: &str,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, NoRandomness> {
        let (key, scope, row) = (self.setting_key(), name.scope(), name.row());
        envelope::seal(key.bytes(), &place(&scope, &row), value.as_bytes(), randomness)
    }

    /// Opens a secret setting. Fails for one that was sealed for another plugin or name.
    pub fn open_setting<T>(
        &self,
        name: &SettingName<'_>,
        sealed: &[u8],
        see: impl FnOnce(&str) -> T,
    ) -> Result<T, Refused> {
        let (key, scope, row) = (self.setting_key(), name.scope(), name.row());
        envelope::open(key.bytes(), &place(&scope, &row), sealed, |it| {
            std::str::from_utf8(it).map(see).map_err(|_| Refused)
        })?
    }
}
