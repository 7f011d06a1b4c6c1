//! What is sealed to somebody else: grants, invitations, jobs, inboxes.

use super::{ACCOUNT, Broken, Counting, OTHER_ACCOUNTS, SCOPE, keys, opens_only_whole, secret};
use crate::{
    COMMON, Grant, InvitationSecret, JobKey, KeyPair, KeySet, MailKey, Master, Mode, NoRandomness,
    Scope, Seed, SeedName,
};

const NAME: SeedName<'static> = SeedName { session: SCOPE, section: "" };

const GRANT: Grant<'static> = Grant { seed: NAME, to: ACCOUNT, role: "view", expires: Some(100) };

fn seed() -> Seed {
    Seed::of(Mode::Account, secret(5))
}

/// Names of other seeds.
fn other_names() -> [SeedName<'static>; 4] {
    [
        SeedName { section: "money", ..NAME },
        SeedName { session: Scope { session: [9; 16], ..SCOPE }, ..NAME },
        SeedName { session: Scope { epoch: 1, ..SCOPE }, ..NAME },
        SeedName { session: Scope { deployment: [9; 16], ..SCOPE }, ..NAME },
    ]
}

#[test]
fn a_grant_takes_81_bytes_and_opens_for_whom_it_was_made() {
    let pair = KeyPair::of_private(secret(1));
    let sealed = pair.public().seal_grant(&GRANT, &seed(), &Counting::default()).unwrap();
    assert_eq!(sealed.len(), 81);
    let opened = pair.open_grant(&GRANT, &sealed).unwrap();
    assert_eq!((opened.mode(), opened.secret().bytes()), (Mode::Account, &[5; 32]));
    assert!(KeyPair::of_private(secret(2)).open_grant(&GRANT, &sealed).is_err());
    opens_only_whole(&sealed, |it| pair.open_grant(&GRANT, it));
}

#[test]
fn no_part_of_a_grant_can_be_changed_where_it_is_stored() {
    let pair = KeyPair::of_private(secret(1));
    let sealed = pair.public().seal_grant(&GRANT, &seed(), &Counting::default()).unwrap();
    let mut others = vec![
        Grant { role: "answer", ..GRANT },
        Grant { expires: Some(101), ..GRANT },
        Grant { expires: None, ..GRANT },
    ];
    others.extend(OTHER_ACCOUNTS[1..].iter().map(|to| Grant { to: *to, ..GRANT }));
    others.extend(other_names().map(|seed| Grant { seed, ..GRANT }));
    for other in others {
        assert!(pair.open_grant(&other, &sealed).is_err(), "{other:?}");
    }
}

#[test]
fn an_invitation_opens_with_its_secret_and_for_what_it_offers() {
    let mut bytes = [1; 16];
    let invitation = InvitationSecret::take(&mut bytes);
    assert_eq!(bytes, [0; 16]);
    let sealed = invitation.seal_seed(&NAME, "view", None, &seed(), &Counting::default()).unwrap();
    assert!(invitation.open_seed(&NAME, "view", None, &sealed).is_ok());
    assert!(invitation.open_seed(&NAME, "answer", None, &sealed).is_err());
    assert!(invitation.open_seed(&NAME, "view", Some(1), &sealed).is_err());
    for name in other_names() {
        assert!(invitation.open_seed(&name, "view", None, &sealed).is_err(), "{name:?}");
    }
    let other = InvitationSecret::take(&mut [2; 16]);
    assert!(other.open_seed(&NAME, "view", None, &sealed).is_err());
    assert_ne!(other.lookup(), invitation.lookup());
    let typed = invitation.reveal(|it| InvitationSecret::parse(&it.to_lowercase()).unwrap());
    assert!(typed.open_seed(&NAME, "view", None, &sealed).is_ok());
    assert!(InvitationSecret::parse("0000-0000").is_none());
    assert_eq!(InvitationSecret::random(&Broken).err(), Some(NoRandomness));
    opens_only_whole(&sealed, |it| invitation.open_seed(&NAME, "view", None, it));
}

#[test]
fn a_job_opens_the_seed_for_its_action_in_its_hours_only() {
    let job = JobKey::derive(&secret(1), 3, [8; 16]);
    let sealed = job.seal_seed(&NAME, &[1; 32], &seed(), &Counting::default()).unwrap();
    assert!(job.open_seed(&NAME, &[1; 32], &sealed).is_ok());
    assert!(job.open_seed(&NAME, &[2; 32], &sealed).is_err(), "another action");
    for other in [
        JobKey::derive(&secret(2), 3, [8; 16]),
        JobKey::derive(&secret(1), 4, [8; 16]),
        JobKey::derive(&secret(1), 3, [9; 16]),
    ] {
        assert!(other.open_seed(&NAME, &[1; 32], &sealed).is_err());
    }
    for name in other_names() {
        assert!(job.open_seed(&name, &[1; 32], &sealed).is_err(), "{name:?}");
    }
    opens_only_whole(&sealed, |it| job.open_seed(&NAME, &[1; 32], it));
}

