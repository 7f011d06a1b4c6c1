//! Who can see a session: what a grant lets do, and what is left of it when it was taken back.

use affiant_backend::{
    Change, Commit as _, Deletions as _, GrantRole, GrantStore as _, SecretKind, SecretName,
    SessionId, SessionStore as _,
};
use affiant_vault::{Head, KeySet};

use super::support::{DAY, NOW, OTHER, PASSWORD, World, address, templates};
use crate::{
    Accepted, Extent, HandedOver, Invitation, Invited, MOST_READERS, Person, Revoked, head_of,
};

const ID: SessionId = SessionId([3; 16]);
const ANSWER: &str = "forty-two";

/// What an invitation's secret is as text.
async fn invite(
    it: &World,
    owner: &Person,
    to: &str,
    role: GrantRole,
    until: Option<i64>,
    now: i64,
) -> String {
    let to = address(to);
    let wanted = Invitation { address: &to, name: "", role, extent: &Extent::Whole, until };
    match it.it.invite(owner, ID, wanted, now).await.unwrap() {
        Invited::Done(secret) => secret.reveal(str::to_owned),
        _ => panic!("the invitation was refused"),
    }
}

/// Ada, whose session 3 holds the answer.
async fn ada(it: &World) -> Person {
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    it.it.take_over(&ada, &it.visitor(3, ANSWER).await, NOW).await.unwrap();
    ada
}

async fn other(it: &World, number: i64) -> Person {
    it.person(&format!("p{number}@example.com"), OTHER, NOW + number).await.person
}

async fn keys(it: &World, person: &Person, now: i64) -> Option<(KeySet, GrantRole)> {
    let row = it.store.session(ID).await.unwrap().unwrap();
    it.it.session_keys(person, &row, now).await.unwrap()
}

#[tokio::test]
async fn each_of_five_people_reads_what_was_granted_and_nothing_after_it_ended() {
    let it = World::new().await;
    let owner = ada(&it).await;
    let mut people = Vec::new();
    for number in 1..=4 {
        people.push(other(&it, number).await);
    }
    let terms = [
        (GrantRole::View, None),
        (GrantRole::Answer, None),
        (GrantRole::View, Some(NOW + DAY)),
        (GrantRole::Answer, Some(NOW + 2 * DAY)),
    ];
    for (person, (role, until)) in people.iter().zip(terms) {
        assert_eq!(it.read(person, 3, NOW).await, None, "nothing before");
        let secret =
            invite(&it, &owner, &it.it.address(person).await.unwrap(), role, until, NOW).await;
        assert_eq!(it.read(person, 3, NOW).await, None, "nothing before it was accepted");
        let accepted = if role == GrantRole::View {
            let offers = it.it.offers(person, NOW).await.unwrap();
            assert_eq!(offers.len(), 1);
            assert_eq!(offers[0].from, "ada@example.com");
            it.it.accept(person, offers[0].hash, NOW).await.unwrap()
        } else {
            let from = super::support::at(NOW).address;
            it.it.accept_secret(person, &secret, from, NOW).await.unwrap()
        };
        assert_eq!(accepted, Accepted::Done(ID));
        assert_eq!(it.read(person, 3, NOW).await.as_deref(), Some(ANSWER));
        assert_eq!(keys(&it, person, NOW).await.unwrap().1, role);
        assert_eq!(it.it.interviews(person, NOW).await.unwrap().len(), 1);
    }
    let circle = it.it.circle(&owner, ID, NOW).await.unwrap().unwrap();
    assert_eq!(circle.readers.len(), 5);
    let first = circle.readers.iter().find(|it| it.account == people[0].id()).unwrap();
    assert_eq!(first.whom.as_deref(), Some("p1@example.com"));
    let seen = it.it.circle(&people[0], ID, NOW).await.unwrap().unwrap();
    assert!(seen.readers.iter().all(|it| it.whom.is_none()), "only the owner sees names");

    // One day later the third is out, and a stranger with them.
    assert_eq!(it.read(&people[2], 3, NOW + DAY).await, None);
    assert!(it.it.interviews(&people[2], NOW + DAY).await.unwrap().is_empty());
    // The second is taken back: the others stay.
    let revoked = it.it.revoke(&owner, ID, people[1].id(), NOW).await.unwrap();
    assert_eq!(revoked, Revoked::Done);
    assert_eq!(it.read(&people[1], 3, NOW).await, None);
    assert!(it.it.circle(&people[1], ID, NOW).await.unwrap().is_none());
    for person in [&owner, &people[0], &people[3]] {
        assert_eq!(it.read(person, 3, NOW).await.as_deref(), Some(ANSWER));
    }
    assert_eq!(keys(&it, &people[3], NOW).await.unwrap().1, GrantRole::Answer);
    assert_eq!(it.read(&people[3], 3, NOW + 2 * DAY).await, None, "its end stays the same");
}

