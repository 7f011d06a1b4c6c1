//! What people do. Each operation changes the stores as the server would, and the model.

use std::collections::BTreeMap;

use crate::{ApiKey, Mode, RecoveryKey, Seed, SignInToken, Token, UserKey};

use super::world::{Account, Holder, Part, Row, Session, Thing, To, Way, World, passkey};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Operation {
    Register,
    RegisterInCustody,
    SignIn,
    SignOut,
    EndDay,
    ChangePassword,
    ResetWithRecovery,
    ResetWithoutRecovery,
    OpenLockedVault,
    NewRecoveryKey,
    AddPasskey,
    RemovePasskey,
    AddApiKey,
    RevokeApiKey,
    Visit,
    VisitAgain,
    TakeOver,
    Start,
    StartInCustody,
    StartReadable,
    SwitchReading,
    Save,
    Share,
    Revoke,
    RotateUserKey,
    DeleteSession,
    DeleteAccount,
    StartJob,
    EndHour,
}

use Operation as Op;

impl Operation {
    pub(super) const ALL: &'static [Self] = &[
        Op::Register,
        Op::RegisterInCustody,
        Op::SignIn,
        Op::SignOut,
        Op::EndDay,
        Op::ChangePassword,
        Op::ResetWithRecovery,
        Op::ResetWithoutRecovery,
        Op::OpenLockedVault,
        Op::NewRecoveryKey,
        Op::AddPasskey,
        Op::RemovePasskey,
        Op::AddApiKey,
        Op::RevokeApiKey,
        Op::Visit,
        Op::VisitAgain,
        Op::TakeOver,
        Op::Start,
        Op::StartInCustody,
        Op::StartReadable,
        Op::SwitchReading,
        Op::Save,
        Op::Share,
        Op::Revoke,
        Op::RotateUserKey,
        Op::DeleteSession,
        Op::DeleteAccount,
        Op::StartJob,
        Op::EndHour,
    ];
}

impl World {
    /// Does something, if it can be done; says whether it was.
    pub(super) fn apply(&mut self, operation: Operation, choices: [u8; 3]) -> bool {
        self.try_apply(operation, choices).is_some()
    }

    fn try_apply(&mut self, operation: Operation, [one, two, three]: [u8; 3]) -> Option<()> {
        match operation {
            Op::Register => self.register(),
            Op::RegisterInCustody => self.register_in_custody(),
            Op::SignIn => self.sign_in(self.holder(one)?),
            Op::SignOut => self.drop_way(one, |it| matches!(it, Thing::Cookie(_))),
            Op::EndDay => self.end_day(),
            Op::ChangePassword => self.change_password(self.holder(one)?),
            Op::ResetWithRecovery => self.reset_with_recovery(self.holder(one)?),
            Op::ResetWithoutRecovery => {
                self.reset_without_recovery(self.holder(one)?);
                Some(())
            }
            Op::OpenLockedVault => self.open_locked_vault(self.holder(one)?),
            Op::NewRecoveryKey => self.new_recovery_key(self.holder(one)?),
            Op::AddPasskey => self.add_passkey(self.holder(one)?, two),
            Op::RemovePasskey => self.drop_way(one, |it| matches!(it, Thing::Prf(_))),
            Op::AddApiKey => self.add_api_key(self.holder(one)?),
            Op::RevokeApiKey => self.drop_way(one, |it| matches!(it, Thing::Api(_))),
            Op::Visit => self.visit(),
            Op::VisitAgain => self.visit_again(one),
            Op::TakeOver => self.take_over(one, self.holder(two)?),
            Op::Start => self.start(self.holder(one)?, Mode::Account),
            Op::StartInCustody => self.start(self.holder(one)?, Mode::Custody),
            Op::StartReadable => self.start_readable(self.holder(one)?),
            Op::SwitchReading => {
                self.switch_reading();
                Some(())
            }
            Op::Save => self.save_again(self.session(one)?),
            Op::Share => self.share(self.session(one)?, self.holder(two)?),
            Op::Revoke => self.revoke(self.session(one)?, two),
            Op::RotateUserKey => self.rotate(self.holder(one)?),
            Op::DeleteSession => {
                self.delete_session(self.session(one)?);
                Some(())
            }
            // Seldom, or little would be left to check.
            Op::DeleteAccount if three < 100 => {
                self.delete_account(self.holder(one)?);
                Some(())
            }
            Op::DeleteAccount => None,
            Op::StartJob => self.start_job(self.session(one)?),
            Op::EndHour => self.end_hour(),
        }
    }

