//! Counters in memory, and a guard on them.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use affiant_backend::{Counter, CounterKey, Limits, NetworkRow, Rule, StorageError};
use async_trait::async_trait;

use crate::{Attempt, Blind, Device, Guard, NotAdmitted, Whose};

/// Counters in memory.
#[derive(Default)]
pub(crate) struct Memory {
    counters: Mutex<BTreeMap<CounterKey, Counter>>,
    networks: Mutex<Vec<NetworkRow>>,
}

#[async_trait]
impl Limits for Memory {
    async fn decide(
        &self,
        keys: Vec<CounterKey>,
        rule: Arc<dyn Rule>,
    ) -> Result<u64, StorageError> {
        let mut all = self.counters.lock().expect("no test panics in here");
        let mut counters: Vec<Counter> =
            keys.iter().map(|it| all.get(it).copied().unwrap_or_default()).collect();
        let verdict = rule.decide(&mut counters);
        all.extend(keys.into_iter().zip(counters));
        Ok(verdict)
    }

    async fn running(
        &self,
        kind: u8,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(CounterKey, Counter)>, StorageError> {
        let all = self.counters.lock().expect("no test panics in here");
        let running = all.iter().filter(|(key, it)| key.kind == kind && it.until > now);
        let mut found: Vec<_> = running.map(|(key, it)| (*key, *it)).collect();
        found.sort_by_key(|(_, it)| -it.until);
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn reset(&self, key: CounterKey) -> Result<(), StorageError> {
        self.counters.lock().expect("no test panics in here").remove(&key);
        Ok(())
    }

    async fn forget(&self, now: i64) -> Result<u64, StorageError> {
        let mut all = self.counters.lock().expect("no test panics in here");
        let before = all.len();
        all.retain(|_, it| it.expires >= now);
        Ok((before - all.len()) as u64)
    }

    async fn put_network(&self, row: NetworkRow) -> Result<(), StorageError> {
        self.networks.lock().expect("no test panics in here").push(row);
        Ok(())
    }

    async fn networks(&self) -> Result<Vec<NetworkRow>, StorageError> {
        Ok(self.networks.lock().expect("no test panics in here").clone())
    }

    async fn delete_network(&self, network: &str) -> Result<(), StorageError> {
        self.networks.lock().expect("no test panics in here").retain(|it| it.network != network);
        Ok(())
    }
}

/// Names that are no secret.
pub(crate) struct Plain;

impl Blind for Plain {
    fn blind(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut name = [0; 32];
        let mut hasher = DefaultHasher::new();
        for place in name.chunks_mut(8) {
            parts.hash(&mut hasher);
            place.copy_from_slice(&hasher.finish().to_be_bytes());
        }
        name
    }
}

/// A guard, its clock, and how many passwords it let somebody compare.
pub(crate) struct World {
    pub(crate) guard: Guard,
    pub(crate) limits: Arc<Memory>,
    pub(crate) now: i64,
    /// When each password was compared.
    pub(crate) checks: Vec<i64>,
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    Right,
    Wrong,
    Refused(Whose, u32),
}

impl World {
    pub(crate) fn new() -> Self {
        let limits = Arc::new(Memory::default());
        let guard = Guard::new(limits.clone(), Arc::new(Plain));
        Self { guard, limits, now: 1_800_000_000, checks: Vec::new() }
    }

    /// Tries a password.
    pub(crate) async fn password(
        &mut self,
        from: IpAddr,
        account: [u8; 32],
        device: Option<Device>,
        is_right: bool,
    ) -> Tried {
        let attempt = Attempt::Password { from, account: &account, device };
        self.attempt(attempt, is_right).await
    }

    pub(crate) async fn attempt(&mut self, attempt: Attempt<'_>, is_right: bool) -> Tried {
        match self.guard.admit(attempt, self.now).await {
            Ok(admitted) => {
                self.checks.push(self.now);
                if is_right {
                    self.guard.right(admitted, self.now).await.expect("memory does not fail");
                    Tried::Right
                } else {
                    self.guard.wrong(admitted, self.now).await.expect("memory does not fail");
                    Tried::Wrong
                }
            }
            Err(NotAdmitted::Refused(it)) => Tried::Refused(it.whose, it.seconds),
            Err(NotAdmitted::Storage(it)) => panic!("memory does not fail: {it}"),
        }
    }

    /// Most passwords that were compared in any span of so many seconds.
    pub(crate) fn most_within(&self, seconds: i64) -> usize {
        let count = |(index, start): (usize, &i64)| {
            self.checks[index..].iter().take_while(|it| **it < start + seconds).count()
        };
        self.checks.iter().enumerate().map(count).max().unwrap_or(0)
    }
}

/// An account of a test.
pub(crate) fn account(number: u32) -> [u8; 32] {
    let mut account = [0; 32];
    account[..4].copy_from_slice(&number.to_be_bytes());
    account
}

pub(crate) fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}
