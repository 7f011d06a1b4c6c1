//! Reading for an organisation: what it opens, who is told, and that it ends.

use affiant_audit::Event;
use affiant_backend::{
    Change, Commit as _, GrantRole, GrantStore as _, Letter, Lookup, SecretKind, SecretName,
    SessionId, SessionRow, StepRow, WrapKind, WrapRow,
};
use affiant_vault::{Head, KeySet, OrganisationKey, Secret};

use super::support::{DAY, NOW, OTHER, PASSWORD, World, address, counting, templates};
use crate::{
    Accepted, Doer, Extent, HandedOver, Invitation, Person, Readable, Reading, Reason, Revoked,
    head_of,
};

const ANSWER: &str = "forty-two";

fn id(number: u8) -> SessionId {
    SessionId([number; 16])
}

fn public(key: &OrganisationKey) -> [u8; 32] {
    *key.public().bytes()
}

fn key() -> OrganisationKey {
    OrganisationKey::random(&counting()).unwrap()
}

fn other_key() -> OrganisationKey {
    let randomness = counting();
    OrganisationKey::random(&randomness).unwrap();
    OrganisationKey::random(&randomness).unwrap()
}

/// A session that a person begins, in which the answer was given; for the organisation too, if it can
/// read.
async fn begin(it: &World, person: &Person, number: u8, key: Option<&OrganisationKey>) {
    let randomness = counting();
    let secret = Secret::take(&mut [number; 32]);
    let name = SecretName { kind: SecretKind::Session, id: id(number).0, epoch: 0 };
    it.keys.put(name, &secret, NOW).await.unwrap();
    let (keys, grant) = it.it.new_seed(person, id(number), secret, NOW).unwrap();
    let head = Head::first();
    let row = SessionRow {
        id: id(number),
        lookup: Lookup::of_owned(id(number)),
        interview: "letter".to_owned(),
        wrapped: Vec::new(),
        revision: 0,
        last_step: 0,
        created: NOW,
        touched: NOW,
        epoch: 0,
        head: keys.seal_head("letter", &head, &randomness).unwrap(),
    };
    let name = head.step(0).unwrap();
    let snapshot = Some(keys.seal(name, "snapshot", ANSWER.as_bytes(), &randomness).unwrap());
    let delta = keys.seal(name, "delta", b"", &randomness).unwrap();
    let first = StepRow { number: 0, delta, snapshot };
    match key {
        None => it.it.create_session(row, first, grant).await.unwrap(),
        Some(key) => {
            let wrap = it.it.readable(person, &grant, public(key), NOW).await.unwrap();
            it.it.create_readable_session(row, first, grant, wrap).await.unwrap();
        }
    }
}

async fn person(it: &World, name: &str, password: &str) -> Person {
    it.person(&format!("{name}@example.com"), password, NOW).await.person
}

async fn try_to_read(
    it: &World,
    number: u8,
    key: &OrganisationKey,
    in_force: &OrganisationKey,
    by: &Person,
    now: i64,
) -> Readable {
    let reason = Reason::Help;
    let wanted = Reading { session: id(number), in_force: public(in_force), reason, by: by.id() };
    it.it.read_for_organisation(&wanted, key, now).await.unwrap()
}

/// What the organisation reads of a session; `None` if it cannot.
async fn read(
    it: &World,
    number: u8,
    key: &OrganisationKey,
    by: &Person,
    now: i64,
) -> Option<String> {
    let Readable::Opened(both) = try_to_read(it, number, key, key, by, now).await else {
        return None;
    };
    Some(opened(it, number, &both.1).await)
}

async fn opened(it: &World, number: u8, keys: &KeySet) -> String {
    let (row, history) = it.store.load_session(id(number), None).await.unwrap().unwrap();
    let step = head_of(keys, &row).unwrap().step(0).unwrap();
    let (_, sealed) = history.snapshot.as_ref().unwrap();
    let mut text = String::new();
    keys.open(step, "snapshot", sealed, |_, it| text.push_str(std::str::from_utf8(it).unwrap()))
        .unwrap();
    text
}

