//! Invitations to make an account, where not everybody may.

use affiant_audit::Event;
use affiant_backend::{AccountId, Change, Letter, LinkPurpose, Lookup};
use affiant_guard::Attempt;
use affiant_vault::SignInToken;

use crate::accounts::{Accounts, Sender};
use crate::email::Address;
use crate::error::AccountError;
use crate::register::{Registering, Registration};

/// Days for which an invitation works.
const DAYS: i64 = 14;

impl Accounts {
    /// A new invitation, as a link that is told to whoever is to be invited; sent to an address too,
    /// if there is one. It lets anybody who has it register once: with what address is theirs to say,
    /// and is confirmed as ever.
    pub async fn invite_to_register(
        &self,
        by: AccountId,
        to: Option<&Address>,
        language: &str,
        now: i64,
    ) -> Result<String, AccountError> {
        let expires = now + DAYS * affiant_keyring::DAY;
        let (row, link) =
            self.new_link(LinkPurpose::Invite, None, "/account/invited", &[], expires)?;
        let entry = self.noted(Event::Invited, &[by], now).await?;
        let mut changes = vec![Change::PutLink(row), entry];
        if let Some(to) = to {
            let letter = Letter {
                to: to.as_sent().to_owned(),
                template: "invited",
                language: language.to_owned(),
                values: vec![("link", link.clone()), ("days", DAYS.to_string())],
            };
            changes.push(self.letter(None, &letter, now)?);
        }
        self.it.store.commit(changes).await?;
        Ok(link)
    }

    async fn find_invited(&self, link: &str, now: i64) -> Result<Option<Lookup>, AccountError> {
        let found = self.find_link(LinkPurpose::Invite, link, now).await?;
        Ok(found.map(|(_, row)| row.hash))
    }

    /// Whether an invitation still works.
    pub async fn is_invitation(&self, link: &str, now: i64) -> Result<bool, AccountError> {
        Ok(self.find_invited(link, now).await?.is_some())
    }

    /// As [`Self::register`], with an invitation that is used up with it; `None` if it is none or was
    /// used.
    pub async fn register_invited(
        &self,
        link: &str,
        wanted: Registration<'_>,
        sender: &Sender<'_>,
    ) -> Result<Option<(SignInToken, Registering)>, AccountError> {
        let Some(hash) = self.find_invited(link, sender.now).await? else {
            let attempt = Attempt::Link { from: sender.address };
            let admitted = self.it.guard.admit(attempt, sender.now).await?;
            self.it.guard.wrong(admitted, sender.now).await?;
            return Ok(None);
        };
        self.register_with(wanted, Some(hash), sender).await.map(Some)
    }
}
