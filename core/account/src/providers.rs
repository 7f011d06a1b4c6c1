//! Signing in with an account elsewhere: asking a provider, and what comes of its answer.

mod again;
mod known;
mod unlock;

use affiant_backend::{
    AccountId, Change, IdentityAnswer, IdentityError, IdentityProvider, IdentityQuestion,
};
use affiant_guard::Attempt;
use affiant_vault::{Password, SignInToken, random};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::accounts::{Accounts, Sender};
use crate::error::AccountError;
use crate::person::Person;
use crate::sign_in::SignedIn;
pub use unlock::{UnlockOffer, Unlocking, With};

/// Seconds that somebody may take at a provider.
const AWAY: i64 = 600;

/// Seconds that somebody may take to unlock or to register, once a provider has said who it is.
const PROVED_FOR: i64 = 900;

/// What a challenge's payload begins with, after those of passkeys.
const JOURNEY: u8 = 4;
const PROVED: u8 = 5;

/// A provider was asked, or not.
pub enum Asked {
    /// The browser goes there, and keeps this in a cookie until it comes back.
    Asked {
        /// The address at the provider.
        address: String,
        /// The key to what the answer is compared with.
        cookie: String,
    },
    /// The provider does not answer.
    Unavailable,
}

/// The same for linking, which asks for the password first.
pub enum LinkAsked {
    /// It was right.
    Right(Asked),
    /// It was not.
    WrongPassword,
}

/// What somebody brings along to a provider.
#[derive(Clone, Copy, Debug)]
pub enum Along<'a> {
    /// Nothing: they sign in, or register.
    Nothing,
    /// The link of an invitation to register.
    Invitation(&'a str),
    /// The link that confirms the address of an account which the provider lets in to.
    Confirmation(&'a str),
}

/// What a browser brought back.
#[derive(Clone, Copy)]
pub struct Came<'a> {
    /// The cookie that it was given.
    pub cookie: &'a str,
    /// The state, as the provider gave it back.
    pub state: &'a str,
    /// The code; `None` if the person or the provider did not want to.
    pub code: Option<&'a str>,
    /// Who says that it answers.
    pub issuer: Option<&'a str>,
}

/// What came of somebody's coming back from a provider.
pub enum Back {
    /// Signed in: the server holds a key to the account, as its person chose.
    SignedIn(Box<SignedIn>),
    /// The same, but a second factor is owed.
    Factor(SignInToken),
    /// The account is known and must be unlocked. The text is for the cookie.
    Unlock(String),
    /// Nobody is known as this; there may be an account. The text is for the cookie.
    New(String),
    /// It signs in to the person's account from now on.
    Linked,
    /// It signs in to another account, or this one has too many.
    Taken,
    /// The person came in again, as was asked before what the text names.
    Again(Box<SignedIn>, String),
    /// It does not sign in to the account that was meant.
    Other,
    /// An administrator turned the account off.
    Disabled,
    /// The person, or the provider, did not want to.
    Denied,
    /// This browser asked nothing, or too long ago, or has its answer already.
    Over,
    /// What the provider says is not believed.
    Refused,
    /// The provider does not answer.
    Unavailable,
}

/// What the answer is compared with.
#[derive(Deserialize, Serialize)]
struct Journey {
    provider: String,
    state: String,
    nonce: String,
    verifier: String,
    aim: Aim,
}

/// What somebody goes to a provider for.
#[derive(Deserialize, Serialize)]
enum Aim {
    /// To sign in or to register, perhaps with an invitation.
    Enter(Option<String>),
    /// To link an account, at an `auth_epoch`.
    Link([u8; 16], u32),
    /// To confirm an address by a link, where nothing is typed.
    Confirm(String),
    /// To come in again before something grave.
    Again(Return),
}

/// Somebody who is signed in, and comes in again.
#[derive(Deserialize, Serialize)]
struct Return {
    account: [u8; 16],
    auth_epoch: u32,
    /// When this was asked, in seconds of the Unix epoch.
    asked: i64,
    /// What they want to do.
    to: String,
}

/// Who came back, kept until the account is unlocked or made.
#[derive(Deserialize, Serialize)]
struct Proved {
    provider: String,
    lookup: [u8; 32],
    name: String,
    email: Option<String>,
    invitation: Option<String>,
    /// The account that it signs in to, and its `auth_epoch`.
    account: Option<([u8; 16], u32)>,
}

impl Accounts {
    /// Begins to sign in, or to register, with a provider.
    pub async fn ask_provider(
        &self,
        provider: &dyn IdentityProvider,
        along: Along<'_>,
        now: i64,
    ) -> Result<Asked, AccountError> {
        let aim = match along {
            Along::Nothing => Aim::Enter(None),
            Along::Invitation(link) => Aim::Enter(Some(link.to_owned())),
            Along::Confirmation(link) => Aim::Confirm(link.to_owned()),
        };
        self.ask_for(provider, aim, None, now).await
    }

    /// Begins to link an account elsewhere with a person's, when the password is right.
    pub async fn ask_to_link(
        &self,
        provider: &dyn IdentityProvider,
        person: &Person,
        password: Password,
        sender: &Sender<'_>,
    ) -> Result<LinkAsked, AccountError> {
        if !self.proves(person, password, sender).await? {
            return Ok(LinkAsked::WrongPassword);
        }
        let aim = Aim::Link(person.id().0, person.account.auth_epoch);
        self.ask_for(provider, aim, Some(person.id()), sender.now).await.map(LinkAsked::Right)
    }

