//! What is denied reaches the component as a denial, for every function of every capability in every
//! kind of plugin that may import it; and what the host does not do it denies.

use affiant_guest::{Path, Value};
use jiff::civil::Date;
use wit_parser::{Int, Type, TypeDefKind};

use super::{all, loaded};
use crate::testing::{
    CONTRACTS, Contracts, Crossing, Module, RESULT, RETURNED, act, exports, imports, kind_with,
};
use crate::{
    Denial, Denied, FaultKind, Grant, Host, Kind, Letter, Level, Limits, NetworkProblem, Plugin,
    Request, Response, Stopped, Unanswered,
};

/// Denies everything, and says why.
struct Denying(Denial);

impl Denying {
    fn no(&self, grant: Grant) -> Denied {
        Denied::new(grant, self.0)
    }
}

impl Host for Denying {
    fn answer(&mut self, _: &Path) -> Result<Value, Unanswered> {
        Err(self.no(Grant::Answers).into())
    }
    fn is_known(&mut self, _: &Path) -> Result<bool, Denied> {
        Err(self.no(Grant::Answers))
    }
    fn propose(&mut self, _: &Path, _: Value) -> Result<(), Denied> {
        Err(self.no(Grant::Proposals))
    }
    fn template(&mut self, _: &str) -> Result<Vec<u8>, Denied> {
        Err(self.no(Grant::Templates))
    }
    fn document(&mut self, _: &str, _: u64, _: u32) -> Result<Vec<u8>, Denied> {
        Err(self.no(Grant::Documents))
    }
    fn account(&mut self, _: &str) -> Result<Value, Denied> {
        Err(self.no(Grant::Account))
    }
    fn get(&mut self, _: &str, _: &str) -> Result<Option<Value>, Denied> {
        Err(self.no(Grant::Store))
    }
    fn set(&mut self, _: &str, _: &str, _: Value) -> Result<(), Denied> {
        Err(self.no(Grant::Store))
    }
    fn remove(&mut self, _: &str, _: &str) -> Result<(), Denied> {
        Err(self.no(Grant::Store))
    }
    fn keys(&mut self, _: &str, _: &str, _: &str, _: u32) -> Result<Vec<String>, Denied> {
        Err(self.no(Grant::Store))
    }
    fn fetch(&mut self, _: Request) -> Result<Response, NetworkProblem> {
        Err(NetworkProblem::Denied(self.no(Grant::Http)))
    }
    fn send(&mut self, _: Letter) -> Result<(), Denied> {
        Err(self.no(Grant::Mail))
    }
    fn now(&mut self) -> Result<u64, Denied> {
        Err(self.no(Grant::Clock))
    }
    fn today(&mut self) -> Result<Date, Denied> {
        Err(self.no(Grant::Clock))
    }
    fn random(&mut self, _: &mut [u8]) -> Result<(), Denied> {
        Err(self.no(Grant::Random))
    }
    fn log(&mut self, _: Level, _: &str) -> Result<(), Denied> {
        Err(self.no(Grant::Log))
    }
}

/// Implements nothing.
struct Nobody;

impl Host for Nobody {}

const DENIALS: [Denial; 5] = [
    Denial::NotDeclared,
    Denial::NotGranted,
    Denial::NoConsent,
    Denial::LabelBlocked,
    Denial::OverLimit,
];

/// Where in a result the error begins, and which of its cases holds a denial, if it has cases.
fn error(result: Type) -> (usize, Option<usize>) {
    let Contracts { resolve, sizes } = &*CONTRACTS;
    let Type::Id(id) = result else { panic!("a result has a name or none") };
    let TypeDefKind::Result(it) = &resolve.types[id].kind else { panic!("it is a result") };
    let offset = sizes.payload_offset(Int::U8, [it.ok.as_ref(), it.err.as_ref()]);
    let mut error = it.err.expect("a result with an error");
    loop {
        let Type::Id(id) = error else { panic!("an error has a name") };
        match &resolve.types[id].kind {
            TypeDefKind::Type(it) => error = *it,
            TypeDefKind::Variant(it) => {
                let case = it.cases.iter().position(|it| it.name == "denied");
                return (offset.size_wasm32(), Some(case.expect("a case that denies")));
            }
            TypeDefKind::Record(_) => return (offset.size_wasm32(), None),
            other => panic!("{other:?}"),
        }
    }
}

