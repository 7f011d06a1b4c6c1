//! Why a package is refused.

use affiant_manifest::{Finding, Place};

use crate::component::BadComponent;
use crate::{MAX_PACKAGE, MAX_TRANSLATIONS};

/// Why bytes are no package that can be used, or a package cannot be packed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// Something else.
    #[error("this is no package of a plugin; `affiant plugin pack` makes one")]
    NoPackage,
    /// A form that a newer program wrote.
    #[error("this package has the form {0}, which a newer version of Affiant made")]
    UnknownForm(u8),
    /// It ends too early.
    #[error("the package ends too early; get it again")]
    Truncated,
    /// It is larger than allowed.
    #[error("the package has {0} bytes, and may have {MAX_PACKAGE}")]
    TooLarge(usize),
    /// What is in it is not what was packed.
    #[error("a byte of the package changed since it was packed; get it again")]
    Damaged,
    /// It is not from whom it says.
    #[error("the signature is not that of the publisher whom the package names")]
    BadSignature,
    /// The archive cannot be read.
    #[error("the archive in the package cannot be read")]
    BadArchive,
    /// The archive holds these files, written in another way.
    #[error("the archive is not as `affiant plugin pack` writes it; pack the plugin again")]
    OtherArchive,
    /// A name that a file may not have.
    #[error("`{0}` is no name that a file in a package can have")]
    BadName(String),
    /// A folder, a link, or stranger.
    #[error("`{0}` is no plain file")]
    NoFile(String),
    /// Nothing is called that.
    #[error(
        "`{0}` does not belong into a package; it holds `plugin.toml`, the component, `LICENSE`, \
         `README.md` and `i18n/LANGUAGE.toml`"
    )]
    Unknown(String),
    /// Twice there.
    #[error("`{0}` is there twice")]
    Repeated(String),
    /// A file is larger than allowed.
    #[error("`{name}` has {size} bytes, and may have {most}")]
    EntryTooLarge {
        /// Which one.
        name: String,
        /// Its size.
        size: u64,
        /// What is allowed.
        most: usize,
    },
    /// Too many of them.
    #[error("there are {0} translations, and may be {MAX_TRANSLATIONS}")]
    TooManyTranslations(usize),
    /// A file that must be there.
    #[error("`{0}` is missing")]
    Missing(String),
    /// A file that must be text.
    #[error("`{0}` is no text in UTF-8")]
    NoText(String),
    /// The manifest cannot be used, or the component is not what it says.
    #[error("{}", told(.text, .findings))]
    Manifest {
        /// The manifest.
        text: String,
        /// What is wrong with it; at least one is an error.
        findings: Vec<Finding>,
    },
    /// A plugin that is compiled in is in no package.
    #[error("plugin.toml names no `component`, so there is nothing to pack")]
    NoComponent,
    /// The component is none.
    #[error("{name}: {source}")]
    Component {
        /// Its name.
        name: String,
        /// What it is.
        source: BadComponent,
    },
    /// The component is for another contract.
    #[error("{name} exports no `{wanted}`, which `abi` in plugin.toml promises{}", named(.offered))]
    OtherContract {
        /// Its name.
        name: String,
        /// What it should export.
        wanted: String,
        /// What it exports.
        offered: Vec<String>,
    },
    /// A translation is none.
    #[error("{name}:{line}: {problem}")]
    Translation {
        /// Its name.
        name: String,
        /// Where.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

/// The first error, with its line, as one sentence.
fn told(text: &str, findings: &[Finding]) -> String {
    let first = findings.iter().find(|it| it.is_error()).or_else(|| findings.first());
    let place = first.map_or_else(Place::default, |it| it.place).locate(text);
    let (message, hint) = first
        .map_or(("it cannot be used", "check it"), |it| (it.message.as_str(), it.hint.as_str()));
    format!("plugin.toml:{}:{}: {message} ({hint})", place.line, place.column)
}

fn named(exports: &[String]) -> String {
    match exports {
        [] => ", and nothing else".to_owned(),
        some => format!("; it exports `{}`", shown(some.join("`, `").as_bytes())),
    }
}

/// Somebody's name for something, fit for a message.
pub(crate) fn shown(name: &[u8]) -> String {
    const LONGEST: usize = 100;
    let text = String::from_utf8_lossy(name);
    let kept = text.chars().take(LONGEST);
    kept.map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect()
}
