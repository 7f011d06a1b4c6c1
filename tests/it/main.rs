//! Tests of the whole, in one binary.

mod agreeing;
mod audit;
mod compiling;
mod custody;
mod factor;
mod guard;
mod hostile;
mod http;
mod keeping;
mod kill;
mod kill_accounts;
mod kill_sharing;
mod language;
mod log;
mod passkeys;
mod privacy;
mod program;
mod reading;
mod server;
mod sharing;
mod site;
mod suite;
mod switches;
mod trouble;
mod upload;
mod visitor;
