//! What surrounds every page.

use std::sync::Arc;

use affiant_backend::GrantRole;
use affiant_interview::Interview;
use minijinja::{Value, context};

use crate::app::App;
use crate::delivering::Sent;
use crate::heard::heard;
use crate::page::consent;
use crate::running::{self, Running};
use crate::session::{Holder, Session};
use crate::theme::{FALLBACK, Theme};
use crate::{cookie, csrf};

/// Languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 11] =
    ["ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

/// What surrounds every page: plain data, so that pages can be drawn without a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// Language of the texts, a BCP 47 tag.
    pub(crate) language: String,
    /// The languages that people can choose from, if there are several.
    pub(crate) languages: Vec<String>,
    /// The step that choosing a language leads back to.
    pub(crate) step: Option<u32>,
    /// The page of the site that it leads back to.
    pub(crate) back: Option<String>,
    /// The interview's name in addresses, if the page belongs to one.
    pub(crate) name: Option<String>,
    /// The interview's title.
    pub(crate) service: Option<String>,
    /// The code that proves that a form is ours, in a session.
    pub(crate) csrf: Option<String>,
    /// The session's revision.
    pub(crate) revision: u64,
    /// The session's last step.
    pub(crate) last_step: u32,
    /// Days without use after which a session is deleted.
    pub(crate) keep_days: u32,
    /// Where people reach the site.
    pub(crate) origin: String,
    /// Whether authors look on.
    pub(crate) dev: bool,
    /// The session's place in an account, if it belongs to one.
    pub(crate) shared: Option<Shared>,
    /// What plugins deliver in the session.
    pub(crate) sent: Vec<Sent>,
    /// Whether plugins are on in the interview.
    pub(crate) has_plugins: bool,
    /// What is asked before plugins act on the page, if something is.
    pub(crate) consent: Option<Value>,
    /// The host from which browsers fetch files, if it is not this server.
    pub(crate) lent_by: Option<String>,
}

/// A session of an account, as one of the people who can see it sees that.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    /// Its id in addresses.
    pub(crate) id: String,
    /// What the person may do.
    pub(crate) role: GrantRole,
    /// How many people besides the owner can see it.
    pub(crate) readers: usize,
    /// The private parts that the person sees, as they are called; `None` for everything.
    pub(crate) parts: Option<Vec<String>>,
}

impl Frame {
    /// A page of the site itself, in the language of whoever asks for it.
    pub(crate) fn site(app: &App) -> Self {
        let heard = heard();
        let languages = if heard.back.is_some() { app.theme.languages() } else { &[] };
        Self {
            language: heard.language,
            languages: languages.to_vec(),
            back: heard.back,
            ..Self::english(app)
        }
    }

    /// A page of the site whose texts are not translated.
    pub(crate) fn english(app: &App) -> Self {
        Self {
            language: FALLBACK.to_owned(),
            keep_days: app.keep_days(),
            origin: app.settings.origin.clone(),
            dev: app.settings.dev,
            lent_by: app.direct.as_ref().map(|it| it.host.clone()),
            ..Self::default()
        }
    }

    /// A page of an interview outside of a session.
    pub(crate) fn interview(app: &App, name: &str, interview: &Interview) -> Self {
        let running = running::in_interview(app, name);
        Self {
            language: interview.language().to_owned(),
            name: Some(name.to_owned()),
            service: Some(interview.metadata.title.clone()),
            languages: interview.languages(),
            consent: asked(&running::acting_in(app, name), name),
            has_plugins: !running.is_empty(),
            ..Self::english(app)
        }
    }

    /// The same page in another language, if there is one.
    pub(crate) fn speaking(mut self, interview: &Interview, language: Option<String>) -> Self {
        if let Some(language) = language {
            let title = &interview.metadata.title;
            self.service = Some(interview.word(&language, title).unwrap_or(title).to_owned());
            self.language = language;
        }
        self
    }

