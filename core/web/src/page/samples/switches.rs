//! Made-up decisions of administrators.

use std::sync::Arc;

use affiant_backend::SwitchRow;
use affiant_guard::Permissions;
use affiant_switch::{History, Setting, Switch, WAIT};
use minijinja::Value;

use crate::page::admin::Desk;
use crate::page::frame::Frame;
use crate::page::plugins::Board;
use crate::page::privacy::{self, Truth};
use crate::page::samples::plugins;
use crate::page::switches::{self, Agreeing, Draft};
use crate::theme::Theme;

/// The morning of 26 November 2026.
const NOW: i64 = 1_795_680_000;

/// Pages about the switches: name, template, and what it is given.
pub(super) fn all(
    theme: &Theme,
    site: &Frame,
    admin: &Frame,
) -> Vec<(&'static str, &'static str, Value)> {
    let form = |name: &str, is_wrong| change(theme, admin, name, is_wrong);
    let effect = |name: &str, text: &str| confirm(theme, admin, name, text);
    vec![
        ("privacy", "privacy.html", privacy(theme, site, untouched())),
        ("privacy-changed", "privacy.html", privacy(theme, site, changed())),
        ("privacy-plugins", "privacy.html", privacy(theme, site, plugged())),
        ("switches", "switches.html", list(theme, admin)),
        ("switch-keys", "switch.html", form("keys", false)),
        ("switch-keys-errors", "switch.html", form("keys", true)),
        ("switch-hold", "switch.html", form("deleting", false)),
        ("switch-hold-errors", "switch.html", form("deleting", true)),
        ("switch-days", "switch.html", form("keep-sessions", false)),
        ("switch-roles", "switch.html", form("second-factor", false)),
        ("switch-weakens", "switch-confirm.html", effect("keys", "server")),
        ("switch-reading", "switch.html", form("reading", false)),
        ("switch-reading-key", "switch-confirm.html", reading(theme, admin, false)),
        ("switch-reading-key-errors", "switch-confirm.html", reading(theme, admin, true)),
        ("switch-strengthens", "switch-confirm.html", effect("keep-sessions", "7")),
        ("switch-waiting", "switch-waiting.html", waiting(theme, admin, Agreeing::May)),
        ("switch-waiting-new", "switch-waiting.html", waiting(theme, admin, Agreeing::New)),
        ("switch-waiting-own", "switch-waiting.html", waiting(theme, admin, Agreeing::Own)),
    ]
}

#[expect(clippy::needless_pass_by_value, reason = "each sample is made where it is drawn")]
fn privacy(theme: &Theme, frame: &Frame, truth: Truth) -> Value {
    privacy::context(theme, frame, &truth)
}

/// A site on which a plugin is on.
fn plugged() -> Truth {
    Truth { plugins: plugins::board(plugins::rows()), ..untouched() }
}

fn list(theme: &Theme, frame: &Frame) -> Value {
    let desk = Desk { theme, frame: frame.clone(), permissions: Permissions::ALL };
    switches::list(&desk.context("switches"), &changed(), Some("set"))
}

fn change(theme: &Theme, frame: &Frame, name: &str, is_wrong: bool) -> Value {
    let switch = Switch::from_name(name).unwrap_or(Switch::Keys);
    let roles = ["admin", "advocate", "developer", "trainer", "user"].map(str::to_owned);
    let mut draft = Draft {
        to: "server".to_owned(),
        days: "365".to_owned(),
        ends: ["1", "3", "2028"].map(str::to_owned),
        roles: vec!["admin".to_owned()],
        reason: "People lose their passwords, and we cannot help them.".to_owned(),
        ..Draft::default()
    };
    if is_wrong {
        draft.reason.clear();
        draft.wrong = vec![("to", "switch_wrong_ends"), ("reason", "switch_wrong_reason")];
    }
    switches::change(theme, frame, &untouched(), switch, &roles, &draft)
}

