//! What sealing, opening, sharing and hashing cost.

use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, Instant};

use affiant_vault::{
    AccountScope, Cost, Grant, KeyPair, Master, Mode, NoRandomness, Password, Randomness, Scope,
    Secret, Seed, SeedName, SessionKeys, Stretching, UserKey,
};
use anyhow::{Context as _, Result};

use crate::bench::figure::{Figure, median, milliseconds};

/// How often something short is measured.
const REPEATS: usize = 1_000;
/// How often a password is hashed.
const HASHES: usize = 5;

pub(crate) const SCOPE: Scope = Scope { deployment: [2; 16], session: [3; 16], epoch: 0 };
const ACCOUNT: AccountScope = AccountScope { deployment: [2; 16], account: [4; 16], epoch: 0 };
const NAME: SeedName<'static> = SeedName { session: SCOPE, section: "" };
const GRANT: Grant<'static> = Grant { seed: NAME, to: ACCOUNT, role: "view", expires: None };

/// Bytes that differ each time: enough to measure with.
pub(crate) struct Changing(Cell<u8>);

impl Changing {
    pub(crate) fn new() -> Self {
        Self(Cell::new(1))
    }
}

impl Randomness for Changing {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        for byte in buffer {
            *byte = self.0.replace(self.0.get().wrapping_mul(181).wrapping_add(7));
        }
        Ok(())
    }
}

/// Measures the vault inside this process.
pub(crate) fn measure() -> Result<Vec<Figure>> {
    let randomness = Changing::new();
    let mut figures = records(&randomness)?;
    figures.extend(keys(&randomness)?);
    figures.extend(grants(&randomness)?);
    figures.extend(passwords(&randomness)?);
    Ok(figures)
}

/// Records of 1 and of 16 KiB.
fn records(randomness: &Changing) -> Result<Vec<Figure>> {
    let keys = SessionKeys::derive(SCOPE, &Secret::take(&mut [1; 32]), &Secret::take(&mut [2; 32]));
    let mut figures = Vec::new();
    for (length, size) in [(1 << 10, "1 KiB"), (16 << 10, "16 KiB")] {
        let plaintext = vec![7; length];
        let sealed = keys.seal(0, "delta", &plaintext, randomness)?;
        let sealing = often(|| keys.seal(0, "delta", &plaintext, randomness))?;
        let opening = often(|| keys.open(0, "delta", &sealed, <[u8]>::len))?;
        figures.push(Figure::plain(&format!("seal a record of {size}"), sealing, "µs"));
        figures.push(Figure::plain(&format!("open a record of {size}"), opening, "µs"));
    }
    Ok(figures)
}

/// What each request of somebody who signed in does before any record is opened.
fn keys(randomness: &Changing) -> Result<Vec<Figure>> {
    let (key, secret) = (UserKey::random(randomness)?, Secret::random(randomness)?);
    let seed = Seed::random(Mode::Account, randomness)?;
    let sealed = key.seal_seed(&ACCOUNT, &NAME, &seed, randomness)?;
    let opening =
        often(|| key.open_seed(&ACCOUNT, &NAME, &sealed).map(|it| drop(it.keys(SCOPE, &secret))))?;
    Ok(vec![Figure::at_most("from a user key to a session's keys", opening, 1_000.0, "µs")])
}

fn grants(randomness: &Changing) -> Result<Vec<Figure>> {
    let pair = KeyPair::random(randomness)?;
    let seed = Seed::random(Mode::Account, randomness)?;
    let sealed = pair.public().seal_grant(&GRANT, &seed, randomness)?;
    let sealing = often(|| pair.public().seal_grant(&GRANT, &seed, randomness))?;
    let opening = often(|| pair.open_grant(&GRANT, &sealed))?;
    let size = f64::from(u32::try_from(sealed.len())?);
    Ok(vec![
        Figure::at_most("size of a grant", size, 96.0, "bytes"),
        Figure::at_most("give a grant", sealing, 1_000.0, "µs"),
        Figure::at_most("open a grant", opening, 1_000.0, "µs"),
    ])
}

/// Hashes of passwords, and the passes that this machine would be given.
fn passwords(randomness: &Changing) -> Result<Vec<Figure>> {
    let master = Master::random(randomness)?;
    let password = Password::parse("correct horse battery").context("it is short")?;
    let hash = |cost: &Cost| -> Result<Duration> {
        let stretching = Stretching::new(*cost, randomness)?;
        let start = Instant::now();
        black_box(master.stretch(&password, &[4; 16], &stretching)?);
        Ok(start.elapsed())
    };
    let mut failed = Ok(());
    let calibrated = Cost::calibrate(|cost| {
        hash(cost).unwrap_or_else(|error| {
            failed = Err(error);
            Duration::from_millis(200)
        })
    });
    failed?;
    let took = |cost: &Cost| -> Result<f64> {
        let durations = (0..HASHES).map(|_| hash(cost)).collect::<Result<Vec<_>>>()?;
        Ok(milliseconds(median(durations)))
    };
    Ok(vec![
        Figure::plain("hash a password, 46 MiB and one pass", took(&Cost::FLOOR)?, "ms"),
        Figure::plain("hash a password, 64 MiB and three passes", took(&Cost::STANDARD)?, "ms"),
        Figure::plain("passes that fit this machine", f64::from(calibrated.passes()), "passes"),
        Figure::at_most("hash a password at that cost", took(&calibrated)?, 500.0, "ms"),
    ])
}

/// The middle duration of something short, in microseconds.
pub(crate) fn often<T, E>(mut work: impl FnMut() -> Result<T, E>) -> Result<f64, E> {
    let mut durations = Vec::with_capacity(REPEATS);
    for _ in 0..REPEATS {
        let start = Instant::now();
        black_box(work()?);
        durations.push(start.elapsed());
    }
    Ok(milliseconds(median(durations)) * 1_000.0)
}
