//! Which crate may use which.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, PackageId};

use crate::tidy::Finding;

/// The crates of the workspace that each one may use. What is not here is refused.
///
/// `"*"` allows all of them. Dependencies of tests alone do not count.
pub(crate) const ARROWS: &[(&str, &[&str])] = &[
    ("affiant-diagnostic", &[]),
    ("affiant-guest", &[]),
    ("affiant-library", &["affiant-guest"]),
    ("affiant-script", &["affiant-guest", "affiant-library"]),
    ("affiant-text", &["affiant-guest", "affiant-library"]),
    ("affiant-wasm", &["affiant-guest"]),
    ("affiant-interview", &["affiant-diagnostic", "affiant-guest"]),
    (
        "affiant-engine",
        &["affiant-diagnostic", "affiant-guest", "affiant-interview", "affiant-library"],
    ),
    ("affiant-document", &["affiant-interview"]),
    ("affiant-vault", &[]),
    ("affiant-backend", &[]),
    ("affiant-manifest", &[]),
    ("affiant-package", &["affiant-manifest"]),
    ("affiant-plugin", &[]),
    ("affiant-plugin-build", &["affiant-package", "affiant-wit"]),
    (
        "affiant-plugin-test",
        &["affiant-guest", "affiant-manifest", "affiant-package", "affiant-wasm"],
    ),
    ("affiant-wit", &[]),
    ("affiant-audit", &["affiant-backend", "affiant-keyring", "affiant-vault"]),
    ("affiant-broker", &["affiant-manifest"]),
    ("affiant-guard", &["affiant-backend"]),
    (
        "affiant-account",
        &[
            "affiant-audit",
            "affiant-backend",
            "affiant-guard",
            "affiant-keyring",
            "affiant-passkey",
            "affiant-vault",
        ],
    ),
    ("affiant-keyring", &["affiant-backend", "affiant-vault"]),
    ("affiant-mail-smtp", &["affiant-backend"]),
    (
        "affiant-retention",
        &["affiant-audit", "affiant-backend", "affiant-keyring", "affiant-vault"],
    ),
    ("affiant-objects-file", &["affiant-backend"]),
    ("affiant-objects-s3", &["affiant-backend"]),
    ("affiant-social-login", &["affiant-backend"]),
    ("affiant-storage-postgres", &["affiant-backend"]),
    ("affiant-storage-sqlite", &["affiant-backend"]),
    ("affiant-switch", &["affiant-backend"]),
    ("affiant-plugins", &["affiant-backend", "affiant-manifest", "affiant-switch"]),
    ("affiant-passkey", &[]),
    (
        "affiant-component",
        &[
            "affiant-backend",
            "affiant-broker",
            "affiant-engine",
            "affiant-guest",
            "affiant-manifest",
            "affiant-plugins",
            "affiant-runtime",
            "affiant-wasm",
        ],
    ),
    (
        "affiant-runtime",
        &[
            "affiant-diagnostic",
            "affiant-engine",
            "affiant-guest",
            "affiant-interview",
            "affiant-library",
            "affiant-script",
            "affiant-text",
        ],
    ),
    (
        "affiant-web",
        &[
            "affiant-account",
            "affiant-audit",
            "affiant-backend",
            "affiant-diagnostic",
            "affiant-document",
            "affiant-engine",
            "affiant-guard",
            "affiant-guest",
            "affiant-interview",
            "affiant-keyring",
            "affiant-library",
            "affiant-manifest",
            "affiant-package",
            "affiant-plugins",
            "affiant-retention",
            "affiant-passkey",
            "affiant-runtime",
            "affiant-switch",
            "affiant-vault",
        ],
    ),
    (
        "affiant-transcript",
        &[
            "affiant-diagnostic",
            "affiant-document",
            "affiant-engine",
            "affiant-guest",
            "affiant-interview",
            "affiant-runtime",
        ],
    ),
    ("affiant", &["*"]),
    ("affiant-tests", &["*"]),
    ("xtask", &[]),
];

