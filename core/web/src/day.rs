//! Days as programs read them, and as themes write them in a language.

/// The day of a moment in seconds, in ISO 8601 and UTC.
pub(crate) fn day(seconds: i64) -> String {
    affiant_switch::date(seconds).to_string()
}
