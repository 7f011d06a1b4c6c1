//! Signing in with an account elsewhere, at a provider that says what it is told to.

use affiant_backend::{
    AccountStore as _, Identity, IdentityAnswer, IdentityError, IdentityProvider, IdentityQuestion,
    MethodKind,
};
use async_trait::async_trait;

use super::support::{NOW, OTHER, PASSWORD, World, address, at, new, typed};
use crate::{
    Alone, Along, Asked, Back, Came, Confirmed, Left, LinkAsked, Newcomer, Person, Profile,
    Registration, Signing, Unlinked, Unlocking, Way, With,
};

const ADA: &str = "ada@example.com";

/// A provider that believes whoever comes: the code is the subject. The state is in the address.
pub(super) struct Lamp(&'static str);

#[async_trait]
impl IdentityProvider for Lamp {
    fn id(&self) -> &str {
        self.0
    }

    fn name(&self) -> &'static str {
        "Lamp"
    }

    fn run_by(&self) -> Option<&str> {
        None
    }

    async fn ask(&self, question: &IdentityQuestion<'_>) -> Result<String, IdentityError> {
        if self.0 == "dark" {
            return Err(IdentityError::Unavailable("it is dark".into()));
        }
        Ok(question.state.to_owned())
    }

    async fn identify(&self, answer: &IdentityAnswer<'_>) -> Result<Identity, IdentityError> {
        match answer.code {
            "a lie" => Err(IdentityError::Refused("a lie".into())),
            "dark" => Err(IdentityError::Unavailable("it is dark".into())),
            subject => Ok(Identity {
                issuer: format!("https://{}.example", self.0),
                subject: subject.to_owned(),
                email: Some(ADA.to_owned()),
                name: Some("Ada at Lamp".to_owned()),
            }),
        }
    }

    fn sign_out(&self) -> Option<String> {
        None
    }
}

pub(super) const LAMP: Lamp = Lamp("lamp");

pub(super) async fn asked(it: &World, now: i64) -> (String, String) {
    match it.it.ask_provider(&LAMP, Along::Nothing, now).await.unwrap() {
        Asked::Asked { address, cookie } => (address, cookie),
        Asked::Unavailable => panic!("it does not answer"),
    }
}

/// Goes to Lamp and comes back as somebody.
pub(super) async fn back(it: &World, subject: &str, person: Option<&Person>, now: i64) -> Back {
    let (state, cookie) = asked(it, now).await;
    let came = Came { cookie: &cookie, state: &state, code: Some(subject), issuer: None };
    it.it.back_from_provider(&LAMP, &came, person, &at(now)).await.unwrap()
}

/// Somebody whom Lamp knows, and we do not.
pub(super) async fn newcomer(it: &World, subject: &str, now: i64) -> Newcomer {
    let Back::New(cookie) = back(it, subject, None, now).await else { panic!("known already") };
    it.it.newcomer(&cookie, now).await.unwrap().unwrap()
}

/// Registers, as far as the letter; what its link ends in.
pub(super) async fn begun(it: &World, way: Way, email: &str, held: bool, now: i64) -> String {
    let wanted = Registration {
        address: &address(email),
        way,
        profile: Profile::default(),
        language: "en",
        in_custody: held,
    };
    it.letters().await;
    let (_, made) = it.it.register(wanted, &at(now)).await.unwrap();
    it.it.finish_registering(made).await.unwrap();
    it.letter().await.1
}

/// Somebody new registers, and confirms in another browser.
async fn registered(it: &World, subject: &str, email: &str, held: bool, now: i64) -> Person {
    let Back::New(cookie) = back(it, subject, None, now).await else { panic!("known already") };
    let newcomer = it.it.newcomer(&cookie, now).await.unwrap().unwrap();
    assert_eq!(newcomer.email.as_deref(), Some(ADA));
    let link = begun(it, Way::Provider(newcomer, new(PASSWORD)), email, held, now).await;
    assert!(it.it.newcomer(&cookie, now).await.unwrap().is_none(), "it was used up");
    let confirmed = it.it.confirm(&link, None, Some(typed(PASSWORD)), &at(now + 1)).await.unwrap();
    let Confirmed::SignedIn(done) = confirmed else { panic!("not confirmed") };
    done.person
}

async fn unlock(it: &World, cookie: &str, word: &str, now: i64) -> Unlocking {
    it.it.unlock_behind_provider(cookie, With::Typed(typed(word)), &at(now)).await.unwrap()
}

#[tokio::test]
async fn who_registered_with_a_provider_needs_it_and_the_passphrase() {
    let it = World::new().await;
    let ada = registered(&it, "7", ADA, false, NOW).await;
    assert!(!it.it.is_in_custody(&ada.account).await.unwrap());
    assert!(matches!(it.sign_in(ADA, PASSWORD, NOW + 5).await.unwrap(), Signing::Wrong));
    let Back::Unlock(cookie) = back(&it, "7", None, NOW + 10).await else { panic!("not known") };
    assert!(it.it.unlock_offer(&cookie, NOW + 10).await.unwrap().unwrap().passphrase);
    assert!(matches!(unlock(&it, &cookie, OTHER, NOW + 11).await, Unlocking::Wrong));
    let Unlocking::SignedIn(done) = unlock(&it, &cookie, PASSWORD, NOW + 20).await else {
        panic!("not unlocked")
    };
    assert_eq!(done.person.id(), ada.id());
    assert!(matches!(unlock(&it, &cookie, PASSWORD, NOW + 30).await, Unlocking::Over));
    let listed = it.it.identities(&ada).await.unwrap();
    assert_eq!((listed[0].provider.as_str(), listed[0].name.as_str()), ("lamp", "Ada at Lamp"));
}

