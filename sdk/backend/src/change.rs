//! Changes of accounts, and of what belongs to them, that are done together or not at all.

use std::sync::Arc;

use async_trait::async_trait;

use crate::account::{
    AccountId, AccountRow, AccountStatus, FactorRow, MethodId, MethodKind, MethodRow, PasskeyRow,
    RoleRow,
};
use crate::api_key::ApiKeyRow;
use crate::audit::Chained;
use crate::error::StorageError;
use crate::grant::{GrantRow, InvitationRow, WrapKind, WrapRow};
use crate::identity::IdentityRow;
use crate::outbox::OutboxRow;
use crate::plugin::PluginChange;
use crate::rows::{HeadRow, Lookup, SessionId, SessionRow, StepRow};
use crate::sign_in::{LinkPurpose, LinkRow, PendingRow, SignInRow};
use crate::switch::SwitchRow;

/// One change. "Conflict" means that the whole list fails with [`StorageError::Conflict`] and
/// nothing is changed. Changing or removing what is not there is a conflict only where it says so.
#[derive(Clone, Debug)]
pub enum Change {
    /// Conflict unless the account is at this `auth_epoch`: put first what the others rely on.
    Expect(AccountId, u32),
    /// A new account; conflict if its id or e-mail address has one.
    NewAccount(AccountRow),
    /// Another e-mail address: blind index and sealed address; conflict if another account has it.
    Email(AccountId, Lookup, Vec<u8>),
    /// Another status; conflict if there is no such account, or it is being deleted.
    Status(AccountId, AccountStatus),
    /// Other roles, in place of all, at a moment in seconds of the Unix epoch. Those that it had
    /// already it still has since when it had them.
    Roles(AccountId, Vec<String>, i64),
    /// Another profile, sealed.
    Profile(AccountId, Option<Vec<u8>>),
    /// Another language, a BCP 47 tag.
    Language(AccountId, String),
    /// The account was used: seconds of the Unix epoch, cut to the day.
    Seen(AccountId, i64),
    /// Raises `auth_epoch` by one, which ends the worth of every sign-in made before.
    EndTrust(AccountId),
    /// Other keys of the account, of a new or the same epoch.
    Keys {
        /// Whose.
        account: AccountId,
        /// Counts its user keys.
        key_epoch: u32,
        /// The public key.
        public_key: [u8; 32],
        /// The private half, sealed under the user key.
        secret_key: Vec<u8>,
    },
    /// Puts the account's present keys aside until then (seconds of the Unix epoch); its methods
    /// and grants keep their epoch. Comes before [`Change::Keys`].
    LockKeys(AccountId, i64),
    /// Removes what [`Change::LockKeys`] put aside of an epoch, with the methods, passkeys, API keys
    /// and grants of that epoch.
    ForgetLocked(AccountId, u32),

    /// A way to unlock, in place of one with the same id.
    PutMethod(MethodRow),
    /// Removes a way to unlock.
    DeleteMethod(AccountId, MethodId),
    /// Removes all ways of a kind for a key of this epoch.
    DeleteMethods(AccountId, MethodKind, u32),
    /// It was used: seconds of the Unix epoch, cut to the day.
    MethodUsed(MethodId, i64),
    /// A passkey, in place of the one with its credential id if that is of the same account, else
    /// conflict.
    PutPasskey(PasskeyRow),
    /// Removes a passkey.
    DeletePasskey(AccountId, Vec<u8>),
    /// An identity elsewhere, in place of the one with its keyed hash if that is of the same account,
    /// else conflict.
    PutIdentity(IdentityRow),
    /// Removes an identity elsewhere from an account.
    DeleteIdentity(AccountId, Lookup),
    /// A second factor with the hashes of codes that stand in for it, in place of what there was.
    PutFactor(FactorRow, Vec<Lookup>),
    /// A code of this time step was used; conflict unless it is later than the last one.
    UseFactor(AccountId, i64),
    /// A code that stands in for the second factor was used; conflict if there is none.
    UseFactorCode(AccountId, Lookup),
    /// The seed of the second factor, sealed anew; conflict if there is none.
    SealFactor(AccountId, Vec<u8>),
    /// Removes the second factor with its codes.
    DeleteFactor(AccountId),
    /// A role, in place of one of the same name.
    PutRole(RoleRow),
    /// Removes a role, also from every account that has it.
    DeleteRole(String),

