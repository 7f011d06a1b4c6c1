//! Counts tries in a store.

use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use affiant_backend::{CounterKey, Limits, StorageError};

use crate::address::Unit;
use crate::attempt::{Attempt, Refused, Whose};
use crate::budget::Budget;
use crate::networks::{Networks, Standing};
use crate::rules::{self, Check, OfDay, Reserve, Settle, Settled};

/// Makes names out of what must not be stored: an HMAC under a key of the server.
pub trait Blind: Send + Sync {
    /// The HMAC of the parts, each with its length.
    fn blind(&self, parts: &[&[u8]]) -> [u8; 32];
}

/// Why a try was not let through.
#[derive(Debug, thiserror::Error)]
pub enum NotAdmitted {
    /// There were too many.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It could not be counted.
    #[error("a try could not be counted")]
    Storage(#[from] StorageError),
}

/// What counters count. The numbers are stored: they are never used for anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Address = 1,
    Around = 2,
    Pair = 3,
    Account = 4,
    Device = 5,
    Distinct = 6,
    Everybody = 7,
    Register = 8,
    RegisterAround = 9,
    Reset = 10,
    ResetOfAccount = 11,
    Recovery = 12,
    Resume = 13,
    Link = 14,
    ApiKey = 15,
    Code = 16,
    Step = 17,
    SecondFactor = 18,
    Invite = 19,
    Passkey = 20,
    Mail = 21,
}

/// An address that is banned because of its tries. Which one it is, nobody can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Names the ban: an HMAC of the address.
    pub whose: [u8; 32],
    /// How many bans in a row it is, from 1.
    pub level: u32,
    /// When it began, in seconds of the Unix epoch.
    pub since: i64,
    /// When it ends, likewise.
    pub until: i64,
}

/// Counts tries and refuses those that are too many.
pub struct Guard {
    limits: Arc<dyn Limits>,
    blind: Arc<dyn Blind>,
    networks: RwLock<Networks>,
}

/// A try that was let through and counted. Say what it turned out to be; until then, and for ever
/// if it is not said, it counts as wrong.
#[must_use = "say whether it was right"]
#[derive(Debug)]
pub struct Admitted {
    taken: Vec<(CounterKey, Check)>,
    right: Vec<(CounterKey, Settle)>,
    wrong: Vec<(CounterKey, Settle)>,
}

/// The counters of an attempt, and what follows from what it turns out to be.
#[derive(Default)]
struct Plan {
    checks: Vec<(CounterKey, Check)>,
    right: Vec<(CounterKey, Settle)>,
    wrong: Vec<(CounterKey, Settle)>,
}

impl Guard {
    /// A guard that counts in `limits`, under names that `blind` makes. Networks of administrators
    /// are not known before [`Guard::read_networks`].
    pub fn new(limits: Arc<dyn Limits>, blind: Arc<dyn Blind>) -> Self {
        Self { limits, blind, networks: RwLock::default() }
    }

    /// What makes names.
    pub fn blind(&self) -> &dyn Blind {
        &*self.blind
    }

    /// Where tries are counted.
    pub fn limits(&self) -> &dyn Limits {
        &*self.limits
    }

    /// Reads the networks of administrators again: at the start, and after each change.
    pub async fn read_networks(&self) -> Result<(), StorageError> {
        let networks = Networks::of(&self.limits.networks().await?);
        *self.networks.write().unwrap_or_else(PoisonError::into_inner) = networks;
        Ok(())
    }

    /// How an address stands with administrators.
    pub fn standing(&self, address: IpAddr, now: i64) -> Standing {
        self.networks.read().unwrap_or_else(PoisonError::into_inner).standing(address, now)
    }

    /// Counts a try, and lets it through if there is one left. Call it before anything is compared.
    ///
    /// A known device that has used up its own tries still has those of everybody.
    pub async fn admit(&self, attempt: Attempt<'_>, now: i64) -> Result<Admitted, NotAdmitted> {
        match (self.reserve(attempt, now).await, attempt) {
            (
                Err(NotAdmitted::Refused(_)),
                Attempt::Password { from, account, device: Some(_) },
            ) => {
                let unknown = Attempt::Password { from, account, device: None };
                self.reserve(unknown, now).await
            }
            (result, _) => result,
        }
    }

