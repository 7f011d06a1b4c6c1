//! A failed request: what the visitor is told, and what only the log may see.

use affiant_account::AccountError;
use affiant_backend::{BoxError, StorageError};
use affiant_guard::{NotAdmitted, Refused, Whose};
use affiant_vault::NoRandomness;
use axum::http::StatusCode;

/// A failed request.
#[derive(Debug)]
pub(crate) struct WebError {
    pub(crate) status: StatusCode,
    /// One line: what happened.
    pub(crate) title: &'static str,
    /// What it means and what to do next.
    pub(crate) message: &'static str,
    pub(crate) source: Option<BoxError>,
    /// Seconds after which to try again, if waiting helps.
    pub(crate) retry_after: Option<u32>,
}

const fn plain(status: StatusCode, title: &'static str, message: &'static str) -> WebError {
    WebError { status, title, message, source: None, retry_after: None }
}

pub(crate) fn not_found() -> WebError {
    plain(
        StatusCode::NOT_FOUND,
        "Page not found",
        "If you typed the address, check it. You can also start from the list of interviews.",
    )
}

pub(crate) fn no_session() -> WebError {
    plain(
        StatusCode::NOT_FOUND,
        "There is no open interview here",
        "It may have been deleted, or you used another browser. You can go on with a return code, or start again.",
    )
}

pub(crate) fn foreign_form() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "This form did not come from this site",
        "Nothing was changed. Go back, reload the page, and send it again.",
    )
}

pub(crate) fn not_signed_in() -> WebError {
    plain(StatusCode::UNAUTHORIZED, "You are not signed in", "Sign in, and open this page again.")
}

pub(crate) fn no_api_key() -> WebError {
    plain(
        StatusCode::UNAUTHORIZED,
        "There is no API key",
        "Send an API key as `Authorization: Bearer KEY`. People make keys on the page of their account.",
    )
}

pub(crate) fn wrong_api_key() -> WebError {
    plain(
        StatusCode::UNAUTHORIZED,
        "This API key does not work",
        "It is mistyped, was revoked or is over, or it is not for the network that this comes from.",
    )
}

pub(crate) fn not_in_scope() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "This API key may not do this",
        "Nothing was changed. Make a key with the scope that openapi.json names here.",
    )
}

pub(crate) fn key_required() -> WebError {
    plain(
        StatusCode::CONFLICT,
        "The server cannot open these answers",
        "Only keys of the person to whom they belong can.",
    )
}

pub(crate) fn not_allowed() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "Your account may not see this",
        "An administrator can give your account the role that may.",
    )
}

pub(crate) fn factor_needed() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "Your account needs a second factor",
        "Nothing was changed. Turn it on at “Sign-in and security” of your account, then go on.",
    )
}

pub(crate) fn only_reading() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "This interview is shared with you for reading",
        "Nothing was changed. Only its owner can let you answer.",
    )
}

pub(crate) fn not_the_owner() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "This interview belongs to somebody else",
        "Nothing was changed. Only its owner can delete it or share it. You can leave it on the page of your account.",
    )
}

pub(crate) fn not_theirs() -> WebError {
    plain(
        StatusCode::CONFLICT,
        "They cannot open this interview now",
        "Nothing was changed. Only somebody who can see it can own it: reload the list, or invite them again.",
    )
}

pub(crate) fn no_invitation() -> WebError {
    plain(
        StatusCode::NOT_FOUND,
        "This invitation does not work any more",
        "It was used, taken back, or is older than seven days. Ask whoever invited you for a new one.",
    )
}

pub(crate) fn used_link() -> WebError {
    plain(
        StatusCode::NOT_FOUND,
        "This link does not work",
        "It works once. While there is no administrator, the server prints a new one when it starts.",
    )
}

pub(crate) fn last_administrator() -> WebError {
    plain(
        StatusCode::CONFLICT,
        "This is the last administrator",
        "Nothing was changed. Make somebody else an administrator first.",
    )
}

pub(crate) fn own_change() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "You asked for this change yourself",
        "Nothing was changed. Another administrator has to agree, or the change begins by itself when its day has come.",
    )
}

pub(crate) fn not_yet_administrator() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "You have not been an administrator for a day",
        "Nothing was changed. Somebody else can agree, or the change begins by itself when its day has come.",
    )
}

pub(crate) fn overtaken() -> WebError {
    plain(
        StatusCode::CONFLICT,
        "This change does not wait any more",
        "Somebody else decided, or its day has come. Nothing was changed now. Open the list of switches to see what holds.",
    )
}

