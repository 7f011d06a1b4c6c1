//! The registry as authors see it.

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
fn names_of_docassemble_are_other_names_of_our_classes() {
    assert_eq!(class("DAList").map(|it| it.name), Some("List"));
    assert!(is_a("DADict", "Object"));
}

#[test]
fn an_individual_has_the_methods_of_a_thing_and_comes_with_a_name() {
    assert!(method("Individual", "possessive").is_some());
    let individual = new_object("Individual").unwrap();
    assert!(individual.attributes.contains_key("name"));
    assert!(individual.attributes.contains_key("address"));
}
