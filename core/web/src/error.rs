//! A failed request: what the visitor is told, and what only the log may see.

use affiant_account::AccountError;
use affiant_backend::{BoxError, StorageError};
use affiant_diagnostic::Diagnostic;
use affiant_guard::{NotAdmitted, Refused, Whose};
use affiant_vault::NoRandomness;
use axum::http::StatusCode;

/// A failed request.
#[derive(Debug)]
pub(crate) struct WebError {
    pub(crate) status: StatusCode,
    /// The key of one line: what happened.
    pub(crate) title: &'static str,
    /// The key of what it means and what to do next.
    pub(crate) message: &'static str,
    pub(crate) source: Option<BoxError>,
    /// Seconds after which to try again, if waiting helps.
    pub(crate) retry_after: Option<u32>,
}

const fn plain(status: StatusCode, title: &'static str, message: &'static str) -> WebError {
    WebError { status, title, message, source: None, retry_after: None }
}

pub(crate) fn not_found() -> WebError {
    plain(StatusCode::NOT_FOUND, "error_not_found_title", "error_not_found_text")
}

/// A session had things looked up too often.
pub(crate) fn looked_up_too_often() -> WebError {
    let (title, text) = ("error_looked_up_often_title", "error_looked_up_often_text");
    WebError { retry_after: Some(60), ..plain(StatusCode::TOO_MANY_REQUESTS, title, text) }
}

/// The plugin that looks things up does not.
pub(crate) fn nothing_looked_up() -> WebError {
    let (title, text) = ("error_look_up_title", "error_look_up_text");
    plain(StatusCode::SERVICE_UNAVAILABLE, title, text)
}

pub(crate) fn no_session() -> WebError {
    plain(StatusCode::NOT_FOUND, "error_no_session_title", "error_no_session_text")
}

pub(crate) fn foreign_form() -> WebError {
    plain(StatusCode::FORBIDDEN, "error_foreign_form_title", "error_foreign_form_text")
}

pub(crate) fn not_signed_in() -> WebError {
    plain(StatusCode::UNAUTHORIZED, "error_not_signed_in_title", "error_not_signed_in_text")
}

pub(crate) fn no_api_key() -> WebError {
    plain(StatusCode::UNAUTHORIZED, "error_no_api_key_title", "error_no_api_key_text")
}

pub(crate) fn wrong_api_key() -> WebError {
    plain(StatusCode::UNAUTHORIZED, "error_wrong_api_key_title", "error_wrong_api_key_text")
}

pub(crate) fn not_in_scope() -> WebError {
    plain(StatusCode::FORBIDDEN, "error_not_in_scope_title", "error_not_in_scope_text")
}

pub(crate) fn key_required() -> WebError {
    plain(StatusCode::CONFLICT, "error_key_required_title", "error_key_required_text")
}

/// The organisation's key that was given is not the one that opens the session.
pub(crate) fn wrong_organisation_key() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "error_wrong_organisation_key_title",
        "error_wrong_organisation_key_text",
    )
}

pub(crate) fn no_reason() -> WebError {
    plain(StatusCode::UNPROCESSABLE_ENTITY, "error_no_reason_title", "error_no_reason_text")
}

impl WebError {
    /// Whether it is [`wrong_organisation_key`].
    pub(crate) fn is_wrong_organisation_key(&self) -> bool {
        self.title == "error_wrong_organisation_key_title"
    }

    /// Whether it is [`not_agreed`].
    pub(crate) fn is_not_agreed(&self) -> bool {
        self.title == "error_not_agreed_title"
    }

    /// Whether it is [`busy_plugin`].
    pub(crate) fn is_busy_plugin(&self) -> bool {
        self.title == "error_busy_plugin_title"
    }

    /// Whether it is [`put_back`].
    pub(crate) fn is_put_back(&self) -> bool {
        self.title == "error_put_back_title"
    }

    /// Whether it is [`key_required`].
    pub(crate) fn is_key_required(&self) -> bool {
        self.title == "error_key_required_title"
    }
}

pub(crate) fn not_allowed() -> WebError {
    plain(StatusCode::FORBIDDEN, "error_not_allowed_title", "error_not_allowed_text")
}

pub(crate) fn factor_needed() -> WebError {
    plain(StatusCode::FORBIDDEN, "error_factor_needed_title", "error_factor_needed_text")
}

pub(crate) fn only_reading() -> WebError {
    plain(StatusCode::FORBIDDEN, "error_only_reading_title", "error_only_reading_text")
}

/// It needs a part of the interview that was not shared.
pub(crate) fn kept() -> WebError {
    plain(StatusCode::FORBIDDEN, "error_kept_title", "error_kept_text")
}

/// The session is at an older state than it was, and nobody decided to go on from there.
pub(crate) fn put_back() -> WebError {
    plain(StatusCode::CONFLICT, "error_put_back_title", "error_put_back_text")
}

/// Whoever does not see everything answered an earlier step.
pub(crate) fn kept_before() -> WebError {
    plain(StatusCode::CONFLICT, "error_kept_before_title", "error_kept_before_text")
}

pub(crate) fn not_the_owner() -> WebError {
    plain(StatusCode::FORBIDDEN, "error_not_the_owner_title", "error_not_the_owner_text")
}

pub(crate) fn not_theirs() -> WebError {
    plain(StatusCode::CONFLICT, "error_not_theirs_title", "error_not_theirs_text")
}

