//! What people took back of what they had agreed to, for the requests that were on their way: what a
//! plugin wants to keep in one of them comes too late.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use affiant_backend::SessionId;
use affiant_engine::{Notebook, OURS};
use tokio::sync::{Mutex, MutexGuard};

/// Sessions wait for each other if their ids begin alike; so many do not.
const PLACES: usize = 64;

/// Most that is remembered of a place. A request lasts for minutes at most, and nobody takes so much
/// back meanwhile.
const MOST: usize = 256;

/// A moment, by what had been taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Began(u64);

/// What was taken back lately, while the server runs: what it was doing before it stopped is stored by
/// nobody any more.
pub(crate) struct TakenBack {
    count: AtomicU64,
    places: [Mutex<Lately>; PLACES],
}

/// The last time, by session and plugin.
type Lately = BTreeMap<([u8; 16], String), u64>;

impl Default for TakenBack {
    fn default() -> Self {
        Self { count: AtomicU64::new(0), places: std::array::from_fn(|_| Mutex::default()) }
    }
}

impl TakenBack {
    /// Now.
    pub(crate) fn now(&self) -> Began {
        Began(self.count.load(Ordering::SeqCst))
    }

    /// Waits until nobody else stores what plugins keep about a session, and keeps others from it.
    pub(crate) async fn turn(&self, session: SessionId) -> Turn<'_> {
        let place = usize::from(session.0[0]) % PLACES;
        Turn { count: &self.count, session, lately: self.places[place].lock().await }
    }
}

/// The right to store what plugins keep about a session, until it is dropped.
pub(crate) struct Turn<'a> {
    count: &'a AtomicU64,
    session: SessionId,
    lately: MutexGuard<'a, Lately>,
}

impl Turn<'_> {
    /// What a plugin wants to keep in requests that have begun comes too late from now on.
    pub(crate) fn take_back(&mut self, plugin: &str) {
        let count = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        self.lately.insert((self.session.0, plugin.to_owned()), count);
        if self.lately.len() > MOST
            && let Some(oldest) = self.lately.iter().min_by_key(|it| it.1).map(|it| it.0.clone())
        {
            self.lately.remove(&oldest);
        }
    }

    /// Has a notebook of a request give up what was taken back since it began.
    pub(crate) fn forget_in(&self, notebook: &Notebook, began: Began) {
        // What it did, it did.
        notebook.give_up(|plugin, store| store != OURS && self.is_taken_back(plugin, began));
    }

    /// Whether what a plugin may do was taken back since a moment.
    pub(crate) fn is_taken_back(&self, plugin: &str, began: Began) -> bool {
        let last = self.lately.get(&(self.session.0, plugin.to_owned()));
        last.is_some_and(|it| *it > began.0)
    }
}

#[cfg(test)]
mod tests {
    use affiant_engine::Notes;

    use super::*;

    const ONE: SessionId = SessionId([1; 16]);
    const OTHER: SessionId = SessionId([2; 16]);

    /// What a request has left that began at a moment, in which two plugins kept a word.
    async fn left(it: &TakenBack, session: SessionId, began: Began) -> Vec<String> {
        let notebook = Notebook::new(Notes::new(), 7);
        for plugin in ["first", "second"] {
            assert!(notebook.put(plugin, "notes", "word", vec![1]));
        }
        it.turn(session).await.forget_in(&notebook, began);
        notebook.onto(Notes::new()).into_keys().collect()
    }

    #[tokio::test]
    async fn a_request_on_its_way_does_not_keep_what_was_taken_back_meanwhile() {
        let it = TakenBack::default();
        let before = it.now();
        assert_eq!(left(&it, ONE, before).await, ["first", "second"]);
        it.turn(ONE).await.take_back("first");
        assert_eq!(left(&it, ONE, before).await, ["second"]);
        assert_eq!(left(&it, OTHER, before).await, ["first", "second"]);
        // What a plugin did before stays known.
        let notebook = Notebook::new(Notes::new(), 7);
        assert!(notebook.put("first", OURS, "parcel", vec![1]));
        it.turn(ONE).await.forget_in(&notebook, before);
        assert!(notebook.is_changed());
        // Who agrees again is served by the next request.
        assert_eq!(left(&it, ONE, it.now()).await, ["first", "second"]);
    }

    #[tokio::test]
    async fn what_is_remembered_has_an_end() {
        let it = TakenBack::default();
        let before = it.now();
        it.turn(ONE).await.take_back("first");
        for number in 0..MOST {
            it.turn(ONE).await.take_back(&number.to_string());
        }
        assert_eq!(it.turn(ONE).await.lately.len(), MOST);
        assert_eq!(left(&it, ONE, before).await, ["first", "second"]);
    }
}
