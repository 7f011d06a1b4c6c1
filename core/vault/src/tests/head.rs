//! Heads: what they say of a log, and that rows of another course of the session do not fit them.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Counting, SCOPE, hex, opens_only_whole, secret};
use crate::{COMMON, Head, KeySet, Mode, Refused, Scope, Seed, StepName};

const INTERVIEW: &str = "letter";

fn seed(mode: Mode) -> Seed {
    Seed::of(mode, secret(1))
}

fn whole(mode: Mode, scope: Scope) -> KeySet {
    KeySet::whole(scope, seed(mode), secret(2))
}

fn parts(names: &[&str]) -> KeySet {
    let part = |it: &&str| ((*it).to_owned(), seed(Mode::Account).part(&SCOPE.session, it));
    KeySet::parts(SCOPE, &names.iter().map(part).collect::<Vec<_>>(), &secret(2))
}

fn sealed(keys: &KeySet, head: &Head) -> Vec<u8> {
    keys.seal_head(INTERVIEW, head, &Counting::default()).unwrap()
}

/// A head after somebody answered three screens, went back to the first, and answered two.
fn gone_back() -> Head {
    [(0, 1), (1, 2), (2, 3), (0, 4), (1, 5)]
        .into_iter()
        .fold(Head::first(), |it, (after, revision)| it.next(after, revision))
}

fn named(number: u32, revision: u64) -> StepName {
    StepName { number, revision: Some(revision) }
}

#[test]
fn a_head_knows_which_change_wrote_each_step_of_the_log() {
    let head = gone_back();
    assert_eq!((head.revision, head.last_step), (5, 2));
    assert_eq!(head.step(0), Ok(named(0, 0)));
    assert_eq!(head.step(1), Ok(named(1, 4)));
    assert_eq!(head.step(2), Ok(named(2, 5)));
    assert_eq!(head.step(3), Err(Refused));
    let raised = head.raised(9).next(2, 10);
    assert_eq!(raised.step(2), Ok(named(2, 5)));
    assert_eq!(raised.step(3), Ok(named(3, 10)));
}

#[test]
fn steps_from_before_there_were_heads_keep_their_place_until_they_are_replaced() {
    let head = Head::of_before(7, 4).next(4, 8);
    assert_eq!(head.step(4), Ok(StepName::from(4)));
    assert_eq!(head.step(5), Ok(named(5, 8)));
    let head = head.next(1, 9);
    assert_eq!(head.step(1), Ok(StepName::from(1)));
    assert_eq!(head.step(2), Ok(named(2, 9)));
    let again = whole(Mode::Account, SCOPE);
    assert_eq!(again.open_head(INTERVIEW, &sealed(&again, &head)), Ok(head));
}

#[test]
fn a_head_opens_whole_and_for_everybody_who_has_a_part() {
    let owner = whole(Mode::Account, SCOPE);
    let by_owner = sealed(&owner, &gone_back());
    opens_only_whole(&by_owner, |it| owner.open_head(INTERVIEW, it));
    let reader = parts(&[COMMON]);
    assert_eq!(reader.open_head(INTERVIEW, &by_owner), Ok(gone_back()));
    let by_reader = sealed(&parts(&[COMMON, "hers"]), &gone_back().next(2, 6));
    assert_eq!(owner.open_head(INTERVIEW, &by_reader), Ok(gone_back().next(2, 6)));
    assert_eq!(parts(&["hers"]).open_head(INTERVIEW, &by_owner), Err(Refused));
}

#[test]
fn a_head_opens_in_no_other_place() {
    let keys = whole(Mode::Account, SCOPE);
    let head = sealed(&keys, &gone_back());
    assert_eq!(keys.open_head("another", &head), Err(Refused));
    for scope in [
        Scope { session: [9; 16], ..SCOPE },
        Scope { deployment: [9; 16], ..SCOPE },
        Scope { epoch: 1, ..SCOPE },
    ] {
        assert_eq!(whole(Mode::Account, scope).open_head(INTERVIEW, &head), Err(Refused));
    }
    // Nor does a record stand in for one.
    let delta = keys.seal(0, "head", b"", &Counting::default()).unwrap();
    assert_eq!(keys.open_head(INTERVIEW, &delta), Err(Refused));
    assert_eq!(keys.open(0, "head", &head, |_, _| ()), Err(Refused));
}

#[test]
fn a_head_of_a_visitor_is_read_when_an_account_took_the_session_over() {
    let before = sealed(&whole(Mode::Anonymous, SCOPE), &gone_back());
    assert_eq!(whole(Mode::Account, SCOPE).open_head(INTERVIEW, &before), Ok(gone_back()));
    let after = sealed(&whole(Mode::Account, SCOPE), &gone_back());
    assert_eq!(whole(Mode::Anonymous, SCOPE).open_head(INTERVIEW, &after), Err(Refused));
}

