//! What is looked for outside: interfaces of others, of other versions, of other kinds.

use super::{End, Hostile};
use crate::testing::contract::{Module, foreign, imports};
use crate::{Grant, Kind};

/// What programs elsewhere reach the world by.
const FOREIGN: [&str; 16] = [
    "wasi:cli/environment@0.2.0",
    "wasi:cli/exit@0.2.0",
    "wasi:cli/stdin@0.2.0",
    "wasi:cli/stdout@0.2.0",
    "wasi:clocks/wall-clock@0.2.0",
    "wasi:clocks/monotonic-clock@0.2.0",
    "wasi:filesystem/preopens@0.2.0",
    "wasi:filesystem/types@0.2.0",
    "wasi:http/outgoing-handler@0.2.0",
    "wasi:io/streams@0.2.0",
    "wasi:random/random@0.2.0",
    "wasi:sockets/tcp@0.2.0",
    "wasi:sockets/ip-name-lookup@0.2.0",
    "affiant:host/secrets@1.0.0",
    "affiant:host/keys@1.0.0",
    "affiant:hosts/store@1.0.0",
];

pub(super) fn rows() -> Vec<Hostile> {
    let calls = Kind::Functions.contract();
    let row = |name: String, component: Vec<u8>, end: End| Hostile {
        name,
        component,
        export: String::new(),
        end,
    };
    let mut rows: Vec<Hostile> = FOREIGN
        .into_iter()
        .map(|it| row(format!("imports {it}"), foreign(&[it], &[calls]), End::UnknownImport))
        .collect();
    let interfaces = Grant::ALL.into_iter().map(Grant::interface).chain(crate::plugin::FREE);
    for interface in interfaces {
        let (name, _) = interface.split_once('@').expect("an interface has a version");
        for version in ["0.9.0", "1.0.1", "2.0.0"] {
            let other = format!("{name}@{version}");
            let component = foreign(&[&other], &[calls]);
            rows.push(row(format!("imports {other}"), component, End::WrongVersion));
        }
        // The right name with functions that the host does not have.
        let component = foreign(&[interface], &[calls]);
        let own = Kind::Functions.grants().iter().map(|it| it.interface());
        let is_given = own.chain(crate::plugin::FREE).any(|it| it == interface);
        let end = if is_given { End::WrongContract } else { End::OutsideKind };
        rows.push(row(format!("imports another {interface}"), component, end));
    }
    for kind in Kind::ALL {
        let (name, _) = kind.contract().split_once('@').expect("a contract has a version");
        for version in ["0.9.0", "1.1.0", "2.0.0"] {
            let other = format!("{name}@{version}");
            rows.push(row(format!("exports {other}"), foreign(&[], &[&other]), End::WrongVersion));
        }
        let stub = foreign(&[], &[kind.contract()]);
        rows.push(row(format!("exports a stub of {kind}"), stub, End::WrongContract));
        for grant in Grant::ALL.into_iter().filter(|it| !kind.grants().contains(it)) {
            let called = &imports(grant)[0];
            let body = format!("{} unreachable", called.call());
            let module = Module { imports: called.import(), body, ..Module::default() };
            let name = format!("{kind} imports {}", grant.interface());
            rows.push(row(name, module.component(kind), End::OutsideKind));
        }
    }
    rows
}
