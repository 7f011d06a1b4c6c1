//! What a person can see of an account, on the real store and keyring.

mod activity;
mod addresses;
mod api_keys;
mod circles;
mod custody;
mod entering;
mod escrow;
mod factors;
mod first;
mod nothing_typed;
mod parts;
mod passkeys;
mod passwords;
mod providers;
mod resets;
mod sessions;
mod sharing;
mod support;
