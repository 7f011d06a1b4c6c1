//! Spans, source files and author diagnostics with their rendering.
