//! The table of a question's keys.

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, refuses, takes};
use crate::parse::question::{Draft, DraftControl, collect};
use crate::parse::settings::{SCREEN_PARTS, terms};
use crate::parse::yaml::{Entry, Literal, Node};
use crate::parse::{action, document, fields, review};
use crate::{ChoiceStyle, CodeKind, Help, TextId, YesNo};

/// Keys of a question block.
pub(crate) static QUESTION: Place<Draft> = Place {
    name: "a question block",
    keys: &[
        takes("question", "The heading of the screen, Markdown with tags.", |b, it, entry| {
            it.title = b.markdown(entry);
        }),
        takes("subquestion", "Text below the heading, Markdown with tags.", |b, it, entry| {
            it.subquestion = optional(b, entry);
        }),
        takes("fields", "The inputs of the screen.", |b, it, entry| {
            let entries = fields::take(b, entry);
            it.control("fields", entry, DraftControl::Fields(entries));
        }),
        takes(
            "field",
            "The variable that the choices set; without choices, Continue sets it to true.",
            |b, it, entry| {
                it.field = b.variable(entry).map(|field| (field, entry.key.span));
            },
        ),
        takes("yesno", "The variable that Yes sets to true and No to false.", |b, it, entry| {
            it.yes_no("yesno", b, entry, YesNo::YesNo);
        }),
        takes("noyes", "The variable that Yes sets to false and No to true.", |b, it, entry| {
            it.yes_no("noyes", b, entry, YesNo::NoYes);
        }),
        takes(
            "yesnomaybe",
            "As `yesno`, with “I don’t know”, which sets null.",
            |b, it, entry| {
                it.yes_no("yesnomaybe", b, entry, YesNo::YesNoMaybe);
            },
        ),
        takes(
            "noyesmaybe",
            "As `noyes`, with “I don’t know”, which sets null.",
            |b, it, entry| {
                it.yes_no("noyesmaybe", b, entry, YesNo::NoYesMaybe);
            },
        ),
        takes(
            "buttons",
            "Choices as buttons: values for `field`, blocks, or commands.",
            |b, it, entry| {
                it.choice("buttons", b, entry, ChoiceStyle::Buttons);
            },
        ),
        takes("choices", "Choices as radio buttons.", |b, it, entry| {
            it.choice("choices", b, entry, ChoiceStyle::Radio);
        }),
        takes("dropdown", "Choices as a drop-down list.", |b, it, entry| {
            it.choice("dropdown", b, entry, ChoiceStyle::Dropdown);
        }),
        takes("combobox", "Choices as a text box that completes.", |b, it, entry| {
            it.choice("combobox", b, entry, ChoiceStyle::Combobox);
        }),
        takes("default", "Which choice is chosen to begin with.", |b, it, entry| {
            it.default = fields::default(b, entry);
        }),
        takes(
            "continue button field",
            "The variable that Continue sets to true.",
            |b, it, entry| {
                it.continue_field = b.variable(entry).map(|field| (field, entry.key.span));
            },
        ),
        takes("signature", "The variable that holds a drawn signature.", |b, it, entry| {
            let target = b.variable(entry);
            it.control("signature", entry, DraftControl::Signature(target));
        }),
        takes(
            "required",
            "Whether a signature is needed: `true`, `false` or an expression.",
            |b, it, entry| {
                it.required = b.when(entry);
            },
        ),
        takes("review", "Rows that show answers with ways to change them.", |b, it, entry| {
            let items = review::take(b, entry);
            it.control("review", entry, DraftControl::Review(items));
        }),
        takes(
            "skip undefined",
            "`false` asks for what a review's rows need instead of leaving them out.",
            |b, it, entry| {
                it.shows_undefined = !b.flag(entry);
            },
        ),
        takes(
            "help",
            "Help for the screen: Markdown, or a mapping with `label` and `content`.",
            |b, it, entry| {
                it.help = help(b, entry);
            },
        ),
        takes(
            "section",
            "The section of the navigation that the screen belongs to.",
            |b, it, entry| {
                it.section = b.word(entry);
                b.named_sections.extend(it.section.clone().map(|it| (it, entry.value.span)));
            },
        ),
        takes("progress", "How much is done, per cent, 0 to 100.", |b, it, entry| {
            it.progress = b.whole(entry, 0, 100).and_then(|it| u8::try_from(it).ok());
        }),
        takes("continue button label", "What Continue says.", |b, it, entry| {
            it.continue_label = optional(b, entry);
        }),
        takes("resume button label", "What the way on from a review says.", |b, it, entry| {
            it.resume_label = optional(b, entry);
        }),
        takes("back button label", "What Back says.", |b, it, entry| {
            it.back_label = optional(b, entry);
        }),
        takes(
            "back button",
            "Whether Back is offered: `true`, `false` or an expression.",
            |b, it, entry| {
                it.back_button = b.when(entry);
            },
        ),
        takes(
            "prevent going back",
            "`true`: from this screen on there is no way back.",
            |b, it, entry| {
                it.prevents_going_back = b.flag(entry);
            },
        ),
        takes(
            "hide continue button",
            "Whether Continue is hidden: `true`, `false` or an expression.",
            |b, it, entry| {
                it.hide_continue = b.when(entry);
            },
        ),
        takes(
            "validation code",
            "Statements that run on what was entered and may refuse it.",
            |b, it, entry| {
                it.validation_code = b.code(&entry.value, entry.name(), CodeKind::Block);
            },
        ),
        takes(
            "terms",
            "Words explained on this screen wherever they stand in braces.",
            |b, it, entry| {
                it.terms.extend(terms(b, entry, false));
            },
        ),
        takes(
            "auto terms",
            "Words explained on this screen wherever they stand.",
            |b, it, entry| {
                it.terms.extend(terms(b, entry, true));
            },
        ),
        takes("action buttons", "Further buttons that run actions.", |b, it, entry| {
            it.action_buttons = action::take(b, entry);
        }),
        takes("attachment", "A document that is offered.", |b, it, entry| {
            it.attachments.extend(document::take(b, entry));
        }),
        takes("attachments", "Documents that are offered.", |b, it, entry| {
            it.attachments.extend(document::take(b, entry));
        }),
        takes("attachment code", "An expression that gives documents to offer.", |b, it, entry| {
            it.attachment_code = b.expression(entry);
        }),
        takes("attachments code", "As `attachment code`.", |b, it, entry| {
            it.attachment_code = b.expression(entry);
        }),
        takes(
            "allow downloading",
            "Offer all documents as one ZIP: `true`, `false` or an expression.",
            |b, it, entry| {
                it.allow_downloading = b.when(entry);
            },
        ),
        takes(
            "list collect",
            "`true` asks for several items of a list on one screen; or a mapping that says how.",
            |b, it, entry| {
                it.collect = collect::take(b, entry);
            },
        ),
        takes(
            "reload",
            "How often the page looks whether there is another screen by now: `true`, or seconds.",
            |b, it, entry| {
                it.reload = reload(b, entry);
            },
        ),
        takes(
            "check in",
            "The event that runs each time that the page looks whether to go on.",
            |b, it, entry| {
                it.check_in = b.word(entry).map(|event| (event, entry.value.span));
            },
        ),
        takes("pre", "Text above the heading.", part),
        takes("submit", "Text above the buttons.", part),
        takes("under", "Text below the buttons.", part),
        takes("right", "Text beside the question.", part),
        takes("post", "Text at the end of the page.", part),
        ignores("script", "authors' JavaScript is not run; ask for it as a plugin"),
        ignores("css", "looks are a matter of the theme"),
        ignores("css class", "looks are a matter of the theme"),
        ignores("table css class", "looks are a matter of the theme"),
        ignores("decoration", "looks are a matter of the theme"),
        ignores("continue button color", "looks are a matter of the theme"),
        ignores("resume button color", "looks are a matter of the theme"),
        ignores("corner back button label", "Back stands in one place"),
        ignores("pen color", "signatures are drawn in the theme's colour"),
        ignores("breadcrumb", "the screen's heading says where people are"),
        ignores("question metadata", "the JSON interface has the question itself"),
        ignores("datatype", "the choices say what the variable holds"),
        ignores("shuffle", "choices keep their order, so that everybody gets the same screen"),
        ignores("tabular", "reviews are shown as a list of questions and answers"),
        ignores("allow emailing", "documents are not sent by e-mail yet"),
        ignores("email subject", "documents are not sent by e-mail yet"),
        ignores("email body", "documents are not sent by e-mail yet"),
        ignores("email template", "documents are not sent by e-mail yet"),
        ignores("email address default", "documents are not sent by e-mail yet"),
        ignores("always include editable files", "documents are not sent by e-mail yet"),
        ignores("include attachment notice", "the list of documents explains itself"),
        ignores("include download tab", "documents are offered in one list"),
        ignores("describe file types", "documents are offered in one list"),
        ignores("manual attachment list", "documents are offered in one list"),
        ignores("zip filename", "the ZIP is named after the interview"),
        ignores(
            "disable continue button",
            "Continue can always be used; say why an answer is refused in `validation code`",
        ),
        ignores("allowed to set", "a screen sets what it asks for and nothing else"),
        ignores("audio", "put a link into the text"),
        ignores("video", "put a link into the text"),
        ignores("validation messages", "give `validation messages` with the field"),
        refuses("action", "write the action's statements in a code block with `event`"),
        refuses("response", "an interview shows screens; give other data through a plugin"),
        refuses("binaryresponse", "an interview shows screens; give other data through a plugin"),
        refuses("all_variables", "the JSON interface gives the answers"),
        refuses("redirect url", "give people a button with the command `exit` and a `url`"),
        refuses("command", "give people a button with the command"),
    ],
};

