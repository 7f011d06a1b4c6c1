//! What an administrator types.

use anyhow::{Context as _, ensure};

use crate::leakscan::canary::{MARK, Planter};
use crate::leakscan::seed::Place;
use crate::leakscan::seed::people::{self, Somebody, address};
use crate::person::coded;

/// What administrators decide is shown to all of them, and switches to everybody: it is readable.
const WORDS: &str = "words of an administrator";

/// The first administrator, from the link on that is printed for whoever runs the server.
pub(super) async fn desk(place: &Place, planter: &mut Planter) -> anyhow::Result<()> {
    let email = address(planter, "e-mail address of an account");
    let password = planter.text("password of an administrator");
    let mut it = Somebody::new(place, email.clone(), password.clone());
    let first = place.first.as_str();
    let name = planter.text("name of an administrator");
    let wrong = planter.text("wrong e-mail address of an administrator");
    let fields = [("name", name.as_str()), ("email", &wrong), ("new", &password)];
    it.refused(first, first, &fields).await?;
    let fields = [("name", name.as_str()), ("email", &email), ("new", &password)];
    it.moved(first, first, &fields).await?;

    let (list, invite) = ("/admin/people", "/admin/people/invite");
    let wrong = planter.text("wrong e-mail address of an invitation");
    it.refused(list, invite, &[("email", &wrong)]).await?;
    let invited = address(planter, "e-mail address of an account");
    let link = coded(&it.said(list, invite, &[("email", &invited)]).await?)?;
    let secret = link.rsplit('/').next().unwrap_or_default();
    planter.secret("link in a mail", secret.as_bytes());

    let (bans, reason) = ("/admin/bans", planter.text(WORDS));
    let wrong = planter.text("wrong network");
    let action = "/admin/bans/networks";
    it.refused(bans, action, &[("network", &wrong), ("reason", &reason)]).await?;
    it.moved(bans, action, &[("network", "203.0.113.0/24"), ("reason", &reason)]).await?;
    let wrong = planter.text("wrong address of a ban");
    it.refused(bans, "/admin/bans/lift", &[("address", &wrong)]).await?;

    opened(place, planter, &mut it).await?;
    let (switch, reason) = ("/admin/switches/keep-visitors", planter.text(WORDS));
    it.said(switch, &format!("{switch}/effect"), &[("days", "5"), ("reason", &reason)]).await?;
    it.moved(switch, switch, &[("days", "5"), ("reason", &reason)]).await?;
    for path in ["/admin", list, "/admin/people/1", "/admin/mail", "/dev/mail", bans, "/privacy"] {
        it.page(path).await.context("a page of the administration")?;
    }
    for path in ["/admin/audit", "/account/activity", "/admin/switches"] {
        it.page(path).await.context("a page of what was done")?;
    }
    Ok(())
}

/// Somebody with an account to which the server holds a key, and whose answers administrators read.
/// Then neither is so any more: everybody else holds their key alone.
async fn opened(place: &Place, planter: &mut Planter, it: &mut Somebody) -> anyhow::Result<()> {
    planter.secret("organisation's key", place.organisation.as_bytes());
    people::held(place, planter).await?;
    let day = people::today();
    let query = format!("day={}&month={}&year={}", day.day(), day.month(), day.year());
    let found = it.page(&format!("/admin/reading?interview=everything&{query}")).await?;
    let id = found.split("<a href=\"/admin/reading/").nth(1).and_then(|it| it.split('"').next());
    let page = format!("/admin/reading/{}", id.context("nobody’s answers can be read")?);
    let wrong = planter.text("wrong key of the organisation");
    it.refused(&page, &page, &[("reason", "help"), ("key", &wrong)]).await?;
    let key = place.organisation.as_str();
    let read = it.said(&page, &page, &[("reason", "help"), ("key", key)]).await?;
    ensure!(read.contains(MARK), "no answer is read");
    for (switch, to) in [("reading", "nobody"), ("keys", "own")] {
        let form = format!("/admin/switches/{switch}");
        it.moved(&form, &form, &[("to", to), ("reason", &planter.text(WORDS))]).await?;
    }
    Ok(())
}
