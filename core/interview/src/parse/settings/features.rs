//! Switches for the whole interview.

use crate::Features;
use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, takes};
use crate::parse::yaml::{Entry, Literal};

/// Keys of `features`.
pub(crate) static FEATURES: Place<Features> = Place {
    name: "`features`",
    keys: &[
        takes("navigation", "Show the sections beside or above the screen.", |b, it, entry| {
            // Where the list stands is the theme's matter.
            let is_place = matches!(entry.value.literal(), Some(Literal::Text("horizontal")));
            it.navigation = is_place || b.flag(entry);
        }),
        takes("progress bar", "Show how far the person is.", |b, it, entry| {
            it.progress_bar = b.flag(entry);
        }),
        takes("question back button", "Show Back beside Continue too.", |b, it, entry| {
            it.question_back_button = b.flag(entry);
        }),
        takes("labels above fields", "Labels always stand above their fields.", |b, it, entry| {
            it.labels_above_fields = b.flag(entry);
        }),
        takes("explain", "Let people open “Why am I being asked this?”.", |b, it, entry| {
            it.explain = b.flag(entry);
        }),
        ignores("question help button", "help stands below the question"),
        ignores("navigation back button", "Back is always offered"),
        ignores("hide navbar", "looks are a matter of the theme"),
        ignores("hide standard menu", "looks are a matter of the theme"),
        ignores("hide corner interface", "looks are a matter of the theme"),
        ignores("centered", "looks are a matter of the theme"),
        ignores("wide side by side", "looks are a matter of the theme"),
        ignores("floating labels", "labels always stand above their fields"),
        ignores("inverse navbar", "looks are a matter of the theme"),
        ignores("bootstrap theme", "looks are a matter of the theme"),
        ignores("css", "looks are a matter of the theme"),
        ignores("javascript", "authors' JavaScript is not run; ask for it as a plugin"),
        ignores("table width", "looks are a matter of the theme"),
        ignores("table css class", "looks are a matter of the theme"),
        ignores("progress bar method", "progress is what the questions say with `progress`"),
        ignores("progress bar multiplier", "progress is what the questions say with `progress`"),
        ignores("show progress bar percentage", "the share done is always said to screen readers"),
        ignores("progress can go backwards", "progress is what the questions say"),
        ignores(
            "use catchall",
            "a name that nothing defines is a mistake that `affiant check` finds",
        ),
        ignores("default date min", "give `min` with the field"),
        ignores("default date max", "give `max` with the field"),
        ignores("maximum image size", "pictures are kept as they are"),
        ignores("image upload type", "pictures are kept as they are"),
        ignores("go full screen", "interviews are pages of their own"),
        ignores("checkin interval", "screens do not report what is being typed"),
        ignores("disable analytics", "pages send nothing to others"),
        ignores("small screen navigation", "the theme sees to small screens"),
        ignores("suppress autofill", "browsers may fill in what people have saved"),
        ignores("persistent", "a session stays until the person or its time limit ends it"),
        ignores("invisible help tab", "help stands below the question"),
        ignores("pdf/a", "documents are PDF/UA"),
        ignores("tagged pdf", "documents are always tagged"),
        ignores("bookmarks", "documents always have bookmarks"),
        ignores("convert help", "looks are a matter of the theme"),
        ignores("cache documents", "documents are kept as long as nothing in them changes"),
        ignores("loop limit", "limits are the server's"),
        ignores("recursion limit", "limits are the server's"),
        ignores("send question data", "the JSON interface always has the questions"),
        ignores("sticky header", "looks are a matter of the theme"),
        ignores("review button color", "looks are a matter of the theme"),
        ignores("review button icon", "looks are a matter of the theme"),
        ignores("rich text", "text is Markdown"),
        ignores("scroll to top", "a new screen always begins at its top"),
    ],
};

pub(super) fn take(builder: &mut Builder<'_>, entry: &Entry) {
    let Some(entries) = entry.value.map() else {
        let expected = "a mapping such as `navigation: true`";
        builder.report(diagnostics::wrong_type(entry.value.span, entry.name(), expected));
        return;
    };
    let mut features = std::mem::take(&mut builder.interview.features);
    FEATURES.take_all(builder, &mut features, entries);
    builder.interview.features = features;
}
