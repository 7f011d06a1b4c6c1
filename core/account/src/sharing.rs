//! Who can see a session: the list of them, invitations, and taking back what was given.

use affiant_audit::{Detail, Event};
use affiant_backend::{
    AccountId, AccountRow, AccountStatus, Addressed, Change, GrantRole, GrantRow, InvitationRow,
    Letter, Lookup, SessionId, SessionRow,
};
use affiant_guard::Attempt;
use affiant_vault::{AccountScope, Grant, InvitationSecret, PublicKey, Scope, Seed};

use crate::accounts::{Accounts, day};
use crate::email::Address;
use crate::error::AccountError;
use crate::extent::{Extent, Seeds};
use crate::person::{Person, Unlocked};

/// Seconds for which an invitation can be accepted.
const OPEN: i64 = 7 * 86_400;

/// Most people who can see a session or are invited to, besides its owner.
pub const MOST_READERS: usize = 20;

/// Most characters of what an owner calls a reader.
const LONGEST_NAME: usize = 100;

/// What the name of a reader is sealed as.
pub(crate) const WHOM: &str = "reader";

/// Somebody who can see a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Their account.
    pub account: AccountId,
    /// What the owner calls them. Only the owner can read that; `None` for everybody else, and for
    /// what was written under a password that is lost.
    pub whom: Option<String>,
    /// What they may do.
    pub role: GrantRole,
    /// With how much of it.
    pub extent: Extent,
    /// Since when, in seconds of the Unix epoch, cut to the day.
    pub since: i64,
    /// Until when, in seconds of the Unix epoch; `None` for as long as the session lasts.
    pub until: Option<i64>,
}

/// Somebody who was invited and did not answer yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Names the invitation.
    pub hash: Lookup,
    /// What the owner calls them.
    pub whom: Option<String>,
    /// What they will be able to do.
    pub role: GrantRole,
    /// With how much of it.
    pub extent: Extent,
    /// Until when they can accept, in seconds of the Unix epoch.
    pub expires: i64,
    /// Until when they will see the session, if there is an end.
    pub until: Option<i64>,
}

/// Everybody who can see a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// The session.
    pub session: SessionRow,
    /// What the person who asks may do.
    pub role: GrantRole,
    /// With how much of it.
    pub extent: Extent,
    /// All of them, the owner first.
    pub readers: Vec<Reader>,
    /// Who was invited; only the owner sees that.
    pub waiting: Vec<Waiting>,
}

/// Whom to invite, and to what.
#[derive(Clone, Copy)]
pub struct Invitation<'a> {
    /// Where to.
    pub address: &'a Address,
    /// What the owner calls them; may be empty.
    pub name: &'a str,
    /// What they will be able to do: not everything.
    pub role: GrantRole,
    /// With how much of it.
    pub extent: &'a Extent,
    /// Until when, in seconds of the Unix epoch; `None` for as long as the session lasts.
    pub until: Option<i64>,
}

/// What came of inviting.
pub enum Invited {
    /// A mail says so, and this secret is for them, to be passed on by the owner: it opens the
    /// session, so no mail of ours carries it.
    Done(InvitationSecret),
    /// The session is not the person's to share.
    NotYours,
    /// It is the person's own address.
    Yourself,
    /// So many people can see a session, and no more.
    Full,
}

/// An invitation as the person sees whom it went to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Names it.
    pub hash: Lookup,
    /// Name of the interview.
    pub interview: String,
    /// Address of who invites.
    pub from: String,
    /// What it lets do.
    pub role: GrantRole,
    /// With how much of it.
    pub extent: Extent,
    /// Until when it can be accepted, in seconds of the Unix epoch.
    pub expires: i64,
    /// Until when the session can be seen, if there is an end.
    pub until: Option<i64>,
}

/// What came of accepting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The person can see the session from now on.
    Done(SessionId),
    /// It is none, it is over or was used, or it was taken back.
    Gone,
    /// The session is the person's own.
    Yours,
}

