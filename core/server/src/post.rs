//! Where mail goes: to the mail server of the configuration or, on a server for authors, into a
//! folder.

use std::sync::Arc;

use affiant_mail_smtp::{Smtp, written};
use affiant_web::{MailFolder, Post};

use crate::config::Config;

/// The sender of mail that goes into a folder.
const AUTHOR: &str = "Affiant <affiant@localhost>";

/// Where mail goes.
pub(crate) fn post(config: &Config) -> anyhow::Result<Post> {
    let from = config.mail_from.as_deref();
    match (&config.smtp, config.dev) {
        (Some(url), _) => {
            let from = from.ok_or_else(|| {
                anyhow::anyhow!("smtp is set, but mail_from is not: say who mail comes from")
            })?;
            Ok(Post::Server(Arc::new(Smtp::new(url, from)?)))
        }
        (None, true) => {
            let from = from.unwrap_or(AUTHOR).to_owned();
            let write = move |mail: &_| written(mail, &from);
            Ok(Post::Folder(Arc::new(MailFolder::new(config.data.join("mail"), write))))
        }
        (None, false) => {
            tracing::warn!(
                "no mail server is set (smtp): nobody can confirm an e-mail address or reset a password"
            );
            Ok(Post::Nowhere)
        }
    }
}
