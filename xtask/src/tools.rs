//! Finds the programs that the tests call, and installs the missing ones.

use std::path::Path;

use anyhow::bail;

use crate::report::say;
use crate::shell::{answers, call, cargo, command, find_program, output, root};

/// A program of the system's package manager.
struct SystemTool {
    /// Any of these will do.
    programs: &'static [&'static str],
    /// The package that brings it, by Debian's name.
    package: &'static str,
    purpose: &'static str,
}

const SYSTEM_TOOLS: &[SystemTool] = &[
    SystemTool {
        programs: &["chromium", "chromium-browser", "google-chrome"],
        package: "chromium",
        purpose: "runs the browser tests",
    },
    SystemTool {
        programs: &["clang"],
        package: "clang",
        purpose: "compiles the plugin that is written in C",
    },
    SystemTool { programs: &["wasm-ld"], package: "lld", purpose: "links plugins" },
    SystemTool {
        programs: &["pdftotext"],
        package: "poppler-utils",
        purpose: "reads the documents that the tests make",
    },
];

/// The target that plugins are compiled for.
const WEB: &str = "wasm32-unknown-unknown";

/// Debian's compiler for that target, and the sources of its standard library. It lies behind
/// rustup's in the search path, and only `sdk/build` asks for it by its place.
const WEB_PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];

/// Workspaces of plugins, which tests compile without a network.
const PLUGINS: [&str; 3] = ["examples/plugins", "plugins/google-analytics", "plugins/segment"];

/// Subcommands of cargo, with the version that is installed when there is none.
const CARGO_TOOLS: &[(&str, &str)] = &[("nextest", "0.9.143"), ("deny", "0.20.2")];

/// Sees to it that every tool is there.
///
/// Fails with a list of what to install where this program may not install it.
pub(crate) fn provide() -> anyhow::Result<()> {
    for (subcommand, version) in CARGO_TOOLS {
        provide_cargo_tool(subcommand, version)?;
    }
    provide_system_tools()?;
    provide_postgres()?;
    provide_web_target()?;
    for workspace in PLUGINS {
        let manifest = format!("{workspace}/Cargo.toml");
        call(&mut cargo(&["fetch", "--quiet", "--locked", "--manifest-path", &manifest]))?;
    }
    provide_node_packages()
}

fn provide_cargo_tool(subcommand: &str, version: &str) -> anyhow::Result<()> {
    let package = format!("cargo-{subcommand}");
    if answers(&mut cargo(&[subcommand, "--version"])) {
        say(&format!("found {package}"));
        return Ok(());
    }
    call(&mut cargo(&["install", &package, "--version", version, "--locked"]))
}

fn provide_system_tools() -> anyhow::Result<()> {
    let missing: Vec<&SystemTool> = SYSTEM_TOOLS.iter().filter(|tool| !is_there(tool)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let wanted: Vec<String> =
        missing.iter().map(|it| format!("{} ({})", it.package, it.purpose)).collect();
    let packages: Vec<&str> = missing.iter().map(|it| it.package).collect();
    install(&packages, &wanted.join(", "))
}

/// Sees to it that plugins can be compiled: by the compiler in use, when it has the target, or by
/// Debian's.
fn provide_web_target() -> anyhow::Result<()> {
    let arguments = ["--print", "target-libdir", "--target", WEB];
    let libraries = output(&mut command("rustc", &arguments)).unwrap_or_default();
    let sources = Path::new("/usr/lib/rustlib/src/rust/library/std/Cargo.toml");
    if Path::new(libraries.trim()).is_dir() || sources.is_file() {
        say(&format!("found a compiler for {WEB}"));
        return Ok(());
    }
    let by_hand = format!("the target {WEB} of rustup, or {}", WEB_PACKAGES.join(" and "));
    install(&WEB_PACKAGES, &by_hand)
}

/// Sees to it that a PostgreSQL can be started. Its programs are not in the search path.
fn provide_postgres() -> anyhow::Result<()> {
    let versions = fs_err::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut programs = versions.flatten().map(|it| it.path().join("bin/initdb"));
    if let Some(found) = programs.find(|it| it.is_file()) {
        say(&format!("found {}", found.display()));
        return Ok(());
    }
    install(&["postgresql"], "postgresql (stores sessions in tests)")
}

/// Installs packages of the system. Fails with what to install by hand where this may not.
fn install(packages: &[&str], by_hand: &str) -> anyhow::Result<()> {
    if find_program("apt-get", std::env::var_os("PATH")).is_none() || !is_root() {
        bail!("install these by hand, then run this again: {by_hand}");
    }
    call(&mut command("apt-get", &["update", "--quiet=2"]))?;
    let mut arguments = vec!["install", "--yes", "--quiet=2", "--no-install-recommends"];
    arguments.extend(packages);
    call(command("apt-get", &arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_there(tool: &SystemTool) -> bool {
    let found = tool.programs.iter().find_map(|name| find_program(name, std::env::var_os("PATH")));
    if let Some(path) = &found {
        say(&format!("found {}", path.display()));
    }
    found.is_some()
}

fn is_root() -> bool {
    output(&mut command("id", &["-u"])).is_ok_and(|id| id.trim() == "0")
}

/// Installs the packages of `tests/browser/package-lock.json`, unless they are there.
fn provide_node_packages() -> anyhow::Result<()> {
    let folder = root().join("tests/browser");
    let lock = fs_err::read_to_string(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/installed-lock.json");
    if fs_err::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        say("found the packages of tests/browser");
        return Ok(());
    }
    for program in ["node", "npm"] {
        if find_program(program, std::env::var_os("PATH")).is_none() {
            bail!("install {program} by hand (Node.js 20 or newer), then run this again");
        }
    }
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    call(command("npm", &arguments).current_dir(&folder))?;
    fs_err::write(&stamp, lock)?;
    Ok(())
}