impl Accounts {
    /// Everybody who can see a session; `None` if the person cannot.
    pub async fn circle(
        &self,
        person: &Unlocked,
        session: SessionId,
        now: i64,
    ) -> Result<Option<Circle>, AccountError> {
        let Some(row) = self.it.store.session(session).await? else { return Ok(None) };
        let Some(opened) = self.opened_grant(person, &row, now).await? else { return Ok(None) };
        let (role, extent) = (opened.role, opened.extent);
        let is_owner = role == GrantRole::Owner;
        let name = |sealed: &[u8]| if is_owner { self.whom(person, session, sealed) } else { None };
        let grants = self.present_grants(&row, now).await?;
        let reader = |it: &GrantRow| -> Result<Reader, AccountError> {
            Ok(Reader {
                account: it.account,
                whom: name(&it.whom),
                role: it.role,
                extent: Extent::of(&it.section)?,
                since: day(it.created),
                until: it.expires,
            })
        };
        let readers = grants.iter().map(reader).collect::<Result<_, _>>()?;
        let mut circle = Circle { role, extent, readers, waiting: Vec::new(), session: row };
        if is_owner {
            let all = self.it.store.invitations_to(session).await?;
            let open = all.iter().filter(|it| it.expires > now && it.epoch == circle.session.epoch);
            let waiting = open.map(|it| -> Result<Waiting, AccountError> {
                Ok(Waiting {
                    hash: it.hash,
                    whom: name(&it.whom),
                    role: it.role,
                    extent: Extent::of(&it.section)?,
                    expires: it.expires,
                    until: it.grant_expires,
                })
            });
            circle.waiting = waiting.collect::<Result<_, _>>()?;
        }
        Ok(Some(circle))
    }

    /// How many people besides its owner can see a session.
    pub async fn readers(&self, session: &SessionRow, now: i64) -> Result<usize, AccountError> {
        let all = self.present_grants(session, now).await?;
        Ok(all.iter().filter(|it| it.role != GrantRole::Owner).count())
    }

    /// Invites somebody by e-mail. Whether the address has an account shows nowhere: a mail goes
    /// there in any case, and the secret is made in any case.
    pub async fn invite(
        &self,
        person: &Person,
        session: SessionId,
        wanted: Invitation<'_>,
        now: i64,
    ) -> Result<Invited, AccountError> {
        let Some((row, seed)) = self.owned_seed(person, session, now).await? else {
            return Ok(Invited::NotYours);
        };
        let index = self.index(wanted.address);
        if index == person.account.email.0 {
            return Ok(Invited::Yourself);
        }
        if wanted.role == GrantRole::Owner {
            return Ok(Invited::NotYours);
        }
        let waiting = self.it.store.invitations_to(session).await?;
        let waiting = waiting.iter().filter(|it| it.expires > now).count();
        if self.readers(&row, now).await? + waiting >= MOST_READERS {
            return Ok(Invited::Full);
        }
        let attempt = Attempt::Invite { account: &person.account.email.0 };
        let admitted = self.it.guard.admit(attempt, now).await?;
        let secret = InvitationSecret::random(&*self.it.randomness)?;
        let found = self.by_index(&index).await?.filter(|it| it.status == AccountStatus::Active);
        let invitation = self.invitation(person, &row, &seed, &secret, wanted, found, now)?;
        let letter = Letter {
            to: wanted.address.as_sent().to_owned(),
            template: "shared",
            language: person.account.language.clone(),
            values: vec![("from", self.address(person).await?)],
        };
        let changes = vec![
            Change::Expect(person.account.id, person.account.auth_epoch),
            Change::PutInvitation(invitation),
            self.letter(None, &letter, now)?,
            self.noted_offer(wanted.extent, person, now).await?,
        ];
        self.it.store.commit(changes).await?;
        self.it.guard.right(admitted, now).await?;
        Ok(Invited::Done(secret))
    }

