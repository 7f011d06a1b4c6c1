//! What the checks find in files, in bytes and in what leaves; whole plugins are examined by the
//! tests of the whole.

mod canaries;
mod files;
mod leaving;
