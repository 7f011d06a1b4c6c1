//! Links of Markdown.

use super::{printed, tree};
use crate::tidy::links::check;

#[test]
fn link_that_leads_nowhere_is_found() {
    let tree = tree([
        ("README.md", "A [map](ARCHITECTURE.md), [lost](lost.md)\nand [out](../../etc/passwd).\n"),
        ("ARCHITECTURE.md", "# Map\n"),
    ]);
    let expected =
        ["README.md:1: `lost.md` leads nowhere", "README.md:2: `../../etc/passwd` leads nowhere"];
    assert_eq!(printed(&check(&tree)), expected);
}

#[test]
fn links_to_folders_headings_and_other_sites_are_followed_as_far_as_they_can_be() {
    let tree = tree([
        (
            "docs/a.md",
            "[up](../core) [here](#the-map-of-it) [b](b.md#two) [out](https://x.org/y)\n\n## The map of it\n",
        ),
        ("docs/b.md", "# One\n"),
        ("core/engine/src/lib.rs", "//! Engine.\n"),
    ]);
    assert_eq!(printed(&check(&tree)), ["docs/a.md:1: `b.md#two` leads nowhere"]);
}

#[test]
fn code_holds_no_links() {
    let tree = tree([(
        "a.md",
        "`[a](b)`\n\n````markdown\n```yaml\n[a](b)\n```\n[a](b)\n````\n[c](d)\n\n[label]: gone.md\n",
    )]);
    assert_eq!(
        printed(&check(&tree)),
        ["a.md:9: `d` leads nowhere", "a.md:11: `gone.md` leads nowhere"]
    );
}

#[test]
fn comment_that_names_a_document_of_another_tree_is_found() {
    let tree = tree([
        ("a/src/lib.rs", "//! See ARCHITECTURE.md.\n// (design.md §4)\nlet it = \"other.md\";\n"),
        ("ARCHITECTURE.md", "# Map\n"),
    ]);
    assert_eq!(printed(&check(&tree)), ["a/src/lib.rs:2: there is no `design.md`"]);
}
