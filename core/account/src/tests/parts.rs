//! Sharing certain sections of a session: who opens which, and what is left of it when it was taken
//! back or is over.

use affiant_backend::{
    Change, Commit as _, FilesOfStep, GrantRole, GrantRow, GrantStore as _, HeadRow, NextStep,
    SessionId, SessionStore as _, StepRow,
};

use super::support::{DAY, NOW, OTHER, PASSWORD, World, address, at, counting};
use crate::{Accepted, Extent, HandedOver, Invitation, Invited, Person, Revoked, head_of};

const ID: SessionId = SessionId([3; 16]);
const SECTIONS: [&str; 4] = ["a", "b", "c", "d"];

fn extent(sections: &[&str]) -> Extent {
    Extent::Sections(sections.iter().map(|it| (*it).to_owned()).collect())
}

/// Ada, whose session has a step in parts, each of which holds its own name.
async fn ada(it: &World) -> Person {
    let ada = it.person("ada@example.com", PASSWORD, NOW).await.person;
    it.it.take_over(&ada, &it.visitor(3, "before").await, NOW).await.unwrap();
    let row = it.store.session(ID).await.unwrap().unwrap();
    let (keys, _) = it.it.session_keys(&ada, &row, NOW).await.unwrap().unwrap();
    let parts: Vec<(&str, &[u8])> =
        SECTIONS.iter().map(|it| (*it, it.as_bytes())).chain([("", &b"all"[..])]).collect();
    let head = head_of(&keys, &row).unwrap().next(0, 1);
    let name = head.step(1).unwrap();
    let seal = |content: &str| keys.seal_parts(name, content, b"*", &parts, &counting()).unwrap();
    let step = StepRow { number: 1, delta: seal("delta"), snapshot: Some(seal("snapshot")) };
    let sealed = keys.seal_head(&row.interview, &head, &counting()).unwrap();
    let next = NextStep {
        session: ID,
        expected: 0,
        after: 0,
        step,
        head: HeadRow { revision: 1, sealed },
        files: FilesOfStep::default(),
        touched: NOW,
    };
    it.store.append(next).await.unwrap();
    ada
}

/// The parts that somebody opens, by what is in them; `None` if they cannot open the session.
async fn opened(it: &World, person: &Person, now: i64) -> Option<Vec<String>> {
    let (row, history) = it.store.load_session(ID, None).await.unwrap().unwrap();
    let (keys, _) = it.it.session_keys(person, &row, now).await.unwrap()?;
    let (number, sealed) = history.snapshot.as_ref().unwrap();
    let step = head_of(&keys, &row).unwrap().step(*number).unwrap();
    let mut found = Vec::new();
    keys.open(step, "snapshot", sealed, |name, content| {
        let content = String::from_utf8(content.to_vec()).unwrap();
        assert_eq!(content, if name.is_empty() { "all" } else { name });
        found.push(content);
    })
    .unwrap();
    Some(found)
}

async fn share(
    it: &World,
    owner: &Person,
    reader: &Person,
    extent: &Extent,
    until: Option<i64>,
    by_secret: bool,
) {
    let to = address(&it.it.address(reader).await.unwrap());
    let role = GrantRole::Answer;
    let wanted = Invitation { address: &to, name: "", role, extent, until };
    let Invited::Done(secret) = it.it.invite(owner, ID, wanted, NOW).await.unwrap() else {
        panic!("the invitation was refused");
    };
    let done = if by_secret {
        let code = secret.reveal(str::to_owned);
        it.it.accept_secret(reader, &code, at(NOW).address, NOW).await.unwrap()
    } else {
        let offers = it.it.offers(reader, NOW).await.unwrap();
        assert_eq!(offers[0].extent, *extent);
        it.it.accept(reader, offers[0].hash, NOW).await.unwrap()
    };
    assert_eq!(done, Accepted::Done(ID));
}

async fn other(it: &World, number: i64) -> Person {
    it.person(&format!("p{number}@example.com"), OTHER, NOW + number).await.person
}

fn parts(sections: &[&str]) -> Vec<String> {
    std::iter::once("*").chain(sections.iter().copied()).map(str::to_owned).collect()
}

