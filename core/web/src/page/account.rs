//! The pages of an account: forms of few fields, and lists.

use affiant_account::Proof;
use minijinja::{Value, context};

use crate::page::frame::Frame;
use crate::theme::Theme;

/// A field of a form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// `text`, `email`, `password` or `checkbox`.
    pub(crate) kind: &'static str,
    /// What browsers and password managers fill in.
    pub(crate) autocomplete: &'static str,
    /// Key of its label.
    pub(crate) label: &'static str,
    /// Key of its hint; empty if there is none.
    pub(crate) hint: &'static str,
}

pub(crate) const EMAIL: Field = Field {
    name: "email",
    kind: "email",
    autocomplete: "username",
    label: "account_email",
    hint: "",
};

pub(crate) const PASSWORD: Field = Field {
    name: "password",
    kind: "password",
    autocomplete: "current-password",
    label: "account_password",
    hint: "",
};

pub(crate) const NEW_PASSWORD: Field = Field {
    name: "new",
    kind: "password",
    autocomplete: "new-password",
    label: "account_new_password",
    hint: "account_new_password_hint",
};

/// Beside a second factor a shorter password does.
pub(crate) const NEW_PASSWORD_BESIDE: Field =
    Field { hint: "account_new_password_hint_beside", ..NEW_PASSWORD };

pub(crate) const PASSPHRASE: Field = Field { label: "provider_passphrase", ..PASSWORD };

pub(crate) const NEW_PASSPHRASE: Field = Field { label: "provider_new_passphrase", ..NEW_PASSWORD };

pub(crate) const CODE: Field = Field {
    name: "code",
    kind: "text",
    autocomplete: "one-time-code",
    label: "account_code",
    hint: "account_code_hint",
};

pub(crate) const NAME: Field = Field {
    name: "name",
    kind: "text",
    autocomplete: "name",
    label: "account_name",
    hint: "account_name_hint",
};

pub(crate) const RECOVERY_KEY: Field = Field {
    name: "key",
    kind: "text",
    autocomplete: "off",
    label: "account_recovery_key",
    hint: "account_recovery_key_hint",
};