/// How often a person was told that somebody read.
async fn told(it: &World, person: &Person, now: i64) -> usize {
    let all = it.it.activity(person.id(), i64::MAX, 100, now).await.unwrap();
    let read = all.iter().filter(|it| it.event == Some(Event::AnswersRead));
    read.filter(|it| it.doer == Doer::Another && it.word.as_deref() == Some("help")).count()
}

async fn letters_of_reading(it: &World) -> Vec<Letter> {
    let all = it.letters().await;
    assert!(all.iter().all(|it| it.template == "answers-read"), "{:?}", templates(&all));
    all
}

async fn share(it: &World, owner: &Person, reader: &Person, number: u8) {
    let to = it.it.address(reader).await.unwrap();
    let to = address(&to);
    let wanted = Invitation {
        address: &to,
        name: "",
        role: GrantRole::View,
        extent: &Extent::Whole,
        until: None,
    };
    it.it.invite(owner, id(number), wanted, NOW).await.unwrap();
    let offers = it.it.offers(reader, NOW).await.unwrap();
    assert_eq!(
        it.it.accept(reader, offers[0].hash, NOW).await.unwrap(),
        Accepted::Done(id(number))
    );
    it.letters().await;
}

#[tokio::test]
async fn the_organisation_reads_what_was_begun_for_it_and_nothing_else() {
    let it = World::new().await;
    let (ada, boss) = (person(&it, "ada", PASSWORD).await, person(&it, "boss", OTHER).await);
    begin(&it, &ada, 1, None).await;
    begin(&it, &ada, 2, Some(&key())).await;
    it.it.take_over(&ada, &it.visitor(3, ANSWER).await, NOW).await.unwrap();
    it.letters().await;
    assert_eq!(read(&it, 1, &key(), &boss, NOW).await, None, "begun before");
    assert_eq!(read(&it, 3, &key(), &boss, NOW).await, None, "begun without an account");
    assert_eq!(read(&it, 9, &key(), &boss, NOW).await, None, "not there");
    let wrong = try_to_read(&it, 2, &other_key(), &key(), &boss, NOW).await;
    assert!(matches!(wrong, Readable::WrongKey));
    let over = try_to_read(&it, 2, &key(), &other_key(), &boss, NOW).await;
    assert!(matches!(over, Readable::No), "another key is in force");
    assert_eq!((told(&it, &ada, NOW).await, it.letters().await.len()), (0, 0), "nothing was read");

    assert_eq!(read(&it, 2, &key(), &boss, NOW).await.as_deref(), Some(ANSWER));
    assert_eq!(it.read(&ada, 2, NOW).await.as_deref(), Some(ANSWER), "its person reads it too");
    assert_eq!(told(&it, &ada, NOW).await, 1);
    let seen = it.it.activity(boss.id(), i64::MAX, 1, NOW).await.unwrap();
    assert_eq!((seen[0].event, seen[0].doer), (Some(Event::AnswersRead), Doer::ToAnother));
}

#[tokio::test]
async fn everybody_whom_it_concerns_is_told_of_each_reading_and_written_to_once_a_day() {
    let it = World::new().await;
    let (ada, boss) = (person(&it, "ada", PASSWORD).await, person(&it, "boss", OTHER).await);
    let grace = person(&it, "grace", "a third one that nobody guesses").await;
    begin(&it, &ada, 2, Some(&key())).await;
    begin(&it, &ada, 4, Some(&key())).await;
    share(&it, &ada, &grace, 2).await;
    for number in [2, 2, 4] {
        read(&it, number, &key(), &boss, NOW).await.unwrap();
    }
    assert_eq!((told(&it, &ada, NOW).await, told(&it, &grace, NOW).await), (3, 2));
    let mut to: Vec<String> = letters_of_reading(&it).await.into_iter().map(|it| it.to).collect();
    to.sort();
    assert_eq!(to, ["ada@example.com", "grace@example.com"]);
    // A server that was started anew knows it from the audit log.
    it.it.told.lock().unwrap().1.clear();
    read(&it, 2, &key(), &boss, NOW + 1).await.unwrap();
    assert_eq!(letters_of_reading(&it).await.len(), 0);
    read(&it, 4, &key(), &boss, NOW + DAY).await.unwrap();
    let letters = letters_of_reading(&it).await;
    assert_eq!(letters.iter().map(|it| it.to.as_str()).collect::<Vec<_>>(), ["ada@example.com"]);
}

