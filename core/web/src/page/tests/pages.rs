//! What holds for every page.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use super::html::{Tag, inner, tags, unescape};
use crate::page::samples;
use crate::theme::Theme;

/// Every sample: its name and its HTML.
pub(super) fn pages() -> Vec<(String, String)> {
    let theme = Theme::load(None).unwrap();
    let drawn = samples::all(&theme);
    drawn
        .into_iter()
        .map(|(name, page)| (name.clone(), page.unwrap_or_else(|it| panic!("{name}: {it:#}"))))
        .collect()
}

fn page(wanted: &str) -> String {
    let found = pages().into_iter().find(|(name, _)| name == wanted);
    found.unwrap_or_else(|| panic!("there is no sample called {wanted}")).1
}

fn ids(tags: &[Tag]) -> BTreeSet<&str> {
    tags.iter().filter_map(|it| it.get("id")).collect()
}

#[test]
fn every_sample_is_drawn_with_its_tags_closed() {
    let pages = pages();
    assert!(pages.len() > 40, "only {} samples", pages.len());
    for (name, page) in pages {
        assert!(tags(&page).len() > 10, "{name} is empty");
        assert!(page.starts_with("<!doctype html>\n"), "{name} begins otherwise");
    }
}

#[test]
fn every_page_has_one_first_heading_one_main_and_a_language() {
    for (name, page) in pages() {
        let tags = tags(&page);
        let count = |wanted: &str| tags.iter().filter(|it| it.name == wanted).count();
        assert_eq!(count("h1"), 1, "{name}");
        assert_eq!(count("main"), 1, "{name}");
        assert_eq!(count("title"), 1, "{name}");
        assert!(tags[0].get("lang").is_some_and(|it| !it.is_empty()), "{name}");
        let headings: Vec<usize> =
            tags.iter().filter_map(|it| it.name.strip_prefix('h')?.parse().ok()).collect();
        let jumps = headings.windows(2).any(|it| it[1] > it[0] + 1);
        let has_summary = name.contains("errors") || name.contains("-unsaved");
        assert!(!jumps || has_summary, "{name} leaves a heading out: {headings:?}");
    }
}

#[test]
fn the_title_says_error_exactly_when_there_is_one() {
    for (name, page) in pages() {
        let title = inner(&page, "title")[0];
        let says = title.starts_with("Error: ");
        let is_wrong = name.ends_with("-errors") || name.ends_with("-unsaved");
        assert_eq!(says, is_wrong, "{name}: {title}");
        assert_eq!(says, page.contains("role=\"alert\""), "{name}");
        assert!(!title.contains('{') || name.starts_with("hostile"), "{name}: {title}");
    }
}

#[test]
fn ids_are_unique_and_fit_into_a_selector() {
    for (name, page) in pages() {
        let mut seen = BTreeSet::new();
        for tag in tags(&page) {
            let Some(id) = tag.get("id") else { continue };
            assert!(seen.insert(id.to_owned()), "{name} has two of {id}");
            let fits = id.starts_with(|it: char| it.is_ascii_alphabetic())
                && id.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
            assert!(fits, "{name}: {id}");
        }
    }
}

#[test]
fn everything_that_names_an_id_finds_it() {
    for (name, page) in pages() {
        let tags = tags(&page);
        let ids = ids(&tags);
        for tag in &tags {
            for attribute in ["for", "list", "form", "aria-describedby", "aria-labelledby"] {
                for id in tag.get(attribute).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(id), "{name}: {attribute} of {} names {id}", tag.name);
                }
            }
            let href = tag.get("href").unwrap_or_default();
            if let Some(id) = href.strip_prefix('#') {
                assert!(ids.contains(id), "{name}: a link leads to {id}");
            }
        }
    }
}

#[test]
fn each_error_stands_in_the_summary_and_beside_its_field_in_the_same_words() {
    for (name, page) in pages().into_iter().filter(|(name, _)| name.ends_with("-errors")) {
        let tags = tags(&page);
        let after = tags.iter().position(|it| it.get("id") == Some("errors")).unwrap();
        let links: Vec<&Tag> = tags[after..]
            .iter()
            .take_while(|it| it.name != "form")
            .filter(|it| it.get("href").is_some_and(|it| it.starts_with('#')))
            .collect();
        assert!(!links.is_empty(), "{name} has no links");
        for link in links {
            let target = link.get("href").unwrap().trim_start_matches('#');
            let field = tags.iter().find(|it| it.get("id") == Some(target)).unwrap();
            let input = ["input", "select", "textarea", "button"].contains(&field.name.as_str());
            assert!(input, "{name}: {target} is no input");
            let beside = inner(&page, "p").iter().any(|it| it.ends_with(link.text.trim()));
            assert!(beside, "{name}: {} does not stand beside the field", link.text);
        }
    }
}

