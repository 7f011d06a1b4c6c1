//! Invariants of the whole: sequences of what people do, against a model that knows who must be able
//! to open what.
//!
//! After each sequence every secret that anybody ever held is tried on every row there is, and what
//! opens must be exactly what the model says. Then come those who must open nothing: who stole the
//! store, the store with the master key, or all of it but what people hold.
//!
//! `AFFIANT_SEQUENCES` sets how many sequences are tried.

mod check;
mod opened;
mod operation;
mod world;

use std::cell::{Cell, RefCell};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use operation::Operation;
use world::World;

/// Sequences that each run of the tests tries.
const SEQUENCES: u32 = 2_000;

fn sequences() -> u32 {
    std::env::var("AFFIANT_SEQUENCES").ok().and_then(|it| it.parse().ok()).unwrap_or(SEQUENCES)
}

#[test]
fn after_any_sequence_everybody_opens_what_is_theirs_and_nothing_else() {
    let config = Config { cases: sequences(), failure_persistence: None, ..Config::default() };
    let step = (prop::sample::select(Operation::ALL), any::<[u8; 3]>());
    let sequence = (prop::collection::vec(step, 10..60), any::<u32>());
    let done = RefCell::new([0_u64; Operation::ALL.len()]);
    let opened = Cell::new(0_u64);
    let result = TestRunner::new(config).run(&sequence, |(steps, chance)| {
        let mut world = World::new();
        // Two people, so that there is somebody to share with.
        world.apply(Operation::Register, [0; 3]);
        world.apply(Operation::Register, [0; 3]);
        for (operation, choices) in steps {
            let applied = world.apply(operation, choices);
            done.borrow_mut()[operation as usize] += u64::from(applied);
        }
        opened.set(opened.get() + world.check(chance));
        Ok(())
    });
    result.unwrap();
    // A model in which nothing happens, or nothing opens, would prove nothing.
    let least = u64::from(sequences()) / 100;
    for (operation, count) in Operation::ALL.iter().zip(*done.borrow()) {
        assert!(count >= least, "{operation:?} was done {count} times");
    }
    assert!(opened.get() >= u64::from(sequences()), "{} records were opened", opened.get());
}
