//! What an interview says of itself.

use crate::Metadata;
use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, takes};
use crate::parse::yaml::{Entry, Literal};

/// Keys of `metadata` that mean something here. Others are allowed: people keep records there.
pub(crate) static METADATA: Place<Metadata> = Place {
    name: "`metadata`",
    keys: &[
        takes("title", "The interview's title, for people.", |b, it, entry| {
            if let Some(title) = b.word(entry) {
                it.title = title;
                it.span = Some(entry.value.span);
            }
        }),
        takes("short title", "The title where there is little room.", |b, it, entry| {
            it.short_title = b.word(entry);
        }),
        takes(
            "description",
            "What the interview is for, Markdown, on its first page.",
            |b, it, entry| {
                it.description = b.word(entry);
            },
        ),
        takes("authors", "Who wrote it: names, or a list of mappings with `name`.", authors),
        takes("language", "The language of the interview, such as `en`.", |b, it, entry| {
            it.language = b.language_tag(entry);
        }),
        takes(
            "languages",
            "The languages that people can choose from; without it, those that questions have.",
            |b, it, entry| {
                it.languages = b.language_tags(entry);
            },
        ),
        takes(
            "currency symbol",
            "The sign of money; the language’s unless said.",
            |b, it, entry| {
                it.currency_symbol = b.word(entry);
            },
        ),
        takes(
            "unlisted",
            "`true` leaves the interview out of the list of interviews.",
            |b, it, entry| {
                it.unlisted = b.flag(entry);
            },
        ),
        takes("minutes", "About how many minutes it takes.", |b, it, entry| {
            it.minutes = b.whole(entry, 1, 10_000).and_then(|it| u32::try_from(it).ok());
        }),
        takes("retention", "How long answers are kept: a mapping with `idle days`.", retention),
        takes(
            "before you start",
            "What to have at hand, Markdown, on the first page.",
            |b, it, entry| {
                it.before_you_start = b.word(entry);
            },
        ),
    ],
};

/// Keys of `retention` in `metadata`.
pub(crate) static RETENTION: Place<Metadata> = Place {
    name: "`retention`",
    keys: &[takes(
        "idle days",
        "Days without use after which a session is deleted, in place of the server’s own period.",
        |b, it, entry| {
            it.keep_days = b.whole(entry, 1, 3_650).and_then(|it| u32::try_from(it).ok());
        },
    )],
};

/// Reads `metadata`. What the interview's own file says wins over included files.
pub(super) fn take(builder: &mut Builder<'_>, entry: &Entry) {
    let Some(entries) = entry.value.map() else {
        builder.report(diagnostics::wrong_type(
            entry.value.span,
            entry.name(),
            "a mapping such as `title: My interview`",
        ));
        return;
    };
    let mut read = Metadata::default();
    for entry in entries {
        METADATA.take(builder, &mut read, entry);
    }
    let wins = Builder::is_main(entry.key.span.source);
    let before = std::mem::take(&mut builder.interview.metadata);
    builder.interview.metadata = if wins { merged(read, before) } else { merged(before, read) };
}

/// The first one's values, and the other's where the first has none.
fn merged(first: Metadata, other: Metadata) -> Metadata {
    let (title, span) =
        if first.span.is_some() { (first.title, first.span) } else { (other.title, other.span) };
    Metadata {
        title,
        span,
        short_title: first.short_title.or(other.short_title),
        description: first.description.or(other.description),
        authors: if first.authors.is_empty() { other.authors } else { first.authors },
        language: first.language.or(other.language),
        languages: if first.languages.is_empty() { other.languages } else { first.languages },
        currency_symbol: first.currency_symbol.or(other.currency_symbol),
        unlisted: first.unlisted || other.unlisted,
        minutes: first.minutes.or(other.minutes),
        keep_days: first.keep_days.or(other.keep_days),
        before_you_start: first.before_you_start.or(other.before_you_start),
    }
}

fn retention(builder: &mut Builder<'_>, metadata: &mut Metadata, entry: &Entry) {
    match entry.value.map() {
        Some(entries) => RETENTION.take_all(builder, metadata, entries),
        None => builder.report(diagnostics::wrong_type(
            entry.value.span,
            entry.name(),
            "a mapping such as `idle days: 30`",
        )),
    }
}

fn authors(builder: &mut Builder<'_>, metadata: &mut Metadata, entry: &Entry) {
    for item in entry.value.items() {
        let named = item.get("name").unwrap_or(item);
        match named.literal() {
            Some(Literal::Text(name)) => metadata.authors.push(name.trim().to_owned()),
            _ => builder.report(diagnostics::wrong_type(
                item.span,
                entry.name(),
                "names, or mappings with `name`",
            )),
        }
    }
}
