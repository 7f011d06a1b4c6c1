//! The languages that a visitor chose, for an interview and for the pages around, each kept in a
//! cookie of its own.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use crate::app::App;
use crate::cookie::Own;
use crate::form::Form;
use crate::handler::{Answer, failed, see_other, see_other_with};
use crate::{cookie, error};

/// Seconds for which a browser keeps the language of the site: a year.
const KEPT: i64 = 365 * 86_400;

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
    let of_site = Own::Language.of(&app.settings, headers);
    let mut chosen = chosen.into_iter().chain([of_site]);
    if let Some(language) = chosen.find(|it| languages.contains(it)) {
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

/// Keeps the choice for pages that belong to no interview, and goes back to the page on which it was made.
pub(crate) async fn choose_for_site(State(app): State<Arc<App>>, request: Request) -> Answer {
    let form = Form::read(request).await.map_err(|it| failed(&app, &it))?;
    let back = Some(form.own("_back")).filter(|it| is_path(it)).unwrap_or("/");
    let chosen = app.theme.languages().iter().find(|it| *it == form.own("_language"));
    Ok(match chosen {
        Some(it) => see_other_with(back, Own::Language.set(&app.settings, it, Some(KEPT))),
        None => see_other(back),
    })
}

/// Whether it is a page of this site and nothing that a browser takes for another site.
pub(crate) fn is_path(back: &str) -> bool {
    let plain = |it: u8| it.is_ascii_graphic() && it != b'\\';
    back.starts_with('/') && !back.starts_with("//") && back.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_no_other_site() {
        assert!(is_path("/") && is_path("/account/sign-in"));
        let foreign =
            ["", "https://x.example", "//x.example", "/\\x.example", "/a\r\nb: c", "/\t/x"];
        for back in foreign {
            assert!(!is_path(back), "{back}");
        }
    }
}
