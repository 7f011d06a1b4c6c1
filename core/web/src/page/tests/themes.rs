//! A folder in place of files of the theme.

use std::collections::BTreeSet;
use std::path::Path;

use minijinja::context;

use crate::theme::{Theme, ThemeError};

/// Words that handlers choose, and labels of settings: they have tests of their own.
const COMPOSED: [&str; 45] = [
    "provider_",
    "look_up_more",
    "account_",
    "error_",
    "activity_another",
    "activity_to_another",
    "activity_unknown",
    "event_",
    "export_",
    "keys_",
    "custody_",
    "effect_key_",
    "read_",
    "people_",
    "may_",
    "admin_part_",
    "admin_jobs_kind_",
    "admin_jobs_cause_",
    "admin_first_",
    "admin_done_",
    "admin_status_",
    "admin_bans_wrong_",
    "admin_roles_wrong_",
    "switch_",
    "switches_done_",
    "plugins_done_",
    "plugins_wrong_",
    "plugin_keeps",
    "plugin_off_reason",
    "plugin_question_",
    "plugin_saw_",
    "plugin_scope_",
    "plugin_sees",
    "plugin_sends",
    "plugin_who_",
    "plugin_wrong_",
    "consent_gate_",
    "choices_stand_",
    "fact_",
    "held_",
    "month_",
    "date",
    "format_",
    "if_test",
    "test_",
];

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, content).unwrap();
    }
    folder
}

fn load(files: &[(&str, &str)]) -> Result<Theme, ThemeError> {
    let folder = folder(files);
    Theme::load(Some(folder.path()))
}

#[test]
fn a_folder_replaces_one_template_and_leaves_the_others() {
    let own = "{% extends \"base.html\" %}{% block title %}Gone{% endblock %}{% block main %}<h1>All gone</h1>{% endblock %}";
    let theme = load(&[("templates/deleted.html", own)]).unwrap();
    let frame = context! { lang => "en", dir => "ltr", foreign => false, name => (), service => (), csrf => (), sections => false };
    let page = theme.draw("deleted.html", frame);
    assert!(page.contains("<h1>All gone</h1>") && page.contains("Skip to main content"), "{page}");
}

#[test]
fn a_faulty_template_is_refused_with_its_file_and_line() {
    let error = load(&[(
        "templates/saved.html",
        "{% extends \"base.html\" %}\n{% block main %}\n{{ codde }}\n{% endblock %}",
    )])
    .unwrap_err();
    assert!(
        matches!(&error, ThemeError::Template { file, line: 3, .. } if file == "templates/saved.html"),
        "{error}"
    );
    let error = load(&[("templates/saved.html", "{% if %}")]).unwrap_err();
    assert!(error.to_string().starts_with("templates/saved.html, line 1: "), "{error}");
}

#[test]
fn words_that_are_not_there_are_refused() {
    let own = "{% extends \"base.html\" %}{% block main %}{{ t(\"no_such_words\") }}{% endblock %}";
    let error = load(&[("templates/error.html", own)]).unwrap_err();
    assert!(error.to_string().contains("there are no words for “no_such_words”"), "{error}");
    let error = load(&[("messages/en.json", "{\"skip\": 1}")]).unwrap_err();
    assert!(error.to_string().starts_with("messages/en.json: "), "{error}");
}

#[test]
fn a_folder_adds_a_language_and_english_stands_in_for_what_it_lacks() {
    let theme = load(&[("messages/de.json", "{\"skip\": \"Zum Inhalt\", \"kept_days\": {\"one\": \"Ein Tag\", \"other\": \"{n} Tage\"}}")])
        .unwrap();
    let frame = |lang: &str, keep_days: u32| {
        context! {
            lang => lang, dir => "ltr", foreign => !theme.speaks(lang), keep_days, csrf => "x", name => "a", service => "A", sections => false,
        }
    };
    let page = theme.draw("deleted.html", frame("de-AT", 3));
    assert!(
        page.contains(">Zum Inhalt<") && page.contains("3 Tage") && page.contains("Privacy"),
        "{page}"
    );
    assert!(theme.draw("deleted.html", frame("de", 1)).contains("Ein Tag"));
    assert!(theme.speaks("de-AT") && !theme.speaks("fr"));
}