    /// The entry about an invitation: of parts, how many private sections it opens. Which ones tells
    /// the page of readers.
    async fn noted_offer(
        &self,
        extent: &Extent,
        person: &Person,
        now: i64,
    ) -> Result<Change, AccountError> {
        let Some(sections) = extent.sections() else {
            return self.noted(Event::ShareOffered, &[person.id()], now).await;
        };
        let count = Detail::Count(u64::try_from(sections.len()).unwrap_or(u64::MAX));
        Ok(self.ledger.change(Event::SharePartsOffered, count, &[person.id()], now).await?)
    }

    #[expect(clippy::too_many_arguments, reason = "one use, split off to be read")]
    fn invitation(
        &self,
        person: &Person,
        row: &SessionRow,
        seed: &Seed,
        secret: &InvitationSecret,
        wanted: Invitation<'_>,
        found: Option<AccountRow>,
        now: i64,
    ) -> Result<InvitationRow, AccountError> {
        let randomness = &*self.it.randomness;
        let of = self.session_scope(row.id.0, row.epoch);
        let (role, until) = (wanted.role.word(), wanted.until);
        let addressed = match found {
            Some(account) => {
                let to = self.scope(account.id, account.key_epoch);
                let sealed = self.seal_to(&account, of, wanted.extent, wanted.role, until, seed)?;
                Some(Addressed { account: account.id, key_epoch: to.epoch, sealed })
            }
            None => None,
        };
        let whom = called(wanted.name, wanted.address);
        let scope = self.scope_of(person);
        let sealed = wanted
            .extent
            .seal(of, seed, |name, it| secret.seal_seed(name, role, until, it, randomness))?;
        Ok(InvitationRow {
            hash: Lookup(secret.lookup()),
            session: row.id,
            section: wanted.extent.word(),
            role: wanted.role,
            epoch: row.epoch,
            sealed,
            whom: person.user_key.seal(&scope, WHOM, &row.id.0, whom.as_bytes(), randomness)?,
            granter: person.account.id,
            addressed,
            grant_expires: until,
            created: now,
            expires: now + OPEN,
        })
    }

    /// Takes an invitation back; no error if there is none any more.
    pub async fn withdraw(
        &self,
        person: &Person,
        session: SessionId,
        hash: Lookup,
        now: i64,
    ) -> Result<(), AccountError> {
        if self.owned_seed(person, session, now).await?.is_some() {
            let entry = self.noted(Event::ShareWithdrawn, &[person.id()], now).await?;
            self.it.store.commit(vec![Change::DeleteInvitation(session, hash), entry]).await?;
        }
        Ok(())
    }

    /// What others want to share with the person.
    pub async fn offers(&self, person: &Person, now: i64) -> Result<Vec<Offer>, AccountError> {
        let mut offers = Vec::new();
        for row in self.it.store.invitations_for(person.account.id).await? {
            let Some(session) = self.acceptable(person, &row, now).await? else { continue };
            let Some(granter) = self.it.store.account(row.granter).await? else { continue };
            offers.push(Offer {
                hash: row.hash,
                interview: session.interview,
                from: self.contact(&granter).await?,
                role: row.role,
                extent: Extent::of(&row.section)?,
                expires: row.expires,
                until: row.grant_expires,
            });
        }
        Ok(offers)
    }

    /// The session of an invitation that the person could accept without the secret.
    async fn acceptable(
        &self,
        person: &Person,
        row: &InvitationRow,
        now: i64,
    ) -> Result<Option<SessionRow>, AccountError> {
        let is_theirs = row.addressed.as_ref().is_some_and(|it| {
            it.account == person.account.id && it.key_epoch == person.account.key_epoch
        });
        if !is_theirs || row.expires <= now {
            return Ok(None);
        }
        let session = self.it.store.session(row.session).await?;
        Ok(session.filter(|it| it.epoch == row.epoch))
    }

