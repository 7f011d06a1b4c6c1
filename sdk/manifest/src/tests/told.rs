//! What people are told that a plugin sees, keeps and sends.

use super::{ANALYTICS, DOCX, SEGMENT, SQLITE, manifest, with};
use crate::{Handling, Language};

fn who(handlings: &[Handling]) -> Vec<Vec<&str>> {
    handlings.iter().map(|it| it.who.iter().map(String::as_str).collect()).collect()
}

#[test]
fn what_is_seen_kept_and_sent_follows_from_the_settings() {
    let manifest = manifest(ANALYTICS);
    let server = with(&manifest, &[("mode", "server")]).told(Language::En);
    assert_eq!(who(&server.sees), [["what happens in interviews"]]);
    assert!(server.keeps.is_empty());
    let [sent] = server.sends.as_slice() else { panic!("one thing is sent: {:?}", server.sends) };
    assert!(sent.who[0].starts_with("Google"), "{sent:?}");
    assert_eq!(sent.why, ["learning how the service is used"]);
    let page = with(&manifest, &[("mode", "page")]).told(Language::En);
    let cookies: Vec<&str> = page.keeps.iter().map(|it| it.what[0].as_str()).collect();
    assert_eq!(cookies, ["_ga", "_ga_*"]);
    assert_eq!(who(&page.keeps), [["cookie"], ["cookie"]]);
    assert!(page.sees.iter().any(|it| it.who == ["the page, with what is typed"]));
    assert!(page.sends.len() > server.sends.len());
}

#[test]
fn a_plugin_that_sends_nothing_says_so_by_sending_nothing() {
    let told = with(&manifest(DOCX), &[]).told(Language::De);
    assert!(told.sends.is_empty() && told.keeps.is_empty());
    assert_eq!(told.sees.len(), 1);
    assert_eq!(told.sees[0].how_long, "für einen Aufruf");
}

#[test]
fn every_handling_says_which_data_whose_and_what_for() {
    for (name, text) in super::EXAMPLES {
        let manifest = manifest(text);
        for combination in manifest.combinations() {
            for language in Language::ALL {
                let declaration = crate::Declaration::of(&manifest, combination.clone());
                let told = declaration.told(language);
                for it in told.sees.iter().chain(&told.keeps).chain(&told.sends) {
                    let is_whole = [&it.what, &it.who, &it.why].iter().all(|it| !it.is_empty());
                    assert!(is_whole && !it.how_long.is_empty(), "{name}: {it:?}");
                    assert!(!format!("{it:?}").contains("dpv:"), "{name}: {it:?}");
                }
            }
        }
    }
}

#[test]
fn what_happens_elsewhere_is_the_word_of_the_author() {
    let facts = with(&manifest(SEGMENT), &[]).facts();
    let told = facts.told(Language::En);
    let enforced: Vec<&str> =
        told.iter().filter(|it| it.is_enforced).map(|it| it.text.as_str()).collect();
    let stated: Vec<&str> =
        told.iter().filter(|it| !it.is_enforced).map(|it| it.text.as_str()).collect();
    assert!(enforced.iter().any(|it| it.contains("events.eu1.segmentapis.com")));
    assert!(enforced.contains(&"It may read the field event.screen_id."));
    assert!(stated.contains(&"Somebody else can follow people."));
    assert!(stated.iter().any(|it| it.contains("as long as the recipient decides")), "{stated:?}");
    let first_stated = told.iter().position(|it| !it.is_enforced).unwrap();
    assert!(told[first_stated..].iter().all(|it| !it.is_enforced));
}

#[test]
fn how_long_something_is_kept_is_enforced_where_the_host_deletes_it() {
    let facts = with(&manifest(SQLITE), &[]).facts();
    let kept = facts.told(Language::En).into_iter().filter(|it| it.text.starts_with("How long"));
    let kept: Vec<_> = kept.collect();
    assert!(!kept.is_empty() && kept.iter().all(|it| it.is_enforced), "{kept:?}");
}

#[test]
fn a_language_that_has_no_sentences_is_english() {
    let named = ["de-AT", "es", "en-GB", "fr", ""].map(Language::of);
    assert_eq!(named, [Language::De, Language::Es, Language::En, Language::En, Language::En]);
}
