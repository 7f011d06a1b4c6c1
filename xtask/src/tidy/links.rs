//! Links between the Markdown files of the tree, and comments that name one, lead somewhere.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// Checks every link of every Markdown file that is not to another site.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("md") {
        for (line, target) in targets(text) {
            let elsewhere = target.contains("://") || target.starts_with("mailto:");
            if !elsewhere && !leads_somewhere(tree, path, target) {
                findings.push(Finding::new(path, line, format!("`{target}` leads nowhere")));
            }
        }
    }
    for (path, text) in tree.texts("rs") {
        let comments = (1..).zip(text.lines()).filter(|(_, it)| it.trim_start().starts_with("//"));
        for (line, name) in comments.flat_map(|(line, it)| documents(it).map(move |it| (line, it)))
        {
            let ending = format!("/{name}");
            if !tree.files.iter().any(|it| it.path == name || it.path.ends_with(&ending)) {
                findings.push(Finding::new(path, line, format!("there is no `{name}`")));
            }
        }
    }
    findings
}

/// Returns the Markdown files that a comment names.
fn documents(comment: &str) -> impl Iterator<Item = &str> {
    let is_path_part = |it: char| it.is_alphanumeric() || matches!(it, '.' | '-' | '_' | '/');
    let words = comment.split(move |it| !is_path_part(it)).map(|it| it.trim_end_matches('.'));
    words.filter(|it| it.strip_suffix(".md").is_some_and(|name| !name.is_empty()))
}

/// Returns the link targets outside of code, with their lines.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut targets = Vec::new();
    let mut fence: Option<&str> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let marks = fence_marks(line);
        match (fence, marks) {
            (Some(open), Some(close)) if close.starts_with(open) => fence = None,
            (Some(_), _) => {}
            (None, Some(open)) => fence = Some(open),
            (None, None) => targets.extend(targets_of_line(line).map(|it| (number, it))),
        }
    }
    targets
}

fn fence_marks(line: &str) -> Option<&str> {
    let line = line.trim_start();
    ['`', '~'].into_iter().find_map(|mark| {
        let length = line.len() - line.trim_start_matches(mark).len();
        (length >= 3).then(|| &line[..length])
    })
}

fn targets_of_line(line: &str) -> impl Iterator<Item = &str> {
    let definition = line
        .strip_prefix('[')
        .and_then(|it| it.split_once("]: "))
        .and_then(|(_, target)| target.split_whitespace().next());
    let inline = line.match_indices("](").filter_map(|(at, marks)| {
        let in_code = line[..at].matches('`').count() % 2 == 1;
        let (target, _) = line[at + marks.len()..].split_once(')')?;
        target.split_whitespace().next().filter(|_| !in_code)
    });
    definition.into_iter().chain(inline)
}

fn leads_somewhere(tree: &Tree, from: &str, target: &str) -> bool {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() { Some(from.to_owned()) } else { joined(from, file) };
    let Some(path) = path else { return false };
    if path.is_empty() {
        return true;
    }
    let text = tree.texts("md").find(|(it, _)| *it == path).map(|(_, text)| text);
    let has_anchor = match text {
        Some(text) if !anchor.is_empty() => text.lines().any(|line| slug(line) == anchor),
        _ => true,
    };
    tree.has(&path) && has_anchor
}

/// Returns the path that `target` means in the file `from`, or `None` when it leaves the tree.
fn joined(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Returns the anchor that a heading gets, or nothing for another line.
fn slug(line: &str) -> String {
    let heading = line.trim_start_matches('#');
    if heading.len() == line.len() || !heading.starts_with(' ') {
        return String::new();
    }
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'))
        .map(|it| if it == ' ' { '-' } else { it })
        .collect()
}