    /// Accepts what was offered to the person's address.
    pub async fn accept(
        &self,
        person: &Person,
        hash: Lookup,
        now: i64,
    ) -> Result<Accepted, AccountError> {
        let Some(row) = self.it.store.invitation(&hash).await? else { return Ok(Accepted::Gone) };
        if self.acceptable(person, &row, now).await?.is_none() {
            return Ok(Accepted::Gone);
        }
        let sealed = row.addressed.as_ref().map(|it| it.sealed.clone()).unwrap_or_default();
        self.take_offer(person, &row, sealed, now).await
    }

    /// Accepts with the secret that the owner passed on. Tries are counted as those of links.
    pub async fn accept_secret(
        &self,
        person: &Person,
        typed: &str,
        from: std::net::IpAddr,
        now: i64,
    ) -> Result<Accepted, AccountError> {
        let admitted = self.it.guard.admit(Attempt::Link { from }, now).await?;
        let Some(secret) = InvitationSecret::parse(typed) else {
            self.it.guard.wrong(admitted, now).await?;
            return Ok(Accepted::Gone);
        };
        let found = self.it.store.invitation(&Lookup(secret.lookup())).await?;
        let Some(row) = found.filter(|it| it.expires > now) else {
            self.it.guard.wrong(admitted, now).await?;
            return Ok(Accepted::Gone);
        };
        self.it.guard.right(admitted, now).await?;
        let of = self.session_scope(row.session.0, row.epoch);
        let (role, until) = (row.role.word(), row.grant_expires);
        let seeds = Extent::of(&row.section)?
            .open(of, &row.sealed, |name, it| secret.open_seed(name, role, until, it))?;
        let sealed = self.seal_seeds(&person.account, of, &seeds, row.role, until)?;
        self.take_offer(person, &row, sealed, now).await
    }

    async fn take_offer(
        &self,
        person: &Person,
        row: &InvitationRow,
        sealed: Vec<u8>,
        now: i64,
    ) -> Result<Accepted, AccountError> {
        let Some(session) = self.it.store.session(row.session).await? else {
            return Ok(Accepted::Gone);
        };
        let mine = self.it.store.grant(row.session, person.account.id).await?;
        if mine.is_some_and(|it| it.role == GrantRole::Owner) {
            return Ok(Accepted::Yours);
        }
        if session.epoch != row.epoch || row.grant_expires.is_some_and(|it| it <= now) {
            return Ok(Accepted::Gone);
        }
        let grant = GrantRow {
            session: row.session,
            section: row.section.clone(),
            account: person.account.id,
            role: row.role,
            key_epoch: person.account.key_epoch,
            epoch: row.epoch,
            sealed,
            granter: Some(row.granter),
            whom: row.whom.clone(),
            created: now,
            expires: row.grant_expires,
        };
        // A new key of the session ends its invitations: then this one is gone, and nothing is done.
        let changes = vec![
            Change::Expect(person.account.id, person.account.auth_epoch),
            Change::UseInvitation(row.hash),
            // The newest invitation says how much somebody sees, be it less than before.
            Change::DeleteGrants(row.session, person.account.id),
            Change::PutGrant(grant),
            self.noted(Event::ShareAccepted, &[row.granter, person.id()], now).await?,
        ];
        match self.it.store.commit(changes).await {
            Ok(()) => Ok(Accepted::Done(row.session)),
            Err(affiant_backend::StorageError::Conflict) => Ok(Accepted::Gone),
            Err(error) => Err(error.into()),
        }
    }

    /// Declines what was offered to the person's address.
    pub async fn decline(&self, person: &Person, hash: Lookup) -> Result<(), AccountError> {
        let found = self.it.store.invitation(&hash).await?;
        let is_theirs = |it: &InvitationRow| {
            it.addressed.as_ref().is_some_and(|it| it.account == person.account.id)
        };
        if let Some(row) = found.filter(is_theirs) {
            self.it.store.commit(vec![Change::DeleteInvitation(row.session, hash)]).await?;
        }
        Ok(())
    }

