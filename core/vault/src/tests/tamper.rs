//! Rows that somebody altered, cut or exchanged, in numbers; and what a thief gets.
//!
//! `AFFIANT_ENVELOPES` sets how many envelopes are altered in each of their bits.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::{SCOPE, secret};
use crate::{Mode, NoRandomness, Randomness, Scope, Seed, SessionKeys};

/// Envelopes that each run of the tests alters.
const ENVELOPES: u64 = 60;

/// Pairs of rows that each run of the tests exchanges.
const PAIRS: usize = 10_000;

/// Spreads over all values; starts anew with each test.
struct Spread(Cell<u64>);

impl Spread {
    fn next(&self) -> u64 {
        let next = self.0.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.0.set(next);
        next >> 16
    }

    fn below(&self, end: usize) -> usize {
        usize::try_from(self.next()).unwrap() % end
    }
}

impl Randomness for Spread {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        buffer.fill_with(|| self.next().to_be_bytes()[7]);
        Ok(())
    }
}

struct Record {
    session: usize,
    epoch: u32,
    step: u32,
    content: &'static str,
    sealed: Vec<u8>,
}

fn scope(session: usize, epoch: u32) -> Scope {
    Scope { session: [u8::try_from(session).unwrap(); 16], epoch, ..SCOPE }
}

/// All sessions have the same secrets here: only the place tells their records apart.
fn keys(session: usize, epoch: u32) -> SessionKeys {
    Seed::of(Mode::Account, secret(1)).keys(scope(session, epoch), &secret(2))
}

fn records(count: usize, spread: &Spread) -> Vec<Record> {
    (0..count)
        .map(|at| {
            let (session, epoch) = (at % 7, u32::try_from(at / 7 % 3).unwrap());
            let step = u32::try_from(at / 21).unwrap();
            let content = ["delta", "snapshot"][at % 2];
            let plaintext = vec![7; spread.below(400)];
            let sealed = keys(session, epoch).seal(step, content, &plaintext, spread).unwrap();
            Record { session, epoch, step, content, sealed }
        })
        .collect()
}

fn opens(of: &Record, sealed: &[u8]) -> bool {
    keys(of.session, of.epoch).open(of.step, of.content, sealed, |_| ()).is_ok()
}

#[test]
fn no_bit_of_any_envelope_can_be_altered_and_no_end_cut() {
    let wanted = std::env::var("AFFIANT_ENVELOPES").ok().and_then(|it| it.parse().ok());
    let count = usize::try_from(wanted.unwrap_or(ENVELOPES)).unwrap();
    let mut tried = 0_usize;
    for record in records(count, &Spread(Cell::new(1))) {
        assert!(opens(&record, &record.sealed));
        let mut altered = record.sealed.clone();
        for at in 0..altered.len() * 8 {
            altered[at / 8] ^= 1 << (at % 8);
            assert!(!opens(&record, &altered), "bit {at}");
            altered[at / 8] ^= 1 << (at % 8);
            tried += 1;
        }
        for length in 0..altered.len() {
            assert!(!opens(&record, &altered[..length]), "{length} bytes");
        }
    }
    assert!(tried >= count * 2_800, "{tried}");
}

#[test]
fn no_record_stands_in_for_another() {
    let spread = Spread(Cell::new(2));
    let records = records(800, &spread);
    let mut exchanged = 0;
    while exchanged < PAIRS {
        let (one, other) = (&records[spread.below(800)], &records[spread.below(800)]);
        let place = |it: &Record| (it.session, it.epoch, it.step, it.content);
        if place(one) == place(other) {
            continue;
        }
        exchanged += 1;
        assert!(!opens(one, &other.sealed), "{:?} {:?}", place(one), place(other));
    }
    let places: BTreeSet<_> =
        records.iter().map(|it| (it.session, it.epoch, it.step, it.content)).collect();
    assert!(places.len() > 700, "most places differ: {}", places.len());
}
