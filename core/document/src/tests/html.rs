//! Text on pages.

use proptest::prelude::*;

use crate::docx::to_docx;
use crate::markdown::{HtmlOptions, to_html, to_html_with, to_inline_html, to_plain};
use crate::page::to_html_page;
use crate::tests::{ANY_MARKDOWN, document};

#[test]
fn markdown_becomes_html() {
    for (markdown, html) in [
        ("# A", "<h2>A</h2>\n"),
        ("###### A", "<h6>A</h6>\n"),
        ("a *b* **c** `d`", "<p>a <em>b</em> <strong>c</strong> <code>d</code></p>\n"),
        ("a\\\nb", "<p>a<br>\nb</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("- a\n\n- b", "<ul>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ul>\n"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("---", "<hr>\n"),
        ("\"a\" -- 'b'... ~~c~~", "<p>\"a\" -- 'b'... ~~c~~</p>\n"),
        ("    a < b", "<pre><code>a &lt; b</code></pre>\n"),
        (
            "<b>a</b> <details><summary>c</summary>d</details>",
            "<p><b>a</b> </p><details><summary>c</summary>d</details><p></p>\n",
        ),
        ("", ""),
    ] {
        assert_eq!(to_html(markdown), html, "{markdown:?}");
    }
}

#[test]
fn a_table_has_header_cells_with_a_scope() {
    assert_eq!(
        to_html("| Item | Price |\n|---|--:|\n| Chair | 20 |\n| Desk |"),
        "<table>\n\
         <thead><tr><th scope=\"col\">Item</th><th scope=\"col\" align=\"right\">Price</th></tr>\n\
         </thead>\n\
         <tbody>\n\
         <tr><td>Chair</td><td align=\"right\">20</td></tr>\n\
         <tr><td>Desk</td><td align=\"right\"></td></tr>\n\
         </tbody>\n\
         </table>\n",
    );
}

#[test]
fn hostile_text_is_harmless_on_a_page() {
    for markdown in [
        "<script>alert(1)</script>",
        "a <script>alert(1)</script>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
        "<img src=x onerror=alert(1)>",
        "<style>p { color: red }</style>",
        "<p style=\"color: red\" onclick=\"alert(1)\" class=\"evil\">x</p>",
        "<iframe src=\"https://evil.example/\"></iframe>",
        "<form action=\"/x\"><input name=a><button>b</button></form>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "<a href=\"java\nscript:alert(1)\">x</a>",
        "[x](x \"\\\" onclick=\\\"alert(1)\")",
        "![x\" onerror=\"alert(1)](/x)",
        "<base href=\"https://evil.example/\">",
        "<meta http-equiv=refresh content=0>",
        "<!-- --><!--><script>alert(1)</script>",
    ] {
        for html in [to_html(markdown), to_inline_html(markdown)] {
            let lower = html.to_ascii_lowercase();
            for bad in [
                "<script",
                "<svg",
                "<math",
                "<style",
                " style=",
                "XX",
                "onclick=\"",
                "<iframe",
                "<form",
                "<input",
                "<button",
                "script:",
                "data:",
                "<base",
                "<meta",
                "class=\"evil",
            ] {
                assert!(!lower.contains(bad), "{markdown:?} gave {html:?} with {bad:?}");
            }
            assert!(!lower.contains("<img src=\"x\" onerror"), "{markdown:?} gave {html:?}");
        }
    }
}

#[test]
fn escaped_answers_stay_text() {
    let html =
        to_html(r"Name: \<b\>\*x\* \[BR\] \[PAGEBREAK\] \# \[a\]\(https\:\/\/evil\.example\)");
    assert_eq!(html, "<p>Name: &lt;b&gt;*x* [BR] [PAGEBREAK] # [a](https://evil.example)</p>\n");
}

#[test]
fn links_keep_only_known_schemes() {
    for (to, kept) in [
        ("https://example.org/", true),
        ("http://example.org/", true),
        ("mailto:a@example.org", true),
        ("tel:+441234", true),
        ("action:change_name?a=1", true),
        ("upload:0a1b", true),
        ("/interviews", true),
        ("ftp://example.org/", false),
        ("file:///etc/passwd", false),
    ] {
        let html = to_html(&format!("[x]({to})"));
        assert_eq!(html.contains("href="), kept, "{html}");
    }
}

#[test]
fn images_come_only_from_this_server() {
    for (source, kept) in [
        ("/files/map.png", true),
        ("map.png", true),
        ("map.png?a=b:c", true),
        ("https://evil.example/x.png", false),
        ("//evil.example/x.png", false),
        ("/\\evil.example/x.png", false),
        ("\\\\evil.example/x.png", false),
        ("data:image/png;base64,AAAA", false),
    ] {
        for html in [
            to_html(&format!("![map](<{}>)", source.replace('\\', "\\\\"))),
            to_html(&format!("<img src=\"{source}\" alt=\"map\">")),
        ] {
            assert_eq!(html.contains("src="), kept, "{source} gave {html}");
            assert!(html.contains("map"), "{source} gave {html}");
        }
    }
    assert!(!to_html("<img src=\"/\t/evil.example/x.png\">").contains("src="));
}

#[test]
fn layout_tags_work_and_can_be_escaped() {
    for (markdown, html) in [
        ("[CENTER] a", "<p class=\"center\">a</p>\n"),
        ("[BOLDCENTER] a", "<p class=\"center\"><strong>a</strong></p>\n"),
        ("[FLUSHRIGHT] a\n[CENTER] b", "<p class=\"right\">a</p>\n<p class=\"center\">b</p>\n"),
        ("[CENTER] a\n[CENTER] b", "<p class=\"center\">a<br>\nb</p>\n"),
        ("# [CENTER] a", "<h2 class=\"center\">a</h2>\n"),
        ("a[BR]b[NBSP]c", "<p>a<br>\nb&nbsp;c</p>\n"),
        ("a\n[PAGEBREAK]\nb", "<p>a</p>\n<p>b</p>\n"),
        ("- a [PAGEBREAK]", "<ul>\n<li>a</li>\n</ul>\n"),
        (
            "`[BR]` [x](/a[BR])",
            "<p><code>[BR]</code> <a href=\"/a[BR]\" rel=\"noopener noreferrer\">x</a></p>\n",
        ),
        (r"\[BR] [BR\] \\[BR]", "<p>[BR] [BR] \\</p>\n"),
        ("[OTHER] [br]", "<p>[OTHER] [br]</p>\n"),
    ] {
        assert_eq!(to_html(markdown), html, "{markdown:?}");
    }
    let options = HtmlOptions { heading_shift: 0, page_breaks: true };
    let html = to_html_with("# a\n[PAGEBREAK]", options);
    assert_eq!(html, "<h1>a</h1>\n<div class=\"page-break\"></div>\n");
}

#[test]
fn a_label_has_no_blocks() {
    for (markdown, html) in [
        ("Your *name*", "Your <em>name</em>"),
        ("1. Name", "1. Name"),
        ("# Name", "Name"),
        ("a\n\nb", "a<br>b"),
        ("- a\n- b", "• a<br>• b"),
        ("<div>a</div>", "a"),
        ("<span>a</span>\n", "<span>a</span>"),
        ("", ""),
    ] {
        assert_eq!(to_inline_html(markdown).trim_end(), html, "{markdown:?}");
    }
}

#[test]
fn plain_text_is_one_line_without_form() {
    for (markdown, plain) in [
        ("**Motion** to [vacate](https://example.org)", "Motion to vacate"),
        ("# A\n\nb\nc", "A b c"),
        (r"A \& B \<x\>", "A & B <x>"),
        ("A &amp; B", "A & B"),
        ("2. Two", "2. Two"),
        ("a\u{0}b\u{202e}c\u{feff}", "abc"),
        ("a <i>b</i>", "a b"),
        ("![Map](/map.png)", "Map"),
        ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
    ] {
        assert_eq!(to_plain(markdown), plain, "{markdown:?}");
    }
}

#[test]
fn characters_that_no_output_may_hold_are_removed() {
    let html = to_html("a\u{0}\u{7}\u{b}\u{c}\u{85}\u{fdd0}\u{fdd7}\u{ffff}\u{1fffe}b");
    assert_eq!(html, "<p>ab</p>\n");
    assert_eq!(to_html("a\r\n\r\nb"), "<p>a</p>\n<p>b</p>\n");
    assert_eq!(to_html("a\u{2028}# b"), "<p>a # b</p>\n");
}

#[test]
fn text_nested_without_end_loses_its_form_but_not_its_words() {
    for markdown in [
        format!("{}deep", ">".repeat(5_000)),
        format!("{}deep", "- ".repeat(5_000)),
        format!("{}deep{}", "[".repeat(5_000), "](x)".repeat(5_000)),
        format!("{}deep", "<b>".repeat(50_000)),
        format!("{}deep", "<div>\n".repeat(50_000)),
        format!("{}| a |\n{}|---|\n{}| deep |", "> ".repeat(62), "> ".repeat(62), "> ".repeat(62)),
        format!("{}| a |\n{}|---|\n{}| deep |", "> ".repeat(63), "> ".repeat(63), "> ".repeat(63)),
        format!("{}| a |\n{}|---|\n{}| deep |", "> ".repeat(64), "> ".repeat(64), "> ".repeat(64)),
    ] {
        for html in [to_html(&markdown), to_inline_html(&markdown), to_plain(&markdown)] {
            assert!(html.contains("deep"), "{}", &markdown[..40]);
        }
    }
}

#[test]
fn a_page_is_complete_and_needs_nothing_else() {
    let page = to_html_page(&document("## Dear *Zoë*\n\n#### Costs\n\n[PAGEBREAK]\n\nBye."));
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en-GB\" dir=\"ltr\">"));
    assert!(page.contains("<title>A &lt;Letter&gt; &amp; more</title>"));
    assert!(page.contains("<h1>Dear <em>Zoë</em></h1>\n<h2>Costs</h2>"), "headings leave no gap");
    assert!(page.contains("<div class=\"page-break\"></div>"));
    assert!(page.ends_with("</main>\n</body>\n</html>\n"));
    for other in ["<script", "<link", "src=", "@import", "url("] {
        assert!(!page.contains(other), "{other}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_makes_a_page_or_a_file_panic(markdown in ANY_MARKDOWN) {
        to_html(&markdown);
        to_inline_html(&markdown);
        prop_assert!(!to_plain(&markdown).contains('\n'));
        let document = document(&markdown);
        to_html_page(&document);
        prop_assert!(to_docx(&document).is_ok());
    }
}
