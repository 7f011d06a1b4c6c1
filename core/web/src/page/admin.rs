//! The pages of the administration.

use affiant_backend::{AccountStatus, NetworkRow};
use affiant_guard::{BUILT_IN, Ban, CustomRole, Permission, Permissions, RoleRefused};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use minijinja::{Value, context};

use crate::app::App;
use crate::caller::Caller;
use crate::day::day;
use crate::form::Form;
use crate::mail::Kept;
use crate::page::frame::Frame;
use crate::theme::Theme;

/// The parts of the administration: name, address, and who may see it.
const PARTS: [(&str, &str, Permission); 10] = [
    ("overview", "/admin", Permission::SeeOverview),
    ("people", "/admin/people", Permission::SeePeople),
    ("roles", "/admin/roles", Permission::ManageRoles),
    ("switches", "/admin/switches", Permission::ManageSwitches),
    ("plugins", "/admin/plugins", Permission::ManagePlugins),
    ("reading", "/admin/reading", Permission::ReadAnswers),
    ("bans", "/admin/bans", Permission::ManageBans),
    ("audit", "/admin/audit", Permission::SeeAudit),
    ("jobs", "/admin/jobs", Permission::ManageJobs),
    ("mail", "/admin/mail", Permission::SeeMail),
];

/// What works, and what is there.
#[derive(Default)]
pub(crate) struct Overview {
    pub(crate) store_answers: bool,
    pub(crate) sessions_of_visitors: u64,
    pub(crate) sessions_of_accounts: u64,
    pub(crate) mails_waiting: u64,
    /// Each interview, and whether it is served.
    pub(crate) interviews: Vec<(String, bool)>,
}

/// An account as administrators see it.
pub(crate) struct Shown {
    pub(crate) number: i64,
    pub(crate) status: AccountStatus,
    pub(crate) roles: Vec<String>,
    pub(crate) created: i64,
    pub(crate) seen: i64,
    /// The e-mail address, for those who may see it.
    pub(crate) address: Option<String>,
}

/// What became of an invitation.
#[derive(Default)]
pub(crate) enum Invited<'a> {
    /// None was made.
    #[default]
    No,
    /// It was made: the link, and whether a letter takes it.
    Made(&'a str, bool),
    /// The address that was typed is none: what it was, and the key of the words that say it.
    Wrong(&'a str, &'static str),
}

/// What is kept out, or let in.
pub(crate) struct Bans {
    pub(crate) bans: Vec<Ban>,
    pub(crate) networks: Vec<NetworkRow>,
}

/// What is wrong with what was typed about a ban.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BanProblem {
    Network,
    Reason,
    Days,
    Own,
    Address,
}

impl BanProblem {
    /// The field that it is about, and the words that say it.
    fn said(self) -> (&'static str, &'static str) {
        match self {
            Self::Network => ("network", "admin_bans_wrong_network"),
            Self::Reason => ("reason", "admin_bans_wrong_reason"),
            Self::Days => ("days", "admin_bans_wrong_days"),
            Self::Own => ("network", "admin_bans_wrong_own"),
            Self::Address => ("address", "admin_bans_wrong_address"),
        }
    }
}

/// What mail does.
pub(crate) enum MailState {
    Nowhere,
    Folder,
    Works,
    Fails(String),
}

/// A page of the administration: who looks at which part.
pub(crate) struct Desk<'a> {
    pub(crate) theme: &'a Theme,
    pub(crate) frame: Frame,
    pub(crate) permissions: Permissions,
}

impl<'a> Desk<'a> {
    pub(crate) fn of(app: &'a App, caller: &Caller) -> Self {
        let frame = Frame { csrf: caller.code(app), ..Frame::site(app) };
        Self { theme: &app.theme, frame, permissions: caller.permissions() }
    }

