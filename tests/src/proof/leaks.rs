//! AT-01 and AT-02: nothing that a person sends lies anywhere afterwards.

use crate::leakscan::{Extent, scan};
use crate::proof::Figure;

pub(crate) fn figures(long: bool) -> anyhow::Result<Vec<Figure>> {
    let extent = if long { Extent::LONG } else { Extent::SHORT };
    let outcome = scan(extent)?;
    Ok(vec![
        Figure::at_least("AT-01 canaries sent", extent.canaries, outcome.seeded),
        Figure::exactly("AT-01 found in files, databases and the log", 0, outcome.lying),
        Figure::exactly("AT-02 found in the memory of the idle server", 0, outcome.in_memory),
        Figure::at_least("AT-01 deliberate leaks", 20, outcome.leaks),
        Figure::exactly("AT-01 deliberate leaks caught", outcome.leaks, outcome.caught),
    ])
}
