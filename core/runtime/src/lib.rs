//! Joins the engine to the sandboxes.
