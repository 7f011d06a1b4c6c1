//! Why there is no component.

use std::path::PathBuf;

/// Why a crate did not become a component.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No compiler that can make WebAssembly.
    #[error(
        "no Rust compiler here can make WebAssembly; install the target with `rustup target add \
         wasm32-unknown-unknown`, or on Debian the compiler and its sources with `apt-get install \
         rustc-web rust-web-src lld`"
    )]
    NoTarget,
    /// Debian's compiler is there, and no linker.
    #[error("no linker for WebAssembly is here; install one with `apt-get install lld`")]
    NoLinker,
    /// A program could not be started.
    #[error("`{program}` could not be started")]
    Start {
        /// Which one.
        program: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The standard library could not be built.
    #[error("the standard library could not be built for WebAssembly; the lines above say why")]
    NoStd,
    /// The crate does not compile.
    #[error("the plugin does not compile; the lines above say why")]
    DoesNotCompile,
    /// The crate makes no module.
    #[error(
        "the crate makes no WebAssembly; write `crate-type = [\"cdylib\"]` below `[lib]` in its \
         Cargo.toml"
    )]
    NoModule,
    /// The crate makes several modules.
    #[error("the crate makes several modules, and a plugin is one")]
    SeveralModules,
    /// The home folder is not known.
    #[error("there is no place for a cache; set AFFIANT_CACHE to a folder")]
    NoCache,
    /// The module is no plugin.
    #[error(transparent)]
    Component(#[from] ComponentError),
    /// A file could not be read or written.
    #[error("a file could not be read or written")]
    File(#[from] std::io::Error),
}

/// Why a core module did not become a component.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ComponentError {
    /// It is no module.
    #[error("this is no WebAssembly module: {0}")]
    NoModule(String),
    /// It asks for something that the host does not have.
    #[error(
        "the module imports `{name}` of `{module}`, which the host does not have; leave out what \
         needs it, or use its feature for a host without a system, a browser or JavaScript"
    )]
    ForeignImport {
        /// Where it would come from.
        module: String,
        /// What.
        name: String,
    },
    /// It does not say which contract it fulfils, and nobody else did.
    #[error("the module does not say which kind of plugin it is; `export!` of affiant-plugin does")]
    NoWorld,
    /// There is no contract of this name.
    #[error("there is no contract `{0}`")]
    UnknownWorld(String),
    /// It does not fulfil its contract.
    #[error("the module does not fulfil its contract: {0}")]
    WrongContract(String),
}
