//! What hashing a password costs, here and for who guesses.

use std::time::Duration;

use crate::{NoRandomness, Randomness, Refused, random};

/// Memory, passes and lanes of Argon2id (RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// The least that is accepted, whoever asks: 46 MiB, one pass.
    pub const FLOOR: Self = Self { memory: 46 << 10, passes: 1, lanes: 1 };

    /// What an installation begins with: 64 MiB, three passes.
    pub const STANDARD: Self = Self { memory: 64 << 10, passes: 3, lanes: 1 };

    /// The most that is accepted, so that no row can ask for the whole machine: 1 GiB, 32 passes,
    /// four lanes.
    pub const CEILING: Self = Self { memory: 1 << 20, passes: 32, lanes: 4 };

    /// So cheap that thousands of sequences can be tried. Only tests accept it.
    #[cfg(test)]
    pub(crate) const CHEAP: Self = Self { memory: 8, passes: 1, lanes: 1 };

    /// Memory in KiB, passes and lanes; refused below [`Self::FLOOR`] or above [`Self::CEILING`].
    pub fn new(memory: u32, passes: u32, lanes: u32) -> Result<Self, Refused> {
        let cost = Self { memory, passes, lanes };
        #[cfg(test)]
        if cost == Self::CHEAP {
            return Ok(cost);
        }
        let within = cost.reaches(&Self::FLOOR) && Self::CEILING.reaches(&cost);
        if within { Ok(cost) } else { Err(Refused) }
    }

    /// The same with another number of passes; refused as by [`Self::new`].
    pub fn with_passes(self, passes: u32) -> Result<Self, Refused> {
        Self::new(self.memory, passes, self.lanes)
    }

    /// The passes with which a hash takes between 150 and 500 ms here, as near to 250 ms as they
    /// come; less memory where one pass takes longer. `measure` hashes once and says how long it
    /// took; it is asked at most 34 times.
    pub fn calibrate(mut measure: impl FnMut(&Self) -> Duration) -> Self {
        let mut cost = Self::STANDARD;
        let mut took = measure(&cost);
        while took < SHORTEST && cost.passes < Self::CEILING.passes {
            cost.passes += 1;
            took = measure(&cost);
        }
        while took > LONGEST && cost.passes > 1 {
            cost.passes -= 1;
            took = measure(&cost);
        }
        if took > LONGEST { Self::FLOOR } else { cost }
    }

    /// Memory that one hash takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        (self.memory as usize) << 10
    }

    /// Passes over the memory.
    pub fn passes(&self) -> u32 {
        self.passes
    }

    /// Lanes.
    pub fn lanes(&self) -> u32 {
        self.lanes
    }

    /// Whether no part of it is less than the other's.
    pub fn reaches(&self, other: &Self) -> bool {
        self.memory >= other.memory && self.passes >= other.passes && self.lanes >= other.lanes
    }

    pub(crate) fn memory(&self) -> u32 {
        self.memory
    }
}

const SHORTEST: Duration = Duration::from_millis(150);
const LONGEST: Duration = Duration::from_millis(500);

/// Version of the bytes that [`Stretching::params`] writes.
const VERSION: u8 = 1;

/// The newest pepper.
const PEPPER: u32 = 1;

/// Bytes of a salt.
const SALT: usize = 16;

/// How a password is stretched: what its row tells, and what its wrap is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretching {
    cost: Cost,
    pepper: u32,
    salt: [u8; SALT],
}

impl Stretching {
    /// For a new password.
    pub fn new(cost: Cost, randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        Ok(Self { cost, pepper: PEPPER, salt: random(randomness)? })
    }

    /// As a row tells it. Refused if the cost is below the floor or above the ceiling.
    pub fn of_row(params: &[u8], salt: &[u8]) -> Result<Self, Refused> {
        let params: &[u8; 17] = params.try_into().map_err(|_| Refused)?;
        let salt = salt.try_into().map_err(|_| Refused)?;
        let number = |at: usize| {
            let mut bytes = [0; 4];
            bytes.copy_from_slice(&params[at..at + 4]);
            u32::from_be_bytes(bytes)
        };
        let pepper = number(13);
        if params[0] != VERSION || pepper == 0 || pepper > PEPPER {
            return Err(Refused);
        }
        Ok(Self { cost: Cost::new(number(1), number(5), number(9))?, pepper, salt })
    }

    /// The parameters, for the row: `version(1) memory(4) passes(4) lanes(4) pepper(4)`.
    pub fn params(&self) -> Vec<u8> {
        let mut params = vec![VERSION];
        for number in [self.cost.memory, self.cost.passes, self.cost.lanes, self.pepper] {
            params.extend(number.to_be_bytes());
        }
        params
    }

    /// The salt, for the row.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// What it costs.
    pub fn cost(&self) -> &Cost {
        &self.cost
    }

    /// Whether the password should be stretched anew at this cost, once it is known: its cost is
    /// lower in some part, or its pepper an older one.
    pub fn is_older_than(&self, cost: &Cost) -> bool {
        !self.cost.reaches(cost) || self.pepper < PEPPER
    }

    /// For a password of nobody, with a salt that stays the same for an address.
    pub(crate) fn of_nobody(cost: Cost, salt: &[u8; 32]) -> Self {
        let mut cut = [0; SALT];
        cut.copy_from_slice(&salt[..SALT]);
        Self { cost, pepper: PEPPER, salt: cut }
    }

    pub(crate) fn pepper(&self) -> u32 {
        self.pepper
    }
}
