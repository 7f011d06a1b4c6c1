//! Answers: capability `answers.read`.

use crate::failure::Failure;
use crate::value::{FromValue, from_wire};
use crate::wire::host::affiant::host::answers as wit;

/// The answer of a variable, such as `client.name.first`.
///
/// One that is not known yet is a [`Failure::Missing`]: hand it on with `?`, and the person is asked
/// for it first.
pub fn get<T: FromValue>(path: &str) -> Result<T, Failure> {
    let value = from_wire(wit::get(path)?);
    T::from_value(value).map_err(|it| Failure::BadArgument(format!("`{path}`: {it}")))
}

/// Whether an answer is known, without asking for it.
pub fn is_known(path: &str) -> Result<bool, Failure> {
    Ok(wit::is_known(path)?)
}
