//! Every sample page is what people and their tools need it to be.

mod html;
mod pages;
mod texts;
mod themes;
