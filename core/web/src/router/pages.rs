//! The pages of the site and of interviews.

use crate::access::Access::{Anybody, Holder, Link, Reporting};
use crate::handler::{
    assets, choices, delete, document, language, list, lookup, older, privacy, reports, resume,
    screen, scripts, start, status, waiting,
};
use crate::router::{Route, get, post};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/", Anybody, list::show),
        get("/i/{interview}", Anybody, start::show),
        post("/i/{interview}/sessions", Anybody, start::begin),
        post("/i/{interview}/language", Anybody, language::choose),
        get("/i/{interview}/resume", Anybody, resume::show),
        post("/i/{interview}/resume", Link, resume::resume),
        post("/i/{interview}/save", Holder, resume::save),
        get("/i/{interview}/delete", Holder, delete::show),
        post("/i/{interview}/delete", Holder, delete::delete),
        post("/i/{interview}/delete/keep", Holder, delete::keep),
        get("/i/{interview}/older", Holder, older::show),
        post("/i/{interview}/older", Holder, older::go_on),
        get("/i/{interview}/{step}", Holder, screen::show),
        post("/i/{interview}/{step}", Holder, screen::answer),
        post("/i/{interview}/{step}/lookup", Holder, lookup::suggest),
        get("/i/{interview}/{step}/check-in", Holder, waiting::check_in),
        get("/i/{interview}/{step}/document/{name}", Holder, document::document),
        get("/i/{interview}/{step}/file/{id}", Holder, document::file),
        post("/language", Anybody, language::choose_for_site),
        get("/privacy", Anybody, privacy::privacy),
        get("/privacy.json", Anybody, privacy::json),
        get("/privacy.jsonld", Anybody, privacy::linked),
        get("/privacy/{interview}", Anybody, privacy::of_interview),
        get("/privacy/choices", Anybody, choices::show),
        post("/privacy/choices", Anybody, choices::choose),
        post("/csp-report", Reporting, reports::take),
        get("/accessibility", Anybody, privacy::accessibility),
        get("/assets/{name}", Anybody, assets::asset),
        get("/plugins/{plugin}/{digest}/script.js", Anybody, scripts::script),
        get("/plugins/{plugin}/{digest}/frame", Anybody, scripts::frame),
        get("/health/live", Anybody, status::live),
        get("/health/ready", Anybody, status::ready),
    ]
}