    /// The person lets go of a session of somebody else's. Its owner cannot leave it.
    pub async fn leave(
        &self,
        person: &Person,
        session: SessionId,
        now: i64,
    ) -> Result<(), AccountError> {
        let mine = self.it.store.grant(session, person.account.id).await?;
        if let Some(grant) = mine.filter(|it| it.role != GrantRole::Owner) {
            let whom = [grant.granter.unwrap_or(person.id()), person.id()];
            let gone = Change::DeleteGrants(session, person.account.id);
            let entry = self.noted(Event::ShareLeft, &whom, now).await?;
            self.it.store.commit(vec![gone, entry]).await?;
        }
        Ok(())
    }

    /// A session of the person's own, with its seed.
    pub(crate) async fn owned_seed(
        &self,
        person: &Person,
        session: SessionId,
        now: i64,
    ) -> Result<Option<(SessionRow, Seed)>, AccountError> {
        let Some(row) = self.it.store.session(session).await? else { return Ok(None) };
        let opened = self.opened_grant(person, &row, now).await?;
        let owned = opened.filter(|it| it.role == GrantRole::Owner);
        Ok(owned.and_then(|it| match it.seeds {
            Seeds::Whole(seed) => Some((row, seed)),
            Seeds::Parts(_) => None,
        }))
    }

    /// The grants that open a session now.
    pub(crate) async fn present_grants(
        &self,
        session: &SessionRow,
        now: i64,
    ) -> Result<Vec<GrantRow>, AccountError> {
        let mut all = self.it.store.grants_on(session.id).await?;
        all.retain(|it| it.epoch == session.epoch && it.expires.is_none_or(|it| it > now));
        Ok(all)
    }

    /// Seals a session's seed, or those of its parts, to an account.
    pub(crate) fn seal_to(
        &self,
        account: &AccountRow,
        session: Scope,
        extent: &Extent,
        role: GrantRole,
        expires: Option<i64>,
        seed: &Seed,
    ) -> Result<Vec<u8>, AccountError> {
        let to: AccountScope = self.scope(account.id, account.key_epoch);
        let (public, role) = (PublicKey::of_bytes(account.public_key)?, role.word());
        Ok(extent.seal(session, seed, |name, it| {
            let terms = Grant { seed: *name, to, role, expires };
            public.seal_grant(&terms, it, &*self.it.randomness)
        })?)
    }

    /// As [`Accounts::seal_to`], for seeds that were given.
    pub(crate) fn seal_seeds(
        &self,
        account: &AccountRow,
        session: Scope,
        seeds: &Seeds,
        role: GrantRole,
        expires: Option<i64>,
    ) -> Result<Vec<u8>, AccountError> {
        let to: AccountScope = self.scope(account.id, account.key_epoch);
        let (public, role) = (PublicKey::of_bytes(account.public_key)?, role.word());
        Ok(seeds.seal(session, |name, it| {
            let terms = Grant { seed: *name, to, role, expires };
            public.seal_grant(&terms, it, &*self.it.randomness)
        })?)
    }

    /// What the person called somebody. `None` if it was sealed under another key.
    fn whom(&self, person: &Unlocked, session: SessionId, sealed: &[u8]) -> Option<String> {
        let scope = self.scope_of(person);
        let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
        person.user_key.open(&scope, WHOM, &session.0, sealed, text).ok()
    }
}

/// What an owner calls somebody: the name, if one was typed, and the address.
fn called(name: &str, address: &Address) -> String {
    let name: String = name.trim().chars().filter(|it| !it.is_control()).collect();
    let name: String = name.chars().take(LONGEST_NAME).collect();
    let address = address.as_sent();
    if name.is_empty() { address.to_owned() } else { format!("{name} ({address})") }
}
