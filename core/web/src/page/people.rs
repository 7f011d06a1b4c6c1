//! The pages of sharing: who can see an interview, and what others share.

use minijinja::{Value, context};

use crate::handler::account::people::{DAYS, most};
use crate::page::frame::Frame;
use crate::theme::Theme;

/// Somebody who can see an interview.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Names their account.
    pub(crate) id: String,
    /// What the owner calls them, if the owner is looking.
    pub(crate) whom: Option<String>,
    pub(crate) role: &'static str,
    /// The private parts that they see, as they are called; `None` for everything.
    pub(crate) parts: Option<Vec<String>>,
    /// Whether it is the person who looks.
    pub(crate) mine: bool,
    /// Days, as they are shown.
    pub(crate) since: String,
    pub(crate) until: Option<String>,
}

/// Somebody who did not accept yet.
#[derive(Clone, Debug)]
pub(crate) struct Waits {
    /// Names the invitation.
    pub(crate) hash: String,
    pub(crate) whom: Option<String>,
    pub(crate) role: &'static str,
    /// The private parts that they will see; `None` for everything.
    pub(crate) parts: Option<Vec<String>>,
    pub(crate) expires: String,
    pub(crate) until: Option<String>,
}

/// What was typed to invite somebody, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Invite {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) days: String,
    /// Keys of the private parts that were ticked.
    pub(crate) parts: Vec<String>,
    /// The field and the key of the message.
    pub(crate) error: Option<(&'static str, &'static str)>,
}

/// What the page of an interview's people shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    pub(crate) id: String,
    pub(crate) title: String,
    /// What the person who looks may do.
    pub(crate) role: &'static str,
    pub(crate) seen: Vec<Seen>,
    pub(crate) waiting: Vec<Waits>,
    /// Until when the interview runs an event by itself, if it does.
    pub(crate) scheduled: Option<String>,
    /// The private parts that the interview has, with their keys, as they are called.
    pub(crate) parts: Vec<(String, String)>,
    pub(crate) invite: Invite,
}

pub(crate) fn people_context(theme: &Theme, frame: &Frame, it: &People) -> Value {
    let seen = |it: &Seen| {
        context! {
            id => it.id.as_str(),
            whom => it.whom.as_deref(),
            role => it.role,
            parts => it.parts.clone(),
            mine => it.mine,
            since => it.since.as_str(),
            until => it.until.as_deref(),
        }
    };
    let waits = |it: &Waits| {
        context! {
            hash => it.hash.as_str(),
            whom => it.whom.as_deref(),
            role => it.role,
            parts => it.parts.clone(),
            expires => it.expires.as_str(),
            until => it.until.as_deref(),
        }
    };
    let part = |(key, label): &(String, String)| {
        context! {
            key => key.as_str(),
            label => label.as_str(),
            ticked => it.invite.parts.contains(key),
        }
    };
    let errors: Vec<Value> = it
        .invite
        .error
        .iter()
        .map(|(target, key)| {
            let given = most().to_string();
            let message = theme.say(&frame.language, key, &[("n", &given)]);
            context! { target => *target, message }
        })
        .collect();
    context! {
        id => it.id.as_str(),
        interview => it.title.as_str(),
        role => it.role,
        seen => it.seen.iter().map(seen).collect::<Vec<_>>(),
        scheduled => it.scheduled.as_deref(),
        waiting => it.waiting.iter().map(waits).collect::<Vec<_>>(),
        parts => it.parts.iter().map(part).collect::<Vec<_>>(),
        spans => DAYS.to_vec(),
        typed => context! {
            name => it.invite.name.as_str(),
            email => it.invite.email.as_str(),
            role => it.invite.role.as_str(),
            days => it.invite.days.as_str(),
        },
        errors,
        ..frame.context(theme)
    }
}

/// The page that shows what the owner passes on.
pub(crate) fn invited_context(
    theme: &Theme,
    frame: &Frame,
    whom: &str,
    link: &str,
    code: &str,
    back: &str,
) -> Value {
    context! {
        whom,
        link,
        code,
        address => format!("{}/account/invitation", frame.origin),
        target => back,
        ..frame.context(theme)
    }
}

/// The page on which a code is entered.
pub(crate) fn invitation_context(
    theme: &Theme,
    frame: &Frame,
    typed: &str,
    wrong: Option<&'static str>,
) -> Value {
    let wrong = wrong.map(|it| theme.say(&frame.language, it, &[]));
    context! { typed, wrong, ..frame.context(theme) }
}
