//! The navigation.

use crate::Section;
use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, takes};
use crate::parse::yaml::{Entry, Node};

/// Most characters of the key of a private section: it names a key and stands in every grant.
const LONGEST_KEY: usize = 100;

/// What may stand in a section beside its name.
#[derive(Default)]
pub(crate) struct Inside {
    children: Vec<Section>,
    private: bool,
}

/// Keys of one section besides `key: Label`.
pub(crate) static SECTION: Place<Inside> = Place {
    name: "a section",
    keys: &[
        takes("subsections", "Sections inside of this one.", |b, it, entry| {
            it.children.extend(sections(b, &entry.value));
        }),
        takes(
            "private",
            "Its answers have a key of their own, so that they can be shared, or kept back, apart from the rest.",
            |b, it, entry| it.private = b.flag(entry),
        ),
    ],
};

pub(super) fn take(builder: &mut Builder<'_>, entry: &Entry) {
    let found = sections(builder, &entry.value);
    builder.interview.sections = found;
}

fn sections(builder: &mut Builder<'_>, node: &Node) -> Vec<Section> {
    node.items().iter().filter_map(|it| section(builder, it)).collect()
}

/// `key: Label` with `subsections`, `Label: [sections]`, or a label that is its own key.
fn section(builder: &mut Builder<'_>, node: &Node) -> Option<Section> {
    let Some(entries) = node.map() else {
        let label =
            builder.scalar(node, "sections", "a list of `key: Label`")?.text.trim().to_owned();
        return Some(Section { key: label.clone(), label, private: false, children: Vec::new() });
    };
    let mut inside = Inside::default();
    let mut named = None;
    for entry in entries {
        if SECTION.take(builder, &mut inside, entry) {
            continue;
        }
        if named.is_some() {
            builder.report(diagnostics::unknown_key(
                entry.key.span,
                entry.name(),
                SECTION.name,
                &[],
            ));
            continue;
        }
        let key = entry.name().to_owned();
        if entry.value.list().is_some() {
            inside.children.extend(sections(builder, &entry.value));
            named = Some((key.clone(), key));
        } else if let Some(label) = builder.word(entry) {
            named = Some((key, label));
        }
    }
    let Inside { children, private } = inside;
    let (key, label) = named?;
    if private && !names_a_key(&key) {
        builder.report(diagnostics::private_section_key(node.span, &key, LONGEST_KEY));
    }
    if private {
        builder.private_sections.push((key.clone(), node.span));
    }
    Some(Section { key, label, private, children })
}

/// Whether a section's key can name a key.
fn names_a_key(key: &str) -> bool {
    let is_plain = |it: char| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_');
    key.chars().all(is_plain) && (1..=LONGEST_KEY).contains(&key.chars().count())
}
