//! Plays the user's part of a conversation and writes down the whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use affiant_diagnostic::Sources;
use affiant_document::markdown;
use affiant_engine::{
    Change, Command, Input, Moment, News, Outcome, Part, Rejected, Screen, ScreenField, State,
    Step, Submission, Widget,
};
use affiant_guest::Value;
use affiant_runtime::Loaded;
use jiff::civil::DateTime;

use crate::{background, show};

/// When conversations happen unless they say otherwise: so that equal cases go equally.
const FIRST_DAY: DateTime = jiff::civil::date(2026, 3, 12).at(9, 0, 0, 0);

/// A conversation under way.
pub(crate) struct Player<'a> {
    loaded: &'a Loaded,
    sources: &'a Sources,
    moment: Moment,
    /// The state after each step; the last one is now.
    states: Vec<State>,
    /// The private sections of whoever answers, if they do not see everything.
    held: Option<Arc<BTreeSet<String>>>,
    screen: Option<Screen>,
    /// What became of tasks, by id.
    news: BTreeMap<String, News>,
    out: String,
}

impl<'a> Player<'a> {
    pub(crate) fn new(loaded: &'a Loaded, sources: &'a Sources) -> Self {
        Self {
            loaded,
            sources,
            moment: Moment::at(FIRST_DAY),
            states: vec![loaded.begin()],
            held: None,
            screen: None,
            news: BTreeMap::new(),
            out: String::new(),
        }
    }

