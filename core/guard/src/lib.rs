//! Who may do what, how often, from where.
//!
//! [`TrustedProxies`] tells who sent a request. [`Guard`] counts tries of passwords, links and
//! codes and refuses those that are too many. [`Permission`] names what not everybody may do.
//! [`Admission`] lets only so many passwords be hashed at once.
//!
//! # Invariants
//!
//! - A try is counted before anything is compared, in one transaction with the decision, and a try
//!   that cannot be counted is refused.
//! - Counters and logs name nobody: their keys are HMACs, and addresses are cut.
//! - Nobody can shut an owner out: a device that has signed in before has a budget of its own.
//! - Time and randomness are parameters.

mod address;
mod admission;
mod attempt;
mod budget;
mod device;
mod guard;
mod networks;
mod permission;
mod rules;
mod scope;
#[cfg(test)]
mod tests;

pub use address::{TrustedProxies, Unit};
pub use admission::{Admission, Busy};
pub use attempt::{Attempt, Refused, Whose};
pub use device::Device;
pub use guard::{Admitted, Ban, Blind, Guard, NotAdmitted};
pub use networks::{Networks, Standing};
pub use permission::{
    ADMIN, BUILT_IN, BuiltIn, CustomRole, Permission, Permissions, RoleRefused, permissions,
};
pub use scope::Scope;