    /// An account that was not deleted, with its newest user key.
    fn holder(&self, choice: u8) -> Option<Holder> {
        let living: Vec<usize> =
            (0..self.accounts.len()).filter(|it| !self.accounts[*it].deleted).collect();
        let account = *living.get(usize::from(choice) % living.len().max(1))?;
        Some((account, self.accounts[account].epoch))
    }

    /// A session that was not deleted, with its newest seed.
    fn session(&self, choice: u8) -> Option<Part> {
        let living: Vec<usize> =
            (0..self.sessions.len()).filter(|it| !self.sessions[*it].deleted).collect();
        let session = *living.get(usize::from(choice) % living.len().max(1))?;
        Some((session, self.sessions[session].epoch))
    }

    pub(super) fn register(&mut self) -> Option<()> {
        if self.accounts.len() >= 4 {
            return None;
        }
        let id = self.id();
        let account = self.accounts.len();
        let (epoch, auth_epoch) = (0, 0);
        let pairs = BTreeMap::new();
        self.accounts.push(Account { id, epoch, auth_epoch, pairs, deleted: false });
        self.new_user_key((account, 0));
        Some(())
    }

    /// A new user key for an epoch, with a password.
    fn new_user_key(&mut self, holder: Holder) -> UserKey {
        self.put("account", self.accounts[holder.0].id, holder.1);
        let key = UserKey::random(&self.randomness).unwrap();
        let pair = key.new_pair(&self.scope(holder), &self.randomness).unwrap();
        self.accounts[holder.0].pairs.insert(holder.1, pair);
        let text = format!("password {}", self.fresh());
        self.add_way(holder, Thing::Password(text), &key);
        key
    }

    fn sign_in(&mut self, holder: Holder) -> Option<()> {
        let key = self.unlock(holder)?;
        let token = SignInToken::random(&self.randomness).unwrap();
        self.add_way(holder, Thing::Cookie(token), &key);
        Some(())
    }

    /// Deletes the row of something that is held.
    fn drop_way(&mut self, choice: u8, kind: impl Fn(&Thing) -> bool) -> Option<()> {
        let held: Vec<usize> = (0..self.held.len())
            .filter(|it| self.held[*it].opens.is_some() && kind(&self.held[*it].it))
            .collect();
        let at = *held.get(usize::from(choice) % held.len().max(1))?;
        let row = self.row_of(at)?;
        self.rows[row].live = false;
        self.held[at].opens = None;
        Some(())
    }

    /// The row that something opens.
    fn row_of(&self, held: usize) -> Option<usize> {
        let (secret, day) = self.lookups();
        let opens = |row: &Row| {
            self.open_row(&self.held[held].it, row, &row.sealed, &secret, &day).is_some()
        };
        self.rows.iter().position(|row| row.live && opens(row))
    }

    fn end_day(&mut self) -> Option<()> {
        self.keyring.remove(&("sign-in", [0; 16], self.day))?;
        self.day += 1;
        self.put("sign-in", [0; 16], self.day);
        self.end_held(|it| matches!(it.it, Thing::Cookie(_)));
        Some(())
    }

    fn end_sign_ins(&mut self, account: usize) {
        self.accounts[account].auth_epoch += 1;
        self.end_held(|it| it.account == account && matches!(it.it, Thing::Cookie(_)));
        self.end_rows(|it| it.holder.0 == account && matches!(it.way, Way::SignIn { .. }));
    }

    fn replace_password(&mut self, holder: Holder, key: &UserKey) {
        self.end_held(|it| it.opens == Some(holder) && matches!(it.it, Thing::Password(_)));
        self.end_rows(|it| it.holder == holder && matches!(it.way, Way::Password { .. }));
        let text = format!("password {}", self.fresh());
        self.add_way(holder, Thing::Password(text), key);
    }

