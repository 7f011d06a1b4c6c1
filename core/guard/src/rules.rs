//! The figures, and how counters decide.

use affiant_backend::{Counter, Rule};

use crate::attempt::{Refused, Whose};
use crate::budget::Budget;

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// Passwords from one address.
pub(crate) const PASSWORDS: Budget = Budget::new(10, 15 * MINUTE);
/// Of those, how many there are while passwords are wrong much more often than usual everywhere.
const PASSWORDS_IN_ALARM: u32 = 3;
/// Passwords from one address for one account, since the last one that was right.
pub(crate) const PAIR: Budget = Budget::new(5, 15 * MINUTE);
/// Passwords for one account from devices that it does not know.
pub(crate) const ACCOUNT: Budget = Budget::new(100, DAY);
/// Wrong passwords from a device that the account knows.
pub(crate) const DEVICE: Budget = Budget::new(10, DAY);
/// Accounts for which one address may give a wrong password.
pub(crate) const DISTINCT: Budget = Budget::new(5, HOUR);
pub(crate) const REGISTER: Budget = Budget::new(3, HOUR);
pub(crate) const RESET: Budget = Budget::new(3, HOUR);
pub(crate) const RESET_OF_ACCOUNT: Budget = Budget::new(1, HOUR);
pub(crate) const RECOVERY: Budget = Budget::new(5, HOUR);
pub(crate) const RESUME: Budget = Budget::new(5, HOUR);
pub(crate) const LINK: Budget = Budget::new(20, HOUR);
pub(crate) const INVITE: Budget = Budget::new(20, DAY);
pub(crate) const API_KEY: Budget = Budget::new(20, HOUR);
pub(crate) const PASSKEY: Budget = Budget::new(20, HOUR);
pub(crate) const CODE: Budget = Budget::new(5, 10 * MINUTE);
pub(crate) const STEP: Budget = Budget::new(3, 10 * MINUTE);
pub(crate) const SECOND_FACTOR: Budget = Budget::new(10, HOUR);

/// Wrong passwords of everybody together, in ten minutes; a number that nothing reaches.
pub(crate) const EVERYBODY: Budget = Budget::new(4_095, 10 * MINUTE);
/// Fewer wrong passwords than this in ten minutes are never an alarm.
const FEW: f64 = 50.0;
/// How many times the usual number is an alarm.
const UNUSUAL: f64 = 5.0;
/// The time over which the usual number is formed, in seconds.
const USUAL: f64 = 7.0 * 86_400.0;

/// The first ban; each further one is twice as long.
const FIRST_BAN: i64 = 15 * MINUTE;
/// The longest ban. After as long a time without one, bans begin again with the first.
const LONGEST_BAN: i64 = DAY;

/// Seconds between tries on one account, by the number of tries before.
const fn delay(tries: u32) -> i64 {
    match tries {
        0..3 => 1,
        3..9 => 3,
        9..25 => 5,
        _ => 10,
    }
}

/// What a counter is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// Tries from an address; too many ban it.
    Address(Budget),
    /// Tries of somebody.
    Tries(Budget, Whose),
    /// Tries on an account, which are also kept apart in time.
    Account,
    /// Whether sign-ins fail unusually often; it stands before [`Check::Address`].
    Everybody,
}

/// Lets a try through if every counter has one left, and takes it from all of them.
#[derive(Debug)]
pub(crate) struct Reserve {
    pub(crate) checks: Vec<Check>,
    pub(crate) now: i64,
}

impl Rule for Reserve {
    fn decide(&self, counters: &mut [Counter]) -> u64 {
        let now = self.now;
        let mut alarm = false;
        let mut refused: Option<Refused> = None;
        for (check, counter) in self.checks.iter().zip(counters.iter_mut()) {
            let (wait, whose) = match check {
                Check::Everybody => {
                    alarm = is_alarm(counter, now);
                    continue;
                }
                Check::Tries(budget, whose) => (budget.wait(counter, now), *whose),
                Check::Account => (
                    ACCOUNT.wait(counter, now).max(left(counter, now, delay(u32::MAX))),
                    Whose::Account,
                ),
                Check::Address(budget) => {
                    let tries = if alarm { PASSWORDS_IN_ALARM } else { budget.tries };
                    let is_spent = budget.wait_below(tries, counter, now) > 0;
                    if is_spent && refused.is_none() && left(counter, now, LONGEST_BAN) == 0 {
                        ban(counter, now);
                    }
                    (left(counter, now, LONGEST_BAN), Whose::Address)
                }
            };
            if wait > refused.map_or(0, |it| i64::from(it.seconds)) {
                refused = Some(Refused { whose, seconds: u32::try_from(wait).unwrap_or(u32::MAX) });
            }
        }
        if let Some(refused) = refused {
            return refused.verdict();
        }
        for (check, counter) in self.checks.iter().zip(counters.iter_mut()) {
            match check {
                Check::Everybody => {}
                Check::Address(budget) | Check::Tries(budget, _) => budget.take(counter, now),
                Check::Account => {
                    counter.until = now + delay(ACCOUNT.used(counter, now));
                    ACCOUNT.take(counter, now);
                }
            }
        }
        0
    }
}