#[tokio::test]
async fn each_of_five_people_opens_their_own_sections_and_nothing_after_it_ended() {
    let it = World::new().await;
    let owner = ada(&it).await;
    let all = ["*", "a", "b", "c", "d", "all"].map(str::to_owned).to_vec();
    assert_eq!(opened(&it, &owner, NOW).await, Some(all.clone()));
    let terms: [(&[&str], Option<i64>); 4] =
        [(&["a"], None), (&["b", "c"], Some(NOW + DAY)), (&[], None), (&["a", "b", "d"], None)];
    let mut people = Vec::new();
    for (number, (sections, until)) in (1..).zip(terms) {
        let person = other(&it, number).await;
        share(&it, &owner, &person, &extent(sections), until, number % 2 == 0).await;
        assert_eq!(opened(&it, &person, NOW).await, Some(parts(sections)));
        people.push(person);
    }
    let circle = it.it.circle(&owner, ID, NOW).await.unwrap().unwrap();
    let listed = circle.readers.iter().find(|it| it.account == people[3].id()).unwrap();
    assert_eq!(listed.extent, extent(&["a", "b", "d"]));

    // One's time is over, another one's session is taken back; the rest stays as it was.
    assert_eq!(opened(&it, &people[1], NOW + DAY).await, None);
    assert_eq!(it.it.revoke(&owner, ID, people[3].id(), NOW).await.unwrap(), Revoked::Done);
    assert_eq!(opened(&it, &people[3], NOW).await, None);
    assert_eq!(opened(&it, &people[0], NOW).await, Some(parts(&["a"])));
    assert_eq!(opened(&it, &people[1], NOW).await, Some(parts(&["b", "c"])));
    assert_eq!(opened(&it, &people[1], NOW + DAY).await, None);
    assert_eq!(opened(&it, &people[2], NOW).await, Some(parts(&[])));
    assert_eq!(opened(&it, &owner, NOW).await, Some(all));
}

#[tokio::test]
async fn somebody_with_some_sections_can_neither_share_nor_have_more_by_changing_the_row() {
    let it = World::new().await;
    let (owner, reader) = (ada(&it).await, other(&it, 1).await);
    share(&it, &owner, &reader, &extent(&["a", "b"]), None, false).await;
    let to = address("p2@example.com");
    let role = GrantRole::View;
    let whole = Extent::Whole;
    let wanted = Invitation { address: &to, name: "", role, extent: &whole, until: None };
    assert!(matches!(it.it.invite(&reader, ID, wanted, NOW).await.unwrap(), Invited::NotYours));
    let grant = it.store.grant(ID, reader.id()).await.unwrap().unwrap();
    let row = it.store.session(ID).await.unwrap().unwrap();
    for section in ["", "*\na\nc", "*\nb\na", "*\na", "*\na\nb\nc", "a\nb", "*", "*\na\n"] {
        it.store.commit(vec![Change::DeleteGrants(ID, reader.id())]).await.unwrap();
        let forged = GrantRow { section: section.to_owned(), ..grant.clone() };
        it.store.commit(vec![Change::PutGrant(forged)]).await.unwrap();
        assert!(it.it.session_keys(&reader, &row, NOW).await.is_err(), "{section:?}");
    }
}

#[tokio::test]
async fn the_newest_invitation_says_how_much_somebody_sees() {
    let it = World::new().await;
    let (owner, reader) = (ada(&it).await, other(&it, 1).await);
    for (sections, by_secret) in [(&["a", "b"][..], true), (&["c"], false), (&["a"], true)] {
        share(&it, &owner, &reader, &extent(sections), None, by_secret).await;
        assert_eq!(opened(&it, &reader, NOW).await, Some(parts(sections)));
    }
    share(&it, &owner, &reader, &Extent::Whole, None, false).await;
    assert_eq!(opened(&it, &reader, NOW).await.unwrap().len(), 6);
    assert_eq!(it.store.grants_on(ID).await.unwrap().len(), 2);
}

#[tokio::test]
async fn whoever_becomes_the_owner_opens_everything_and_others_as_much_as_before() {
    let it = World::new().await;
    let (owner, next, reader) = (ada(&it).await, other(&it, 1).await, other(&it, 2).await);
    share(&it, &owner, &next, &extent(&["a"]), None, false).await;
    share(&it, &owner, &reader, &extent(&["d"]), None, true).await;
    let done = it.it.hand_over(&owner, ID, next.id(), NOW).await.unwrap();
    assert_eq!(done, HandedOver::Done);
    assert_eq!(opened(&it, &next, NOW).await.unwrap().len(), 6);
    assert_eq!(opened(&it, &reader, NOW).await, Some(parts(&["d"])));
    assert_eq!(opened(&it, &owner, NOW).await.unwrap().len(), 6);
}
