//! Texts with a form: names, addresses, versions, times, conditions.

use std::fmt;

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use crate::finding::{Finding, short};
use crate::read::{Field, Findings, Located, record, text};
use crate::vocabulary::is_country;

/// Longest sentence, in characters.
pub const MAX_TEXT: usize = 500;

/// A text that has a form of its own.
///
/// The macro makes a type of a function that says what is wrong with a text, and of the pattern that
/// editors check.
macro_rules! formed {
    ($(#[doc = $doc:literal])* $name:ident, $check:expr, $schema:expr) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Takes a text; fails with what to write instead when its form is wrong.
            pub fn parse(text: &str) -> Result<Self, &'static str> {
                let check: fn(&str) -> Result<(), &'static str> = $check;
                check(text).map(|()| Self(text.into()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Field for $name {
            fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
                let read = text(value, findings)?;
                let parsed = Self::parse(read);
                if let Err(hint) = parsed {
                    let message = format!("`{}` has not the form that is needed here", short(read));
                    findings.push(Finding::error("bad-form", value.span().into(), message, hint));
                }
                parsed.ok()
            }

            fn schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

formed!(
    /// A sentence for people: not empty, without control characters, at most [`MAX_TEXT`] long.
    Sentence,
    |it| sentence(it, MAX_TEXT),
    json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX_TEXT })
);

formed!(
    /// A summary: a sentence of at most 140 characters.
    Summary,
    |it| sentence(it, 140),
    json_schema!({ "type": "string", "minLength": 1, "maxLength": 140 })
);

formed!(
    /// The name of an item of the manifest, such as `usage`.
    Id,
    |it| is_id(it).then_some(()).ok_or("write lower-case letters, digits and `-`, at most 64"),
    json_schema!({ "type": "string", "pattern": "^[a-z][a-z0-9-]{0,63}$" })
);

formed!(
    /// The name of a plugin, as in `org.example.greeting`: it never changes.
    PluginId,
    |it| {
        let parts = it.split('.').filter(|it| is_id(it)).count();
        let is_fine = parts >= 2 && parts == it.split('.').count() && it.len() <= 128;
        is_fine.then_some(()).ok_or("write a name of yours backwards, as in `org.example.greeting`")
    },
    json_schema!({ "type": "string", "pattern": "^[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*)+$" })
);

formed!(
    /// A country of ISO 3166-1, two letters.
    Country,
    |it| is_country(it).then_some(()).ok_or("write the two letters of a country, as in `DE`"),
    json_schema!({ "type": "string", "pattern": "^[A-Z]{2}$" })
);

formed!(
    /// An address of a page: `https` and a name.
    Url,
    |it| {
        let parsed = url::Url::parse(it).ok();
        let is_fine = parsed.is_some_and(|it| it.scheme() == "https" && it.domain().is_some());
        is_fine.then_some(()).ok_or("write a whole address that begins with `https://`")
    },
    json_schema!({ "type": "string", "format": "uri", "pattern": "^https://" })
);

formed!(
    /// A version, as in `1.4.0`.
    Version,
    |it| {
        semver::Version::parse(it).map(|_| ()).map_err(|_| "write three numbers, as in `1.4.0`")
    },
    json_schema!({ "type": "string", "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+" })
);

formed!(
    /// The contract that a component was built for, as in `affiant:functions@1.0`.
    Abi,
    |it| {
        let version = it.strip_prefix("affiant:").and_then(|it| it.split_once('@'));
        let is_number = |it: &str| !it.is_empty() && it.len() < 5 && it.bytes().all(|it| it.is_ascii_digit());
        let is_fine = version.is_some_and(|(world, version)| {
            is_id(world) && version.split_once('.').is_some_and(|(a, b)| is_number(a) && is_number(b))
        });
        is_fine.then_some(()).ok_or("write the world and its version, as in `affiant:functions@1.0`")
    },
    json_schema!({ "type": "string", "pattern": "^affiant:[a-z-]+@[0-9]+\\.[0-9]+$" })
);

formed!(
    /// The name of the component's file inside of the package.
    Component,
    |it| {
        let name = it.strip_suffix(".wasm").unwrap_or("");
        let is_part = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
        let is_fine = name.bytes().all(is_part) && name.starts_with(|it: char| it.is_ascii_alphanumeric());
        is_fine.then_some(()).ok_or("write a file's name without folders, as in `greeting.wasm`")
    },
    json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*\\.wasm$" })
);

formed!(
    /// The name of the file inside of the package that runs in browsers.
    Script,
    |it| {
        let name = it.strip_suffix(".js").unwrap_or("");
        let is_part = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
        let is_fine = name.bytes().all(is_part) && name.starts_with(|it: char| it.is_ascii_alphanumeric());
        is_fine.then_some(()).ok_or("write a file's name without folders, as in `counting.js`")
    },
    json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*\\.js$" })
);

formed!(
    /// A host: an exact name, or `*.` and a name for all below it.
    Host,
    check_host,
    json_schema!({ "type": "string", "pattern": "^(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)+$" })
);

/// Whether a path is the prefix or lies under it. What a peer could read as another path than we do
/// lies under none.
pub fn path_begins_with(path: &str, prefix: &str) -> bool {
    if prefix == "/" {
        return true;
    }
    let lower = path.to_ascii_lowercase();
    let is_ambiguous = ["%2f", "%5c", "%2e", "%00", "//", ";"].iter().any(|it| lower.contains(it));
    let Some(rest) = path.strip_prefix(prefix) else { return false };
    !is_ambiguous && (rest.is_empty() || rest.starts_with('/') || prefix.ends_with('/'))
}

formed!(
    /// What a path begins with.
    PathPrefix,
    |it| {
        let is_fine = it.starts_with('/')
            && it.len() <= 256
            && it.bytes().all(|it| it.is_ascii_graphic() && !matches!(it, b'?' | b'#' | b'%' | b'\\'))
            && !it.split('/').any(|it| it == ".." || it == ".");
        is_fine.then_some(()).ok_or("write a path that begins with `/`, without `..`, `?` and `%`")
    },
    json_schema!({ "type": "string", "pattern": "^/" })
);

formed!(
    /// A field that a plugin may read: `event.screen_id`, `template.referenced`, `tag:pd:Income`.
    Selector,
    |it| {
        let is_part = |it: &str| {
            it.starts_with(|it: char| it.is_ascii_lowercase())
                && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
        };
        let is_tag = it.strip_prefix("tag:").is_some_and(|it| crate::vocabulary::Category::named(it).is_some());
        let is_path = it.len() <= 128 && it.contains('.') && it.split('.').all(is_part);
        (is_tag || is_path).then_some(()).ok_or("write names joined by dots, or `tag:` and a data category")
    },
    json_schema!({ "type": "string", "pattern": "^(tag:.+|[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+)$" })
);

formed!(
    /// The name of a cookie or key in a browser; `*` at its end stands for any end.
    StorageName,
    |it| {
        let name = it.strip_suffix('*').unwrap_or(it);
        let is_part = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.' | b'$' | b'!');
        let is_fine = !name.is_empty() && name.len() <= 128 && name.bytes().all(is_part);
        is_fine.then_some(()).ok_or("write its name; only the last character can be `*`")
    },
    json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9$!._-]+\\*?$" })
);

fn sentence(it: &str, longest: usize) -> Result<(), &'static str> {
    if it.trim().is_empty() {
        return Err("write a sentence that people understand; it is shown to them");
    }
    if it.chars().count() > longest {
        return Err("write less: it is shown to people, who have little time");
    }
    if it.chars().any(char::is_control) {
        return Err("write it on one line");
    }
    Ok(())
}

/// Whether it is lower-case letters, digits and `-`, begins with a letter, and is not long.
pub(crate) fn is_id(it: &str) -> bool {
    it.len() <= 64
        && it.starts_with(|it: char| it.is_ascii_lowercase())
        && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

fn check_host(it: &str) -> Result<(), &'static str> {
    let name = it.strip_prefix("*.").unwrap_or(it);
    let is_label = |it: &str| {
        !it.is_empty()
            && it.len() <= 63
            && !it.starts_with('-')
            && !it.ends_with('-')
            && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
    };
    if name.len() > 253 || !name.contains('.') || !name.split('.').all(is_label) {
        return Err("write a host's whole name in lower case, as in `api.example.org`");
    }
    if name.rsplit('.').next().is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit())) {
        return Err("write a name, not a number: what a number leads to can change hands unseen");
    }
    if it.starts_with("*.") && psl::domain_str(name).is_none() {
        return Err("write more of it: anybody can get a name under this one");
    }
    Ok(())
}

