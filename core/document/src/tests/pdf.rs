//! x
use crate::document::*;
use crate::pdf::*;
#[test]
fn explore() {
    let t = std::time::Instant::now();
    let doc = Document::new("Letter", "en-GB", "# Dear Zoë\n\nSome *text* with **bold** and a [link](https://example.org).\n\n- a\n- b\n  1. c\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n> quote\n\n`code`\n\n---\n\n[PAGEBREAK]\n\nŁukasz Ñandú Ελένη Иван ☐ ☑").unwrap().with_date(Date::new(2024,2,29).unwrap());
    let pdf = to_pdf_replacing(&doc).unwrap();
    println!("first {:?} {} {:?}", t.elapsed(), pdf.bytes.len(), pdf.warnings);
    std::fs::write("/tmp/doc.pdf", &pdf.bytes).unwrap();
    let t = std::time::Instant::now();
    let pdf = to_pdf_replacing(&doc).unwrap();
    println!("second {:?} {} {:?}", t.elapsed(), pdf.bytes.len(), pdf.warnings);
    for c in ["\u{200d}", "\u{200e}", "\u{ad}", "\u{fe0f}", "\u{2066}", "\u{2069}","\u{200b}", "\u{2060}", "\u{200c}", "\u{200f}"] {
        let doc = Document::new("L", "en", &format!("a{c}b שלום")).unwrap();
        println!("{:x} {:?}", c.chars().next().unwrap() as u32, to_pdf_replacing(&doc).unwrap().warnings);
    }
    for n in [5, 10, 20, 31] {
        let list: String = (0..n).map(|i| format!("{}- x\n", "  ".repeat(i))).collect();
        let t = std::time::Instant::now();
        let r = Document::new("L", "en", &list).and_then(|d| to_pdf_replacing(&d));
        println!("list {n} {:?} {:?}", r.map(|p| p.warnings), t.elapsed());
        let quote: String = format!("{} x", ">".repeat(n*2));
        let r = Document::new("L", "en", &quote).and_then(|d| to_pdf_replacing(&d));
        println!("quote {n} {:?}", r.map(|p| p.warnings));
        let em = format!("{}x{}", "*a **b ".repeat(n), "** *".repeat(n));
        let r = Document::new("L", "en", &em).and_then(|d| to_pdf_replacing(&d));
        println!("em {n} {:?}", r.map(|p| p.warnings));
    }
}

#[test]
fn all_points() {
    let t = std::time::Instant::now();
    let all: Vec<char> = ('\u{21}'..='\u{1ffff}').filter(|c| crate::glyphs::is_covered(*c) && !c.is_control()).collect();
    println!("{} covered {:?}", all.len(), t.elapsed());
    let ok = |cs: &[char]| { let t: String = cs.iter().map(|c| format!("a{c}b `{c}` **{c}** *{c}*\n\n").replace(['[', '<'], "x")).collect(); let d = Document::new("L", "en", &t).unwrap().with_date(Date::new(2024,1,1).unwrap()); to_pdf(&d).is_ok() };
    let t = std::time::Instant::now();
    assert!(ok(&all));
    println!("{:?}", t.elapsed());
}
