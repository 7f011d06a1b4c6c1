//! What everybody can read about the plugins that are on.

use std::sync::Arc;

use affiant_manifest::{
    Activity, Declaration, Facet, Gate, Label, Language, Site, TransferBasis, record_of_processing,
    to_json_ld,
};
use affiant_plugins::Scope;
use affiant_switch::date;
use minijinja::{Value, context};
use serde_json::{Map, Value as Json, json};

use super::{Board, decision, facts};
use crate::built_in::{BuiltIn, Hoster, RunBy};
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
    worst_of(&labels.collect::<Vec<_>>(), language)
}

/// The same of the storages from which browsers fetch files.
pub(crate) fn worst_lent(board: &Board, language: Language) -> [Option<String>; 5] {
    let lending = board.built_in.iter().filter(|it| it.lends());
    worst_of(&lending.map(BuiltIn::label).collect::<Vec<_>>(), language)
}

fn worst_of(labels: &[Label], language: Language) -> [Option<String>; 5] {
    Facet::ALL.map(|facet| {
        let worst = labels.iter().max_by_key(|it| it.get(facet).level);
        worst.filter(|it| it.get(facet).level > 0).map(|it| it.say(facet, language))
    })
}

/// The storages in use, each with the worst that it can be and who runs it.
pub(crate) fn storages(board: &Board, language: Language) -> Vec<Value> {
    let storages = board.built_in.iter().filter(|it| it.is_storage());
    storages.map(|it| told(it, language)).collect()
}

/// Signing in with an account elsewhere, where people can.
pub(crate) fn signing_in(board: &Board, language: Language) -> Vec<Value> {
    let elsewhere = board.built_in.iter().filter(|it| !it.is_storage());
    elsewhere.map(|it| told(it, language)).collect()
}

fn told(it: &BuiltIn, language: Language) -> Value {
    let plugin = &it.manifest.plugin;
    let asked = it.is_storage() && !it.manifest.recipients.is_empty();
    let hoster = match &it.run_by {
        RunBy::Other(hoster) => Some(hoster_told(hoster)),
        RunBy::Unsaid | RunBy::Us => None,
    };
    let run_by = match &it.run_by {
        _ if !asked => "nobody-else",
        RunBy::Unsaid => "unsaid",
        RunBy::Us => "us",
        RunBy::Other(_) => "other",
    };
    context! {
        name => plugin.name.as_str(),
        summary => plugin.summary.as_str(),
        facts => facts::short(&it.label(), language),
        run_by,
        hoster,
        lends => it.lends(),
        unsaid => it.unsaid().join(", "),
        setting => it.setting(),
    }
}

fn hoster_told(hoster: &Hoster) -> Value {
    let facts = &hoster.facts;
    context! {
        name => facts.name.as_ref().map(ToString::to_string),
        country => facts.country.as_ref().map(ToString::to_string),
        contract => hoster.contract.as_ref().map(ToString::to_string),
        needs_no_basis => hoster.needs_no_basis,
        articles => facts.transfer_basis.iter().map(|it| article(*it)).collect::<Vec<_>>(),
        policy => facts.privacy_policy.as_ref().map(ToString::to_string),
    }
}

/// The article that a term names, as lawyers write it: `46(2)(c)` of `eu-gdpr:A46-2-c`.
fn article(basis: TransferBasis) -> String {
    let (_, term) = basis.as_str().split_once(":A").unwrap_or_default();
    let mut parts = term.split('-');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |article, part| format!("{article}({part})"))
}

/// Whether a storage may be somebody else's than whoever runs the server.
pub(crate) fn storages_tell(board: &Board) -> bool {
    let mut storages = board.built_in.iter().filter(|it| it.is_storage());
    storages.any(|it| it.label().get(Facet::Leaves).level > 0)
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
    let told = board.built_in.iter().map(|it| {
        let plugin = &it.manifest.plugin;
        json!({
            "storage": plugin.id.as_str(),
            "name": plugin.name.as_str(),
            "version": plugin.version.as_str(),
            "facts": levels(&it.label()),
            "may_be_run_by_others": it.may_be_of_others(),
            "run_by": run_by_json(&it.run_by),
            "direct_links": it.lends(),
        })
    });
    Json::Array(told.collect())
}

/// Who runs a storage; nothing where nobody said or nobody was asked.
fn run_by_json(run_by: &RunBy) -> Json {
    let hoster = match run_by {
        RunBy::Unsaid => return Json::Null,
        RunBy::Us => return json!({ "hosted_by": "us" }),
        RunBy::Other(hoster) => hoster,
    };
    let facts = &hoster.facts;
    json!({
        "hosted_by": "provider",
        "name": facts.name.as_ref().map(ToString::to_string),
        "country": facts.country.as_ref().map(ToString::to_string),
        "contract": hoster.contract.as_ref().map(ToString::to_string),
        "transfer_basis": facts.transfer_basis.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
        "needs_no_transfer_basis": hoster.needs_no_basis,
        "privacy_policy": facts.privacy_policy.as_ref().map(ToString::to_string),
    })
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

/// What the plugins do that are on, and the storages that others run, as linked data in the words of
/// the Data Privacy Vocabulary.
pub(crate) fn linked(running: &[Arc<Running>], built_in: &[BuiltIn], origin: &str) -> Json {
    to_json_ld(&site(origin), &activities(running, built_in))
}

/// The same as a record of processing activities, a table in CSV.
pub(crate) fn record(
    running: &[Arc<Running>],
    built_in: &[BuiltIn],
    origin: &str,
    language: Language,
) -> String {
    record_of_processing(&site(origin), &activities(running, built_in), language)
}

/// Who is responsible is known by the site's address alone.
fn site(origin: &str) -> Site {
    Site { controller: origin.to_owned(), contact: origin.to_owned(), officer: None }
}

fn activities<'m>(running: &'m [Arc<Running>], built_in: &'m [BuiltIn]) -> Vec<Activity<'m>> {
    let plugins = running.iter().filter_map(|it| it.declaration());
    let stored = built_in.iter().filter_map(stored_elsewhere);
    let all = plugins.chain(stored);
    all.map(|declaration| Activity { declaration, legal_basis: Vec::new() }).collect()
}

/// What a storage does that somebody else runs, or may run.
pub(crate) fn stored_elsewhere(it: &BuiltIn) -> Option<Declaration<'_>> {
    let mut declarations = it.declarations().into_iter().filter(|_| it.is_storage());
    declarations.find(|it| !it.recipients.is_empty())
}
