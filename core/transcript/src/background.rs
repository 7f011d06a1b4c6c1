//! What goes on beside a conversation: done when it says so, in order.

use std::collections::BTreeMap;

use affiant_engine::{Email, Moment, News, NoEnd, State, Task, Work};
use affiant_guest::Value;
use affiant_runtime::Loaded;

use crate::show;

/// A state that knows what became of its tasks.
pub(crate) fn heard(
    loaded: &Loaded,
    state: State,
    news: &BTreeMap<String, News>,
    moment: &Moment,
) -> State {
    let tasks = loaded.program().tasks(&state).into_iter();
    let known: Vec<_> = tasks.filter_map(|it| Some((it.path, news.get(&it.id)?.clone()))).collect();
    if known.is_empty() { state } else { loaded.hear(state, &known, moment).0 }
}

/// A state whose tasks have ids: they are counted, over all that a conversation begins.
pub(crate) fn named(loaded: &Loaded, state: State) -> State {
    let tasks = loaded.program().tasks(&state);
    let new = tasks.iter().filter(|it| it.id.is_empty());
    let ids: Vec<_> = new.map(|it| (it.path.clone(), format!("{:?}", it.work))).collect();
    if ids.is_empty() { state } else { loaded.program().name_tasks(state, &ids).0 }
}

/// Does what waits, in order. Gives a line for each task and mail.
pub(crate) fn run(
    loaded: &Loaded,
    state: &State,
    news: &mut BTreeMap<String, News>,
    moment: &Moment,
) -> Vec<String> {
    let mut lines = Vec::new();
    for Task { id, work, .. } in loaded.program().tasks(state) {
        if news.contains_key(&id) {
            continue;
        }
        let told = match work {
            Work::Action(name, arguments) => {
                let ran = loaded.run_apart(state.clone(), (&name, arguments), moment);
                told(&name, ran, &mut lines)
            }
            Work::Mail(mail) => {
                lines.push(mail_line(&mail));
                News { status: "sent", reason: String::new(), result: None }
            }
        };
        news.insert(id, told);
    }
    lines
}

fn told(name: &str, ran: Result<(Value, Vec<Email>), NoEnd>, lines: &mut Vec<String>) -> News {
    let failed = |reason: &str| News { status: "failed", reason: reason.to_owned(), result: None };
    match ran {
        Ok((value, begun)) => {
            lines.push(format!("{name}: {}", show::value(&value)));
            lines.extend(begun.iter().map(mail_line));
            News { status: "ready", reason: String::new(), result: Some(value) }
        }
        Err(NoEnd::Asks) => {
            lines.push(format!("{name}: failed, since it needs an answer that nobody gave"));
            failed("asks")
        }
        Err(NoEnd::Fault(found)) => {
            let why = found.first().map(|it| it.message.as_str()).unwrap_or_default();
            lines.push(format!("{name}: failed: {why}"));
            failed("fault")
        }
    }
}

fn mail_line(mail: &Email) -> String {
    let files = match mail.files.len() {
        0 => String::new(),
        count => format!(" (files: {count})"),
    };
    format!("mail to {}: {}{files}", mail.to.join(", "), mail.subject)
}
