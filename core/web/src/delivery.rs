//! Sends the mails that wait.

use std::time::Duration;

use affiant_account::open_letter;
use affiant_backend::{MailError, OutboxRow, StorageError};
use tokio::time::timeout;

use crate::app::App;
use crate::mail;

/// Mails that are sent in one go.
const ONCE: usize = 20;

/// How long the mail server may take for one of them.
const PATIENCE: Duration = Duration::from_mins(1);

/// Seconds after which a mail is sent by another server, if this one died over it: longer than it may
/// take.
const CLAIMED: u32 = 90;

/// Seconds after which a mail is tried again: twice as many each time, up to an hour.
fn pause(attempts: u32) -> i64 {
    (30_i64 << attempts.min(7)).min(3_600)
}

impl App {
    /// Sends mails that are due and that no other server is sending, and puts off those that the mail
    /// server does not take now. Returns how many were sent. Without a way to send mail, all of them
    /// wait.
    pub async fn deliver_mail(&self) -> Result<usize, StorageError> {
        if self.post.mailer().is_none() {
            return Ok(0);
        }
        let mut sent = 0;
        for _ in 0..ONCE {
            let now = self.clock.seconds();
            // One by one: a claim is not to end while its mail waits for others.
            let Some(row) = self.store.claim_mail(now, CLAIMED, 1).await?.pop() else { break };
            match self.deliver(&row, now).await {
                Ok(()) => {
                    // Only now: a crash between the two sends a letter twice, rather than never. Both
                    // have the same id, so that mail programs can tell.
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
        let written = mail::write(&self.theme, &self.settings.origin, row.id, &letter);
        let mail = written.map_err(|error| {
            tracing::error!(
                template = letter.template,
                line = error.line(),
                "a mail's template is faulty"
            );
            Undelivered::Later
        })?;
        let Ok(sent) = timeout(PATIENCE, mailer.send(&mail)).await else {
            tracing::warn!(template = letter.template, "a mail was not sent: it took too long");
            return Err(Undelivered::Later);
        };
        sent.map_err(|error| {
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