#[tokio::test]
async fn what_a_revoked_reader_kept_opens_nothing_of_the_new_epoch_and_no_backup() {
    let it = World::new().await;
    let (owner, reader) = (ada(&it).await, other(&it, 1).await);
    invite(&it, &owner, "p1@example.com", GrantRole::View, None, NOW).await;
    let offer = it.it.offers(&reader, NOW).await.unwrap()[0].hash;
    it.it.accept(&reader, offer, NOW).await.unwrap();
    let kept_grant = it.store.grant(ID, reader.id()).await.unwrap().unwrap();
    let (kept_keys, _) = keys(&it, &reader, NOW).await.unwrap();
    let (_, before) = it.store.load_session(ID, None).await.unwrap().unwrap();
    it.it.revoke(&owner, ID, reader.id(), NOW).await.unwrap();

    let (row, after) = it.store.load_session(ID, None).await.unwrap().unwrap();
    assert_eq!((row.epoch, row.revision), (1, 1));
    let (_, sealed) = after.snapshot.as_ref().unwrap();
    let step = Head::first().step(0).unwrap();
    assert!(kept_keys.open(step, "snapshot", sealed, |_, _| ()).is_err(), "the old keys");
    assert!(head_of(&kept_keys, &row).is_err(), "the old keys");
    // The keyring's secret of the old epoch is gone: a backup and the old seed open nothing.
    let old = SecretName { kind: SecretKind::Session, id: ID.0, epoch: 0 };
    assert!(it.keys.find(old).await.unwrap().is_none());
    let (_, sealed) = before.snapshot.as_ref().unwrap();
    assert!(kept_keys.open(step, "snapshot", sealed, |_, _| ()).is_ok(), "the old rows");
    // A grant that is put back into the store is one of an epoch that is over.
    it.store.commit(vec![Change::PutGrant(kept_grant.clone())]).await.unwrap();
    assert_eq!(it.read(&reader, 3, NOW).await, None);
    // And one that pretends to be of the new epoch does not open.
    let forged = affiant_backend::GrantRow { epoch: 1, ..kept_grant };
    it.store.commit(vec![Change::PutGrant(forged)]).await.unwrap();
    assert!(it.it.session_keys(&reader, &row, NOW).await.is_err());
    assert_eq!(it.read(&owner, 3, NOW).await.as_deref(), Some(ANSWER));
}

#[tokio::test]
async fn a_role_that_was_raised_in_the_store_does_not_open() {
    let it = World::new().await;
    let (owner, reader) = (ada(&it).await, other(&it, 1).await);
    invite(&it, &owner, "p1@example.com", GrantRole::View, Some(NOW + DAY), NOW).await;
    let offer = it.it.offers(&reader, NOW).await.unwrap()[0].hash;
    it.it.accept(&reader, offer, NOW).await.unwrap();
    let grant = it.store.grant(ID, reader.id()).await.unwrap().unwrap();
    let row = it.store.session(ID).await.unwrap().unwrap();
    for forged in [
        affiant_backend::GrantRow { role: GrantRole::Answer, ..grant.clone() },
        affiant_backend::GrantRow { role: GrantRole::Owner, ..grant.clone() },
        affiant_backend::GrantRow { expires: None, ..grant.clone() },
    ] {
        it.store.commit(vec![Change::PutGrant(forged)]).await.unwrap();
        assert!(it.it.session_keys(&reader, &row, NOW).await.is_err());
    }
    it.store.commit(vec![Change::PutGrant(grant)]).await.unwrap();
    assert_eq!(it.read(&reader, 3, NOW).await.as_deref(), Some(ANSWER));
}

