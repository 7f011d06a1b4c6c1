//! Every mistake of an author that reading finds: one function each.

mod blocks;
mod fields;
mod files;
mod keys;
mod values;
mod yaml;

pub(crate) use blocks::*;
pub(crate) use fields::*;
pub(crate) use files::*;
pub(crate) use keys::*;
pub(crate) use values::*;
pub(crate) use yaml::*;

use affiant_diagnostic::Diagnostic;

/// "did you mean" for the names that are near, or `otherwise`.
fn suggest(diagnostic: Diagnostic, near: &[&str], otherwise: &str) -> Diagnostic {
    let named: Vec<String> = near.iter().map(|it| format!("`{it}`")).collect();
    match named.as_slice() {
        [] if otherwise.is_empty() => diagnostic,
        [] => diagnostic.hint(otherwise),
        [one] => diagnostic.hint(format!("did you mean {one}?")),
        [all @ .., last] => diagnostic.hint(format!("did you mean {} or {last}?", all.join(", "))),
    }
}

/// A piece of an author's text that fits into a message.
fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.trim().lines().next().unwrap_or("").trim_end();
    let is_cut = line.chars().count() > LONGEST || text.trim().contains('\n');
    let kept: String = line.chars().take(LONGEST).collect();
    let kept = kept.replace('`', "'");
    if is_cut { format!("{kept}…") } else { kept }
}
