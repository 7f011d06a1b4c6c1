//! Writes a document as one HTML file that needs nothing else.

use crate::document::Document;
use crate::markdown::{HtmlOptions, clean_blocks, html};

const STYLE: &str = include_str!("page/style.css");

/// A complete HTML file: accessible, printable, without scripts and without other files.
pub fn to_html_page(document: &Document) -> String {
    let options = HtmlOptions { heading_shift: 0, page_breaks: true };
    let body = clean_blocks(&html::write(&document.blocks, options));
    let direction = if document.language.is_right_to_left() { "rtl" } else { "ltr" };
    let language = document.language.tag();
    let title = html::escape(&document.title);
    format!(
        "<!DOCTYPE html>\n\
         <html lang=\"{language}\" dir=\"{direction}\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n\
         <style>\n{STYLE}</style>\n\
         </head>\n\
         <body>\n\
         <main>\n{body}</main>\n\
         </body>\n\
         </html>\n"
    )
}
