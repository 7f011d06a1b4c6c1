//! `affiant plugin new`: a plugin to start from.

mod starters;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use affiant_manifest::{Lock, Manifest};
use anyhow::{Context as _, bail};

use self::starters::{Kind, Starter};
use crate::command::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Its name, which is that of its folder too: lower-case letters, digits and `-`.
    name: String,
    /// What it is for.
    #[arg(long, value_enum, default_value_t = Kind::Functions)]
    kind: Kind,
    /// Folder of the crate affiant-plugin, when you work on it or it is not published.
    #[arg(long, env = "AFFIANT_SDK", value_name = "DIR")]
    sdk: Option<PathBuf>,
}

/// Longest name.
const LONGEST: usize = 40;

/// Writes a plugin that can be built as it is. Never overwrites.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let name = &arguments.name;
    check_name(name)?;
    let folder = Path::new(name);
    if folder.exists() {
        bail!("{name} is there already; choose another name");
    }
    let sdk = match &arguments.sdk {
        Some(path) => {
            if !path.join("Cargo.toml").is_file() {
                bail!("{} holds no crate", path.display());
            }
            format!("{{ path = {:?} }}", fs_err::canonicalize(path)?.display().to_string())
        }
        None => format!("{:?}", env!("CARGO_PKG_VERSION")),
    };
    let starter = arguments.kind.starter();
    let manifest = starter.manifest(name);
    let parsed = Manifest::parse(&manifest);
    let usable = parsed.usable().context("the starter's manifest cannot be used")?;
    let mut files = vec![
        ("Cargo.toml", cargo_toml(name, &sdk)),
        ("src/lib.rs", starter.code.to_owned()),
        ("privacy.lock", Lock::text(usable)),
        ("plugin.toml", manifest),
        ("README.md", readme(name, &starter)),
        ("LICENSE", LICENCE.to_owned()),
        (".gitignore", "/target\n*.affiant\n*.key\n".to_owned()),
    ];
    files.extend(starter.translation.map(|it| ("i18n/de.toml", starter.named(it, name))));
    files.extend(starter.interview(name).map(|it| ("interview.yml", it)));
    for (file, text) in files {
        let file = folder.join(file);
        if let Some(parent) = file.parent() {
            fs_err::create_dir_all(parent)?;
        }
        fs_err::write(file, text)?;
    }
    say(&format!(
        "Wrote {name}: what it does is in src/lib.rs, what it says of itself in plugin.toml. Build \
         it with `affiant plugin build {name}`."
    ));
    Ok(ExitCode::SUCCESS)
}

fn check_name(name: &str) -> anyhow::Result<()> {
    let is_part = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    let begins = name.starts_with(|it: char| it.is_ascii_lowercase());
    if begins && name.len() <= LONGEST && name.bytes().all(is_part) && !name.ends_with('-') {
        return Ok(());
    }
    bail!(
        "a plugin's name begins with a letter and has lower-case letters, digits and `-`, at most \
         {LONGEST}"
    );
}

const LICENCE: &str = "\
Put the text of the plugin's licence here, and its short name into `license` in plugin.toml and
Cargo.toml. A package without a licence cannot be handed on.
";

fn cargo_toml(name: &str, sdk: &str) -> String {
    format!(
        "\
[package]
name = \"{name}\"
version = \"0.1.0\"
edition = \"2024\"
license = \"MIT\"
publish = false

[lib]
crate-type = [\"cdylib\", \"lib\"]

[dependencies]
affiant-plugin = {sdk}

[profile.release]
opt-level = \"s\"
lto = true
panic = \"abort\"
strip = \"debuginfo\"

[workspace]
"
    )
}

fn readme(name: &str, starter: &Starter) -> String {
    let title = starters::title(name);
    format!(
        "# {title}\n\nWhat the plugin does, for administrators who choose whether to install it.\n\n\
         ## Changing it\n\n\
         `cargo test` runs the tests in src/lib.rs.\n\
         `affiant plugin build` makes the component, `affiant plugin check` says what is wrong with \
         plugin.toml, and `affiant plugin pack` makes the file that is installed.\n\n\
         It is of the kind `{}`.\n",
        starter.kind
    )
}
