//! `affiant plugin install|list|enable|disable|upgrade|remove`: the plugins of a data folder, beside a
//! running server or without one.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use affiant_audit::{Detail, Entry, Event};
use affiant_backend::{Change, PluginChange, PluginSecretRow};
use affiant_keyring::Keys;
use affiant_manifest::{Direction, Facet, Label, Language, Manifest, SettingType, Value};
use affiant_plugins::{Choice, Known, Package, Scope, step};
use affiant_vault::{Master, SettingName};
use affiant_web::{COMMAND_LINE, LetPlugins, Plugboard};
use anyhow::{Context as _, bail};

use crate::command::{opened_with_master, runtime, say};
use crate::config::Config;
use crate::plugins::runner;
use crate::storage::Storage;
use crate::system::{SystemRandomness, now};

/// Where the plugins are.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Place {
    /// The configuration file; it may be missing.
    #[arg(long, env = "AFFIANT_CONFIG", value_name = "FILE", default_value = "affiant.toml")]
    config: PathBuf,
    /// Folder of the databases (`data`, `data`).
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The master key (`master_key`, `master.key` in `data`).
    #[arg(long, value_name = "FILE")]
    master_key: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Install {
    /// The package, as `affiant plugin pack` and `affiant plugin sign` made it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Take a package that nobody signed.
    #[arg(long)]
    unsigned: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Enable {
    /// The plugin, as in `org.example.shouting`.
    plugin: String,
    /// Only in the interview of this name; can be given several times.
    #[arg(long = "interview", value_name = "NAME")]
    interviews: Vec<String>,
    /// A setting; can be given several times. One that is not given keeps what it was.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    settings: Vec<(String, String)>,
    /// A secret setting, read from a file; can be given several times.
    #[arg(long = "secret", value_name = "NAME=FILE", value_parser = pair)]
    secrets: Vec<(String, String)>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Named {
    /// The plugin, as in `org.example.shouting`.
    plugin: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Upgrade {
    /// The plugin, as in `org.example.shouting`.
    plugin: String,
    /// The version; the one that was installed last unless given.
    version: Option<String>,
    /// Only show what would change.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Place,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// What a command works on.
struct Site {
    storage: Storage,
    keys: Keys,
    master: Arc<Master>,
    board: Plugboard,
}

impl Site {
    async fn open(place: &Place, takes_unsigned: bool) -> anyhow::Result<Self> {
        let mut config = Config::read(&place.config)?;
        config.data = place.data.clone().unwrap_or(config.data);
        config.master_key = place.master_key.clone().or(config.master_key);
        let (storage, keys, master) = opened_with_master(&config).await?;
        let (runner, registry) = runner(&config, &keys, &master)?;
        let store = Arc::clone(&storage.main);
        let lets = LetPlugins {
            be_unsigned: takes_unsigned || config.dev,
            be_in_pages: config.plugins_in_pages,
        };
        let board = Plugboard::open(store, registry, Arc::new(runner), lets)
            .await
            .context("what is installed of plugins cannot be read")?;
        Ok(Self { storage, keys, master, board })
    }

    fn known(&self) -> Arc<Known> {
        self.board.known()
    }

    /// The package that counts for a plugin, and what is chosen for it.
    fn find(&self, plugin: &str) -> anyhow::Result<(Arc<Package>, Choice)> {
        let known = self.known();
        let package = known.package_of(plugin, now());
        let Some(package) = package else {
            bail!("`{plugin}` is not installed; `affiant plugin list` shows what is")
        };
        Ok((Arc::clone(package), known.decisions.at(plugin, now()).clone()))
    }

    /// Decides, and says from when on it holds.
    async fn decide(
        &self,
        plugin: &str,
        to: &Choice,
        secrets: Vec<PluginSecretRow>,
    ) -> anyhow::Result<()> {
        let why = "Decided on the command line.";
        let secrets =
            secrets.into_iter().map(|it| Change::Plugin(PluginChange::PutPluginSecret(it)));
        let also = [noted(Event::PluginAsked, plugin)].into_iter().chain(secrets).collect();
        let waits = self.board.ask(plugin, to, why, COMMAND_LINE, now(), also).await?;
        if waits.is_some() {
            say("This weakens people’s privacy: it holds in 24 hours, is shown on /privacy until \
                 then, and any administrator can take it back on the page Plugins.");
        } else {
            say("It holds from now on; a running server follows within seconds.");
        }
        Ok(())
    }

    async fn close(self) -> anyhow::Result<ExitCode> {
        self.storage.close().await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// An entry of the audit log: what is done on the command line is nobody's.
fn noted(event: Event, plugin: &str) -> Change {
    let detail = Detail::Plugin(plugin.to_owned());
    Change::Audit(Arc::new(Entry { at: now(), event, detail, subjects: Vec::new() }))
}

pub(crate) fn install(arguments: &Install) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let bytes = fs_err::read(&arguments.file)?;
        let site = Site::open(&arguments.place, arguments.unsigned).await?;
        let plugin = affiant_package::Package::read(&bytes)
            .map_err(anyhow::Error::from)
            .and_then(|it| Ok(it.package.parsed()?.plugin.id.to_string()))
            .with_context(|| arguments.file.display().to_string())?;
        let also = vec![noted(Event::PluginInstalled, &plugin)];
        let package = site
            .board
            .install(bytes, COMMAND_LINE, now(), also)
            .await
            .with_context(|| arguments.file.display().to_string())?;
        say(&format!("{} {} is installed, and off.", package.plugin(), package.version()));
        tell(&package.manifest, &Label::worst(&package.manifest), "At worst, with any settings:");
        let place = if package.may_be_on(&Scope::Site) { "" } else { " --interview NAME" };
        say(&format!("To switch it on: affiant plugin enable {}{place}", package.plugin()));
        site.close().await
    })
}

/// The five facts of a plugin.
fn tell(manifest: &Manifest, label: &Label, heading: &str) {
    say(&format!("{} ({})", manifest.plugin.name, manifest.plugin.summary));
    say(heading);
    for facet in Facet::ALL {
        let language = Language::En;
        say(&format!("  {}: {}", facet.name(language), label.say(facet, language)));
    }
}

pub(crate) fn list(arguments: &List) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let site = Site::open(&arguments.place, false).await?;
        let known = site.known();
        if known.shelf.all().is_empty() {
            say("No plugin is installed.");
        }
        for package in known.shelf.all() {
            let choice = known.decisions.at(package.plugin(), now());
            let state = if choice.digest == Some(package.digest) {
                scope_in_words(&choice.scope)
            } else {
                "off".to_owned()
            };
            say(&format!("{} {}: {state}", package.plugin(), package.version()));
        }
        site.close().await
    })
}

