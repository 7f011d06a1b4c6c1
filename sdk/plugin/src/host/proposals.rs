//! Proposals of answers: capability `answers.propose`.

use crate::failure::Failure;
use crate::value::{IntoValue, to_wire};
use crate::wire::host::affiant::host::proposals as wit;

/// Proposes an answer, which the person sees and can refuse.
pub fn propose(path: &str, value: impl IntoValue) -> Result<(), Failure> {
    Ok(wit::propose(path, &to_wire(value.into_value()))?)
}
