//! A log of 100,000 entries: whatever is done to any of them is seen.

mod ledger;

use affiant_backend::{AuditEnd, AuditRow, Chained as _, Pseudonym};

use crate::{Broken, Detail, Entry, Event, Verifier};

const ENTRIES: i64 = 100_000;

/// Something that is done to an entry.
type Edit = fn(&mut AuditRow);

fn log() -> Vec<AuditRow> {
    let mut last = AuditEnd::default();
    let entry = |seq: i64| Entry {
        at: seq * 7,
        event: Event::ALL[usize::try_from(seq).unwrap() % Event::ALL.len()],
        detail: match seq % 3 {
            0 => Detail::None,
            1 => Detail::Count(seq.unsigned_abs()),
            _ => Detail::Word("registration"),
        },
        subjects: vec![Pseudonym(seq.to_be_bytes()); usize::try_from(seq % 6).unwrap()],
    };
    let mut rows = Vec::new();
    for seq in 0..ENTRIES {
        let row = entry(seq).follow(&last);
        last = AuditEnd { seq: row.seq, hash: row.hash };
        rows.push(row);
    }
    rows
}

fn end(row: &AuditRow) -> AuditEnd {
    AuditEnd { seq: row.seq, hash: row.hash }
}

/// Reads these rows behind the first one of `around`, up to the end of the last one.
fn read(around: &[AuditRow], rows: &[&AuditRow]) -> Result<(), Broken> {
    let mut verifier = Verifier::behind(end(&around[0]));
    rows.iter().try_for_each(|row| verifier.take(row))?;
    verifier.finish(end(&around[around.len() - 1]))
}

#[test]
fn a_log_is_read_from_its_beginning_to_its_end() {
    let rows = log();
    let mut verifier = Verifier::behind(AuditEnd::default());
    assert!(rows.iter().all(|row| verifier.take(row).is_ok()));
    assert_eq!(verifier.finish(end(&rows[rows.len() - 1])), Ok(()));
}

#[test]
fn each_entry_that_is_deleted_or_moved_is_missed() {
    let rows = log();
    for around in rows.windows(4) {
        let [_, one, two, three] = around else { unreachable!("windows have four") };
        assert_eq!(read(around, &[one, two, three]), Ok(()));
        assert!(read(around, &[two, three]).is_err(), "{} deleted", one.seq);
        assert!(read(around, &[one, three]).is_err(), "{} deleted", two.seq);
        assert!(read(around, &[one, two]).is_err(), "{} deleted", three.seq);
        assert!(read(around, &[two, one, three]).is_err(), "{} moved", one.seq);
        assert!(read(around, &[one, one, two, three]).is_err(), "{} doubled", one.seq);
    }
}

#[test]
fn each_entry_that_is_edited_is_seen_even_when_its_own_hash_is_made_anew() {
    let rows = log();
    let edits: [Edit; 7] = [
        |it| it.seq += 1,
        |it| it.at += 1,
        |it| it.kind.push('x'),
        |it| it.fields.push(0),
        |it| it.subjects.push(Pseudonym([1; 8])),
        |it| it.previous[0] ^= 1,
        |it| it.hash[31] ^= 1,
    ];
    for (number, around) in rows.windows(3).enumerate() {
        let [before, row, next] = around else { unreachable!("windows have three") };
        let mut edited = row.clone();
        edits[number % edits.len()](&mut edited);
        assert!(read(around, &[&edited, next]).is_err(), "{} edited", row.seq);
        // Who knows the code can make a fitting hash; the next entry holds the old one.
        let forged = Entry {
            at: row.at + 1,
            event: Event::BanLifted,
            detail: Detail::None,
            subjects: Vec::new(),
        }
        .follow(&end(before));
        assert!(read(around, &[&forged, next]).is_err(), "{} forged", row.seq);
    }
}

#[test]
fn no_two_events_share_a_word() {
    for event in Event::ALL {
        assert_eq!(Event::from_word(event.word()), Some(*event), "{}", event.word());
    }
}
