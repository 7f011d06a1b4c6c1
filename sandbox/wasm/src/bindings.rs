//! What wasmtime makes of the contracts in `sdk/wit`.
//!
//! They are read as text when this crate is built; it depends on no crate of the SDK.

wasmtime::component::bindgen!({
    path: ["../../sdk/wit/host-1.0.0", "../../sdk/wit/functions-1.0.0"],
    world: "affiant:functions/functions",
    imports: { default: trappable },
});
