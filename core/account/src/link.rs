//! Links that work once, as mails carry them.

use affiant_backend::{AccountId, LinkPurpose, LinkRow, Lookup};
use affiant_vault::LinkSecret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroize as _;

use crate::accounts::Accounts;
use crate::error::AccountError;

/// Tries of a link: a wrong password on its page uses one up.
const TRIES: u32 = 5;

/// The secret of a link as it stands in an address; `None` if it cannot be one.
pub(crate) fn parse(text: &str) -> Option<LinkSecret> {
    let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let fixed: Option<[u8; 32]> = bytes.as_slice().try_into().ok();
    bytes.zeroize();
    fixed.map(|mut it| LinkSecret::take(&mut it))
}

impl Accounts {
    /// A new link: its row, and the whole address for the mail.
    pub(crate) fn new_link(
        &self,
        purpose: LinkPurpose,
        account: impl Into<Option<AccountId>>,
        path: &str,
        payload: &[u8],
        expires: i64,
    ) -> Result<(LinkRow, String), AccountError> {
        let randomness = &*self.it.randomness;
        let secret = LinkSecret::random(randomness)?;
        let payload = if payload.is_empty() {
            Vec::new()
        } else {
            secret.seal(self.it.keys.deployment(), purpose.word(), payload, randomness)?
        };
        let row = LinkRow {
            hash: Lookup(secret.lookup(purpose.word())),
            purpose,
            account: account.into(),
            payload,
            nonce: None,
            tries: TRIES,
            expires,
        };
        let text = secret.reveal(|it| URL_SAFE_NO_PAD.encode(it));
        Ok((row, format!("{}{path}/{text}", self.it.settings.origin)))
    }

    /// A link that was followed; `None` if it is none, is used up or over, or is for something else.
    pub(crate) async fn find_link(
        &self,
        purpose: LinkPurpose,
        text: &str,
        now: i64,
    ) -> Result<Option<(LinkSecret, LinkRow)>, AccountError> {
        let Some(secret) = parse(text) else { return Ok(None) };
        let found = self.it.store.link(&Lookup(secret.lookup(purpose.word()))).await?;
        let usable = found.filter(|it| it.purpose == purpose && it.expires > now && it.tries > 0);
        Ok(usable.map(|it| (secret, it)))
    }
}
