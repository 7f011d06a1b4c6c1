//! AT-05: whatever is done to a sealed record, it does not open, and why is not told.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Instant;

use affiant_vault::{
    Cost, Master, Mode, NoRandomness, Password, Randomness, Scope, Secret, SessionKeys, Stretching,
};
use anyhow::{Context as _, Result};

use crate::proof::{Figure, putting_back, welch};

const CONTENT: &str = "delta";

/// Bytes of an envelope before its commitment, and of that.
const BEFORE: usize = 24 + 32;
const COMMITMENT: usize = 32;

/// How much is tried.
struct Extent {
    envelopes: usize,
    exchanged: usize,
    timed: usize,
    /// Changes of the session whose rows are put back.
    changes: u64,
}

/// Random bytes that the same seed gives again.
pub(crate) struct Chance(RefCell<fastrand::Rng>);

impl Chance {
    pub(crate) fn below(&self, end: usize) -> usize {
        self.0.borrow_mut().usize(0..end)
    }
}

impl Randomness for Chance {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.borrow_mut().fill(buffer);
        Ok(())
    }
}

struct Record {
    scope: Scope,
    step: u32,
    sealed: Vec<u8>,
}

/// All sessions have the same secrets here: only the place tells their records apart.
fn keys(mode: Mode, scope: Scope) -> SessionKeys {
    let secret = |byte| Secret::take(&mut [byte; 32]);
    SessionKeys::derive_in(mode, scope, &secret(1), &secret(2))
}

impl Record {
    fn new(at: usize, chance: &Chance) -> Result<Self> {
        let session = [u8::try_from(at % 7)?; 16];
        let epoch = u32::try_from(at / 7 % 3)?;
        let scope = Scope { deployment: [9; 16], session, epoch };
        let step = u32::try_from(at / 21)?;
        let plaintext = vec![7; chance.below(400)];
        let sealed = keys(Mode::Account, scope).seal(step, CONTENT, &plaintext, chance)?;
        Ok(Self { scope, step, sealed })
    }

    /// What its reader is told of these bytes in its place; `None` when they open.
    fn told(&self, sealed: &[u8]) -> Option<String> {
        let opened = keys(Mode::Account, self.scope).open(self.step, CONTENT, sealed, |_| ());
        opened.err().map(|it| format!("{it} {it:?}"))
    }
}

/// What came of altered records.
#[derive(Default)]
struct Outcome {
    tried: usize,
    accepted: usize,
    told: BTreeSet<String>,
}

impl Outcome {
    fn take(&mut self, told: Option<String>) {
        self.tried += 1;
        match told {
            Some(told) => {
                self.told.insert(told);
            }
            None => self.accepted += 1,
        }
    }
}

pub(crate) fn figures(long: bool) -> Result<Vec<Figure>> {
    let extent = if long {
        Extent { envelopes: 1_000, exchanged: 1_000_000, timed: 100_000, changes: 2_000 }
    } else {
        Extent { envelopes: 60, exchanged: 10_000, timed: 10_000, changes: 300 }
    };
    let chance = Chance(RefCell::new(fastrand::Rng::with_seed(5)));
    let records = (0..extent.envelopes.max(800))
        .map(|at| Record::new(at, &chance))
        .collect::<Result<Vec<_>>>()?;
    let opened = records.iter().filter(|it| it.told(&it.sealed).is_none()).count();
    let mut outcome = Outcome::default();
    for record in &records[..extent.envelopes] {
        altered(record, &mut outcome);
    }
    let bits = outcome.tried;
    exchanged(&records, extent.exchanged, &chance, &mut outcome);
    let mut figures = vec![
        Figure::exactly("AT-05 records that open as they are", records.len(), opened),
        Figure::at_least("AT-05 bits altered, ends cut, headers forged", 100_000, bits),
        Figure::exactly("AT-05 records exchanged", extent.exchanged, outcome.tried - bits),
        Figure::exactly("AT-05 of all these opened", 0, outcome.accepted),
        Figure::exactly("AT-05 different errors told", 1, outcome.told.len()),
        Figure::exactly("AT-05 passwords taken whose row was made cheaper", 0, cheaper(&chance)?),
    ];
    figures.extend(putting_back::figures(extent.changes, &chance)?);
    figures.extend(timing(&records[0], extent.timed, &chance)?);
    Ok(figures)
}

