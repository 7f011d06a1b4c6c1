//! AT-33: whatever is done to an entry of the audit log is seen.

use affiant_audit::{Detail, Entry, Event, Verifier};
use affiant_backend::{AuditEnd, AuditRow, Chained as _, Pseudonym};

use crate::proof::Figure;

const ENTRIES: usize = 100_000;

pub(crate) fn figures() -> anyhow::Result<Vec<Figure>> {
    let mut last = AuditEnd::default();
    let mut rows = Vec::with_capacity(ENTRIES);
    for at in 0..i64::try_from(ENTRIES)? {
        let subjects = vec![Pseudonym(at.to_be_bytes())];
        let entry = Entry { at, event: Event::SignedIn, detail: Detail::None, subjects };
        let row = entry.follow(&last);
        last = end(&row);
        rows.push(row);
    }
    // Read as a whole once; then each entry in the middle of its neighbours is mistreated in turn.
    let mut whole = Verifier::behind(AuditEnd::default());
    let fits = rows.iter().all(|it| whole.take(it).is_ok()) && whole.finish(last).is_ok();
    let tries = rows.windows(4).count();
    let seen = |change: fn(&mut Vec<AuditRow>)| {
        rows.windows(4).filter(|around| is_seen(around, change)).count()
    };
    Ok(vec![
        Figure::exactly("AT-33 logs in order that are taken for such", 1, usize::from(fits)),
        Figure::exactly("AT-33 deleted entries seen", tries, seen(|it| drop(it.remove(1)))),
        Figure::exactly("AT-33 edited entries seen", tries, seen(|it| it[1].at += 1)),
        Figure::exactly("AT-33 reordered entries seen", tries, seen(|it| it.swap(0, 1))),
    ])
}

fn is_seen(around: &[AuditRow], change: fn(&mut Vec<AuditRow>)) -> bool {
    let mut rows = around[1..].to_vec();
    change(&mut rows);
    let mut verifier = Verifier::behind(end(&around[0]));
    let taken = rows.iter().all(|it| verifier.take(it).is_ok());
    !taken || verifier.finish(end(&around[around.len() - 1])).is_err()
}

fn end(row: &AuditRow) -> AuditEnd {
    AuditEnd { seq: row.seq, hash: row.hash }
}
