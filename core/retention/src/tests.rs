//! Deletion and retention on the real store.
