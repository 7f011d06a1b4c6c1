//! Markdown to clean HTML for pages, and to plain text for titles and file names.

pub(crate) mod html;
mod lines;
mod simple;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;

use crate::settle::settle;
use crate::source;
use crate::tree::Tree;

/// How text becomes HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HtmlOptions {
    /// How many levels headings move down: with 1, `#` becomes `<h2>`. Level 6 is the last.
    pub heading_shift: u8,
    /// Whether `[PAGEBREAK]` leaves `<div class="page-break"></div>` or nothing.
    pub page_breaks: bool,
}

impl Default for HtmlOptions {
    /// For text inside of a page that has its own `<h1>`.
    fn default() -> Self {
        Self { heading_shift: 1, page_breaks: false }
    }
}

/// Schemes a link may have. `action:` and `upload:` are ours: a link that runs an interview's
/// action, and one to a file that was uploaded in it.
const LINK_SCHEMES: [&str; 6] = ["http", "https", "mailto", "tel", "action", "upload"];

/// Elements that may stand inside of a line, a label or a button.
const INLINE_ELEMENTS: [&str; 26] = [
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "em", "i", "img", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
];

/// How many tags of the author's own a text may hold; later ones are shown as text, since cleaning
/// time grows with the square of their nesting.
const MAX_OWN_TAGS: usize = 4_000;

static BLOCKS: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = cleaner();
    let set = ["center", "right"];
    let mut classes: HashMap<&str, HashSet<&str>> =
        ["p", "h1", "h2", "h3", "h4", "h5", "h6"].map(|name| (name, HashSet::from(set))).into();
    classes.insert("div", HashSet::from(["page-break"]));
    builder.allowed_classes(classes);
    builder
});

static INLINE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = cleaner();
    builder.tags(HashSet::from(INLINE_ELEMENTS));
    builder
});

static TEXT: LazyLock<Builder<'static>> = LazyLock::new(Builder::empty);

/// Clean HTML of a text inside of a page: headings start at `<h2>`.
pub fn to_html(markdown: &str) -> String {
    to_html_with(markdown, HtmlOptions::default())
}

/// Clean HTML of a text.
///
/// HTML of the author's is kept as far as it is harmless: no scripts, styles, forms, frames or
/// drawings, links only to web, mail, telephone and `action:` addresses, and images
/// only from this server.
pub fn to_html_with(markdown: &str, options: HtmlOptions) -> String {
    if simple::is_line(markdown) {
        return format!("<p>{markdown}</p>\n");
    }
    let blocks = Tree::parse(markdown).blocks;
    let raw = html::write(&blocks, options);
    if simple::is_clean(&blocks) { raw } else { clean_blocks(&raw) }
}

/// Clean HTML of a text that stands inside of a line, such as a label: no paragraphs, headings,
/// lists or tables. Lines are parted by `<br>`.
pub fn to_inline_html(markdown: &str) -> String {
    if simple::is_line(markdown) { markdown.to_owned() } else { inline_of(markdown) }
}

fn inline_of(markdown: &str) -> String {
    let tree = Tree::parse(markdown);
    let mut raw = html::Writer::new(HtmlOptions::default());
    for (index, line) in lines::lines(&tree.blocks).iter().enumerate() {
        raw.raw(if index == 0 { "" } else { "<br>" });
        raw.text(&line.marker);
        raw.inlines(&line.content);
    }
    INLINE.clean(&raw.finish()).to_string()
}

/// What a text says, on one line and without its form, for page titles and file names.
pub fn to_plain(markdown: &str) -> String {
    if simple::is_line(markdown) { markdown.to_owned() } else { plain_of(markdown) }
}

fn plain_of(markdown: &str) -> String {
    let blocks = settle(Tree::parse(markdown).blocks);
    let mut plain = String::new();
    for line in lines::lines(&blocks) {
        plain.push(' ');
        plain.push_str(&line.marker);
        crate::tree::push_plain(&line.content, &mut plain);
    }
    source::clean_line(&plain)
}

/// Removes what is not harmless from HTML that [`html::write`] made.
pub(crate) fn clean_blocks(raw: &str) -> String {
    BLOCKS.clean(raw).to_string()
}

/// The text of HTML that an author wrote, without its elements, scripts and styles.
pub(crate) fn text_of_html(raw: &str) -> String {
    if raw.matches('<').count() > MAX_OWN_TAGS {
        return raw.to_owned();
    }
    // What is left holds no tags, and the serialiser writes only these references in text.
    let text = TEXT.clean(raw).to_string();
    text.replace("&nbsp;", "\u{a0}").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn cleaner() -> Builder<'static> {
    let mut builder = Builder::default();
    builder.url_schemes(HashSet::from(LINK_SCHEMES));
    builder.attribute_filter(|element, attribute, value| {
        (element != "img" || attribute != "src" || is_ours(value)).then(|| value.into())
    });
    builder
}

/// Whether an address can only lead to the server that the page came from.
///
/// Browsers read `\` as `/` and skip tabs and line ends, so neither may appear.
pub(crate) fn is_ours(address: &str) -> bool {
    let plain = !address.contains(|c: char| c == '\\' || c.is_control() || c.is_whitespace());
    let path = address.split(['/', '?', '#']).next().unwrap_or_default();
    plain && !address.starts_with("//") && !path.contains(':')
}