    /// What every page of the administration is given.
    pub(crate) fn context(&self, part: &str) -> Value {
        let parts = PARTS.iter().filter(|(.., may)| self.permissions.allows(*may));
        let parts: Vec<Value> = parts
            .map(|(name, href, _)| context! { name => *name, href => *href, current => *name == part })
            .collect();
        context! { parts, part, ..self.frame.context(self.theme) }
    }

    pub(crate) fn overview(&self, overview: &Overview) -> Value {
        let interviews: Vec<Value> =
            overview.interviews.iter().map(|(name, served)| context! { name, served }).collect();
        context! {
            store_answers => overview.store_answers,
            sessions_of_visitors => overview.sessions_of_visitors,
            sessions_of_accounts => overview.sessions_of_accounts,
            mails_waiting => overview.mails_waiting,
            interviews,
            ..self.context("overview")
        }
    }

    pub(crate) fn people(&self, people: &[Shown], next: Option<i64>, it: &Invited<'_>) -> Value {
        let people: Vec<Value> = people.iter().map(person_value).collect();
        let (link, is_sent, typed, problem) = match *it {
            Invited::No => (None, false, "", None),
            Invited::Made(link, is_sent) => (Some(link), is_sent, "", None),
            Invited::Wrong(typed, key) => (None, false, typed, Some(key)),
        };
        context! {
            people,
            next,
            may_invite => self.permissions.allows(Permission::ManagePeople),
            link,
            is_sent,
            typed,
            problem,
            ..self.context("people")
        }
    }

    /// `done`: what was done just now, by the key of its words.
    pub(crate) fn person(
        &self,
        person: &Shown,
        custom: &[CustomRole],
        done: Option<&str>,
    ) -> Value {
        let built_in = BUILT_IN.iter().map(|it| (it.name, it.permissions));
        let custom = custom.iter().map(|it| (it.name.as_str(), it.permissions));
        let roles: Vec<Value> = built_in
            .chain(custom)
            .filter(|(name, _)| *name != "user")
            .map(|(name, permissions)| {
                context! {
                    name,
                    has => person.roles.iter().any(|it| it == name),
                    may_give => permissions.is_within(self.permissions),
                    permissions => names(permissions),
                }
            })
            .collect();
        context! {
            person => person_value(person),
            done,
            roles,
            may_manage => self.permissions.allows(Permission::ManagePeople),
            may_give_roles => self.permissions.allows(Permission::ManageRoles),
            ..self.context("people")
        }
    }

    pub(crate) fn roles(&self, custom: &[CustomRole], refused: Option<RoleRefused>) -> Value {
        let role = |name: &str, permissions: Permissions| {
            let may_change = permissions.is_within(self.permissions);
            context! { name, permissions => names(permissions), may_change }
        };
        let built_in: Vec<Value> =
            BUILT_IN.iter().map(|it| role(it.name, it.permissions)).collect();
        let custom: Vec<Value> = custom.iter().map(|it| role(&it.name, it.permissions)).collect();
        let problem = refused.map(|it| match it {
            RoleRefused::BuiltIn => "admin_roles_wrong_built_in",
            RoleRefused::Beyond => "admin_roles_wrong_beyond",
            RoleRefused::Name => "admin_roles_wrong_name",
        });
        context! {
            built_in,
            custom,
            problem,
            own => names(self.permissions),
            ..self.context("roles")
        }
    }

    pub(crate) fn bans(&self, bans: &Bans, problem: Option<(BanProblem, &Form)>) -> Value {
        let running: Vec<Value> = bans
            .bans
            .iter()
            .map(|it| {
                let id = URL_SAFE_NO_PAD.encode(it.whose);
                let name: String = id.chars().take(8).collect();
                context! { id, name, level => it.level, until => moment(it.until) }
            })
            .collect();
        let networks: Vec<Value> = bans
            .networks
            .iter()
            .map(|it| {
                context! {
                    network => it.network.as_str(),
                    allowed => it.allowed,
                    reason => it.reason.as_str(),
                    until => it.until.map(moment),
                }
            })
            .collect();
        let typed = |name: &str| problem.map(|(_, form)| form.own(name).to_owned());
        let said = problem.map(|(it, _)| it.said());
        context! {
            bans => running,
            networks,
            wrong => said.map(|it| it.0),
            problem => said.map(|it| it.1),
            typed => context! {
                network => typed("network"),
                reason => typed("reason"),
                days => typed("days"),
                allowed => typed("allowed"),
                address => typed("address"),
            },
            ..self.context("bans")
        }
    }

