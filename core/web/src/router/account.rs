//! The pages of an account.

use crate::access::Access::{Anybody, Link, Person, Securing};
use crate::handler::account::{
    activity, again, by_passkey, by_provider, custody, entering, export, factor, forgotten,
    interviews, invitations, keys, leaving, overview, owing, passkeys, people, providers, recovery,
    registering, security, settings, sign_ins,
};
use crate::router::{Route, get, post};

/// All of them.
pub(crate) fn routes() -> Vec<Route> {
    let mut all = entering();
    all.extend(security());
    all.extend(vec![
        post("/account/sign-out", Securing, entering::sign_out),
        get("/account", Person, overview::show),
        post("/account/interviews/{id}/open", Person, interviews::open),
        get("/account/interviews/{id}/delete", Person, interviews::show_delete),
        post("/account/interviews/{id}/delete", Person, interviews::delete),
        post("/account/interviews/{id}/keep", Person, interviews::keep),
        get("/account/interviews/{id}/people", Person, people::show),
        post("/account/interviews/{id}/people", Person, people::invite),
        post("/account/interviews/{id}/people/remove", Person, people::revoke),
        post("/account/interviews/{id}/people/withdraw", Person, people::withdraw),
        get("/account/interviews/{id}/people/{who}/owner", Person, people::show_owner),
        post("/account/interviews/{id}/people/{who}/owner", Person, people::hand_over),
        post("/account/interviews/{id}/leave", Person, people::leave),
        get("/account/invitation", Anybody, invitations::show),
        post("/account/invitation", Person, invitations::accept_code),
        post("/account/invitations/{hash}/accept", Person, invitations::accept),
        post("/account/invitations/{hash}/decline", Person, invitations::decline),
        get("/account/locked", Person, interviews::show_locked),
        post("/account/locked", Person, interviews::unlock),
        get("/account/password", Person, settings::show_password).grave(),
        post("/account/password", Person, settings::password).grave(),
        get("/account/email", Person, settings::show_email).grave(),
        post("/account/email", Person, settings::email).grave(),
        get("/account/email/{link}", Link, settings::show_confirm_email),
        post("/account/email/{link}", Link, settings::confirm_email),
        get("/account/profile", Person, settings::show_profile),
        post("/account/profile", Person, settings::profile),
        get("/account/custody", Person, custody::show).grave(),
        post("/account/custody", Person, custody::leave).grave(),
        get("/account/recovery-key", Securing, recovery::show),
        post("/account/recovery-key", Securing, recovery::make),
        post("/account/recovery-key/keep", Securing, recovery::keep),
        post("/account/recovery-key/decline", Securing, recovery::decline),
        get("/account/export", Person, export::show).grave(),
        post("/account/export", Person, export::export).grave(),
        get("/account/delete", Person, leaving::show).grave(),
        post("/account/delete", Person, leaving::delete).grave(),
        post("/account/keep", Person, leaving::keep),
    ]);
    all
}

/// How people come in.
fn entering() -> Vec<Route> {
    vec![
        get("/account/register", Anybody, registering::show_register),
        post("/account/register", Anybody, registering::register),
        get("/account/invited/{link}", Link, registering::show_invited),
        post("/account/invited/{link}", Link, registering::register_invited),
        get("/account/confirm/{link}", Link, registering::show_confirm),
        post("/account/confirm/{link}", Link, registering::confirm),
        get("/account/sign-in", Anybody, entering::show_sign_in),
        post("/account/sign-in", Anybody, entering::sign_in),
        get("/account/sign-in/code", Anybody, owing::show),
        post("/account/sign-in/code", Anybody, owing::code),
        get("/account/sign-in/passkey", Anybody, by_passkey::show),
        post("/account/sign-in/passkey", Anybody, by_passkey::sign_in),
        post("/account/sign-in/passkey/question", Anybody, by_passkey::ask),
        get("/account/sign-in/passkey/unlock", Anybody, by_passkey::show),
        post("/account/sign-in/passkey/unlock", Anybody, by_passkey::unlock),
        post("/account/provider/{provider}", Anybody, by_provider::begin),
        get("/account/provider/{provider}/back", Link, by_provider::back),
        get("/account/sign-in/unlock", Link, by_provider::show_unlock),
        post("/account/sign-in/unlock", Link, by_provider::unlock),
        get("/account/sign-in/unlock/key", Link, by_provider::show_key),
        post("/account/sign-in/unlock/key", Link, by_provider::unlock_with_key),
        get("/account/sign-in/new", Link, registering::show_new),
        post("/account/sign-in/new", Link, registering::register_new),
        get("/account/reset", Anybody, forgotten::show_ask),
        post("/account/reset", Anybody, forgotten::ask),
        get("/account/reset/{link}", Link, forgotten::show),
        post("/account/reset/{link}", Link, forgotten::with_key),
        get("/account/reset/{link}/without", Link, forgotten::show_without),
        post("/account/reset/{link}/without", Link, forgotten::without_key),
    ]
}

/// What opens an account, beside its password.
fn security() -> Vec<Route> {
    vec![
        get("/account/security", Securing, security::show),
        get("/account/passkeys", Securing, passkeys::show).grave(),
        post("/account/passkeys", Securing, passkeys::begin).grave(),
        post("/account/passkeys/add", Securing, passkeys::add),
        post("/account/passkeys/remove", Securing, passkeys::remove),
        get("/account/providers", Securing, providers::show).grave(),
        post("/account/providers", Securing, providers::link).grave(),
        get("/account/providers/{identity}", Securing, providers::show_unlink).grave(),
        post("/account/providers/{identity}", Securing, providers::unlink).grave(),
        get("/account/second-factor", Securing, factor::show).grave(),
        post("/account/second-factor", Securing, factor::turn_on).grave(),
        post("/account/second-factor/off", Securing, factor::turn_off).grave(),
        get("/account/second-factor/off", Securing, factor::show_off),
        get("/account/second-factor/codes", Securing, factor::show_renew).grave(),
        post("/account/second-factor/codes", Securing, factor::renew).grave(),
        get("/account/again", Securing, again::show),
        post("/account/again/{provider}", Securing, again::begin),
        get("/account/activity", Securing, activity::show),
        get("/account/sign-ins", Securing, sign_ins::show),
        post("/account/sign-ins/end", Securing, sign_ins::end),
        post("/account/sign-ins/end-all", Securing, sign_ins::end_all),
        get("/account/keys", Person, keys::show).grave(),
        post("/account/keys", Person, keys::make).grave(),
        post("/account/keys/revoke", Person, keys::revoke),
    ]
}