/// A component whose every export calls one function of the host, and hands its denial on as it is;
/// it traps when there is none.
fn asking(called: &Crossing, kind: Kind) -> Vec<u8> {
    handing_on(called, &called.call(), kind)
}

fn handing_on(called: &Crossing, call: &str, kind: Kind) -> Vec<u8> {
    let (from, from_case) = error(called.result);
    let failing = exports(kind).into_iter().find(|it| is_failing(it.result)).unwrap();
    let (to, to_case) = error(failing.result);
    let case = to_case.expect("what components return says why they failed");
    let from = RETURNED as usize + from + if from_case.is_some() { 4 } else { 0 };
    let is_denial = match from_case {
        Some(case) => format!("(i32.eq (i32.load8_u (i32.const {})) (i32.const {case}))", from - 4),
        None => "(i32.const 1)".to_owned(),
    };
    let to = RESULT as usize + to;
    let body = format!(
        "{call}
         (if (i32.eqz (i32.and (i32.load8_u (i32.const {RETURNED})) {is_denial}))
             (then unreachable))
         (i32.store8 (i32.const {RESULT}) (i32.const 1))
         (i32.store8 (i32.const {to}) (i32.const {case}))
         (i64.store align=1 (i32.const {}) (i64.load align=1 (i32.const {from})))
         (i32.store8 (i32.const {}) (i32.load8_u (i32.const {})))
         (i32.const {RESULT})",
        to + 4,
        to + 12,
        from + 8,
    );
    Module { imports: called.import(), body, ..Module::default() }.component(kind)
}

fn is_failing(result: Type) -> bool {
    let Type::Id(id) = result else { return false };
    matches!(&CONTRACTS.resolve.types[id].kind, TypeDefKind::Result(_))
}

/// What the first export of a kind that can fail ends in.
fn ends(plugin: &Plugin, host: Box<dyn Host>) -> Result<(), Stopped> {
    let failing = exports(plugin.kind()).into_iter().find(|it| is_failing(it.result)).unwrap();
    act(&mut plugin.evaluation(host, Limits::default()), &failing.export())
}

fn assert_denied(ended: Result<(), Stopped>, expected: &Denied, what: &str) {
    match ended {
        Err(Stopped::Fault(fault)) => {
            assert_eq!(fault.kind, FaultKind::Denied(expected.clone()), "{what}");
        }
        other => panic!("{what}: {other:?}"),
    }
}

#[test]
fn every_denial_of_every_capability_reaches_the_component_in_every_kind() {
    let mut seen = 0;
    for kind in Kind::ALL {
        for grant in kind.grants() {
            for called in imports(*grant) {
                let plugin = loaded(&asking(&called, kind), &all()).unwrap();
                for why in DENIALS {
                    let what = format!("{kind} {}.{} {why:?}", called.interface, called.name);
                    let ended = ends(&plugin, Box::new(Denying(why)));
                    assert_denied(ended, &Denied::new(*grant, why), &what);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn what_a_host_does_not_implement_is_denied_as_not_granted() {
    for grant in Grant::ALL {
        for called in imports(grant) {
            let plugin = loaded(&asking(&called, kind_with(grant)), &all()).unwrap();
            let expected = Denied::new(grant, Denial::NotGranted);
            assert_denied(ends(&plugin, Box::new(Nobody)), &expected, &called.name);
        }
    }
}

/// A component that calls a function of the host in this way, and hands its denial on.
fn asking_with(grant: Grant, name: &str, call: &str) -> Vec<u8> {
    let called = imports(grant).into_iter().find(|it| it.name == name).unwrap();
    handing_on(&called, call, Kind::Functions)
}

#[test]
fn too_much_of_the_host_at_once_is_over_a_limit() {
    let random = format!("(call $imported (i32.const 65537) (i32.const {RETURNED}))");
    let line = format!(
        "(call $imported (i32.const 0) (i32.const 4096) (i32.const 8193) (i32.const {RETURNED}))"
    );
    for (grant, name, call) in [(Grant::Random, "bytes", random), (Grant::Log, "write", line)] {
        let plugin = loaded(&asking_with(grant, name, &call), &all()).unwrap();
        let witness = super::Witness::default();
        let mut evaluation = plugin.evaluation(Box::new(witness.clone()), Limits::default());
        let ended = evaluation.call("f", &[]).map(drop);
        assert_denied(ended, &Denied::new(grant, Denial::OverLimit), name);
        assert!(witness.all().is_empty(), "{name}: the host was not asked");
    }
}
