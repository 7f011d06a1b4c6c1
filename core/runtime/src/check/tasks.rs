//! What begins beside the interview: actions in the background and mails, and the events that they and
//! waiting pages run.

use std::collections::{BTreeMap, BTreeSet};

use affiant_diagnostic::Diagnostic;
use affiant_interview::{Block, BlockKind, CodeId, When};
use affiant_script::Called;

use super::nearest;
use crate::diagnostics;
use crate::loaded::Loaded;

/// What begins something.
const BEGIN: [&str; 2] = ["background_action", "send_email"];

/// What names an event by its first argument.
const NAME_EVENTS: [&str; 2] = ["background_action", "background_response_action"];

/// Events that run by themselves, where the person answers [`ALLOWS`] with yes.
const SCHEDULED: [&str; 4] = ["cron_hourly", "cron_daily", "cron_weekly", "cron_monthly"];

/// The variable by which a person lets them.
const ALLOWS: &str = "allow_cron";

/// Adds what is found.
pub(super) fn check(loaded: &Loaded, found: &mut Vec<Diagnostic>) {
    let interview = loaded.interview();
    let blocks: BTreeMap<CodeId, &Block> = interview
        .blocks
        .iter()
        .filter_map(|it| match it.kind {
            BlockKind::Code(code) => Some((code, it)),
            _ => None,
        })
        .collect();
    let events = events(loaded);
    for (at, (code, script)) in interview.codes.iter().zip(&loaded.sandbox.scripts).enumerate() {
        let Some(script) = script else { continue };
        let id = CodeId(u32::try_from(at).unwrap_or(u32::MAX));
        for call in script.analysis().calls.iter().filter(|it| !it.is_method) {
            let span = code.source.place(call.line, call.column, call.name.len());
            let name = call.name.as_str();
            if NAME_EVENTS.contains(&name)
                && let Some(event) = first_text(call).filter(|it| !events.contains(*it))
            {
                let near = nearest(event, events.iter().map(String::as_str));
                found.push(diagnostics::unknown_event(span, event, near));
            }
            if !BEGIN.contains(&name) {
                continue;
            }
            if !interview.private_sections().is_empty() {
                found.push(diagnostics::begins_beside_private(span, name));
            }
            match blocks.get(&id) {
                None => found.push(diagnostics::begins_nowhere(span, name)),
                Some(it) if it.mandatory != When::Never => {
                    found.push(diagnostics::begins_again(span, name));
                }
                Some(_) => {}
            }
            if let Some(text) =
                first_text(call).filter(|it| name == "send_email" && !is_address(it))
            {
                found.push(diagnostics::no_address(span, text));
            }
        }
    }
    in_texts(loaded, found);
    never_allowed(loaded, found);
    for block in &interview.blocks {
        let BlockKind::Question(question) = &block.kind else { continue };
        if let Some((event, span)) = &question.check_in
            && !events.contains(event)
        {
            let near = nearest(event, events.iter().map(String::as_str));
            found.push(diagnostics::unknown_event(*span, event, near));
        }
    }
}

/// Calls in tags of texts, which would begin something each time that a page is drawn.
fn in_texts(loaded: &Loaded, found: &mut Vec<Diagnostic>) {
    for text in &loaded.interview().texts {
        for (at, line) in text.source.text.lines().enumerate() {
            for name in BEGIN {
                let Some(start) = line.find(&format!("{name}(")) else { continue };
                if super::is_in_tag(&line[..start]) {
                    let column = line[..start].chars().count() + 1;
                    let span = text.source.place(at + 1, column, name.len());
                    found.push(diagnostics::begins_nowhere(span, name));
                }
            }
        }
    }
}

/// Events that run by themselves in an interview in which nobody can allow it.
fn never_allowed(loaded: &Loaded, found: &mut Vec<Diagnostic>) {
    if !loaded.program.index().definers(ALLOWS).is_empty() {
        return;
    }
    for block in &loaded.interview().blocks {
        let names = block.events.iter().map(ToString::to_string);
        for name in names.filter(|it| SCHEDULED.contains(&it.as_str())) {
            found.push(diagnostics::never_allowed(block.span, &name));
        }
    }
}

fn events(loaded: &Loaded) -> BTreeSet<String> {
    let blocks = loaded.interview().blocks.iter();
    blocks.flat_map(|it| &it.events).map(ToString::to_string).collect()
}

fn first_text(call: &Called) -> Option<&str> {
    call.texts.first()?.as_deref()
}

fn is_address(text: &str) -> bool {
    text.split([',', ';']).all(|it| {
        it.trim().split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'))
    })
}
