//! Texts of an interview on a page.

use affiant_engine::ScreenTerm;

use crate::page::samples;
use crate::page::text::Texts;

fn term(word: &str, automatic: bool) -> ScreenTerm {
    ScreenTerm { word: word.to_owned(), meaning: "What it *means*".to_owned(), automatic }
}

fn block(terms: &[ScreenTerm], markdown: &str) -> String {
    Texts::new(terms).block(markdown).to_string().trim().to_owned()
}

#[test]
fn a_link_to_an_action_becomes_a_button() {
    let html = block(&[], "Or [start **again**](action:again?%7B%7D).");
    assert_eq!(
        html,
        "<p>Or <button class=\"link\" form=\"act\" name=\"_action\" value=\"action:again?%7B%7D\">start <strong>again</strong></button>.</p>"
    );
}

#[test]
fn other_links_stay_links() {
    let html = block(&[], "[Law](https://law.example/?q=action:)");
    assert!(html.starts_with("<p><a href=\"https://law.example/?q=action:\""), "{html}");
}

#[test]
fn links_to_files_lead_to_where_they_are_and_nowhere_without_a_place() {
    let text = "[Your photo](upload:0a1b)";
    let texts = Texts::new(&[]).with_files("/i/papers/2/file/".to_owned());
    let html = texts.block(text).to_string();
    assert!(html.contains("<a href=\"/i/papers/2/file/0a1b\""), "{html}");
    assert_eq!(block(&[], text), "<p>Your photo</p>");
}

#[test]
fn labels_hold_no_buttons_and_no_links_to_words() {
    let terms = [term("deposit", false)];
    let html = Texts::new(&terms).inline("Your {deposit} [again](action:again)").to_string();
    assert_eq!(html, "Your deposit again");
}

#[test]
fn a_word_in_braces_leads_to_what_it_means() {
    let terms = [term("flat", false), term("rental agreement", false)];
    let html = block(&terms, "See your {Rental agreement}, not {this}.");
    assert_eq!(
        html,
        "<p>See your <a class=\"term\" href=\"#term-1\">Rental agreement</a>, not {this}.</p>"
    );
}

#[test]
fn a_word_inside_of_a_link_or_an_attribute_is_left_alone() {
    let terms = [term("law", true)];
    let html = block(&terms, "[the {law}](https://law.example/%7Blaw%7D \"{law}\")");
    assert!(!html.contains("class=\"term\""), "{html}");
    assert!(html.contains(">the law</a>"), "{html}");
}

#[test]
fn an_automatic_word_is_marked_once_and_whole() {
    let terms = [term("rent", true)];
    let html = block(&terms, "Parents pay Rent, and rent again.");
    assert_eq!(
        html,
        "<p>Parents pay <a class=\"term\" href=\"#term-0\">Rent</a>, and rent again.</p>"
    );
}

#[test]
fn a_word_with_an_ampersand_is_found() {
    let terms = [term("R&D", false)];
    let html = block(&terms, "About {R&D} here");
    assert_eq!(html, "<p>About <a class=\"term\" href=\"#term-0\">R&amp;D</a> here</p>");
}

#[test]
fn only_words_that_were_met_are_explained() {
    let terms = [term("flat", false), term("deposit", false)];
    let texts = Texts::new(&terms);
    assert!(texts.explained().is_empty());
    let _ = texts.inline("The {deposit}");
    let explained = texts.explained();
    assert_eq!(explained.len(), 1);
    assert_eq!(explained[0].get_attr("word").unwrap().to_string(), "deposit");
    assert_eq!(
        explained[0].get_attr("meaning").unwrap().to_string().trim(),
        "<p>What it <em>means</em></p>"
    );
}

#[test]
fn titles_lose_braces_and_form() {
    let terms = [term("letting agent", false)];
    let texts = Texts::new(&terms);
    assert_eq!(
        texts.plain("What is the {letting agent} *called*?"),
        "What is the letting agent called?"
    );
    assert_eq!(texts.plain("What is Ann\\-Marie\\'s name?"), "What is Ann-Marie's name?");
    assert_eq!(texts.inline("Smith & Sons").to_string(), "Smith &amp; Sons");
    assert_eq!(
        texts.inline("Who pays, and how (if at all)?").to_string(),
        "Who pays, and how (if at all)?"
    );
}

#[test]
fn a_document_on_the_page_has_headings_below_the_pages_own() {
    let html = Texts::document("# Request\n\n[x](action:y)").to_string();
    assert_eq!(html.trim(), "<h3>Request</h3>\n<p>x</p>");
}

#[test]
fn what_a_plugin_wrote_leads_nowhere_and_what_the_author_wrote_around_it_does() {
    let mut screen = samples::screens::all().remove(0).screen;
    screen.is_from_plugin = true;
    screen.terms = vec![term("fine", false)];
    let texts = Texts::of(&screen);
    let text = "A {fine}: [**pay**](https://law.example/?fine=55), <a href='https://law.example'>or</a> [not](action:not)";
    let html = texts.block(text).to_string();
    assert_eq!(
        html.trim(),
        "<p>A <a class=\"term\" href=\"#term-0\">fine</a>: <strong>pay</strong>, or not</p>"
    );
    let line = texts.inline("[Pay](https://law.example/?fine=55)").to_string();
    assert!(!line.contains("href"), "{line}");
    let around = texts.block_of_author("[Law](https://law.example)").to_string();
    assert!(around.contains("<a href=\"https://law.example\""), "{around}");
}
