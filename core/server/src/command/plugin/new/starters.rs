//! The plugins that new ones start from: those of `examples/plugins`, under another name.

/// What a plugin is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Functions that scripts, texts and documents call.
    Functions,
    /// A whole interview.
    Logic,
    /// A type of field.
    Field,
    /// Learns how interviews are used.
    Analytics,
    /// Suggests while somebody types.
    Lookup,
    /// Sends what was made to somebody.
    Delivery,
    /// Makes documents.
    Assembly,
}

/// A plugin that a new one starts from.
pub(crate) struct Starter {
    /// Its kind, as manifests write it.
    pub(crate) kind: &'static str,
    /// What it calls itself.
    name: &'static str,
    /// The same for people.
    title: &'static str,
    pub(crate) code: &'static str,
    manifest: &'static str,
    /// Into German.
    pub(crate) translation: Option<&'static str>,
    /// An interview that it decides.
    interview: Option<&'static str>,
}

macro_rules! example {
    ($kind:literal, $file:literal) => {
        include_str!(concat!("../../../../../../examples/plugins/", $kind, $file))
    };
}

macro_rules! starter {
    ($kind:literal, $name:literal, $title:literal, $translation:expr) => {
        Starter {
            kind: $kind,
            name: $name,
            title: $title,
            code: example!($kind, "/src/lib.rs"),
            manifest: example!($kind, "/plugin.toml"),
            translation: $translation,
            interview: None,
        }
    };
}

impl Kind {
    pub(crate) fn starter(self) -> Starter {
        match self {
            Self::Functions => {
                let translation = Some(example!("functions", "/i18n/de.toml"));
                starter!("functions", "shouting", "Shouting", translation)
            }
            Self::Logic => Starter {
                interview: Some(example!("logic", "/parking.yml")),
                ..starter!("logic", "parking", "Parking ticket", None)
            },
            Self::Field => starter!("field", "plates", "Number plates", None),
            Self::Analytics => starter!("analytics", "counting", "Counting", None),
            Self::Lookup => starter!("lookup", "courts", "Courts", None),
            Self::Delivery => starter!("delivery", "filing", "Filing with a court", None),
            Self::Assembly => starter!("assembly", "letters", "Plain letters", None),
        }
    }
}

impl Starter {
    /// An interview that it decides, under another name.
    pub(crate) fn interview(&self, name: &str) -> Option<String> {
        let (before, after) = (format!("org.example.{}", self.name), format!("org.example.{name}"));
        self.interview.map(|it| it.replace(&before, &after))
    }

    /// Its manifest under another name.
    pub(crate) fn manifest(&self, name: &str) -> String {
        let id = format!("org.example.{}", self.name);
        let component = format!("{}.wasm", self.name);
        let text = self.manifest.replace(&quoted(&id), &quoted(&format!("org.example.{name}")));
        let text = text.replace(&quoted(&component), &quoted(&format!("{name}.wasm")));
        self.named(&text, name)
    }

    /// A text that holds its name for people, under another one.
    pub(crate) fn named(&self, text: &str, name: &str) -> String {
        text.replacen(&quoted(self.title), &quoted(&title(name)), 1)
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// A name for people.
pub(crate) fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |it| it.to_uppercase().chain(letters).collect())
}
