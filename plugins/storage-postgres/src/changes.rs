//! Lists of changes, done together or not at all.

mod account;
mod api_key;
mod grant;
mod sign_in;
mod unlock;

use affiant_backend::{Change, Commit, PluginChange, StorageError};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::audit;
use crate::outbox;
use crate::plugins;
use crate::sessions::Main;
use crate::sweep;
use crate::switches;
use crate::write::{IN_TURN, Undone, Work};

#[async_trait]
impl Commit for Main {
    async fn commit(&self, changes: Vec<Change>) -> Result<(), StorageError> {
        self.write(Changes(changes)).await
    }
}

struct Changes(Vec<Change>);

#[async_trait]
impl Work for Changes {
    type Done = ();

    fn locks(&self) -> Vec<i64> {
        if self.0.iter().all(stands_alone) { Vec::new() } else { vec![IN_TURN] }
    }

    async fn run(&self, db: &mut PgConnection) -> Result<(), Undone> {
        for change in &self.0 {
            apply(db, change).await?;
        }
        Ok(())
    }
}

/// Whether a change does the same whatever others do at the same time: it adds a row, or looks at
/// nothing but the row that it changes. Those that people cause with every click are of these.
fn stands_alone(change: &Change) -> bool {
    matches!(
        change,
        Change::Expect(..)
            | Change::Seen(..)
            | Change::MethodUsed(..)
            | Change::UseFactor(..)
            | Change::UseFactorCode(..)
            | Change::PutSignIn(_)
            | Change::TouchSignIn(..)
            | Change::EndSignIn(_)
            | Change::PutPending(_)
            | Change::TryPending(_)
            | Change::UsePending(_)
            | Change::TryLink(_)
            | Change::UseLink(_)
            | Change::NewSession(..)
            | Change::ApiKeyUsed(..)
            | Change::Plugin(
                PluginChange::PutValue(_)
                    | PluginChange::DeleteValue(..)
                    | PluginChange::Observed(_)
                    | PluginChange::ForgetObserved(_)
            )
            | Change::Warned(..)
            | Change::Mail(_)
    )
}

/// A change that needs a row to be there has not found it: conflict.
fn found(result: &sqlx::postgres::PgQueryResult) -> Result<(), Undone> {
    if result.rows_affected() == 0 { Err(Undone::Conflict) } else { Ok(()) }
}

async fn apply(db: &mut PgConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::Expect(..)
        | Change::NewAccount(_)
        | Change::Email(..)
        | Change::Status(..)
        | Change::Roles(..)
        | Change::Profile(..)
        | Change::Language(..)
        | Change::Seen(..)
        | Change::EndTrust(_)
        | Change::Keys { .. }
        | Change::LockKeys(..)
        | Change::ForgetLocked(..)
        | Change::PutRole(_)
        | Change::DeleteRole(_) => account::apply(db, change).await,
        Change::PutMethod(_)
        | Change::DeleteMethod(..)
        | Change::DeleteMethods(..)
        | Change::MethodUsed(..)
        | Change::PutPasskey(_)
        | Change::DeletePasskey(..)
        | Change::PutFactor(..)
        | Change::UseFactor(..)
        | Change::UseFactorCode(..)
        | Change::SealFactor(..)
        | Change::DeleteFactor(_) => unlock::apply(db, change).await,
        Change::PutSignIn(_)
        | Change::TouchSignIn(..)
        | Change::EndSignIn(_)
        | Change::EndListedSignIn(..)
        | Change::EndSignIns(..)
        | Change::PutPending(_)
        | Change::TryPending(_)
        | Change::UsePending(_)
        | Change::PutLink(_)
        | Change::TryLink(_)
        | Change::UseLink(_)
        | Change::EndLinks(..) => sign_in::apply(db, change).await,
        Change::NewSession(..)
        | Change::TakeOver(_)
        | Change::PutGrant(_)
        | Change::DeleteGrants(..)
        | Change::Rekey { .. }
        | Change::PutInvitation(_)
        | Change::UseInvitation(_)
        | Change::DeleteInvitation(..)
        | Change::PutWrap(_)
        | Change::ForgetWraps(..) => grant::apply(db, change).await,
        Change::PutApiKey(_)
        | Change::DeleteApiKey(..)
        | Change::DeleteApiKeys(_)
        | Change::ApiKeyUsed(..) => api_key::apply(db, change).await,
        Change::DecideSwitch(_) | Change::AgreeSwitch { .. } | Change::CancelSwitch { .. } => {
            switches::apply(db, change).await
        }
        Change::Plugin(change) => plugins::apply(db, change).await,
        _ => beside(db, change).await,
    }
}

/// What goes along with a change.
async fn beside(db: &mut PgConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::PutIdentity(_) | Change::DeleteIdentity(..) => unlock::apply(db, change).await,
        Change::Warned(session, times) => Ok(sweep::set_warned(db, *session, *times).await?),
        Change::Mail(row) => Ok(outbox::put(db, row).await?),
        Change::Audit(entry) => Ok(audit::add(db, &**entry).await.map(|_| ())?),
        _ => unreachable!("the caller chose by kind"),
    }
}
