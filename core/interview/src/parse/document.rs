//! Documents: attachments of a question, and blocks of their own.

use affiant_diagnostic::Span;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, nearest, refuses, takes};
use crate::parse::logic;
use crate::parse::yaml::{Entry, Node};
use crate::{Assembly, Attachment, BlockKind, Format, Pattern, TextId};

/// What a block of documents says.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    attachments: Vec<(Attachment, Span)>,
}

/// Keys of a block of documents.
pub(crate) static DOCUMENTS: Place<Draft> = Place {
    name: "a document block",
    keys: &[
        takes("attachment", "A document that a variable names.", block),
        takes("attachments", "Documents that variables name.", block),
    ],
};

/// What one document says.
#[derive(Default)]
pub(crate) struct AttachmentDraft {
    name: Option<TextId>,
    filename: Option<TextId>,
    description: Option<TextId>,
    content: Option<TextId>,
    formats: Vec<Format>,
    target: Option<Pattern>,
    language: Option<String>,
    skip_undefined: bool,
    plugin: Option<(String, Span)>,
    template: Option<String>,
}

/// Keys of one document.
pub(crate) static ATTACHMENT: Place<AttachmentDraft> = Place {
    name: "a document",
    keys: &[
        takes("name", "Its title, for people.", |b, it, entry| it.name = b.markdown(entry)),
        takes("filename", "The file's name without its ending.", |b, it, entry| {
            it.filename = b.plain(entry);
        }),
        takes("description", "What it is, Markdown.", |b, it, entry| {
            it.description = b.markdown(entry);
        }),
        takes("content", "Its text, Markdown with tags.", |b, it, entry| {
            it.content = b.markdown(entry);
        }),
        takes(
            "content file",
            "A Markdown file beside the interview that holds its text.",
            |b, it, entry| {
                it.content = b.text_of_file(entry);
            },
        ),
        takes(
            "valid formats",
            "The formats to offer: `pdf`, `docx`, `html`, `md`; with `assembly` others too.",
            formats,
        ),
        takes("variable name", "The variable that names the document.", |b, it, entry| {
            it.target = b.variable(entry);
        }),
        takes("language", "The language of its text, such as `en`.", |b, it, entry| {
            it.language = b.word(entry);
        }),
        takes(
            "skip undefined",
            "`true` leaves blank what is not known instead of asking for it.",
            |b, it, entry| {
                it.skip_undefined = b.flag(entry);
            },
        ),
        takes("assembly", "The plugin, by id, that makes it of a `template`.", |b, it, entry| {
            it.plugin = logic::plugin(b, entry);
        }),
        takes("template", "The file that the plugin under `assembly` fills.", |b, it, entry| {
            it.template = b.template_file(entry);
        }),
        ignores("pdf/a", "documents are PDF/UA"),
        ignores("tagged pdf", "documents are always tagged"),
        ignores("editable", "documents are not forms"),
        ignores("update references", "documents need no second step"),
        ignores("metadata", "looks are a matter of the theme"),
        ignores("redact", "nothing is blacked out"),
        ignores("rtf template file", "documents are not made as RTF"),
        ignores("docx reference file", "looks are a matter of the theme"),
        ignores("initial yaml", "looks are a matter of the theme"),
        ignores("additional yaml", "looks are a matter of the theme"),
        ignores("template file", "looks are a matter of the theme"),
        ignores("raw", "text is Markdown"),
        ignores("password", "documents are not encrypted by themselves; the session is"),
        ignores("owner password", "documents are not encrypted by themselves; the session is"),
        refuses(
            "docx template file",
            "Word templates are not read yet; write the text under `content`",
        ),
        refuses(
            "pdf template file",
            "PDF forms are not filled yet; write the text under `content`",
        ),
        refuses("fields", "PDF forms are not filled yet; write the text under `content`"),
        refuses("field variables", "PDF forms are not filled yet; write the text under `content`"),
        refuses("field code", "PDF forms are not filled yet; write the text under `content`"),
        refuses("code", "write one document for each case, each with `if`"),
    ],
};

