//! Template blocks: texts that other texts include.

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, refuses, takes};
use crate::parse::yaml::Entry;
use crate::{Pattern, Template, TextId};

/// What a template block says.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    target: Option<Pattern>,
    subject: Option<TextId>,
    content: Option<TextId>,
}

/// Keys of a template block.
pub(crate) static TEMPLATE: Place<Draft> = Place {
    name: "a template block",
    keys: &[
        takes("template", "The variable that holds the text.", |b, it, entry| {
            it.target = b.variable(entry);
        }),
        takes("subject", "One line that says what the text is.", |b, it, entry| {
            it.subject = b.markdown(entry);
        }),
        takes("content", "The text, Markdown with tags.", |b, it, entry| {
            it.content = b.markdown(entry);
        }),
        takes(
            "content file",
            "A Markdown file beside the interview that holds the text.",
            |b, it, entry| {
                it.content = b.text_of_file(entry);
            },
        ),
        ignores("target", "nothing replaces a part of a screen while it is shown"),
        refuses("data", "put the text under `content`"),
    ],
};

impl Draft {
    /// The template, unless something is missing, which is then reported.
    pub(crate) fn finish(self, builder: &mut Builder<'_>, entries: &[Entry]) -> Option<Template> {
        let has_content =
            ["content", "content file"].iter().any(|it| TEMPLATE.has_or_typo(entries, it));
        if !has_content && let Some(first) = entries.iter().find(|it| it.name() == "template") {
            builder.report(diagnostics::missing_key(first.key.span, TEMPLATE.name, "content"));
        }
        Some(Template { target: self.target?, subject: self.subject, content: self.content? })
    }
}
