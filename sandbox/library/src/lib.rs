//! The standard functions, methods and classes, one registry for scripts, text and documents.