impl Draft {
    /// The block. Each document needs a variable, or nothing could ask for it.
    pub(crate) fn finish(self, builder: &mut Builder<'_>) -> Option<BlockKind> {
        for (attachment, place) in &self.attachments {
            if attachment.target.is_none() {
                builder.report(diagnostics::document_without_variable(*place));
            }
        }
        let attachments: Vec<_> = self.attachments.into_iter().map(|it| it.0).collect();
        (!attachments.is_empty()).then_some(BlockKind::Attachments(attachments))
    }
}

fn block(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    let found = take(builder, entry);
    draft.attachments.extend(found.into_iter().map(|it| (it, entry.key.span)));
}

/// Reads `attachment` or `attachments`.
pub(crate) fn take(builder: &mut Builder<'_>, entry: &Entry) -> Vec<Attachment> {
    entry.value.items().iter().filter_map(|it| one(builder, entry, it)).collect()
}

/// Keys that say what a document holds.
const SOURCES: &[&str] =
    &["content", "content file", "docx template file", "pdf template file", "code", "template"];

fn one(builder: &mut Builder<'_>, entry: &Entry, node: &Node) -> Option<Attachment> {
    let Some(entries) = node.map() else {
        let expected = "a mapping with `name` and `content`";
        builder.report(diagnostics::wrong_type(node.span, entry.name(), expected));
        return None;
    };
    let mut draft = AttachmentDraft::default();
    ATTACHMENT.take_all(builder, &mut draft, entries);
    if !SOURCES.iter().any(|it| ATTACHMENT.has_or_typo(entries, it)) {
        let place = entries.first().map_or(node.span, |it| it.key.span);
        builder.report(diagnostics::missing_key(place, ATTACHMENT.name, "content"));
    }
    let assembly = assembly(builder, &mut draft, entries, node.span);
    let AttachmentDraft {
        name,
        filename,
        description,
        content,
        formats,
        target,
        language,
        skip_undefined,
        plugin: _,
        template: _,
    } = draft;
    Some(Attachment {
        span: node.span,
        name,
        filename,
        description,
        content,
        formats,
        target,
        language,
        skip_undefined,
        assembly,
    })
}

/// What a document says of the plugin that makes it, with what does not fit to that.
fn assembly(
    builder: &mut Builder<'_>,
    draft: &mut AttachmentDraft,
    entries: &[Entry],
    span: Span,
) -> Option<Assembly> {
    let place = |name: &str| entries.iter().find(|it| it.name() == name).map(|it| it.key.span);
    let Some(named) = place("assembly") else {
        for format in draft.formats.iter().filter(|it| !it.is_ours()) {
            let span = place("valid formats").unwrap_or(span);
            builder.report(diagnostics::format_of_plugins(span, format.ending()));
        }
        if let Some(template) = place("template") {
            builder.report(diagnostics::missing_key(template, ATTACHMENT.name, "assembly"));
        }
        return None;
    };
    if place("template").is_none() {
        builder.report(diagnostics::missing_key(named, ATTACHMENT.name, "template"));
    }
    if place("valid formats").is_none() {
        builder.report(diagnostics::missing_key(named, ATTACHMENT.name, "valid formats"));
    }
    if let Some(content) = place("content").or_else(|| place("content file")) {
        builder.report(diagnostics::assembled_content(content));
    }
    let (plugin, span) = draft.plugin.take()?;
    Some(Assembly { plugin, template: draft.template.take()?, span })
}

fn formats(builder: &mut Builder<'_>, draft: &mut AttachmentDraft, entry: &Entry) {
    for (name, span) in builder.words(entry) {
        let ending = if name == "markdown" { "md" } else { name.as_str() };
        match Format::of_ending(ending) {
            Some(format) => draft.formats.push(format),
            None if name == "*" => draft.formats.clear(),
            None => {
                let near = nearest(&name, Format::ALL.into_iter().map(Format::ending));
                builder.report(diagnostics::unknown_format(span, &name, &near));
            }
        }
    }
}
