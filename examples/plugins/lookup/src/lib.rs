//! Suggestions: the court of a town, from a list that the plugin carries with it.

use affiant_plugin::lookup::{Lookup, Question, Suggestion};
use affiant_plugin::{Failure, Object, Value};

/// Towns and the addresses of their courts. A real list is longer.
const COURTS: &[(&str, &str)] = &[
    ("Aachen", "Adalbertsteinweg 92, 52070 Aachen"),
    ("Augsburg", "Am Alten Einlaß 1, 86150 Augsburg"),
    ("Berlin Mitte", "Littenstraße 12, 10179 Berlin"),
    ("Bremen", "Ostertorstraße 25, 28195 Bremen"),
    ("Köln", "Luxemburger Straße 101, 50939 Köln"),
    ("München", "Pacellistraße 5, 80333 München"),
];

struct Courts;

impl Lookup for Courts {
    fn sources() -> Vec<String> {
        vec!["courts".to_owned()]
    }

    fn suggest(question: Question) -> Result<Vec<Suggestion>, Failure> {
        if question.source != "courts" {
            return Err("there is no such list".into());
        }
        let typed = question.typed.trim().to_lowercase();
        let found = COURTS.iter().filter(|(town, _)| town.to_lowercase().starts_with(&typed));
        let suggestion = |(town, address): &(&str, &str)| {
            let attributes = [("town", *town), ("address", *address)];
            let attributes = attributes.map(|(name, it)| (name.to_owned(), Value::from(it)));
            let court = Object {
                class: "Court".to_owned(),
                attributes: attributes.into(),
                ..Object::default()
            };
            Suggestion::new(format!("Amtsgericht {town}"), court)
        };
        let most = usize::try_from(question.most).unwrap_or(usize::MAX);
        Ok(found.take(most).map(suggestion).collect())
    }
}

affiant_plugin::export!(lookup: Courts);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_where_a_town_begins() {
        let ask = |typed: &str, most| {
            let (source, language) = ("courts".to_owned(), "de".to_owned());
            let question = Question { source, typed: typed.to_owned(), language, most };
            Courts::suggest(question).unwrap()
        };
        assert_eq!(ask("kö", 5)[0].label, "Amtsgericht Köln");
        assert_eq!(ask("", 2).len(), 2);
        assert!(ask("öln", 5).is_empty());
    }
}
