//! How easy a text is to read: the grade of Flesch and Kincaid, in years of school.

/// What the manifests' sentences should take.
pub(crate) const MOST: f64 = 8.0;

/// Years of school that a text takes, counted by the lengths of its sentences and words. It is for
/// English, and about right.
pub(crate) fn grade(text: &str) -> f64 {
    let words: Vec<&str> =
        text.split_whitespace().filter(|it| it.chars().any(char::is_alphanumeric)).collect();
    let sentences = text.split(['.', '!', '?', ':', ';']).filter(|it| !it.trim().is_empty());
    let sentences = count(sentences.count().max(1));
    let syllables: usize = words.iter().map(|it| syllables(it)).sum();
    let number = count(words.len().max(1));
    0.39 * number / sentences + 11.8 * count(syllables) / number - 15.59
}

fn count(it: usize) -> f64 {
    u32::try_from(it).map_or(f64::MAX, f64::from)
}

/// Groups of vowels, a silent `e` at the end left out.
fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    let word = word.trim_matches(|it: char| !it.is_alphanumeric());
    let is_vowel = |it: char| "aeiouyäöüáéíóú".contains(it);
    let mut groups = 0;
    let mut was_vowel = false;
    for letter in word.chars() {
        groups += usize::from(is_vowel(letter) && !was_vowel);
        was_vowel = is_vowel(letter);
    }
    let is_silent = word.ends_with('e') && !word.ends_with("le") && groups > 1;
    (groups - usize::from(is_silent)).max(1)
}
