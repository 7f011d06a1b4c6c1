//! Signing in with an account that a person has elsewhere.

use async_trait::async_trait;

use crate::account::AccountId;
use crate::error::BoxError;
use crate::rows::Lookup;

/// An identity that signs in to an account: who somebody is at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRow {
    /// By which it is found: a keyed hash of issuer and subject.
    pub lookup: Lookup,
    /// Whose.
    pub account: AccountId,
    /// Which provider and what the person is called there, sealed under the user key.
    pub sealed: Vec<u8>,
    /// When it was linked, in seconds of the Unix epoch, cut to the day.
    pub created: i64,
    /// When it was last used, likewise.
    pub used: Option<i64>,
}

/// What a provider is asked with. All but `back` are random and secret until they are used.
#[derive(Clone, Copy)]
pub struct IdentityQuestion<'a> {
    /// The address of ours that the browser comes back to.
    pub back: &'a str,
    /// Comes back with the browser.
    pub state: &'a str,
    /// Comes back in what the provider signs.
    pub nonce: &'a str,
    /// Shown when the code is redeemed; its hash goes along with the question.
    pub verifier: &'a str,
    /// Whether the person is to show there who they are, even if the provider knows it from before.
    pub again: bool,
    /// The present moment, in seconds of the Unix epoch.
    pub now: i64,
}

/// What a browser brought back from a provider, with what it was asked with.
#[derive(Clone, Copy)]
pub struct IdentityAnswer<'a> {
    /// The code, which can be redeemed once.
    pub code: &'a str,
    /// The provider that says it answers, if it says so.
    pub issuer: Option<&'a str>,
    /// As in the question.
    pub back: &'a str,
    /// As in the question.
    pub nonce: &'a str,
    /// As in the question.
    pub verifier: &'a str,
    /// Since when the person must have shown there who they are, in seconds of the Unix epoch; for
    /// providers that tell.
    pub since: Option<i64>,
    /// The present moment, in seconds of the Unix epoch.
    pub now: i64,
}

/// Who somebody is at a provider. It has no `Debug`, so that nobody's gets into a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who says so.
    pub issuer: String,
    /// The person's name for programs there: never given to another, never changed.
    pub subject: String,
    /// An e-mail address that the provider tells; nobody may be found by it.
    pub email: Option<String>,
    /// What the person is called there.
    pub name: Option<String>,
}

/// Why a provider did not say who somebody is. Neither holds anything about a person.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// It did not answer, or not in a way that makes sense. Trying again later may help.
    #[error("the provider cannot be reached")]
    Unavailable(#[source] BoxError),

    /// It refused, or what it says must not be believed.
    #[error("what the provider says is not accepted")]
    Refused(#[source] BoxError),
}

/// Somebody who says who a person is.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Names it in addresses; of one installation, no two have the same.
    fn id(&self) -> &str;

    /// What people know it by.
    fn name(&self) -> &str;

    /// Who runs it, in which country and under which contract, as administrators say.
    fn run_by(&self) -> Option<&str>;

    /// The address at the provider that asks the person.
    async fn ask(&self, question: &IdentityQuestion<'_>) -> Result<String, IdentityError>;

    /// Who the person is. An answer that was not meant for this question is refused.
    async fn identify(&self, answer: &IdentityAnswer<'_>) -> Result<Identity, IdentityError>;

    /// Where a person signs out at the provider, if it has told by now.
    fn sign_out(&self) -> Option<String>;
}
