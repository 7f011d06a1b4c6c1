//! The fonts of documents, compiled in and read once.
//!
//! Text is set in Libertinus Serif, code in `DejaVu` Sans Mono; where they lack a character, another
//! of the fonts that Typst ships is taken. Their licences (SIL Open Font License, GUST Font License,
//! Bitstream Vera) allow embedding.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::layout::Abs;
use typst::text::{Coverage, Font, FontBook, FontInfo, FontVariations};
use typst::utils::LazyHash;

/// The fonts, and what they cover.
pub(crate) struct Fonts {
    pub(crate) all: Vec<Font>,
    /// The same fonts in the same order, as the typesetter looks for them.
    pub(crate) book: LazyHash<FontBook>,
    /// What any of them can show.
    pub(crate) coverage: Coverage,
}

pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let shipped = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data)));
    // The fonts for formulas are heavy, and no document has formulas.
    let all: Vec<Font> = shipped.filter(|font| !font.info().family.contains("Math")).collect();
    let infos: Vec<FontInfo> = all.iter().map(honest).collect();
    let covered = infos.iter().flat_map(|info| info.coverage.iter()).collect();
    Fonts {
        all,
        coverage: Coverage::from_vec(covered),
        book: LazyHash::new(FontBook::from_infos(infos)),
    }
});

/// What a font says of itself, without characters that it claims but has no glyph for: the
/// typesetter would choose it for them and then fail.
fn honest(font: &Font) -> FontInfo {
    let claimed = font.info();
    let size = Abs::pt(11.0);
    let instance = font.clone().instantiate(claimed.variant, size, &FontVariations::default());
    let has_glyph =
        |code: &u32| char::from_u32(*code).is_some_and(|c| instance.ttf().glyph_index(c).is_some());
    let covered = claimed.coverage.iter().filter(has_glyph).collect();
    FontInfo { coverage: Coverage::from_vec(covered), ..claimed.clone() }
}
