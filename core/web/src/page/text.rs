//! Texts of an interview as HTML: links to actions become buttons, explained words are marked.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use affiant_document::markdown::{self, HtmlOptions};
use affiant_engine::{Screen, ScreenTerm};
use minijinja::{HtmlEscape, Value, context};

use crate::page::frame::direction;

/// The texts of one screen. Everything it gives is clean HTML that templates do not escape again.
pub(crate) struct Texts<'a> {
    terms: &'a [ScreenTerm],
    used: RefCell<BTreeSet<usize>>,
    /// The language of the author's texts, where it is not the page's.
    language: Option<&'a str>,
    /// We have no words of the page's language, so that ours are English.
    is_foreign: bool,
    /// Where the files of the step are, with a slash at the end.
    files: Option<String>,
    /// A plugin wrote the screen: its texts lead nowhere.
    is_from_plugin: bool,
}

/// What happens to links and words.
#[derive(Clone, Copy)]
struct Mode {
    /// Actions become buttons, words become links to what they mean. Not for labels and buttons, in
    /// which no other control may stand: there both become plain text.
    has_controls: bool,
    /// Links lead where they lead. Not where a plugin wrote them: an address can carry an answer away.
    has_links: bool,
}

impl Mode {
    const BLOCK: Self = Self { has_controls: true, has_links: true };
    const INLINE: Self = Self { has_controls: false, has_links: true };
}

impl<'a> Texts<'a> {
    pub(crate) fn new(terms: &'a [ScreenTerm]) -> Self {
        Self {
            terms,
            used: RefCell::default(),
            language: None,
            is_foreign: false,
            files: None,
            is_from_plugin: false,
        }
    }

    /// The same, with links to files that lie there.
    pub(crate) fn with_files(self, files: String) -> Self {
        Self { files: Some(files), ..self }
    }

    /// The texts of a screen, marked where their language is not the page's.
    pub(crate) fn of(screen: &'a Screen) -> Self {
        let foreign = screen.text_language != screen.language;
        let language = foreign.then_some(screen.text_language.as_str());
        let speaks = affiant_library::speaks(&screen.language);
        let is_from_plugin = screen.is_from_plugin;
        Self { language, is_foreign: !speaks, is_from_plugin, ..Self::new(&screen.terms) }
    }

    fn in_language(&self, tag: &str, html: String) -> Value {
        Value::from_safe_string(match self.language {
            Some(language) => {
                let (language, way) = (HtmlEscape(language), direction(language));
                format!("<{tag} lang=\"{language}\" dir=\"{way}\">{html}</{tag}>")
            }
            None => html,
        })
    }

    /// Paragraphs, lists, tables.
    pub(crate) fn block(&self, markdown: &str) -> Value {
        let mode = Mode { has_links: !self.is_from_plugin, ..Mode::BLOCK };
        self.in_language("div", self.rewrite(&markdown::to_html(markdown), mode))
    }

    /// The same of the author's, on whosever screen it stands.
    pub(crate) fn block_of_author(&self, markdown: &str) -> Value {
        self.in_language("div", self.rewrite(&markdown::to_html(markdown), Mode::BLOCK))
    }

    /// Part of a line.
    pub(crate) fn inline(&self, markdown: &str) -> Value {
        self.in_language("span", self.line(markdown))
    }

    /// Part of a line that we wrote ourselves: in the page's language if we speak it.
    pub(crate) fn ours(&self, markdown: &str) -> Value {
        let line = self.line(markdown);
        Value::from_safe_string(if self.is_foreign {
            format!("<span lang=\"en\" dir=\"ltr\">{line}</span>")
        } else {
            line
        })
    }

    fn line(&self, markdown: &str) -> String {
        if is_plain(markdown) {
            return HtmlEscape(markdown.trim()).to_string();
        }
        let mode = Mode { has_links: !self.is_from_plugin, ..Mode::INLINE };
        self.rewrite(&markdown::to_inline_html(markdown), mode)
    }

    /// What a text says, without form.
    pub(crate) fn plain(&self, markdown: &str) -> String {
        if is_plain(markdown) {
            return markdown.trim().to_owned();
        }
        let mut plain = markdown::to_plain(markdown);
        for term in self.terms.iter().filter(|_| plain.contains('{')).collect::<Vec<_>>() {
            plain = plain.replace(&format!("{{{}}}", term.word), &term.word);
        }
        plain
    }

    /// A document to be read on the page, two headings below the page's own.
    pub(crate) fn document(markdown: &str) -> Value {
        let options = HtmlOptions { heading_shift: 2, ..HtmlOptions::default() };
        let html = markdown::to_html_with(markdown, options);
        Value::from_safe_string(Texts::new(&[]).rewrite(&html, Mode::INLINE))
    }

    /// The words that were met in the texts so far, and what they mean.
    pub(crate) fn explained(&self) -> Vec<Value> {
        let used = self.used.borrow().clone();
        let meaning = |it: &ScreenTerm| Value::from_safe_string(markdown::to_html(&it.meaning));
        used.into_iter()
            .filter_map(|number| Some((number, self.terms.get(number)?)))
            .map(|(number, it)| context! { number, word => it.word.as_str(), meaning => meaning(it) })
            .collect()
    }

