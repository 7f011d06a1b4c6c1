//! Names, classes, parts.

use std::collections::BTreeSet;

use crate::{class, classes, functions, is_a, method, methods, new_object};

#[test]
fn no_two_functions_or_methods_share_a_name() {
    let names: BTreeSet<&str> = functions().iter().map(|it| it.name).collect();
    assert_eq!(names.len(), functions().len());
    let pairs: BTreeSet<(&str, &str)> = methods().iter().map(|it| (it.class, it.name)).collect();
    assert_eq!(pairs.len(), methods().len());
}

#[test]
fn every_class_that_is_named_exists() {
    for it in classes() {
        assert!(it.parent.is_none_or(|parent| class(parent).is_some()), "{}", it.name);
        assert!(it.parts.iter().all(|(_, part)| class(part).is_some()), "{}", it.name);
    }
    for it in methods() {
        assert!(class(it.class).is_some(), "{}", it.class);
    }
}

#[test]
fn every_summary_is_a_sentence() {
    let summaries = functions().iter().map(|it| it.summary);
    let summaries = summaries.chain(methods().iter().map(|it| it.summary));
    for it in summaries.chain(classes().iter().map(|it| it.summary)) {
        assert!(it.ends_with('.') && it.starts_with(|it: char| it.is_uppercase()), "{it}");
    }
}

#[test]
fn parameters_that_must_be_given_come_first_and_have_names_of_their_own() {
    let of_functions = functions().iter().map(|it| (it.name, it.parameters));
    for (name, parameters) in
        of_functions.chain(methods().iter().map(|it| (it.name, it.parameters)))
    {
        let names: BTreeSet<&str> = parameters.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), parameters.len(), "{name}");
        assert!(parameters.is_sorted_by_key(|it| !it.required), "{name}");
    }
}

#[test]
fn every_function_with_30_real_world_uses_is_there() {
    for name in [
        "defined",
        "len",
        "str",
        "action_button_html",
        "url_action",
        "showifdef",
        "word",
        "collapse_template",
        "validation_error",
        "today",
        "currency",
        "ordinal",
        "hasattr",
        "comma_and_list",
        "action_argument",
        "user_info",
        "format_date",
        "user_logged_in",
        "states_list",
        "value",
        "yesno",
        "get_config",
        "interview_url",
        "all_variables",
        "url_of",
        "url_for",
    ] {
        assert!(crate::function(name).is_some(), "{name}");
    }
    for (class, name) in [
        ("Dict", "get"),
        ("List", "gather"),
        ("List", "add_action"),
        ("List", "append"),
        ("Address", "on_one_line"),
        ("List", "complete_elements"),
        ("Dict", "true_values"),
        ("Individual", "full"),
        ("Dict", "any_true"),
        ("Individual", "possessive"),
        ("PartyList", "number"),
        ("Document", "as_pdf"),
        ("Navigation", "set_section"),
    ] {
        assert!(method(class, name).is_some(), "{class}.{name}");
    }
}

#[test]
fn names_of_docassemble_are_other_names_of_our_classes() {
    assert_eq!(class("DAList").map(|it| it.name), Some("List"));
    assert!(is_a("DADict", "Object"));
    assert!(!is_a("Thing", "Person"));
    assert!(!is_a("Nonsense", "Object"));
}

#[test]
fn an_object_comes_with_the_parts_of_the_nearest_class_that_has_some() {
    for (class, name) in [("Individual", "IndividualName"), ("Organization", "Name")] {
        let object = new_object(class).unwrap();
        let affiant_guest::Value::Object(part) = &object.attributes["name"] else { panic!() };
        assert_eq!(part.class, name);
        assert!(object.attributes.contains_key("address"), "{class}");
    }
    assert!(new_object("DAObject").unwrap().attributes.is_empty());
    assert!(new_object("Nonsense").is_none());
}

#[test]
fn a_class_that_only_the_author_knows_has_the_methods_of_a_thing() {
    assert!(method("Tenant", "possessive").is_some());
    assert!(method("Tenant", "age_in_years").is_none());
}
