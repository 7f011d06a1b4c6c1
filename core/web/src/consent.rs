//! What visitors agreed to: kept in their browser alone, so that no list of people exists anywhere.
//!
//! An answer is bound to what a plugin declared when it was asked for. A wider declaration is asked
//! about again; a narrower one is not.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use affiant_manifest::{Direction, Facts, Gate, Signal, diff};
use affiant_switch::DAY;
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::cookie::Own;
use crate::running::Running;

/// Days after which an answer is asked for again.
pub(crate) const KEPT_DAYS: i64 = 180;

/// Most answers that a cookie holds; the newest are kept.
const MOST: usize = 40;

/// Bytes of an answer: what it is, and to what.
const LENGTH: usize = 17;

/// What somebody agrees to, or not: a plugin with all that it declares, and who is asked for it. Long
/// enough that nobody finds a second declaration with the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stamp([u8; 16]);

impl Stamp {
    /// The stamp of a plugin that declares this.
    pub(crate) fn of(plugin: &str, facts: &Facts) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"affiant consent 1\n");
        hash.update(plugin.as_bytes());
        hash.update(b"\n");
        hash.update(facts.digest());
        let hash: [u8; 32] = hash.finalize().into();
        let mut stamp = [0; 16];
        stamp.copy_from_slice(&hash[..16]);
        Self(stamp)
    }
}

/// A plugin that needs a yes before it acts.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    /// What is asked for: the strictest of what it declares.
    pub(crate) gate: Gate,
    /// Signals of a browser that count as a no.
    pub(crate) honours: BTreeSet<Signal>,
    /// What is agreed to.
    stamp: Stamp,
    /// What was asked about before, and whether a yes to that covers what is declared now.
    before: Vec<(Stamp, bool)>,
}

impl Asking {
    /// What a plugin asks for that declares `now`, and declared others of these `before`.
    pub(crate) fn new(
        plugin: &str,
        (gate, honours): (Gate, BTreeSet<Signal>),
        now: &Facts,
        before: &[Facts],
    ) -> Self {
        let covers =
            |then: &Facts| diff(then, now).iter().all(|it| it.direction() == Direction::Narrows);
        Self {
            gate,
            honours,
            stamp: Stamp::of(plugin, now),
            before: before.iter().map(|it| (Stamp::of(plugin, it), covers(it))).collect(),
        }
    }
}

/// What a browser says of itself with each request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signals {
    gpc: bool,
    dnt: bool,
}

impl Signals {
    /// Those of a request.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let is_on = |name: &str| headers.get(name).is_some_and(|it| it == "1");
        Self { gpc: is_on("sec-gpc"), dnt: is_on("dnt") }
    }

    /// Whether one of them says no to what is asked for. They are about being followed and being
    /// sold, and not about what a person asks a site to do.
    pub(crate) fn refuse(self, asking: &Asking) -> bool {
        let is_meant = match asking.gate {
            Gate::None | Gate::Functional | Gate::Preferences => false,
            Gate::Statistics | Gate::Marketing => true,
        };
        let says = |it: &Signal| match it {
            Signal::Gpc => self.gpc,
            Signal::Dnt => self.dnt,
        };
        is_meant && asking.honours.iter().any(says)
    }
}

/// What a request tells of what its sender agreed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visitor {
    pub(crate) choices: Choices,
    pub(crate) signals: Signals,
}

impl Visitor {
    /// The sender of a request.
    pub(crate) fn of(app: &App, headers: &HeaderMap) -> Self {
        let today = app.clock.seconds().div_euclid(DAY);
        let choices = Choices::read(&Own::Choices.of(&app.settings, headers), today);
        Self { choices, signals: Signals::of(headers) }
    }

