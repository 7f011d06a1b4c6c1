//! Lists of changes, done together or not at all.

mod account;
mod api_key;
mod grant;
mod sign_in;
mod unlock;

use affiant_backend::{Change, Commit, PluginChange, StorageError};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use crate::audit;
use crate::outbox;
use crate::plugins;
use crate::recent::Recent;
use crate::sessions::Main;
use crate::sweep;
use crate::switches;
use crate::write::{Leaves, Undone, Work};

#[async_trait]
impl Commit for Main {
    async fn commit(&self, changes: Vec<Change>) -> Result<(), StorageError> {
        self.write(Changes(changes)).await
    }
}

struct Changes(Vec<Change>);

#[async_trait]
impl Work for Changes {
    fn leaves(&self) -> Leaves {
        let replaces_nothing = |change: &Change| {
            matches!(
                change,
                Change::Expect(..)
                    | Change::NewAccount(_)
                    | Change::Seen(..)
                    | Change::MethodUsed(..)
                    | Change::UseFactor(..)
                    | Change::PutSignIn(_)
                    | Change::TouchSignIn(..)
                    | Change::PutPending(_)
                    | Change::TryPending(_)
                    | Change::TryLink(_)
                    | Change::NewSession(..)
                    | Change::ApiKeyUsed(..)
                    | Change::DecideSwitch(_)
                    | Change::AgreeSwitch { .. }
                    | Change::CancelSwitch { .. }
                    | Change::Plugin(PluginChange::PutPackage(..) | PluginChange::Observed(_))
                    | Change::Warned(..)
                    | Change::Mail(_)
                    | Change::Audit(_)
            )
        };
        // A wrap that was replaced or removed must not wait in the log for the next quiet hour.
        if self.0.iter().all(replaces_nothing) { Leaves::AtLeisure } else { Leaves::Soon }
    }

    fn tell(&self, recent: &Recent, _: bool) {
        // What replaces nothing changes no session that is there.
        if self.leaves() != Leaves::AtLeisure {
            recent.forget_all();
        }
    }

    async fn run(&self, connection: &mut SqliteConnection) -> Result<u64, Undone> {
        // Others share the transaction, so that a conflict takes back these changes alone. Where the
        // disk is full and the transaction ends as a whole, all of them are done again one by one.
        sqlx::query("savepoint changes").execute(&mut *connection).await?;
        for change in &self.0 {
            match apply(connection, change).await {
                Ok(()) => {}
                Err(Undone::Conflict) => {
                    sqlx::query("rollback to changes").execute(&mut *connection).await?;
                    sqlx::query("release changes").execute(&mut *connection).await?;
                    return Err(Undone::Conflict);
                }
                Err(failed) => return Err(failed),
            }
        }
        sqlx::query("release changes").execute(&mut *connection).await?;
        Ok(0)
    }
}

/// A change that needs a row to be there has not found it: conflict.
fn found(result: &sqlx::sqlite::SqliteQueryResult) -> Result<(), Undone> {
    if result.rows_affected() == 0 { Err(Undone::Conflict) } else { Ok(()) }
}

async fn apply(db: &mut SqliteConnection, change: &Change) -> Result<(), Undone> {
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
async fn beside(db: &mut SqliteConnection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::PutIdentity(_) | Change::DeleteIdentity(..) => unlock::apply(db, change).await,
        Change::Warned(session, times) => Ok(sweep::set_warned(db, *session, *times).await?),
        Change::Mail(row) => Ok(outbox::put(db, row).await?),
        Change::Audit(entry) => Ok(audit::add(db, &**entry).await.map(|_| ())?),
        _ => unreachable!("the caller chose by kind"),
    }
}