    pub(crate) fn mail(&self, state: &MailState, waiting: u64) -> Value {
        let (state, cause) = match state {
            MailState::Nowhere => ("nowhere", None),
            MailState::Folder => ("folder", None),
            MailState::Works => ("works", None),
            MailState::Fails(cause) => ("fails", Some(cause.as_str())),
        };
        context! { state, cause, waiting, ..self.context("mail") }
    }
}

/// Keys of the words for permissions.
fn names(permissions: Permissions) -> Vec<Value> {
    permissions
        .iter()
        .map(|it| {
            let words = format!("may_{}", it.name().replace(':', "_"));
            context! { name => it.name(), id => it.name().replace(':', "-"), words }
        })
        .collect()
}

fn person_value(person: &Shown) -> Value {
    context! {
        number => person.number,
        status => person.status.word(),
        roles => person.roles.iter().filter(|it| *it != "user").cloned().collect::<Vec<_>>(),
        created => day(person.created),
        seen => day(person.seen),
        address => person.address.as_deref(),
    }
}

fn moment(seconds: i64) -> String {
    Timestamp::from_second(seconds)
        .map_or_else(|_| "–".to_owned(), |it| it.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

pub(crate) fn dev_mail_context(theme: &Theme, frame: &Frame, mails: &[Kept]) -> Value {
    let mails: Vec<Value> = mails.iter().map(mail_value).collect();
    context! { mails, ..frame.context(theme) }
}

/// A mail with its head apart, so that its addresses can be followed.
fn mail_value(mail: &Kept) -> Value {
    let (subject, to, text) = mail.read();
    let words = text.split_whitespace().filter(|it| it.starts_with("http") && it.contains('/'));
    let links: Vec<String> = words.map(str::to_owned).collect();
    context! { name => mail.name.as_str(), subject, to, links, text }
}

pub(crate) fn overview(app: &App, caller: &Caller, overview: &Overview) -> String {
    app.theme.draw("admin/overview.html", Desk::of(app, caller).overview(overview))
}

pub(crate) fn people(
    app: &App,
    caller: &Caller,
    people: &[Shown],
    next: Option<i64>,
    invited: &Invited<'_>,
) -> String {
    app.theme.draw("admin/people.html", Desk::of(app, caller).people(people, next, invited))
}

pub(crate) fn person(
    app: &App,
    caller: &Caller,
    person: &Shown,
    custom: &[CustomRole],
    done: Option<&str>,
) -> String {
    app.theme.draw("admin/person.html", Desk::of(app, caller).person(person, custom, done))
}

pub(crate) fn roles(
    app: &App,
    caller: &Caller,
    custom: &[CustomRole],
    refused: Option<RoleRefused>,
) -> String {
    app.theme.draw("admin/roles.html", Desk::of(app, caller).roles(custom, refused))
}

pub(crate) fn bans(
    app: &App,
    caller: &Caller,
    bans: &Bans,
    problem: Option<(BanProblem, &Form)>,
) -> String {
    app.theme.draw("admin/bans.html", Desk::of(app, caller).bans(bans, problem))
}

pub(crate) fn mail(app: &App, caller: &Caller, state: &MailState, waiting: u64) -> String {
    app.theme.draw("admin/mail.html", Desk::of(app, caller).mail(state, waiting))
}

pub(crate) fn dev_mail(app: &App, mails: &[Kept]) -> String {
    app.theme.draw("admin/dev-mail.html", dev_mail_context(&app.theme, &Frame::site(app), mails))
}
