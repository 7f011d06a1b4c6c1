//! Tests of the whole, in one binary.

<<<<<<< HEAD
mod guard;
=======
mod hostile;
>>>>>>> 8cba030 (Random and hostile requests; what users and administrators notice)
mod http;
mod kill;
mod server;
mod suite;
mod trouble;
mod upload;
mod visitor;