#[test]
fn a_record_is_bound_to_the_change_that_wrote_it() {
    let keys = whole(Mode::Account, SCOPE);
    for revision in [None, Some(0), Some(4), Some(u64::MAX)] {
        let name = StepName { number: 2, revision };
        let one = keys.seal(name, "delta", b"2", &Counting::default()).unwrap();
        let several =
            keys.seal_parts(name, "delta", b"2", &[("hers", b"2")], &Counting::default()).unwrap();
        for other in [None, Some(0), Some(1), Some(4), Some(5), Some(u64::MAX)] {
            let name = StepName { number: 2, revision: other };
            for sealed in [&one, &several] {
                let opened = keys.open(name, "delta", sealed, |_, _| ());
                assert_eq!(opened.is_ok(), revision == other, "{revision:?} as {other:?}");
            }
        }
    }
}

#[test]
fn heads_and_records_of_version_1_keep_their_bytes() {
    use sha2::{Digest as _, Sha256};
    let keys = whole(Mode::Account, SCOPE);
    let digest = |it: &[u8]| hex(&Sha256::digest(it));
    assert_eq!(digest(&sealed(&keys, &gone_back())), FROZEN[0]);
    let named = keys.seal(named(2, 5), "delta", b"an answer", &Counting::default()).unwrap();
    assert_eq!(digest(&named), FROZEN[1]);
}

/// Computed by another program, as those in `vector`.
const FROZEN: [&str; 2] = [
    "d1f74d7469c5a732901c87149a99d918d8c5f51f8a47911c39473ea1cadc517d",
    "276ae98b0ffd315a69a95206f85a4659320e52955430476e44684bbbffb05a46",
];

/// A session with all that was ever stored of it.
#[derive(Default)]
struct Kept {
    /// Each step that was written, by number and revision.
    rows: BTreeMap<(u32, u64), Vec<u8>>,
    /// The head of each revision.
    heads: Vec<(Head, Vec<u8>)>,
    /// The revisions of the steps that the log has in each revision, as somebody counts who was there.
    logs: Vec<Vec<u64>>,
}

impl Kept {
    fn play(keys: &KeySet, choices: &[u8]) -> Self {
        let mut it = Self::default();
        let mut log = Vec::new();
        let mut head = Head::first();
        for (revision, choice) in (0_u64..).zip(std::iter::once(&0).chain(choices)) {
            if revision > 0 {
                // Half of the steps go behind the last one.
                let last = head.last_step;
                let after = if choice % 2 == 0 { last } else { u32::from(choice / 2) % (last + 1) };
                head = head.next(after, revision);
            }
            let number = head.last_step;
            log.truncate(number.try_into().unwrap());
            log.push(revision);
            let plaintext = revision.to_be_bytes();
            let name = head.step(number).unwrap();
            let row = keys.seal(name, "delta", &plaintext, &Counting::default()).unwrap();
            it.rows.insert((number, revision), row);
            let sealed = sealed(keys, &head);
            it.heads.push((head.clone(), sealed));
            it.logs.push(log.clone());
        }
        it
    }
}

proptest! {
    #[test]
    fn of_all_rows_that_there_ever_were_only_those_of_the_log_fit_its_head(
        choices in prop::collection::vec(any::<u8>(), 1..16),
    ) {
        let keys = whole(Mode::Account, SCOPE);
        let it = Kept::play(&keys, &choices);
        for ((head, sealed), log) in it.heads.iter().zip(&it.logs) {
            let opened = keys.open_head(INTERVIEW, sealed).unwrap();
            prop_assert_eq!(&opened, head);
            prop_assert_eq!(usize::try_from(opened.last_step).unwrap() + 1, log.len());
            for ((number, revision), row) in &it.rows {
                let fits = opened
                    .step(*number)
                    .and_then(|name| keys.open(name, "delta", row, |_, _| ()))
                    .is_ok();
                let place = usize::try_from(*number).unwrap();
                prop_assert_eq!(fits, log.get(place) == Some(revision));
            }
        }
    }
}

#[test]
fn what_is_tried_above_has_rows_that_were_replaced() {
    let keys = whole(Mode::Account, SCOPE);
    let it = Kept::play(&keys, &[0, 0, 1, 0, 3]);
    assert_eq!(it.logs.last().unwrap(), &[0, 3, 5]);
    assert_eq!(it.rows.len(), 6);
}