fn confirm(theme: &Theme, frame: &Frame, name: &str, text: &str) -> Value {
    let switch = Switch::from_name(name).unwrap_or(Switch::Keys);
    let to = Setting::read(switch, text).unwrap_or_else(|| switch.first());
    let draft = Draft {
        to: text.to_owned(),
        reason: "The board decided it on Monday.".to_owned(),
        ..Draft::default()
    };
    switches::confirm(theme, frame, &untouched(), &to, &draft)
}

/// A new key for the organisation, which has one already.
fn reading(theme: &Theme, frame: &Frame, is_wrong: bool) -> Value {
    let to = Setting::read(Switch::Reading, OTHER_KEY);
    let draft = Draft {
        to: "organisation".to_owned(),
        key: "4T7K-99QM-2RXA-B3WD-PZ5N-6YH0-KD3V-8WQE-1F".to_owned(),
        reason: "Advocates have to check letters.".to_owned(),
        wrong: if is_wrong { vec![("third", "effect_key_mistyped")] } else { Vec::new() },
        ..Draft::default()
    };
    let day = affiant_switch::DAY;
    let rows = vec![row(1, "reading", KEY, "At first.", (NOW - 9 * day, WAIT), None)];
    let truth = Truth { history: Arc::new(History::read(rows)), now: NOW, ..Truth::default() };
    let to = to.unwrap_or_else(|| Switch::Reading.first());
    switches::confirm(theme, frame, &truth, &to, &draft)
}

fn waiting(theme: &Theme, frame: &Frame, agreeing: Agreeing) -> Value {
    let truth = changed();
    let waiting = truth.history.decisions().iter().find(|it| it.is_waiting(truth.now));
    let page = waiting.map(|it| switches::waiting(theme, frame, &truth, it, agreeing));
    page.unwrap_or_default()
}

/// Nobody changed anything.
fn untouched() -> Truth {
    Truth { now: NOW, ..Truth::default() }
}

/// Everything was changed at one time or another.
fn changed() -> Truth {
    let day = affiant_switch::DAY;
    let rows = vec![
        row(1, "keep-sessions", "30", "We need them no longer.", (NOW - 90 * day, 0), None),
        row(
            2,
            "keys",
            "server",
            "People lose their passwords and we cannot help them.",
            (NOW - 60 * day, WAIT),
            None,
        ),
        row(
            3,
            "deleting",
            "held until 2027-03-01",
            "A court asked us to keep everything.",
            (NOW - 20 * day, 0),
            Some(2),
        ),
        SwitchRow {
            cancelled: Some(NOW - 14 * day),
            ..row(4, "keep-audit", "800", "To find out who did it.", (NOW - 14 * day, WAIT), None)
        },
        row(
            5,
            "registration",
            "invitation",
            "There are too many of us.",
            (NOW - 10 * day, 0),
            None,
        ),
        row(
            6,
            "second-factor",
            "admin,advocate",
            "Our insurance asks for it.",
            (NOW - 9 * day, 0),
            None,
        ),
        row(
            7,
            "reading",
            KEY,
            "Advocates have to check letters <before> they go out.",
            (NOW - day / 2, WAIT),
            None,
        ),
    ];
    Truth {
        history: Arc::new(History::read(rows)),
        now: NOW,
        own: vec![("Letter to a landlord".to_owned(), 30)],
        held: 3,
        plugins: Board::default(),
    }
}

const OTHER_KEY: &str = "organisation CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg";

const KEY: &str = "organisation BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

/// A decision that was asked for at a moment, and held so many seconds later.
fn row(
    id: i64,
    name: &str,
    value: &str,
    reason: &str,
    (asked, waits): (i64, i64),
    second: Option<i64>,
) -> SwitchRow {
    SwitchRow {
        id,
        name: name.to_owned(),
        value: value.to_owned(),
        reason: reason.to_owned(),
        by: 1,
        second,
        asked,
        effective: asked + waits,
        cancelled: None,
    }
}
