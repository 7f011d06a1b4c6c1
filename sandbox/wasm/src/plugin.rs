//! A component made ready: compiled, looked through, and linked to what is granted.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use wasmtime::component::{Component, HasSelf, Linker};

use crate::bindings::FunctionsPre;
use crate::bindings::affiant::host;
use crate::engine::Engine;
use crate::evaluation::Evaluation;
use crate::fault::{Identity, LoadError};
use crate::host::{Grant, Host};
use crate::limits::Limits;

mod state;

pub(crate) use state::State;

/// Largest component, in bytes: those made from JavaScript or Python have 12 to 18 MB.
const MAX_COMPONENT: usize = 24 << 20;

/// The interface that only holds types, and so gives nothing.
const TYPES: &str = "affiant:host/types@1.0.0";

/// A component of the kind `functions`, made ready. Cloning is cheap.
#[derive(Clone)]
pub struct Plugin {
    pub(crate) who: Arc<Identity>,
    pub(crate) ready: FunctionsPre<State>,
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin").field("who", &self.who).finish_non_exhaustive()
    }
}

impl Plugin {
    /// Compiles a component and links what is granted: some 50 ms for 40 kB.
    ///
    /// Fails for what is no component, for one that imports what is not granted, and for one that
    /// does not export what its contract asks for.
    pub fn load(
        engine: &Engine,
        who: Identity,
        bytes: &[u8],
        grants: &BTreeSet<Grant>,
    ) -> Result<Self, LoadError> {
        if bytes.len() > MAX_COMPONENT {
            return Err(LoadError::TooLarge(bytes.len()));
        }
        let broken = |it: wasmtime::Error| LoadError::Broken(format!("{it:#}"));
        let component = Component::from_binary(&engine.wasmtime, bytes).map_err(broken)?;
        for (import, _) in component.component_type().imports(&engine.wasmtime) {
            check_import(import, grants)?;
        }
        let linker = linker(engine, grants).map_err(broken)?;
        let wrong = |it: wasmtime::Error| LoadError::WrongContract(format!("{it:#}"));
        let linked = linker.instantiate_pre(&component).map_err(wrong)?;
        let ready = FunctionsPre::new(linked).map_err(wrong)?;
        Ok(Self { who: Arc::new(who), ready })
    }

    /// Whose component it is.
    pub fn who(&self) -> &Identity {
        &self.who
    }

    /// Begins an evaluation: one step of one person. The instance is made by its first call.
    pub fn evaluation(&self, host: Box<dyn Host>, limits: Limits) -> Evaluation {
        Evaluation::new(self.clone(), host, limits)
    }
}

fn check_import(import: &str, grants: &BTreeSet<Grant>) -> Result<(), LoadError> {
    if import == TYPES {
        return Ok(());
    }
    let grant = Grant::ALL.into_iter().find(|it| it.interface() == import);
    match grant {
        Some(grant) if grants.contains(&grant) => Ok(()),
        Some(grant) => Err(LoadError::NotGranted { import: import.to_owned(), grant }),
        None => Err(LoadError::UnknownImport(import.to_owned())),
    }
}

/// What a component can reach: exactly what is granted.
fn linker(engine: &Engine, grants: &BTreeSet<Grant>) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(&engine.wasmtime);
    host::types::add_to_linker::<_, HasSelf<State>>(&mut linker, |it| it)?;
    for grant in grants {
        match grant {
            Grant::Store => {
                host::store::add_to_linker::<_, HasSelf<State>>(&mut linker, |it| it)?;
            }
            Grant::Http => host::http::add_to_linker::<_, HasSelf<State>>(&mut linker, |it| it)?,
            Grant::Clock => host::clock::add_to_linker::<_, HasSelf<State>>(&mut linker, |it| it)?,
            Grant::Random => {
                host::random::add_to_linker::<_, HasSelf<State>>(&mut linker, |it| it)?;
            }
            Grant::Log => host::log::add_to_linker::<_, HasSelf<State>>(&mut linker, |it| it)?,
        }
    }
    Ok(linker)
}
