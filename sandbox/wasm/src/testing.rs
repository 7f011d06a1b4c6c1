//! Components for tests, good and hostile, made from WAT: behind the feature `testing`.
//!
//! [`hostile`] is the table of hostile components: what each is, and what it ends in. Most of its rows
//! come from families with parameters: every export of every kind of plugin, every function of the
//! host, every instruction that traps. [`ends`] runs one.
//!
//! What stands here panics when a test is written wrongly; it is no part of the program.

mod calls;
mod contract;
mod functions;
mod imports;
mod lower;
mod modules;
mod values;

use std::collections::BTreeSet;

use affiant_guest::{FileReference, Path, Value};

use crate::logic::Answer;
use crate::{
    Engine, Evaluation, FaultKind, Grant, Host, Identity, Kind, Limits, LoadError, Plugin, Stopped,
    analytics, assembly, delivery, lookup,
};

pub use contract::{CONTRACTS, Contracts, Crossing, Module, RESULT, RETURNED, exports, wide};
pub use contract::{foreign, imports, kind_with};
pub use functions::{GIVES_BACK, functions};
pub use lower::{Plain, data};

/// How a hostile component ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// [`FaultKind::OutOfFuel`]
    OutOfFuel,
    /// [`FaultKind::OutOfMemory`]
    OutOfMemory,
    /// [`FaultKind::OutOfStack`]
    OutOfStack,
    /// [`FaultKind::OverHostLimit`]
    OverHostLimit,
    /// [`FaultKind::Trapped`]
    Trapped,
    /// [`FaultKind::BadValue`]
    BadValue,
    /// [`LoadError::Broken`]
    Broken,
    /// [`LoadError::TooMuch`]
    TooMuch,
    /// [`LoadError::NotGranted`]
    NotGranted,
    /// [`LoadError::OutsideKind`]
    OutsideKind,
    /// [`LoadError::WrongVersion`]
    WrongVersion,
    /// [`LoadError::UnknownImport`]
    UnknownImport,
    /// [`LoadError::WrongContract`]
    WrongContract,
}

/// One hostile component.
pub struct Hostile {
    /// What it does.
    pub name: String,
    /// Its bytes.
    pub component: Vec<u8>,
    /// The export that is called, if it loads.
    pub export: String,
    /// How it ends.
    pub end: End,
}

/// What hostile components have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// They run: loops, memory, tables, recursion, traps, calls of the host.
    Calls,
    /// They look for what is outside, or fulfil another contract.
    Imports,
    /// They are strange by themselves.
    Modules,
    /// They return what is no value.
    Values,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Calls, Self::Imports, Self::Modules, Self::Values];

    /// Its components.
    pub fn rows(self) -> Vec<Hostile> {
        match self {
            Self::Calls => calls::rows(),
            Self::Imports => imports::rows(),
            Self::Modules => modules::rows(),
            Self::Values => values::rows(),
        }
    }
}

/// All hostile components.
pub fn hostile() -> Vec<Hostile> {
    Family::ALL.into_iter().flat_map(Family::rows).collect()
}

/// How one of them ends with everything granted, or what happens in place of that.
///
/// Fails with what happened when it is nothing that a hostile component can end in.
pub fn ends(
    engine: &Engine,
    it: &Hostile,
    host: Box<dyn Host>,
    limits: Limits,
) -> Result<End, String> {
    let who = Identity { plugin: "org.example.hostile".to_owned(), version: "6.6.6".to_owned() };
    let all: BTreeSet<Grant> = Grant::ALL.into_iter().collect();
    let plugin = match Plugin::load(engine, who.clone(), &it.component, &all) {
        Ok(it) => it,
        Err(LoadError::Broken(_)) => return Ok(End::Broken),
        Err(LoadError::TooMuch(_)) => return Ok(End::TooMuch),
        Err(LoadError::NotGranted { .. }) => return Ok(End::NotGranted),
        Err(LoadError::OutsideKind { .. }) => return Ok(End::OutsideKind),
        Err(LoadError::WrongVersion { .. }) => return Ok(End::WrongVersion),
        Err(LoadError::UnknownImport(_)) => return Ok(End::UnknownImport),
        Err(LoadError::WrongContract(_)) => return Ok(End::WrongContract),
        Err(other) => return Err(format!("{other:?}")),
    };
    let fault = match act(&mut plugin.evaluation(host, limits), &it.export) {
        Err(Stopped::Fault(it)) => it,
        other => return Err(format!("{other:?}")),
    };
    if fault.who != who {
        return Err(format!("it is the fault of {}", fault.who));
    }
    match fault.kind {
        FaultKind::OutOfFuel => Ok(End::OutOfFuel),
        FaultKind::OutOfMemory => Ok(End::OutOfMemory),
        FaultKind::OutOfStack => Ok(End::OutOfStack),
        FaultKind::OverHostLimit => Ok(End::OverHostLimit),
        FaultKind::Trapped => Ok(End::Trapped),
        FaultKind::BadValue(_) => Ok(End::BadValue),
        other => Err(format!("{other:?}")),
    }
}

