//! The theme: templates, style, script. The default one is in the binary; a folder can replace any
//! file of it.

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use sha2::{Digest as _, Sha256};

static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../themes/default");

/// Why a theme cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ThemeError {
    /// A file of the folder cannot be read.
    #[error("a file of the theme cannot be read")]
    Read(#[source] std::io::Error),
    /// A template is faulty.
    #[error("the template {name} is faulty in line {line}: {message}")]
    Template {
        /// The template.
        name: String,
        /// The line.
        line: usize,
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
    names: BTreeMap<String, String>,
}

impl Theme {
    /// The theme of the binary, with files of `folder` in place of its own.
    pub fn load(folder: Option<&Path>) -> Result<Self, ThemeError> {
        let mut theme =
            Self { environment: environment(), assets: BTreeMap::new(), names: BTreeMap::new() };
        let files = ["templates", "assets"]
            .iter()
            .filter_map(|it| DEFAULT.get_dir(it))
            .flat_map(Dir::files);
        for file in files {
            let path = file.path();
            let own = folder.map(|it| it.join(path)).filter(|it| it.is_file());
            let content = match own {
                Some(own) => fs_err::read(own).map_err(ThemeError::Read)?,
                None => file.contents().to_vec(),
            };
            theme.add(path, content)?;
        }
        Ok(theme)
    }

    fn add(&mut self, path: &Path, content: Vec<u8>) -> Result<(), ThemeError> {
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        let media_type = match ending {
            "html" => {
                let text = String::from_utf8_lossy(&content).into_owned();
                return self.environment.add_template_owned(name.clone(), text).map_err(|error| {
                    ThemeError::Template {
                        name,
                        line: error.line().unwrap_or(1),
                        message: error.kind().to_string(),
                    }
                });
            }
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => return Ok(()),
        };
        let digest: String =
            Sha256::digest(&content).iter().take(6).map(|it| format!("{it:02x}")).collect();
        let with_digest = format!("{stem}-{digest}.{ending}");
        self.names.insert(name.clone(), with_digest.clone());
        self.assets.insert(with_digest, (media_type, content));
        Ok(())
    }

    /// A style or script by the name that carries its digest.
    pub(crate) fn asset(&self, name: &str) -> Option<(&'static str, &[u8])> {
        self.assets.get(name).map(|(media_type, content)| (*media_type, content.as_slice()))
    }

    /// Draws a template. A fault of the theme is logged and gives a bare page.
    pub(crate) fn draw(&self, template: &str, context: &Value) -> String {
        let names = Value::from_pairs(
            self.names.iter().map(|(name, it)| (name.clone(), Value::from(it.clone()))),
        );
        let context = minijinja::context! { assets => names, ..context.clone() };
        let drawn = self.environment.get_template(template).and_then(|it| it.render(context));
        drawn.unwrap_or_else(|error| {
            tracing::error!(template, line = error.line(), kind = %error.kind(), "the theme is faulty");
            "<!doctype html><html lang=\"en\"><title>Sorry</title><h1>Sorry, this page cannot be shown</h1></html>".to_owned()
        })
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // What an author did not write is nothing on the page, not the word for it.
    environment.set_formatter(|out, state, value| {
        let shown = if value.is_none() { &Value::UNDEFINED } else { value };
        minijinja::escape_formatter(out, state, shown)
    });
    let syntax =
        minijinja::syntax::SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    if let Ok(syntax) = syntax {
        environment.set_syntax(syntax);
    }
    environment
}