#[test]
fn every_input_has_a_name_that_people_hear() {
    for (name, page) in pages() {
        let tags = tags(&page);
        let labelled: BTreeSet<&str> =
            tags.iter().filter(|it| it.name == "label").filter_map(|it| it.get("for")).collect();
        for tag in &tags {
            let input = ["input", "select", "textarea"].contains(&tag.name.as_str());
            if !input || tag.get("type") == Some("hidden") {
                continue;
            }
            let id = tag.get("id").unwrap_or_else(|| panic!("{name}: an input has no id"));
            let named = labelled.contains(id) || tag.get("aria-labelledby").is_some();
            assert!(named, "{name}: {id} has no label");
        }
    }
}

#[test]
fn no_page_holds_a_script_a_style_or_another_site() {
    for (name, page) in pages() {
        for tag in tags(&page) {
            assert_ne!(tag.name, "style", "{name}");
            assert!(
                tag.name != "script" || tag.get("src").is_some() && tag.text.trim().is_empty(),
                "{name}"
            );
            for (attribute, value) in &tag.attributes {
                assert!(
                    attribute != "style" && !attribute.starts_with("on"),
                    "{name}: {attribute}"
                );
                assert!(!value.starts_with("javascript:"), "{name}: {value}");
            }
            for loads in ["src", "srcset", "data", "poster"] {
                assert!(!tag.get(loads).is_some_and(|it| it.contains("//")), "{name}: {tag:?}");
            }
            if tag.name == "link" || tag.name == "script" {
                let address = tag.get("href").or(tag.get("src")).unwrap();
                assert!(address.starts_with("/assets/"), "{name}: {address}");
            }
        }
    }
}

#[test]
fn nothing_changes_by_following_a_link() {
    for (name, page) in pages() {
        for tag in tags(&page) {
            let href = tag.get("href").unwrap_or_default();
            assert!(!href.starts_with("action:"), "{name}: {href}");
            if tag.name == "form" {
                // One that says so only chooses what is shown.
                let looks = tag.get("class") == Some("looks");
                let method = if looks { "get" } else { "post" };
                assert_eq!(tag.get("method"), Some(method), "{name}");
            }
        }
    }
    let page = page("documents");
    let button = tags(&page).into_iter().find(|it| it.text.trim() == "Change the date").unwrap();
    assert_eq!(button.name, "button");
    assert_eq!(button.get("form"), Some("act"));
    assert_eq!(button.get("value"), Some("action:change_date?%7B%22a%22%3A1%7D"));
}

#[test]
fn enter_in_a_field_is_continue() {
    for (name, page) in pages() {
        let Some((_, form)) = page.split_once("<form id=\"form\"") else { continue };
        let form = format!("<form{}</form>", form.split_once("</form>").unwrap().0);
        let tags = tags(&form);
        let mut submits = tags.iter().filter(|it| {
            it.name == "button" && it.get("type") != Some("button") && it.get("form").is_none()
        });
        let first = submits.next().unwrap_or_else(|| panic!("{name} cannot be sent"));
        let is_choice = first.get("id") == Some("f0");
        assert!(first.get("name").is_none() || is_choice, "{name}: {first:?}");
    }
}

#[test]
fn forms_of_a_session_carry_its_code_and_revision() {
    for (name, page) in pages() {
        let tags = tags(&page);
        let forms = tags.iter().filter(|it| it.name == "form");
        let open = [
            "/sessions",
            "/resume",
            "language",
            "/admin/audit",
            "/admin/reading",
            "/privacy/choices",
        ];
        // The way to a provider begins in this browser and ends in it, by a cookie of its own.
        let is_open = |action: &str| {
            open.iter().any(|end| action.ends_with(end)) || action.starts_with("/account/provider/")
        };
        let guarded = forms.filter(|it| !is_open(it.get("action").unwrap()));
        let codes = tags
            .iter()
            .filter(|it| it.get("name") == Some("_csrf") && it.get("value") == Some("c2FtcGxl"));
        // One that asks for consent hands on a form that was sent, with the code that was in it.
        let handed_on = tags.iter().filter(|it| it.get("name") == Some("_again"));
        assert_eq!(guarded.count() + handed_on.count(), codes.count(), "{name}");
    }
    let page = page("name");
    assert_eq!(page.matches("name=\"_revision\" value=\"5\"").count(), 2);
}

