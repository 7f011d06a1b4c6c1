//! Components, good and hostile, written as WAT.

mod apart;
mod build;
mod cache;
mod denials;
mod good;
mod hostile;
mod kinds;
mod loading;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex};

use affiant_guest::Value;
use jiff::civil::Date;

use crate::{
    Denial, Denied, Engine, Evaluation, FaultKind, Grant, Host, Identity, Level, Limits, LoadError,
    NetworkProblem, Plugin, Request, Response, Stopped,
};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

fn identity() -> Identity {
    Identity { plugin: "org.example.test".to_owned(), version: "1.2.3".to_owned() }
}

/// A host that does what it is asked, and writes down that it was.
#[derive(Clone, Default)]
struct Witness {
    seen: Arc<Mutex<Vec<String>>>,
    kept: Option<Value>,
    denies: bool,
}

impl Witness {
    fn saw(&self, what: impl Into<String>) {
        self.seen.lock().unwrap().push(what.into());
    }

    fn all(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn no() -> Denied {
    Denied { capability: "kv.private".to_owned(), why: Denial::NoConsent }
}

impl Host for Witness {
    fn get(&mut self, store: &str, key: &str) -> Result<Option<Value>, Denied> {
        self.saw(format!("get {store} {key}"));
        if self.denies { Err(no()) } else { Ok(self.kept.clone()) }
    }

    fn set(&mut self, store: &str, key: &str, value: Value) -> Result<(), Denied> {
        self.saw(format!("set {store} {key} {value:?}"));
        if self.denies { Err(no()) } else { Ok(()) }
    }

    fn remove(&mut self, store: &str, key: &str) -> Result<(), Denied> {
        self.saw(format!("remove {store} {key}"));
        Ok(())
    }

    fn keys(&mut self, _: &str, _: &str, _: &str, _: u32) -> Result<Vec<String>, Denied> {
        Ok(Vec::new())
    }

    fn fetch(&mut self, request: Request) -> Result<Response, NetworkProblem> {
        self.saw(format!("fetch {}", request.url));
        Err(NetworkProblem::Unreachable)
    }

    fn now(&mut self) -> Result<u64, Denied> {
        Ok(1_000)
    }

    fn today(&mut self) -> Result<Date, Denied> {
        Ok(Date::constant(2026, 11, 27))
    }

    fn random(&mut self, buffer: &mut [u8]) -> Result<(), Denied> {
        self.saw(format!("random {}", buffer.len()));
        buffer.fill(7);
        Ok(())
    }

    fn log(&mut self, _: Level, message: &str) -> Result<(), Denied> {
        self.saw(format!("log {}", message.len()));
        Ok(())
    }
}

/// Everything there is to grant.
fn all() -> BTreeSet<Grant> {
    Grant::ALL.into_iter().collect()
}

fn loaded(component: &[u8], grants: &BTreeSet<Grant>) -> Result<Plugin, LoadError> {
    Plugin::load(&ENGINE, identity(), component, grants)
}

/// Makes a component ready, with everything granted.
fn load(core: &str) -> Plugin {
    loaded(&build::component(core), &all()).unwrap()
}

fn evaluation(core: &str) -> Evaluation {
    load(core).evaluation(Box::new(Witness::default()), Limits::default())
}

/// How the one call of a component ends, which is not well.
fn fault(core: &str) -> FaultKind {
    fault_of(&mut evaluation(core), &[])
}

fn fault_of(evaluation: &mut Evaluation, arguments: &[Value]) -> FaultKind {
    match evaluation.call("f", arguments) {
        Err(Stopped::Fault(fault)) => {
            assert_eq!(fault.who, identity());
            fault.kind
        }
        other => panic!("{other:?}"),
    }
}