impl Host {
    /// Whether this host, or one of those that it stands for, is `name`.
    pub fn covers(&self, name: &str) -> bool {
        match self.0.strip_prefix("*.") {
            Some(suffix) => {
                name.strip_suffix(suffix).is_some_and(|it| it.len() > 1 && it.ends_with('.'))
            }
            None => *self.0 == *name,
        }
    }

    /// Whether it stands for many.
    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }
}

/// A time as ISO 8601 writes it, at most a hundred years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duration {
    text: Box<str>,
    seconds: u64,
}

impl Duration {
    /// Reads it; `None` when it is none, is not above zero, or is longer than a hundred years.
    pub fn parse(text: &str) -> Option<Self> {
        const LONGEST: f64 = 100.0 * 366.0 * 86_400.0;
        if text.len() > 32 || !text.starts_with('P') {
            return None;
        }
        let span: jiff::Span = text.parse().ok()?;
        // Years and months are counted from a day; any will do to compare.
        let seconds = span.total((jiff::Unit::Second, jiff::civil::date(2001, 1, 1))).ok()?;
        if !(1.0..=LONGEST).contains(&seconds) {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within bounds"
        )]
        let seconds = seconds as u64;
        Some(Self { text: text.into(), seconds })
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How long, in seconds; a year has 365 days and a month 31.
    pub fn seconds(&self) -> u64 {
        self.seconds
    }
}