    fn change_password(&mut self, holder: Holder) -> Option<()> {
        let key = self.unlock(holder)?;
        self.replace_password(holder, &key);
        self.end_sign_ins(holder.0);
        Some(())
    }

    fn reset_with_recovery(&mut self, holder: Holder) -> Option<()> {
        let is_recovery = |it: &Thing| matches!(it, Thing::Recovery(_));
        self.held.iter().find(|it| it.opens == Some(holder) && is_recovery(&it.it))?;
        let key = self.unlock(holder)?;
        self.replace_password(holder, &key);
        self.replace_recovery(holder, &key);
        self.end_sign_ins(holder.0);
        Some(())
    }

    fn replace_recovery(&mut self, holder: Holder, key: &UserKey) {
        self.end_held(|it| it.opens == Some(holder) && matches!(it.it, Thing::Recovery(_)));
        self.end_rows(|it| it.holder == holder && matches!(it.way, Way::Recovery { .. }));
        let recovery = RecoveryKey::random(&self.randomness).unwrap();
        self.add_way(holder, Thing::Recovery(recovery), key);
    }

    fn new_recovery_key(&mut self, holder: Holder) -> Option<()> {
        let key = self.unlock(holder)?;
        self.replace_recovery(holder, &key);
        Some(())
    }

    /// The old ways stay: the locked vault. Sign-ins and API keys go.
    fn reset_without_recovery(&mut self, holder: Holder) {
        let account = holder.0;
        self.end_sign_ins(account);
        self.end_held(|it| it.account == account && matches!(it.it, Thing::Api(_)));
        self.end_rows(|it| it.holder.0 == account && it.way == Way::Api);
        self.accounts[account].epoch += 1;
        self.new_user_key((account, holder.1 + 1));
    }

    /// An old password brings what it opens under the new user key; the old secret goes.
    fn open_locked_vault(&mut self, holder: Holder) -> Option<()> {
        let is_old = |it: Holder| it.0 == holder.0 && it.1 < holder.1;
        let old = self.held.iter().filter_map(|it| it.opens).find(|it| is_old(*it))?;
        let (old_key, new_key) = (self.unlock(old)?, self.unlock(holder)?);
        self.bring(old, &old_key, holder, &new_key);
        self.forget(old);
        Some(())
    }

    /// Seals all that one user key reads under another of the same account.
    fn bring(&mut self, old: Holder, old_key: &UserKey, new: Holder, new_key: &UserKey) {
        let parts: Vec<(Part, To, Seed)> = self
            .seeds
            .iter()
            .filter(|it| it.live && [To::Owner(old), To::Reader(old)].contains(&it.to))
            .map(|it| (it.part, it.to, self.open_seed(old, old_key, it, &it.sealed).unwrap()))
            .collect();
        for (part, to, seed) in parts {
            let to = if to == To::Owner(old) { To::Owner(new) } else { To::Reader(new) };
            self.give(part, to, &seed, Some(new_key));
        }
    }

    /// Deletes an account's secret of an epoch, and the rows that needed it.
    fn forget(&mut self, holder: Holder) {
        self.keyring.remove(&("account", self.accounts[holder.0].id, holder.1));
        self.end_held(|it| it.opens == Some(holder));
        self.end_rows(|it| it.holder == holder);
        for row in &mut self.seeds {
            if [To::Owner(holder), To::Reader(holder)].contains(&row.to) {
                row.live = false;
            }
        }
        self.readers.retain(|(_, it)| *it != holder);
    }

    fn add_passkey(&mut self, holder: Holder, choice: u8) -> Option<()> {
        let key = self.unlock(holder)?;
        let byte = choice.max(1);
        if self.held.iter().any(|it| matches!(it.it, Thing::Prf(other) if other == byte)) {
            return None;
        }
        self.add_way(holder, Thing::Prf(byte), &key);
        Some(())
    }

    fn add_api_key(&mut self, holder: Holder) -> Option<()> {
        let key = self.unlock(holder)?;
        let api = ApiKey::random(&self.randomness).unwrap();
        self.add_way(holder, Thing::Api(api), &key);
        Some(())
    }

