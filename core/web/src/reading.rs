//! Reading for the organisation, as the switch about it says.

use affiant_account::{AccountError, Readable, Reading, Reason};
use affiant_backend::{AccountId, GrantRole, SessionId, SessionRow, WrapKind};
use affiant_switch::{Outcome, Setting, Switch};
use affiant_vault::OrganisationKey;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::error::{WebError, internal, key_required, no_session, wrong_organisation_key};
use crate::export::answers::{Answers, answers};
use crate::session::older;
use crate::session::parts::state_of;

/// Most sessions that are listed.
const MOST: u32 = 200;

/// A session that the organisation can read.
pub(crate) struct Listed {
    pub(crate) session: SessionRow,
    /// Number of the account that owns it.
    pub(crate) owner: Option<i64>,
}

impl App {
    /// Public half of the key with which administrators can read answers now, if they can.
    pub(crate) fn organisation(&self) -> Option<[u8; 32]> {
        self.in_force().reading().map(|it| it.0)
    }

    /// Ends what administrators could read before a switch was set to something else.
    pub async fn end_reading(&self) -> Result<(), AccountError> {
        let now = self.clock.seconds();
        let history = self.switches.history();
        // A decision that is still to begin may have begun before, by a clock that was turned back.
        let coming = history.decisions().iter().filter(|it| {
            it.outcome == Outcome::Follows
                && it.effective > now
                && it.to.switch() == Switch::Reading
        });
        let coming = coming.filter_map(|it| match it.to {
            Setting::Reading(Some(key)) => Some(key.0),
            _ => None,
        });
        let kept: Vec<[u8; 32]> = self.organisation().into_iter().chain(coming).collect();
        let ended = self.accounts.end_reading_but(&kept).await?;
        if ended > 0 {
            tracing::info!("what administrators could read before cannot be read any more");
        }
        Ok(())
    }

    /// The sessions of an interview that were begun on a day, in UTC, and that the organisation can
    /// read.
    pub(crate) async fn readable(
        &self,
        interview: &str,
        day: Date,
    ) -> Result<Vec<Listed>, WebError> {
        let Some(organisation) = self.organisation() else { return Ok(Vec::new()) };
        let start = |day: Date| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0));
        let (Ok(from), Ok(to)) = (start(day), day.tomorrow().and_then(start)) else {
            return Ok(Vec::new());
        };
        let begun = from.as_second()..to.as_second();
        let found = self.store.wrapped_sessions(WrapKind::Escrow, interview, begun, MOST).await?;
        let mut listed = Vec::with_capacity(found.len());
        for session in found {
            if self.accounts.is_readable(&session, organisation).await? {
                listed.push(Listed { owner: self.number_of_owner(session.id).await?, session });
            }
        }
        Ok(listed)
    }

    /// A session that the organisation can read. Fails as reading it would.
    pub(crate) async fn readable_session(&self, id: SessionId) -> Result<Listed, WebError> {
        let session = self.store.session(id).await?.ok_or_else(no_session)?;
        let organisation = self.organisation().ok_or_else(key_required)?;
        if !self.accounts.is_readable(&session, organisation).await? {
            return Err(key_required());
        }
        Ok(Listed { owner: self.number_of_owner(id).await?, session })
    }

    async fn number_of_owner(&self, session: SessionId) -> Result<Option<i64>, WebError> {
        let grants = self.store.grants_on(session).await?;
        let Some(owner) = grants.iter().find(|it| it.role == GrantRole::Owner) else {
            return Ok(None);
        };
        Ok(self.store.account(owner.account).await?.map(|it| it.number))
    }

    /// Reads a session with the organisation's key. Everybody whom it concerns can see that it was.
    pub(crate) async fn read(
        &self,
        session: SessionId,
        key: &OrganisationKey,
        reason: Reason,
        by: AccountId,
    ) -> Result<Answers, WebError> {
        self.store.session(session).await?.ok_or_else(no_session)?;
        let in_force = self.organisation().ok_or_else(key_required)?;
        let wanted = Reading { session, in_force, reason, by };
        let read = self.accounts.read_for_organisation(&wanted, key, self.clock.seconds()).await?;
        let (row, keys) = match read {
            Readable::Opened(both) => *both,
            Readable::No => return Err(key_required()),
            Readable::WrongKey => return Err(wrong_organisation_key()),
        };
        let found = self.store.load_session(session, None).await?;
        let (newest, history) = found.ok_or_else(no_session)?;
        if newest.epoch != row.epoch {
            return Err(internal("a session got new keys while it was read"));
        }
        older::demand_noted(self, &newest).await?;
        let (state, _) = state_of(&keys, &newest, &history)?;
        // Nobody's profile is open here, so scripts are told of nobody.
        answers(self, &keys, &newest, &state, None).await
    }
}
