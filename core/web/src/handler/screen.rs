//! Screens: shown by GET, answered by POST. The number in the address is how many answers came
//! before, so Back and Forward are plain links and nothing is lost by following them.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_engine::{Command, FieldError, Outcome, Rejected, Screen, State as Answers, Step};
use affiant_guest::Value;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};

use crate::app::App;
use crate::deleting::Deletion;
use crate::error::{self, WebError};
use crate::form::Form;
use crate::handler::{Answer, failed, log, older, see_other, see_other_with, visitor};
use crate::page::{self, Typed, Unsaved};
use crate::session::{Holder, Session, StorageOr};
use crate::suggesting::look_up;
use crate::{cookie, delivering, learning, suggesting, upload};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path((interview, step)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    let step: u32 = step.parse().map_err(|_| failed(&app, &error::not_found()))?;
    let entry = app.catalogue.get(&interview);
    if let Some(entry) = entry.filter(|it| page::shows_mistakes(&app, it)) {
        return Ok(page::broken(&app, &entry).into_response());
    }
    let opened = match visitor(&app, &interview, &headers, Some(step)).await {
        Err(error) if error.is_put_back() => {
            return Ok(see_other(&format!("/i/{interview}/older")));
        }
        opened => opened.map_err(|it| failed(&app, &it))?,
    };
    let Some((mut session, mut state)) = opened else { return gone(&app, &interview) };
    if step > session.row.last_step {
        return Ok(see_other(&format!("/i/{interview}/{}", session.row.last_step)));
    }
    if step < session.row.last_step {
        // What was answered here is shown again.
        let later = session.state_after(&app, session.row.last_step).await;
        state.remember(&later.map_err(|it| failed(&app, &it))?);
    }
    let outcome = session.loaded.advance(state, &session.moment(&app));
    if let Step::Screen(screen) = &outcome.step {
        learning::shown(&app, &session, screen);
    }
    session.owes = session.begins(&outcome.state);
    session.scheduled = session.scheduled_until(&app).await.map_err(|it| failed(&app, &it))?;
    Ok(respond(&app, &session, step, &outcome))
}

/// There is no session: the start page, unless there is no such interview either.
fn gone(app: &App, interview: &str) -> Answer {
    if app.catalogue.get(interview).is_none() {
        return Err(failed(app, &error::not_found()));
    }
    Err(failed(app, &error::no_session()))
}

fn respond(app: &App, session: &Session, step: u32, outcome: &Outcome) -> Response {
    match &outcome.step {
        Step::Screen(screen) => {
            let sealed = outcome.state.is_sealed_behind();
            Html(page::screen(app, session, step, sealed, screen, &Typed::default()))
                .into_response()
        }
        Step::Response(value) => {
            let text = match value {
                Value::Text(text) => text.clone(),
                _ => String::new(),
            };
            text.into_response()
        }
        Step::Command(_) => see_other(&format!("/i/{}", session.row.interview)),
        Step::Fault(found) if error::of_fault(found).is_not_agreed() => {
            page::unagreed(app, session, step, None, found)
        }
        Step::Fault(diagnostics) => page::fault(app, session, diagnostics).into_response(),
    }
}

pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    Path((interview, step)): Path<(String, String)>,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let step: u32 = step.parse().map_err(|_| failed(&app, &error::not_found()))?;
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let opened = match visitor(&app, &interview, &headers, Some(step)).await {
        Ok(opened) => opened,
        Err(error) if error.is_put_back() => {
            return older::show_to(&app, &interview, &headers).await;
        }
        Err(error) => return unopened(&app, &interview, step, &form, &error),
    };
    let Some((session, state)) = opened else { return gone(&app, &interview) };
    if !form.is_ours(&session.holder) {
        return Err(failed(&app, &error::foreign_form()));
    }
    session.demand_answering().map_err(|it| failed(&app, &it))?;
    if step > session.row.last_step {
        return Ok(see_other(&format!("/i/{interview}/{}", session.row.last_step)));
    }
    let mut post = Post { app: &app, session, step, form };
    let done = match post.form.own("_action").to_owned() {
        action if action.is_empty() => post.answer(state).await,
        action => post.act(state, &action).await,
    };
    match done {
        Err(error) if Unsaved::of(&error).is_some() => Ok(post.unsaved(&error).await),
        done => done.map_err(|it| failed(&app, &it)),
    }
}

