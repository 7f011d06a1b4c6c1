//! Places of scripts and texts in the file.

use super::support::{good, read};
use crate::{Interview, SourceText};

/// The same words in every style of YAML.
const STYLES: &str = r#"question: Plain {{ wörd }}
subquestion: Plain of {{ several }}
  lines with {{ names }}

  and a {{ paragraph }}
help: 'Single ''quoted'' {{ name }}'
under: "Double \"quoted\" {{ name }}\n\u00e9 {{ other }}"
pre: "Double of
  several \
  lines {{ name }}"
post: >-
  Folded {{ text }}
  of {{ several }} lines

    indented {{ more }}
  and {{ back }}
right: |

  Literal {{ text }}
    indented {{ more }}

  and {{ back }}
submit: |4
        Literal with {{ an }}
      indicator {{ name }}
fields:
  - "Label {{ one }}": one
    hint: >

      Later {{ name }}
  - Label {{ two }}: two
    validate: |
      let a = 1;

      a + two
"#;

fn sources(interview: &Interview) -> impl Iterator<Item = &SourceText> {
    let texts = interview.texts.iter().map(|it| &it.source);
    texts.chain(interview.codes.iter().map(|it| &it.source))
}

/// Checks that each letter of every text is the letter of the file that it is said to be.
fn check(interview: &Interview) {
    for source in sources(interview).filter(|it| !it.anchors.is_empty()) {
        for (offset, letter) in
            source.text.char_indices().filter(|(_, it)| it.is_ascii_alphanumeric())
        {
            let file = interview.sources.text(source.span.source);
            let there = file[source.byte(offset)..].chars().next();
            assert_eq!(there, Some(letter), "at {offset} of {:?}", source.text);
        }
    }
}

#[test]
fn every_letter_is_where_it_is_said_to_be() {
    let interview = good(STYLES);
    assert_eq!(interview.texts.len(), 11);
    check(&interview);
    check(&good(&STYLES.replace('\n', "\r\n")));
}

#[test]
fn every_letter_of_every_kind_of_block_is_where_it_is_said_to_be() {
    let (interview, _) = read(include_str!("good/everything.yml"));
    check(&interview);
}

#[test]
fn a_line_and_a_column_are_found_in_the_file() {
    let interview = good("code: |\n  a = 1\n\n  größe = b + 2\n");
    let source = &interview.codes[0].source;
    let place = source.place(3, 9, 1);
    assert_eq!(interview.sources.slice(place), "b");
    assert_eq!(interview.sources.locate(place).line, 4);
    assert_eq!(interview.sources.locate(place).column, 11);
}

#[test]
fn a_place_behind_the_text_does_not_panic() {
    let interview = good("code: |\n  größe = 1\n");
    let source = &interview.codes[0].source;
    for (line, column, width) in
        [(0, 0, 0), (1, 99, 5), (2, 1, 1), (99, 99, 99), (1, 1, usize::MAX)]
    {
        let _ = interview.sources.locate(source.place(line, column, width));
    }
}