pub(crate) fn no_invitation() -> WebError {
    plain(StatusCode::NOT_FOUND, "error_no_invitation_title", "error_no_invitation_text")
}

pub(crate) fn used_link() -> WebError {
    plain(StatusCode::NOT_FOUND, "error_used_link_title", "error_used_link_text")
}

pub(crate) fn last_administrator() -> WebError {
    plain(StatusCode::CONFLICT, "error_last_administrator_title", "error_last_administrator_text")
}

pub(crate) fn own_change() -> WebError {
    plain(StatusCode::FORBIDDEN, "error_own_change_title", "error_own_change_text")
}

pub(crate) fn not_yet_administrator() -> WebError {
    plain(
        StatusCode::FORBIDDEN,
        "error_not_yet_administrator_title",
        "error_not_yet_administrator_text",
    )
}

pub(crate) fn overtaken() -> WebError {
    plain(StatusCode::CONFLICT, "error_overtaken_title", "error_overtaken_text")
}

/// Too many tries. Nothing was looked at, so nothing says whether this one would have been right.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "an error is looked at, not used up")]
pub(crate) fn too_many(refused: &Refused) -> WebError {
    let message = match (refused.whose, refused.seconds) {
        (Whose::Step, _) => "error_too_many_step",
        (_, 0..=60) => "error_too_many_minute",
        (_, 61..=900) => "error_too_many_quarter",
        (_, 901..=7_200) => "error_too_many_hours",
        _ => "error_too_many_tomorrow",
    };
    WebError {
        retry_after: Some(refused.seconds),
        ..plain(StatusCode::TOO_MANY_REQUESTS, "error_too_many_title", message)
    }
}

/// More people sign in at this moment than the server can check.
pub(crate) fn busy(seconds: u32) -> WebError {
    WebError {
        retry_after: Some(seconds),
        ..plain(StatusCode::SERVICE_UNAVAILABLE, "error_busy_title", "error_busy_text")
    }
}

pub(crate) fn bad_form(message: &'static str) -> WebError {
    plain(StatusCode::BAD_REQUEST, "error_form_title", message)
}

pub(crate) fn too_large() -> WebError {
    plain(StatusCode::PAYLOAD_TOO_LARGE, "error_too_large_title", "error_too_large_text")
}

pub(crate) fn faulty_interview() -> WebError {
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "error_faulty_interview_title",
        "error_faulty_interview_text",
    )
}

/// A plugin that it needs is off for now.
pub(crate) fn closed_interview() -> WebError {
    plain(
        StatusCode::SERVICE_UNAVAILABLE,
        "error_closed_interview_title",
        "error_closed_interview_text",
    )
}

/// A plugin that it needs has too much to do.
pub(crate) fn busy_plugin() -> WebError {
    WebError {
        retry_after: Some(5),
        ..plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "error_busy_plugin_title",
            "error_busy_plugin_text",
        )
    }
}

/// A plugin that it needs acts only for people who agree.
pub(crate) fn not_agreed() -> WebError {
    plain(StatusCode::FORBIDDEN, "error_not_agreed_title", "error_not_agreed_text")
}

/// What whoever is not its author is told of a fault of an interview.
pub(crate) fn of_fault(diagnostics: &[Diagnostic]) -> WebError {
    let is = |code: &str| diagnostics.iter().any(|it| it.code == code);
    if is(affiant_engine::SWITCHED_OFF) {
        closed_interview()
    } else if is(affiant_engine::BUSY) {
        busy_plugin()
    } else if is(affiant_engine::NOT_AGREED) {
        not_agreed()
    } else {
        faulty_interview()
    }
}

pub(crate) fn internal(source: impl Into<BoxError>) -> WebError {
    WebError {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        title: "error_internal_title",
        message: "error_internal_text",
        source: Some(source.into()),
        retry_after: None,
    }
}

/// The storage of files does not answer to somebody who wants to see one.
pub(crate) fn file_out_of_reach(source: BoxError) -> WebError {
    WebError {
        source: Some(source),
        retry_after: Some(60),
        ..plain(StatusCode::SERVICE_UNAVAILABLE, "error_file_title", "error_file_text")
    }
}

impl From<StorageError> for WebError {
    fn from(error: StorageError) -> Self {
        match &error {
            StorageError::Conflict => Self {
                status: StatusCode::CONFLICT,
                title: "error_conflict_title",
                message: "error_conflict_text",
                source: Some(error.into()),
                retry_after: None,
            },
            StorageError::Full(_) => Self {
                status: StatusCode::INSUFFICIENT_STORAGE,
                title: "error_unsaved_title",
                message: "error_full_text",
                source: Some(error.into()),
                retry_after: None,
            },
            StorageError::Unavailable(_) => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                title: "error_unsaved_title",
                message: "error_unavailable_text",
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
            AccountError::PutBack => put_back(),
            AccountError::Storage(StorageError::Conflict) => plain(
                StatusCode::CONFLICT,
                "error_account_changed_title",
                "error_account_changed_text",
            ),
            AccountError::Storage(it) => it.into(),
            other => internal(other),
        }
    }
}

pub(crate) fn no_link() -> WebError {
    plain(StatusCode::NOT_FOUND, "error_no_link_title", "error_no_link_text")
}

pub(crate) fn other_browser() -> WebError {
    plain(StatusCode::FORBIDDEN, "error_other_browser_title", "error_other_browser_text")
}

pub(crate) fn by_invitation() -> WebError {
    plain(StatusCode::FORBIDDEN, "error_by_invitation_title", "error_by_invitation_text")
}
