//! Interviews without mistakes.

use super::support::good;

const LETTER: &str = include_str!("letter.yml");

#[test]
fn the_letter_is_read_without_a_mistake() {
    let interview = good(LETTER);
    assert_eq!(interview.blocks.len(), 7);
    assert_eq!(interview.metadata.title, "Letter to a landlord");
}
