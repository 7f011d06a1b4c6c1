//! Counts how often each screen is shown. It keeps numbers of screens and nothing of people.

use affiant_plugin::analytics::{Analytics, Erased, Event, EventKind};
use affiant_plugin::{Failure, store};

/// The store that `plugin.toml` lists.
const COUNTS: &str = "counts";

struct Counting;

impl Analytics for Counting {
    fn handle(events: Vec<Event>) -> Result<(), Failure> {
        for event in events {
            let key = key(&event);
            let known: u64 = match store::get(COUNTS, &key)? {
                Some(count) => count.to()?,
                None => 0,
            };
            store::set(COUNTS, &key, known.saturating_add(1))?;
        }
        Ok(())
    }

    fn erase(_pseudonym: &str, _account: Option<&str>) -> Result<Erased, Failure> {
        Ok(Erased::NothingHeld)
    }
}

affiant_plugin::export!(analytics: Counting);

/// What an event is counted under.
fn key(event: &Event) -> String {
    let what = match event.kind {
        EventKind::InterviewStarted => "started",
        EventKind::ScreenShown => event.screen.as_deref().unwrap_or("a screen without a name"),
        EventKind::InterviewFinished => "finished",
    };
    format!("{}/{what}", event.interview)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_in_no_key() {
        let event = Event {
            kind: EventKind::ScreenShown,
            interview: "letter".to_owned(),
            screen: Some("your landlord".to_owned()),
            details: Vec::new(),
            time: 1,
            pseudonym: "p".to_owned(),
            account: Some("7".to_owned()),
        };
        assert_eq!(key(&event), "letter/your landlord");
    }
}