#[tokio::test]
async fn what_the_organisation_could_read_ends_for_every_copy_of_it() {
    let it = World::new().await;
    let (ada, boss) = (person(&it, "ada", PASSWORD).await, person(&it, "boss", OTHER).await);
    begin(&it, &ada, 2, Some(&key())).await;
    begin(&it, &ada, 4, Some(&other_key())).await;
    let kept: Vec<WrapRow> = it.store.wraps_of(id(2)).await.unwrap();
    assert_eq!(it.it.end_reading_but(&[public(&key()), public(&other_key())]).await.unwrap(), 0);
    assert_eq!(it.it.end_reading_but(&[public(&key())]).await.unwrap(), 1);
    assert_eq!(it.store.wraps_of(id(4)).await.unwrap(), []);
    assert_eq!(read(&it, 2, &key(), &boss, NOW).await.as_deref(), Some(ANSWER));

    assert_eq!(it.it.end_reading_but(&[]).await.unwrap(), 1);
    assert_eq!(it.store.wraps_of(id(2)).await.unwrap(), []);
    // A backup of the database brings the wrap back, and the organisation has its key.
    it.store.commit(vec![Change::PutWrap(kept[0].clone())]).await.unwrap();
    assert_eq!(read(&it, 2, &key(), &boss, NOW).await, None);
    // The switch is set again, with the same key even: what had ended stays so.
    begin(&it, &ada, 5, Some(&key())).await;
    assert_eq!(read(&it, 5, &key(), &boss, NOW).await.as_deref(), Some(ANSWER));
    let wanted =
        Reading { session: id(2), in_force: public(&key()), reason: Reason::Law, by: boss.id() };
    assert!(it.it.read_for_organisation(&wanted, &key(), NOW).await.is_err());
    assert_eq!(it.read(&ada, 2, NOW).await.as_deref(), Some(ANSWER));
}

#[tokio::test]
async fn new_keys_of_a_session_leave_it_as_it_was_told() {
    let it = World::new().await;
    let (ada, boss) = (person(&it, "ada", PASSWORD).await, person(&it, "boss", OTHER).await);
    let grace = person(&it, "grace", "a third one that nobody guesses").await;
    begin(&it, &ada, 2, Some(&key())).await;
    begin(&it, &ada, 4, None).await;
    for number in [2, 4] {
        share(&it, &ada, &grace, number).await;
        let revoked = it.it.revoke(&ada, id(number), grace.id(), NOW).await.unwrap();
        assert_eq!(revoked, Revoked::Done);
    }
    assert_eq!(read(&it, 2, &key(), &boss, NOW).await.as_deref(), Some(ANSWER));
    assert_eq!(read(&it, 4, &key(), &boss, NOW).await, None);
    assert_eq!(told(&it, &grace, NOW).await, 0, "it concerns her no more");
    share(&it, &ada, &grace, 2).await;
    let handed = it.it.hand_over(&ada, id(2), grace.id(), NOW).await.unwrap();
    assert_eq!(handed, HandedOver::Done);
    assert_eq!(read(&it, 2, &key(), &boss, NOW).await.as_deref(), Some(ANSWER));
    let row = it.store.session(id(2)).await.unwrap().unwrap();
    assert!(it.it.is_readable(&row, public(&key())).await.unwrap());
    assert!(!it.it.is_readable(&row, public(&other_key())).await.unwrap());
    let wraps = it.store.wraps_of(id(2)).await.unwrap();
    assert!(wraps.iter().all(|it| it.kind == WrapKind::Escrow && it.epoch == row.epoch));
    it.it.end_reading_but(&[]).await.unwrap();
    let revoked = it.it.revoke(&grace, id(2), ada.id(), NOW).await.unwrap();
    assert_eq!(revoked, Revoked::Done);
    assert_eq!(it.store.wraps_of(id(2)).await.unwrap(), [], "what ended is not made again");
}
