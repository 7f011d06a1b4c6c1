//! The contracts of `sdk/wit` as Rust, and one adapter for each kind that turns them into the
//! traits of this crate. Nobody but [`export!`](crate::export) names anything here.

mod adapters;

/// What every kind can import. Which of it a component really imports is what it calls.
pub mod host {
    wit_bindgen::generate!({
        inline: "
            package affiant:sdk@1.0.0;
            world everything {
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
            }
        ",
        path: ["../wit/host-1.0.0"],
        world: "affiant:sdk/everything",
        generate_all,
    });
}

/// Functions that scripts, texts and documents call.
pub mod functions {
    pub use super::adapters::Functions as Adapter;

    wit_bindgen::generate!({
        path: ["../wit/host-1.0.0", "../wit/functions-1.0.0"],
        world: "affiant:functions/functions",
        with: {
            "affiant:host/types@1.0.0": crate::wire::host::affiant::host::types,
            "affiant:host/settings@1.0.0": crate::wire::host::affiant::host::settings,
            "affiant:host/account@1.0.0": crate::wire::host::affiant::host::account,
            "affiant:host/store@1.0.0": crate::wire::host::affiant::host::store,
            "affiant:host/http@1.0.0": crate::wire::host::affiant::host::http,
            "affiant:host/clock@1.0.0": crate::wire::host::affiant::host::clock,
            "affiant:host/random@1.0.0": crate::wire::host::affiant::host::random,
            "affiant:host/log@1.0.0": crate::wire::host::affiant::host::log,
        },
        pub_export_macro: true,
    });
}

/// A whole interview.
pub mod logic {
    pub use super::adapters::Logic as Adapter;

    wit_bindgen::generate!({
        path: ["../wit/host-1.0.0", "../wit/logic-1.0.0"],
        world: "affiant:logic/logic",
        with: {
            "affiant:host/types@1.0.0": crate::wire::host::affiant::host::types,
            "affiant:host/settings@1.0.0": crate::wire::host::affiant::host::settings,
            "affiant:host/clock@1.0.0": crate::wire::host::affiant::host::clock,
            "affiant:host/log@1.0.0": crate::wire::host::affiant::host::log,
        },
        pub_export_macro: true,
    });
}

/// Types of fields.
pub mod field {
    pub use super::adapters::Field as Adapter;

    wit_bindgen::generate!({
        path: ["../wit/host-1.0.0", "../wit/field-1.0.0"],
        world: "affiant:field/field",
        with: {
            "affiant:host/types@1.0.0": crate::wire::host::affiant::host::types,
            "affiant:host/settings@1.0.0": crate::wire::host::affiant::host::settings,
            "affiant:host/clock@1.0.0": crate::wire::host::affiant::host::clock,
            "affiant:host/log@1.0.0": crate::wire::host::affiant::host::log,
        },
        pub_export_macro: true,
    });
}

/// What happened in interviews.
pub mod analytics {
    pub use super::adapters::Analytics as Adapter;

    wit_bindgen::generate!({
        path: ["../wit/host-1.0.0", "../wit/analytics-1.0.0"],
        world: "affiant:analytics/analytics",
        with: {
            "affiant:host/types@1.0.0": crate::wire::host::affiant::host::types,
            "affiant:host/settings@1.0.0": crate::wire::host::affiant::host::settings,
            "affiant:host/http@1.0.0": crate::wire::host::affiant::host::http,
            "affiant:host/store@1.0.0": crate::wire::host::affiant::host::store,
            "affiant:host/clock@1.0.0": crate::wire::host::affiant::host::clock,
            "affiant:host/log@1.0.0": crate::wire::host::affiant::host::log,
        },
        pub_export_macro: true,
    });
}

/// Suggestions.
pub mod lookup {
    pub use super::adapters::Lookup as Adapter;

    wit_bindgen::generate!({
        path: ["../wit/host-1.0.0", "../wit/lookup-1.0.0"],
        world: "affiant:lookup/lookup",
        with: {
            "affiant:host/types@1.0.0": crate::wire::host::affiant::host::types,
            "affiant:host/settings@1.0.0": crate::wire::host::affiant::host::settings,
            "affiant:host/proposals@1.0.0": crate::wire::host::affiant::host::proposals,
            "affiant:host/http@1.0.0": crate::wire::host::affiant::host::http,
            "affiant:host/store@1.0.0": crate::wire::host::affiant::host::store,
            "affiant:host/clock@1.0.0": crate::wire::host::affiant::host::clock,
            "affiant:host/log@1.0.0": crate::wire::host::affiant::host::log,
        },
        pub_export_macro: true,
    });
}

/// Deliveries.
pub mod delivery {
    pub use super::adapters::Delivery as Adapter;

    wit_bindgen::generate!({
        path: ["../wit/host-1.0.0", "../wit/delivery-1.0.0"],
        world: "affiant:delivery/delivery",
        with: {
            "affiant:host/types@1.0.0": crate::wire::host::affiant::host::types,
            "affiant:host/settings@1.0.0": crate::wire::host::affiant::host::settings,
            "affiant:host/account@1.0.0": crate::wire::host::affiant::host::account,
            "affiant:host/documents@1.0.0": crate::wire::host::affiant::host::documents,
            "affiant:host/http@1.0.0": crate::wire::host::affiant::host::http,
            "affiant:host/mail@1.0.0": crate::wire::host::affiant::host::mail,
            "affiant:host/store@1.0.0": crate::wire::host::affiant::host::store,
            "affiant:host/clock@1.0.0": crate::wire::host::affiant::host::clock,
            "affiant:host/log@1.0.0": crate::wire::host::affiant::host::log,
        },
        pub_export_macro: true,
    });
}

/// Documents.
pub mod assembly {
    pub use super::adapters::Assembly as Adapter;

    wit_bindgen::generate!({
        path: ["../wit/host-1.0.0", "../wit/assembly-1.0.0"],
        world: "affiant:assembly/assembly",
        with: {
            "affiant:host/types@1.0.0": crate::wire::host::affiant::host::types,
            "affiant:host/settings@1.0.0": crate::wire::host::affiant::host::settings,
            "affiant:host/answers@1.0.0": crate::wire::host::affiant::host::answers,
            "affiant:host/templates@1.0.0": crate::wire::host::affiant::host::templates,
            "affiant:host/log@1.0.0": crate::wire::host::affiant::host::log,
        },
        pub_export_macro: true,
    });
}
