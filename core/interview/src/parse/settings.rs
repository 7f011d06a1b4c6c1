//! Blocks about the whole interview: metadata, features, includes, sections, terms and the like.

mod features;
mod metadata;
mod parts;
mod sections;
mod terms;
mod words;

use crate::parse::builder::Builder;
use crate::parse::keys::{KeyPlace, Place, ignores, refuses, takes};
use crate::parse::yaml::Entry;

pub(crate) use parts::{PARTS, SCREEN_PARTS};
pub(crate) use terms::terms;

/// Nothing is collected: what these keys say goes straight into the interview.
pub(crate) struct Settings;

/// Keys of blocks about the whole interview.
pub(crate) static SETTINGS: Place<Settings> = Place {
    name: "a block about the whole interview",
    keys: &[
        takes(
            "metadata",
            "What the interview says of itself: `title`, `description`, `language` and more.",
            |b, _, entry| {
                metadata::take(b, entry);
            },
        ),
        takes("include", "Files whose blocks are read at this place.", |b, _, entry| {
            b.include(entry);
        }),
        takes("modules", "Rhai files whose functions every script may call.", |b, _, entry| {
            b.modules(entry);
        }),
        takes(
            "plugins",
            "Plugins whose functions scripts and texts may call, by id.",
            |b, _, entry| {
                b.plugins(entry);
            },
        ),
        takes("features", "Switches for the whole interview.", |b, _, entry| {
            features::take(b, entry);
        }),
        takes("sections", "The navigation: a list of `key: Label`.", |b, _, entry| {
            sections::take(b, entry);
        }),
        takes("terms", "Words explained wherever they stand in braces.", |b, _, entry| {
            let found = terms(b, entry, false);
            b.interview.terms.extend(found);
        }),
        takes("auto terms", "Words explained wherever they stand.", |b, _, entry| {
            let found = terms(b, entry, true);
            b.interview.terms.extend(found);
        }),
        takes(
            "default screen parts",
            "Texts round the question of every screen.",
            |b, _, entry| parts::take(b, entry),
        ),
        takes(
            "default language",
            "The language of the blocks that follow in this file.",
            |b, _, entry| {
                b.language = b.language_tag(entry);
            },
        ),
        takes(
            "order",
            "Ids of blocks: earlier ones are preferred to later ones.",
            |b, _, entry| {
                let ids = b.words(entry);
                b.interview.orders.push(ids.iter().map(|it| it.0.clone()).collect());
                b.named_ids.extend(ids);
            },
        ),
        takes(
            "words",
            "Words of your own by language: in place of ours, and for `word(…)`.",
            |b, _, entry| words::take(b, entry),
        ),
        takes(
            "default validation messages",
            "Messages by rule, such as `required`, for fields without their own.",
            |b, _, entry| words::messages(b, entry),
        ),
        takes("id", "A name for the block.", |_, _, _| {}),
        takes("comment", "A remark for people who read the file.", |_, _, _| {}),
        ignores("language", "these settings hold for all languages"),
        ignores("auto open", "all sections are shown"),
        ignores("progressive", "all sections are shown"),
        ignores("image sets", "icons are a matter of the theme"),
        ignores("images", "icons are a matter of the theme"),
        ignores("default role", "who answers is not told apart yet"),
        ignores("attachment options", "each document says its own options"),
        ignores("machine learning storage", "there is no machine learning"),
        refuses(
            "imports",
            "Python modules cannot be used; put functions into a `.rhai` file and list it under `modules`",
        ),
        refuses("interview help", "put the text into `under` in `default screen parts`"),
        refuses("objects from file", "write the objects under `objects` and their values in code"),
        refuses("data from code", "compute the value in a code block"),
        refuses("reset", "write `reconsider: true` in the blocks that compute the variables"),
        refuses("translations", "give each language a block of its own with `language`"),
        refuses("def", "write a template block and include it"),
        refuses("mako", "write a template block and include it"),
    ],
};

impl Place<Settings> {
    /// Whether one of the entries is about the whole interview.
    pub(crate) fn keys_in(&self, entries: &[Entry]) -> bool {
        let is_remark = |it: &Entry| matches!(it.name(), "id" | "comment" | "language");
        entries.iter().any(|it| !is_remark(it) && self.has(it.name()))
    }
}

/// Reads a block about the whole interview.
pub(crate) fn take(builder: &mut Builder<'_>, entries: &[Entry]) {
    SETTINGS.take_all(builder, &mut Settings, entries);
}

/// Tables of the places inside of these blocks.
pub(crate) fn places() -> Vec<KeyPlace> {
    vec![
        SETTINGS.summary(),
        metadata::METADATA.summary(),
        metadata::RETENTION.summary(),
        features::FEATURES.summary(),
        PARTS.summary(),
        sections::SECTION.summary(),
        terms::TERM.summary(),
    ]
}