    async fn reserve(&self, attempt: Attempt<'_>, now: i64) -> Result<Admitted, NotAdmitted> {
        let plan = self.plan(attempt, now);
        let (keys, checks) = plan.checks.iter().copied().unzip();
        let verdict = self.limits.decide(keys, Arc::new(Reserve { checks, now })).await?;
        match Refused::of(verdict) {
            Some(refused) => Err(refused.into()),
            None => Ok(Admitted { taken: plan.checks, right: plan.right, wrong: plan.wrong }),
        }
    }

    /// The try was right. Earlier wrong ones of the same person are forgotten where nobody else
    /// could have made them.
    pub async fn right(&self, admitted: Admitted, now: i64) -> Result<(), StorageError> {
        self.settle(admitted.right, now).await.map(|_| ())
    }

    /// The try was wrong. Returns whether an alarm has begun by it: passwords are wrong much more
    /// often than usual, everywhere.
    pub async fn wrong(&self, admitted: Admitted, now: i64) -> Result<bool, StorageError> {
        self.settle(admitted.wrong, now).await
    }

    /// A fault of ours kept the try from being looked at: it does not count.
    pub async fn undone(&self, admitted: Admitted, now: i64) -> Result<(), StorageError> {
        let taken = admitted.taken.into_iter().filter_map(|(key, check)| match check {
            Check::Address(budget) | Check::Tries(budget, _) => {
                Some((key, Settle::GiveBack(budget)))
            }
            Check::Account => Some((key, Settle::GiveBack(rules::ACCOUNT))),
            Check::Everybody => None,
        });
        self.settle(taken.collect(), now).await.map(|_| ())
    }

    /// Takes one of the mails that all interviews together may send on a day, whichever server sends
    /// it. False when there is none left until the next day, in UTC.
    pub async fn take_mail(&self, most: u32, now: i64) -> Result<bool, StorageError> {
        let key = self.key(Kind::Mail, &[]);
        let verdict = self.limits.decide(vec![key], Arc::new(OfDay { most, now })).await?;
        Ok(verdict != OfDay::NONE_LEFT)
    }

    async fn settle(
        &self,
        settles: Vec<(CounterKey, Settle)>,
        now: i64,
    ) -> Result<bool, StorageError> {
        if settles.is_empty() {
            return Ok(false);
        }
        let (keys, settles) = settles.into_iter().unzip();
        self.limits.decide(keys, Arc::new(Settled { settles, now })).await.map(|it| it != 0)
    }

    /// The addresses that are banned because of their tries, the latest end first.
    pub async fn bans(&self, now: i64, limit: u32) -> Result<Vec<Ban>, StorageError> {
        let rows = self.limits.running(Kind::Address as u8, now, limit).await?;
        let ban = |(key, counter): (CounterKey, affiant_backend::Counter)| Ban {
            whose: key.whose,
            level: counter.count,
            since: counter.until - rules::length_of_ban(counter.count),
            until: counter.until,
        };
        Ok(rows.into_iter().map(ban).collect())
    }

    /// The name of an address's ban.
    pub fn ban_of(&self, address: IpAddr) -> [u8; 32] {
        self.key(Kind::Address, &[&Unit::of(address).bytes()]).whose
    }

    /// Lifts a ban; no error if there is none. The address's tries begin anew.
    pub async fn lift(&self, whose: [u8; 32]) -> Result<(), StorageError> {
        self.limits.reset(CounterKey { kind: Kind::Address as u8, whose }).await
    }

    fn key(&self, kind: Kind, parts: &[&[u8]]) -> CounterKey {
        let kind = kind as u8;
        let mut all: Vec<&[u8]> = vec![b"tries", std::slice::from_ref(&kind)];
        all.extend(parts);
        CounterKey { kind, whose: self.blind.blind(&all) }
    }

