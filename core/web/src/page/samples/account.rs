//! The pages of an account, of a made-up person.

use affiant_account::{FactorOffer, PasskeyQuestion, UnlockOffer};
use affiant_guard::Scope;
use minijinja::Value;

use crate::handler::account::providers::Opens;
use crate::handler::account::{
    again, by_passkey, by_provider, custody, entering, export, factor, forgotten, interviews,
    leaving, owing, passkeys, people, providers, registering, settings,
};
use crate::handler::admin::first;
use crate::page::account::{
    FormPage, Listed, Offered, Overview, Stored, overview_context, recovery_context, said_context,
    sign_ins_context, signed_out_context,
};
use crate::page::frame::Frame;
use crate::page::keys::{Key, Keys, Wanted, key_context, keys_context};
use crate::page::passkeys::{Passkey, make_context, passkeys_context};
use crate::page::people::{
    Invite, People, Seen, Waits, invitation_context, invited_context, people_context,
};
use crate::page::providers::{Linked, providers_context};
use crate::page::samples::{Drawn, site};
use crate::page::security::{Security, codes_context, offer_context, security_context};
use crate::theme::Theme;

const KEY: &str = "4T7K-99QM-2RXA-B3WD-PZ5N-6YH0-KD3V-8WQE-1F";

/// A form by its name, with the mistakes that one sample of it shows: field and key of the message.
type Sample = (&'static str, FormPage, Vec<(&'static str, &'static str)>);

/// Providers that pages offer.
fn elsewhere() -> Vec<(String, String)> {
    [("lamp", "Lamp"), ("quay", "Quay House")]
        .map(|(id, name)| (id.to_owned(), name.to_owned()))
        .into()
}

/// Every form, by the name of its page, with what may be wrong in it.
fn forms() -> Vec<Sample> {
    let wrong = vec![("password", "account_password_wrong")];
    let weak = ("new", "account_password_guessable");
    let email = ("email", "account_email_wrong");
    vec![
        ("first", first::page("x", false), vec![("email", "admin_first_has_account")]),
        ("first-mine", first::page("x", true), Vec::new()),
        ("register", registering::register_page(false), vec![email, weak]),
        ("register-custody", registering::register_page(true), vec![("new", "custody_untold")]),
        ("custody", custody::leave_page(false), wrong.clone()),
        ("custody-first", custody::leave_page(true), vec![("new", "provider_passphrase_empty")]),
        ("reset-custody", forgotten::in_custody_page("x", true), vec![weak]),
        (
            "sign-in",
            entering::sign_in_page(true, true, elsewhere()),
            vec![("email", "account_sign_in_wrong")],
        ),
        ("sign-in-closed", entering::sign_in_page(false, false, Vec::new()), Vec::new()),
        ("passkey-unlock", by_passkey::unlock_page("x"), wrong.clone()),
        ("password", settings::password_page(false), wrong.clone()),
        ("code", owing::code_page(), vec![("code", "account_code_empty")]),
        ("factor-off", factor::off_page(9), vec![("password", "account_factor_off_short")]),
        ("codes-renew", factor::renew_page(1), vec![("code", "account_code_wrong")]),
        ("email", settings::email_page(), vec![("email", "account_email_letters")]),
        ("profile", settings::profile_page(), Vec::new()),
        ("reset", forgotten::ask_page(), vec![("email", "account_email_empty")]),
        (
            "reset-key",
            forgotten::with_key_page("x", false),
            vec![("key", "account_recovery_key_wrong")],
        ),
        (
            "reset-without",
            forgotten::without_key_page("x", 30, false),
            vec![weak, ("accept", "account_reset_accept_empty")],
        ),
        (
            "reset-code",
            forgotten::with_key_page("x", true),
            vec![("code", "account_code_wrong"), ("new", "account_password_short_beside")],
        ),
        ("locked", interviews::locked_page(), vec![("old", "account_old_secret_wrong")]),
        ("delete-interview", interviews::delete_page("x", None), Vec::new()),
        ("export", export::export_page(), vec![("password", "account_password_wrong")]),
        ("people-owner", people::owner_page("x", "x"), Vec::new()),
        ("delete", leaving::delete_page(2, None), wrong),
        ("delete-held", leaving::delete_page(2, Some("2027-03-01".to_owned())), Vec::new()),
    ]
}

fn overview() -> Overview {
    let stored = |title: &str, locked: bool| Stored {
        id: "x".to_owned(),
        title: title.to_owned(),
        started: "3 March 2026".to_owned(),
        used: "9 March 2026".to_owned(),
        steps: 7,
        locked,
        role: if locked { "view" } else { "owner" },
        until: locked.then(|| "2 May 2026".to_owned()),
        held: (!locked).then(|| "2027-03-01".to_owned()),
        readable: !locked,
    };
    let offered = Offered {
        hash: "x".to_owned(),
        title: "Expense claim".to_owned(),
        from: "grace@example.com".to_owned(),
        role: "answer",
        parts: Some(vec!["Her side".to_owned(), "The children".to_owned()]),
        expires: "16 March 2026".to_owned(),
    };
    Overview {
        name: "Ada Lovelace".to_owned(),
        email: "ada@example.com".to_owned(),
        interviews: vec![stored("Letter to a landlord", false), stored("Expense claim", true)],
        offers: vec![offered],
        held: Some("2027-03-01".to_owned()),
        locked_until: Some("2 April 2026".to_owned()),
        offer_key: true,
        in_custody: true,
        types_nothing: false,
    }
}

fn sign_ins() -> [Listed; 2] {
    let listed = |agent: &str, current: bool| Listed {
        id: "x".to_owned(),
        agent: agent.to_owned(),
        day: "9 March 2026".to_owned(),
        level: "account_by_password",
        current,
    };
    [listed("Firefox on Linux", true), listed("", false)]
}

const CODE: &str = "4T7K-99QM-2RXA-B3WD-PZ5N-6YH0-KD3V";
const LINK: &str =
    "https://interviews.example/account/invitation#4T7K-99QM-2RXA-B3WD-PZ5N-6YH0-KD3V";

/// Who can see an interview, as somebody with this role sees it.
fn people(role: &'static str, error: Option<(&'static str, &'static str)>) -> People {
    let is_owner = role == "owner";
    let seen = |whom: &str, of: &'static str, mine: bool| Seen {
        id: "x".to_owned(),
        whom: (is_owner && of != "owner").then(|| whom.to_owned()),
        role: of,
        parts: (of == "answer").then(|| vec!["Her side".to_owned()]),
        mine,
        since: "3 March 2026".to_owned(),
        until: (of == "answer").then(|| "2 June 2026".to_owned()),
    };
    let waits = Waits {
        hash: "x".to_owned(),
        whom: Some("my.sister@example.com".to_owned()),
        role: "view",
        parts: Some(Vec::new()),
        expires: "16 March 2026".to_owned(),
        until: None,
    };
    let waiting = if is_owner { vec![waits] } else { Vec::new() };
    People {
        id: "x".to_owned(),
        title: "Letter to a landlord".to_owned(),
        role,
        scheduled: (role == "owner").then(|| "2027-02-01".to_owned()),
        seen: vec![
            seen("", "owner", is_owner),
            seen("Grace Hopper (grace@example.com)", "answer", false),
            seen("Mary (mary@example.com)", "view", !is_owner),
        ],
        waiting,
        parts: vec![
            ("his".to_owned(), "His side".to_owned()),
            ("hers".to_owned(), "Her side".to_owned()),
        ],
        invite: Invite {
            parts: vec!["hers".to_owned()],
            email: "ada@example".to_owned(),
            role: "answer".to_owned(),
            error,
            ..Invite::default()
        },
    }
}