/// Alters each bit, cuts each end, and says that the record is of another mode or epoch.
fn altered(record: &Record, outcome: &mut Outcome) {
    let mut altered = record.sealed.clone();
    for at in 0..altered.len() * 8 {
        altered[at / 8] ^= 1 << (at % 8);
        outcome.take(record.told(&altered));
        altered[at / 8] ^= 1 << (at % 8);
    }
    for length in 0..altered.len() {
        outcome.take(record.told(&altered[..length]));
    }
    for mode in Mode::ALL.iter().filter(|it| **it != Mode::Account) {
        altered[2] = *mode as u8;
        outcome.take(record.told(&altered));
    }
    altered[2] = Mode::Account as u8;
    for epoch in (0..3_u32).filter(|it| *it != record.scope.epoch) {
        altered[20..24].copy_from_slice(&epoch.to_be_bytes());
        outcome.take(record.told(&altered));
        let elsewhere = Record { scope: Scope { epoch, ..record.scope }, ..record.copy() };
        outcome.take(elsewhere.told(&altered));
        outcome.take(elsewhere.told(&record.sealed));
    }
}

impl Record {
    fn copy(&self) -> Self {
        Self { scope: self.scope, step: self.step, sealed: self.sealed.clone() }
    }
}

/// Puts records into the places of others.
fn exchanged(records: &[Record], count: usize, chance: &Chance, outcome: &mut Outcome) {
    let mut left = count;
    while left > 0 {
        let one = &records[chance.below(records.len())];
        let other = &records[chance.below(records.len())];
        if (one.scope, one.step) != (other.scope, other.step) {
            outcome.take(one.told(&other.sealed));
            left -= 1;
        }
    }
}

/// How many rows open that say of a password that it costs less than it did.
fn cheaper(chance: &Chance) -> Result<usize> {
    let master = Master::random(chance)?;
    let password = Password::parse("a long walk by river").context("it is a password")?;
    let made = Stretching::new(Cost::STANDARD, chance)?;
    let verifier = master.stretch(&password, &[4; 16], &made)?.verifier();
    let floor = Stretching::new(Cost::FLOOR, chance)?.params();
    let mut below = floor.clone();
    // The memory is behind the version: 46 MiB become 8 KiB.
    below[1..5].copy_from_slice(&8_u32.to_be_bytes());
    let mut taken = 0;
    for params in [floor, below] {
        let Ok(cheap) = Stretching::of_row(&params, made.salt()) else { continue };
        taken += usize::from(master.stretch(&password, &[4; 16], &cheap)?.is_right(&verifier));
    }
    Ok(taken)
}

/// Whether it can be told by the clock which byte of a commitment or tag is wrong.
fn timing(record: &Record, count: usize, chance: &Chance) -> Result<Vec<Figure>> {
    let keys = keys(Mode::Account, record.scope);
    let last = record.sealed.len() - 1;
    let measured = |name, pair: [usize; 2]| -> Result<Figure> {
        let altered = pair.map(|at| {
            let mut altered = record.sealed.clone();
            altered[at] ^= 1;
            altered
        });
        let mut took: [Vec<f64>; 2] = Default::default();
        for _ in 0..count * 2 {
            let which = chance.below(2);
            let start = Instant::now();
            let opened = keys.open(record.step, CONTENT, black_box(&altered[which]), |_| ());
            took[which].push(start.elapsed().as_secs_f64());
            anyhow::ensure!(opened.is_err(), "an altered record opened");
        }
        Ok(Figure::within(name, 4.5, welch::t(&took[0], &took[1])))
    };
    Ok(vec![
        measured(
            "AT-05 t, first or last byte of the commitment",
            [BEFORE, BEFORE + COMMITMENT - 1],
        )?,
        measured("AT-05 t, first or last byte of the tag", [last - 15, last])?,
    ])
}