    /// A new sign-in; conflict if there is one with its hash.
    PutSignIn(SignInRow),
    /// It was used: ends without use then, in seconds of the Unix epoch.
    TouchSignIn(Lookup, i64),
    /// Ends the sign-in of a cookie.
    EndSignIn(Lookup),
    /// Ends the sign-in that is listed under this id.
    EndListedSignIn(AccountId, [u8; 16]),
    /// Ends all sign-ins of an account, pending ones too, but the one of this cookie.
    EndSignIns(AccountId, Option<Lookup>),
    /// A sign-in that owes a second factor.
    PutPending(PendingRow),
    /// Takes one of its tries; conflict if none is left.
    TryPending(Lookup),
    /// Ends it; conflict if it is gone.
    UsePending(Lookup),
    /// A link, in place of others of its account and purpose. Of those that make an administrator
    /// there is one.
    PutLink(LinkRow),
    /// Takes one of its tries; conflict if none is left.
    TryLink(Lookup),
    /// Ends it; conflict if it is gone.
    UseLink(Lookup),
    /// Ends all links of an account with this purpose.
    EndLinks(AccountId, LinkPurpose),

    /// A new session of an account with its step 0 and the owner's grant. The session's `wrapped`
    /// is empty and its `lookup` is [`Lookup::of_owned`]. The session's secret must be in the
    /// [`Keyring`](crate::Keyring) by then.
    NewSession(SessionRow, StepRow, GrantRow),
    /// An account takes over a session that belonged to whoever had its token: the old wrap and the
    /// resume codes go, the grant comes. Done already for the same account, it changes nothing;
    /// conflict if the session is gone or another's.
    TakeOver(GrantRow),
    /// A grant, in place of the one for the same session, section, account and epoch.
    PutGrant(GrantRow),
    /// Removes all grants of an account on a session.
    DeleteGrants(SessionId, AccountId),
    /// Seals all of a session anew under another seed: its epoch goes up by one, its steps and the
    /// wraps of its files are replaced, invitations and grants of earlier epochs go. Conflict unless
    /// the session is at this revision and has just these steps and files.
    Rekey {
        /// Which session.
        session: SessionId,
        /// The revision that it must have.
        revision: u64,
        /// What its row says from then on.
        head: HeadRow,
        /// All its steps.
        steps: Vec<StepRow>,
        /// All its files, with the wrap of each.
        files: Vec<([u8; 16], Vec<u8>)>,
    },
    /// An invitation.
    PutInvitation(InvitationRow),
    /// Ends an invitation; conflict if it is gone.
    UseInvitation(Lookup),
    /// Removes an invitation to a session.
    DeleteInvitation(SessionId, Lookup),
    /// A session is sealed for somebody else too, in place of the wrap of that kind and epoch.
    PutWrap(WrapRow),
    /// Removes all sessions' wraps of a kind, but those that begin with these bytes, if there are any.
    ForgetWraps(WrapKind, Vec<u8>),

    /// An API key; conflict if its id is taken.
    PutApiKey(ApiKeyRow),
    /// Removes an API key.
    DeleteApiKey(AccountId, [u8; 16]),
    /// Removes all API keys of an account.
    DeleteApiKeys(AccountId),
    /// It was used: seconds of the Unix epoch, cut to the day.
    ApiKeyUsed([u8; 16], i64),

    /// A decision about a switch; the store numbers it.
    DecideSwitch(SwitchRow),
    /// A second administrator agrees: the decision is in force from `effective` on (seconds of the
    /// Unix epoch). Conflict if it was cancelled, has a second already, was asked for by the same
    /// one, or is in force by then.
    AgreeSwitch {
        /// Number of the decision.
        id: i64,
        /// Number of the account of who agrees.
        second: i64,
        /// From when on it is in force.
        effective: i64,
    },
    /// Cancels a decision at a moment, in seconds of the Unix epoch. Conflict if it was cancelled
    /// already, or is in force by then.
    CancelSwitch {
        /// Number of the decision.
        id: i64,
        /// When.
        at: i64,
    },

    /// Something of plugins.
    Plugin(PluginChange),

    /// The owner of a session was warned so many times since it was last touched.
    Warned(SessionId, u32),
    /// A mail waits to be sent.
    Mail(OutboxRow),
    /// An entry of the audit log.
    Audit(Arc<dyn Chained>),
}

/// Does changes.
#[async_trait]
pub trait Commit: Send + Sync {
    /// Does all changes in order and in one transaction, or none of them. Fails with
    /// [`StorageError::Conflict`] where one says so, or contradicts a row that is there.
    async fn commit(&self, changes: Vec<Change>) -> Result<(), StorageError>;
}
