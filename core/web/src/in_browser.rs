//! The parts of plugins that run in browsers: each in a frame of its own, or, where the operator allows
//! it, in the page.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_engine::Screen;
use affiant_manifest::{Placement, Value as Set};
use affiant_plugins::Seen;
use minijinja::{Value, context};
use serde_json::{Value as Json, json};

use crate::app::App;
use crate::heard::heard;
use crate::learning;
use crate::running::{Running, everywhere, in_interview};
use crate::session::Session;

/// Where the script of a plugin may run here, if it has one and that may run at all.
pub(crate) fn placement(app: &App, plugin: &Running) -> Option<Placement> {
    plugin.package.script.as_ref()?;
    let placement = plugin.declaration()?.placement()?;
    match placement {
        Placement::Frame => Some(placement),
        Placement::Page => app.plugins.may_be_in_pages().then_some(placement),
    }
}

/// The plugin that is on, of a package with this digest.
pub(crate) fn find(app: &App, plugin: &str, digest: &str) -> Option<Arc<Running>> {
    let all = everywhere(app);
    let is_it = |it: &&Arc<Running>| {
        it.package.plugin() == plugin && hex::encode(it.package.digest) == digest
    };
    all.iter().find(is_it).cloned()
}

/// What a screen holds of plugins, for whoever agreed to it.
pub(crate) fn parts(app: &App, session: &Session, step: u32, screen: &Screen) -> Vec<Value> {
    let visitor = heard().visitor;
    let running = in_interview(app, &session.row.interview);
    let acting = running.iter().filter(|it| visitor.lets(it));
    let parts = acting.filter_map(|plugin| {
        let placement = placement(app, plugin)?;
        let seen = learning::on_screen(app, session, plugin, step, screen);
        let events: Vec<Json> = seen.into_iter().map(event).collect();
        Some(context! {
            name => plugin.package.manifest.plugin.name.as_str(),
            path => path(plugin),
            is_apart => placement == Placement::Frame,
            settings => settings(plugin),
            events => Json::from(events).to_string(),
        })
    });
    parts.collect()
}

/// Where what the browser loads of a plugin is. The digest makes it another place for another version.
fn path(plugin: &Running) -> String {
    format!("/plugins/{}/{}", plugin.package.plugin(), hex::encode(plugin.package.digest))
}

/// What a script is told of its settings, as JSON; nothing secret is among them.
fn settings(plugin: &Running) -> String {
    let settings = plugin.declaration().map(|it| it.open_settings()).unwrap_or_default();
    let settings: BTreeMap<&str, Json> = settings
        .into_iter()
        .map(|(name, value)| {
            let value = match value {
                Set::Bool(it) => Json::from(it),
                Set::Int(it) => Json::from(it),
                Set::Text(it) => Json::from(it),
            };
            (name, value)
        })
        .collect();
    json!(settings).to_string()
}

/// What the template of a frame is given.
pub(crate) fn frame(plugin: &Running) -> Value {
    let name = plugin.package.manifest.plugin.name.as_str();
    context! { name, path => path(plugin), settings => settings(plugin) }
}

fn event(seen: Seen) -> Json {
    json!({
        "event": seen.event.to_string(),
        "interview": seen.interview,
        "screen": seen.screen,
        "details": seen.details.into_iter().collect::<BTreeMap<_, _>>(),
        "time": seen.time,
        "visit": seen.pseudonym,
        "account": seen.account,
    })
}
