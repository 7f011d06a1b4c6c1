//! What somebody does with the account itself.

use anyhow::{Context as _, ensure};
use totp_rs::{Builder, Secret};

use super::{ACCOUNT, Somebody, address};
use crate::leakscan::canary::Planter;
use crate::leakscan::seed::Place;
use crate::person::coded;

impl Somebody {
    /// Registers as a stranger does, after a try that is refused, and signs in.
    pub(super) async fn register(
        place: &Place,
        planter: &mut Planter,
        email: Option<String>,
    ) -> anyhow::Result<Self> {
        let email = email.unwrap_or_else(|| address(planter, "e-mail address of an account"));
        let password = planter.text("password of an account");
        let mut it = Self::new(place, email.clone(), password.clone());
        let path = "/account/register";
        let wrong = planter.text("wrong e-mail address of an account");
        let name = planter.text("name of an account");
        let fields = [("name", name.as_str()), ("email", &wrong), ("new", "short")];
        it.refused(path, path, &fields).await?;
        let fields = [("name", name.as_str()), ("email", &email), ("new", &password)];
        it.said(path, path, &fields).await?;
        let link = it.link(planter, "confirm").await?;
        it.moved(&link, &link, &[("password", &password)]).await?;
        it.signs_in(planter).await?;
        Ok(it)
    }

    /// With a wrong password, with the address of nobody, and with the right password.
    async fn signs_in(&mut self, planter: &mut Planter) -> anyhow::Result<()> {
        let path = "/account/sign-in";
        self.person.sign_out();
        let email = self.person.email.clone();
        let wrong = planter.text("wrong password");
        self.refused(path, path, &[("email", &email), ("password", &wrong)]).await?;
        let nobody = address(planter, "e-mail address of nobody");
        self.refused(path, path, &[("email", &nobody), ("password", &wrong)]).await?;
        let password = self.password.clone();
        ensure!(self.person.sign_in(self.server, &password).await?, "the right password fails");
        // A cookie that is short holds a choice, such as a language.
        for token in self.person.tokens().into_iter().filter(|it| it.len() > 20) {
            planter.secret("cookie of an account", token.as_bytes());
        }
        Ok(())
    }

    /// The person's name, password and address become others.
    pub(super) async fn changes(&mut self, planter: &mut Planter) -> anyhow::Result<()> {
        let (path, name) = ("/account/profile", planter.text("name of a profile"));
        self.moved(path, path, &[("name", &name)]).await?;
        let path = "/account/password";
        let wrong = planter.text("wrong password");
        let (old, new) = (self.password.clone(), planter.text("password that was changed"));
        self.refused(path, path, &[("password", &wrong), ("new", &new)]).await?;
        self.said(path, path, &[("password", &old), ("new", &new)]).await?;
        self.password.clone_from(&new);
        let path = "/account/email";
        let email = address(planter, "e-mail address of an account");
        self.said(path, path, &[("email", &email), ("password", &new)]).await?;
        self.person.email = email;
        let link = self.link(planter, "email").await?;
        self.said(&link, &link, &[]).await?;
        self.page(ACCOUNT).await?;
        Ok(())
    }

    /// Makes and keeps a recovery key.
    pub(super) async fn recovery_key(&mut self, planter: &mut Planter) -> anyhow::Result<String> {
        let path = "/account/recovery-key";
        let key = coded(&self.said(path, path, &[]).await?)?;
        planter.secret("recovery key", key.as_bytes());
        let groups: Vec<&str> = key.split(['-', ' ']).filter(|it| !it.is_empty()).collect();
        planter.secret("recovery key", groups.concat().as_bytes());
        let (third, seventh) = (groups.get(2), groups.get(6));
        let (third, seventh) = third.zip(seventh).context("a recovery key is short")?;
        let fields = [("key", key.as_str()), ("third", third), ("seventh", seventh)];
        self.moved(path, "/account/recovery-key/keep", &fields).await?;
        Ok(key)
    }

