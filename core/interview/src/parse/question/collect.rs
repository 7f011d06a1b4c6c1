//! `list collect`: several items of a list on one screen.

use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, takes};
use crate::parse::yaml::Entry;
use crate::{ListCollect, When};

/// Keys of `list collect` when it is a mapping.
pub(crate) static COLLECT: Place<ListCollect> = Place {
    name: "`list collect`",
    keys: &[
        takes("enable", "Whether it does: `true`, `false` or an expression.", |b, it, entry| {
            it.enable = b.when(entry);
        }),
        takes("label", "What a row is called; `i` is its index.", |b, it, entry| {
            it.label = b.markdown(entry);
        }),
        takes("allow append", "Whether items can be added.", |b, it, entry| {
            it.allow_append = b.flag(entry);
        }),
        takes("allow delete", "Whether emptying a row removes its item.", |b, it, entry| {
            it.allow_delete = b.flag(entry);
        }),
        takes(
            "add another label",
            "What the box says that there is more to add.",
            |b, it, entry| {
                it.add_label = b.markdown(entry);
            },
        ),
        ignores("is final", "the list is complete when the screen is answered"),
    ],
};

/// Reads `list collect`.
pub(super) fn take(builder: &mut Builder<'_>, entry: &Entry) -> Option<ListCollect> {
    let mut collect = ListCollect {
        enable: When::Always,
        label: None,
        allow_append: true,
        allow_delete: true,
        add_label: None,
    };
    match entry.value.map() {
        Some(entries) => COLLECT.take_all(builder, &mut collect, entries),
        None => collect.enable = builder.when(entry),
    }
    (collect.enable != When::Never).then_some(collect)
}