/// Calls an export by its whole name, with something for each argument.
///
/// Panics for an export that no contract has.
pub fn act(it: &mut Evaluation, export: &str) -> Result<(), Stopped> {
    let answers = [Answer { variable: Path::root_of("client"), value: Value::text("Ada") }];
    match export {
        "affiant:functions/calls@1.0.0#describe" => Ok(it.describe().map(drop)?),
        "affiant:functions/calls@1.0.0#call" => it.call("f", &[Value::text("x")]).map(drop),
        "affiant:logic/interview@1.0.0#next" => it.next_step(&answers, "en").map(drop),
        "affiant:logic/interview@1.0.0#validate" => it.validate("s", &answers, "en").map(drop),
        "affiant:field/datatypes@1.0.0#describe" => Ok(it.datatypes().map(drop)?),
        "affiant:field/datatypes@1.0.0#parse" => it.parse("t", "1", "en").map(drop),
        "affiant:field/datatypes@1.0.0#show" => it.show("t", &Value::Int(1), "en").map(drop),
        "affiant:analytics/events@1.0.0#handle" => it.handle(&[event()]),
        "affiant:analytics/events@1.0.0#erase" => it.erase("7", None).map(drop),
        "affiant:lookup/suggestions@1.0.0#sources" => Ok(it.sources().map(drop)?),
        "affiant:lookup/suggestions@1.0.0#suggest" => it.suggest(&question()).map(drop),
        "affiant:delivery/deliveries@1.0.0#deliver" => it.deliver(&parcel()).map(drop),
        "affiant:assembly/documents@1.0.0#templates" => Ok(it.templates().map(drop)?),
        "affiant:assembly/documents@1.0.0#variables" => it.variables("t").map(drop),
        "affiant:assembly/documents@1.0.0#assemble" => it.assemble(&job()).map(drop),
        other => panic!("{other}"),
    }
}

/// Something that happened.
pub fn event() -> analytics::Event {
    analytics::Event {
        occasion: analytics::Occasion::ScreenShown,
        interview: "letter".to_owned(),
        screen: Some("begin".to_owned()),
        details: vec![("part".to_owned(), "1".to_owned())],
        time: 1_000,
        pseudonym: "7".to_owned(),
        account: None,
    }
}

/// Something that was typed.
pub fn question() -> lookup::Question {
    lookup::Question {
        source: "courts".to_owned(),
        typed: "a".to_owned(),
        language: "en".to_owned(),
        most: 2,
    }
}

/// Something to deliver, with a file.
pub fn parcel() -> delivery::Parcel {
    delivery::Parcel {
        id: "1".to_owned(),
        to: "court".to_owned(),
        details: vec![("case".to_owned(), Value::Int(5))],
        files: vec![FileReference {
            id: "1".to_owned(),
            name: "a.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            length: 9,
        }],
    }
}

/// A document that is wanted.
pub fn job() -> assembly::Job {
    assembly::Job {
        template: "letter".to_owned(),
        media_type: "text/plain".to_owned(),
        language: "en".to_owned(),
    }
}

/// A row for each export of each kind.
fn each_export(row: impl Fn(Kind, &str) -> Hostile) -> Vec<Hostile> {
    let of = |kind| exports(kind).into_iter().map(move |it| (kind, it));
    let all = Kind::ALL.into_iter().flat_map(of);
    all.map(|(kind, it)| row(kind, &it.export())).collect()
}

/// A row for each kind, of an export that takes something.
fn each_kind(row: impl Fn(Kind, &str) -> Hostile) -> Vec<Hostile> {
    let export = |kind: Kind| match kind {
        Kind::Functions => "call",
        Kind::Logic => "next",
        Kind::Field => "parse",
        Kind::Analytics => "handle",
        Kind::Lookup => "suggest",
        Kind::Delivery => "deliver",
        Kind::Assembly => "assemble",
    };
    let whole = |kind: Kind| format!("{}#{}", kind.contract(), export(kind));
    Kind::ALL.into_iter().map(|kind| row(kind, &whole(kind))).collect()
}