#[test]
fn whoever_was_let_in_for_reading_finds_nothing_to_press() {
    for name in ["name-shared-view", "review-shared-view"] {
        let page = page(name);
        let tags = tags(&page);
        let is_language = |it: &&Tag| it.get("action").is_some_and(|it| it.ends_with("/language"));
        let forms = tags.iter().filter(|it| it.name == "form" && !is_language(it));
        assert_eq!(forms.count(), 0, "{name}");
        assert!(page.contains("You can read and cannot change anything."), "{name}");
        assert!(!page.contains("Delete my answers"), "{name}");
    }
    assert!(page("name-shared-view").contains("<fieldset class=\"still\" disabled>"));
    assert!(page("name-shared-answer").contains("Its owner sees what you answer."));
    assert!(page("name-shared-owner").contains("2 other people can see this interview."));
    assert!(page("name-shared-owner").contains("Who can see this"));
    assert!(!page("name").contains("Who can see this"));
}

#[test]
fn what_people_and_authors_write_stays_text() {
    const HOSTILE: &str =
        "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{ 7 * 7 }} &amp;";
    for name in ["hostile", "hostile-errors"] {
        let page = page(name);
        let tags = tags(&page);
        assert!(!page.contains("49 &amp;"), "{name}: a template in a text was run");
        let value =
            tags.iter().find(|it| it.get("id") == Some("f0")).unwrap().get("value").unwrap();
        assert_eq!(value, if name == "hostile" { HOSTILE } else { "" });
        let posted = tags.iter().any(|it| it.name == "input" && it.get("value") == Some(HOSTILE));
        assert!(posted, "{name}: a choice posts what it holds, letter by letter");
        assert!(tags.iter().any(|it| it.get("name") == Some("a[\"<script>\"]")), "{name}");
        assert!(unescape(&page).contains(HOSTILE));
    }
}

#[test]
fn what_was_typed_comes_back_and_passwords_do_not() {
    let page = page("every-errors");
    let tags = tags(&page);
    let value = |name: &str| {
        let tag = tags.iter().find(|it| it.get("name") == Some(name)).unwrap();
        tag.get("value").unwrap().to_owned()
    };
    let values: BTreeMap<&str, String> =
        ["email", "rent", "since--day", "since--month", "since--year", "secret"]
            .map(|it| (it, value(it)))
            .into();
    assert_eq!(values["email"], "ada");
    assert_eq!(values["rent"], "a lot");
    assert_eq!((values["since--day"].as_str(), values["since--month"].as_str()), ("31", "2"));
    assert_eq!(values["secret"], "");
}

#[test]
fn only_the_wrong_part_of_a_date_is_marked() {
    let page = page("date-errors");
    let tags = tags(&page);
    let wrong: Vec<&str> = tags
        .iter()
        .filter(|it| it.get("aria-invalid").is_some())
        .filter_map(|it| it.get("id"))
        .collect();
    assert_eq!(wrong, ["f0-year"]);
    let link = tags.iter().find(|it| it.get("href") == Some("#f0-year"));
    assert!(link.is_some(), "the summary leads to the year");
}

#[test]
fn a_single_question_is_its_own_label() {
    let radio = page("yes-no");
    assert!(
        inner(&radio, "legend")[0]
            .contains("<h1 id=\"heading\">Do you rent the home you live in?</h1>")
    );
    assert_eq!(tags(&radio).iter().filter(|it| it.get("checked").is_some()).count(), 1);
    let several = page("name");
    assert!(inner(&several, "h1")[0].contains("What is your name?"));
    assert!(several.contains("Middle name <span class=\"optional\">(optional)</span>"));
    let text = page("unlabelled");
    assert!(text.contains("<label class=\"hidden\" for=\"f0\">Tell us more</label>"));
}

#[test]
fn a_condition_is_told_in_words_and_to_the_script() {
    let page = page("conditions");
    assert!(page.contains("If “Best way to reach you” is “By email”"));
    assert!(page.contains("If “Best way to reach you” is not “By post”"));
    let field =
        tags(&page).into_iter().find(|it| it.get("data-field") == Some("tenant_email")).unwrap();
    let told: serde_json::Value = serde_json::from_str(field.get("data-show-if").unwrap()).unwrap();
    assert_eq!(
        told,
        serde_json::json!([{"test": ["==", ["field", "contact_way"], "email"], "disables": false}])
    );
}