/// What a crate must not reach, directly or through others.
pub(crate) const NEVER_REACHES: &[(&str, &[&str])] = &[
    ("affiant-diagnostic", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-guest", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-library", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-interview", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-engine", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-script", &["axum", "minijinja", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-text", &["axum", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-wasm", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst"]),
    ("affiant-document", &["axum", "minijinja", "rhai", "sqlx", "tokio", "wasmtime"]),
    ("affiant-vault", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-backend", &["axum", "minijinja", "rhai", "sqlx", "typst", "wasmtime"]),
    ("affiant-manifest", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-package", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-plugin", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-plugin-build", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-plugin-test", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst"]),
    ("affiant-wit", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-broker", &["axum", "minijinja", "rhai", "sqlx", "typst", "wasmtime"]),
    ("affiant-passkey", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-audit", &["axum", "minijinja", "rhai", "sqlx", "typst", "wasmtime"]),
    ("affiant-switch", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-component", &["axum", "sqlx", "typst"]),
    ("affiant-plugins", &["axum", "minijinja", "rhai", "sqlx", "tokio", "typst", "wasmtime"]),
    ("affiant-retention", &["axum", "minijinja", "rhai", "sqlx", "typst", "wasmtime"]),
    ("affiant-keyring", &["axum", "minijinja", "rhai", "sqlx", "typst", "wasmtime"]),
    ("affiant-guard", &["axum", "minijinja", "rhai", "sqlx", "typst", "wasmtime"]),
    ("affiant-mail-smtp", &["axum", "minijinja", "rhai", "sqlx", "typst", "wasmtime"]),
    ("affiant-objects-file", &["axum", "minijinja", "rhai", "sqlx", "typst", "wasmtime"]),
    ("affiant-objects-s3", &["axum", "minijinja", "rhai", "sqlx", "typst", "wasmtime"]),
    ("affiant-social-login", &["axum", "minijinja", "rhai", "sqlx", "typst", "wasmtime"]),
    ("affiant-storage-postgres", &["axum", "minijinja", "rhai", "typst", "wasmtime"]),
    ("affiant-storage-sqlite", &["axum", "minijinja", "rhai", "typst", "wasmtime"]),
    ("affiant-runtime", &["axum", "sqlx", "typst"]),
    ("affiant-transcript", &["axum", "sqlx"]),
    ("affiant-web", &["sqlx"]),
];

/// A crate of the workspace.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// The workspace's crates that it uses, those of its tests apart.
    pub(crate) uses: Vec<String>,
    /// Every package that it is built with, itself apart.
    pub(crate) reaches: BTreeSet<String>,
}

/// Returns the crates of the workspace.
pub(crate) fn members(metadata: &Metadata) -> Vec<Member> {
    let packages = metadata.workspace_packages();
    let names: BTreeSet<&str> = packages.iter().map(|it| it.name.as_str()).collect();
    let graph = graph(metadata);
    packages
        .iter()
        .map(|package| {
            let used = package.dependencies.iter();
            let uses = used
                .filter(|it| it.kind != DependencyKind::Development)
                .map(|it| it.name.clone())
                .filter(|it| names.contains(it.as_str()))
                .collect();
            let reaches =
                reach(&graph, &package.id).into_iter().map(|id| metadata[id].name.to_string());
            Member { name: package.name.to_string(), uses, reaches: reaches.collect() }
        })
        .collect()
}

type Graph<'a> = BTreeMap<&'a PackageId, Vec<&'a PackageId>>;

fn graph(metadata: &Metadata) -> Graph<'_> {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    nodes
        .map(|node| {
            let edges = node
                .deps
                .iter()
                .filter(|edge| edge.dep_kinds.iter().any(|it| it.kind == DependencyKind::Normal));
            (&node.id, edges.map(|edge| &edge.pkg).collect())
        })
        .collect()
}

fn reach<'a>(graph: &Graph<'a>, from: &'a PackageId) -> BTreeSet<&'a PackageId> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        for &next in graph.get(id).into_iter().flatten() {
            if reached.insert(next) {
                open.push(next);
            }
        }
    }
    reached
}

/// Checks that the table of arrows and the workspace agree.
pub(crate) fn check(members: &[Member], arrows: &[(&str, &[&str])]) -> Vec<Finding> {
    let allowed: BTreeMap<&str, &[&str]> = arrows.iter().copied().collect();
    let mut findings = Vec::new();
    for member in members {
        let Some(allowed) = allowed.get(member.name.as_str()) else {
            findings.push(Finding::new(&member.name, 0, "is missing from ARROWS"));
            continue;
        };
        for used in &member.uses {
            if !allowed.contains(&"*") && !allowed.contains(&used.as_str()) {
                let message = format!("must not depend on {used}; see ARCHITECTURE.md");
                findings.push(Finding::new(&member.name, 0, message));
            }
        }
    }
    for name in allowed.keys().filter(|name| members.iter().all(|it| it.name != **name)) {
        findings.push(Finding::new(name, 0, "is in ARROWS but not in the workspace"));
    }
    findings
}

/// Checks that no crate reaches what it must not.
pub(crate) fn check_reach(members: &[Member], never: &[(&str, &[&str])]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, refused) in never {
        let reaches = members.iter().filter(|it| it.name == *name).flat_map(|it| &it.reaches);
        for reached in reaches.filter(|it| refused.contains(&it.as_str())) {
            let message = format!("must not reach {reached}; `cargo tree -i {reached}` shows how");
            findings.push(Finding::new(name, 0, message));
        }
    }
    findings
}
