//! The theme: templates, styles, scripts, words. The default one is in the binary; a folder can
//! replace any file of it and add some.

mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use include_dir::{Dir, include_dir};
use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value};
use sha2::{Digest as _, Sha256};

use crate::{mail, page};
pub(crate) use words::FALLBACK;
use words::Words;

static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../themes/default");

/// The folders of a theme.
const FOLDERS: [&str; 4] = ["templates", "assets", "mail", "messages"];

/// How deep folders of a theme may lie in each other.
const MAX_DEPTH: usize = 4;

/// What is shown when a template fails: the theme cannot be asked for a page of its own.
const BARE: &str = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Sorry, this page cannot be shown</title></head>\n<body><main><h1>Sorry, this page cannot be shown</h1><p>Your answers are kept. Go back and try again later.</p></main></body>\n</html>\n";

/// Why a theme cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ThemeError {
    /// A file of the folder cannot be read.
    #[error("a file of the theme cannot be read")]
    Read(#[source] std::io::Error),
    /// A file of text is not UTF-8.
    #[error("{file} is not UTF-8 text")]
    NotText {
        /// The file.
        file: String,
    },
    /// A template does not parse, or one of the sample pages cannot be drawn with it.
    #[error("{file}, line {line}: {message}")]
    Template {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// A file of words does not hold what it should.
    #[error("{file}: {message}")]
    Words {
        /// The file.
        file: String,
        /// What is wrong.
        message: String,
    },
}

/// Draws pages.
#[derive(Debug)]
pub struct Theme {
    environment: Environment<'static>,
    /// Content by the name it is asked for, which carries a digest.
    assets: BTreeMap<String, (&'static str, Vec<u8>)>,
    /// Name with digest by plain name.
    names: Value,
    /// The languages there are words for.
    languages: Vec<String>,
    words: Arc<Words>,
}

/// The words of the theme that is built in, in English.
static ENGLISH: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let file = DEFAULT.get_file("messages/en.json").and_then(|it| it.contents_utf8());
    let words: BTreeMap<String, serde_json::Value> =
        file.and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default();
    let text = |(key, it): (String, serde_json::Value)| Some((key, it.as_str()?.to_owned()));
    words.into_iter().filter_map(text).collect()
});

