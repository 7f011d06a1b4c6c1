//! Machine code of components.

use std::fmt;

use wasmtime::component::Component;

use crate::engine::Engine;
use crate::fault::LoadError;

/// Largest component, in bytes: those made from JavaScript or Python have 12 to 18 MB.
pub(crate) const MAX_COMPONENT: usize = 24 << 20;

/// Machine code of a component.
///
/// Invariant: a compiler of ours made it, in this process or in another one that this program
/// started, and nobody changed it since. It runs as it is, so there is no way to make one of bytes
/// from elsewhere.
#[derive(Clone)]
pub struct Compiled(Vec<u8>);

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Compiled({} bytes)", self.0.len())
    }
}

impl Compiled {
    /// Takes bytes for machine code. Whoever calls this knows where they come from.
    pub(crate) fn trusted(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The code.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The component that it is.
    #[expect(unsafe_code, reason = "machine code runs as it is; see the invariant of the type")]
    pub(crate) fn component(&self, engine: &Engine) -> wasmtime::Result<Component> {
        // SAFETY: the bytes are what `Engine::precompile_component` returned: a value of this type
        // is made in three places, from its result here, from a process that this program started to
        // call it, and from the cache, which gives only what carries a code that no one makes
        // without the server's key. Versions and settings are compared by `deserialize` itself.
        unsafe { Component::deserialize(&engine.wasmtime, &self.0) }
    }
}

impl Engine {
    /// Compiles a component in this process.
    ///
    /// Fails for what is no component. There is no end to what a hostile one takes: see
    /// [`crate::Apart`].
    pub fn precompile(&self, component: &[u8]) -> Result<Compiled, LoadError> {
        check_size(component)?;
        let compiled = self.wasmtime.precompile_component(component);
        compiled.map(Compiled).map_err(|it| LoadError::Broken(format!("{it:#}")))
    }
}

pub(crate) fn check_size(component: &[u8]) -> Result<(), LoadError> {
    if component.len() > MAX_COMPONENT {
        return Err(LoadError::TooLarge(component.len()));
    }
    Ok(())
}