/// A form: its texts are found by `key`, as `KEY_title` and `KEY_button`.
#[derive(Clone, Debug, Default)]
pub(crate) struct FormPage {
    pub(crate) key: &'static str,
    pub(crate) action: String,
    /// Where Back leads.
    pub(crate) back: &'static str,
    /// Keys of the paragraphs before the form.
    pub(crate) lead: &'static [&'static str],
    /// What stands for `{n}` in texts.
    pub(crate) n: i64,
    /// What the form carries unseen: names and values.
    pub(crate) carried: Vec<(&'static str, String)>,
    pub(crate) fields: Vec<Field>,
    /// What was typed, by the field's name; never a password.
    pub(crate) typed: Vec<(&'static str, String)>,
    /// What is wrong: the field's name and the key of the message.
    pub(crate) errors: Vec<(&'static str, &'static str)>,
    /// Whether the button does what cannot be undone.
    pub(crate) danger: bool,
    /// Whether a passkey does in place of what is typed.
    pub(crate) passkey: bool,
    /// The providers that do as well: id, and what people know each by.
    pub(crate) providers: Vec<(String, String)>,
    /// The link of an invitation that goes along to them.
    pub(crate) invitation: Option<String>,
    /// What stands for `{name}` in texts.
    pub(crate) named: String,
    /// Whether providers are all that there is: the form has a button for each, and is sent to its
    /// action with the provider's id behind it.
    pub(crate) at_provider: bool,
    /// Keys of what stands out before the form; the first one is its heading.
    pub(crate) panel: &'static [&'static str],
    /// Links under the form: address and key of the text.
    pub(crate) links: Vec<(String, &'static str)>,
    /// The day until which nothing is deleted, if the form would delete something.
    pub(crate) held: Option<String>,
}

impl FormPage {
    /// Without the field for the password, where the person shows otherwise that they are there.
    pub(crate) fn proved_by(mut self, proof: Proof) -> Self {
        if proof != Proof::Typed {
            self.fields.retain(|it| it.name != PASSWORD.name);
        }
        self
    }

    pub(crate) fn draw(&self, theme: &Theme, frame: &Frame) -> String {
        let file = if self.at_provider { "account/at-provider.html" } else { "account/form.html" };
        theme.draw(file, self.context(theme, frame))
    }

    pub(crate) fn context(&self, theme: &Theme, frame: &Frame) -> Value {
        let n = self.n.to_string();
        let gaps = [("n", n.as_str()), ("name", self.named.as_str())];
        let say = |key: &str| theme.say(&frame.language, key, &gaps);
        let providers: Vec<Value> = self
            .providers
            .iter()
            .map(|(id, name)| context! { id => id.as_str(), name => name.as_str() })
            .collect();
        let error = |name: &str| self.errors.iter().find(|it| it.0 == name).map(|it| say(it.1));
        let errors: Vec<Value> = self
            .errors
            .iter()
            .map(|(name, key)| context! { target => *name, message => say(key) })
            .collect();
        let fields: Vec<Value> = self
            .fields
            .iter()
            .map(|it| {
                let typed = self.typed.iter().find(|(name, _)| *name == it.name);
                context! {
                    name => it.name,
                    kind => it.kind,
                    autocomplete => it.autocomplete,
                    label => say(it.label),
                    hint => (!it.hint.is_empty()).then(|| say(it.hint)),
                    typed => typed.map_or("", |(_, it)| it.as_str()),
                    error => error(it.name),
                }
            })
            .collect();
        let links: Vec<Value> =
            self.links.iter().map(|(target, key)| context! { target, text => say(key) }).collect();
        let carried: Vec<Value> = self
            .carried
            .iter()
            .map(|(name, value)| context! { name => *name, value => value.as_str() })
            .collect();
        context! {
            carried,
            passkey => self.passkey,
            providers,
            invitation => self.invitation.as_deref(),
            title => say(&format!("{}_title", self.key)),
            button => say(&format!("{}_button", self.key)),
            panel => self.panel.iter().map(|it| say(it)).collect::<Vec<_>>(),
            lead => self.lead.iter().map(|it| say(it)).collect::<Vec<_>>(),
            action => self.action.as_str(),
            before => self.back,
            danger => self.danger,
            fields,
            errors,
            links,
            held => self.held.as_deref(),
            ..frame.context(theme)
        }
    }
}

/// A page that says what happened: its texts are `KEY_title` and `KEY_text`, and a link leads on.
pub(crate) fn said(
    theme: &Theme,
    frame: &Frame,
    key: &str,
    lines: &[String],
    target: &str,
    link: &str,
) -> String {
    theme.draw("account/said.html", said_context(theme, frame, key, lines, target, link))
}

pub(crate) fn said_context(
    theme: &Theme,
    frame: &Frame,
    key: &str,
    lines: &[String],
    target: &str,
    link: &str,
) -> Value {
    let say = |key: &str| theme.say(&frame.language, key, &[]);
    context! {
        title => say(&format!("{key}_title")),
        text => say(&format!("{key}_text")),
        lines => lines.to_vec(),
        target => target,
        link => say(link),
        ..frame.context(theme)
    }
}

/// The page after signing out, with the provider where one may still be signed in: what people know
/// it by, and where they sign out there.
pub(crate) fn signed_out_context(provider: Option<(&str, String)>, said: Value) -> Value {
    let provider = provider.map(|(name, address)| context! { name, address });
    context! { provider, ..said }
}

/// An interview in the list of a person's.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Day of its beginning, as it is shown.
    pub(crate) started: String,
    pub(crate) used: String,
    pub(crate) steps: u32,
    pub(crate) locked: bool,
    /// What the person may do with it.
    pub(crate) role: &'static str,
    /// Until when, if there is an end, as it is shown.
    pub(crate) until: Option<String>,
    /// When it is deleted, if that waits for the end of a hold, as it is shown.
    pub(crate) held: Option<String>,
    /// Whether administrators can read it.
    pub(crate) readable: bool,
}

