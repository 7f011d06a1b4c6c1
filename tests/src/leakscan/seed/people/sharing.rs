//! What two people do with one session.

use anyhow::Context as _;

use super::{ACCOUNT, Somebody, address};
use crate::leakscan::canary::Planter;
use crate::leakscan::seed::pages;

/// The first screen of the interview.
const FIRST: &str = "/i/everything/0";

impl Somebody {
    /// Invites somebody. Returns the page of the session's people, the code that is passed on, and
    /// the address of who is invited.
    pub(super) async fn invites(
        &mut self,
        planter: &mut Planter,
    ) -> anyhow::Result<(String, String, String)> {
        let account = self.page(ACCOUNT).await?;
        let links = account.split('"').filter(|it| it.starts_with("/account/interviews/"));
        let people = links.into_iter().find(|it| it.ends_with("/people"));
        let people = people.context("nothing can be shared")?.to_owned();
        let name = planter.text("name for a reader");
        let wrong = planter.text("wrong e-mail address of a reader");
        let fields = [("name", name.as_str()), ("email", &wrong), ("role", "answer")];
        self.refused(&people, &people, &fields).await?;
        let email = address(planter, "e-mail address of an account");
        let fields = [("name", name.as_str()), ("email", &email), ("role", "answer")];
        let told = self.said(&people, &people, &fields).await?;
        // The link comes first, then its code alone.
        let code = told.split("class=\"code\">").nth(2).and_then(|it| it.split('<').next());
        let code = code.context("an invitation has no code")?.trim().to_owned();
        planter.secret("code of an invitation", code.as_bytes());
        self.page(&people).await?;
        Ok((people, code, email))
    }

    /// Accepts an invitation, and reads and answers what is shared.
    pub(super) async fn reads(&mut self, planter: &mut Planter, code: &str) -> anyhow::Result<()> {
        let path = "/account/invitation";
        let wrong = planter.text("wrong code of an invitation");
        self.refused(path, path, &[("code", &wrong)]).await?;
        self.moved(path, path, &[("code", code)]).await?;
        let account = self.page(ACCOUNT).await?;
        let open = account.split('"').find(|it| it.ends_with("/open"));
        self.moved(ACCOUNT, open.context("nothing can be opened")?, &[]).await?;
        let typed = pages::first(planter);
        let fields: Vec<(&str, &str)> = typed.iter().map(|(name, it)| (*name, &**it)).collect();
        self.moved(FIRST, FIRST, &fields).await?;
        Ok(())
    }

    /// Takes a session back from who reads it.
    pub(super) async fn takes_back(&mut self, people: &str) -> anyhow::Result<()> {
        let page = self.page(people).await?;
        let who = page.split("name=\"who\" value=\"").nth(1).and_then(|it| it.split('"').next());
        let who = who.context("nobody reads the session")?;
        self.moved(people, &format!("{people}/remove"), &[("who", who)]).await?;
        Ok(())
    }
}
