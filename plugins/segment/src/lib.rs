//! Tells Segment how interviews are used, by its HTTP tracking API, from the server.
//!
//! Start at [`Segment`]; [`messages`] says what is sent.

mod messages;
#[cfg(test)]
mod tests;

use affiant_plugin::analytics::{Analytics, Erased, Event};
use affiant_plugin::http::Request;
use affiant_plugin::{Failure, settings};

use messages::{Call, Region, calls, deletion};

/// Within how many days Segment deletes what it was asked to.
const DELETED_WITHIN: u32 = 30;

struct Segment;

impl Analytics for Segment {
    fn handle(events: Vec<Event>) -> Result<(), Failure> {
        let region = region()?;
        for Call { path, body } in calls(&events, is_on("identify")?) {
            let address = format!("https://{}/v1/{path}", region.tracking());
            let request = Request::post(address, body.to_string())
                .header("content-type", "application/json")
                .header("authorization", "Basic {{secret:write_key}}:");
            let response = request.send()?;
            if !response.is_success() {
                return Err(told(response.status).into());
            }
        }
        Ok(())
    }

    fn erase(_: &str, account: Option<&str>) -> Result<Erased, Failure> {
        let is_told = is_on("identify")? && is_on("deletions")?;
        let Some(account) = account.filter(|_| is_told) else {
            return Ok(Erased::NotSupported(
                "Segment deletes what belongs to an account, where whoever runs this site set that \
                 up, and nothing that belongs to a visit without one."
                    .to_owned(),
            ));
        };
        let address = format!("https://{}/regulations", region()?.managing());
        let response = Request::post(address, deletion(account).to_string())
            .header("content-type", "application/json")
            .header("authorization", "Bearer {{secret:deletion_token}}")
            .send()?;
        if !response.is_success() {
            return Err(told(response.status).into());
        }
        Ok(Erased::Forwarded(DELETED_WITHIN))
    }
}

affiant_plugin::export!(analytics: Segment);

fn told(status: u16) -> String {
    match status {
        401 | 403 => "Segment does not know the key; look at the settings".to_owned(),
        429 => "Segment takes no more for now".to_owned(),
        other => format!("Segment answered with the status {other}"),
    }
}

fn region() -> Result<Region, Failure> {
    let name: Option<String> = settings::get("region")?;
    Region::named(&name.ok_or("the setting `region` is missing")?)
}

/// Whether a setting that can be on or off is on.
fn is_on(name: &str) -> Result<bool, Failure> {
    Ok(settings::get(name)?.unwrap_or(false))
}
