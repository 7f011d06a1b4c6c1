//! The plugins that are on, as pages and answers need them.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use affiant_manifest::{Declaration, Facts, Gate, Kind};
use affiant_plugins::{Choice, Known, Package};
use affiant_runtime::Loaded;
use affiant_switch::Outcome;

use crate::app::App;
use crate::consent::Asking;
use crate::heard::heard;

/// A plugin that is on somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    /// What is installed of it.
    pub(crate) package: Arc<Package>,
    /// What was decided about it.
    pub(crate) choice: Choice,
    /// Since when it is so, in seconds of the Unix epoch.
    pub(crate) since: i64,
    /// What it asks people for before it acts, if it does.
    pub(crate) asking: Option<Asking>,
}

impl Running {
    /// What it does with the settings chosen; `None` if they do not fit.
    pub(crate) fn declaration(&self) -> Option<Declaration<'_>> {
        declaration(&self.package, &self.choice)
    }
}

/// What a package does when this is chosen; `None` if the settings do not fit it.
pub(crate) fn declaration<'m>(package: &'m Package, choice: &Choice) -> Option<Declaration<'m>> {
    package.manifest.open_declaration(choice.installation.clone()).ok()
}

/// What was found last, with what it was found from and when: a second sees many requests.
#[derive(Default)]
pub(crate) struct Last(RwLock<Option<Found>>);

/// What is on, at a moment, by what was known then.
struct Found {
    known: Arc<Known>,
    now: i64,
    all: Arc<[Arc<Running>]>,
}

/// The plugins that are on in an interview now.
pub(crate) fn in_interview(app: &App, interview: &str) -> Vec<Arc<Running>> {
    let all = everywhere(app);
    all.iter().filter(|it| it.choice.scope.covers(interview)).cloned().collect()
}

/// Those of them that act there, and so ask people first: functions act only where they are used.
pub(crate) fn acting_in(app: &App, interview: &str) -> Vec<Arc<Running>> {
    let mut running = in_interview(app, interview);
    let loaded = app.catalogue.get(interview).and_then(|it| it.loaded);
    running.retain(|it| match it.package.manifest.plugin.kind.value {
        Kind::Functions => loaded.as_ref().is_some_and(|loaded| uses(loaded, it)),
        _ => true,
    });
    running
}

/// Those of them that the interview names, for what it does itself.
pub(crate) fn used_in(app: &App, interview: &str, loaded: &Loaded) -> Vec<Arc<Running>> {
    let all = everywhere(app);
    let here = all.iter().filter(|it| uses(loaded, it) && it.choice.scope.covers(interview));
    here.cloned().collect()
}

fn uses(loaded: &Loaded, plugin: &Running) -> bool {
    loaded.interview().plugins.iter().any(|it| it.id == plugin.package.plugin())
}

/// The ids of the plugins of an interview that whoever sent the request lets do what needs consent.
pub(crate) fn let_in(app: &App, interview: &str, loaded: &Loaded) -> Arc<BTreeSet<String>> {
    if loaded.interview().plugins.is_empty() {
        return Arc::default();
    }
    let visitor = heard().visitor;
    let running = used_in(app, interview, loaded);
    let here = running.iter().filter(|it| visitor.lets(it));
    Arc::new(here.map(|it| it.package.plugin().to_owned()).collect())
}

/// The plugins that are on anywhere now.
pub(crate) fn everywhere(app: &App) -> Arc<[Arc<Running>]> {
    let (known, now) = (app.plugins.known(), app.clock.seconds());
    let last = app.running.0.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = &*last
        && found.now == now
        && Arc::ptr_eq(&found.known, &known)
    {
        return Arc::clone(&found.all);
    }
    drop(last);
    let all: Arc<[Arc<Running>]> = running(&known, None, now).into();
    let found = Found { known, now, all: Arc::clone(&all) };
    *app.running.0.write().unwrap_or_else(PoisonError::into_inner) = Some(found);
    all
}

/// All plugins that are on at a moment, in the order of their names; in this interview, if one is
/// named.
pub(crate) fn running(known: &Known, interview: Option<&str>, now: i64) -> Vec<Arc<Running>> {
    let all = known.all_running(now).into_iter();
    let here = all.filter(|(_, choice)| interview.is_none_or(|it| choice.scope.covers(it)));
    let on = here.filter_map(|(package, choice)| {
        let facts = declaration(package, choice)?.facts();
        let asking = asking(package, choice, &facts, &before(known, package.plugin(), now));
        let since = known.decisions.since(package.plugin(), now).unwrap_or(now);
        let (package, choice) = (Arc::clone(package), choice.clone());
        Some(Arc::new(Running { package, choice, since, asking }))
    });
    on.collect()
}

/// What a plugin declared under the decisions that held before, so that who agreed to more is not
/// asked again.
fn before(known: &Known, plugin: &str, now: i64) -> Vec<Facts> {
    let held = known.decisions.all().iter().filter(|it| {
        it.name == plugin
            && it.outcome == Outcome::Follows
            && it.effective <= now
            && it.to.scope.is_on()
    });
    let facts = held.filter_map(|it| {
        let package = known.shelf.get(&it.to.digest?)?;
        Some(declaration(package, &it.to)?.facts())
    });
    facts.collect()
}

fn asking(package: &Package, choice: &Choice, facts: &Facts, before: &[Facts]) -> Option<Asking> {
    let declaration = declaration(package, choice)?;
    let gate = declaration.gate();
    if gate == Gate::None {
        return None;
    }
    let honours: BTreeSet<_> =
        declaration.consent.iter().flat_map(|it| it.honours.iter().copied()).collect();
    Some(Asking::new(package.plugin(), (gate, honours), facts, before))
}
