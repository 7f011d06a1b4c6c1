//! What is sent: messages of the tracking API, with its limits.

use std::collections::BTreeSet;

use affiant_plugin::Failure;
use affiant_plugin::analytics::{Event, EventKind};
use affiant_plugin::jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Most bytes of the messages of one request: Segment takes 500 kB, and 32 kB of each.
const MAX_BATCH: usize = 400_000;

/// Most properties that authors name.
const MAX_DETAILS: usize = 20;

/// Longest name and value of what authors name, in letters.
const MAX_TEXT: usize = 100;

/// Where Segment keeps what it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Region {
    Us,
    Eu,
}

impl Region {
    pub(crate) fn named(name: &str) -> Result<Self, Failure> {
        match name {
            "us" => Ok(Self::Us),
            "eu" => Ok(Self::Eu),
            _ => Err("the setting `region` is neither `us` nor `eu`".into()),
        }
    }

    /// The host that takes events.
    pub(crate) fn tracking(self) -> &'static str {
        match self {
            Self::Us => "api.segment.io",
            Self::Eu => "events.eu1.segmentapis.com",
        }
    }

    /// The host that takes wishes to be deleted.
    pub(crate) fn managing(self) -> &'static str {
        match self {
            Self::Us => "api.segmentapis.com",
            Self::Eu => "eu1.api.segmentapis.com",
        }
    }
}

/// One request: what stands behind `/v1/`, and the body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) path: &'static str,
    pub(crate) body: Value,
}

/// The requests for some events. One message goes by a path of its own, several in a batch.
pub(crate) fn calls(events: &[Event], identifies: bool) -> Vec<Call> {
    let (mut calls, mut batch, mut bytes) = (Vec::new(), Vec::new(), 0);
    for message in messages(events, identifies) {
        let length = message.to_string().len();
        if bytes + length > MAX_BATCH {
            calls.extend(call(std::mem::take(&mut batch)));
            bytes = 0;
        }
        bytes += length;
        batch.push(message);
    }
    calls.extend(call(batch));
    calls
}

fn call(mut batch: Vec<Value>) -> Option<Call> {
    match (batch.len(), batch.pop()?) {
        (1, one) if one["type"] == "identify" => Some(Call { path: "identify", body: one }),
        (1, one) => Some(Call { path: "track", body: one }),
        (_, last) => {
            batch.push(last);
            Some(Call { path: "batch", body: json!({ "batch": batch }) })
        }
    }
}

fn messages(events: &[Event], identifies: bool) -> Vec<Value> {
    let mut messages = Vec::new();
    let mut known = BTreeSet::new();
    for event in events {
        let account = event.account.as_deref().filter(|_| identifies);
        if let Some(account) = account
            && known.insert((account, &event.pseudonym))
        {
            messages.push(identify(event, account));
        }
        messages.push(track(event, account));
    }
    messages
}

/// Joins a visit to an account; nothing else is said of it.
fn identify(it: &Event, account: &str) -> Value {
    json!({
        "type": "identify",
        "messageId": number(it, "identify"),
        "anonymousId": it.pseudonym,
        "userId": account,
        "traits": {},
        "timestamp": moment(it.time),
    })
}

fn track(it: &Event, account: Option<&str>) -> Value {
    let name = match (it.kind, &it.screen) {
        (EventKind::InterviewStarted, _) => "Interview Started".to_owned(),
        (EventKind::ScreenShown, Some(screen)) => short(screen),
        (EventKind::ScreenShown, None) => "Screen Shown".to_owned(),
        (EventKind::InterviewFinished, _) => "Interview Finished".to_owned(),
    };
    let details = it.details.iter().take(MAX_DETAILS);
    let mut properties: Map<String, Value> =
        details.map(|(name, value)| (short(name), short(value).into())).collect();
    properties.insert("interview".to_owned(), short(&it.interview).into());
    let mut message = json!({
        "type": "track",
        "messageId": number(it, &name),
        "anonymousId": it.pseudonym,
        "event": name,
        "properties": properties,
        "timestamp": moment(it.time),
    });
    if let Some(account) = account {
        message["userId"] = account.into();
    }
    message
}

fn short(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// The number of a message: the same if it is sent again, so that Segment counts it once (FNV-1a).
fn number(it: &Event, name: &str) -> String {
    let parts = format!("{}\0{}\0{}\0{name}", it.pseudonym, it.interview, it.time);
    let step = |hash: u128, byte: u8| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    };
    let hash = parts.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, step);
    format!("{hash:032x}")
}

/// A moment as Segment reads it: `2026-11-27T06:30:00.5Z`.
fn moment(milliseconds: u64) -> String {
    let milliseconds = i64::try_from(milliseconds).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX).to_string()
}

/// The wish that Segment deletes what it holds of an account, and takes no more of it.
pub(crate) fn deletion(account: &str) -> Value {
    json!({
        "regulationType": "SUPPRESS_WITH_DELETE",
        "subjectType": "USER_ID",
        "subjectIds": [account],
    })
}
