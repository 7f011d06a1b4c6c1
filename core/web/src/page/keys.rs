//! The pages of keys for programs.

use affiant_guard::{Permission, Scope};
use minijinja::{Value, context};

use crate::handler::account::keys::DAYS;
use crate::page::frame::Frame;
use crate::theme::Theme;

/// A key in the list.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) networks: Vec<String>,
    /// Days, as they are shown.
    pub(crate) created: String,
    pub(crate) expires: String,
    pub(crate) used: Option<String>,
}

/// What was typed for a new key, and what is wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) networks: String,
    pub(crate) days: u32,
    /// The field and the key of the message.
    pub(crate) error: Option<(&'static str, &'static str)>,
}

impl Default for Wanted {
    fn default() -> Self {
        let (name, networks) = (String::new(), String::new());
        Self { name, scopes: Vec::new(), networks, days: DAYS[1], error: None }
    }
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    pub(crate) made: Vec<Key>,
    pub(crate) offered: Vec<Scope>,
    /// How many keys there may be.
    pub(crate) most: usize,
    /// Whether the person has nothing to type.
    pub(crate) types_nothing: bool,
    pub(crate) wanted: Wanted,
}

/// The key of the words for a scope.
fn words(scope: Scope) -> &'static str {
    match scope {
        Scope::ReadProfile => "keys_scope_profile_read",
        Scope::ListSessions => "keys_scope_sessions_list",
        Scope::ReadSessions => "keys_scope_sessions_read",
        Scope::WriteSessions => "keys_scope_sessions_write",
        Scope::DeleteSessions => "keys_scope_sessions_delete",
        Scope::Export => "keys_scope_export",
        Scope::DeleteAccount => "keys_scope_account_delete",
        Scope::May(Permission::ReadAnswers) => "keys_scope_answers_read",
        Scope::May(_) => "keys_scope_people_see",
    }
}

pub(crate) fn keys_context(theme: &Theme, frame: &Frame, it: &Keys) -> Value {
    let say = |key: &str| theme.say(&frame.language, key, &[("n", &it.most.to_string())]);
    let key = |it: &Key| {
        context! {
            id => it.id.as_str(),
            name => it.name.as_deref().filter(|it| !it.is_empty()),
            scopes => it.scopes.iter().map(|it| say(words(*it))).collect::<Vec<_>>(),
            networks => it.networks.join(", "),
            created => it.created.as_str(),
            expires => it.expires.as_str(),
            used => it.used.as_deref(),
        }
    };
    let wanted = &it.wanted;
    let offered = |scope: &Scope| {
        context! {
            name => scope.name(),
            words => say(words(*scope)),
            opens => scope.opens_answers(),
            checked => wanted.scopes.contains(scope),
        }
    };
    let errors = wanted.error.iter().map(|(target, key)| {
        let message = say(key);
        context! { target => *target, message }
    });
    context! {
        types_nothing => it.types_nothing,
        keys => it.made.iter().map(key).collect::<Vec<_>>(),
        offered => it.offered.iter().map(offered).collect::<Vec<_>>(),
        spans => DAYS.to_vec(),
        errors => errors.collect::<Vec<_>>(),
        typed => context! {
            name => wanted.name.as_str(),
            networks => wanted.networks.as_str(),
            days => wanted.days,
        },
        ..frame.context(theme)
    }
}

/// The page that shows a new key, once.
pub(crate) fn key_context(theme: &Theme, frame: &Frame, key: &str) -> Value {
    context! { key, origin => frame.origin.as_str(), ..frame.context(theme) }
}