/// What is offered to somebody: the picture shows nothing here.
fn offer() -> FactorOffer {
    FactorOffer {
        seed: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned().into(),
        address: "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ".to_owned().into(),
        picture: "<svg viewBox=\"0 0 9 9\"><path d=\"M0 0h9v9H0z\"/></svg>".to_owned().into(),
        sealed: "c2FtcGxl".to_owned(),
    }
}

fn secure() -> Security {
    Security {
        codes_left: Some(9),
        passkeys: Some(1),
        providers: Some(1),
        has_recovery: true,
        in_custody: true,
        types_nothing: false,
        sign_ins: 2,
    }
}

fn codes() -> Vec<String> {
    (0..10).map(|it| format!("4T7K{it}-99QMB")).collect()
}

pub(crate) fn all(theme: &Theme) -> Vec<Drawn> {
    let frame = Frame { csrf: Some("c2FtcGxl".to_owned()), ..site() };
    let mut pages: Vec<(String, &str, Value)> = Vec::new();
    for (name, form, wrong) in forms() {
        let context = form.context(theme, &frame);
        pages.push((format!("account-{name}"), "form", context));
        if !wrong.is_empty() {
            let typed = vec![("email", "ada@example".to_owned())];
            let form = FormPage { errors: wrong, typed, ..form };
            pages.push((format!("account-{name}-errors"), "form", form.context(theme, &frame)));
        }
    }
    let key = Some(KEY);
    let errors = vec![("code", "account_code_first_wrong"), ("password", "account_password_wrong")];
    let wrong_code = FormPage { errors, ..factor::on_page() };
    let mistyped = Some("account_recovery_mistyped");
    let recovery = |key, replaced, wrong| recovery_context(theme, &frame, key, replaced, wrong);
    let lines = ["2 interviews were deleted.".to_owned()];
    let said =
        |key, lines: &[String]| said_context(theme, &frame, key, lines, "/account", "account_mine");
    let others: Vec<(&str, &str, Value)> = vec![
        ("account", "overview", overview_context(theme, &frame, &overview())),
        ("account-empty", "overview", overview_context(theme, &frame, &Overview::default())),
        ("account-sign-ins", "sign-ins", sign_ins_context(theme, &frame, &sign_ins())),
        ("account-recovery", "recovery", recovery(None, false, None)),
        ("account-recovery-key", "recovery", recovery(key, false, None)),
        ("account-recovery-replaced", "recovery", recovery(key, true, None)),
        ("account-recovery-key-errors", "recovery", recovery(key, false, mistyped)),
        ("export-readme", "export-readme", frame.context(theme)),
        ("account-sent", "said", said("account_sent", &[])),
        ("account-code-over", "said", said("account_code_over", &[])),
        ("account-factor-gone", "said", said("account_factor_gone", &[])),
        ("account-security", "security", security_context(theme, &frame, &secure())),
        (
            "account-security-bare",
            "security",
            security_context(theme, &frame, &Security::default()),
        ),
        ("account-factor", "factor", offer_context(theme, &frame, &factor::on_page(), &offer())),
        (
            "account-factor-needed",
            "factor",
            offer_context(theme, &frame, &factor::needed_page(true), &offer()),
        ),
        ("account-factor-kept", "said", said("account_factor_kept", &[])),
        ("account-factor-errors", "factor", offer_context(theme, &frame, &wrong_code, &offer())),
        ("account-codes", "codes", codes_context(theme, &frame, &codes(), true)),
        ("account-codes-new", "codes", codes_context(theme, &frame, &codes(), false)),
        ("account-last", "said", said("account_last", &[])),
        ("account-gone", "said", said("account_gone", &lines)),
    ];
    pages.extend(sharing(theme, &frame));
    pages.extend(keys(theme, &frame));
    pages.extend(of_passkeys(theme, &frame).into_iter().chain(of_providers(theme, &frame)));
    pages.extend(others.into_iter().map(|(name, file, it)| (name.to_owned(), file, it)));
    let draw = |(name, file, context): (String, &str, Value)| {
        (name, theme.try_draw(&format!("account/{file}.html"), context))
    };
    pages.into_iter().map(draw).collect()
}

