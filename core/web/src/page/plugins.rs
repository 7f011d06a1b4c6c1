//! Plugins: what is installed, what it does to people's privacy, what was decided about it.

mod change;
mod draft;
mod facts;
pub(crate) mod public;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use affiant_backend::ObservedRow;
use affiant_manifest::{Label, Language};
use affiant_plugins::{Choice, Decision, Known, Package, step};
use affiant_switch::{INSTALLATION, Outcome, Weight, date};
use minijinja::{Value, context};

pub(crate) use change::{confirm, form, preview};
pub(crate) use draft::Draft;
pub(crate) use facts::{scope, told};

use crate::built_in::BuiltIn;
use crate::page::admin::Desk;
use crate::page::switches::Agreeing;
use crate::running::declaration;

/// What the pages are made from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board {
    pub(crate) known: Arc<Known>,
    /// The storages in use, and signing in elsewhere.
    pub(crate) built_in: Arc<[BuiltIn]>,
    /// The providers that people sign in with: what each is called, and who runs it.
    pub(crate) providers: Vec<(String, Option<String>)>,
    /// The present moment, in seconds of the Unix epoch.
    pub(crate) now: i64,
}

impl Board {
    /// The package that a plugin's pages speak of.
    pub(crate) fn package(&self, plugin: &str) -> Option<Arc<Package>> {
        self.known.package_of(plugin, self.now).cloned()
    }

    /// What is chosen for a plugin now.
    pub(crate) fn choice(&self, plugin: &str) -> Choice {
        self.known.decisions.at(plugin, self.now).clone()
    }
}

fn language(desk: &Desk<'_>) -> Language {
    Language::of(&desk.frame.language)
}

/// The label of a package with what is chosen, or with its defaults; `None` when something must be
/// set first.
fn label(package: &Package, choice: &Choice) -> Option<Label> {
    Some(Label::of(&declaration(package, choice)?))
}

/// All plugins. `done` is what was done just now, `problem` what is wrong with a package that was
/// sent.
pub(crate) fn list(
    desk: &Desk<'_>,
    board: &Board,
    done: Option<&str>,
    problem: Option<&str>,
) -> Value {
    let mut names: Vec<&str> = board.known.shelf.all().iter().map(|it| it.plugin()).collect();
    names.dedup();
    let plugins: Vec<Value> = names.iter().filter_map(|it| listed(desk, board, it)).collect();
    let unfit: Vec<String> =
        board.known.decisions.unfit().iter().map(ToString::to_string).collect();
    let is_elsewhere = board.built_in.iter().any(|it| public::stored_elsewhere(it).is_some());
    let is_any_on = is_elsewhere || !board.known.all_running(board.now).is_empty();
    let storages = public::storages(board, language(desk));
    let signing_in = public::signing_in(board, language(desk));
    let providers = public::providers(board);
    context! { plugins, storages, signing_in, providers, is_any_on, unfit, done, problem, ..desk.context("plugins") }
}

fn listed(desk: &Desk<'_>, board: &Board, plugin: &str) -> Option<Value> {
    let package = board.package(plugin)?;
    let choice = board.choice(plugin);
    let label = label(&package, &choice).unwrap_or_else(|| Label::worst(&package.manifest));
    let waiting = board.known.decisions.waiting(plugin, board.now);
    Some(context! {
        id => plugin,
        name => package.manifest.plugin.name.as_str(),
        summary => package.manifest.plugin.summary.as_str(),
        version => package.version(),
        scope => facts::scope(&choice.scope),
        facts => facts::short(&label, language(desk)),
        waiting => waiting.map(|it| decision(it, board)),
    })
}

/// One plugin. `kept` are the secret settings that are set. `None` if nothing of it is installed.
pub(crate) fn one(
    desk: &Desk<'_>,
    board: &Board,
    plugin: &str,
    (kept, observed): (&BTreeSet<String>, &[ObservedRow]),
    done: Option<&str>,
) -> Option<Value> {
    let package = board.package(plugin)?;
    let choice = board.choice(plugin);
    let declaration = declaration(&package, &choice);
    let waiting = board.known.decisions.waiting(plugin, board.now);
    let (language, text) = (language(desk), package.text.as_str());
    let label = declaration.as_ref().map(Label::of);
    let label = label.unwrap_or_else(|| Label::worst(&package.manifest));
    let statements = declaration.as_ref().map(|it| it.facts().told(language)).unwrap_or_default();
    let said = |is_enforced: bool| -> Vec<String> {
        let all = statements.iter().filter(|it| it.is_enforced == is_enforced);
        all.map(|it| it.text.clone()).collect()
    };
    let history = board.known.decisions.all().iter().rev().filter(|it| it.name == plugin);
    Some(context! {
        about => about(&package),
        scope => facts::scope(&choice.scope),
        is_on => choice.scope.is_on(),
        since => board.known.decisions.since(plugin, board.now).map(|it| date(it).to_string()),
        waiting => waiting.map(|it| decision(it, board)),
        needs_settings => declaration.is_none(),
        facts => facts::facts(&label, None, &package.manifest, text, language),
        parts => declaration.as_ref().map(|it| facts::told(it, Some(text), language)),
        enforced => said(true),
        stated => said(false),
        observed => seen(observed),
        versions => versions(board, plugin, &choice),
        secrets => secrets(&package, kept),
        history => history.map(|it| decision(it, board)).collect::<Vec<_>>(),
        done,
        ..desk.context("plugins")
    })
}

/// What a package says of itself.
fn about(package: &Package) -> Value {
    let plugin = &package.manifest.plugin;
    context! {
        id => package.plugin(),
        name => plugin.name.as_str(),
        summary => plugin.summary.as_str(),
        version => package.version(),
        license => plugin.license.as_str(),
        homepage => plugin.homepage.as_ref().map(affiant_manifest::Url::as_str),
        publisher => package.publisher.map(fingerprint),
        digest => package.digest.iter().map(|it| format!("{it:02x}")).collect::<String>(),
        installed => date(package.installed).to_string(),
    }
}

