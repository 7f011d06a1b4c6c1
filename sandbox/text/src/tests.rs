//! Texts as authors write them.
