//! What is in a package, and that it fits together.

use std::collections::BTreeMap;

use affiant_manifest::{Finding, Manifest, check_binary};

use crate::component::interfaces;
use crate::error::{PackageError, shown};
use crate::key::PublisherKey;
use crate::{MAX_COMPONENT, MAX_TEXT, MAX_TRANSLATIONS, archive, envelope};

const MANIFEST: &str = "plugin.toml";
const LICENCE: &str = "LICENSE";
const README: &str = "README.md";

/// A plugin as it is handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// `plugin.toml`.
    pub manifest: String,
    /// The component.
    pub component: Vec<u8>,
    /// The texts of each `i18n/LANGUAGE.toml`, by language.
    pub translations: BTreeMap<String, String>,
    /// `LICENSE`.
    pub licence: String,
    /// `README.md`.
    pub readme: Option<String>,
    /// What runs in browsers, in the file that the manifest names.
    pub script: Option<String>,
}

/// A package that was read, and who vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// What is in it.
    pub package: Package,
    /// Who signed it. `None` when nobody did.
    pub publisher: Option<PublisherKey>,
    /// SHA-256 of the archive, which is the same whoever signed it.
    pub digest: [u8; 32],
}

impl Package {
    /// Reads a file. Its digest, and its signature where there is one, are checked before anything
    /// in it is looked at; then, that its parts fit together.
    ///
    /// Whether the publisher is the one of before, and whether one is needed, is the caller's to
    /// compare.
    pub fn read(bytes: &[u8]) -> Result<Read, PackageError> {
        let opened = envelope::open(bytes)?;
        let package = Self::unpacked(opened.archive)?;
        let manifest = package.parsed()?;
        if package.archive(&manifest)? != opened.archive {
            return Err(PackageError::OtherArchive);
        }
        Ok(Read { package, publisher: opened.publisher, digest: opened.digest })
    }

    /// Makes the file, which nobody has signed. Equal packages give equal bytes.
    ///
    /// Fails for what [`Package::read`] would refuse.
    pub fn pack(&self) -> Result<Vec<u8>, PackageError> {
        let manifest = self.parsed()?;
        envelope::close(&self.archive(&manifest)?)
    }

    /// The manifest, after checks that everything in the package can be used and fits together.
    pub fn parsed(&self) -> Result<Manifest, PackageError> {
        self.check_sizes()?;
        let manifest = usable(&self.manifest)?;
        let name = component_name(&manifest)?;
        let found = interfaces(&self.component)
            .map_err(|source| PackageError::Component { name: name.to_owned(), source })?;
        let report = check_binary(&manifest, &found.imports, &self.component);
        if report.findings.iter().any(Finding::is_error) {
            let text = self.manifest.clone();
            return Err(PackageError::Manifest { text, findings: report.findings });
        }
        check_contract(&manifest, name, &found.exports)?;
        match (script_name(&manifest), &self.script) {
            (Some(name), None) => return Err(PackageError::Missing(name.to_owned())),
            (None, Some(_)) => return Err(PackageError::Unknown("a script".to_owned())),
            _ => {}
        }
        for (language, text) in &self.translations {
            check_translation(language, text)?;
        }
        Ok(manifest)
    }

    fn check_sizes(&self) -> Result<(), PackageError> {
        if self.translations.len() > MAX_TRANSLATIONS {
            return Err(PackageError::TooManyTranslations(self.translations.len()));
        }
        let most = |name: &str, size: usize, most: usize| {
            let name = name.to_owned();
            if size > most {
                return Err(PackageError::EntryTooLarge { name, size: size as u64, most });
            }
            Ok(())
        };
        most("the component", self.component.len(), MAX_COMPONENT)?;
        most(MANIFEST, self.manifest.len(), MAX_TEXT)?;
        most(LICENCE, self.licence.len(), MAX_TEXT)?;
        most(README, self.readme.as_ref().map_or(0, String::len), MAX_TEXT)?;
        most("the script", self.script.as_ref().map_or(0, String::len), MAX_TEXT)?;
        for (language, text) in &self.translations {
            most(&translation_name(language), text.len(), MAX_TEXT)?;
        }
        Ok(())
    }

    fn archive(&self, manifest: &Manifest) -> Result<Vec<u8>, PackageError> {
        let component = component_name(manifest)?;
        let translations: Vec<(String, &str)> = self
            .translations
            .iter()
            .map(|(language, text)| (translation_name(language), text.as_str()))
            .collect();
        let mut entries: Vec<(&str, &[u8])> = vec![
            (MANIFEST, self.manifest.as_bytes()),
            (LICENCE, self.licence.as_bytes()),
            (component, &self.component),
        ];
        entries.extend(self.readme.as_ref().map(|it| (README, it.as_bytes())));
        let script = script_name(manifest).zip(self.script.as_ref());
        entries.extend(script.map(|(name, it)| (name, it.as_bytes())));
        entries.extend(translations.iter().map(|(name, text)| (name.as_str(), text.as_bytes())));
        entries.sort_unstable();
        archive::write(&entries)
    }