    fn plan(&self, attempt: Attempt<'_>, now: i64) -> Plan {
        let mut plan = Plan::default();
        match attempt {
            Attempt::Password { account, device: Some(device), .. } => {
                let key = self.key(Kind::Device, &[account, &device.0]);
                plan.check(key, rules::DEVICE, Whose::Device);
                plan.right.push((key, Settle::Forget));
            }
            Attempt::Password { from, account, device: None } => {
                self.plan_password(&mut plan, from, account, now);
            }
            Attempt::Register { from } => {
                self.plan_address(&mut plan, from, Kind::Register, rules::REGISTER, now);
                if self.standing(from, now) != Standing::Allowed {
                    self.plan_around(&mut plan, from, Kind::RegisterAround, rules::REGISTER);
                }
            }
            Attempt::Reset { from, account } => {
                self.plan_address(&mut plan, from, Kind::Reset, rules::RESET, now);
                let key = self.key(Kind::ResetOfAccount, &[account]);
                plan.check(key, rules::RESET_OF_ACCOUNT, Whose::Account);
            }
            Attempt::Recovery { from, account } => {
                self.plan_guess(&mut plan, from, Kind::Recovery, rules::RECOVERY, now);
                let key = self.key(Kind::Recovery, &[account]);
                plan.check(key, rules::RECOVERY, Whose::Account);
            }
            Attempt::Resume { from } => {
                self.plan_guess(&mut plan, from, Kind::Resume, rules::RESUME, now);
            }
            Attempt::Link { from } => {
                self.plan_guess(&mut plan, from, Kind::Link, rules::LINK, now);
            }
            Attempt::Invite { account } => {
                let key = self.key(Kind::Invite, &[account]);
                plan.check(key, rules::INVITE, Whose::Account);
            }
            Attempt::ApiKey { from } => {
                self.plan_guess(&mut plan, from, Kind::ApiKey, rules::API_KEY, now);
            }
            Attempt::Passkey { from } => {
                self.plan_guess(&mut plan, from, Kind::Passkey, rules::PASSKEY, now);
            }
            Attempt::Code { sent } => {
                let key = self.key(Kind::Code, &[sent]);
                plan.check(key, rules::CODE, Whose::Step);
            }
            Attempt::SecondFactor { account, pending } => {
                let step = self.key(Kind::Step, &[pending]);
                plan.check(step, rules::STEP, Whose::Step);
                let key = self.key(Kind::SecondFactor, &[account]);
                plan.check(key, rules::SECOND_FACTOR, Whose::Account);
                plan.right.push((key, Settle::GiveBack(rules::SECOND_FACTOR)));
            }
        }
        plan
    }

    fn plan_password(&self, plan: &mut Plan, from: IpAddr, account: &[u8; 32], now: i64) {
        let unit = Unit::of(from).bytes();
        let address = self.key(Kind::Address, &[&unit]);
        let pair = self.key(Kind::Pair, &[&unit, account]);
        let everybody = self.key(Kind::Everybody, &[]);
        plan.checks.push((self.key(Kind::Account, &[account]), Check::Account));
        plan.right.push((pair, Settle::Forget));
        if self.standing(from, now) != Standing::Allowed {
            plan.check(pair, rules::PAIR, Whose::Account);
            self.plan_around(plan, from, Kind::Around, rules::PASSWORDS);
            plan.checks.push((everybody, Check::Everybody));
            plan.checks.push((address, Check::Address(rules::PASSWORDS)));
            plan.wrong.push((address, Settle::Ban));
            plan.wrong.push((pair, Settle::WrongPair));
            plan.wrong.push((self.key(Kind::Distinct, &[&unit]), Settle::Distinct));
        }
        plan.wrong.push((everybody, Settle::Everybody));
    }

    /// Tries of an address, right or wrong.
    fn plan_address(&self, plan: &mut Plan, from: IpAddr, kind: Kind, budget: Budget, now: i64) {
        if self.standing(from, now) != Standing::Allowed {
            let key = self.key(kind, &[&Unit::of(from).bytes()]);
            plan.check(key, budget, Whose::Address);
        }
    }

    /// Wrong tries of an address.
    fn plan_guess(&self, plan: &mut Plan, from: IpAddr, kind: Kind, budget: Budget, now: i64) {
        if self.standing(from, now) != Standing::Allowed {
            let key = self.key(kind, &[&Unit::of(from).bytes()]);
            plan.check(key, budget, Whose::Address);
            plan.right.push((key, Settle::GiveBack(budget)));
        }
    }

    fn plan_around(&self, plan: &mut Plan, from: IpAddr, kind: Kind, budget: Budget) {
        for (network, factor) in Unit::of(from).around() {
            plan.check(self.key(kind, &[&network]), budget.times(factor), Whose::Network);
        }
    }
}

impl Plan {
    fn check(&mut self, key: CounterKey, budget: Budget, whose: Whose) {
        self.checks.push((key, Check::Tries(budget, whose)));
    }
}
