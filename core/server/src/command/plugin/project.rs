//! The folder of a plugin that somebody writes.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use affiant_manifest::Manifest;
use affiant_package::Package;
use anyhow::{Context as _, bail};

use crate::command::say;

/// The folder of a plugin.
pub(crate) struct Project {
    pub(crate) folder: PathBuf,
    /// The text of its manifest.
    pub(crate) text: String,
}

impl Project {
    /// Reads the manifest in a folder.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join("plugin.toml");
        let text = match fs_err::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => bail!(
                "there is no plugin in {}: a plugin is a folder with a plugin.toml, and `affiant \
                 plugin new NAME` makes one",
                folder.display()
            ),
            Err(error) => return Err(error).context("the manifest cannot be read"),
        };
        Ok(Self { folder: folder.to_owned(), text })
    }

    /// The manifest's file, as it is named to people.
    pub(crate) fn manifest_file(&self) -> String {
        self.folder.join("plugin.toml").display().to_string()
    }

    /// The manifest. Prints what is wrong with it, and fails if it cannot be used.
    pub(crate) fn manifest(&self) -> anyhow::Result<Manifest> {
        let parsed = Manifest::parse(&self.text);
        if let Some(manifest) = parsed.usable() {
            return Ok(manifest.clone());
        }
        for finding in &parsed.findings {
            say(&finding.render(&self.manifest_file(), &self.text));
        }
        bail!("{} cannot be used as it is", self.manifest_file());
    }

    /// Where the component is put.
    pub(crate) fn component_file(&self, manifest: &Manifest) -> anyhow::Result<PathBuf> {
        let Some(component) = &manifest.plugin.component else {
            bail!("{} names no `component`, so there is none to build", self.manifest_file());
        };
        Ok(self.folder.join("target/affiant").join(component.value.as_str()))
    }

    /// What its developers agreed to, if they did.
    pub(crate) fn lock(&self) -> anyhow::Result<Option<String>> {
        found(fs_err::read_to_string(self.lock_file()))
    }

    /// Where that is written down.
    pub(crate) fn lock_file(&self) -> PathBuf {
        self.folder.join("privacy.lock")
    }

    /// Everything that belongs into a package.
    pub(crate) fn package(&self, manifest: &Manifest) -> anyhow::Result<Package> {
        let file = self.component_file(manifest)?;
        let Some(component) = found(fs_err::read(&file))? else {
            bail!("{} is not there yet: run `affiant plugin build` first", file.display());
        };
        let text = |name: &str| {
            let file = self.folder.join(name);
            found(fs_err::read_to_string(&file)).with_context(|| format!("{name} is no text"))
        };
        let Some(licence) = text("LICENSE")? else {
            bail!("there is no LICENSE: put the text of the plugin's licence into a file LICENSE");
        };
        let script = manifest.plugin.script.as_ref().map(|it| it.value.as_str());
        let script = script.map(&text).transpose()?.flatten();
        Ok(Package {
            manifest: self.text.clone(),
            component,
            translations: self.translations()?,
            licence,
            readme: text("README.md")?,
            script,
        })
    }

    fn translations(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let mut translations = BTreeMap::new();
        let Some(files) = found(fs_err::read_dir(self.folder.join("i18n")))? else {
            return Ok(translations);
        };
        for file in files {
            let path = file?.path();
            let language = path.file_stem().and_then(|it| it.to_str());
            if let (Some("toml"), Some(language)) =
                (path.extension().and_then(|it| it.to_str()), language)
            {
                translations.insert(language.to_owned(), fs_err::read_to_string(&path)?);
            }
        }
        Ok(translations)
    }
}

/// What was read, or nothing when there is no such file.
fn found<T>(read: std::io::Result<T>) -> anyhow::Result<Option<T>> {
    match read {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