/// The pages of passkeys.
fn of_passkeys(theme: &Theme, frame: &Frame) -> Vec<(String, &'static str, Value)> {
    let listed = |name: &str, unlocks, used: Option<&str>| Passkey {
        id: "x".to_owned(),
        name: name.to_owned(),
        unlocks,
        made: "2026-03-03".to_owned(),
        used: used.map(str::to_owned),
    };
    let some = [listed("My phone", true, Some("2026-03-09")), listed("", false, None)];
    let (page, asked) = (
        passkeys::new_page(),
        PasskeyQuestion {
            challenge: "x".to_owned(),
            options: "{}".to_owned(),
            prf: "x".to_owned(),
        },
    );
    let errors = vec![("name", "account_passkeys_full"), ("password", "account_password_wrong")];
    let wrong = FormPage { errors, n: 20, ..passkeys::new_page() };
    let list = |page: &FormPage, all: &[Passkey]| passkeys_context(theme, frame, page, all);
    let said = |key| said_context(theme, frame, key, &[], "/account", "account_passkeys_back");
    let drawn = vec![
        ("s", "passkeys", list(&page, &some)),
        ("s-none", "passkeys", list(&page, &[])),
        ("s-errors", "passkeys", list(&wrong, &some)),
        ("-make", "passkey-make", make_context(theme, frame, &asked, "My phone")),
        ("-ready", "said", said("account_passkey_ready")),
        ("-half", "said", said("account_passkey_half")),
        ("-not-made", "said", said("account_passkey_not_made")),
        ("-gone", "said", said("account_passkey_gone")),
        ("-refused", "said", said("account_passkey_refused")),
        ("-over", "said", said("account_passkey_over")),
    ];
    let named = |(name, file, it)| (format!("account-passkey{name}"), file, it);
    drawn.into_iter().map(named).collect()
}