#[tokio::test]
async fn an_invitation_works_once_for_seven_days_and_until_it_is_withdrawn() {
    let it = World::new().await;
    let owner = ada(&it).await;
    let (one, two) = (other(&it, 1).await, other(&it, 2).await);
    let from = super::support::at(NOW).address;
    let view = GrantRole::View;
    let secret = invite(&it, &owner, "nobody@example.com", view, None, NOW).await;
    let accept = |person, secret: String, now| {
        let accounts = &it.it;
        async move { accounts.accept_secret(person, &secret, from, now).await.unwrap() }
    };
    assert_eq!(accept(&one, "0000-0000".to_owned(), NOW).await, Accepted::Gone);
    assert_eq!(accept(&owner, secret.clone(), NOW).await, Accepted::Yours);
    assert_eq!(accept(&one, secret.clone(), NOW + 7 * DAY).await, Accepted::Gone);
    assert_eq!(accept(&one, secret.to_lowercase(), NOW).await, Accepted::Done(ID));
    assert_eq!(accept(&two, secret, NOW).await, Accepted::Gone);

    let withdrawn = invite(&it, &owner, "nobody@example.com", view, None, NOW).await;
    let waiting = it.it.circle(&owner, ID, NOW).await.unwrap().unwrap().waiting;
    assert_eq!(waiting.len(), 1);
    it.it.withdraw(&one, ID, waiting[0].hash, NOW).await.unwrap();
    assert_eq!(it.it.circle(&owner, ID, NOW).await.unwrap().unwrap().waiting.len(), 1);
    it.it.withdraw(&owner, ID, waiting[0].hash, NOW).await.unwrap();
    assert_eq!(accept(&two, withdrawn, NOW).await, Accepted::Gone);

    // What was offered before somebody was taken back is over with it.
    let open = invite(&it, &owner, "p2@example.com", view, None, NOW).await;
    let offer = it.it.offers(&two, NOW).await.unwrap()[0].hash;
    assert_eq!(it.it.accept(&one, offer, NOW).await.unwrap(), Accepted::Gone, "another's");
    it.it.revoke(&owner, ID, one.id(), NOW).await.unwrap();
    assert!(it.it.offers(&two, NOW).await.unwrap().is_empty());
    assert_eq!(it.it.accept(&two, offer, NOW).await.unwrap(), Accepted::Gone);
    assert_eq!(accept(&two, open, NOW).await, Accepted::Gone);
    assert_eq!(it.read(&two, 3, NOW).await, None);
}