#[test]
fn assets_are_named_by_their_content() {
    let plain = Theme::load(None).unwrap();
    let own =
        load(&[("assets/app.css", "body { color: red }"), ("assets/secret.txt", "no")]).unwrap();
    let name = |theme: &Theme| {
        let page = theme.draw("deleted.html", context! { lang => "en", dir => "ltr", foreign => false, name => (), service => (), csrf => (), sections => false });
        let (_, after) = page.split_once("href=\"/assets/app-").unwrap();
        format!("app-{}", after.split_once('"').unwrap().0)
    };
    assert_ne!(name(&plain), name(&own));
    let (media_type, content) = own.asset(&name(&own)).unwrap();
    assert_eq!(
        (media_type, content),
        ("text/css; charset=utf-8", b"body { color: red }".as_slice())
    );
    assert!(own.asset("app.css").is_none() && own.asset("secret.txt").is_none());
}

/// Words that come later are English until somebody translates them; none may be lost or misspelt.
#[test]
fn translations_say_what_english_says_with_the_same_places() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../themes/default/messages");
    let read = |language: &str| -> serde_json::Map<String, serde_json::Value> {
        let text = fs_err::read_to_string(root.join(format!("{language}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let places = |said: &serde_json::Value| -> std::collections::BTreeSet<String> {
        let text = said.to_string();
        let all = text.split('{').skip(1).filter_map(|it| it.split_once('}'));
        let names = all.map(|(name, _)| name.to_owned());
        names.filter(|it| it.chars().all(|it| it.is_ascii_lowercase())).collect()
    };
    let english = read("en");
    for language in ["de", "es"] {
        for (key, said) in read(language) {
            let ours = english.get(&key).unwrap_or_else(|| panic!("{language}: what is {key}?"));
            assert_eq!(places(ours), places(&said), "{language}: {key}");
            assert_eq!(ours.is_object(), said.is_object(), "{language}: {key}");
        }
    }
}

#[test]
fn every_word_of_the_theme_is_said_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../themes/default");
    let mut templates = String::new();
    let mut folders = vec![root.join("templates"), root.join("mail")];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                templates.push_str(&fs_err::read_to_string(path).unwrap());
            } else {
                folders.push(path);
            }
        }
    }
    let words = fs_err::read_to_string(root.join("messages/en.json")).unwrap();
    let words: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&words).unwrap();
    for key in words.keys() {
        let said = templates.contains(&format!("t(\"{key}\""))
            || COMPOSED.iter().any(|it| key.starts_with(it))
            || ["day", "month", "year", "no"].contains(&key.as_str());
        assert!(said, "nothing says {key}");
    }
}

#[test]
fn every_error_has_words_and_every_word_of_an_error_is_said() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let words = fs_err::read_to_string(root.join("../../themes/default/messages/en.json")).unwrap();
    let words: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&words).unwrap();
    let known: BTreeSet<&str> =
        words.keys().map(String::as_str).filter(|it| is_of_an_error(it)).collect();
    let mut used = BTreeSet::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = fs_err::read_to_string(path).unwrap();
            let texts = source.split('"').filter(|it| is_of_an_error(it));
            used.extend(texts.map(str::to_owned));
        }
    }
    let used: BTreeSet<&str> = used.iter().map(String::as_str).collect();
    assert!(used.len() > 50);
    assert_eq!(known, used);
}

/// `error_prefix` and `error_summary` stand on pages with fields.
fn is_of_an_error(key: &str) -> bool {
    key.strip_prefix("error_").is_some_and(|it| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase() || it == b'_' || it == b'8')
    }) && !["error_prefix", "error_summary"].contains(&key)
}
