//! The standard classes.

use affiant_guest::{Content, Object, Value};

/// A class of objects.
#[derive(Debug)]
pub struct Class {
    /// Its name.
    pub name: &'static str,
    /// Other names that authors know it by.
    pub aliases: &'static [&'static str],
    /// The class whose methods and blocks it has too.
    pub parent: Option<&'static str>,
    /// Objects made together with it: attribute and class.
    pub parts: &'static [(&'static str, &'static str)],
    /// What it contains besides attributes.
    pub content: ContentKind,
    /// What it is, one sentence.
    pub summary: &'static str,
}

/// What objects of a class contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentKind {
    /// Only attributes.
    None,
    /// Items in order.
    Items,
    /// Entries by key.
    Entries,
}

const fn plain(
    name: &'static str,
    aliases: &'static [&'static str],
    parent: Option<&'static str>,
    parts: &'static [(&'static str, &'static str)],
    summary: &'static str,
) -> Class {
    Class { name, aliases, parent, parts, content: ContentKind::None, summary }
}

const fn items(
    name: &'static str,
    aliases: &'static [&'static str],
    parent: &'static str,
    summary: &'static str,
) -> Class {
    Class { name, aliases, parent: Some(parent), parts: &[], content: ContentKind::Items, summary }
}

const fn entries(
    name: &'static str,
    aliases: &'static [&'static str],
    parent: &'static str,
    summary: &'static str,
) -> Class {
    Class {
        name,
        aliases,
        parent: Some(parent),
        parts: &[],
        content: ContentKind::Entries,
        summary,
    }
}

static CLASSES: &[Class] = &[
    plain("Object", &["DAObject"], None, &[], "Anything with attributes."),
    plain("Thing", &[], Some("Object"), &[("name", "Name")], "Something with a name."),
    plain(
        "Event",
        &[],
        Some("Thing"),
        &[("name", "Name"), ("address", "Address")],
        "Something that happens at a place.",
    ),
    plain(
        "Person",
        &[],
        Some("Thing"),
        &[("name", "Name"), ("address", "Address")],
        "A person, an organisation or an authority.",
    ),
    plain(
        "Organization",
        &["Organisation"],
        Some("Person"),
        &[],
        "A company, an association, an authority.",
    ),
    Class {
        name: "Individual",
        aliases: &[],
        parent: Some("Person"),
        parts: &[("name", "IndividualName"), ("address", "Address")],
        content: ContentKind::None,
        summary: "A human being.",
    },
    plain("Name", &[], Some("Object"), &[], "A name of one part, `text`."),
    plain(
        "IndividualName",
        &[],
        Some("Name"),
        &[],
        "A human being's name: `first`, `middle`, `last`, `suffix`.",
    ),
    plain(
        "Address",
        &[],
        Some("Object"),
        &[],
        "A postal address: `address`, `unit`, `city`, `state`, `zip`, `country`.",
    ),
    plain("City", &[], Some("Address"), &[], "A city."),
    plain("Period", &[], Some("Object"), &[], "A span of time."),
    items("List", &["DAList"], "Object", "Things in order, gathered by questions."),
    items("PartyList", &[], "List", "The parties to a matter."),
    items("ChildList", &[], "List", "Children."),
    items("Set", &["DASet"], "Object", "Things without order, each once."),
    items("FileList", &["DAFileList"], "List", "Files."),
    entries("Dict", &["DADict"], "Object", "Things by key."),
    entries("OrderedDict", &["DAOrderedDict"], "Dict", "Things by key, in order."),
    plain(
        "Navigation",
        &[],
        Some("Object"),
        &[],
        "The sections of the interview, by the name of `nav`.",
    ),
    plain("Template", &["DATemplate"], Some("Object"), &[], "A text made by a `template` block."),
    plain("Table", &[], Some("Object"), &[], "A table made by a `table` block."),
    plain(
        "Document",
        &["DAFileCollection"],
        Some("Object"),
        &[],
        "A document made by an `attachment` block.",
    ),
    plain("Task", &[], Some("Object"), &[], "Something that goes on in the background."),
    plain("Mail", &[], Some("Task"), &[], "An e-mail that was handed over to be sent."),
];

/// Every class.
pub fn classes() -> &'static [Class] {
    CLASSES
}

/// The class of this name or alias.
pub fn class(name: &str) -> Option<&'static Class> {
    CLASSES.iter().find(|it| it.name == name || it.aliases.contains(&name))
}

/// Whether `class_name` is `ancestor` or descends from it.
pub fn is_a(class_name: &str, ancestor: &str) -> bool {
    let mut current = class(class_name);
    while let Some(found) = current {
        if found.name == ancestor {
            return true;
        }
        current = found.parent.and_then(class);
    }
    false
}

/// A new object of a class with its parts; `None` when there is no such class.
pub fn new_object(class_name: &str) -> Option<Object> {
    let found = class(class_name)?;
    let mut object = Object::new(found.name);
    object.content = match found.content {
        ContentKind::None => Content::None,
        ContentKind::Items => Content::Items(Vec::new()),
        ContentKind::Entries => Content::Entries(indexmap::IndexMap::new()),
    };
    let mut with_parts = Some(found);
    while let Some(class_above) = with_parts.filter(|it| it.parts.is_empty()) {
        with_parts = class_above.parent.and_then(class);
    }
    for (name, part) in with_parts.map_or(&[][..], |it| it.parts) {
        if let Some(part) = new_object(part) {
            object.attributes.insert((*name).to_owned(), Value::Object(Box::new(part)));
        }
    }
    Some(object)
}
