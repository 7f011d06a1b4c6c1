//! How long something is kept when the period changes on the way.

use crate::history::History;
use crate::setting::{Class, Setting, Switch, seconds};

impl History {
    /// When what was last used at a moment ends, by the decisions so far.
    ///
    /// A period that grows does not reach what was last used before: it was promised to go. One that
    /// shrinks counts from the day it holds: nobody loses answers sooner than its length after it.
    pub fn ends(&self, class: Class, used: i64) -> i64 {
        let line = self.line(Switch::Keep(class));
        let days = |setting: &Setting| match setting {
            Setting::Keep(_, days) => *days,
            _ => class.days(),
        };
        let mut current = days(&self.at(Switch::Keep(class), used));
        let mut ends = used.saturating_add(seconds(current));
        for (from, setting) in line.iter().filter(|(from, _)| *from > used) {
            let next = days(setting);
            if *from < ends && next < current {
                ends = ends.min(from.saturating_add(seconds(next)));
                current = next;
            }
        }
        ends
    }

    /// What was last used before this moment ends by `now`, and nothing that was used later does.
    pub fn idle_before(&self, class: Class, now: i64) -> i64 {
        // `ends` never falls as `used` grows, so the border is found by halving.
        let (mut low, mut high) = (now.saturating_sub(seconds(crate::MAX_KEEP_DAYS + 1)), now + 1);
        if self.ends(class, low) > now {
            return low;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.ends(class, middle) <= now { low = middle } else { high = middle }
        }
        high
    }
}
