//! Making texts ready to render.

use std::collections::BTreeSet;
use std::sync::Arc;

use affiant_guest::Foreign;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior};

use crate::{looking, render, scan};

/// What a text is for, which decides how answers in it are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Markdown for a page or a document.
    Markdown,
    /// Plain text.
    Plain,
}

/// Why a source is not a text. Line and column count from one, in the source given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextProblem {
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
    /// How many characters are to blame, if that is known.
    pub length: Option<usize>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl TextProblem {
    pub(crate) fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }
}

/// A text that can be rendered, by any number of sessions at the same time.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub(crate) body: Body,
    names: Vec<String>,
    /// Functions of plugins that it may call.
    pub(crate) foreign: Arc<Foreign>,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// Without tags: always the same.
    Static(Arc<str>),
    /// A template of an environment that all texts of an interview share.
    Template { environment: Arc<Environment<'static>>, name: Arc<str> },
}

/// Stack of the thread that parses: minijinja's parser recurses.
const STACK: usize = 64 << 20;

/// Makes one text ready.
pub fn compile(source: &str, kind: Kind) -> Result<Compiled, TextProblem> {
    compile_all(&[(source, kind)], &Arc::default()).pop().unwrap_or_else(|| Err(gone()))
}

/// Makes all texts of an interview ready, in order; they may call these functions of plugins besides
/// those of the library. They share one environment.
pub fn compile_all(
    texts: &[(&str, Kind)],
    foreign: &Arc<Foreign>,
) -> Vec<Result<Compiled, TextProblem>> {
    if texts.iter().all(|(source, _)| !has_tags(source)) {
        return texts.iter().map(|(source, _)| Ok(fixed(source))).collect();
    }
    std::thread::scope(|scope| {
        let work = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || compile_here(texts, foreign));
        let done = work.ok().and_then(|it| it.join().ok());
        done.unwrap_or_else(|| texts.iter().map(|_| Err(gone())).collect())
    })
}

fn has_tags(source: &str) -> bool {
    source.contains("{{") || source.contains("{%") || source.contains("{#")
}

fn fixed(source: &str) -> Compiled {
    Compiled { body: Body::Static(source.into()), names: Vec::new(), foreign: Arc::default() }
}

/// The parser failed in a way it should not.
fn gone() -> TextProblem {
    TextProblem {
        message: "this text could not be read".to_owned(),
        line: 1,
        column: 1,
        length: None,
        hint: Some("make it simpler: compute values in code blocks and name them here".to_owned()),
    }
}

fn compile_here(
    texts: &[(&str, Kind)],
    foreign: &Arc<Foreign>,
) -> Vec<Result<Compiled, TextProblem>> {
    let mut environment = environment();
    render::equip_with(&mut environment, foreign);
    let mut ready = Vec::new();
    for (at, (source, kind)) in texts.iter().enumerate() {
        if !has_tags(source) {
            ready.push(Ok((None, fixed(source))));
            continue;
        }
        let ending = match kind {
            Kind::Markdown => "md",
            Kind::Plain => "txt",
        };
        let name = format!("{at}.{ending}");
        let added = add(&mut environment, &name, source, foreign);
        ready.push(added.map(|names| (Some(name), Compiled { names, ..fixed("") })));
    }
    let environment = Arc::new(environment);
    let finish = |(name, mut compiled): (Option<String>, Compiled)| {
        if let Some(name) = name {
            compiled.body =
                Body::Template { environment: Arc::clone(&environment), name: name.into() };
            compiled.foreign = Arc::clone(foreign);
        }
        compiled
    };
    ready.into_iter().map(|it| it.map(finish)).collect()
}

/// Adds a text and gives the names it reads.
fn add(
    environment: &mut Environment<'static>,
    name: &str,
    source: &str,
    foreign: &Foreign,
) -> Result<Vec<String>, TextProblem> {
    let tags = scan::tags(source)?;
    if source.contains(looking::LOOK) {
        return Err(scan::problem(
            source,
            0,
            format!("`{}` is a name of Affiant’s own", looking::LOOK),
        ));
    }
    let locals = looking::locals(source, &tags);
    let mut names = names_read(environment, source, &locals);
    names.retain(|it| !foreign.contains(it.split('.').next().unwrap_or(it)));
    let rewritten = looking::rewrite(source, &tags);
    environment.add_template_owned(name.to_owned(), rewritten).map_err(|error| TextProblem {
        message: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
        line: error.line().unwrap_or(1),
        column: 1,
        length: None,
        hint: hint(source),
    })?;
    Ok(names)
}

/// What an author who comes from another template language may have meant.
fn hint(source: &str) -> Option<String> {
    if source.contains("${") {
        return Some("a value is written `{{ name }}`".to_owned());
    }
    let python = [(" None", "none"), (" True", "true"), (" False", "false")];
    python
        .iter()
        .find(|(word, _)| source.contains(word))
        .map(|(word, ours)| format!("`{}` is written `{ours}` here", word.trim()))
}

/// The longest names that a text reads, locals and functions left out.
fn names_read(
    environment: &Environment<'static>,
    source: &str,
    locals: &BTreeSet<String>,
) -> Vec<String> {
    let Ok(template) = environment.template_from_str(source) else { return Vec::new() };
    let mut names: Vec<String> = template
        .undeclared_variables(true)
        .into_iter()
        .filter(|it| {
            let root = it.split('.').next().unwrap_or(it);
            !locals.contains(root) && affiant_library::function(root).is_none()
        })
        .collect();
    names.sort();
    names
}

/// The environment of a set of texts: strict, bounded, nothing but what we put in.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_recursion_limit(64);
    environment.set_fuel(Some(200_000));
    environment.set_debug(false);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    if let Ok(syntax) = syntax {
        environment.set_syntax(syntax);
    }
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    render::equip(&mut environment);
    environment
}

impl Compiled {
    /// The names the text reads, such as `client.name.first`, found without rendering it.
    pub fn names_read(&self) -> Vec<String> {
        self.names.clone()
    }

    /// Whether the text is always the same.
    pub fn is_static(&self) -> bool {
        matches!(self.body, Body::Static(_))
    }
}