    /// A page of a session.
    pub(crate) fn session(app: &App, session: &Session) -> Self {
        Self {
            csrf: csrf::code(app, &session.holder),
            revision: session.row.revision,
            last_step: session.row.last_step,
            sent: session.sent.clone(),
            shared: matches!(session.holder, Holder::Person(_)).then(|| Shared {
                id: cookie::encode_id(session.row.id.0),
                role: session.role,
                readers: session.readers,
                parts: session.seen_sections(),
            }),
            ..Self::interview(app, &session.row.interview, session.loaded.interview())
        }
    }

    /// What templates are given.
    pub(crate) fn context(&self, theme: &Theme) -> Value {
        context! {
            lang => self.language.as_str(),
            dir => direction(&self.language),
            // The theme has no words of this language: its English ones are marked as such.
            foreign => !theme.speaks(&self.language),
            languages => self.choices(),
            language_step => self.step,
            language_back => self.back.as_deref(),
            marks => marks(&self.language),
            name => self.name.as_deref(),
            service => self.service.as_deref(),
            csrf => self.csrf.as_deref(),
            revision => self.revision,
            last_step => self.last_step,
            keep_days => self.keep_days,
            dev => self.dev,
            shared => self.shared.as_ref().map(|it| context! {
                id => it.id.as_str(),
                role => it.role.word(),
                readers => it.readers,
                parts => it.parts.clone(),
            }),
            sent => self.sent.iter().map(sent).collect::<Vec<_>>(),
            consent => self.consent.clone(),
            has_plugins => self.has_plugins,
            lent_by => self.lent_by.as_deref(),
            sections => false,
        }
    }
}

/// What the template is given of a delivery.
fn sent(it: &Sent) -> Value {
    context! {
        by => it.by.as_str(),
        to => it.to.as_str(),
        status => it.status,
        at => it.at.as_str(),
        until => it.until.as_str(),
        number => it.number.as_str(),
        reason => it.reason.as_str(),
        files => it.files.join(", "),
    }
}

/// What is asked of the sender of the request that is answered, before plugins act in an interview.
fn asked(running: &[Arc<Running>], interview: &str) -> Option<Value> {
    let heard = heard();
    let back = heard.back.unwrap_or_else(|| format!("/i/{interview}"));
    consent::panel(running, &heard.visitor, &back)
}

impl Frame {
    /// The languages by their own names; none when there is only one.
    fn choices(&self) -> Vec<Value> {
        let named = |tag: &String| {
            context! {
                tag => tag.as_str(),
                name => own_name(tag),
                dir => direction(tag),
                current => *tag == self.language,
            }
        };
        if self.languages.len() < 2 {
            Vec::new()
        } else {
            self.languages.iter().map(named).collect()
        }
    }
}

/// What stands before a fraction and between thousands, for the script.
fn marks(language: &str) -> String {
    let (point, comma) = affiant_library::locale(language).marks();
    format!("{point}{comma}")
}

/// What a language is called by those who speak it; its tag where we do not know.
fn own_name(tag: &str) -> &str {
    const NAMES: [(&str, &str); 24] = [
        ("ar", "العربية"),
        ("bg", "Български"),
        ("cs", "Čeština"),
        ("cy", "Cymraeg"),
        ("el", "Ελληνικά"),
        ("fa", "فارسی"),
        ("fr", "Français"),
        ("ga", "Gaeilge"),
        ("he", "עברית"),
        ("hi", "हिन्दी"),
        ("ht", "Kreyòl ayisyen"),
        ("it", "Italiano"),
        ("ja", "日本語"),
        ("ko", "한국어"),
        ("nl", "Nederlands"),
        ("pl", "Polski"),
        ("pt", "Português"),
        ("ro", "Română"),
        ("ru", "Русский"),
        ("so", "Soomaali"),
        ("tr", "Türkçe"),
        ("uk", "Українська"),
        ("vi", "Tiếng Việt"),
        ("zh", "中文"),
    ];
    let main = tag.split('-').next().unwrap_or(tag);
    if affiant_library::speaks(tag) {
        return affiant_library::locale(tag).name();
    }
    NAMES.iter().find(|it| it.0 == main).map_or(tag, |it| it.1)
}

/// Which way a language is written.
pub(crate) fn direction(language: &str) -> &'static str {
    let main = language.split('-').next().unwrap_or(language);
    if RIGHT_TO_LEFT.contains(&main) { "rtl" } else { "ltr" }
}
