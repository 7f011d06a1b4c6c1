//! What a person tells about itself: sealed, since nobody but the person needs it.

use affiant_backend::Change;
use affiant_vault::{AccountScope, NoRandomness, Randomness, UserKey};
use serde::{Deserialize, Serialize};

use crate::accounts::Accounts;
use crate::error::AccountError;
use crate::person::{Person, Unlocked};

/// What a person tells about itself.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Profile {
    /// What the person is called; may be empty.
    pub name: String,
    /// What the person chose about a recovery key.
    #[serde(default)]
    pub recovery: RecoveryChoice,
}

/// What a person chose about a recovery key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum RecoveryChoice {
    /// Nothing yet: it is offered.
    #[default]
    Open,
    /// To have one, and it was written down.
    Kept,
    /// To have none, and accepted that a forgotten password loses the answers; on this day, in
    /// seconds of the Unix epoch.
    Declined(i64),
}

/// What the profile is sealed as.
const CONTENT: &str = "profile";

/// Most characters of a name.
const LONGEST_NAME: usize = 200;

pub(crate) fn seal_profile(
    user_key: &UserKey,
    scope: &AccountScope,
    profile: &Profile,
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, NoRandomness> {
    let json = serde_json::to_vec(profile).expect("a profile is always JSON");
    user_key.seal(scope, CONTENT, &[], &json, randomness)
}

impl Accounts {
    /// What a person told about itself.
    pub fn profile(&self, person: &Unlocked) -> Result<Profile, AccountError> {
        let Some(sealed) = &person.account.profile else { return Ok(Profile::default()) };
        let scope = self.scope_of(person);
        person.user_key.open(&scope, CONTENT, &[], sealed, |it| {
            serde_json::from_slice(it).map_err(|_| AccountError::Damaged)
        })?
    }

    pub(crate) fn profile_change(
        &self,
        person: &Person,
        profile: &Profile,
    ) -> Result<Change, AccountError> {
        let scope = self.scope_of(person);
        let sealed = seal_profile(&person.user_key, &scope, profile, &*self.it.randomness)?;
        Ok(Change::Profile(person.account.id, Some(sealed)))
    }

    /// Changes name and language. A name is cut to 200 characters.
    pub async fn change_profile(
        &self,
        person: &Person,
        name: &str,
        language: &str,
    ) -> Result<(), AccountError> {
        let name = name.trim().chars().take(LONGEST_NAME).collect();
        let profile = Profile { name, ..self.profile(person)? };
        let id = person.account.id;
        let changes = vec![
            Change::Expect(id, person.account.auth_epoch),
            self.profile_change(person, &profile)?,
            Change::Language(id, language.to_owned()),
        ];
        Ok(self.it.store.commit(changes).await?)
    }

    /// The address that mails go to.
    pub async fn address(&self, person: &Unlocked) -> Result<String, AccountError> {
        self.contact(&person.account).await
    }
}