/// What somebody else wants to share.
#[derive(Clone, Debug)]
pub(crate) struct Offered {
    /// Names the invitation.
    pub(crate) hash: String,
    pub(crate) title: String,
    /// Address of who invites.
    pub(crate) from: String,
    pub(crate) role: &'static str,
    /// The private parts that it opens, as they are called; `None` for everything.
    pub(crate) parts: Option<Vec<String>>,
    /// Until when it can be accepted, as it is shown.
    pub(crate) expires: String,
}

/// What the page of an account shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overview {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) interviews: Vec<Stored>,
    pub(crate) offers: Vec<Offered>,
    /// When the account is deleted, if that waits for the end of a hold, as it is shown.
    pub(crate) held: Option<String>,
    /// Until when a reset keeps the old answers, as it is shown.
    pub(crate) locked_until: Option<String>,
    /// Whether a recovery key is still to be decided on.
    pub(crate) offer_key: bool,
    /// Whether the server keeps a key to the account too.
    pub(crate) in_custody: bool,
    /// Whether the person has nothing to type.
    pub(crate) types_nothing: bool,
}

pub(crate) fn overview_context(theme: &Theme, frame: &Frame, it: &Overview) -> Value {
    let stored = |it: &Stored| {
        context! {
            id => it.id.as_str(),
            title => it.title.as_str(),
            started => it.started.as_str(),
            used => it.used.as_str(),
            steps => it.steps,
            locked => it.locked,
            role => it.role,
            until => it.until.as_deref(),
            held => it.held.as_deref(),
            readable => it.readable,
        }
    };
    let offered = |it: &Offered| {
        context! {
            hash => it.hash.as_str(),
            title => it.title.as_str(),
            from => it.from.as_str(),
            role => it.role,
            parts => it.parts.clone(),
            expires => it.expires.as_str(),
        }
    };
    context! {
        person => it.name.as_str(),
        email => it.email.as_str(),
        offers => it.offers.iter().map(offered).collect::<Vec<_>>(),
        stored => it.interviews.iter().map(stored).collect::<Vec<_>>(),
        held => it.held.as_deref(),
        locked_until => it.locked_until.as_deref(),
        offer_key => it.offer_key,
        in_custody => it.in_custody,
        types_nothing => it.types_nothing,
        ..frame.context(theme)
    }
}

/// A sign-in in the list.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) agent: String,
    pub(crate) day: String,
    /// Key of the words for its level.
    pub(crate) level: &'static str,
    pub(crate) current: bool,
}

pub(crate) fn sign_ins_context(theme: &Theme, frame: &Frame, all: &[Listed]) -> Value {
    let listed = |it: &Listed| {
        let agent = if it.agent.is_empty() {
            theme.say(&frame.language, "account_unknown_browser", &[])
        } else {
            it.agent.clone()
        };
        context! {
            id => it.id.as_str(),
            agent,
            day => it.day.as_str(),
            level => theme.say(&frame.language, it.level, &[]),
            current => it.current,
        }
    };
    context! { listed => all.iter().map(listed).collect::<Vec<_>>(), ..frame.context(theme) }
}

/// The page with a recovery key to write down. `replaced`: it is in force already.
pub(crate) fn recovery_context(
    theme: &Theme,
    frame: &Frame,
    key: Option<&str>,
    replaced: bool,
    wrong: Option<&'static str>,
) -> Value {
    let wrong = wrong.map(|it| theme.say(&frame.language, it, &[]));
    context! { key, replaced, wrong, ..frame.context(theme) }
}
