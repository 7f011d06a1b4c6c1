//! Signing in with an account elsewhere: asking a provider, and what comes of its answer.

mod unlock;

use affiant_audit::Event;
use affiant_backend::{
    AccountId, AccountRow, AccountStatus, Change, Identity, IdentityAnswer, IdentityError,
    IdentityProvider, IdentityQuestion, IdentityRow, Level, Lookup,
};
use affiant_guard::Attempt;
use affiant_vault::{Password, SignInToken, UserKey, random};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::accounts::{Accounts, Sender, day};
use crate::error::AccountError;
use crate::identities::called;
use crate::person::{Opened, Person, may_sign_in};
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
    /// Begins to sign in, or to register, with a provider; `invitation` is the link of one.
    pub async fn ask_provider(
        &self,
        provider: &dyn IdentityProvider,
        invitation: Option<&str>,
        now: i64,
    ) -> Result<Asked, AccountError> {
        let aim = Aim::Enter(invitation.map(str::to_owned));
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
                let Some(person) =
                    person.filter(|it| it.id().0 == account && it.account.auth_epoch == auth_epoch)
                else {
                    return Ok(Back::Over);
                };
                let linked = self.link_identity(person, provider.id(), &identity, now).await?;
                Ok(if linked { Back::Linked } else { Back::Taken })
            }
        }
    }

    /// Somebody whom a provider knows: signed in, asked to unlock, or new.
    async fn known(
        &self,
        provider: &dyn IdentityProvider,
        identity: &Identity,
        invitation: Option<String>,
        sender: &Sender<'_>,
    ) -> Result<Back, AccountError> {
        let lookup = self.identity_lookup(identity);
        let row = self.it.store.identity(&lookup).await?;
        let account = match &row {
            Some(row) => self.it.store.account(row.account).await?,
            None => None,
        };
        let account = account.filter(|it| it.status != AccountStatus::Unconfirmed);
        if account.as_ref().is_some_and(|it| !may_sign_in(it.status)) {
            return Ok(Back::Disabled);
        }
        if let (Some(account), Some(row)) = (&account, &row)
            && let Some(user_key) = self.key_in_custody(account).await?
        {
            let done = self.enter_with(account, row, &user_key, None, sender).await?;
            return Ok(match done {
                Unlocking::SignedIn(it) => Back::SignedIn(it),
                Unlocking::Factor(it) => Back::Factor(it),
                Unlocking::Wrong | Unlocking::Over => Back::Over,
            });
        }
        let proved = Proved {
            provider: provider.id().to_owned(),
            lookup: lookup.0,
            name: called(identity),
            email: identity.email.clone(),
            invitation,
            account: account.as_ref().map(|it| (it.id.0, it.auth_epoch)),
        };
        let state = serde_json::to_vec(&proved).map_err(|_| AccountError::Damaged)?;
        let of = account.as_ref().map(|it| it.id);
        let (cookie, row) = self.challenge(PROVED, of, &state, sender.now + PROVED_FOR)?;
        self.it.store.commit(vec![Change::PutLink(row)]).await?;
        Ok(if account.is_some() { Back::Unlock(cookie) } else { Back::New(cookie) })
    }

    /// Signs in to an account that is open now, or makes the sign-in owe its second factor. `proof` is
    /// used up.
    async fn enter_with(
        &self,
        account: &AccountRow,
        identity: &IdentityRow,
        user_key: &UserKey,
        proof: Option<Lookup>,
        sender: &Sender<'_>,
    ) -> Result<Unlocking, AccountError> {
        let now = sender.now;
        let used = IdentityRow { used: Some(day(now)), ..identity.clone() };
        let mut before = vec![Change::Expect(account.id, account.auth_epoch)];
        before.extend(proof.map(Change::UseLink));
        before.push(Change::PutIdentity(used));
        if self.it.store.factor(account.id).await?.is_some() {
            return Ok(Unlocking::Factor(self.pend(account, user_key, before, now).await?));
        }
        before.push(self.noted(Event::SignedInWithProvider, &[account.id], now).await?);
        before.extend(self.notice_of_device(account, sender).await?);
        let opened = Opened::of(account, user_key);
        let done = self.finish_sign_in(account, &opened, before, Level::Password, sender).await?;
        Ok(Unlocking::SignedIn(Box::new(done)))
    }
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
