//! The language that a visitor chose for an interview, kept in a cookie of its own.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use crate::app::App;
use crate::form::Form;
use crate::handler::{Answer, failed, see_other, see_other_with};
use crate::{cookie, error};

/// A language and whether the visitor chose it here.
pub(crate) struct Wanted {
    /// A BCP 47 tag, one of the interview's.
    pub(crate) language: String,
    /// By the switch of a page, not by the settings of the browser.
    pub(crate) chosen: bool,
}

/// The language that a visitor wants an interview in; `None` when it has only one, or none of the
/// visitor's.
pub(crate) fn wanted(app: &App, interview: &str, headers: &HeaderMap) -> Option<Wanted> {
    let loaded = app.catalogue.get(interview)?.loaded?;
    let languages = loaded.interview().languages();
    if languages.len() < 2 {
        return None;
    }
    let chosen = cookie::language(&app.settings, interview, headers);
    if let Some(language) = chosen.filter(|it| languages.contains(it)) {
        return Some(Wanted { language, chosen: true });
    }
    let accepted = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let tags = accepted.split(',').filter_map(|it| it.split(';').next()).map(str::trim);
    let main = |tag: &str| tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
    let fits = |tag: &str| {
        let same = languages.iter().find(|it| it.eq_ignore_ascii_case(tag));
        same.or_else(|| languages.iter().find(|it| main(it) == main(tag))).cloned()
    };
    tags.take(10).find_map(fits).map(|language| Wanted { language, chosen: false })
}

/// Keeps the choice and goes back to the page on which it was made.
pub(crate) async fn choose(
    State(app): State<Arc<App>>,
    Path(interview): Path<String>,
    request: Request,
) -> Answer {
    let entry = app.catalogue.get(&interview).ok_or_else(|| failed(&app, &error::not_found()))?;
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let back = match form.own("_step").parse::<u32>() {
        Ok(step) => format!("/i/{interview}/{step}"),
        Err(_) => format!("/i/{interview}"),
    };
    let languages = entry.loaded.map(|it| it.interview().languages()).unwrap_or_default();
    match languages.into_iter().find(|it| it == form.own("_language")) {
        Some(language) => Ok(see_other_with(
            &back,
            cookie::set_language(&app.settings, &interview, &language, app.keep_days()),
        )),
        None => Ok(see_other(&back)),
    }
}