    pub(super) fn new_session(&mut self, mode: Mode, owner: Option<usize>) -> Option<(Part, Seed)> {
        if self.sessions.len() >= 6 {
            return None;
        }
        let id = self.id();
        self.put("session", id, 0);
        self.sessions.push(Session { id, epoch: 0, mode, owner, deleted: false });
        Some(((self.sessions.len() - 1, 0), Seed::random(mode, &self.randomness).unwrap()))
    }

    fn visit(&mut self) -> Option<()> {
        let (part, seed) = self.new_session(Mode::Anonymous, None)?;
        self.visitors.push(Token::random(&self.randomness).unwrap());
        self.give(part, To::Visitor(self.visitors.len() - 1), &seed, None);
        self.save(part, &seed);
        Some(())
    }

    fn visitor(&self, choice: u8) -> Option<(Part, usize, Seed)> {
        let living = |(part, _): &(Part, usize)| !self.sessions[part.0].deleted;
        let visits: Vec<(Part, usize)> = self.visits.iter().copied().filter(living).collect();
        let (part, token) = *visits.get(usize::from(choice) % visits.len().max(1))?;
        let row = self.seeds.iter().find(|it| it.live && it.to == To::Visitor(token))?;
        let secret = self.visitors[token].unwrap(&self.session_scope(part), &row.sealed);
        Some((part, token, Seed::anonymous(secret.ok()?)))
    }

    fn visit_again(&mut self, choice: u8) -> Option<()> {
        let (part, _, seed) = self.visitor(choice)?;
        self.save(part, &seed);
        Some(())
    }

    fn take_over(&mut self, choice: u8, holder: Holder) -> Option<()> {
        let key = self.unlock(holder)?;
        let (part, token, seed) = self.visitor(choice)?;
        let seed = seed.raise(Mode::Account).unwrap();
        self.give(part, To::Owner(holder), &seed, Some(&key));
        self.visits.remove(&(part, token));
        for row in &mut self.seeds {
            if row.to == To::Visitor(token) {
                row.live = false;
            }
        }
        let session = &mut self.sessions[part.0];
        (session.owner, session.mode) = (Some(holder.0), Mode::Account);
        self.save(part, &seed);
        Some(())
    }

    fn start(&mut self, holder: Holder, mode: Mode) -> Option<()> {
        let key = self.unlock(holder)?;
        let (part, seed) = self.new_session(mode, Some(holder.0))?;
        self.give(part, To::Owner(holder), &seed, Some(&key));
        if mode == Mode::Custody {
            self.give(part, To::Custody, &seed, None);
        }
        self.save(part, &seed);
        Some(())
    }

    /// The seed of a session, by its owner, with who that is.
    fn by_owner(&self, part: Part) -> Option<(Holder, UserKey, Seed)> {
        let owner = self.sessions[part.0].owner?;
        let holder = (owner, self.accounts[owner].epoch);
        self.readers.contains(&(part, holder)).then_some(())?;
        let key = self.unlock(holder)?;
        let seed = self.seed(part, holder, &key);
        Some((holder, key, seed))
    }

    fn save_again(&mut self, part: Part) -> Option<()> {
        let (_, _, seed) = self.by_owner(part)?;
        self.save(part, &seed);
        Some(())
    }

    fn share(&mut self, part: Part, to: Holder) -> Option<()> {
        let (owner, _, seed) = self.by_owner(part)?;
        if owner.0 == to.0 || self.readers.contains(&(part, to)) {
            return None;
        }
        self.give(part, To::Reader(to), &seed, None);
        Some(())
    }

