//! Accounts on a store of their own, with a mailbox that is read as the server would send it.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use affiant_backend::{
    Letter, Limits as _, Lookup, Outbox as _, SecretKind, SecretName, SessionId, SessionRow,
    SessionStore as _, StepRow,
};
use affiant_guard::{Admission, Blind, Guard};
use affiant_keyring::Keys;
use affiant_passkey::Site;
use affiant_storage_sqlite::{Databases, Options};
use affiant_vault::{
    Cost, Head, KeySet, Master, NoRandomness, Password, Randomness, Scope, Secret, Seed, Token,
};
use tempfile::TempDir;

use crate::{
    AccountError, Accounts, Address, Confirmed, Hashing, NewPassword, Parts, Person, Profile,
    Registration, Sender, Settings, SignedIn, Signing, Way, head_of, open_letter,
};

pub(super) const NOW: i64 = 1_795_000_000;
pub(super) const DAY: i64 = 86_400;
pub(super) const PASSWORD: &str = "seven lamps on a wet quay";
pub(super) const OTHER: &str = "a kettle under the old stairs";

/// Bytes that differ from call to call.
#[derive(Default)]
struct Counting(AtomicU64);

impl Randomness for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        for chunk in buffer.chunks_mut(8) {
            let next = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            let mixed = (next ^ (next >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            chunk.copy_from_slice(&mixed.to_be_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

struct Names(Arc<Keys>);

impl Blind for Names {
    fn blind(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.0.master().tag("guard", parts)
    }
}

pub(super) struct World {
    folder: TempDir,
    randomness: Arc<Counting>,
    pub(super) store: affiant_storage_sqlite::Main,
    pub(super) keys: Arc<Keys>,
    pub(super) it: Accounts,
    seen: std::sync::Mutex<BTreeSet<[u8; 16]>>,
}

/// A request of the day `day` after the first, from an address of its own for each.
pub(super) fn at(now: i64) -> Sender<'static> {
    let spread = u32::try_from(now - NOW).unwrap_or(0);
    let address = IpAddr::V4(Ipv4Addr::from(0x0a00_0001 + spread));
    Sender { address, device: "", agent: "Firefox on Linux", now }
}

pub(super) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(super) fn typed(text: &str) -> Password {
    Password::parse(text).unwrap()
}

pub(super) fn new(text: &str) -> NewPassword {
    NewPassword::parse(text, false, &[]).unwrap()
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(Hashing::Set(Cost::FLOOR)).await
    }

    /// A server whose passwords cost something else.
    pub(super) async fn with(hashing: Hashing) -> Self {
        Self::over(tempfile::tempdir().unwrap(), Arc::default(), hashing).await
    }

    /// The next server with the same databases.
    pub(super) async fn again(self, hashing: Hashing) -> Self {
        Self::over(self.folder, self.randomness, hashing).await
    }

    async fn over(folder: TempDir, randomness: Arc<Counting>, hashing: Hashing) -> Self {
        let options = Options { folder: folder.path().to_owned(), max_pages: None };
        let databases = Databases::open(&options).await.unwrap();
        let ring = Arc::new(databases.secrets.clone());
        let master = Master::take(&mut [7; 32]);
        let keys = Arc::new(Keys::open(ring, master, randomness.clone(), NOW).await.unwrap());
        let store = databases.main.clone();
        let guard = Guard::new(Arc::new(store.clone()), Arc::new(Names(Arc::clone(&keys))));
        let mut settings = Settings::new("https://site.example");
        settings.hashing = hashing;
        let it = Accounts::new(Parts {
            store: Arc::new(store.clone()),
            keys: Arc::clone(&keys),
            guard: Arc::new(guard),
            admission: Arc::new(Admission::new(2)),
            randomness: randomness.clone(),
            site: Site::new("https://site.example", "Site").ok().map(Arc::new),
            settings,
        });
        Self { folder, randomness, store, keys, it, seen: std::sync::Mutex::default() }
    }

    /// Lets go of what counts tries, as if the person had waited for days.
    pub(super) async fn rest(&self) {
        self.store.forget(NOW + 1_000 * DAY).await.unwrap();
    }

    /// The letters since the last call.
    pub(super) async fn letters(&self) -> Vec<Letter> {
        let all = self.store.claim_mail(i64::MAX / 2, 0, 1_000).await.unwrap();
        let mut seen = self.seen.lock().unwrap();
        all.iter()
            .filter(|it| seen.insert(it.id))
            .map(|it| open_letter(self.keys.master(), self.keys.deployment(), &it.sealed).unwrap())
            .collect()
    }

    /// The template of the only letter since the last call, and what its link ends in.
    pub(super) async fn letter(&self) -> (&'static str, String) {
        let letters = self.letters().await;
        assert_eq!(letters.len(), 1, "{:?}", templates(&letters));
        let link = letters[0].values.iter().find(|(name, _)| *name == "link");
        let end = link.map_or("", |(_, it)| it.rsplit('/').next().unwrap_or(""));
        (letters[0].template, end.to_owned())
    }

    pub(super) async fn register(&self, email: &str, password: &str, now: i64) -> Token {
        self.register_in(email, password, now, false).await
    }

    pub(super) async fn register_in(
        &self,
        email: &str,
        password: &str,
        now: i64,
        in_custody: bool,
    ) -> Token {
        let wanted = Registration {
            address: &address(email),
            way: Way::Password(new(password)),
            profile: Profile { name: "Ada".to_owned(), ..Profile::default() },
            language: "en",
            in_custody,
        };
        let (token, made) = self.it.register(wanted, &at(now)).await.unwrap();
        self.it.finish_registering(made).await.unwrap();
        token.reveal(|it| Token::take(&mut { *it }))
    }

    /// Registers and confirms in another browser.
    pub(super) async fn person(&self, email: &str, password: &str, now: i64) -> SignedIn {
        self.person_in(email, password, now, false).await
    }

    /// The same, with a key that the server keeps too, or without.
    pub(super) async fn person_in(
        &self,
        email: &str,
        password: &str,
        now: i64,
        in_custody: bool,
    ) -> SignedIn {
        self.letters().await;
        self.register_in(email, password, now, in_custody).await;
        let (template, link) = self.letter().await;
        assert_eq!(template, "confirm");
        let done = self.it.confirm(&link, None, Some(typed(password)), &at(now)).await.unwrap();
        match done {
            Confirmed::SignedIn(it) => *it,
            _ => panic!("the address was not confirmed"),
        }
    }

    pub(super) async fn sign_in(
        &self,
        email: &str,
        password: &str,
        now: i64,
    ) -> Result<Signing, AccountError> {
        self.it.sign_in(&address(email), typed(password), None, &at(now)).await
    }

    /// Signs in, which must work.
    pub(super) async fn enter(&self, email: &str, password: &str, now: i64) -> Person {
        match self.sign_in(email, password, now).await.unwrap() {
            Signing::Done(it) => it.person,
            _ => panic!("the password is wrong"),
        }
    }

    /// A visitor's session in which `answer` was given.
    pub(super) async fn visitor(&self, id: u8, answer: &str) -> Token {
        let mut bytes = [id; 32];
        let token = Token::take(&mut bytes);
        let scope = Scope { deployment: self.keys.deployment(), session: [id; 16], epoch: 0 };
        let (seed, secret) = (Secret::take(&mut [id ^ 1; 32]), Secret::take(&mut [id ^ 2; 32]));
        let random = Counting::default();
        let wrapped = token.wrap(&scope, &seed, &random).unwrap();
        let name = SecretName { kind: SecretKind::Session, id: [id; 16], epoch: 0 };
        self.keys.put(name, &secret, NOW).await.unwrap();
        let keys = KeySet::whole(scope, Seed::anonymous(seed), secret);
        let head = Head::first();
        let row = SessionRow {
            id: SessionId([id; 16]),
            lookup: Lookup(token.lookup()),
            interview: "letter".to_owned(),
            wrapped,
            revision: 0,
            last_step: 0,
            created: NOW,
            touched: NOW,
            epoch: 0,
            head: keys.seal_head("letter", &head, &random).unwrap(),
        };
        let first = head.step(0).unwrap();
        let sealed = keys.seal(first, "snapshot", answer.as_bytes(), &random).unwrap();
        let delta = keys.seal(first, "delta", b"", &random).unwrap();
        let step = StepRow { number: 0, delta, snapshot: Some(sealed) };
        self.store.create(row, step).await.unwrap();
        token
    }

    /// What a person reads of a session; `None` if it does not open for them.
    pub(super) async fn read(&self, person: &Person, id: u8, now: i64) -> Option<String> {
        use affiant_backend::GrantStore as _;
        let (row, history) = self.store.load_session(SessionId([id; 16]), None).await.unwrap()?;
        let (keys, _) = self.it.session_keys(person, &row, now).await.unwrap()?;
        let step = head_of(&keys, &row).unwrap().step(0).unwrap();
        let (_, sealed) = history.snapshot.as_ref().unwrap();
        let mut text = None;
        let see = |_: &str, it: &[u8]| text = Some(String::from_utf8(it.to_vec()).unwrap());
        keys.open(step, "snapshot", sealed, see).unwrap();
        text
    }
}

pub(super) fn templates(letters: &[Letter]) -> Vec<&'static str> {
    letters.iter().map(|it| it.template).collect()
}

/// Bytes that differ from call to call.
pub(super) fn counting() -> impl Randomness {
    Counting::default()
}