#[test]
fn a_test_of_several_fields_is_told_in_words() {
    let page = page("conditions");
    assert!(page.contains(
        "If “How often?” is more than 3 and “Evenings” is selected in “When?” or “Alone?” is not “Yes”"
    ));
    assert!(page.contains("If “How often?” is not answered"));
}

#[test]
fn texts_that_are_not_translated_are_marked_and_ours_are_not() {
    let page = page("translated");
    assert!(page.contains("<html lang=\"es\""));
    assert!(
        page.contains("<h1 id=\"heading\"><span lang=\"en\" dir=\"ltr\">Your home</span></h1>")
    );
    assert!(page.contains("<label for=\"f0\">Sí</label>"));
    assert!(page.contains("Guardar y seguir más tarde"));
}

#[test]
fn the_language_is_chosen_by_a_form_with_the_languages_own_names() {
    let page = page("translated");
    assert!(page.contains("<button class=\"link\" name=\"_language\" value=\"de\" lang=\"de\" dir=\"ltr\">Deutsch</button>"));
    assert!(page.contains("<span lang=\"es\" dir=\"ltr\" aria-current=\"true\">Español</span>"));
}

#[test]
fn changing_a_row_says_which() {
    let page = page("review");
    let rows: Vec<&str> =
        inner(&page, "button").into_iter().filter(|it| it.starts_with("Change")).collect();
    assert_eq!(rows[0], "Change<span class=\"hidden\"> Your name</span>");
    assert_eq!(rows.len(), 6);
    assert!(page.contains("value=\"row:5\""));
    assert!(page.contains("Not provided"));
    assert_eq!(inner(&page, "dl").len(), 2, "a note parts the rows");
}

#[test]
fn only_authors_see_where_a_screen_comes_from() {
    assert!(page("every").contains("letter.yml:120"));
    assert!(!page("name").contains("letter.yml"));
    assert!(page("name").contains("landlord › name › text"));
}

#[test]
fn languages_from_right_to_left_are_marked_as_such() {
    let page = page("right-to-left");
    let tags = tags(&page);
    assert_eq!((tags[0].get("lang"), tags[0].get("dir")), (Some("ar"), Some("rtl")));
    let footer = tags.iter().find(|it| it.name == "footer").unwrap();
    assert_eq!(footer.get("lang"), Some("en"), "words of another language are marked");
}

#[test]
fn a_mistake_is_shown_with_its_line_and_a_mark_below_it() {
    let page = page("faults");
    let code = unescape(inner(&page, "pre")[0]);
    assert!(code.contains("4 │     datatyp: text\n  │     ^^^^^^^"), "{code}");
    assert!(page.contains("did you mean `datatype`?"));
}

#[test]
fn the_first_page_and_all_it_loads_stay_small() {
    let theme = Theme::load(None).unwrap();
    let page = page("list");
    let tags = tags(&page);
    let loaded: Vec<&str> = tags
        .iter()
        .filter(|it| it.name == "link" || it.name == "script")
        .filter_map(|it| it.get("href").or(it.get("src")))
        .filter_map(|it| it.strip_prefix("/assets/"))
        .collect();
    assert_eq!(loaded.len(), 3);
    let assets: usize = loaded.iter().map(|it| sent(theme.asset(it).unwrap().1)).sum();
    assert!(assets < 20_000, "styles and scripts are {assets} bytes long");
    let all = sent(page.as_bytes()) + assets;
    assert!(all < 25_000, "the first page is {all} bytes long");
}

/// How long a file is as it is sent: compressed.
fn sent(content: &[u8]) -> usize {
    let mut compressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    compressed.write_all(content).unwrap();
    compressed.finish().unwrap().len()
}

/// Writes the samples where `AFFIANT_SAMPLES` says, to be looked at in a browser.
#[test]
fn samples_can_be_looked_at() {
    let Some(folder) = std::env::var_os("AFFIANT_SAMPLES").map(std::path::PathBuf::from) else {
        return;
    };
    let theme = Theme::load(None).unwrap();
    fs_err::create_dir_all(folder.join("assets")).unwrap();
    for (name, page) in pages() {
        for tag in tags(&page) {
            let asset =
                tag.get("href").or(tag.get("src")).and_then(|it| it.strip_prefix("/assets/"));
            if let Some(asset) = asset {
                fs_err::write(folder.join("assets").join(asset), theme.asset(asset).unwrap().1)
                    .unwrap();
            }
        }
        let page = page.replace("=\"/assets/", "=\"assets/");
        fs_err::write(folder.join(format!("{name}.html")), page).unwrap();
    }
}
