//! What wasmtime makes of the contracts in `sdk/wit`.
//!
//! They are read as text when this crate is built; it depends on no crate of the SDK. What the host
//! gives is made once, and every kind of plugin uses the same types of it.

/// The interfaces of `affiant:host`.
mod gives {
    wasmtime::component::bindgen!({
        path: "../../sdk/wit/host-1.0.0",
        interfaces: "
            import affiant:host/types@1.0.0;
            import affiant:host/settings@1.0.0;
            import affiant:host/answers@1.0.0;
            import affiant:host/proposals@1.0.0;
            import affiant:host/templates@1.0.0;
            import affiant:host/documents@1.0.0;
            import affiant:host/account@1.0.0;
            import affiant:host/store@1.0.0;
            import affiant:host/http@1.0.0;
            import affiant:host/mail@1.0.0;
            import affiant:host/clock@1.0.0;
            import affiant:host/random@1.0.0;
            import affiant:host/log@1.0.0;
        ",
        imports: { default: trappable },
    });
}

pub(crate) use gives::affiant::host;

/// The bindings of one kind of plugin.
macro_rules! world {
    ($module:ident, $folder:literal, $world:literal) => {
        pub(crate) mod $module {
            wasmtime::component::bindgen!({
                path: ["../../sdk/wit/host-1.0.0", $folder],
                world: $world,
                imports: { default: trappable },
                with: { "affiant:host": crate::bindings::gives::affiant::host },
            });
        }
    };
}

world!(functions, "../../sdk/wit/functions-1.0.0", "affiant:functions/functions");
world!(logic, "../../sdk/wit/logic-1.0.0", "affiant:logic/logic");
world!(field, "../../sdk/wit/field-1.0.0", "affiant:field/field");
world!(analytics, "../../sdk/wit/analytics-1.0.0", "affiant:analytics/analytics");
world!(lookup, "../../sdk/wit/lookup-1.0.0", "affiant:lookup/lookup");
world!(delivery, "../../sdk/wit/delivery-1.0.0", "affiant:delivery/delivery");
world!(assembly, "../../sdk/wit/assembly-1.0.0", "affiant:assembly/assembly");
