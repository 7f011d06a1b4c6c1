//! Peers that lie, stall, never end or lead elsewhere, and names that lead to the wrong place.

mod broken;
mod certain;
mod names;
mod plain;
