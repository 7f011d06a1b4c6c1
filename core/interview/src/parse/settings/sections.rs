//! The navigation.

use crate::Section;
use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, takes};
use crate::parse::yaml::{Entry, Node};

/// Keys of one section besides `key: Label`.
pub(crate) static SECTION: Place<Vec<Section>> = Place {
    name: "a section",
    keys: &[takes("subsections", "Sections inside of this one.", |b, it, entry| {
        it.extend(sections(b, &entry.value));
    })],
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
        return Some(Section { key: label.clone(), label, children: Vec::new() });
    };
    let mut children = Vec::new();
    let mut named = None;
    for entry in entries {
        if SECTION.take(builder, &mut children, entry) {
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
            children.extend(sections(builder, &entry.value));
            named = Some((key.clone(), key));
        } else if let Some(label) = builder.word(entry) {
            named = Some((key, label));
        }
    }
    let (key, label) = named?;
    Some(Section { key, label, children })
}