/// The pages of signing in with an account elsewhere.
fn of_providers(theme: &Theme, frame: &Frame) -> Vec<(String, &'static str, Value)> {
    let listed = |provider: &str, name: &str, used: Option<&str>| Linked {
        id: "x".to_owned(),
        provider: provider.to_owned(),
        name: name.to_owned(),
        created: "2026-03-03".to_owned(),
        used: used.map(str::to_owned),
    };
    let some = [listed("Lamp", "ada@example.com", Some("2026-03-09")), listed("", "", None)];
    let offer = |passphrase| UnlockOffer {
        provider: "lamp".to_owned(),
        passphrase,
        recovery: passphrase,
        passkey: passphrase,
    };
    let lamp = || "Lamp".to_owned();
    let form = |it: FormPage| it.context(theme, frame);
    let wrong = |it: FormPage, key| form(FormPage { errors: vec![("password", key)], ..it });
    let list = |page: &FormPage, all: &[Linked]| providers_context(theme, frame, page, all);
    let page = providers::link_page(Opens::NothingButPassphrase, elsewhere());
    let errors = vec![("password", "account_password_wrong")];
    let mistaken = FormPage { errors, ..providers::link_page(Opens::Nothing, elsewhere()) };
    let said =
        |key| said_context(theme, frame, key, &[], "/account/providers", "provider_list_title");
    let out = said_context(theme, frame, "account_signed_out", &[], "/", "all_interviews");
    let at = Some(("Lamp", "https://lamp.example/out".to_owned()));
    let unlock = by_provider::unlock_page(lamp(), &offer(true));
    // Whoever confirms is not signed in.
    let confirm = registering::at_provider_page("x", elsewhere()).context(theme, &site());
    let (unchosen, ticked) = (
        vec![("new", "provider_passphrase_or")],
        FormPage {
            typed: vec![("server", "yes".to_owned())],
            ..registering::new_page(lamp(), None, true)
        },
    );
    let drawn = vec![
        ("s", "providers", list(&page, &some)),
        ("s-none", "providers", list(&page, &[])),
        ("s-closed", "providers", list(&providers::link_page(Opens::Answers, Vec::new()), &some)),
        ("s-errors", "providers", list(&mistaken, &some)),
        ("-unlink", "form", form(providers::unlink_page("x", lamp(), false))),
        ("-unlink-last", "form", form(providers::unlink_page("x", lamp(), true))),
        ("-unlock", "form", form(by_provider::unlock_page(lamp(), &offer(false)))),
        ("-unlock-errors", "form", wrong(unlock, "provider_passphrase_wrong")),
        ("-key", "form", form(by_provider::key_page())),
        ("-new", "form", form(registering::new_page(lamp(), Some("ada@example.com"), false))),
        ("-new-custody", "form", form(registering::new_page(lamp(), None, true))),
        ("-new-custody-errors", "form", form(FormPage { errors: unchosen, ..ticked })),
        ("-confirm", "at-provider", confirm),
        ("-again", "at-provider", form(again::again_page("/account/export", elsewhere()))),
        ("-again-gone", "at-provider", form(again::again_page("", Vec::new()))),
        ("-signed-out", "signed-out", signed_out_context(at, out)),
    ];
    let told = TOLD_OF_PROVIDERS.iter().map(|it| (&it["provider".len()..], "said", said(*it)));
    let named =
        |(name, file, it)| (format!("account-provider{}", str::replace(name, "_", "-")), file, it);
    drawn.into_iter().chain(told).map(named).collect()
}

