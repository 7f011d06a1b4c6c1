//! What leaks on purpose.

use super::{printed, tree};
use crate::tidy::leaks::check;

#[test]
fn a_leak_on_purpose_outside_of_its_module_is_found() {
    let text = concat!("//! Pages.\n#[cfg(feature = ", "\"leak\")]\nfn tell() {}\n");
    let tree = tree([
        ("core/web/src/page.rs", text),
        ("core/web/src/leak.rs", text),
        ("core/web/src/leak/on_purpose.rs", text),
    ]);
    let expected = ["core/web/src/page.rs:2: what leaks on purpose belongs into the module `leak`"];
    assert_eq!(printed(&check(&tree)), expected);
}
