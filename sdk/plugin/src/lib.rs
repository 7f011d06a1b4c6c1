//! What a plugin for Affiant is written with.
//!
//! A plugin is of one kind, which is a trait here: [`mod@functions`], [`logic`], [`field`],
//! [`analytics`], [`lookup`], [`delivery`], [`assembly`]. Start with [`functions!`], which makes a
//! plugin of plain functions, or implement a trait and hand the type to [`export!`].
//!
//! ```
//! affiant_plugin::functions! {
//!     /// Says a text louder.
//!     fn shout(text: String) -> String {
//!         text.to_uppercase()
//!     }
//! }
//! ```
//!
//! What the host gives is in modules of its own ([`store`], [`http`], [`clock`], …). A component
//! imports those that its code calls and no others, and each needs its capability in `plugin.toml`.
//! The README beside this crate leads from nothing to an installed plugin.
//!
//! # Invariants
//!
//! - Nothing here reaches anything but through the host: no file, socket, clock or environment.
//! - Whatever the host can pass, decodes; an argument of the wrong type is a [`Failure`] that names
//!   it, never a panic, and never holds what was passed.
//! - Everything but the calls of the host works outside of WebAssembly too, so that a plugin's tests
//!   are ordinary tests.

mod failure;
mod host;
mod kind;
#[cfg(test)]
mod tests;
mod value;
#[doc(hidden)]
#[expect(
    clippy::same_length_and_capacity,
    reason = "wit-bindgen writes it for what the host allocated, which is exactly as long"
)]
pub mod wire;

pub use failure::{Denial, Denied, Failure};
pub use host::{
    account, answers, clock, documents, http, log, mail, proposals, random, settings, store,
    templates,
};
pub use jiff;
pub use jiff::civil::{Date, DateTime, Time};
pub use kind::{analytics, assembly, delivery, field, functions, logic, lookup};
pub use rust_decimal::Decimal;
pub use value::{File, FromValue, IntoValue, Mismatch, Object, Value};

/// Makes a type the plugin: `export!(analytics: MyPlugin);`, with a kind and a type that implements
/// its trait. A plugin has one.
#[macro_export]
macro_rules! export {
    (functions: $type:ty) => {
        $crate::__export!(functions, $type);
    };
    (logic: $type:ty) => {
        $crate::__export!(logic, $type);
    };
    (field: $type:ty) => {
        $crate::__export!(field, $type);
    };
    (analytics: $type:ty) => {
        $crate::__export!(analytics, $type);
    };
    (lookup: $type:ty) => {
        $crate::__export!(lookup, $type);
    };
    (delivery: $type:ty) => {
        $crate::__export!(delivery, $type);
    };
    (assembly: $type:ty) => {
        $crate::__export!(assembly, $type);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($kind:ident, $type:ty) => {
        // The names of exports are none that linkers of other targets take.
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::wire::$kind::Adapter<$type>;
    $crate::wire::$kind::export!(Exported with_types_in $crate::wire::$kind);
        };
        #[cfg(not(target_arch = "wasm32"))]
        const _: usize = ::core::mem::size_of::<$crate::wire::$kind::Adapter<$type>>();
    };
}