#[tokio::test]
async fn only_the_owner_shares_and_takes_back_and_readers_leave() {
    let it = World::new().await;
    let owner = ada(&it).await;
    let (one, two) = (other(&it, 1).await, other(&it, 2).await);
    for (person, name) in [(&one, "p1@example.com"), (&two, "p2@example.com")] {
        invite(&it, &owner, name, GrantRole::Answer, None, NOW).await;
        let offer = it.it.offers(person, NOW).await.unwrap()[0].hash;
        it.it.accept(person, offer, NOW).await.unwrap();
    }
    let to = address("p3@example.com");
    let wanted = Invitation {
        address: &to,
        name: "",
        role: GrantRole::View,
        extent: &Extent::Whole,
        until: None,
    };
    assert!(matches!(it.it.invite(&one, ID, wanted, NOW).await.unwrap(), Invited::NotYours));
    let revoked = it.it.revoke(&one, ID, two.id(), NOW).await.unwrap();
    assert_eq!(revoked, Revoked::NotYours);
    assert_eq!(it.it.revoke(&owner, ID, owner.id(), NOW).await.unwrap(), Revoked::NotYours);
    assert!(!it.it.delete_session(&one, ID, NOW).await.unwrap());
    let mine = address("ada@example.com");
    let wanted = Invitation { address: &mine, ..wanted };
    assert!(matches!(it.it.invite(&owner, ID, wanted, NOW).await.unwrap(), Invited::Yourself));
    it.it.leave(&owner, ID, NOW).await.unwrap();
    assert_eq!(it.read(&owner, 3, NOW).await.as_deref(), Some(ANSWER), "an owner cannot leave");
    it.it.leave(&one, ID, NOW).await.unwrap();
    assert_eq!(it.read(&one, 3, NOW).await, None);
    assert_eq!(it.read(&two, 3, NOW).await.as_deref(), Some(ANSWER));
}

