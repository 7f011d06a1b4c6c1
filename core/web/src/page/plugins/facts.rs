//! What a plugin does to people's privacy: five facts, and what it sees, keeps and sends.

use affiant_manifest::{
    Change, Declaration, Direction, Facet, Handling, Label, Language, Level, Manifest,
};
use affiant_plugins::Scope;
use minijinja::{Value, context};

/// The five facts, next to what is in force today and the worst that any settings could make them.
/// `text` is the manifest's, whose lines say so.
pub(super) fn facts(
    label: &Label,
    today: Option<&Label>,
    manifest: &Manifest,
    text: &str,
    language: Language,
) -> Vec<Value> {
    let worst = Label::worst(manifest);
    let fact = |facet: &Facet| {
        let level = label.get(*facet);
        let today = today.filter(|it| it.get(*facet).level != level.level);
        let could_be_worse = worst.get(*facet).level > level.level;
        context! {
            name => facet.name(language),
            value => label.say(*facet, language),
            level => level.level,
            today => today.map(|it| it.say(*facet, language)),
            worst => could_be_worse.then(|| worst.say(*facet, language)),
            lines => lines(level, text),
        }
    };
    Facet::ALL.iter().map(fact).collect()
}

fn lines(level: &Level, text: &str) -> String {
    let numbers = level.places.iter().map(|it| it.locate(text).line.to_string());
    numbers.collect::<Vec<_>>().join(", ")
}

/// The five facts in short, for a list.
pub(super) fn short(label: &Label, language: Language) -> Vec<Value> {
    let fact = |facet: &Facet| {
        context! {
            name => facet.name(language),
            value => label.say(*facet, language),
            level => label.get(*facet).level,
        }
    };
    Facet::ALL.iter().map(fact).collect()
}

/// What a plugin sees, keeps and sends. Lines are told where `text` is the manifest's.
pub(crate) fn told(declaration: &Declaration<'_>, text: Option<&str>, language: Language) -> Value {
    let told = declaration.told(language);
    let part = |name: &'static str, all: &[Handling]| {
        let items: Vec<Value> = all.iter().map(|it| handling(it, text)).collect();
        context! { name, items }
    };
    Value::from(vec![
        part("sees", &told.sees),
        part("keeps", &told.keeps),
        part("sends", &told.sends),
    ])
}

fn handling(it: &Handling, text: Option<&str>) -> Value {
    context! {
        what => it.what.join(", "),
        who => it.who.join(", "),
        why => it.why.join(", "),
        how_long => it.how_long.as_str(),
        text => it.text.as_deref(),
        line => text.map(|text| it.place.locate(text).line),
    }
}

/// What a change changes, in sentences, those first that do more.
pub(super) fn changes(changes: &[Change], language: Language) -> Vec<Value> {
    let said = changes.iter().map(|it| {
        let widens = it.direction() == Direction::Widens;
        context! { text => it.say(language), widens }
    });
    said.collect()
}

/// Where a plugin is on.
pub(crate) fn scope(scope: &Scope) -> Value {
    match scope {
        Scope::Off => context! { kind => "off", names => "" },
        Scope::Interviews(names) => {
            let names = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            context! { kind => "interviews", names }
        }
        Scope::Site => context! { kind => "site", names => "" },
    }
}
