//! A component made ready: compiled, looked through, and linked to what is granted.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use wasmtime::component::{Component, HasSelf, Linker};

use crate::bindings::host;
use crate::compiled::{Compiled, check_size};
use crate::engine::Engine;
use crate::evaluation::Evaluation;
use crate::fault::{Identity, LoadError};
use crate::grant::Grant;
use crate::host::Host;
use crate::kind::{Kind, Ready};
use crate::limits::Limits;

mod gives;
mod state;

pub(crate) use state::State;

/// Interfaces that are linked without a grant: types give nothing, settings are the plugin's own.
pub(crate) const FREE: [&str; 2] = ["affiant:host/types@1.0.0", "affiant:host/settings@1.0.0"];

/// A component made ready. Cloning is cheap.
#[derive(Clone)]
pub struct Plugin {
    pub(crate) who: Arc<Identity>,
    pub(crate) ready: Ready,
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (who, kind) = (&self.who, self.kind());
        f.debug_struct("Plugin").field("who", who).field("kind", &kind).finish_non_exhaustive()
    }
}

impl Plugin {
    /// Compiles a component in this process and links what is granted: some 50 ms for 40 kB, and as
    /// long as a hostile one likes. For components of strangers, see [`crate::Apart`].
    ///
    /// Fails for what is no component, for one that imports what is not granted, and for one that
    /// does not export what its contract asks for.
    pub fn load(
        engine: &Engine,
        who: Identity,
        bytes: &[u8],
        grants: &BTreeSet<Grant>,
    ) -> Result<Self, LoadError> {
        check_size(bytes)?;
        let component =
            Component::from_binary(&engine.wasmtime, bytes).map_err(|it| broken(&it))?;
        Self::link(engine, who, &component, grants)
    }

    /// The same with code that was compiled before: some 0.3 ms for 40 kB.
    ///
    /// Fails like [`Plugin::load`], and for code of another version of wasmtime.
    pub fn load_compiled(
        engine: &Engine,
        who: Identity,
        compiled: &Compiled,
        grants: &BTreeSet<Grant>,
    ) -> Result<Self, LoadError> {
        let component = compiled.component(engine).map_err(|it| broken(&it))?;
        Self::link(engine, who, &component, grants)
    }

    fn link(
        engine: &Engine,
        who: Identity,
        component: &Component,
        grants: &BTreeSet<Grant>,
    ) -> Result<Self, LoadError> {
        let described = component.component_type();
        let imports: Vec<&str> =
            described.imports(&engine.wasmtime).map(|(name, _)| name).collect();
        for import in &imports {
            check_import(import, grants)?;
        }
        let kind = kind(described.exports(&engine.wasmtime).map(|(name, _)| name))?;
        for import in imports {
            check_kind(import, kind)?;
        }
        let linker = linker(engine, grants).map_err(|it| broken(&it))?;
        let linked = linker.instantiate_pre(component).map_err(|it| wrong(&it))?;
        let ready = Ready::new(kind, linked).map_err(|it| wrong(&it))?;
        Ok(Self { who: Arc::new(who), ready })
    }

    /// Whose component it is.
    pub fn who(&self) -> &Identity {
        &self.who
    }

    /// What kind of plugin it is: that of the contract that it exports.
    pub fn kind(&self) -> Kind {
        self.ready.kind()
    }

    /// Begins an evaluation: one step of one person. The instance is made by its first call.
    pub fn evaluation(&self, host: Box<dyn Host>, limits: Limits) -> Evaluation {
        Evaluation::new(self.clone(), host, limits)
    }
}

fn broken(error: &wasmtime::Error) -> LoadError {
    // What room there is says that something does not fit, and has no name of its own for it.
    if error.chain().any(|it| it.to_string().contains("pooling allocator")) {
        return LoadError::TooMuch(error.root_cause().to_string());
    }
    LoadError::Broken(format!("{error:#}"))
}

