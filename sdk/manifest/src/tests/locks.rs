//! What was agreed to, and what was not.

use super::{EXAMPLES, SEGMENT, changed, manifest};
use crate::{BadLock, Lock};

fn widened(before: &str, after: &str) -> Vec<String> {
    let lock = Lock::read(&Lock::text(&manifest(before))).unwrap();
    lock.widenings(&manifest(after)).into_iter().map(|it| it.text).collect()
}

#[test]
fn a_lock_is_read_as_it_was_written_and_agrees_to_what_it_was_made_of() {
    for (name, text) in EXAMPLES {
        let manifest = manifest(text);
        let lock = Lock::read(&Lock::text(&manifest)).unwrap();
        assert_eq!(lock, Lock::of(&manifest), "{name}");
        assert_eq!(lock.widenings(&manifest), [], "{name}");
    }
}

#[test]
fn an_empty_lock_agrees_to_nothing() {
    for (name, text) in EXAMPLES {
        assert!(!Lock::default().widenings(&manifest(text)).is_empty(), "{name}");
    }
}

#[test]
fn a_line_that_does_not_belong_there_is_named() {
    for (text, line) in [("+ {}", 1), ("# x\n\n[a]\nx", 4), ("[a]\n+ {}\nmuch {}", 3)] {
        assert_eq!(Lock::read(text), Err(BadLock(line)), "{text}");
    }
}

#[test]
fn what_is_more_is_told_and_what_is_less_is_not() {
    for (from, to) in [
        ("if_denied = \"do-not-load\"", "if_denied = \"degrade\""),
        ("fields = [\"event.name\"", "fields = [\"event.browser\", \"event.name\""),
        ("gate = \"marketing\"", "gate = \"statistics\""),
    ] {
        let more = changed(SEGMENT, from, to);
        assert!(!widened(SEGMENT, &more).is_empty(), "{to}");
        assert_eq!(widened(&more, SEGMENT), Vec::<String>::new(), "{from}");
    }
}

#[test]
fn settings_that_are_new_may_do_what_others_did() {
    let third = changed(SEGMENT, "values = [\"us\", \"eu\"]", "values = [\"us\", \"eu\", \"uk\"]");
    let third = changed(&third, "is = \"eu\" }", "is = [\"eu\", \"uk\"] }");
    assert_eq!(widened(SEGMENT, &third), Vec::<String>::new());
}
