//! What everybody can read about the plugins that are on.

use std::sync::Arc;

use affiant_manifest::{
    Activity, Facet, Gate, Kind, Label, Language, Site, record_of_processing, to_json_ld,
};
use affiant_plugins::Scope;
use affiant_switch::date;
use minijinja::{Value, context};
use serde_json::{Map, Value as Json, json};

use super::{Board, decision, facts};
use crate::running::{Running, running};

impl Board {
    /// The plugins that are on; in an interview, if one is named.
    pub(crate) fn running(&self, interview: Option<&str>) -> Vec<Arc<Running>> {
        running(&self.known, interview, self.now)
    }
}

/// The plugins that are on, each with what it does.
pub(crate) fn on(running: &[Arc<Running>], language: Language) -> Vec<Value> {
    let told = running.iter().filter_map(|it| {
        let declaration = it.declaration()?;
        let plugin = &it.package.manifest.plugin;
        Some(context! {
            name => plugin.name.as_str(),
            summary => plugin.summary.as_str(),
            version => it.package.version(),
            scope => facts::scope(&it.choice.scope),
            since => date(it.since).to_string(),
            facts => facts::short(&Label::of(&declaration), language),
            parts => facts::told(&declaration, None, language),
            asks => declaration.gate() != Gate::None,
        })
    });
    told.collect()
}

/// The worst of the plugins that are on, for each of the five facts, in words; nothing where none
/// does anything.
pub(crate) fn worst(running: &[Arc<Running>], language: Language) -> [Option<String>; 5] {
    let labels = running.iter().filter_map(|it| it.declaration().map(|it| Label::of(&it)));
    let labels: Vec<Label> = labels.collect();
    Facet::ALL.map(|facet| {
        let worst = labels.iter().max_by_key(|it| it.get(facet).level);
        worst.filter(|it| it.get(facet).level > 0).map(|it| it.say(facet, language))
    })
}

/// The storages in use, each with the worst that its settings can be: who runs it is not asked of the
/// server.
pub(crate) fn storages(board: &Board, language: Language) -> Vec<Value> {
    of(board, language, |it| it != Kind::Auth)
}

/// Signing in with an account elsewhere, where people can.
pub(crate) fn signing_in(board: &Board, language: Language) -> Vec<Value> {
    of(board, language, |it| it == Kind::Auth)
}

fn of(board: &Board, language: Language, wanted: impl Fn(Kind) -> bool) -> Vec<Value> {
    let told = board.storages.iter().filter(|it| wanted(it.plugin.kind.value)).map(|it| {
        let plugin = &it.plugin;
        context! {
            name => plugin.name.as_str(),
            summary => plugin.summary.as_str(),
            facts => facts::short(&Label::worst(it), language),
            may_be_of_others => !it.recipients.is_empty(),
        }
    });
    told.collect()
}

/// Whether a storage may be somebody else's than whoever runs the server.
pub(crate) fn storages_tell(board: &Board) -> bool {
    let mut storages = board.storages.iter().filter(|it| it.plugin.kind.value != Kind::Auth);
    storages.any(|it| Label::worst(it).get(Facet::Leaves).level > 0)
}

/// The providers that people sign in with.
pub(crate) fn providers(board: &Board) -> Vec<Value> {
    let told = board.providers.iter();
    told.map(|(name, who)| context! { name => name.as_str(), who => who.as_deref() }).collect()
}

/// The same for programs.
pub(crate) fn providers_json(board: &Board) -> Json {
    let told = board.providers.iter();
    Json::Array(told.map(|(name, who)| json!({ "name": name, "run_by": who })).collect())
}

/// The storages for programs.
pub(crate) fn storages_json(board: &Board) -> Json {
    let told = board.storages.iter().map(|it| {
        json!({
            "storage": it.plugin.id.as_str(),
            "name": it.plugin.name.as_str(),
            "version": it.plugin.version.as_str(),
            "facts": levels(&Label::worst(it)),
            "may_be_run_by_others": !it.recipients.is_empty(),
        })
    });
    Json::Array(told.collect())
}

/// How bad each of the five facts is, for programs.
fn levels(label: &Label) -> Map<String, Json> {
    let level = |it: &Facet| (word(*it).to_owned(), json!(label.get(*it).level));
    Facet::ALL.iter().map(level).collect()
}

/// What was decided about plugins: what waits, and what does not any more.
pub(crate) fn decided(board: &Board) -> (Vec<Value>, Vec<Value>) {
    let all = board.known.decisions.all().iter().rev();
    let (waits, begun): (Vec<_>, Vec<_>) = all.partition(|it| it.is_waiting(board.now));
    let told = |all: Vec<_>| all.into_iter().map(|it| decision(it, board)).collect();
    (told(waits), told(begun))
}

/// The same for programs.
pub(crate) fn json(board: &Board) -> Json {
    let all = board.running(None);
    let told = all.iter().filter_map(|it| {
        let declaration = it.declaration()?;
        let facts = levels(&Label::of(&declaration));
        Some(json!({
            "plugin": it.package.plugin(),
            "name": it.package.manifest.plugin.name.as_str(),
            "version": it.package.version(),
            "package": hex::encode(it.package.digest),
            "where": place(&it.choice.scope),
            "since": crate::page::privacy::moment(it.since),
            "consent": declaration.gate().as_str(),
            "facts": facts,
        }))
    });
    Json::Array(told.collect())
}

/// What was decided, for programs.
pub(crate) fn decisions_json(board: &Board) -> Json {
    use crate::page::privacy::moment;
    let told = board.known.decisions.all().iter().map(|it| {
        json!({
            "decision": it.id,
            "plugin": it.name,
            "from": place(&it.from.scope),
            "to": place(&it.to.scope),
            "package": it.to.digest.map(hex::encode),
            "asked": moment(it.asked),
            "begins": moment(it.effective),
            "state": crate::page::privacy::state(it.outcome, it.is_waiting(board.now)),
            "agreed_by_two": it.second.is_some(),
            "reason": it.reason,
        })
    });
    Json::Array(told.collect())
}

fn word(facet: Facet) -> &'static str {
    match facet {
        Facet::Leaves => "leaves",
        Facet::Sees => "sees",
        Facet::Keys => "keys",
        Facet::Browser => "browser",
        Facet::Follows => "follows",
    }
}

fn place(scope: &Scope) -> Json {
    match scope {
        Scope::Off => json!("nowhere"),
        Scope::Interviews(names) => json!(names),
        Scope::Site => json!("everywhere"),
    }
}

/// What the plugins do that are on, as linked data in the words of the Data Privacy Vocabulary.
pub(crate) fn linked(running: &[Arc<Running>], origin: &str) -> Json {
    to_json_ld(&site(origin), &activities(running))
}

/// The same as a record of processing activities, a table in CSV.
pub(crate) fn record(running: &[Arc<Running>], origin: &str, language: Language) -> String {
    record_of_processing(&site(origin), &activities(running), language)
}

/// Who is responsible is known by the site's address alone.
fn site(origin: &str) -> Site {
    Site { controller: origin.to_owned(), contact: origin.to_owned(), officer: None }
}

fn activities(running: &[Arc<Running>]) -> Vec<Activity<'_>> {
    let all = running.iter().filter_map(|it| {
        Some(Activity { declaration: it.declaration()?, legal_basis: Vec::new() })
    });
    all.collect()
}