fn wrong(error: &wasmtime::Error) -> LoadError {
    LoadError::WrongContract(format!("{error:#}"))
}

fn granted_by(import: &str) -> Option<Grant> {
    Grant::ALL.into_iter().find(|it| it.interface() == import)
}

fn check_import(import: &str, grants: &BTreeSet<Grant>) -> Result<(), LoadError> {
    if FREE.contains(&import) {
        return Ok(());
    }
    match granted_by(import) {
        Some(grant) if grants.contains(&grant) => Ok(()),
        Some(grant) => Err(LoadError::NotGranted { import: import.to_owned(), grant }),
        None => {
            let known = Grant::ALL.into_iter().map(Grant::interface).chain(FREE);
            Err(other_version(import, known)
                .unwrap_or_else(|| LoadError::UnknownImport(import.to_owned())))
        }
    }
}

/// That an interface is one of these in another version, if it is.
fn other_version(found: &str, mut known: impl Iterator<Item = &'static str>) -> Option<LoadError> {
    let (name, _) = found.split_once('@')?;
    let known = known.find(|it| it.split_once('@').is_some_and(|(it, _)| it == name))?;
    Some(LoadError::WrongVersion { found: found.to_owned(), known })
}

/// The kind whose contract a component exports: one and no more, so that nobody has to choose.
fn kind<'a>(exports: impl Iterator<Item = &'a str>) -> Result<Kind, LoadError> {
    let mut found = None;
    let mut strange = None;
    for export in exports {
        let Some(kind) = Kind::ALL.into_iter().find(|it| it.contract() == export) else {
            let known = Kind::ALL.into_iter().map(Kind::contract);
            strange = strange.or_else(|| other_version(export, known));
            continue;
        };
        if found.replace(kind).is_some() {
            return Err(LoadError::WrongContract("it fulfils several contracts".to_owned()));
        }
    }
    let none = || LoadError::WrongContract("it fulfils no contract".to_owned());
    found.ok_or_else(|| strange.unwrap_or_else(none))
}

fn check_kind(import: &str, kind: Kind) -> Result<(), LoadError> {
    match granted_by(import) {
        Some(grant) if !kind.grants().contains(&grant) => {
            Err(LoadError::OutsideKind { import: import.to_owned(), kind })
        }
        Some(_) | None => Ok(()),
    }
}

/// What a component can reach: exactly what is granted.
fn linker(engine: &Engine, grants: &BTreeSet<Grant>) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(&engine.wasmtime);
    let it = &mut linker;
    host::types::add_to_linker::<_, HasSelf<State>>(it, |it| it)?;
    host::settings::add_to_linker::<_, HasSelf<State>>(it, |it| it)?;
    for grant in grants {
        match grant {
            Grant::Answers => host::answers::add_to_linker::<_, HasSelf<State>>(it, |it| it)?,
            Grant::Proposals => host::proposals::add_to_linker::<_, HasSelf<State>>(it, |it| it)?,
            Grant::Templates => host::templates::add_to_linker::<_, HasSelf<State>>(it, |it| it)?,
            Grant::Documents => host::documents::add_to_linker::<_, HasSelf<State>>(it, |it| it)?,
            Grant::Account => host::account::add_to_linker::<_, HasSelf<State>>(it, |it| it)?,
            Grant::Store => host::store::add_to_linker::<_, HasSelf<State>>(it, |it| it)?,
            Grant::Http => host::http::add_to_linker::<_, HasSelf<State>>(it, |it| it)?,
            Grant::Mail => host::mail::add_to_linker::<_, HasSelf<State>>(it, |it| it)?,
            Grant::Clock => host::clock::add_to_linker::<_, HasSelf<State>>(it, |it| it)?,
            Grant::Random => host::random::add_to_linker::<_, HasSelf<State>>(it, |it| it)?,
            Grant::Log => host::log::add_to_linker::<_, HasSelf<State>>(it, |it| it)?,
        }
    }
    Ok(linker)
}
