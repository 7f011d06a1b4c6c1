//! What the administrator chose for the plugin. Needs no capability.

use crate::failure::Failure;
use crate::value::{FromValue, from_wire};
use crate::wire::host::affiant::host::settings as wit;

/// A setting of the manifest, or its default; `None` when there is neither.
///
/// Secret ones are never here: `{{secret:name}}` stands for them in requests.
pub fn get<T: FromValue>(name: &str) -> Result<Option<T>, Failure> {
    let value = wit::get(name).map(from_wire).map(T::from_value);
    value.transpose().map_err(|it| Failure::BadArgument(format!("the setting `{name}`: {it}")))
}
