//! The pages of the administration, with made-up people.

use affiant_backend::{AccountStatus, JobCause, JobCount, JobKind, JobState, NetworkRow};
use affiant_guard::{Ban, CustomRole, Permission, Permissions, RoleRefused};
use minijinja::Value;

use crate::form::Form;
use crate::mail::Kept;
use crate::page::admin::{self, BanProblem, Bans, Desk, Invited, MailState, Overview, Shown};
use crate::page::frame::Frame;
use crate::page::jobs::Jobs;
use crate::page::samples::{self, Drawn, site};
use crate::theme::Theme;

const NOW: i64 = 1_800_000_000;

pub(crate) fn all(theme: &Theme) -> Vec<Drawn> {
    let frame = Frame { csrf: Some("c2FtcGxl".to_owned()), ..site() };
    let admin = Desk { theme, frame: frame.clone(), permissions: Permissions::ALL };
    let seen = Permissions::of(&[Permission::SeeOverview, Permission::SeePeople]);
    let clerk = Desk { theme, frame, permissions: seen };
    let roles = roles();
    let bans = bans();
    let wrong_address = Invited::Wrong("ada at home", "account_email_wrong");
    let invited = Invited::Made("https://interviews.example/account/invited/x", true);
    let wrong = Form::of(&[("network", "everybody"), ("reason", "Guesses"), ("days", "7")]);
    let address = Form::of(&[("address", "my office")]);
    let mails = [Kept {
        name: "000001.eml".to_owned(),
        text: "To: ada@example.com\r\nSubject: Confirm your e-mail address\r\n\r\nOpen https://interviews.example/account/confirm/x\r\n"
            .to_owned(),
    }];
    let pages: Vec<(&str, &str, Value)> = vec![
        ("admin-overview", "overview", admin.overview(&overview())),
        ("admin-overview-silent", "overview", admin.overview(&Overview::default())),
        ("admin-overview-clerk", "overview", clerk.overview(&overview())),
        ("admin-people", "people", admin.people(&people(), Some(3), &Invited::No)),
        ("admin-people-none", "people", admin.people(&[], None, &Invited::No)),
        ("admin-person", "person", admin.person(&people()[0], &roles, None)),
        ("admin-person-disabled", "person", admin.person(&people()[1], &roles, None)),
        ("admin-people-errors", "people", admin.people(&people(), None, &wrong_address)),
        ("admin-people-invited", "people", admin.people(&people(), None, &invited)),
        ("admin-person-reset", "person", admin.person(&people()[0], &roles, Some("reset"))),
        ("admin-person-clerk", "person", clerk.person(&people()[0], &roles, None)),
        ("admin-roles", "roles", admin.roles(&roles, None)),
        ("admin-roles-errors", "roles", admin.roles(&roles, Some(RoleRefused::Name))),
        ("admin-bans", "bans", admin.bans(&bans, None)),
        ("admin-bans-errors", "bans", admin.bans(&bans, Some((BanProblem::Network, &wrong)))),
        (
            "admin-bans-lift-errors",
            "bans",
            admin.bans(&bans, Some((BanProblem::Address, &address))),
        ),
        ("admin-jobs", "jobs", admin.jobs(&jobs())),
        (
            "admin-jobs-none",
            "jobs",
            admin.jobs(&Jobs { counts: Vec::new(), works: false, now: NOW }),
        ),
        ("admin-mail", "mail", admin.mail(&MailState::Works, 0)),
        ("admin-mail-folder", "mail", admin.mail(&MailState::Folder, 0)),
        ("admin-mail-nowhere", "mail", admin.mail(&MailState::Nowhere, 2)),
        (
            "admin-mail-fails",
            "mail",
            admin.mail(&MailState::Fails("the mail server answered 535".to_owned()), 12),
        ),
        ("dev-mail", "dev-mail", admin::dev_mail_context(theme, &site(), &mails)),
        ("dev-mail-none", "dev-mail", admin::dev_mail_context(theme, &site(), &[])),
    ];
    let pages = pages.into_iter().chain(samples::plugins::all(&admin));
    let draw = |(name, template, context): (&str, &str, Value)| {
        (name.to_owned(), theme.try_draw(&format!("admin/{template}.html"), context))
    };
    pages.map(draw).collect()
}

fn overview() -> Overview {
    Overview {
        store_answers: true,
        sessions_of_visitors: 41,
        sessions_of_accounts: 203,
        mails_waiting: 1,
        interviews: vec![("letter".to_owned(), true), ("draft".to_owned(), false)],
    }
}

fn people() -> Vec<Shown> {
    let person = |number: i64, status, roles: &[&str], address: Option<&str>| Shown {
        number,
        status,
        roles: roles.iter().map(|it| (*it).to_owned()).collect(),
        created: NOW - 40 * 86_400,
        seen: NOW,
        address: address.map(str::to_owned),
    };
    vec![
        person(1, AccountStatus::Active, &["user", "admin"], Some("ada@example.com")),
        person(2, AccountStatus::Disabled, &["user"], None),
        person(3, AccountStatus::Unconfirmed, &["user", "trainer", "clerk"], None),
    ]
}

fn roles() -> Vec<CustomRole> {
    let permissions = Permissions::of(&[Permission::SeePeople, Permission::SeeOverview]);
    vec![CustomRole { name: "clerk".to_owned(), permissions }]
}

fn jobs() -> Jobs {
    let count = |kind, state, cause: Option<JobCause>, count, open| JobCount {
        interview: "letter".to_owned(),
        kind,
        state,
        cause,
        count,
        open,
        oldest: NOW - 300,
    };
    let failed = JobCause::ALL.iter().enumerate().map(|(at, cause)| {
        count(
            JobKind::ALL[at % JobKind::ALL.len()],
            JobState::Failed,
            Some(*cause),
            3,
            u64::from(at % 2 == 0),
        )
    });
    let mut counts: Vec<JobCount> = failed.collect();
    counts.push(count(JobKind::Mail, JobState::Waiting, None, 2, 2));
    counts.push(count(JobKind::Action, JobState::Done, None, 40, 0));
    Jobs { counts, works: true, now: NOW }
}

fn bans() -> Bans {
    let network = |network: &str, allowed, reason: &str, until| NetworkRow {
        network: network.to_owned(),
        allowed,
        reason: reason.to_owned(),
        by: 1,
        since: NOW,
        until,
    };
    Bans {
        bans: vec![
            Ban { whose: [7; 32], level: 3, since: NOW, until: NOW + 3_600 },
            Ban { whose: [9; 32], level: 1, since: NOW, until: NOW + 900 },
        ],
        networks: vec![
            network("203.0.113.0/24", false, "Guesses for weeks", Some(NOW + 30 * 86_400)),
            network("198.51.100.7/32", true, "Our own office", None),
        ],
    }
}