    /// Whether a plugin may act for them: it asks for nothing, or they agreed.
    pub(crate) fn lets(&self, plugin: &Running) -> bool {
        let stand = plugin.asking.as_ref().map(|it| self.choices.stand(it, self.signals));
        stand.is_none_or(|it| it == Stand::Agreed)
    }
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    No,
    Yes,
    /// Yes, while the browser said no: the person decided for this site.
    YesAllTheSame,
}

impl Said {
    fn byte(self) -> u8 {
        match self {
            Self::No => 0,
            Self::Yes => 1,
            Self::YesAllTheSame => 2,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::No, Self::Yes, Self::YesAllTheSame].into_iter().find(|it| it.byte() == byte)
    }
}

/// How somebody stands to what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// They agreed.
    Agreed,
    /// They refused.
    Refused,
    /// Their browser refused for them, and they were not asked.
    Signalled,
    /// They were not asked yet.
    Unasked,
}

/// All that somebody answered here, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choices {
    answers: Vec<(Stamp, Said)>,
    /// The day of the last answer, in days of the Unix epoch.
    day: i64,
}

impl Choices {
    /// Reads a cookie. What is malformed, old or from the future counts as nothing answered.
    pub(crate) fn read(text: &str, today: i64) -> Self {
        Self::parse(text)
            .filter(|it| (0..KEPT_DAYS).contains(&(today - it.day)))
            .unwrap_or_default()
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (day, rest) = bytes.split_first_chunk::<4>()?;
        let (answers, rest) = rest.as_chunks::<LENGTH>();
        if !rest.is_empty() || answers.len() > MOST {
            return None;
        }
        let answers = answers.iter().map(|it| {
            let (said, stamp) = it.split_first()?;
            Some((Stamp(stamp.try_into().ok()?), Said::of(*said)?))
        });
        Some(Self {
            answers: answers.collect::<Option<_>>()?,
            day: u32::from_be_bytes(*day).into(),
        })
    }

    /// As a cookie holds it.
    pub(crate) fn text(&self) -> String {
        let mut bytes = u32::try_from(self.day).unwrap_or_default().to_be_bytes().to_vec();
        for (stamp, said) in &self.answers {
            bytes.push(said.byte());
            bytes.extend(stamp.0);
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// How they stand to what a plugin asks for.
    pub(crate) fn stand(&self, asking: &Asking, signals: Signals) -> Stand {
        let is_refused = signals.refuse(asking);
        match self.said(asking) {
            Some(Said::YesAllTheSame) => Stand::Agreed,
            Some(Said::Yes) if !is_refused => Stand::Agreed,
            Some(Said::No) => Stand::Refused,
            Some(Said::Yes) | None if is_refused => Stand::Signalled,
            Some(Said::Yes) | None => Stand::Unasked,
        }
    }

    fn said(&self, asking: &Asking) -> Option<Said> {
        let newest_first = self.answers.iter().rev();
        let said = newest_first.filter_map(|(stamp, said)| {
            let covers = if *stamp == asking.stamp {
                true
            } else {
                asking.before.iter().find(|(it, _)| it == stamp)?.1
            };
            Some((*said, covers))
        });
        let (said, covers) = said.take(1).next()?;
        match said {
            // Who refused less refuses more.
            Said::No => Some(Said::No),
            Said::Yes | Said::YesAllTheSame => covers.then_some(said),
        }
    }

    /// Takes an answer, in place of those about the same plugin.
    pub(crate) fn answer(&mut self, asking: &Asking, yes: bool, signals: Signals, today: i64) {
        let is_same = |it: &Stamp| {
            *it == asking.stamp || asking.before.iter().any(|(before, _)| before == it)
        };
        self.answers.retain(|(it, _)| !is_same(it));
        let said = match (yes, signals.refuse(asking)) {
            (false, _) => Said::No,
            (true, false) => Said::Yes,
            (true, true) => Said::YesAllTheSame,
        };
        self.answers.push((asking.stamp, said));
        if self.answers.len() > MOST {
            self.answers.remove(0);
        }
        self.day = today;
    }
}