/// A key as people compare it: in groups of four.
fn fingerprint(key: [u8; 32]) -> String {
    let text: String = key.iter().map(|it| format!("{it:02x}")).collect();
    let groups: Vec<&str> =
        text.as_bytes().chunks(4).filter_map(|it| std::str::from_utf8(it).ok()).collect();
    groups.join(" ")
}

/// What is installed of a plugin.
fn versions(board: &Board, plugin: &str, choice: &Choice) -> Vec<Value> {
    let all = board.known.shelf.of(plugin).into_iter().map(|it| {
        context! {
            version => it.version(),
            digest => hex::encode(it.digest),
            installed => date(it.installed).to_string(),
            is_chosen => choice.digest == Some(it.digest),
        }
    });
    all.collect()
}

/// The secret settings of a plugin: their values are shown to nobody.
fn secrets(package: &Package, kept: &BTreeSet<String>) -> Vec<Value> {
    let all = (0..).zip(&package.manifest.settings.0).filter(|(_, (_, it))| it.secret);
    let told = all.map(|(number, (name, setting))| {
        let name = name.value.as_str();
        context! {
            id => format!("secret-{number}"),
            name,
            label => setting.label.as_ref().map_or(name, |it| it.as_str()),
            is_set => kept.contains(name),
        }
    });
    told.collect()
}

/// What can be seen, by the words that are stored.
const SEEN: [&str; 7] = ["called", "reached", "undeclared", "denied", "failed", "paused", "page"];

/// What was seen, added up over all days.
fn seen(observed: &[ObservedRow]) -> Vec<Value> {
    let mut all: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
    for row in observed {
        let sum = all.entry(&row.what).or_default();
        *sum = (sum.0 + row.count, sum.1 + row.sent, sum.2 + row.received);
    }
    let seen = all.into_iter().map(|(what, (count, sent, received))| {
        let (kind, more) = what.split_once(':').unwrap_or((what, ""));
        let kind = SEEN.into_iter().find(|it| *it == kind).unwrap_or("other");
        context! { kind, more, count, sent, received }
    });
    seen.collect()
}

/// A decision, for pages; who took it is not told.
pub(crate) fn decision(it: &Decision, board: &Board) -> Value {
    let cancelled = match it.outcome {
        Outcome::Cancelled(at) => Some(at),
        Outcome::Follows | Outcome::Overtaken => None,
    };
    let overtaken = it.outcome == Outcome::Overtaken;
    let on = cancelled.unwrap_or(if overtaken { it.asked } else { it.effective });
    let package =
        |choice: &Choice| choice.digest.and_then(|it| board.known.shelf.get(&it)).cloned();
    let version = |choice: &Choice| package(choice).map(|it| it.version().to_owned());
    let name = package(&it.to).or_else(|| package(&it.from));
    context! {
        id => it.id,
        plugin => it.name.as_str(),
        name => name.map_or_else(|| it.name.clone(), |it| it.manifest.plugin.name.to_string()),
        from => facts::scope(&it.from.scope),
        from_version => version(&it.from),
        to => facts::scope(&it.to.scope),
        to_version => version(&it.to),
        settings_change => it.from.installation != it.to.installation,
        reason => it.reason.as_str(),
        begins => date(it.effective).to_string(),
        time => crate::page::privacy::time(it.effective),
        on => date(on).to_string(),
        cancelled => cancelled.map(|it| date(it).to_string()),
        overtaken,
        is_waiting => it.is_waiting(board.now),
        agreed => it.second.is_some(),
        waited => it.weight == Weight::Weakens,
        is_public => it.by != INSTALLATION,
    }
}

/// A decision that waits, for the administrator who may agree to it or cancel it.
pub(crate) fn waiting(desk: &Desk<'_>, board: &Board, it: &Decision, agreeing: Agreeing) -> Value {
    context! {
        decision => decision(it, board),
        effect => effect(desk, board, &it.from, &it.to),
        is_own => agreeing == Agreeing::Own,
        may_agree => agreeing == Agreeing::May,
        address => format!("{}/admin/plugins/waiting/{}", desk.frame.origin, it.id),
        ..desk.context("plugins")
    }
}

/// What going from one choice to another does: five facts, what changes, what is seen, kept and sent.
fn effect(desk: &Desk<'_>, board: &Board, from: &Choice, to: &Choice) -> Value {
    let language = language(desk);
    let of = |choice: &Choice| choice.digest.and_then(|it| board.known.shelf.get(&it)).cloned();
    let (before, after) = (of(from), of(to));
    let today = before.as_ref().filter(|_| from.scope.is_on()).and_then(|it| label(it, from));
    let step = step(from, to, &board.known.shelf);
    let weakens = to.scope.is_on() && step.as_ref().is_none_or(|it| it.weight == Weight::Weakens);
    let changed = step.map(|it| facts::changes(&it.changes, language)).unwrap_or_default();
    let Some(package) = after else {
        return context! { weakens, changes => changed };
    };
    let declaration = declaration(&package, to);
    let facts = declaration.as_ref().map(|it| {
        let label = Label::of(it);
        facts::facts(&label, today.as_ref(), &package.manifest, &package.text, language)
    });
    context! {
        about => about(&package),
        from => facts::scope(&from.scope),
        to => facts::scope(&to.scope),
        weakens,
        facts,
        is_new => today.is_none(),
        changes => changed,
        parts => declaration.as_ref().map(|it| facts::told(it, Some(&package.text), language)),
    }
}