/// Too many tries. Nothing was looked at, so nothing says whether this one would have been right.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "an error is looked at, not used up")]
pub(crate) fn too_many(refused: &Refused) -> WebError {
    let message = match (refused.whose, refused.seconds) {
        (Whose::Step, _) => "Start again from the beginning, and you have new tries.",
        (_, 0..=60) => "Wait a minute, then try again.",
        (_, 61..=900) => "Wait a quarter of an hour, then try again.",
        (_, 901..=7_200) => "Wait an hour or two, then try again.",
        _ => {
            "Try again tomorrow, or from a browser in which you have signed in before. Nothing is lost."
        }
    };
    WebError {
        retry_after: Some(refused.seconds),
        ..plain(StatusCode::TOO_MANY_REQUESTS, "That was tried too often", message)
    }
}

/// More people sign in at this moment than the server can check.
pub(crate) fn busy(seconds: u32) -> WebError {
    WebError {
        retry_after: Some(seconds),
        ..plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "Many people are signing in at this moment",
            "Your password was not looked at. Wait a few seconds, then try again.",
        )
    }
}

pub(crate) fn bad_form(message: &'static str) -> WebError {
    plain(StatusCode::BAD_REQUEST, "The form could not be read", message)
}

pub(crate) fn too_large() -> WebError {
    plain(
        StatusCode::PAYLOAD_TOO_LARGE,
        "This is too large",
        "Nothing was changed. Send less text, or a smaller file: up to 16 MB.",
    )
}

pub(crate) fn faulty_interview() -> WebError {
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Sorry, there is a problem with this interview",
        "Your answers are kept. The people who run it have to mend it; try again later.",
    )
}

pub(crate) fn internal(source: impl Into<BoxError>) -> WebError {
    WebError {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        title: "Sorry, something went wrong",
        message: "Your answers up to the last page are kept. Go back and try again.",
        source: Some(source.into()),
        retry_after: None,
    }
}

impl From<StorageError> for WebError {
    fn from(error: StorageError) -> Self {
        match &error {
            StorageError::Conflict => Self {
                status: StatusCode::CONFLICT,
                title: "This interview was changed in another tab",
                message: "Nothing is lost. Reload the page to go on.",
                source: Some(error.into()),
                retry_after: None,
            },
            StorageError::Full(_) => Self {
                status: StatusCode::INSUFFICIENT_STORAGE,
                title: "Your answer could not be saved",
                message: "There is no room left on the server. What you answered before is kept. Go back and try again later.",
                source: Some(error.into()),
                retry_after: None,
            },
            StorageError::Unavailable(_) => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                title: "Your answer could not be saved",
                message: "The server’s storage does not answer. What you answered before is kept. Go back and try again in a minute.",
                source: Some(error.into()),
                retry_after: None,
            },
            _ => internal(error),
        }
    }
}

impl From<NotAdmitted> for WebError {
    fn from(error: NotAdmitted) -> Self {
        match error {
            NotAdmitted::Refused(it) => too_many(&it),
            NotAdmitted::Storage(it) => it.into(),
        }
    }
}

impl From<affiant_vault::Refused> for WebError {
    fn from(error: affiant_vault::Refused) -> Self {
        internal(error)
    }
}

impl From<NoRandomness> for WebError {
    fn from(error: NoRandomness) -> Self {
        internal(error)
    }
}

impl From<AccountError> for WebError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::TooMany(it) => too_many(&it),
            AccountError::Busy => busy(10),
            AccountError::Storage(StorageError::Conflict) => plain(
                StatusCode::CONFLICT,
                "Your account was changed at the same moment",
                "Nothing is lost. Go back, reload the page and look before you try again.",
            ),
            AccountError::Storage(it) => it.into(),
            other => internal(other),
        }
    }
}

pub(crate) fn no_link() -> WebError {
    plain(
        StatusCode::NOT_FOUND,
        "This link does not work any more",
        "A link works once, and only for a while. Nothing was changed. Ask for a new one.",
    )
}

pub(crate) fn other_browser() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "Open this link in the browser where you asked for it",
        "It works only there, so that somebody who reads your mail cannot use it. Nothing was changed. You can also ask for a new link in this browser.",
    )
}

pub(crate) fn by_invitation() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "Only who was invited can make an account here",
        "Ask the people who run this site for an invitation. You can use the interviews without an account.",
    )
}
