//! Sharing by chance: five people do to one session what they may and what they may not, and what
//! each of them reads is compared with a few lines that say who should.

use affiant_backend::{GrantRole, GrantStore as _, Lookup, SessionId};
use fastrand::Rng;

use super::support::{DAY, NOW, OTHER, PASSWORD, World, address};
use crate::{Accepted, Extent, HandedOver, Invitation, Invited, Person, Revoked};

const ID: SessionId = SessionId([3; 16]);
const PEOPLE: usize = 5;

/// Who may do what until when, and what is offered to whom; `usize` is a person.
#[derive(Default)]
struct Model {
    owner: usize,
    readers: Vec<(usize, GrantRole, Option<i64>)>,
    offers: Vec<Offer>,
}

struct Offer {
    hash: Lookup,
    to: usize,
    role: GrantRole,
    until: Option<i64>,
    expires: i64,
}

impl Model {
    fn role(&self, who: usize, now: i64) -> Option<GrantRole> {
        if who == self.owner {
            return Some(GrantRole::Owner);
        }
        let mine = self.readers.iter().find(|it| it.0 == who)?;
        mine.2.is_none_or(|it| it > now).then_some(mine.1)
    }
}

async fn compare(it: &World, model: &Model, people: &[Person], now: i64) {
    let row = it.store.session(ID).await.unwrap().unwrap();
    for (who, person) in people.iter().enumerate() {
        let opened = it.it.session_keys(person, &row, now).await.unwrap();
        assert_eq!(opened.map(|it| it.1), model.role(who, now), "person {who}");
        let read = it.read(person, 3, now).await;
        assert_eq!(read.is_some(), model.role(who, now).is_some(), "person {who}");
    }
}

#[tokio::test]
async fn whatever_five_people_do_each_reads_what_is_granted_and_nothing_else() {
    let it = World::new().await;
    let mut people = Vec::new();
    for (who, password) in [PASSWORD, OTHER, OTHER, OTHER, OTHER].into_iter().enumerate() {
        let signed_in = it.person(&format!("p{who}@example.com"), password, NOW).await;
        people.push(signed_in.person);
        it.rest().await;
    }
    it.it.take_over(&people[0], &it.visitor(3, "forty-two").await, NOW).await.unwrap();
    let (mut model, mut now) = (Model::default(), NOW);
    let mut rng = Rng::with_seed(27);
    let mut done = [0_u32; 7];
    for _ in 0..300 {
        now += DAY / 8;
        it.rest().await;
        // Half of what happens is done by whoever may do it.
        let one = if rng.bool() { model.owner } else { rng.usize(0..PEOPLE) };
        let two = rng.usize(0..PEOPLE);
        let kind = rng.usize(0..7);
        let worked = match kind {
            0 | 1 => invite(&it, &mut model, &people, (one, two), &mut rng, now).await,
            2 | 3 => accept(&it, &mut model, &people, one, &mut rng, now).await,
            4 => {
                let revoked = it.it.revoke(&people[one], ID, people[two].id(), now).await.unwrap();
                let may = one == model.owner && one != two;
                assert_eq!(revoked == Revoked::Done, may);
                // Whose time is over has nothing that could be taken back: no new keys.
                if may && model.role(two, now).is_some() {
                    model.offers.clear();
                    model.readers.retain(|it| it.0 != two && it.2.is_none_or(|it| it > now));
                }
                may
            }
            5 => {
                it.it.leave(&people[one], ID, NOW).await.unwrap();
                model.readers.retain(|it| it.0 != one);
                one != model.owner
            }
            _ => hand_over(&it, &mut model, &people, (one, two), now).await,
        };
        done[kind] += u32::from(worked);
        compare(&it, &model, &people, now).await;
    }
    assert!(done.iter().all(|it| *it > 2), "each of them happened: {done:?}");
}

async fn invite(
    it: &World,
    model: &mut Model,
    people: &[Person],
    (one, two): (usize, usize),
    rng: &mut Rng,
    now: i64,
) -> bool {
    let role = if rng.bool() { GrantRole::View } else { GrantRole::Answer };
    let until = rng.bool().then(|| now + rng.i64(1..5) * DAY);
    let to = address(&format!("p{two}@example.com"));
    let wanted = Invitation { address: &to, name: "", role, extent: &Extent::Whole, until };
    match it.it.invite(&people[one], ID, wanted, now).await.unwrap() {
        Invited::Done(secret) => {
            assert!(one == model.owner && two != model.owner);
            let (hash, expires) = (Lookup(secret.lookup()), now + 7 * DAY);
            model.offers.push(Offer { hash, to: two, role, until, expires });
            true
        }
        Invited::NotYours => {
            assert_ne!(one, model.owner);
            false
        }
        Invited::Yourself => {
            assert_eq!(one, two);
            false
        }
        Invited::Full => panic!("there are five people"),
    }
}

async fn accept(
    it: &World,
    model: &mut Model,
    people: &[Person],
    one: usize,
    rng: &mut Rng,
    now: i64,
) -> bool {
    if model.offers.is_empty() {
        return false;
    }
    let offer = model.offers.remove(rng.usize(0..model.offers.len()));
    let one = if rng.bool() { offer.to } else { one };
    let accepted = it.it.accept(&people[one], offer.hash, now).await.unwrap();
    let is_over = offer.until.is_some_and(|it| it <= now);
    let may = one == offer.to && offer.expires > now && !is_over && one != model.owner;
    assert_eq!(accepted == Accepted::Done(ID), may);
    if may {
        model.readers.retain(|it| it.0 != one);
        model.readers.push((one, offer.role, offer.until));
    } else {
        model.offers.push(offer);
    }
    may
}

async fn hand_over(
    it: &World,
    model: &mut Model,
    people: &[Person],
    (one, two): (usize, usize),
    now: i64,
) -> bool {
    let handed = it.it.hand_over(&people[one], ID, people[two].id(), now).await.unwrap();
    let may = one == model.owner && two != one && model.role(two, now).is_some();
    assert_eq!(handed == HandedOver::Done, may);
    if may {
        model.owner = two;
        model.offers.clear();
        model.readers.retain(|it| it.0 != two && it.2.is_none_or(|it| it > now));
        model.readers.push((one, GrantRole::Answer, None));
    }
    may
}