#[tokio::test]
async fn nobody_is_found_by_an_address_that_a_provider_tells() {
    let it = World::new().await;
    let ada = it.person(ADA, PASSWORD, NOW).await.person;
    assert!(matches!(back(&it, "7", None, NOW + 5).await, Back::New(_)));
    assert!(it.it.identities(&ada).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_server_opens_the_account_of_who_chose_that_until_they_leave_it() {
    let it = World::new().await;
    registered(&it, "7", ADA, true, NOW).await;
    let Back::SignedIn(done) = back(&it, "7", None, NOW + 10).await else { panic!("not in") };
    let with = Alone::Typed(typed(PASSWORD));
    let left = it.it.leave_custody(&done.person, with, &at(NOW + 20)).await.unwrap();
    let Left::Done(done) = left else { panic!("not left") };
    let methods = it.store.methods(done.person.id()).await.unwrap();
    assert!(methods.iter().all(|it| it.kind == MethodKind::Passphrase && it.key_epoch == 1));
    assert_eq!(it.it.identities(&done.person).await.unwrap()[0].name, "Ada at Lamp");
    let Back::Unlock(cookie) = back(&it, "7", None, NOW + 30).await else { panic!("still open") };
    assert!(matches!(unlock(&it, &cookie, PASSWORD, NOW + 40).await, Unlocking::SignedIn(_)));
}

#[tokio::test]
async fn an_answer_fits_its_question_its_browser_and_its_provider_and_is_used_once() {
    let it = World::new().await;
    registered(&it, "7", ADA, true, NOW).await;
    let (state, cookie) = asked(&it, NOW + 10).await;
    let (other_state, other_cookie) = asked(&it, NOW + 10).await;
    let right = Came { cookie: &cookie, state: &state, code: Some("7"), issuer: None };
    let wrong = [
        Came { cookie: &other_cookie, ..right },
        Came { state: &other_state, ..right },
        Came { state: "", ..right },
        Came { cookie: "", ..right },
    ];
    for (spread, came) in wrong.iter().enumerate() {
        let sender = at(NOW + 20 + i64::try_from(spread).unwrap());
        let back = it.it.back_from_provider(&LAMP, came, None, &sender).await.unwrap();
        assert!(matches!(back, Back::Over));
    }
    let other = it.it.back_from_provider(&Lamp("quay"), &right, None, &at(NOW + 30)).await.unwrap();
    assert!(matches!(other, Back::Over), "it was asked of another");
    let done = it.it.back_from_provider(&LAMP, &right, None, &at(NOW + 31)).await.unwrap();
    assert!(matches!(done, Back::SignedIn(_)));
    let again = it.it.back_from_provider(&LAMP, &right, None, &at(NOW + 32)).await.unwrap();
    assert!(matches!(again, Back::Over));
    let late = Came { cookie: &other_cookie, state: &other_state, ..right };
    let late = it.it.back_from_provider(&LAMP, &late, None, &at(NOW + 700)).await.unwrap();
    assert!(matches!(late, Back::Over));
    for (code, now) in [("a lie", NOW + 40), ("dark", NOW + 50)] {
        let came = back(&it, code, None, now).await;
        assert!(matches!(came, Back::Refused | Back::Unavailable), "{code}");
    }
    let dark = it.it.ask_provider(&Lamp("dark"), Along::Nothing, NOW).await.unwrap();
    assert!(matches!(dark, Asked::Unavailable));
}

#[tokio::test]
async fn an_identity_signs_in_to_one_account_and_unlinking_leaves_a_way_in() {
    let it = World::new().await;
    let ada = registered(&it, "7", ADA, false, NOW).await;
    let grace = it.person("grace@example.com", PASSWORD, NOW + 5).await.person;
    for (subject, fits) in [("7", false), ("8", true)] {
        let now = NOW + 20 + i64::from(fits) * 10;
        let asked = it.it.ask_to_link(&LAMP, &grace, typed(PASSWORD), &at(now)).await.unwrap();
        let LinkAsked::Right(Asked::Asked { address: state, cookie }) = asked else {
            panic!("not asked")
        };
        let came = Came { cookie: &cookie, state: &state, code: Some(subject), issuer: None };
        let back = it.it.back_from_provider(&LAMP, &came, Some(&grace), &at(now)).await.unwrap();
        assert_eq!(matches!(back, Back::Linked), fits);
        assert_eq!(matches!(back, Back::Taken), !fits);
    }
    let lookup = it.it.identities(&ada).await.unwrap()[0].lookup;
    let unlink = async |word: &'static str, now| {
        it.it.unlink(&ada, lookup, typed(word), &at(now)).await.unwrap()
    };
    assert_eq!(unlink(OTHER, NOW + 50).await, Unlinked::WrongPassword);
    assert_eq!(unlink(PASSWORD, NOW + 60).await, Unlinked::PasswordNow);
    assert!(matches!(it.sign_in(ADA, PASSWORD, NOW + 70).await.unwrap(), Signing::Done(_)));
    assert!(matches!(back(&it, "7", None, NOW + 80).await, Back::New(_)));
    let theirs = it.it.identities(&grace).await.unwrap()[0].lookup;
    let done = it.it.unlink(&grace, theirs, typed(PASSWORD), &at(NOW + 90)).await.unwrap();
    assert_eq!(done, Unlinked::Done);
}