fn scope_in_words(scope: &Scope) -> String {
    match scope {
        Scope::Off => "off".to_owned(),
        Scope::Site => "on in all interviews".to_owned(),
        Scope::Interviews(names) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("on in {}", names.join(", "))
        }
    }
}

/// A setting from its text.
fn value(manifest: &Manifest, name: &str, text: &str) -> anyhow::Result<Value> {
    let setting = manifest.settings.0.iter().find(|(it, _)| it.value == name);
    let Some((_, setting)) = setting else {
        let known: Vec<&str> =
            manifest.settings.0.iter().map(|(it, _)| it.value.as_str()).collect();
        bail!("there is no setting `{name}`; there are: {}", known.join(", "))
    };
    if setting.secret {
        bail!("`{name}` is secret: put it into a file, and say `--secret {name}=FILE`");
    }
    Ok(match setting.kind.value {
        SettingType::Bool => {
            Value::Bool(text.parse().with_context(|| format!("`{name}` is `true` or `false`"))?)
        }
        SettingType::Int => {
            Value::Int(text.parse().with_context(|| format!("`{name}` is a whole number"))?)
        }
        SettingType::String | SettingType::Url | SettingType::Enum | SettingType::Duration => {
            Value::Text(text.to_owned())
        }
    })
}

pub(crate) fn enable(arguments: &Enable) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let site = Site::open(&arguments.place, false).await?;
        let (package, mut choice) = site.find(&arguments.plugin)?;
        choice.digest = Some(package.digest);
        choice.scope = if arguments.interviews.is_empty() {
            Scope::Site
        } else {
            Scope::Interviews(arguments.interviews.iter().cloned().collect())
        };
        for (name, text) in &arguments.settings {
            let value = value(&package.manifest, name, text)?;
            choice.installation.values.insert(name.clone(), value);
        }
        let mut secrets = Vec::new();
        for (name, file) in &arguments.secrets {
            secrets.push(secret(&site, &package, name, file)?);
        }
        check(&site, &package, &choice, &secrets)?;
        let declaration = package.manifest.open_declaration(choice.installation.clone());
        if let Ok(declaration) = declaration {
            tell(&package.manifest, &Label::of(&declaration), "With these settings:");
        }
        site.decide(&arguments.plugin, &choice, secrets).await?;
        site.close().await
    })
}

