//! Reading an entry back.

use affiant_backend::AuditRow;

use crate::event::Event;

/// What an entry says, apart from whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What happened; `None` if a later version wrote it.
    pub event: Option<Event>,
    /// How many, where that is to be known.
    pub count: Option<u64>,
    /// Which one, where that is to be known: a word of ours.
    pub word: Option<String>,
}

/// What the bytes of a count, and those of a word, begin with.
pub(crate) const COUNT: u8 = 1;
pub(crate) const WORD: u8 = 2;

impl Told {
    /// What a row says.
    pub fn of(row: &AuditRow) -> Self {
        let (mut count, mut word) = (None, None);
        match row.fields.split_first() {
            Some((&COUNT, it)) => count = it.try_into().ok().map(u64::from_be_bytes),
            Some((&WORD, it)) => word = std::str::from_utf8(it).ok().map(str::to_owned),
            _ => {}
        }
        Self { event: Event::from_word(&row.kind), count, word }
    }
}
