//! Tests of the switches.

mod decisions;
mod keep;
mod model;
mod settings;

use std::collections::BTreeMap;

use affiant_backend::SwitchRow;

use crate::{DAY, History, Refused, Second, Setting};

/// A store of decisions as the plugins promise it, with a clock that only the test moves.
#[derive(Clone, Default)]
struct Site {
    rows: Vec<SwitchRow>,
    now: i64,
    /// Since when somebody is an administrator; who is not here has always been one.
    since: BTreeMap<i64, i64>,
}

impl Site {
    fn new() -> Self {
        Self { now: 1_800_000_000, ..Self::default() }
    }

    fn history(&self) -> History {
        History::read(self.rows.clone())
    }

    fn wait(&mut self, seconds: i64) {
        self.now += seconds;
    }

    fn row(&mut self, id: i64) -> &mut SwitchRow {
        self.rows.iter_mut().find(|it| it.id == id).unwrap()
    }

    fn ask(&mut self, to: &Setting, by: i64) -> Result<i64, Refused> {
        let asked = self.history().ask(to, "The board decided it.", by, self.now)?;
        let now = self.now;
        if let Some(id) = asked.cancels {
            self.row(id).cancelled = Some(now);
        }
        let id = i64::try_from(self.rows.len()).unwrap() + 1;
        self.rows.push(SwitchRow { id, ..asked.row });
        Ok(id)
    }

    fn agree(&mut self, id: i64, second: i64) -> Result<(), Refused> {
        let since = self.since.get(&second).copied().unwrap_or(0);
        self.history().agree(id, Second { number: second, since }, self.now)?;
        let now = self.now;
        let row = self.row(id);
        (row.second, row.effective) = (Some(second), now);
        Ok(())
    }

    fn cancel(&mut self, id: i64) -> Result<(), Refused> {
        self.history().cancel(id, self.now)?;
        let now = self.now;
        self.row(id).cancelled = Some(now);
        Ok(())
    }

    fn now(&self, setting: &Setting) -> Setting {
        self.history().at(setting.switch(), self.now)
    }

    /// A day, counted from now.
    fn day(&self, days: i64) -> jiff::civil::Date {
        crate::date(self.now + days * DAY)
    }
}
