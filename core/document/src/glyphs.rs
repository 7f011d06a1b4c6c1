//! Which characters the fonts of documents can show.

use crate::fonts::FONTS;

/// What kind of writing a character belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Script {
    /// Arabic, Syriac, Thaana and N'Ko.
    Arabic,
    /// Chinese, Japanese and Korean.
    EastAsian,
    /// Pictures and symbols.
    Emoji,
    /// The scripts of India and its neighbours.
    Indic,
    /// Thai, Lao, Tibetan, Burmese and Khmer.
    SoutheastAsian,
    /// Characters without a common meaning, such as those of icon fonts.
    PrivateUse,
    /// Anything else.
    Other,
}

impl Script {
    /// The kind of writing that a character belongs to, by its block.
    pub fn of(c: char) -> Self {
        match c {
            '\u{600}'..='\u{85f}' | '\u{8a0}'..='\u{8ff}' | '\u{fb50}'..='\u{fdcf}' => Self::Arabic,
            '\u{fe70}'..='\u{fefe}' => Self::Arabic,
            '\u{900}'..='\u{dff}' | '\u{a8e0}'..='\u{a8ff}' => Self::Indic,
            '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => Self::SoutheastAsian,
            '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{a4cf}' => Self::EastAsian,
            '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => Self::EastAsian,
            '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' => Self::EastAsian,
            '\u{20000}'..='\u{3ffff}' => Self::EastAsian,
            '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' => Self::Emoji,
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Self::PrivateUse,
            _ => Self::Other,
        }
    }

    /// The kinds of writing that the characters belong to, each once, in a fixed order.
    pub(crate) fn all(characters: &[char]) -> Vec<Self> {
        let mut scripts: Vec<Self> = characters.iter().copied().map(Self::of).collect();
        scripts.sort_unstable();
        scripts.dedup();
        scripts
    }

    /// Their names in an English sentence.
    pub(crate) fn list(scripts: &[Self]) -> String {
        scripts.iter().map(|script| script.name()).collect::<Vec<_>>().join(", ")
    }

    fn name(self) -> &'static str {
        match self {
            Self::Arabic => "Arabic",
            Self::EastAsian => "East Asian",
            Self::Emoji => "emoji",
            Self::Indic => "Indic",
            Self::SoutheastAsian => "Southeast Asian",
            Self::PrivateUse => "private use",
            Self::Other => "other",
        }
    }
}

/// The characters that the fonts of documents cannot show, each once, in order of appearance.
///
/// Check an answer with it when it is entered, if it will stand in a PDF.
pub fn uncovered(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for c in text.chars() {
        if !is_covered(c) && !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

pub(crate) fn is_covered(c: char) -> bool {
    if c.is_ascii() || is_invisible(c) {
        return true;
    }
    // Fonts put ligatures and alternates there; no two agree on what they mean.
    Script::of(c) != Script::PrivateUse && FONTS.coverage.contains(u32::from(c))
}

/// Whether a character only guides how its neighbours are set, so that it needs no glyph.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{feff}')
}