    /// Turns a second factor on, and signs in with it: wrong, and with a code on paper.
    pub(super) async fn second_factor(&mut self, planter: &mut Planter) -> anyhow::Result<()> {
        let path = "/account/second-factor";
        let shown = self.page(path).await?;
        let seed = coded(&shown)?;
        let plain: String = seed.chars().filter(|it| *it != ' ').collect();
        let secret = Secret::try_from_base32(&plain)?;
        for spelling in [seed.as_bytes(), plain.as_bytes(), secret.as_bytes()] {
            planter.secret("seed of a second factor", spelling);
        }
        let offer = shown.split("name=\"offer\" value=\"").nth(1);
        let offer = offer.and_then(|it| it.split('"').next()).context("nothing is offered")?;
        let app = Builder::new().with_secret(secret).with_account_name("x").build()?;
        let (password, code) = (self.password.clone(), app.generate(now()?).to_string());
        let fields = [("offer", offer), ("code", &code), ("password", &password)];
        let shown = self.said(path, path, &fields).await?;
        let codes =
            shown.split("class=\"code codes\">").nth(1).and_then(|it| it.split("</ol>").next());
        let codes = codes.context("there are no codes")?;
        let codes: Vec<&str> =
            codes.split("<li>").skip(1).filter_map(|it| it.split('<').next()).collect();
        for code in &codes {
            planter.secret("code on paper", code.trim().as_bytes());
        }

        ensure!(self.person.sign_in(self.server, &password).await?, "the right password fails");
        let path = "/account/sign-in/code";
        let wrong = planter.text("wrong second factor");
        self.refused(path, path, &[("code", &wrong)]).await?;
        let paper = codes.first().context("there are no codes")?.trim();
        self.moved(path, path, &[("code", paper)]).await?;
        Ok(())
    }

    /// Forgets the password, and makes a new one with the recovery key.
    pub(super) async fn forgets(&mut self, planter: &mut Planter, key: &str) -> anyhow::Result<()> {
        let path = "/account/reset";
        let nobody = address(planter, "e-mail address of nobody");
        let email = self.person.email.clone();
        for email in [nobody, email] {
            self.said(path, path, &[("email", &email)]).await?;
        }
        let link = self.link(planter, "reset").await?;
        let wrong = planter.text("wrong recovery key");
        let new = planter.text("password behind a reset");
        self.refused(&link, &link, &[("key", &wrong), ("new", &new)]).await?;
        self.said(&link, &link, &[("key", key), ("new", &new)]).await?;
        self.password = new;
        self.signs_in(planter).await
    }

    /// Forgets the password, and makes a new one without any key: nothing is lost.
    pub(super) async fn resets_in_custody(&mut self, planter: &mut Planter) -> anyhow::Result<()> {
        let (path, email) = ("/account/reset", self.person.email.clone());
        self.said(path, path, &[("email", &email)]).await?;
        let link = format!("{}/without", self.link(planter, "reset").await?);
        let new = planter.text("password behind a reset");
        self.moved(&link, &link, &[("new", &new)]).await?;
        self.password = new;
        self.page(ACCOUNT).await?;
        Ok(())
    }

    /// Takes the server's key away.
    pub(super) async fn holds_the_key_alone(
        &mut self,
        planter: &mut Planter,
    ) -> anyhow::Result<()> {
        let path = "/account/custody";
        let wrong = planter.text("wrong password");
        self.refused(path, path, &[("password", &wrong)]).await?;
        let password = self.password.clone();
        self.moved(path, path, &[("password", &password)]).await?;
        self.page(ACCOUNT).await?;
        Ok(())
    }

    /// Deletes the account.
    pub(super) async fn leaves(&mut self, planter: &mut Planter) -> anyhow::Result<()> {
        let path = "/account/delete";
        let wrong = planter.text("wrong password");
        self.refused(path, path, &[("password", &wrong)]).await?;
        let password = self.password.clone();
        self.said(path, path, &[("password", &password)]).await?;
        Ok(())
    }
}

/// This day, in UTC, by the server's clock.
#[expect(clippy::disallowed_methods, reason = "the real server reads the real clock")]
pub(in crate::leakscan::seed) fn today() -> jiff::civil::Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// Seconds since 1970: the server judges codes by the real clock.
#[expect(clippy::disallowed_methods, reason = "a person's phone has the real time")]
fn now() -> anyhow::Result<u64> {
    Ok(u64::try_from(jiff::Timestamp::now().as_second())?)
}
