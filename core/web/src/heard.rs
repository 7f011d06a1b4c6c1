//! The language of the pages that belong to no interview.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::consent::Visitor;
use crate::cookie::Own;
use crate::theme::{FALLBACK, Theme};

/// Languages of a browser's settings that are looked at.
const MOST_ACCEPTED: usize = 10;

/// In which language a request is answered.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// A BCP 47 tag, one that the theme has words for.
    pub(crate) language: String,
    /// The page that choosing another one leads back to; none for what answers a form, whose typed
    /// text would be lost.
    pub(crate) back: Option<String>,
    /// What the sender of the request agreed to.
    pub(crate) visitor: Visitor,
}

tokio::task_local! {
    /// It surrounds every page, those of errors too, which are drawn where no headers are at hand.
    static HEARD: Heard;
}

/// What the request that is being answered is answered in; English outside of one.
pub(crate) fn heard() -> Heard {
    let nothing =
        || Heard { language: FALLBACK.to_owned(), back: None, visitor: Visitor::default() };
    HEARD.try_with(Clone::clone).unwrap_or_else(|_| nothing())
}

/// Finds out what a visitor wants to read, before the request is answered.
pub(crate) async fn listen(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let chosen = Own::Language.of(&app.settings, request.headers());
    let language = wanted(&app.theme, &chosen, request.headers());
    let back = (request.method() == Method::GET).then(|| request.uri().path().to_owned());
    let visitor = Visitor::of(&app, request.headers());
    HEARD.scope(Heard { language, back, visitor }, next.run(request)).await
}

/// The language that was chosen here, else the first of the browser's that there are words for.
fn wanted(theme: &Theme, chosen: &str, headers: &HeaderMap) -> String {
    let all = theme.languages();
    let find = |tag: &str| all.iter().find(|it| it.eq_ignore_ascii_case(tag)).cloned();
    let main = |tag: &str| tag.split('-').next().and_then(find);
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let mut tags = accepted.split(',').filter_map(|it| it.split(';').next()).map(str::trim);
    let accepted =
        || tags.by_ref().take(MOST_ACCEPTED).find_map(|it| find(it).or_else(|| main(it)));
    find(chosen).or_else(accepted).unwrap_or_else(|| FALLBACK.to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn what_was_chosen_comes_before_what_the_browser_prefers() -> Result<(), crate::ThemeError> {
        let theme = Theme::load(None)?;
        let cases = [
            ("", "", "en"),
            ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
            ("", "fr, ES;q=0.5", "es"),
            ("", "fr, ja", "en"),
            ("", ";;,,-,\u{7f}", "en"),
            ("es", "de", "es"),
            ("xx", "de", "de"),
            ("../de", "", "en"),
        ];
        for (chosen, accepted, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_str(accepted) {
                headers.insert(ACCEPT_LANGUAGE, value);
            }
            assert_eq!(wanted(&theme, chosen, &headers), expected, "{chosen} {accepted}");
        }
        Ok(())
    }
}
