//! A host that answers from memory and records what a component lets out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use affiant_guest::{Path, Value};
use affiant_manifest::Origin;
use affiant_wasm::{
    Denial, Denied, Grant, Header, Host, Letter, Level, NetworkProblem, Request, Response,
    Unanswered,
};
use jiff::SignedDuration;
use jiff::civil::Date;

use crate::canary::Canary;
use crate::rules::Rules;

/// Most keys that are given at once, as a server does.
const MOST_KEYS: usize = 1_000;

/// When the host's clock begins, in seconds of the Unix epoch: on 15 January 2027.
const BEGAN: u64 = 1_800_000_000;

/// What answers requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// Everything goes well.
    Fine,
    /// Everything is elsewhere, where nobody may go.
    Redirects,
    /// Nobody answers.
    Unreachable,
    /// Answers come too slowly.
    Slow,
    /// Answers are too large.
    Large,
    /// Answers are an error of the other side, and no text.
    Broken,
}

impl Network {
    /// Those that are trouble.
    pub(crate) const TROUBLE: [Self; 5] =
        [Self::Redirects, Self::Unreachable, Self::Slow, Self::Large, Self::Broken];

    fn answer(self) -> Result<Response, NetworkProblem> {
        let answer =
            |status, headers, body: &[u8]| Response { status, headers, body: body.to_vec() };
        let elsewhere =
            Header { name: "location".to_owned(), value: "https://elsewhere.example/".to_owned() };
        match self {
            Self::Fine => Ok(answer(200, Vec::new(), b"{}")),
            Self::Redirects => Ok(answer(302, vec![elsewhere], b"")),
            Self::Unreachable => Err(NetworkProblem::Unreachable),
            Self::Slow => Err(NetworkProblem::TooSlow),
            Self::Large => Err(NetworkProblem::TooLarge),
            Self::Broken => Ok(answer(500, Vec::new(), b"\xff\x00")),
        }
    }
}

/// How a host is for one run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) rules: Rules,
    /// Who is served, whose data are canaries.
    pub(crate) person: u8,
    /// What is denied, and why.
    pub(crate) denies: Option<(BTreeSet<Grant>, Denial)>,
    pub(crate) network: Network,
}

impl Plan {
    /// A host that denies nothing.
    pub(crate) fn fine(rules: Rules, person: u8) -> Self {
        Self { rules, person, denies: None, network: Network::Fine }
    }

    /// The same host, that denies all of these.
    pub(crate) fn denying(self, denied: impl IntoIterator<Item = Grant>, why: Denial) -> Self {
        Self { denies: Some((denied.into_iter().collect(), why)), ..self }
    }

    /// The word that stands for everything of this kind.
    pub(crate) fn canary(&self, origin: Origin) -> Canary {
        Canary::new(origin, self.person)
    }
}

/// Something that left a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// Where to, for people.
    pub(crate) sink: String,
    /// What may be in it.
    pub(crate) allowed: BTreeSet<Origin>,
    pub(crate) bytes: Vec<u8>,
}

/// All that was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) left: Vec<Left>,
    /// Where the component wanted to go and may not, each in a sentence.
    pub(crate) undeclared: Vec<String>,
    /// What is kept: by store and key.
    pub(crate) kept: BTreeMap<(String, String), Value>,
    /// Since when, in seconds of the host's own clock.
    since: BTreeMap<(String, String), u64>,
    /// What that clock says.
    clock: u64,
}

impl Seen {
    fn keep(&mut self, place: (String, String), value: Value) {
        self.since.insert(place.clone(), self.clock);
        self.kept.insert(place, value);
    }
}

/// The host. Cloning it gives the same one.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    pub(crate) plan: Arc<Plan>,
    seen: Arc<Mutex<Seen>>,
}

impl Recorder {
    pub(crate) fn new(plan: Plan) -> Self {
        Self { plan: Arc::new(plan), seen: Arc::default() }
    }

