//! The clock: capability `clock`.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::failure::Denied;
use crate::value::to_date;
use crate::wire::host::affiant::host::clock as wit;

/// The moment; the same for the whole step of a person.
pub fn now() -> Result<Timestamp, Denied> {
    let milliseconds = i64::try_from(wit::now()?).unwrap_or(i64::MAX);
    Ok(Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX))
}

/// The day at the site.
pub fn today() -> Result<Date, Denied> {
    Ok(to_date(wit::today()?).unwrap_or_default())
}
