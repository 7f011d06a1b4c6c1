//! Reads the HTML of a page, as far as tests need it.

use std::collections::BTreeMap;

/// One opening tag.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    /// The text up to the next tag.
    pub(super) text: String,
}

impl Tag {
    pub(super) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }
}

const VOID: [&str; 8] = ["br", "col", "hr", "img", "input", "link", "meta", "wbr"];

/// The opening tags of a page, in order. Panics when tags are not closed in the order in which
/// they were opened, so that a template cannot leave one open.
pub(super) fn tags(page: &str) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('<') {
        if let Some(last) = tags.last_mut() {
            last.text.push_str(before);
        }
        let end = end_of(after);
        let inner = &after[..end];
        rest = &after[end + 1..];
        if inner.starts_with('!') {
            continue;
        }
        if let Some(name) = inner.strip_prefix('/') {
            let last = open.pop().unwrap_or_default();
            assert_eq!(
                last, name,
                "a tag is closed that is not the last open one: …{before}</{name}>"
            );
            continue;
        }
        let tag = tag(inner.trim_end_matches('/'));
        if !VOID.contains(&tag.name.as_str()) && !inner.ends_with('/') {
            open.push(tag.name.clone());
        }
        tags.push(tag);
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    tags
}

/// Where a tag ends: at the first `>` that is not quoted.
fn end_of(text: &str) -> usize {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
    }
    panic!("a tag does not end: {text:.80}");
}

fn tag(inner: &str) -> Tag {
    let (name, mut rest) = inner.split_once([' ', '\n']).unwrap_or((inner, ""));
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let quote = after.chars().next().expect("an attribute has a value");
            assert!(matches!(quote, '"' | '\''), "an attribute is not quoted: {after:.40}");
            let (inner, behind) = after[1..].split_once(quote).expect("a quote is closed");
            value = unescape(inner);
            rest = behind;
        }
        assert!(
            attributes.insert(name.clone(), value).is_none(),
            "{name} stands twice in <{inner}>"
        );
    }
    Tag { name: name.to_owned(), attributes, text: String::new() }
}

/// Text without references, for those that the pages use.
pub(super) fn unescape(text: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// What the elements of this name say, each with what stands in it.
pub(super) fn inner<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let (start, end) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once(&start) {
        let Some((inner, behind)) = after.split_once(&end) else { break };
        if after.starts_with([' ', '>']) {
            found.push(inner.split_once('>').map_or(inner, |(_, it)| it));
        }
        rest = behind;
    }
    found
}