/// What is said for a key in English, for programs; the key itself when there is nothing.
pub(crate) fn english(key: &'static str) -> &'static str {
    ENGLISH.get(key).map_or(key, String::as_str)
}

impl Theme {
    /// The theme of the binary, with the files of `folder` in place of its own. Sample pages are
    /// drawn with a folder's theme at once, so that a faulty one is refused when the server starts.
    pub fn load(folder: Option<&Path>) -> Result<Self, ThemeError> {
        let mut files = BTreeMap::new();
        for name in FOLDERS {
            if let Some(inner) = DEFAULT.get_dir(name) {
                collect_embedded(inner, &mut files);
            }
            if let Some(folder) = folder {
                collect_folder(&folder.join(name), Path::new(name), 0, &mut files)?;
            }
        }
        let theme = Self::of(files)?;
        if folder.is_some() {
            theme.check()?;
        }
        Ok(theme)
    }

    fn of(files: BTreeMap<PathBuf, Vec<u8>>) -> Result<Self, ThemeError> {
        let mut environment = environment();
        let mut words = Words::default();
        let mut assets = BTreeMap::new();
        let mut names = BTreeMap::new();
        for (path, content) in files {
            let name = slashed(&path);
            if let Some(template) = name.strip_prefix("templates/") {
                let text = text(&name, content)?;
                environment
                    .add_template_owned(template.to_owned(), text)
                    .map_err(|it| faulty(template, &it))?;
            } else if name.starts_with("mail/") {
                let text = text(&name, content)?;
                environment
                    .add_template_owned(name.clone(), text)
                    .map_err(|it| faulty(&name, &it))?;
            } else if let Some(language) = name.strip_prefix("messages/") {
                let language = language.trim_end_matches(".json").to_owned();
                words.add(&language, &name, &text(&name, content)?)?;
            } else if let Some((asset, media_type)) = asset(&name) {
                let with_digest = with_digest(asset, &content);
                names.insert(asset.to_owned(), Value::from(with_digest.clone()));
                assets.insert(with_digest, (media_type, content));
            }
        }
        let languages = words.languages();
        let words = Arc::new(words);
        let of = Arc::clone(&words);
        environment.add_function("t", move |state: &State<'_, '_>, key: &str, given: Kwargs| {
            say(&of, state, key, &given)
        });
        let of = Arc::clone(&words);
        environment.add_function("day", move |state: &State<'_, '_>, day: &str| {
            of.day(&language(state), day)
        });
        let of = Arc::clone(&words);
        environment.add_function("phrase", move |state: &State<'_, '_>, it: Value| {
            phrase(&of, &language(state), &it)
        });
        Ok(Self { environment, assets, names: Value::from_pairs(names), languages, words })
    }

    /// Draws every sample page and writes every sample letter, strictly.
    fn check(&self) -> Result<(), ThemeError> {
        for (name, drawn) in page::samples::all(self) {
            drawn.map_err(|error| {
                let file = error.name().unwrap_or(&name).to_owned();
                faulty(&file, &error)
            })?;
        }
        for letter in mail::samples() {
            mail::write(self, "https://interviews.example", [0; 16], &letter).map_err(|error| {
                let file = error.name().unwrap_or(letter.template).to_owned();
                faulty(&file, &error)
            })?;
        }
        Ok(())
    }

    /// What is said for a key in a language; the key itself when the theme has no words for it.
    pub(crate) fn say(&self, language: &str, key: &str, given: &[(&str, &str)]) -> String {
        // A number is one, so that its plural is found.
        let typed = |text: &str| text.parse::<i64>().map_or_else(|_| text.into(), Value::from);
        let value = |name: &str| given.iter().find(|it| it.0 == name).map(|it| typed(it.1));
        self.words.say(language, key, value).unwrap_or_else(|| key.to_owned())
    }

    /// The languages there are words for.
    pub(crate) fn languages(&self) -> &[String] {
        &self.languages
    }

    /// Whether the theme has words for a language.
    pub(crate) fn speaks(&self, language: &str) -> bool {
        let main = language.split('-').next().unwrap_or(language);
        self.languages.iter().any(|it| it == language || it == main)
    }

    /// A sentence in English, for programs.
    pub(crate) fn phrase(&self, it: &affiant_switch::Phrase) -> String {
        let said = phrase(&self.words, "en", &page::phrase(it));
        said.ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// A style or script by the name that carries its digest.
    pub(crate) fn asset(&self, name: &str) -> Option<(&'static str, &[u8])> {
        self.assets.get(name).map(|(media_type, content)| (*media_type, content.as_slice()))
    }

    /// Draws a template. A fault of the theme is logged and gives a bare page.
    pub(crate) fn draw(&self, template: &str, context: Value) -> String {
        self.try_draw(template, context).unwrap_or_else(|error| {
            let name = error.name().unwrap_or(template);
            tracing::error!(template = name, line = error.line(), kind = %error.kind(), "the theme is faulty");
            BARE.to_owned()
        })
    }

    pub(crate) fn try_draw(&self, template: &str, context: Value) -> Result<String, Error> {
        let context = minijinja::context! { assets => self.names.clone(), ..context };
        self.environment.get_template(template)?.render(context)
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    // A misspelt name in a template is a fault; what an author did not write is nothing on the page.
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    // Mail is plain text.
    environment.set_auto_escape_callback(|name| {
        if name.starts_with("mail/") { AutoEscape::None } else { AutoEscape::Html }
    });
    environment.set_formatter(|out, state, value| {
        if value.is_none() { Ok(()) } else { minijinja::escape_formatter(out, state, value) }
    });
    let syntax =
        minijinja::syntax::SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    if let Ok(syntax) = syntax {
        environment.set_syntax(syntax);
    }
    environment
}

/// `t("key", n=3)`: the words for it in the page's language.
fn say(words: &Words, state: &State<'_, '_>, key: &str, given: &Kwargs) -> Result<Value, Error> {
    let said = words.say(&language(state), key, |name| given.get::<Value>(name).ok());
    match said {
        Some(said) => Ok(Value::from(said)),
        None => {
            Err(Error::new(ErrorKind::InvalidOperation, format!("there are no words for “{key}”")))
        }
    }
}

/// The page's language.
fn language(state: &State<'_, '_>) -> String {
    let language = state.lookup("lang");
    language.as_ref().and_then(|it| it.as_str()).unwrap_or("en").to_owned()
}

/// `phrase(it)`: the words for `it.key`, with its number, day and names.
fn phrase(words: &Words, language: &str, it: &Value) -> Result<Value, Error> {
    let key = it.get_attr("key")?;
    let given = |name: &str| {
        let value = it.get_attr(name).ok().filter(|it| !it.is_none())?;
        Some(match (name, value.as_str()) {
            ("day", Some(day)) => Value::from(words.day(language, day)),
            _ => value,
        })
    };
    let said = words.say(language, key.as_str().unwrap_or_default(), given);
    said.map(Value::from).ok_or_else(|| {
        Error::new(ErrorKind::InvalidOperation, format!("there are no words for “{key}”"))
    })
}

fn faulty(file: &str, error: &Error) -> ThemeError {
    ThemeError::Template {
        file: if file.starts_with("mail/") { file.to_owned() } else { format!("templates/{file}") },
        line: error.line().unwrap_or(1),
        message: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
    }
}

fn text(name: &str, content: Vec<u8>) -> Result<String, ThemeError> {
    String::from_utf8(content).map_err(|_| ThemeError::NotText { file: name.to_owned() })
}

/// The name of an asset and its media type, if it is of a kind that is served.
fn asset(name: &str) -> Option<(&str, &'static str)> {
    let asset = name.strip_prefix("assets/")?;
    let (_, ending) = asset.rsplit_once('.')?;
    let media_type = match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => return None,
    };
    Some((asset, media_type))
}

fn with_digest(asset: &str, content: &[u8]) -> String {
    let digest = hex::encode(&Sha256::digest(content)[..6]);
    let (stem, ending) = asset.rsplit_once('.').unwrap_or((asset, ""));
    let stem = stem.replace('/', "-");
    format!("{stem}-{digest}.{ending}")
}

fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|it| it.to_string_lossy()).collect();
    parts.join("/")
}

fn collect_embedded(folder: &Dir<'_>, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for file in folder.files() {
        files.insert(file.path().to_owned(), file.contents().to_vec());
    }
    for inner in folder.dirs() {
        collect_embedded(inner, files);
    }
}

/// Adds the files of a folder on the disk, in place of those of the same name.
fn collect_folder(
    folder: &Path,
    name: &Path,
    depth: usize,
    files: &mut BTreeMap<PathBuf, Vec<u8>>,
) -> Result<(), ThemeError> {
    if !folder.is_dir() || depth > MAX_DEPTH {
        return Ok(());
    }
    for entry in fs_err::read_dir(folder).map_err(ThemeError::Read)? {
        let entry = entry.map_err(ThemeError::Read)?;
        let (path, name) = (entry.path(), name.join(entry.file_name()));
        if path.is_dir() {
            collect_folder(&path, &name, depth + 1, files)?;
        } else {
            files.insert(name, fs_err::read(path).map_err(ThemeError::Read)?);
        }
    }
    Ok(())
}
