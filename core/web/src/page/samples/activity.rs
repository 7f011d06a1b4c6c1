//! The pages of the audit log, of made-up people.

use affiant_account::{Activity, Doer};
use affiant_audit::{Broken, Detail, Entry, Event, Whole};
use affiant_backend::{AuditEnd, AuditRow, Chained as _, Pseudonym};
use affiant_guard::Permissions;

use crate::page::activity::{All, Own, own_context};
use crate::page::admin::Desk;
use crate::page::frame::Frame;
use crate::page::samples::{Drawn, site};
use crate::theme::Theme;

const NOW: i64 = 1_800_000_000;

pub(crate) fn all(theme: &Theme) -> Vec<Drawn> {
    let frame = Frame { csrf: Some("c2FtcGxl".to_owned()), ..site() };
    let desk = Desk { theme, frame: frame.clone(), permissions: Permissions::ALL };
    let own = |name: &str, it: &Own| {
        let drawn = theme.try_draw("account/activity.html", own_context(theme, &frame, it));
        (name.to_owned(), drawn)
    };
    let admin = |name: &str, it: &All| {
        (name.to_owned(), theme.try_draw("admin/audit.html", desk.audit(it)))
    };
    let entries = entries();
    let end = AuditEnd { seq: 53, hash: [7; 32] };
    let whole = Some(Ok(Whole { entries: 53, cut: 0, end }));
    let broken = Some(Err(Broken::Changed(17)));
    vec![
        own("account-activity", &Own { entries, older: Some(3), is_older: true }),
        own("account-activity-none", &Own::default()),
        admin("admin-audit", &All { rows: rows(), older: Some(1), ..All::default() }),
        admin("admin-audit-whole", &All { rows: rows(), chain: whole, ..All::default() }),
        admin("admin-audit-broken", &All { rows: rows(), chain: broken, ..All::default() }),
        admin(
            "admin-audit-none",
            &All { kind: Some(Event::Banned), is_older: true, ..All::default() },
        ),
    ]
}

/// One of each event, and one of a later version.
fn entries() -> Vec<Activity> {
    let doers = [Doer::Themselves, Doer::Another, Doer::ToAnother];
    let events = Event::ALL.iter().copied().map(Some).chain([None]);
    events
        .zip((1..).zip(doers.into_iter().cycle()))
        .map(|(event, (number, doer))| Activity {
            number,
            at: NOW - number * 7_000,
            event,
            count: Some(number.unsigned_abs() % 3),
            word: (event == Some(Event::AnswersRead)).then(|| "help".to_owned()),
            doer,
        })
        .collect()
}

fn rows() -> Vec<AuditRow> {
    let entry = |event, detail, subjects: &[u8], at| {
        let subjects = subjects.iter().map(|it| Pseudonym([*it; 8])).collect();
        Entry { at, event, detail, subjects }.follow(&AuditEnd { seq: at - NOW, hash: [1; 32] })
    };
    let later = AuditRow {
        kind: "later".to_owned(),
        ..entry(Event::SignedIn, Detail::None, &[1], NOW + 1)
    };
    vec![
        entry(Event::SwitchAsked, Detail::Word("keep-sessions"), &[0xa7], NOW + 4),
        entry(Event::AnswersRead, Detail::Word("law"), &[0x3c, 0xa7], NOW + 5),
        entry(Event::SignInsFailed, Detail::Count(12), &[], NOW + 3),
        entry(Event::RolesChanged, Detail::None, &[0x3c, 0xa7], NOW + 2),
        later,
    ]
}