/// Seconds until a counter's `until`, which cannot be further off than `most`: a clock that was
/// wrong for a while must not shut anybody out for longer.
fn left(counter: &mut Counter, now: i64, most: i64) -> i64 {
    counter.until = counter.until.min(now + most);
    (counter.until - now).max(0)
}

/// Seconds of a ban that is so many bans in a row, from 1.
pub(crate) fn length_of_ban(level: u32) -> i64 {
    let length = FIRST_BAN.checked_shl(level.saturating_sub(1)).unwrap_or(LONGEST_BAN);
    length.clamp(FIRST_BAN, LONGEST_BAN)
}

/// Bans the address of a counter.
fn ban(counter: &mut Counter, now: i64) {
    if now >= counter.until + LONGEST_BAN {
        counter.count = 0;
    }
    counter.count = counter.count.saturating_add(1).min(16);
    counter.until = now + length_of_ban(counter.count);
    counter.expires = counter.expires.max(counter.until + LONGEST_BAN);
}

/// What a try turned out to be, where that changes counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settle {
    /// It never was: a fault of ours kept it from being looked at.
    GiveBack(Budget),
    /// It was right, and so are those before it.
    Forget,
    /// The address's counter, which the next two may ban.
    Ban,
    /// A wrong password of this address for this account.
    WrongPair,
    /// The accounts with a wrong password of this address.
    Distinct,
    /// The wrong passwords of everybody.
    Everybody,
}

/// Counts what a try turned out to be. Returns 1 for an alarm that has just begun.
#[derive(Debug)]
pub(crate) struct Settled {
    pub(crate) settles: Vec<Settle>,
    pub(crate) now: i64,
}

impl Rule for Settled {
    fn decide(&self, counters: &mut [Counter]) -> u64 {
        let now = self.now;
        let (mut begun, mut is_another, mut banned) = (0, false, false);
        for (settle, counter) in self.settles.iter().zip(counters.iter_mut()) {
            match settle {
                Settle::GiveBack(budget) => budget.give_back(counter, now),
                Settle::Forget => *counter = Counter::default(),
                Settle::Ban => {}
                Settle::WrongPair => {
                    is_another = now >= counter.until + HOUR || counter.until > now;
                    counter.until = now;
                    counter.expires = counter.expires.max(now + HOUR);
                }
                Settle::Distinct if is_another && DISTINCT.wait(counter, now) > 0 => banned = true,
                Settle::Distinct if is_another => DISTINCT.take(counter, now),
                Settle::Distinct => {}
                Settle::Everybody => {
                    let before = is_alarm(counter, now);
                    count_failure(counter, now);
                    begun = u64::from(!before && is_alarm(counter, now));
                }
            }
        }
        let address = self.settles.iter().zip(counters).find(|(it, _)| **it == Settle::Ban);
        if let Some((_, counter)) = address.filter(|_| banned) {
            ban(counter, now);
        }
        begun
    }
}

/// Takes one of so many that there are on each day.
#[derive(Debug)]
pub(crate) struct OfDay {
    pub(crate) most: u32,
    pub(crate) now: i64,
}

impl OfDay {
    /// The verdict when there is none left.
    pub(crate) const NONE_LEFT: u64 = 1;
}

impl Rule for OfDay {
    fn decide(&self, counters: &mut [Counter]) -> u64 {
        let day = self.now - self.now.rem_euclid(DAY);
        for counter in counters {
            if counter.since != day {
                *counter = Counter { since: day, expires: day + 2 * DAY, ..Counter::default() };
            }
            if counter.count >= self.most {
                return Self::NONE_LEFT;
            }
            counter.count += 1;
        }
        0
    }
}

/// Whether passwords have been wrong much more often than usual for ten minutes.
pub(crate) fn is_alarm(counter: &mut Counter, now: i64) -> bool {
    let recent = f64::from(EVERYBODY.used(counter, now));
    recent > FEW.max(UNUSUAL * usual(counter, now))
}

/// The usual number of wrong passwords in ten minutes: each counts less as it gets older.
fn usual(counter: &Counter, now: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some seconds more or less do not matter")]
    let age = (now - counter.until).max(0) as f64;
    f64::from(counter.count) / 1_000.0 * (-age / USUAL).exp()
}

fn count_failure(counter: &mut Counter, now: i64) {
    EVERYBODY.take(counter, now);
    #[expect(clippy::cast_precision_loss, reason = "ten minutes fit")]
    let one = EVERYBODY.seconds as f64 / USUAL;
    let usual = (usual(counter, now) + one) * 1_000.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is cut to what fits"
    )]
    let usual = usual.clamp(0.0, 4e9) as u32;
    counter.count = usual;
    counter.until = now;
    counter.expires = now + 60 * DAY;
}