    /// Plays the lines that begin with `>`, in order; `> name = value` lines that follow each other
    /// fill one screen.
    pub(crate) fn play(mut self, written: &str) -> String {
        let outcome = self.loaded.advance(self.now(), &self.moment);
        self.take(outcome);
        for group in groups(written) {
            let mut at = 0;
            while at < group.len() {
                let fills = |line: &&&str| self.assignment(line).is_some();
                let many = group[at..].iter().take_while(fills).count().max(1);
                let these = &group[at..at + many];
                at += many;
                for line in these {
                    self.line(format!("> {line}").trim_end());
                }
                self.act(these);
            }
        }
        self.out
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// What whoever answers sees now.
    fn now(&self) -> State {
        let state = background::heard(self.loaded, self.whole(), &self.news, &self.moment);
        match &self.held {
            Some(held) => self.loaded.program().apart().seen(&state, held),
            None => state,
        }
    }

    fn whole(&self) -> State {
        self.states.last().cloned().unwrap_or_default()
    }

    fn act(&mut self, lines: &[&str]) {
        let first = lines.first().copied().unwrap_or("");
        let (word, rest) = first.split_once(' ').unwrap_or((first, ""));
        match word {
            "back" => self.back(),
            "today" => self.travel(rest),
            "show" => self.show(rest),
            "action" => self.action(rest),
            "change" => self.change(rest),
            "language" => self.speak(rest),
            "as" => self.become_somebody(rest),
            "background" => self.background(),
            "reload" => {
                let outcome = self.loaded.advance(self.now(), &self.moment);
                self.take(outcome);
            }
            _ => self.answer(lines),
        }
    }

    /// Goes to the screen before; answers stay until something different is answered.
    fn back(&mut self) {
        if self.states.len() > 1
            && let (Some(later), Some(now)) = (self.states.pop(), self.states.last_mut())
        {
            now.remember(&later);
        }
        let outcome = self.loaded.advance(self.now(), &self.moment);
        self.take(outcome);
    }

    fn travel(&mut self, day: &str) {
        match day.parse() {
            Ok(day) => self.moment.now = DateTime::from_parts(day, FIRST_DAY.time()),
            Err(_) => self.line("not a day"),
        }
    }

    /// `as SECTION, SECTION`: somebody goes on who sees these private sections and the common part,
    /// or with `everybody` who sees everything, or with `nobody` who sees no private section.
    fn become_somebody(&mut self, rest: &str) {
        let sections = rest.split(',').map(str::trim).filter(|it| *it != "nobody");
        self.held = (rest != "everybody").then(|| Arc::new(sections.map(str::to_owned).collect()));
        self.moment.held.clone_from(&self.held);
        let outcome = self.loaded.advance(self.now(), &self.moment);
        self.take(outcome);
    }

    /// Chooses another of the interview's languages.
    fn speak(&mut self, language: &str) {
        let (state, changes) = self.loaded.speak(self.now(), language, &self.moment);
        let mut outcome = self.loaded.advance(state, &self.moment);
        outcome.changes.splice(0..0, changes);
        self.keep(outcome);
    }

    /// Does what waits in the background, and goes on.
    fn background(&mut self) {
        let begun = self.loaded.advance(self.now(), &self.moment).state;
        let state = background::named(self.loaded, begun);
        self.states.push(state.clone());
        for line in background::run(self.loaded, &state, &mut self.news, &self.moment) {
            self.line(&format!("| {line}"));
        }
        let outcome = self.loaded.advance(self.now(), &self.moment);
        self.keep(outcome);
    }

    fn show(&mut self, what: &str) {
        let state = self.now();
        let lines = show::show(what, self.screen.as_ref(), &state);
        for line in lines {
            self.line(format!("| {line}").trim_end());
        }
    }

    /// `action NAME {"key": value}`
    fn action(&mut self, rest: &str) {
        let (name, arguments) = rest.split_once(' ').unwrap_or((rest, ""));
        let parsed: serde_json::Value = serde_json::from_str(arguments).unwrap_or_default();
        let mut named = BTreeMap::new();
        for (key, value) in parsed.as_object().into_iter().flatten() {
            let value = match value {
                serde_json::Value::String(text) => Value::text(text),
                serde_json::Value::Bool(it) => Value::Bool(*it),
                serde_json::Value::Number(it) => Value::Int(it.as_i64().unwrap_or_default()),
                _ => Value::Null,
            };
            named.insert(key.clone(), value);
        }
        let outcome = self.loaded.act(self.now(), name, named, &self.moment);
        self.keep(outcome);
    }

    /// `change LABEL`: the row of the review with this label.
    fn change(&mut self, label: &str) {
        let rows = self.screen.iter().flat_map(|it| &it.review);
        let mut matching =
            rows.filter(|it| it.label.as_deref().map(markdown::to_plain).as_deref() == Some(label));
        let Some(row) = matching.next().and_then(|it| it.change.as_ref()).map(|it| it.row) else {
            self.line("no such row");
            return;
        };
        let outcome = self.loaded.change_row(self.now(), row, &self.moment);
        self.keep(outcome);
    }

    fn answer(&mut self, lines: &[&str]) {
        let mut submission = Submission::default();
        for line in lines {
            if let Some((name, input)) = self.entered(line) {
                submission.answers.insert(name, input);
            } else if !matches!(*line, "" | "continue") {
                self.line("there is no field for this");
                return;
            }
        }
        match self.loaded.answer(self.now(), &submission, &self.moment) {
            Ok(outcome) => self.keep(outcome),
            Err(Rejected::Fields { errors, .. }) => {
                for error in errors {
                    self.line(&format!("! {}", error.message));
                }
            }
            Err(Rejected::Unknown { names }) => {
                self.line(&format!("! not asked for: {}", names.join(", ")));
            }
            Err(Rejected::NotAScreen(outcome)) => self.take(*outcome),
        }
    }

    /// `name = value`, where the name is a field's label or variable.
    fn assignment<'l>(&self, line: &'l str) -> Option<(&ScreenField, &'l str)> {
        let (name, value) = line.split_once('=')?;
        let name = name.trim();
        let field = self.screen.as_ref()?.fields.iter().find(|it| {
            !it.name.is_empty()
                && (it.name == name
                    || it.label.as_deref().map(markdown::to_plain).as_deref() == Some(name))
        })?;
        Some((field, value.trim()))
    }

    /// What a line enters: in the field it names, or in the only one.
    fn entered(&self, line: &str) -> Option<(String, Input)> {
        let (field, value) = if let Some(found) = self.assignment(line) {
            found
        } else {
            let mut fields = self.screen.as_ref()?.fields.iter().filter(|it| !it.name.is_empty());
            let field = fields.next()?;
            if fields.next().is_some() || matches!(line, "" | "continue") {
                return None;
            }
            (field, line)
        };
        Some((field.name.clone(), input(field, value)))
    }