/// Seconds between two looks where the author names none.
const LOOK: u32 = 10;

/// `true`, `false` or seconds.
fn reload(builder: &mut Builder<'_>, entry: &Entry) -> Option<u32> {
    if let Some(Literal::Bool(wanted)) = entry.value.literal() {
        return wanted.then_some(LOOK);
    }
    builder.whole(entry, 2, 3_600).and_then(|it| u32::try_from(it).ok())
}

/// A text that may be left empty.
fn optional(builder: &mut Builder<'_>, entry: &Entry) -> Option<TextId> {
    let is_empty =
        entry.value.literal().is_some_and(|it| matches!(it, Literal::Null | Literal::Text("")));
    if is_empty { None } else { builder.markdown(entry) }
}

fn part(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    if optional_is_there(&entry.value) {
        SCREEN_PARTS.take(builder, &mut draft.parts, entry);
    }
}

fn optional_is_there(node: &Node) -> bool {
    !node.is_null() && node.literal() != Some(Literal::Text(""))
}

/// A text, or `label` and `content`.
fn help(builder: &mut Builder<'_>, entry: &Entry) -> Option<Help> {
    let Some(entries) = entry.value.map() else {
        return optional(builder, entry).map(|content| Help { label: None, content });
    };
    let mut help = (None, None);
    HELP.take_all(builder, &mut help, entries);
    if help.1.is_none() && !entries.iter().any(|it| it.name() == "content") {
        builder.report(diagnostics::missing_key(entry.key.span, HELP.name, "content"));
    }
    help.1.map(|content| Help { label: help.0, content })
}

/// Keys of `help` when it is a mapping.
pub(crate) static HELP: Place<(Option<TextId>, Option<TextId>)> = Place {
    name: "`help`",
    keys: &[
        takes("label", "What opens the help.", |b, it, entry| it.0 = b.markdown(entry)),
        takes("content", "The help, Markdown.", |b, it, entry| it.1 = b.markdown(entry)),
        ignores("heading", "the question is the heading"),
        ignores("audio", "put a link into the text"),
        ignores("video", "put a link into the text"),
    ],
};
