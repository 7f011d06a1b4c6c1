//! Mail over SMTP.
//!
//! Start at [`Smtp`]. TLS is rustls with the roots of Mozilla; nothing is sent in clear but to a
//! server that is named with `smtp://`, which is meant for one on this machine.
//!
//! # Invariants
//!
//! - No error names an address or holds a word of a mail.

#[cfg(test)]
mod tests;

use std::time::Duration;

use affiant_backend::{Mail, MailError, Mailer};
use async_trait::async_trait;
use lettre::message::header::{self, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::Error as Failed;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

/// How long the mail server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends mail to one mail server, over connections that are kept.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The address of the server is none. It is not shown: it may hold a password.
    #[error(
        "the address of the mail server does not fit: write smtps://USER:PASSWORD@HOST or smtp://HOST?tls=required"
    )]
    Server,
    /// The sender is not an e-mail address.
    #[error("the sender `{0}` is not an e-mail address such as `Legal Aid <forms@example.org>`")]
    Sender(String),
}

impl Smtp {
    /// Mail by `from`, over the server at `url`: `smtps://USER:PASSWORD@HOST:PORT`, or `smtp://…`
    /// with `?tls=required` for STARTTLS. Characters of user and password that have a meaning in
    /// addresses are written with `%`.
    pub fn new(url: &str, from: &str) -> Result<Self, SettingsError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| SettingsError::Server)?;
        let transport = builder.timeout(Some(PATIENCE)).build();
        Ok(Self { transport, from: sender(from)? })
    }
}

fn sender(from: &str) -> Result<Mailbox, SettingsError> {
    from.parse().map_err(|_| SettingsError::Sender(from.to_owned()))
}

fn message(mail: &Mail, from: &Mailbox) -> Result<Message, MailError> {
    // A mail that comes twice, because a server died over it, can be told by its id.
    let id = format!("<{}@{}>", hex::encode(mail.id), from.email.domain());
    let mut builder = Message::builder()
        .from(from.clone())
        .subject(mail.subject.clone())
        .message_id(Some(id))
        .header(Automatic);
    if mail.to.is_empty() {
        return Err(refused("it goes to nobody"));
    }
    for to in &mail.to {
        builder = builder.to(mailbox(to)?);
    }
    for cc in &mail.cc {
        builder = builder.cc(mailbox(cc)?);
    }
    for bcc in &mail.bcc {
        builder = builder.bcc(mailbox(bcc)?);
    }
    for reply_to in &mail.reply_to {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    let text = SinglePart::plain(mail.text.clone());
    let written = if mail.files.is_empty() {
        builder.singlepart(text)
    } else {
        let mut parts = MultiPart::mixed().singlepart(text);
        for file in &mail.files {
            let kind = header::ContentType::parse(&file.media_type);
            let kind = kind.map_err(|_| refused("a file has no media type"))?;
            let name = one_line(&file.name);
            parts = parts.singlepart(Attachment::new(name).body(file.content.clone(), kind));
        }
        builder.multipart(parts)
    };
    written.map_err(|_| refused("the mail cannot be written"))
}

/// What is wrong with an address is in no error: it may hold the address.
fn mailbox(address: &str) -> Result<Mailbox, MailError> {
    let address = address.parse().map_err(|_| refused("this is no address"))?;
    Ok(Mailbox::new(None, address))
}

/// A name that adds no line to the head of a mail.
fn one_line(name: &str) -> String {
    name.chars().map(|it| if it.is_control() || it == '"' { '_' } else { it }).collect()
}

/// A mail as a mail server gets it, for those who write it into a file instead. `from` is the
/// sender.
pub fn written(mail: &Mail, from: &str) -> Result<Vec<u8>, MailError> {
    let from = sender(from).map_err(|it| MailError::Refused(it.into()))?;
    Ok(message(mail, &from)?.formatted())
}

/// Keeps programs that answer mail from answering ours (RFC 3834).
#[derive(Clone)]
struct Automatic;

impl Header for Automatic {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn refused(why: &'static str) -> MailError {
    MailError::Refused(why.into())
}

/// What the server's answer means. Its words may hold the address: only its code is kept.
fn failed(error: &Failed) -> MailError {
    let what = match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_timeout() => "the mail server did not answer in time".to_owned(),
        None if error.is_tls() => "the mail server offers no TLS that can be trusted".to_owned(),
        None => "the mail server cannot be reached".to_owned(),
    };
    // Wrong credentials are for the administrator to mend: the mail is not to blame.
    let is_login = error.status().is_some_and(|it| matches!(u16::from(it), 530 | 534 | 535 | 538));
    if error.is_permanent() && !is_login {
        MailError::Refused(what.into())
    } else {
        MailError::Unavailable(what.into())
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = message(mail, &self.from)?;
        self.transport.send(message).await.map(|_| ()).map_err(|it| failed(&it))
    }

    async fn check(&self) -> Result<(), MailError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::Unavailable("the mail server does not work".into())),
            Err(error) => Err(failed(&error)),
        }
    }
}
