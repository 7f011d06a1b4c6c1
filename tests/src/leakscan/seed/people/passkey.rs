//! A passkey with a name, made by an authenticator in software.

use affiant_passkey::testing::{Authenticator, Lie};
use anyhow::{Context as _, ensure};

use super::Somebody;
use crate::leakscan::canary::Planter;
use crate::leakscan::server::{HOST, ORIGIN};

const PASSKEYS: &str = "/account/passkeys";

/// 32 bytes in base64url, as an authenticator's PRF extension gives them.
const PRF: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

impl Somebody {
    /// Makes a passkey, wrong and right, and looks at the list. The authenticator has one key only, so
    /// this is for one person of a server.
    pub(super) async fn passkey(&mut self, planter: &mut Planter) -> anyhow::Result<()> {
        let (name, wrong) = (planter.text("name of a passkey"), planter.text("wrong password"));
        self.refused(PASSKEYS, PASSKEYS, &[("name", &name), ("password", &wrong)]).await?;
        let password = self.password.clone();
        for lie in [Lie::Signature, Lie::None] {
            let fields = [("name", name.as_str()), ("password", &password)];
            let page = self.said(PASSKEYS, PASSKEYS, &fields).await?;
            let options = between(&page, "data-options=\"")?.replace("&quot;", "\"");
            let options = options.replace("&#x2f;", "/");
            let answer = Authenticator::new(ORIGIN, HOST).make(&options, lie);
            let broken = format!("{answer}{}", planter.text("answer of an authenticator"));
            let answer = if lie == Lie::None { answer } else { broken };
            let fields = [
                ("challenge", between(&page, "name=\"challenge\" value=\"")?),
                ("name", &name),
                ("answer", &answer),
                ("prf", PRF),
            ];
            let made = self.person.send(self.server, &page, "/account/passkeys/add", &fields);
            let made = made.await?;
            let expected = if lie == Lie::None { 200 } else { 422 };
            ensure!(made.status == expected, "a passkey answered {}: {}", made.status, made.text());
        }
        let list = self.page(PASSKEYS).await?;
        ensure!(list.contains(&name), "the passkey is not listed");
        planter.secret("what an authenticator's PRF gives", PRF.as_bytes());
        Ok(())
    }
}

/// What stands behind this, up to the end of an attribute.
fn between<'t>(page: &'t str, start: &str) -> anyhow::Result<&'t str> {
    let rest = page.split_once(start).with_context(|| format!("the page has no {start}"))?.1;
    Ok(rest.split('"').next().unwrap_or_default())
}