/// A secret setting, sealed.
fn secret(
    site: &Site,
    package: &Package,
    name: &str,
    file: &str,
) -> anyhow::Result<PluginSecretRow> {
    let settings = &package.manifest.settings.0;
    if !settings.iter().any(|(it, setting)| it.value == name && setting.secret) {
        bail!("there is no secret setting `{name}`");
    }
    let text = fs_err::read_to_string(file)?;
    let plugin = package.plugin();
    let place = SettingName { deployment: site.keys.deployment(), plugin, name };
    let sealed = site
        .master
        .seal_setting(&place, text.trim(), &SystemRandomness)
        .context("there is no randomness")?;
    Ok(PluginSecretRow { plugin: plugin.to_owned(), name: name.to_owned(), sealed })
}

/// What is wrong with the settings, all of it.
fn check(
    site: &Site,
    package: &Package,
    choice: &Choice,
    secrets: &[PluginSecretRow],
) -> anyhow::Result<()> {
    if !package.may_be_on(&choice.scope) {
        let what = match choice.scope {
            Scope::Site => "single interviews only: say `--interview NAME`",
            Scope::Interviews(_) | Scope::Off => "all interviews only: leave `--interview` out",
        };
        bail!("the manifest of `{}` lets it be on in {what}", package.plugin());
    }
    let known = site.known();
    let has = |name: &str| {
        let mut all = known.sealed.iter().chain(secrets);
        all.any(|it| it.plugin == package.plugin() && it.name == name)
    };
    for (name, setting) in &package.manifest.settings.0 {
        if setting.secret && setting.required && !has(&name.value) {
            bail!(
                "the secret setting `{name}` is missing: say `--secret {name}=FILE`",
                name = name.value
            );
        }
    }
    let declaration = match package.manifest.open_declaration(choice.installation.clone()) {
        Ok(declaration) => declaration,
        Err(problems) => {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            bail!("{}", told.join("; "))
        }
    };
    if let Some((recipient, question)) = declaration.open_questions().first() {
        bail!(
            "only you know this of `{}`: {question:?}. Say it on the page Plugins",
            recipient.id.value
        );
    }
    Ok(())
}

pub(crate) fn disable(arguments: &Named) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let site = Site::open(&arguments.place, false).await?;
        let off = site.known().decisions.at(&arguments.plugin, now()).off();
        site.decide(&arguments.plugin, &off, Vec::new()).await?;
        site.close().await
    })
}

pub(crate) fn upgrade(arguments: &Upgrade) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let site = Site::open(&arguments.place, false).await?;
        let known = site.known();
        let (from, choice) = site.find(&arguments.plugin)?;
        let all = known.shelf.of(&arguments.plugin);
        let is_it = |it: &&&Arc<Package>| match &arguments.version {
            Some(version) => it.version() == version,
            None => true,
        };
        let Some(to) = all.iter().find(is_it) else {
            bail!("this version is not installed; `affiant plugin list` shows which are")
        };
        let next = Choice { digest: Some(to.digest), ..choice.clone() };
        let Some(change) = step(&choice, &next, &known.shelf) else {
            bail!("its settings do not fit version {}: set them with `enable`", to.version())
        };
        say(&format!("{} {} to {}", to.plugin(), from.version(), to.version()));
        if change.changes.is_empty() {
            say("Nothing changes in what it does to people’s privacy.");
        }
        for it in &change.changes {
            let sign = if it.direction() == Direction::Widens { "more" } else { "less" };
            say(&format!("  {sign}: {}", it.say(Language::En)));
        }
        if !arguments.dry_run {
            site.decide(&arguments.plugin, &next, Vec::new()).await?;
        }
        site.close().await
    })
}

pub(crate) fn remove(arguments: &Named) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let site = Site::open(&arguments.place, false).await?;
        site.find(&arguments.plugin)?;
        let also = vec![noted(Event::PluginRemoved, &arguments.plugin)];
        site.board.remove(&arguments.plugin, now(), also).await?;
        say(&format!("{} is removed, with its secret settings.", arguments.plugin));
        site.close().await
    })
}
