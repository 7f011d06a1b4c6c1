//! Sends the mails that wait.

use affiant_account::open_letter;
use affiant_backend::{MailError, OutboxRow, StorageError};

use crate::app::App;
use crate::mail;

/// Mails that are sent in one go.
const ONCE: u32 = 20;

/// Seconds after which a mail is tried again: twice as many each time, up to an hour.
fn pause(attempts: u32) -> i64 {
    (30_i64 << attempts.min(7)).min(3_600)
}

impl App {
    /// Sends the mails that are due, and puts off those that the mail server does not take now.
    /// Returns how many were sent. Without a way to send mail, all of them wait.
    pub async fn deliver_mail(&self) -> Result<usize, StorageError> {
        if self.post.mailer().is_none() {
            return Ok(0);
        }
        let now = self.clock.seconds();
        let mut sent = 0;
        for row in self.store.due_mail(now, ONCE).await? {
            match self.deliver(&row, now).await {
                Ok(()) => {
                    // Only now: a crash between the two sends a letter twice, rather than never.
                    self.store.forget_mail(row.id).await?;
                    sent += 1;
                }
                Err(Undelivered::Later) if row.expires > now => {
                    self.store.put_off_mail(row.id, now + pause(row.attempts)).await?;
                }
                Err(_) => self.store.forget_mail(row.id).await?,
            }
        }
        Ok(sent)
    }

    async fn deliver(&self, row: &OutboxRow, now: i64) -> Result<(), Undelivered> {
        if row.expires <= now {
            tracing::warn!("a mail could not be sent in time and was given up");
            return Err(Undelivered::Never);
        }
        let mailer = self.post.mailer().ok_or(Undelivered::Later)?;
        let letter = open_letter(self.keyring.master(), self.keyring.deployment(), &row.sealed)
            .map_err(|_| {
                tracing::error!("a stored mail does not open and was given up");
                Undelivered::Never
            })?;
        let mail = mail::write(&self.theme, &self.settings.origin, &letter).map_err(|error| {
            tracing::error!(
                template = letter.template,
                line = error.line(),
                "a mail's template is faulty"
            );
            Undelivered::Later
        })?;
        mailer.send(&mail).await.map_err(|error| {
            tracing::warn!(%error, template = letter.template, "a mail was not sent");
            match error {
                MailError::Refused(_) => Undelivered::Never,
                _ => Undelivered::Later,
            }
        })
    }
}

/// Why a mail was not sent.
enum Undelivered {
    /// Another time it may be.
    Later,
    /// It never will.
    Never,
}
