//! Texts round the question.

use crate::ScreenParts;
use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, takes};
use crate::parse::yaml::{Entry, Literal};

/// Keys of a question that are texts round it.
pub(crate) static SCREEN_PARTS: Place<ScreenParts> = Place {
    name: "a question block",
    keys: &[
        takes("pre", "Text above the heading.", |b, it, entry| it.pre = b.markdown(entry)),
        takes("submit", "Text above the buttons.", |b, it, entry| it.submit = b.markdown(entry)),
        takes("under", "Text below the buttons.", |b, it, entry| it.under = b.markdown(entry)),
        takes("right", "Text beside the question.", |b, it, entry| it.right = b.markdown(entry)),
        takes("post", "Text at the end of the page.", |b, it, entry| it.post = b.markdown(entry)),
    ],
};

/// Keys of `default screen parts`.
pub(crate) static PARTS: Place<ScreenParts> = Place {
    name: "`default screen parts`",
    keys: &[
        takes("pre", "Text above the heading.", |b, it, entry| it.pre = b.markdown(entry)),
        takes("submit", "Text above the buttons.", |b, it, entry| it.submit = b.markdown(entry)),
        takes("under", "Text below the buttons.", |b, it, entry| it.under = b.markdown(entry)),
        takes("right", "Text beside the question.", |b, it, entry| it.right = b.markdown(entry)),
        takes("post", "Text at the end of the page.", |b, it, entry| it.post = b.markdown(entry)),
        takes("footer", "Text in the page's foot.", |b, it, entry| it.footer = b.markdown(entry)),
        takes("title", "In place of the interview's title.", |b, it, entry| {
            it.title = b.markdown(entry);
        }),
        ignores("subtitle", "the page's head shows the title alone"),
        ignores("short title", "give it under `metadata`"),
        ignores("tab title", "the tab shows the question and the title"),
        ignores("logo", "looks are a matter of the theme"),
        ignores("short logo", "looks are a matter of the theme"),
        ignores("css class", "looks are a matter of the theme"),
        ignores("table css class", "looks are a matter of the theme"),
        ignores("date format", "dates are written in the interview's language"),
        ignores("time format", "times are written in the interview's language"),
        ignores("datetime format", "dates are written in the interview's language"),
        ignores("continue button label", "give it with the question"),
        ignores("continue button color", "looks are a matter of the theme"),
        ignores("resume button label", "give it with the review"),
        ignores("resume button color", "looks are a matter of the theme"),
        ignores("back button label", "give it with the question"),
        ignores("corner back button label", "Back stands in one place"),
        ignores("help label", "help is called help"),
        ignores("exit link", "leaving is offered with saving"),
        ignores("exit label", "leaving is offered with saving"),
        ignores("exit url", "leaving is offered with saving"),
        ignores("navigation bar html", "looks are a matter of the theme"),
        ignores("title url", "the title leads to the start of the interview"),
        ignores("title url opens in other window", "links open where people choose"),
    ],
};

pub(super) fn take(builder: &mut Builder<'_>, entry: &Entry) {
    let Some(entries) = entry.value.map() else {
        let expected = "a mapping such as `under: a text`";
        builder.report(diagnostics::wrong_type(entry.value.span, entry.name(), expected));
        return;
    };
    let mut parts = std::mem::take(&mut builder.interview.default_parts);
    for entry in entries {
        // `null` takes a text of an included file away.
        let is_empty =
            entry.value.literal().is_some_and(|it| matches!(it, Literal::Null | Literal::Text("")));
        if is_empty && PARTS.has(entry.name()) {
            clear(&mut parts, entry.name());
        } else {
            PARTS.take_all(builder, &mut parts, std::slice::from_ref(entry));
        }
    }
    builder.interview.default_parts = parts;
}

fn clear(parts: &mut ScreenParts, name: &str) {
    match name {
        "pre" => parts.pre = None,
        "submit" => parts.submit = None,
        "under" => parts.under = None,
        "right" => parts.right = None,
        "post" => parts.post = None,
        "footer" => parts.footer = None,
        "title" => parts.title = None,
        _ => {}
    }
}
