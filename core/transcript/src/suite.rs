//! Suites: Markdown files whose headings are cases.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_diagnostic::render_human;
use affiant_interview::{Files, Unreadable};
use affiant_runtime::{NoPlugins, Plugins};

use crate::player::Player;

/// All cases of one Markdown file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suite {
    /// The cases, in order.
    pub cases: Vec<Case>,
}

/// One case: an interview and a conversation with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The heading.
    pub title: String,
    /// Line of the heading.
    pub line: usize,
    /// The interview's files by name; the first one is the interview.
    pub files: Vec<(String, String)>,
    /// What is expected of it.
    pub expected: Expected,
    /// The lines of the file between the fences of what is expected, counted from zero.
    pub expected_lines: std::ops::Range<usize>,
}

/// What a case expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A conversation.
    Transcript(String),
    /// What `affiant check` prints.
    Diagnostics(String),
    /// The fenced block is missing: the case is not complete.
    Nothing,
}

/// A case that went otherwise than written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The case's heading.
    pub title: String,
    /// Line of the heading.
    pub line: usize,
    /// What was written.
    pub expected: String,
    /// What happened.
    pub actual: String,
}

/// Reads a suite. Headings without fenced blocks are prose.
pub fn cases(markdown: &str) -> Suite {
    let mut found: Vec<Case> = Vec::new();
    let mut fence: Option<(usize, String, String)> = None;
    for (at, line) in markdown.lines().enumerate() {
        if let Some((start, info, body)) = &mut fence {
            if line.trim_end() == "```" {
                let (lines, info, body) = (*start..at, std::mem::take(info), std::mem::take(body));
                fence = None;
                if let Some(case) = found.last_mut() {
                    case.take(&info, body, lines);
                }
            } else {
                body.push_str(line);
                body.push('\n');
            }
        } else if let Some(info) = line.strip_prefix("```") {
            fence = Some((at + 1, info.trim().to_owned(), String::new()));
        } else if let Some(title) = line.strip_prefix('#') {
            let title = title.trim_start_matches('#').trim().to_owned();
            found.push(Case {
                title,
                line: at + 1,
                files: Vec::new(),
                expected: Expected::Nothing,
                expected_lines: 0..0,
            });
        }
    }
    found.retain(|it| !it.files.is_empty() || it.expected != Expected::Nothing);
    Suite { cases: found }
}

impl Case {
    /// A fenced block: `yaml interview [NAME]`, `file NAME`, `text transcript`, `text diagnostics`.
    fn take(&mut self, info: &str, body: String, lines: std::ops::Range<usize>) {
        let words: Vec<&str> = info.split_whitespace().collect();
        match words.as_slice() {
            ["yaml", "interview"] => self.files.insert(0, ("interview.yml".to_owned(), body)),
            ["yaml", "interview", name] => self.files.insert(0, ((*name).to_owned(), body)),
            [_, "file", name] => self.files.push(((*name).to_owned(), body)),
            ["text", kind @ ("transcript" | "diagnostics")] => {
                self.expected_lines = lines;
                self.expected = match *kind {
                    "transcript" => Expected::Transcript(body),
                    _ => Expected::Diagnostics(body),
                };
            }
            _ => {}
        }
    }

    /// Plays the case where no plugin is installed. `None` when it went as written.
    pub fn run(&self) -> Option<Mismatch> {
        self.run_with(&(Arc::new(NoPlugins) as Arc<dyn Plugins>))
    }

    /// Plays the case where these plugins are. `None` when it went as written.
    pub fn run_with(&self, plugins: &Arc<dyn Plugins>) -> Option<Mismatch> {
        let (expected, actual) = match &self.expected {
            Expected::Transcript(text) => (text.clone(), self.transcript(text, plugins)),
            Expected::Diagnostics(text) => (text.clone(), self.diagnostics(plugins)),
            Expected::Nothing => {
                ("a `text transcript` or `text diagnostics` block".to_owned(), "none".to_owned())
            }
        };
        (expected.trim_end() != actual.trim_end()).then(|| Mismatch {
            title: self.title.clone(),
            line: self.line,
            expected,
            actual,
        })
    }

    /// The conversation as it really goes with the user's lines of `written`.
    fn transcript(&self, written: &str, plugins: &Arc<dyn Plugins>) -> String {
        let Some((name, _)) = self.files.first() else { return "no interview\n".to_owned() };
        let loading = affiant_runtime::load_with(name, &Given(&self.files), plugins);
        let Some(loaded) = loading.loaded else {
            return loading
                .diagnostics
                .iter()
                .filter(|it| it.is_error())
                .map(|it| render_human(it, &loading.sources))
                .collect();
        };
        Player::new(&loaded, &loading.sources).play(written)
    }

    /// What checking the interview prints.
    fn diagnostics(&self, plugins: &Arc<dyn Plugins>) -> String {
        let Some((name, _)) = self.files.first() else { return "no interview\n".to_owned() };
        let loading = affiant_runtime::load_with(name, &Given(&self.files), plugins);
        let printed: Vec<String> =
            loading.diagnostics.iter().map(|it| render_human(it, &loading.sources)).collect();
        printed.join("\n")
    }
}

/// The files of a case.
struct Given<'a>(&'a [(String, String)]);

impl Files for Given<'_> {
    fn read(&self, name: &str) -> Result<String, Unreadable> {
        let all: BTreeMap<&str, &str> =
            self.0.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        all.get(name).map(|it| (*it).to_owned()).ok_or(Unreadable::NotFound)
    }
}
