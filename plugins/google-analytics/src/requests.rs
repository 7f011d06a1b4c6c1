//! What is sent: the Measurement Protocol, with its limits.

use std::collections::BTreeMap;

use affiant_plugin::Failure;
use affiant_plugin::analytics::{Event, EventKind};
use serde_json::{Map, Value, json};

/// Most events of one request.
const MAX_EVENTS: usize = 25;

/// Most parameters of one event that authors name: 25 altogether, less our own.
const MAX_DETAILS: usize = 20;

/// Longest name of a parameter, in letters.
const MAX_NAME: usize = 40;

/// Longest value of a parameter, in letters.
const MAX_VALUE: usize = 100;

/// What Google keeps for itself: parameters that begin like this are not counted.
const RESERVED: [&str; 5] = ["_", "firebase_", "ga_", "google_", "gtag"];

/// The parameters that every event has of us.
const OURS: [&str; 4] = ["interview", "page_title", "session_id", "engagement_time_msec"];

/// Where counting happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// On this server, which tells Google's servers in the EU.
    ServerEu,
    /// On this server, which tells Google's servers anywhere.
    Server,
    /// In the browser, by Google's script, in a frame or in the page.
    Browser,
}

impl Mode {
    pub(crate) fn named(name: &str) -> Result<Self, Failure> {
        match name {
            "server-eu" => Ok(Self::ServerEu),
            "server" => Ok(Self::Server),
            "frame" | "page" => Ok(Self::Browser),
            _ => Err("the setting `mode` is none that there is".into()),
        }
    }

    /// Who is told, if anybody is.
    pub(crate) fn host(self) -> Option<&'static str> {
        match self {
            Self::ServerEu => Some("region1.google-analytics.com"),
            Self::Server => Some("www.google-analytics.com"),
            Self::Browser => None,
        }
    }
}

/// Where requests go to. The secret is filled in by the host.
pub(crate) fn address(host: &str, measurement_id: &str) -> Result<String, Failure> {
    let is_id = measurement_id.strip_prefix("G-").is_some_and(|it| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
    });
    if !is_id {
        return Err("the setting `measurement_id` is not like `G-ABC123`".into());
    }
    let secret = "{{secret:api_secret}}";
    Ok(format!("https://{host}/mp/collect?measurement_id={measurement_id}&api_secret={secret}"))
}

/// The bodies of the requests: of one visit each, which a request names once.
pub(crate) fn requests(events: &[Event]) -> Vec<Value> {
    let mut visits: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for it in events {
        visits.entry(&it.pseudonym).or_default().push(event(it));
    }
    let bodies = visits.into_iter().flat_map(|(visit, events)| {
        let parts: Vec<Vec<Value>> = events.chunks(MAX_EVENTS).map(<[Value]>::to_vec).collect();
        parts.into_iter().map(move |events| {
            json!({
                "client_id": visit,
                // What somebody agreed to is statistics, and nothing of this.
                "consent": { "ad_user_data": "DENIED", "ad_personalization": "DENIED" },
                "events": events,
            })
        })
    });
    bodies.collect()
}

fn event(it: &Event) -> Value {
    let name = match it.kind {
        EventKind::InterviewStarted => "interview_started",
        EventKind::ScreenShown => "page_view",
        EventKind::InterviewFinished => "interview_finished",
    };
    let mut parameters = Map::new();
    parameters.insert("interview".to_owned(), short(&it.interview).into());
    if let Some(screen) = &it.screen {
        parameters.insert("page_title".to_owned(), short(screen).into());
    }
    // Without these two, an event does not show in the reports of what happens now.
    parameters.insert("session_id".to_owned(), session(&it.pseudonym).into());
    parameters.insert("engagement_time_msec".to_owned(), 1.into());
    for detail in it.details.iter().take(MAX_DETAILS) {
        parameters.insert(parameter(&detail.0), short(&detail.1).into());
    }
    json!({
        "name": name,
        "timestamp_micros": it.time.saturating_mul(1_000),
        "params": parameters,
    })
}

fn short(text: &str) -> String {
    text.chars().take(MAX_VALUE).collect()
}

/// The name of a parameter that an author gave, as Google takes it.
fn parameter(name: &str) -> String {
    let is_taken = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let name: String =
        name.chars().map(|it| if is_taken(it) { it } else { '_' }).take(MAX_NAME - 2).collect();
    let is_bare = name.starts_with(|it: char| it.is_ascii_alphabetic())
        && !OURS.contains(&name.as_str())
        && RESERVED.iter().all(|it| !name.starts_with(it));
    if is_bare { name } else { format!("x_{name}") }
}

/// The number of a visit's session: digits alone, always the same for a visit (FNV-1a).
fn session(visit: &str) -> String {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = visit.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    (hash % 10_000_000_000).to_string()
}