#[tokio::test]
async fn whether_an_address_has_an_account_shows_in_nothing_that_the_owner_gets() {
    let it = World::new().await;
    let owner = ada(&it).await;
    other(&it, 1).await;
    it.letters().await;
    let mut seen = Vec::new();
    for to in ["p1@example.com", "nobody@example.com"] {
        let secret = invite(&it, &owner, to, GrantRole::View, None, NOW).await;
        let letters = it.letters().await;
        assert_eq!(templates(&letters), ["shared"]);
        assert!(letters[0].values.iter().all(|it| !it.1.contains(&secret)), "no secret in mail");
        let waiting = it.it.circle(&owner, ID, NOW).await.unwrap().unwrap().waiting;
        let last = waiting.iter().find(|it| it.whom.as_deref() == Some(to)).unwrap().clone();
        seen.push((secret.len(), letters[0].values.clone(), last.role, last.expires, last.until));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn no_more_people_are_invited_than_a_session_may_have() {
    let it = World::new().await;
    let owner = ada(&it).await;
    for number in 0..MOST_READERS {
        invite(&it, &owner, &format!("n{number}@example.com"), GrantRole::View, None, NOW).await;
    }
    let to = address("one-more@example.com");
    let wanted = Invitation {
        address: &to,
        name: "",
        role: GrantRole::View,
        extent: &Extent::Whole,
        until: None,
    };
    assert!(matches!(it.it.invite(&owner, ID, wanted, NOW).await.unwrap(), Invited::Full));
}

#[tokio::test]
async fn a_revocation_that_was_cut_off_is_ended_by_doing_it_again() {
    let it = World::new().await;
    let (owner, reader) = (ada(&it).await, other(&it, 1).await);
    invite(&it, &owner, "p1@example.com", GrantRole::View, None, NOW).await;
    let offer = it.it.offers(&reader, NOW).await.unwrap()[0].hash;
    it.it.accept(&reader, offer, NOW).await.unwrap();
    // A file that arrived under the old keys, and the old secret as a crash would leave it.
    let (kept, _) = keys(&it, &reader, NOW).await.unwrap();
    let name = SecretName { kind: SecretKind::Session, id: ID.0, epoch: 0 };
    let secret = it.keys.find(name).await.unwrap().unwrap();
    it.it.revoke(&owner, ID, reader.id(), NOW).await.unwrap();
    it.keys.put(name, &secret, NOW).await.unwrap();
    let random = super::support::counting();
    let file = kept.seal_file(None, [8; 16], "late.txt", b"late", &random).unwrap();
    let late = affiant_backend::FileRow {
        session: ID,
        id: [8; 16],
        wrapped: file.wrapped,
        name: file.name,
        content: affiant_backend::Content::Chunks(file.chunks),
    };
    it.store.put_file(late).await.unwrap();
    let again = it.it.revoke(&owner, ID, reader.id(), NOW).await.unwrap();
    assert_eq!(again, Revoked::Done);
    assert!(it.keys.find(name).await.unwrap().is_none());
    // The late file does not keep the next one from being taken back.
    invite(&it, &owner, "p1@example.com", GrantRole::View, None, NOW).await;
    let offer = it.it.offers(&reader, NOW).await.unwrap()[0].hash;
    it.it.accept(&reader, offer, NOW).await.unwrap();
    let (mine, _) = keys(&it, &owner, NOW).await.unwrap();
    let good = mine.seal_file(None, [9; 16], "good.txt", b"good", &random).unwrap();
    let good = affiant_backend::FileRow {
        session: ID,
        id: [9; 16],
        wrapped: good.wrapped,
        name: good.name,
        content: affiant_backend::Content::Chunks(good.chunks),
    };
    it.store.put_file(good).await.unwrap();
    it.it.revoke(&owner, ID, reader.id(), NOW).await.unwrap();
    assert!(it.store.find_file(ID, [8; 16]).await.unwrap().is_none());
    let row = it.store.find_file(ID, [9; 16]).await.unwrap().unwrap();
    let affiant_backend::Content::Chunks(chunks) = row.content else { panic!("it lies elsewhere") };
    let sealed = affiant_vault::SealedFile { wrapped: row.wrapped, name: row.name, chunks };
    let (mine, _) = keys(&it, &owner, NOW).await.unwrap();
    assert_eq!(mine.open_file([9; 16], &sealed).unwrap().as_slice(), b"good");
    assert_eq!(it.read(&owner, 3, NOW).await.as_deref(), Some(ANSWER));
}

#[tokio::test]
async fn a_session_that_is_handed_over_is_the_others_and_outlives_whoever_owned_it() {
    let it = World::new().await;
    let owner = ada(&it).await;
    let (one, two) = (other(&it, 1).await, other(&it, 2).await);
    for (person, name) in [(&one, "p1@example.com"), (&two, "p2@example.com")] {
        invite(&it, &owner, name, GrantRole::View, Some(NOW + DAY), NOW).await;
        let offer = it.it.offers(person, NOW).await.unwrap()[0].hash;
        it.it.accept(person, offer, NOW).await.unwrap();
    }
    let eve = other(&it, 3).await;
    let hand_over = |from, to: &Person| it.it.hand_over(from, ID, to.id(), NOW);
    assert_eq!(hand_over(&one, &two).await.unwrap(), HandedOver::NotYours);
    assert_eq!(hand_over(&owner, &eve).await.unwrap(), HandedOver::NotTheirs);
    assert_eq!(hand_over(&owner, &owner).await.unwrap(), HandedOver::NotTheirs);
    assert_eq!(hand_over(&owner, &one).await.unwrap(), HandedOver::Done);
    let roles = [(&one, GrantRole::Owner), (&owner, GrantRole::Answer), (&two, GrantRole::View)];
    for (person, role) in roles {
        assert_eq!(it.read(person, 3, NOW).await.as_deref(), Some(ANSWER));
        assert_eq!(keys(&it, person, NOW).await.unwrap().1, role);
    }
    assert_eq!(it.read(&two, 3, NOW + DAY).await, None, "its end stays the same");
    assert_eq!(it.read(&one, 3, NOW + DAY).await.as_deref(), Some(ANSWER), "an owner has none");
    assert_eq!(it.store.owned_by(owner.id()).await.unwrap(), []);
    assert_eq!(it.store.owned_by(one.id()).await.unwrap(), [ID]);
    // The new owner does what owners do.
    invite(&it, &one, "p3@example.com", GrantRole::View, None, NOW).await;
    assert_eq!(it.it.revoke(&one, ID, owner.id(), NOW).await.unwrap(), Revoked::Done);
    assert_eq!(it.read(&owner, 3, NOW).await, None);
    assert_eq!(it.read(&one, 3, NOW).await.as_deref(), Some(ANSWER));
    assert!(it.it.delete_session(&one, ID, NOW).await.unwrap());
}