/// What pages say about signing in with an account elsewhere.
const TOLD_OF_PROVIDERS: [&str; 12] = [
    "provider_going",
    "provider_unavailable",
    "provider_denied",
    "provider_over",
    "provider_refused",
    "provider_disabled",
    "provider_linked",
    "provider_taken",
    "provider_other",
    "provider_only",
    "provider_unlinked",
    "provider_password_now",
];

/// The pages of keys for programs.
fn keys(theme: &Theme, frame: &Frame) -> Vec<(String, &'static str, Value)> {
    let key = |name: &str, used: Option<&str>| Key {
        id: "x".to_owned(),
        name: (!name.is_empty()).then(|| name.to_owned()),
        scopes: vec![Scope::ListSessions, Scope::ReadSessions],
        networks: vec!["203.0.113.0/24".to_owned()],
        created: "3 March 2026".to_owned(),
        expires: "2 April 2026".to_owned(),
        used: used.map(str::to_owned),
    };
    let drawn = |name: &str, keys: Vec<Key>, error| {
        let scopes = vec![Scope::ReadSessions];
        let wanted = Wanted { scopes, error, ..Wanted::default() };
        let keys = Keys {
            made: keys,
            offered: Scope::ALL.to_vec(),
            most: 20,
            types_nothing: false,
            wanted,
        };
        (format!("account-keys{name}"), "keys", keys_context(theme, frame, &keys))
    };
    let wrong = |name: &str, target, key| drawn(name, Vec::new(), Some((target, key)));
    let some = vec![key("Office", Some("9 March 2026")), key("", None)];
    vec![
        drawn("", some, None),
        drawn("-none", Vec::new(), None),
        wrong("-password-errors", "password", "account_password_wrong"),
        wrong("-scope-errors", "scope-0", "keys_scope_empty"),
        wrong("-networks-errors", "networks", "keys_networks_wrong"),
        wrong("-full-errors", "name", "keys_full"),
        ("account-key".to_owned(), "key", key_context(theme, frame, SHOWN)),
    ]
}

/// A key as it is shown once.
const SHOWN: &str = "aff_00112233445566778899aabbccddeeff_00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// The pages of sharing.
fn sharing(theme: &Theme, frame: &Frame) -> Vec<(String, &'static str, Value)> {
    let page = |name: &str, file, context| (name.to_owned(), file, context);
    vec![
        page("account-people", "people", people_context(theme, frame, &people("owner", None))),
        page(
            "account-people-reader",
            "people",
            people_context(theme, frame, &people("view", None)),
        ),
        page(
            "account-people-errors",
            "people",
            people_context(theme, frame, &people("owner", Some(("email", "people_full")))),
        ),
        page(
            "account-people-role-errors",
            "people",
            people_context(
                theme,
                frame,
                &people("owner", Some(("role-view", "people_role_empty"))),
            ),
        ),
        page(
            "account-invited",
            "invited",
            invited_context(theme, frame, "grace@example.com", LINK, CODE, "/account"),
        ),
        page("account-invitation", "invitation", invitation_context(theme, frame, "", None)),
        page(
            "account-invitation-errors",
            "invitation",
            invitation_context(theme, frame, CODE, Some("people_code_wrong")),
        ),
        page(
            "account-invitation-first",
            "invitation",
            invitation_context(theme, &site(), "", None),
        ),
    ]
}