    /// The reader's rows go, and a new seed goes to those who stay.
    fn revoke(&mut self, part: Part, choice: u8) -> Option<()> {
        let (owner, key, seed) = self.by_owner(part)?;
        let others: Vec<Holder> = self
            .readers
            .iter()
            .filter(|(of, who)| *of == part && who.0 != owner.0)
            .map(|(_, who)| *who)
            .collect();
        let gone = *others.get(usize::from(choice) % others.len().max(1))?;
        for row in &mut self.seeds {
            if row.part.0 == part.0 && row.to == To::Reader(gone) {
                row.live = false;
            }
        }
        self.readers.retain(|(of, who)| of.0 != part.0 || *who != gone);
        let next = (part.0, part.1 + 1);
        self.sessions[part.0].epoch += 1;
        self.put("session", self.sessions[part.0].id, next.1);
        let seed = Seed::random(seed.mode(), &self.randomness).unwrap();
        self.give(next, To::Owner(owner), &seed, Some(&key));
        for who in others.into_iter().filter(|it| *it != gone) {
            self.give(next, To::Reader(who), &seed, None);
        }
        if seed.mode() == Mode::Custody {
            self.give(next, To::Custody, &seed, None);
        }
        self.readable_again(part, next, &seed);
        self.save(next, &seed);
        Some(())
    }

    /// A new user key after a compromise, with the same password; passkeys come along by themselves.
    fn rotate(&mut self, old: Holder) -> Option<()> {
        let old_key = self.unlock(old)?;
        let pair = self.pair(old, &old_key);
        let (account, next) = (old.0, (old.0, old.1 + 1));
        self.end_sign_ins(account);
        self.accounts[account].epoch += 1;
        let key = self.new_user_key(next);
        let (scope, public) = (self.scope(next), pair.public());
        let sealed = key.seal_pair(&scope, &pair, &self.randomness).unwrap();
        self.accounts[account].pairs.insert(next.1, (public, sealed));
        self.replace_passkeys(old, &old_key, next, &key);
        self.bring(old, &old_key, next, &key);
        self.forget(old);
        Some(())
    }

    fn replace_passkeys(&mut self, old: Holder, old_key: &UserKey, new: Holder, key: &UserKey) {
        let (scope, secret) = (self.scope(new), self.account_secret(new).unwrap());
        let mut rows = Vec::new();
        for row in self.rows.iter().filter(|it| it.live && it.holder == old) {
            let Way::Passkey { credential } = row.way else { continue };
            let id = [credential];
            let sealed = passkey(&scope, &id)
                .replace(old_key, &row.sealed, new.1, &secret, key, &self.randomness)
                .unwrap()
                .unwrap();
            rows.push(Row { holder: new, way: row.way.clone(), sealed, live: true });
        }
        self.rows.extend(rows);
        for held in &mut self.held {
            if held.opens == Some(old) && matches!(held.it, Thing::Prf(_)) {
                held.opens = Some(new);
            }
        }
    }

    /// The rows stay, as they would in a backup.
    fn delete_session(&mut self, part: Part) {
        let id = self.sessions[part.0].id;
        self.keyring.retain(|(kind, of, _), _| *kind != "session" || *of != id);
        self.sessions[part.0].deleted = true;
    }

    /// Likewise.
    fn delete_account(&mut self, holder: Holder) {
        let id = self.accounts[holder.0].id;
        self.keyring.retain(|(kind, of, _), _| *kind != "account" || *of != id);
        let owned: Vec<usize> = (0..self.sessions.len())
            .filter(|it| self.sessions[*it].owner == Some(holder.0))
            .collect();
        for session in owned {
            self.delete_session((session, 0));
        }
        self.accounts[holder.0].deleted = true;
        // Cookies need the day's secret, not the account's: their rows go.
        self.end_sign_ins(holder.0);
        self.end_held(|it| it.account == holder.0);
    }

    fn start_job(&mut self, part: Part) -> Option<()> {
        let (_, _, seed) = self.by_owner(part)?;
        let to = To::Job { id: self.id(), epoch: self.hour };
        self.give(part, to, &seed, None);
        Some(())
    }

    fn end_hour(&mut self) -> Option<()> {
        self.keyring.remove(&("job", [0; 16], self.hour))?;
        self.hour += 1;
        self.put("job", [0; 16], self.hour);
        let in_custody = |part: &Part| self.sessions[part.0].mode == Mode::Custody;
        let stays: Vec<Part> = self.open_to_server.iter().copied().filter(in_custody).collect();
        self.open_to_server = stays.into_iter().collect();
        Some(())
    }
}