    fn keep(&mut self, outcome: Outcome) {
        if let (Some(held), false) = (&self.held, matches!(outcome.step, Step::Fault(_))) {
            // What they answer is kept part by part, and somebody who sees it all joins it.
            let changes = [&[Change::Unseeing], &outcome.changes[..]].concat();
            let apart = self.loaded.program().apart();
            let parts = apart.split(&changes).into_iter().filter(|(part, _)| match part {
                Part::Common => true,
                Part::Section(section) => held.contains(section),
                Part::Whole => false,
            });
            let mut state = self.whole();
            state.apply_parts(parts.flat_map(|(_, it)| it).collect());
            if apart.seen(&state, held) != apart.seen(&outcome.state, held) {
                self.line("fault: the changes do not lead to the state");
            }
            self.states.push(state);
        } else if !matches!(outcome.step, Step::Fault(_)) {
            // A stored session is the sum of its steps' changes: the conversation sees to it.
            let mut replayed = self.now();
            replayed.apply(&outcome.changes);
            if replayed != outcome.state {
                self.line("fault: the changes do not lead to the state");
            }
            let apart = self.loaded.program().apart();
            if State::join(apart.split_state(&replayed).into_values()) != outcome.state {
                self.line("fault: the parts do not make the state");
            }
            self.states.push(background::named(self.loaded, outcome.state.clone()));
        }
        self.take(outcome);
    }

    fn take(&mut self, outcome: Outcome) {
        self.screen = None;
        match outcome.step {
            Step::Screen(screen) => {
                if screen.id == "end" {
                    self.line("done");
                } else {
                    self.line(&format!("? {}", markdown::to_plain(&screen.title)));
                }
                self.screen = Some(*screen);
            }
            Step::Command(command) => self.line(match command {
                Command::Restart => "restart",
                Command::Exit { .. } => "exit",
                Command::Leave { .. } => "leave",
            }),
            Step::Response(value) => {
                self.line(&format!("response: {}", show::value(&value)));
            }
            Step::Fault(diagnostics) => {
                for diagnostic in diagnostics {
                    let place = self.sources.locate(diagnostic.span);
                    let text =
                        format!("fault: {}:{}: {}", place.file, place.line, diagnostic.message);
                    self.line(&text);
                }
            }
        }
    }
}

/// The user's lines, in groups of lines that follow each other.
fn groups(written: &str) -> Vec<Vec<&str>> {
    let mut groups: Vec<Vec<&str>> = vec![Vec::new()];
    for line in written.lines() {
        match (line.strip_prefix('>'), groups.last_mut()) {
            (Some(entered), Some(group)) => group.push(entered.trim()),
            _ => groups.push(Vec::new()),
        }
    }
    groups
}

/// What a value means for a field: choices by label, several separated by commas, dates by parts.
fn input(field: &ScreenField, value: &str) -> Input {
    let choice = |text: &str| {
        let found = field.choices.iter().find(|it| {
            it.value == text || markdown::to_plain(&it.label).eq_ignore_ascii_case(text)
        });
        match found {
            Some(choice) => choice.value.clone(),
            None if field.none_of_the_above.as_deref() == Some(text) => "_none".to_owned(),
            None => text.to_owned(),
        }
    };
    match field.widget {
        Widget::Checkboxes | Widget::Multiselect => Input::Texts(
            value.split(',').map(str::trim).filter(|it| !it.is_empty()).map(choice).collect(),
        ),
        Widget::Checkbox => {
            Input::Text(if matches!(value, "yes" | "true") { "true" } else { "" }.to_owned())
        }
        Widget::Date if value.contains(' ') || value.is_empty() => {
            let mut parts = value.split(' ').map(|it| if it == "-" { "" } else { it }.to_owned());
            let mut next = || parts.next().unwrap_or_default();
            Input::Date { day: next(), month: next(), year: next() }
        }
        _ if !field.choices.is_empty() => Input::Text(choice(value)),
        _ => Input::Text(value.replace("\\n", "\n")),
    }
}