    async fn ask_for(
        &self,
        provider: &dyn IdentityProvider,
        aim: Aim,
        account: Option<AccountId>,
        now: i64,
    ) -> Result<Asked, AccountError> {
        let journey = Journey {
            provider: provider.id().to_owned(),
            state: self.unguessable()?,
            nonce: self.unguessable()?,
            verifier: self.unguessable()?,
            aim,
        };
        let back = self.way_back(provider);
        let question = IdentityQuestion {
            back: &back,
            state: &journey.state,
            nonce: &journey.nonce,
            verifier: &journey.verifier,
            again: matches!(journey.aim, Aim::Again(_)),
            now,
        };
        let address = match provider.ask(&question).await {
            Ok(it) => it,
            Err(error) => {
                tell(provider, &error);
                return Ok(Asked::Unavailable);
            }
        };
        let state = serde_json::to_vec(&journey).map_err(|_| AccountError::Damaged)?;
        let (cookie, row) = self.challenge(JOURNEY, account, &state, now + AWAY)?;
        self.it.store.commit(vec![Change::PutLink(row)]).await?;
        Ok(Asked::Asked { address, cookie })
    }

    fn unguessable(&self) -> Result<String, AccountError> {
        Ok(URL_SAFE_NO_PAD.encode(random::<32>(&*self.it.randomness)?))
    }

    /// The address that a provider sends browsers back to.
    fn way_back(&self, provider: &dyn IdentityProvider) -> String {
        format!("{}/account/provider/{}/back", self.it.settings.origin, provider.id())
    }

    /// Somebody came back from a provider. `person` is who is signed in. Answers that are not
    /// believed are counted.
    pub async fn back_from_provider(
        &self,
        provider: &dyn IdentityProvider,
        came: &Came<'_>,
        person: Option<&Person>,
        sender: &Sender<'_>,
    ) -> Result<Back, AccountError> {
        let now = sender.now;
        let admitted = self.it.guard.admit(Attempt::Link { from: sender.address }, now).await?;
        match self.came_back(provider, came, person, sender).await {
            Ok(refused @ (Back::Refused | Back::Over)) => {
                self.it.guard.wrong(admitted, now).await?;
                Ok(refused)
            }
            Ok(done) => {
                self.it.guard.right(admitted, now).await?;
                Ok(done)
            }
            Err(error) => {
                self.it.guard.undone(admitted, now).await?;
                Err(error)
            }
        }
    }

    async fn came_back(
        &self,
        provider: &dyn IdentityProvider,
        came: &Came<'_>,
        person: Option<&Person>,
        sender: &Sender<'_>,
    ) -> Result<Back, AccountError> {
        let now = sender.now;
        let Some((link, state)) = self.asked(JOURNEY, came.cookie, now).await? else {
            return Ok(Back::Over);
        };
        let journey: Journey = serde_json::from_slice(&state).map_err(|_| AccountError::Damaged)?;
        if journey.provider != provider.id() || !is_same(&journey.state, came.state) {
            return Ok(Back::Over);
        }
        // Whatever comes of it, the question has its answer.
        self.it.store.commit(vec![Change::UseLink(link.hash)]).await?;
        let Some(code) = came.code else { return Ok(Back::Denied) };
        let answer = IdentityAnswer {
            code,
            issuer: came.issuer,
            back: &self.way_back(provider),
            nonce: &journey.nonce,
            verifier: &journey.verifier,
            since: match &journey.aim {
                Aim::Again(it) => Some(it.asked),
                _ => None,
            },
            now,
        };
        let identity = match provider.identify(&answer).await {
            Ok(it) => it,
            Err(error) => {
                tell(provider, &error);
                return Ok(match error {
                    IdentityError::Unavailable(_) => Back::Unavailable,
                    _ => Back::Refused,
                });
            }
        };
        match journey.aim {
            Aim::Enter(invitation) => self.known(provider, &identity, invitation, sender).await,
            Aim::Link(account, auth_epoch) => {
                let Some(person) = still(person, account, auth_epoch) else {
                    return Ok(Back::Over);
                };
                let linked = self.link_identity(person, provider.id(), &identity, now).await?;
                Ok(if linked { Back::Linked } else { Back::Taken })
            }
            Aim::Confirm(link) => self.confirm_at_provider(&link, &identity, sender).await,
            Aim::Again(it) => match still(person, it.account, it.auth_epoch) {
                Some(person) => self.in_again(person, &identity, it.to, sender).await,
                None => Ok(Back::Over),
            },
        }
    }
}

/// Who is signed in, if it is still whoever left for a provider.
fn still(person: Option<&Person>, account: [u8; 16], auth_epoch: u32) -> Option<&Person> {
    person.filter(|it| it.id().0 == account && it.account.auth_epoch == auth_epoch)
}

/// Compares what nobody may find out bit by bit.
fn is_same(ours: &str, theirs: &str) -> bool {
    ours.len() == theirs.len()
        && ours.bytes().zip(theirs.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// Tells whoever runs the server why a provider was of no use.
fn tell(provider: &dyn IdentityProvider, error: &IdentityError) {
    let causes = std::iter::successors(std::error::Error::source(error), |it| it.source());
    let cause = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    tracing::warn!(
        provider = provider.id(),
        cause,
        "nobody can sign in with a provider: {error}. Others and passwords are not affected"
    );
}
