//! So many tries in so much time.

use affiant_backend::Counter;

/// A number of tries that any span of time may hold.
///
/// The time is cut into slots, and a counter's marks hold how many tries fell into each of the last
/// ones. The slots that are remembered span at least the whole time, so that no span of it ever
/// holds more, wherever it begins. A slot is forgotten as a whole, a little later than it could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Most tries; at least 1 and below 2¹⁶.
    pub(crate) tries: u32,
    /// The span, in seconds.
    pub(crate) seconds: i64,
}

impl Budget {
    pub(crate) const fn new(tries: u32, seconds: i64) -> Self {
        Self { tries, seconds }
    }

    /// As many times as much in the same time.
    pub(crate) const fn times(self, factor: u32) -> Self {
        Self { tries: self.tries * factor, seconds: self.seconds }
    }

    /// Bits of the marks for each slot: enough for all the tries.
    const fn bits(self) -> u32 {
        u32::BITS - self.tries.leading_zeros()
    }

    const fn slots(self) -> u32 {
        u64::BITS / self.bits()
    }

    /// Length of a slot, in seconds. One slot more is remembered than the span has.
    const fn slot(self) -> i64 {
        let most = self.slots() as i64 - 1;
        (self.seconds + most - 1) / most
    }

    /// Moves the counter to the present, so that its lowest marks are those of the present slot.
    fn turn(self, counter: &mut Counter, now: i64) {
        let present = now.div_euclid(self.slot());
        // A clock that was set back must not keep anybody out until it is as late again: the tries
        // count as if they had just been.
        let passed = present.saturating_sub(counter.since).clamp(0, i64::from(self.slots()));
        let shift = self.bits() * u32::try_from(passed).unwrap_or(self.slots());
        counter.marks = counter.marks.checked_shl(shift).unwrap_or(0) & self.mask();
        counter.since = present;
        counter.expires = counter.expires.max(now + self.slot() * i64::from(self.slots()));
    }

    /// The bits that are in use.
    const fn mask(self) -> u64 {
        let used = self.bits() * self.slots();
        if used == u64::BITS { u64::MAX } else { (1 << used) - 1 }
    }

    /// The tries in each slot, the newest first.
    fn each(self, marks: u64) -> impl DoubleEndedIterator<Item = u32> {
        let one = (1_u64 << self.bits()) - 1;
        (0..self.slots())
            .map(move |slot| u32::try_from(marks >> (slot * self.bits()) & one).unwrap_or(u32::MAX))
    }

    /// Tries that still count.
    pub(crate) fn used(self, counter: &mut Counter, now: i64) -> u32 {
        self.turn(counter, now);
        self.each(counter.marks).sum()
    }

    /// Seconds until there is a try again; 0 when there is one.
    pub(crate) fn wait(self, counter: &mut Counter, now: i64) -> i64 {
        self.wait_below(self.tries, counter, now)
    }

    /// Seconds until fewer than `tries` count, which are no more than the budget has.
    pub(crate) fn wait_below(self, tries: u32, counter: &mut Counter, now: i64) -> i64 {
        let mut used = self.used(counter, now);
        let mut slots = i64::from(self.slots());
        for oldest in self.each(counter.marks).rev() {
            if used < tries {
                break;
            }
            slots -= 1;
            used -= oldest;
        }
        let forgotten = i64::from(self.slots()) - slots;
        if forgotten == 0 { 0 } else { (counter.since + forgotten) * self.slot() - now }
    }

    /// Counts a try. There must be one: see [`Budget::wait`].
    pub(crate) fn take(self, counter: &mut Counter, now: i64) {
        self.turn(counter, now);
        let newest = self.each(counter.marks).next().unwrap_or(0);
        if newest < self.tries {
            counter.marks += 1;
        }
    }

    /// Takes the newest try back.
    pub(crate) fn give_back(self, counter: &mut Counter, now: i64) {
        self.turn(counter, now);
        let newest = self.each(counter.marks).position(|it| it > 0);
        if let Some(slot) = newest.and_then(|it| u32::try_from(it).ok()) {
            counter.marks -= 1 << (slot * self.bits());
        }
    }
}
