//! Whether the row of a session fits its head.

use affiant_backend::SessionRow;
use affiant_vault::{Head, KeySet, Refused};

/// The head of a session. Refused if its row says something else than the head does, or if that is
/// another session's, another interview's or of other keys; of rows from before there were heads, all
/// that is known is what they say.
pub fn head_of(keys: &KeySet, row: &SessionRow) -> Result<Head, Refused> {
    if row.head.is_empty() {
        return Ok(Head::of_before(row.revision, row.last_step));
    }
    let head = keys.open_head(&row.interview, &row.head)?;
    let fits = (head.revision, head.last_step) == (row.revision, row.last_step);
    if fits { Ok(head) } else { Err(Refused) }
}