    fn unpacked(bytes: &[u8]) -> Result<Self, PackageError> {
        let mut files: BTreeMap<String, Vec<u8>> =
            archive::read(bytes, most)?.into_iter().map(|it| (it.name, it.bytes)).collect();
        let mut text = |name: &str| {
            let bytes = files.remove(name)?;
            let no_text = |_| PackageError::NoText(name.to_owned());
            Some(String::from_utf8(bytes).map_err(no_text))
        };
        let manifest =
            text(MANIFEST).ok_or_else(|| PackageError::Missing(MANIFEST.to_owned()))??;
        let licence = text(LICENCE).ok_or_else(|| PackageError::Missing(LICENCE.to_owned()))??;
        let readme = text(README).transpose()?;
        let translations = BTreeMap::new();
        let parsed = usable(&manifest)?;
        let script = script_name(&parsed).and_then(&mut text).transpose()?;
        let component = Vec::new();
        let mut package = Self { manifest, component, translations, licence, readme, script };
        let component = component_name(&parsed)?;
        package.component =
            files.remove(component).ok_or_else(|| PackageError::Missing(component.to_owned()))?;
        for (name, bytes) in files {
            // Two components, of which the manifest names one.
            let Some(language) = language_of(&name) else {
                return Err(PackageError::Unknown(shown(name.as_bytes())));
            };
            let language = language.to_owned();
            let text = String::from_utf8(bytes).map_err(|_| PackageError::NoText(name))?;
            package.translations.insert(language, text);
        }
        Ok(package)
    }
}

fn usable(text: &str) -> Result<Manifest, PackageError> {
    let parsed = Manifest::parse(text);
    if let Some(manifest) = parsed.usable() {
        return Ok(manifest.clone());
    }
    Err(PackageError::Manifest { text: text.to_owned(), findings: parsed.findings })
}

/// What a manifest calls its component.
fn component_name(manifest: &Manifest) -> Result<&str, PackageError> {
    let component = manifest.plugin.component.as_ref().ok_or(PackageError::NoComponent)?;
    Ok(component.value.as_str())
}

/// What a manifest calls what runs in browsers, if something does.
fn script_name(manifest: &Manifest) -> Option<&str> {
    manifest.plugin.script.as_ref().map(|it| it.value.as_str())
}

fn translation_name(language: &str) -> String {
    format!("i18n/{language}.toml")
}

/// The language that a file translates to, if it is a translation.
fn language_of(name: &str) -> Option<&str> {
    name.strip_prefix("i18n/")?.strip_suffix(".toml")
}

/// How large a file may be; `None` for one that does not belong into a package.
fn most(name: &str) -> Option<usize> {
    let is_component = !name.contains('/') && name.strip_suffix(".wasm").is_some();
    let is_script = !name.contains('/') && name.strip_suffix(".js").is_some();
    let is_text = is_script
        || [MANIFEST, LICENCE, README].contains(&name)
        || language_of(name).is_some_and(|it| !it.contains('/'));
    match (is_component, is_text) {
        (true, _) => Some(MAX_COMPONENT),
        (false, true) => Some(MAX_TEXT),
        (false, false) => None,
    }
}

/// A component offers what its kind has, in the version that `abi` names.
fn check_contract(manifest: &Manifest, name: &str, exports: &[String]) -> Result<(), PackageError> {
    let Some(abi) = &manifest.plugin.abi else { return Err(PackageError::NoComponent) };
    let (world, version) = abi.value.as_str().split_once('@').unwrap_or((abi.value.as_str(), ""));
    // `affiant:functions@1.0` is any `affiant:functions/…@1.0.…`.
    let (begin, end) = (format!("{world}/"), format!("@{version}."));
    if exports.iter().any(|it| it.starts_with(&begin) && it.contains(&end)) {
        return Ok(());
    }
    Err(PackageError::OtherContract {
        name: name.to_owned(),
        wanted: format!("{world}/…@{version}"),
        offered: exports.to_vec(),
    })
}

/// A translation is a table: a sentence of the manifest, and the same in another language.
fn check_translation(language: &str, text: &str) -> Result<(), PackageError> {
    let name = translation_name(&shown(language.as_bytes()));
    let refused = |line, problem: &str| PackageError::Translation {
        name: name.clone(),
        line,
        problem: problem.to_owned(),
    };
    let mut parts = language.split('-');
    let is_word = |it: &str, most| {
        (2..=most).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_alphanumeric())
    };
    let is_language =
        parts.next().is_some_and(|it| is_word(it, 3)) && parts.all(|it| is_word(it, 8));
    if !is_language {
        return Err(refused(1, "the file's name is no language, as in `de` or `pt-BR`"));
    }
    let line_of = |at: usize| text.get(..at).map_or(1, |it| it.matches('\n').count() + 1);
    let (table, errors) = toml::de::DeTable::parse_recoverable(text);
    if let Some(error) = errors.first() {
        let line = error.span().map_or(1, |it| line_of(it.start));
        return Err(refused(line, error.message().trim()));
    }
    for (sentence, value) in table.get_ref() {
        if value.get_ref().as_str().is_none_or(|it| it.trim().is_empty()) {
            let problem = "write `\"a sentence of plugin.toml\" = \"the same in this language\"`";
            return Err(refused(line_of(sentence.span().start), problem));
        }
    }
    Ok(())
}
