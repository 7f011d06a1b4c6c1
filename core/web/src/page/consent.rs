//! Asking people before plugins act, and taking it back.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_manifest::{Declaration, Gate, Language};
use minijinja::{Value, context};

use crate::consent::{Stand, Visitor};
use crate::page::frame::Frame;
use crate::page::plugins::told;
use crate::running::Running;
use crate::theme::Theme;

/// The panel that asks, on a page where plugins would act; `None` when there is nothing to say.
/// `back` is the page that the answer leads back to.
pub(crate) fn panel(running: &[Arc<Running>], visitor: &Visitor, back: &str) -> Option<Value> {
    let stands = running.iter().filter_map(|it| {
        let asking = it.asking.as_ref()?;
        Some((&**it, asking.gate, visitor.choices.stand(asking, visitor.signals)))
    });
    let stands: Vec<(&Running, Gate, Stand)> = stands.collect();
    let is_signalled = stands.iter().any(|it| it.2 == Stand::Signalled);
    let mut gates: BTreeMap<Gate, Vec<Value>> = BTreeMap::new();
    for (plugin, gate, _) in stands.iter().filter(|it| it.2 == Stand::Unasked) {
        gates.entry(*gate).or_default().push(asked(plugin));
    }
    if gates.is_empty() && !is_signalled {
        return None;
    }
    let gates =
        gates.into_iter().map(|(gate, plugins)| context! { gate => gate.as_str(), plugins });
    Some(context! { gates => gates.collect::<Vec<_>>(), is_signalled, back })
}

/// What somebody has to agree to for a page that cannot be shown without: all that these plugins ask
/// for and do not have, whatever was answered before.
pub(crate) fn needed(running: &[Arc<Running>], visitor: &Visitor) -> Vec<Value> {
    let mut gates: BTreeMap<Gate, Vec<Value>> = BTreeMap::new();
    for plugin in running.iter().filter(|it| !visitor.lets(it)) {
        if let Some(asking) = &plugin.asking {
            gates.entry(asking.gate).or_default().push(asked(plugin));
        }
    }
    let gates = gates.into_iter();
    gates.map(|(gate, plugins)| context! { gate => gate.as_str(), plugins }).collect()
}

fn asked(plugin: &Running) -> Value {
    let sentences = plugin.declaration().map(|it| sentences(&it)).unwrap_or_default();
    context! {
        id => plugin.package.plugin(),
        name => plugin.package.manifest.plugin.name.as_str(),
        sentences,
    }
}

/// What the author says of what leaves, or else of what the plugin may do.
fn sentences(declaration: &Declaration<'_>) -> Vec<String> {
    let sent = declaration.data.iter().filter(|it| !declaration.recipients_of(it).is_empty());
    let mut said: Vec<String> =
        sent.filter_map(|it| it.text.as_ref()).map(ToString::to_string).collect();
    if said.is_empty() {
        said = declaration.capabilities.iter().map(|it| it.text.to_string()).collect();
    }
    said
}

/// The page on which all is chosen, one by one.
pub(crate) fn choices(
    theme: &Theme,
    frame: &Frame,
    running: &[Arc<Running>],
    visitor: &Visitor,
    is_done: bool,
) -> Value {
    let language = Language::of(&frame.language);
    let plugins: Vec<Value> = running
        .iter()
        .enumerate()
        .filter_map(|(number, it)| {
            let asking = it.asking.as_ref()?;
            let declaration = it.declaration()?;
            let stand = visitor.choices.stand(asking, visitor.signals);
            Some(context! {
                number,
                id => it.package.plugin(),
                name => it.package.manifest.plugin.name.as_str(),
                summary => it.package.manifest.plugin.summary.as_str(),
                gate => asking.gate.as_str(),
                stand => word(stand),
                sentences => sentences(&declaration),
                parts => told(&declaration, None, language),
                erasing => erasing(&declaration),
            })
        })
        .collect();
    context! { plugins, is_done, ..frame.context(theme) }
}

fn word(stand: Stand) -> &'static str {
    match stand {
        Stand::Agreed => "agreed",
        Stand::Refused => "refused",
        Stand::Signalled => "signalled",
        Stand::Unasked => "unasked",
    }
}

/// What becomes of what others have already, when somebody takes their yes back.
fn erasing(declaration: &Declaration<'_>) -> Vec<String> {
    let rights = declaration.manifest.rights.iter();
    let said = rights.flat_map(|it| &it.third_party).filter_map(|it| {
        declaration.recipient(it.recipient.value.as_str())?;
        it.how.as_ref().map(ToString::to_string)
    });
    said.collect()
}