#[test]
fn a_mail_that_waits_opens_for_its_session_and_job_while_both_secrets_are_there() {
    let key = |server: u8, session: u8, scope, job: u8| {
        MailKey::derive(&Master::take(&mut [server; 32]), &secret(session), scope, [job; 16])
    };
    let mail = key(1, 2, SCOPE, 8);
    let sealed = mail.seal(b"a mail", &Counting::default()).unwrap();
    assert_eq!(mail.open(&sealed, <[u8]>::to_vec), Ok(b"a mail".to_vec()));
    for other in [
        key(9, 2, SCOPE, 8),
        key(1, 9, SCOPE, 8),
        key(1, 2, SCOPE, 9),
        key(1, 2, Scope { session: [9; 16], ..SCOPE }, 8),
        key(1, 2, Scope { epoch: 1, ..SCOPE }, 8),
    ] {
        assert!(other.open(&sealed, |_| ()).is_err());
    }
    opens_only_whole(&sealed, |it| mail.open(it, |_| ()));
}

#[test]
fn keys_of_a_whole_session_give_a_job_what_opens_it_and_those_of_parts_do_not() {
    let job = JobKey::derive(&secret(1), 3, [8; 16]);
    let whole = KeySet::whole(SCOPE, seed(), secret(2));
    let sealed =
        |keys: &KeySet, part| keys.seal_for_job(&job, part, &[1; 32], &Counting::default());
    let opened = sealed(&whole, None).unwrap().unwrap();
    let opened = job.open_seed(&NAME, &[1; 32], &opened).unwrap();
    assert_eq!((opened.mode(), opened.secret().bytes()), (Mode::Account, &[5; 32]));
    let parts = [(COMMON.to_owned(), seed().part(&SCOPE.session, COMMON))];
    let parts = KeySet::parts(SCOPE, &parts, &secret(2));
    assert!(sealed(&parts, None).is_none() && sealed(&parts, Some(COMMON)).is_none());
}

#[test]
fn a_job_that_gets_along_with_a_part_has_the_keys_of_that_part_alone() {
    let job = JobKey::derive(&secret(1), 3, [8; 16]);
    let whole = KeySet::whole(SCOPE, seed(), secret(2));
    let others: [(&str, &[u8]); 1] = [("hers", b"her answer")];
    let record = whole.seal_parts(4, "delta", b"common", &others, &Counting::default()).unwrap();
    let sealed = whole.seal_for_job(&job, Some(COMMON), &[1; 32], &Counting::default());
    let sealed = sealed.unwrap().unwrap();
    assert!(job.open_seed(&NAME, &[1; 32], &sealed).is_err(), "it is not the whole session's");
    let name = SeedName { section: COMMON, ..NAME };
    let seed = job.open_seed(&name, &[1; 32], &sealed).unwrap();
    let keys = KeySet::of_job(SCOPE, Some(COMMON), seed, secret(2));
    let mut seen = Vec::new();
    keys.open(4, "delta", &record, |name, it| seen.push((name.to_owned(), it.to_vec()))).unwrap();
    assert_eq!(seen, [(COMMON.to_owned(), b"common".to_vec())]);
    assert!(!keys.is_whole());
}

#[test]
fn what_is_delegated_opens_for_one_event_until_its_end() {
    let worker = KeyPair::of_private(secret(1));
    let whole = KeySet::whole(SCOPE, seed(), secret(2));
    let what = ("cron_daily", 100);
    let sealed = whole.delegate(&worker.public(), ACCOUNT, what, &Counting::default());
    let sealed = sealed.unwrap().unwrap();
    let grant = Grant { role: "cron_daily", ..GRANT };
    assert_eq!(worker.open_grant(&grant, &sealed).unwrap().secret().bytes(), &[5; 32]);
    for other in [
        Grant { role: "cron_hourly", ..grant },
        Grant { expires: Some(101), ..grant },
        Grant { to: OTHER_ACCOUNTS[1], ..grant },
    ] {
        assert!(worker.open_grant(&other, &sealed).is_err());
    }
    let parts = [(COMMON.to_owned(), seed().part(&SCOPE.session, COMMON))];
    let parts = KeySet::parts(SCOPE, &parts, &secret(2));
    let none = parts.delegate(&worker.public(), ACCOUNT, what, &Counting::default());
    assert!(none.is_none());
}

#[test]
fn anybody_seals_to_an_inbox_and_only_the_session_reads_it() {
    let inbox = keys(1, 2).inbox();
    assert_eq!(inbox, keys(1, 2).inbox());
    let sealed = inbox.seal_item(&SCOPE, &[8; 16], b"a letter", &Counting::default()).unwrap();
    assert_eq!(keys(1, 2).open_item(&[8; 16], &sealed, <[u8]>::to_vec), Ok(b"a letter".to_vec()));
    assert!(keys(1, 2).open_item(&[9; 16], &sealed, |_| ()).is_err(), "another item");
    assert!(keys(1, 9).open_item(&[8; 16], &sealed, |_| ()).is_err(), "another keyring");
    assert!(keys(9, 2).open_item(&[8; 16], &sealed, |_| ()).is_err(), "another seed");
    let other = Scope { session: [9; 16], ..SCOPE };
    let moved = inbox.seal_item(&other, &[8; 16], b"a letter", &Counting::default()).unwrap();
    assert!(keys(1, 2).open_item(&[8; 16], &moved, |_| ()).is_err());
    let longer = inbox.seal_item(&SCOPE, &[8; 16], &[b'x'; 200], &Counting::default()).unwrap();
    assert_eq!(longer.len(), sealed.len(), "the length tells little");
    assert_eq!(inbox.seal_item(&SCOPE, &[8; 16], b"", &Broken), Err(NoRandomness));
}