    /// Goes through clean HTML, in which `<` and `>` only stand for tags or in quoted attributes.
    fn rewrite(&self, html: &str, mode: Mode) -> String {
        let is_as_it_is = mode.has_links
            && self.terms.is_empty()
            && !html.contains("\"action:")
            && !html.contains("\"upload:");
        if is_as_it_is {
            return html.to_owned();
        }
        let mut out = String::with_capacity(html.len() + 64);
        let mut rest = html;
        let mut within = Within::Text;
        while let Some(start) = rest.find('<') {
            self.words(&rest[..start], mode, within, &mut out);
            let tag = &rest[start..start + tag_length(&rest[start..])];
            rest = &rest[start + tag.len()..];
            within = self.push_tag(tag, mode, within, &mut out);
        }
        self.words(rest, mode, within, &mut out);
        out
    }

    /// Text between tags: words in braces, and those that are marked wherever they stand.
    fn words(&self, text: &str, mode: Mode, within: Within, out: &mut String) {
        let mut from = 0;
        let mut at = 0;
        let mut boundary = true;
        while let Some(letter) = text[at..].chars().next() {
            let found = if letter == '{' {
                self.braced(&text[at..])
            } else if boundary && mode.has_controls {
                self.automatic(&text[at..])
            } else {
                None
            };
            let Some((number, word, length)) = found else {
                boundary = !letter.is_alphanumeric();
                at += letter.len_utf8();
                continue;
            };
            out.push_str(&text[from..at]);
            self.used.borrow_mut().insert(number);
            if mode.has_controls && within == Within::Text {
                let _ = write!(out, "<a class=\"term\" href=\"#term-{number}\">{word}</a>");
            } else {
                out.push_str(word);
            }
            at += length;
            from = at;
            boundary = false;
        }
        out.push_str(&text[from..]);
    }

    /// A word in braces at the start of a text: its number, itself, and how long it is with braces.
    fn braced<'t>(&self, text: &'t str) -> Option<(usize, &'t str, usize)> {
        let (word, _) = text.strip_prefix('{')?.split_once('}')?;
        let same = |it: &ScreenTerm| {
            let escaped = HtmlEscape(&it.word).to_string();
            starts(word, &escaped) == Some(word.len())
        };
        Some((self.terms.iter().position(same)?, word, word.len() + 2))
    }

    /// A word at the start of a text that is marked wherever it stands, the first time it does.
    fn automatic<'t>(&self, text: &'t str) -> Option<(usize, &'t str, usize)> {
        let used = self.used.borrow();
        self.terms
            .iter()
            .enumerate()
            .filter(|(number, it)| it.automatic && !used.contains(number))
            .find_map(|(number, it)| {
                let length = starts(text, &HtmlEscape(&it.word).to_string())?;
                let ends = !text[length..].chars().next().is_some_and(char::is_alphanumeric);
                ends.then(|| (number, &text[..length], length))
            })
    }

    /// Writes a tag, or what stands in its place.
    fn push_tag(&self, tag: &str, mode: Mode, within: Within, out: &mut String) -> Within {
        if tag == "</a>" {
            match within {
                Within::Action => out.push_str("</button>"),
                Within::Dropped => {}
                Within::Link | Within::Text => out.push_str(tag),
            }
            return Within::Text;
        }
        if !tag.starts_with("<a ") {
            out.push_str(tag);
            return within;
        }
        if !mode.has_links {
            return Within::Dropped;
        }
        let action = tag.split_once("href=\"").and_then(|(_, it)| it.split_once('"'));
        match action {
            Some((action, _)) if action.starts_with("action:") => {
                if !mode.has_controls {
                    return Within::Dropped;
                }
                let _ = write!(
                    out,
                    "<button class=\"link\" form=\"act\" name=\"_action\" value=\"{action}\">"
                );
                Within::Action
            }
            Some((link, _)) if link.starts_with("upload:") => {
                let Some(files) = &self.files else { return Within::Dropped };
                out.push_str(&tag.replacen("upload:", files, 1));
                Within::Link
            }
            _ => {
                out.push_str(tag);
                Within::Link
            }
        }
    }
}

/// What the text between two tags stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Text,
    Link,
    Action,
    /// A link to an action that is left out.
    Dropped,
}

/// How long the tag at the start of a text is, in bytes.
fn tag_length(text: &str) -> usize {
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How many bytes of a text are the word, whatever its capitals; `None` if it starts otherwise.
fn starts(text: &str, word: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for wanted in word.chars() {
        let (_, letter) = letters.next()?;
        if letter != wanted && !letter.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    Some(letters.next().map_or(text.len(), |(at, _)| at))
}

/// Whether nothing in a text means anything in Markdown or HTML, so that it needs no parsing.
fn is_plain(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && text.chars().all(|it| {
            it.is_alphanumeric()
                || matches!(it, ' ' | ',' | '.' | '?' | '’' | '“' | '”' | '(' | ')' | '–')
        })
        && !text.contains("  ")
}