    /// What was seen so far.
    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, note: impl FnOnce(&mut Seen)) {
        note(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn look<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Erases what is kept about people, as a server does without asking the plugin.
    pub(crate) fn erase(&self) {
        let rules = &self.plan.rules;
        self.note(|it| it.kept.retain(|(store, _), _| !rules.is_about_people(store)));
    }

    /// Lets so many seconds pass, and drops what is kept as long as promised, as a server does without
    /// asking the plugin.
    pub(crate) fn pass(&self, seconds: u64) {
        let rules = &self.plan.rules;
        self.note(|it| {
            it.clock = it.clock.saturating_add(seconds);
            let (clock, since) = (it.clock, &it.since);
            it.kept.retain(|place, _| {
                let age = clock - since.get(place).copied().unwrap_or(0);
                rules.end(&place.0).is_none_or(|end| age < end)
            });
        });
    }

    /// Keeps something before the component does.
    pub(crate) fn keep(&self, store: &str, key: String, value: Value) {
        self.note(|it| it.keep((store.to_owned(), key), value));
    }

    fn left(&self, sink: impl Into<String>, allowed: BTreeSet<Origin>, bytes: Vec<u8>) {
        let sink = sink.into();
        self.note(|it| it.left.push(Left { sink, allowed, bytes }));
    }

    fn check(&self, grant: Grant) -> Result<(), Denied> {
        match &self.plan.denies {
            Some((denied, why)) if denied.contains(&grant) => Err(Denied::new(grant, *why)),
            Some(_) | None => Ok(()),
        }
    }

    /// A store that the manifest lists.
    fn store(&self, store: &str) -> Result<BTreeSet<Origin>, Denied> {
        self.check(Grant::Store)?;
        let Some(allowed) = self.plan.rules.kept(store) else {
            let told = format!("it wants the store `{store}`, which no `[[server_storage]]` lists");
            self.note(|it| it.undeclared.push(told));
            return Err(Denied::new(Grant::Store, Denial::NotDeclared));
        };
        Ok(allowed.clone())
    }

    fn word(&self, origin: Origin) -> Value {
        Value::text(self.plan.canary(origin).word)
    }
}

impl Host for Recorder {
    fn setting(&mut self, name: &str) -> Option<Value> {
        if self.plan.rules.secrets.contains(name) {
            return None;
        }
        self.plan.rules.settings.get(name).map(|it| match it {
            affiant_manifest::Value::Text(it) => Value::text(it),
            affiant_manifest::Value::Int(it) => Value::Int((*it).into()),
            affiant_manifest::Value::Bool(it) => Value::Bool(*it),
        })
    }

    fn answer(&mut self, _: &Path) -> Result<Value, Unanswered> {
        self.check(Grant::Answers)?;
        Ok(self.word(Origin::Answers))
    }

    fn is_known(&mut self, _: &Path) -> Result<bool, Denied> {
        self.check(Grant::Answers)?;
        Ok(true)
    }

    fn propose(&mut self, _: &Path, _: Value) -> Result<(), Denied> {
        // The person whose data it is sees it, and nobody else.
        self.check(Grant::Proposals)
    }

    fn template(&mut self, _: &str) -> Result<Vec<u8>, Denied> {
        self.check(Grant::Templates)?;
        Ok(b"Dear {client.name},\n{{ client.name }}\n".to_vec())
    }

    fn document(&mut self, _: &str, offset: u64, length: u32) -> Result<Vec<u8>, Denied> {
        self.check(Grant::Documents)?;
        let bytes = self.plan.canary(Origin::Documents).word.into_bytes();
        let skipped = bytes.into_iter().skip(usize::try_from(offset).unwrap_or(usize::MAX));
        Ok(skipped.take(usize::try_from(length).unwrap_or(usize::MAX)).collect())
    }

    fn account(&mut self, _: &str) -> Result<Value, Denied> {
        self.check(Grant::Account)?;
        Ok(self.word(Origin::Account))
    }

    fn get(&mut self, store: &str, key: &str) -> Result<Option<Value>, Denied> {
        self.store(store)?;
        let place = (store.to_owned(), key.to_owned());
        Ok(self.look(|it| it.kept.get(&place).cloned()))
    }

    fn set(&mut self, store: &str, key: &str, value: Value) -> Result<(), Denied> {
        let allowed = self.store(store)?;
        let bytes = format!("{key} {value:?}").into_bytes();
        self.left(format!("the store `{store}`"), allowed, bytes);
        let place = (store.to_owned(), key.to_owned());
        self.note(|it| it.keep(place, value));
        Ok(())
    }

    fn remove(&mut self, store: &str, key: &str) -> Result<(), Denied> {
        self.store(store)?;
        let place = (store.to_owned(), key.to_owned());
        self.note(|it| drop(it.kept.remove(&place)));
        Ok(())
    }

    fn keys(
        &mut self,
        store: &str,
        prefix: &str,
        after: &str,
        most: u32,
    ) -> Result<Vec<String>, Denied> {
        self.store(store)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(MOST_KEYS);
        let from = (store.to_owned(), prefix.max(after).to_owned());
        Ok(self.look(|it| {
            let keys = it.kept.range(from..).map(|((at, key), _)| (at, key));
            let own = keys.take_while(|(at, key)| *at == store && key.starts_with(prefix));
            let behind = own.filter(|(_, key)| after.is_empty() || key.as_str() != after);
            behind.take(most).map(|(_, key)| key.clone()).collect()
        }))
    }

    fn fetch(&mut self, request: Request) -> Result<Response, NetworkProblem> {
        self.check(Grant::Http).map_err(NetworkProblem::Denied)?;
        let Some(allowed) = self.plan.rules.carried(&request) else {
            let told = format!("it wants `{}`, which no `[[network]]` lists", request.url);
            self.note(|it| it.undeclared.push(told));
            let denied = Denied::new(Grant::Http, Denial::NotDeclared);
            return Err(NetworkProblem::Denied(denied));
        };
        let mut bytes = request.url.clone().into_bytes();
        for header in &request.headers {
            bytes.extend(format!("\n{}: {}", header.name, header.value).into_bytes());
        }
        bytes.extend(&request.body);
        let sink = request.url.split('?').next().unwrap_or_default();
        self.left(format!("`{sink}`"), allowed, bytes);
        self.plan.network.answer()
    }

    fn send(&mut self, letter: Letter) -> Result<(), Denied> {
        self.check(Grant::Mail)?;
        // A letter goes to somebody; what may be in it is whatever the manifest speaks of.
        let bytes = format!("{}\n{}\n{}", letter.to, letter.subject, letter.body).into_bytes();
        self.left("a mail", self.plan.rules.spoken_of.clone(), bytes);
        Ok(())
    }

    fn now(&mut self) -> Result<u64, Denied> {
        self.check(Grant::Clock)?;
        Ok(BEGAN.saturating_add(self.look(|it| it.clock)).saturating_mul(1_000))
    }

    fn today(&mut self) -> Result<Date, Denied> {
        self.check(Grant::Clock)?;
        let passed = i64::try_from(self.look(|it| it.clock)).unwrap_or(i64::MAX);
        Ok(Date::constant(2027, 1, 15).saturating_add(SignedDuration::from_secs(passed)))
    }

    fn random(&mut self, buffer: &mut [u8]) -> Result<(), Denied> {
        self.check(Grant::Random)?;
        buffer.fill(7);
        Ok(())
    }

    fn log(&mut self, _: Level, message: &str) -> Result<(), Denied> {
        self.check(Grant::Log)?;
        self.left("the log", BTreeSet::new(), message.as_bytes().to_vec());
        Ok(())
    }
}
