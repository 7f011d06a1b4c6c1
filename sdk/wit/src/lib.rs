//! The contracts between Affiant and the components of plugins, in WIT.
//!
//! [`PACKAGES`] holds them as text: what the host gives (`affiant:host`), and one small world for
//! each kind of plugin. A folder is one package in one version.
//!
//! # Invariants
//!
//! - A published package never changes: `frozen.txt` holds a digest of each, and a test compares.
//!   A new version is a new folder beside the old one.
//! - No world imports anything but interfaces of `affiant:host`: no WASI, and so no file, no socket
//!   and no environment.

#[cfg(test)]
mod tests;

/// One package in one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name without `affiant:`, which is that of its world too, and of a kind of plugin.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The text.
    pub wit: &'static str,
}

/// Every package, those that others use first.
pub const PACKAGES: &[Package] = &[
    Package { name: "host", version: "1.0.0", wit: include_str!("../host-1.0.0/host.wit") },
    Package {
        name: "functions",
        version: "1.0.0",
        wit: include_str!("../functions-1.0.0/functions.wit"),
    },
    Package { name: "logic", version: "1.0.0", wit: include_str!("../logic-1.0.0/logic.wit") },
    Package { name: "field", version: "1.0.0", wit: include_str!("../field-1.0.0/field.wit") },
    Package {
        name: "analytics",
        version: "1.0.0",
        wit: include_str!("../analytics-1.0.0/analytics.wit"),
    },
    Package { name: "lookup", version: "1.0.0", wit: include_str!("../lookup-1.0.0/lookup.wit") },
    Package {
        name: "delivery",
        version: "1.0.0",
        wit: include_str!("../delivery-1.0.0/delivery.wit"),
    },
    Package {
        name: "assembly",
        version: "1.0.0",
        wit: include_str!("../assembly-1.0.0/assembly.wit"),
    },
];

/// The package of this name and version.
pub fn package(name: &str, version: &str) -> Option<&'static Package> {
    PACKAGES.iter().find(|it| it.name == name && it.version == version)
}
