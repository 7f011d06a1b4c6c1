//! Every sample page is what people and their tools need it to be.

mod html;
mod pages;
mod switches;
mod texts;
mod themes;
