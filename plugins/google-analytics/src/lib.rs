//! Tells Google Analytics how interviews are used, by its Measurement Protocol, from the server.
//!
//! Start at [`GoogleAnalytics`]; [`requests`] says what is sent. In the modes `frame` and `page`, what
//! counts is Google's own script in the browser, and this component sends nothing.

mod requests;
#[cfg(test)]
mod tests;

use affiant_plugin::analytics::{Analytics, Erased, Event};
use affiant_plugin::http::Request;
use affiant_plugin::{Failure, settings};

use requests::{Mode, requests};

struct GoogleAnalytics;

impl Analytics for GoogleAnalytics {
    fn handle(events: Vec<Event>) -> Result<(), Failure> {
        let mode = Mode::named(&text("mode")?)?;
        let Some(host) = mode.host() else { return Ok(()) };
        let address = requests::address(host, &text("measurement_id")?)?;
        for body in requests(&events) {
            let request = Request::post(address.as_str(), body.to_string());
            let response = request.header("content-type", "application/json").send()?;
            // Google says of no event whether it counted; and asks that nothing is sent twice.
            if !response.is_success() {
                return Err(format!("Google answered with the status {}", response.status).into());
            }
        }
        Ok(())
    }

    fn erase(_: &str, _: Option<&str>) -> Result<Erased, Failure> {
        Ok(Erased::NotSupported(
            "Whoever runs this site can ask Google to delete what belongs to the number of a visit, \
             in Google Analytics under “Data deletion requests”. Google deletes the rest when the \
             time is over that is set there."
                .to_owned(),
        ))
    }
}

affiant_plugin::export!(analytics: GoogleAnalytics);

/// A setting that is a text.
fn text(name: &str) -> Result<String, Failure> {
    settings::get(name)?.ok_or_else(|| format!("the setting `{name}` is missing").into())
}
