//! What pages and files look like, and what must never happen to them.

mod documents;
mod docx;
mod glyphs;
mod html;
mod pdf;