impl Field for Duration {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        let read = text(value, findings)?;
        let duration = Self::parse(read);
        if duration.is_none() {
            let message = format!("`{}` is no time", short(read));
            let hint = "write it with a unit, as in `PT10M`, `P30D` or `P2Y`, at most 100 years";
            findings.push(Finding::error("bad-duration", value.span().into(), message, hint));
        }
        duration
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^P" })
    }
}

/// Who says what the author does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenFrom {
    /// The administrator is asked.
    Admin,
    /// The setting of this name.
    Setting(String),
}

impl Field for TakenFrom {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        let read = text(value, findings)?;
        if read == "admin" {
            return Some(Self::Admin);
        }
        let setting = read.strip_prefix("setting:").filter(|it| !it.is_empty());
        if setting.is_none() {
            let message = format!("`{}` says not who knows this", short(read));
            let hint = "write `admin`, or `setting:` and the name of a setting";
            findings.push(Finding::error("bad-form", value.span().into(), message, hint));
        }
        setting.map(|it| Self::Setting(it.to_owned()))
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(admin|setting:.+)$" })
    }
}

/// What a setting can be set to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A text, or one word of an enum.
    Text(String),
    /// A whole number.
    Int(u32),
    /// Yes or no.
    Bool(bool),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(it) => f.write_str(it),
            Self::Int(it) => it.fmt(f),
            Self::Bool(it) => it.fmt(f),
        }
    }
}

impl Field for Value {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        match value.get_ref() {
            DeValue::Boolean(it) => Some(Self::Bool(*it)),
            DeValue::Integer(_) => u32::read(value, findings).map(Self::Int),
            _ => String::read(value, findings).map(Self::Text),
        }
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer", "boolean"] })
    }
}

/// One value or some.
#[derive(Clone, Debug, PartialEq)]
pub struct Values(pub Vec<Located<Value>>);

impl Field for Values {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        if value.get_ref().is_array() {
            return Vec::read(value, findings).map(Self);
        }
        Located::read(value, findings).map(|it| Self(vec![it]))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let one = Value::schema(generator);
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

record! {
    /// For which settings an item holds.
    pub struct When {
        /// The name of a setting of the type `enum` or `bool`.
        setting: Located<String>,
        /// The value, or values, that it must have.
        is: Values,
    }
}