/// The session of a posted form could not be read: what was posted goes back, to be sent again.
fn unopened(app: &App, interview: &str, step: u32, form: &Form, error: &WebError) -> Answer {
    let loaded = app.catalogue.get(interview).and_then(|it| it.loaded);
    let (Some(loaded), Some(why)) = (loaded, Unsaved::of(error)) else {
        return Err(failed(app, error));
    };
    log(error);
    let body = page::unsaved(app, interview, loaded.interview(), step, form, why);
    Ok((error.status, Html(body)).into_response())
}

/// The action that has what waits delivered. No block answers it.
pub(crate) const DELIVER: &str = "_deliver";

/// The action that ends what runs by itself. No block answers it.
pub(crate) const END_SCHEDULE: &str = "_end_schedule";

/// The action that goes on from a screen that waits. No block answers it.
pub(crate) const LOOK: &str = "_look";

/// One posted form with what it is about.
struct Post<'a> {
    app: &'a App,
    session: Session,
    step: u32,
    form: Form,
}

impl Post<'_> {
    async fn answer(&mut self, state: Answers) -> Result<Response, WebError> {
        let (base, mut changes) = self.with_memory(state).await?;
        let shown = self.session.loaded.advance(base.clone(), &self.session.moment(self.app));
        let Step::Screen(screen) = &shown.step else {
            return self.elsewhere(&shown);
        };
        suggesting::fill_in(screen, &mut self.form);
        if !self.form.own("_lookup").is_empty() || !self.form.own("_fill").is_empty() {
            return self.look_up(screen).await;
        }
        let mut submission = match self.form.submission(screen) {
            // The form is one of another screen: it was answered from another tab meanwhile.
            Err(_) if self.is_stale() => return self.conflict().await,
            read => read?,
        };
        let (app, session, form) = (self.app, &self.session, &mut self.form);
        let errors = upload::take(app, session, screen, form, &mut submission).await?;
        if !errors.is_empty() {
            return Ok(self.refused(screen, &errors));
        }
        match self.session.loaded.answer(base, &submission, &self.session.moment(self.app)) {
            Ok(outcome) => {
                changes.extend(outcome.changes.iter().cloned());
                self.finish(outcome, changes).await
            }
            Err(Rejected::Fields { .. } | Rejected::Unknown { .. }) if self.is_stale() => {
                self.conflict().await
            }
            Err(Rejected::Fields { screen, errors }) => Ok(self.refused(&screen, &errors)),
            Err(Rejected::Unknown { .. }) => Err(error::bad_form("error_form_unknown")),
            Err(Rejected::NotAScreen(outcome)) => self.elsewhere(&outcome),
        }
    }

    /// What to say where no screen came of it. Where the fault passes, or the person can end it, what
    /// was posted can be sent again.
    fn elsewhere(&self, outcome: &Outcome) -> Result<Response, WebError> {
        if let Step::Fault(found) = &outcome.step {
            let error = error::of_fault(found);
            if error.is_busy_plugin() {
                return Err(error);
            }
            if error.is_not_agreed() {
                let form = Some(&self.form);
                return Ok(page::unagreed(self.app, &self.session, self.step, form, found));
            }
        }
        Ok(respond(self.app, &self.session, self.step, outcome))
    }

    /// The same page with what was found for a field, or with what was chosen of that. Nothing is
    /// stored.
    async fn look_up(&self, screen: &Screen) -> Result<Response, WebError> {
        let name = self.form.own("_lookup");
        let text = self.form.own(name);
        let found = match name {
            "" => None,
            name => Some(look_up(self.app, &self.session, screen, (name, text)).await?),
        };
        let found = found.as_ref().map(|it| (name, it));
        let typed = Typed { form: Some(&self.form), found, ..Typed::default() };
        let body = page::screen(self.app, &self.session, self.step, false, screen, &typed);
        Ok(Html(body).into_response())
    }

    /// The same page with what to mend.
    fn refused(&self, screen: &Screen, errors: &[FieldError]) -> Response {
        let typed = Typed { form: Some(&self.form), errors, ..Typed::default() };
        let body = page::screen(self.app, &self.session, self.step, false, screen, &typed);
        (StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response()
    }

    /// Nothing could be stored: the same page again, with all that was typed.
    async fn unsaved(&self, error: &WebError) -> Response {
        log(error);
        let app = self.app;
        let unsaved = Unsaved::of(error);
        let step = self.step;
        let again = match self.session.state_after(app, step).await {
            Ok(state) => self.session.loaded.advance(state, &self.session.moment(app)).step,
            Err(_) => Step::Response(Value::Null),
        };
        let body = if let Step::Screen(screen) = &again {
            let form = self.form.own("_action").is_empty().then_some(&self.form);
            let typed = Typed { form, unsaved, ..Typed::default() };
            page::screen(app, &self.session, step, false, screen, &typed)
        } else {
            let (name, interview) = (&self.session.row.interview, self.session.loaded.interview());
            let why = unsaved.unwrap_or(Unsaved::Unavailable);
            page::unsaved(app, name, interview, step, &self.form, why)
        };
        (error.status, Html(body)).into_response()
    }

    /// Whether the session was changed since the page was drawn.
    fn is_stale(&self) -> bool {
        self.form.own("_revision") != self.session.row.revision.to_string()
    }

    /// The state to answer on. Behind an earlier step, later answers are kept as defaults.
    async fn with_memory(
        &self,
        mut state: Answers,
    ) -> Result<(Answers, Vec<affiant_engine::Change>), WebError> {
        if self.step == self.session.row.last_step {
            return Ok((state, Vec::new()));
        }
        let later = self.session.state_after(self.app, self.session.row.last_step).await?;
        let changes = state.remember(&later);
        Ok((state, changes))
    }

    async fn act(&mut self, state: Answers, action: &str) -> Result<Response, WebError> {
        if action == DELIVER {
            delivering::deliver(self.app, &self.session, &state, true).await;
            return Ok(see_other(&format!("/i/{}/{}", self.session.row.interview, self.step)));
        }
        if action == LOOK {
            return self.look(state).await;
        }
        if action == END_SCHEDULE {
            self.session.demand_owning()?;
            self.session.end_schedule(self.app).await?;
            return Ok(see_other(&format!("/i/{}/{}", self.session.row.interview, self.step)));
        }
        let (base, mut changes) = self.with_memory(state).await?;
        let moment = self.session.moment(self.app);
        let outcome = if let Some(row) = action.strip_prefix("row:").and_then(|it| it.parse().ok())
        {
            self.session.loaded.change_row(base, row, &moment)
        } else if let Some((name, arguments)) = parse_action(action) {
            self.session.loaded.act(base, &name, arguments, &moment)
        } else {
            return Err(error::bad_form("error_form_button"));
        };
        changes.extend(outcome.changes.iter().cloned());
        self.finish(outcome, changes).await
    }

    /// Goes on from a screen that waits, if there is another one by now, or something to begin.
    async fn look(&mut self, state: Answers) -> Result<Response, WebError> {
        let shown = self.form.own("_screen").to_owned();
        let (base, mut changes) = self.with_memory(state).await?;
        let outcome = self.session.loaded.advance(base, &self.session.moment(self.app));
        let is_same = matches!(&outcome.step, Step::Screen(it) if it.id == shown);
        if is_same && !self.session.begins(&outcome.state) {
            let here = format!("/i/{}/{}", self.session.row.interview, self.step);
            return Ok(see_other(&here));
        }
        changes.extend(outcome.changes.iter().cloned());
        self.finish(outcome, changes).await
    }

    /// Stores what an answer led to, and goes there.
    async fn finish(
        &mut self,
        mut outcome: Outcome,
        mut changes: Vec<affiant_engine::Change>,
    ) -> Result<Response, WebError> {
        match &outcome.step {
            Step::Command(command) => return self.obey(command).await,
            Step::Fault(_) => return self.elsewhere(&outcome),
            Step::Screen(_) | Step::Response(_) => {}
        }
        changes.extend(self.session.begin(self.app, &mut outcome).await?);
        let interview = self.session.row.interview.clone();
        let next = format!("/i/{interview}/{}", self.step + 1);
        if self.step < self.session.row.last_step {
            // The same answer again: a reload, a double click, or going forward. Nothing changes.
            let there = self.session.state_after(self.app, self.step + 1).await?;
            if there.same_answers(&outcome.state) {
                return Ok(see_other(&next));
            }
        }
        if self.is_stale() {
            return self.conflict().await;
        }
        match self.session.append(self.app, self.step, &changes, &outcome.state).await {
            Ok(()) => {
                delivering::deliver(self.app, &self.session, &outcome.state, false).await;
                if let Step::Screen(screen) = &outcome.step {
                    learning::reached(self.app, &self.session, screen);
                }
                Ok(see_other(&next))
            }
            Err(StorageOr::Conflict) => self.conflict().await,
            Err(StorageOr::Other(error)) => Err(error),
        }
    }

    /// Somebody answered in another tab: both ways on are offered.
    async fn conflict(&self) -> Result<Response, WebError> {
        let before = self.session.state_after(self.app, self.step).await?;
        let stored = self.session.state_after(self.app, self.session.row.last_step).await?;
        let shown = self.session.loaded.advance(before, &self.session.moment(self.app));
        let both = match &shown.step {
            Step::Screen(screen) if self.form.own("_action").is_empty() => {
                Some((&**screen, &stored))
            }
            _ => None,
        };
        let body = page::conflict(self.app, &self.session, self.step, &self.form, both);
        Ok((StatusCode::CONFLICT, Html(body)).into_response())
    }

    async fn obey(&self, command: &Command) -> Result<Response, WebError> {
        let interview = &self.session.row.interview;
        let settings = &self.app.settings;
        match command {
            Command::Leave { .. } => Ok(see_other("/")),
            // An end that deletes the answers is the owner's; whoever was let in goes away.
            Command::Exit { .. } | Command::Restart if self.session.demand_owning().is_err() => {
                Ok(see_other_with("/account", cookie::clear(settings, interview)))
            }
            Command::Exit { .. } | Command::Restart => {
                let done = self.session.delete(self.app).await?;
                // What waits can be taken back: for that the browser keeps its key. An account keeps
                // it too, so that its person can begin anew meanwhile.
                let is_kept = matches!(self.session.holder, Holder::Person(_));
                let begins = matches!(command, Command::Restart) && is_kept;
                if matches!(done, Deletion::Held(_)) && !begins {
                    return Ok(see_other(&format!("/i/{interview}/delete")));
                }
                let to = if matches!(command, Command::Restart) {
                    format!("/i/{interview}")
                } else {
                    "/".to_owned()
                };
                Ok(see_other_with(&to, cookie::clear(settings, interview)))
            }
        }
    }
}

/// `action:NAME?ARGUMENTS`, as `url_action` writes it.
pub(crate) fn parse_action(link: &str) -> Option<(String, BTreeMap<String, Value>)> {
    let rest = link.strip_prefix("action:")?;
    let (name, encoded) = rest.split_once('?').unwrap_or((rest, ""));
    let mut arguments = BTreeMap::new();
    if !encoded.is_empty() {
        let text = percent_encoding::percent_decode_str(encoded).decode_utf8().ok()?;
        let parsed: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&text).ok()?;
        for (name, value) in parsed {
            arguments.insert(name, plain(&value));
        }
    }
    Some((name.to_owned(), arguments))
}

/// A JSON value as an argument.
pub(crate) fn plain(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Bool(it) => Value::Bool(*it),
        serde_json::Value::Number(it) => {
            it.as_i64().map_or_else(|| Value::text(it.to_string()), Value::Int)
        }
        serde_json::Value::String(it) => Value::text(it),
        serde_json::Value::Null => Value::Null,
        other => Value::text(other.to_string()),
    }
}
