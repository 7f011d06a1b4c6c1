//! Turns assembled Markdown into HTML, PDF and DOCX.
