//! AT-24: a cookie that somebody else put into a browser is never taken over.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::house::{House, stop};
use crate::person::Person;
use crate::proof::Figure;

/// Cookies that are planted.
const PLANTED: usize = 50;

/// The cookies of a sign-in, of one that owes its second factor, and of an interview.
const SIGN_IN: &str = "__Host-a";
const OWING: &str = "__Host-f";
const SESSION: &str = "__Host-s-one";

const PASSWORD: &str = "a long walk by river";

/// What came of the planted cookies.
#[derive(Default)]
struct Outcome {
    planted: usize,
    renewed: usize,
    adopted: usize,
}

pub(crate) async fn figures() -> Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let at = server.address;
    let mut outcome = Outcome::default();
    let (mut attacker, mut victim) = (house.person(0), house.person(1));
    attacker.register(at, PASSWORD).await?;
    victim.register(at, PASSWORD).await?;
    // Each round plants three: one that was made up, one of the attacker's own browser, and one of a
    // visitor's session.
    while outcome.planted < PLANTED - 2 {
        by_password(&mut attacker, &mut victim, at, &mut outcome).await?;
        as_visitor(&house, &mut victim, at, &mut outcome).await?;
    }
    by_second_factor(&mut victim, at, &mut outcome).await?;
    stop(server)?;
    Ok(vec![
        Figure::at_least("AT-24 cookies planted", PLANTED, outcome.planted),
        Figure::exactly("AT-24 cookies renewed at signing in", outcome.planted, outcome.renewed),
        Figure::exactly("AT-24 planted cookies that opened anything", 0, outcome.adopted),
    ])
}

/// A token that nobody has.
fn made_up() -> String {
    let mut bytes = [0; 32];
    fastrand::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Outcome {
    /// Looks what became of a cookie that was planted as `name`, when its browser has signed in: who
    /// planted it has the same cookie, in another browser.
    async fn look(
        &mut self,
        victim: &Person,
        server: SocketAddr,
        (name, planted): (&str, &str),
    ) -> Result<()> {
        self.planted += 1;
        self.renewed += usize::from(victim.cookie(name) != Some(planted));
        let mut thief = Person::new("thief@example.org".into(), victim.from.clone(), "/".into());
        thief.plant(name, planted);
        let account = thief.get(server, "/account").await?.status == 200;
        let mut thief = Person::new("thief@example.org".into(), victim.from.clone(), "/".into());
        thief.plant(SIGN_IN, planted);
        thief.plant(SESSION, planted);
        let opened = thief.get(server, "/account").await?.status == 200
            || thief.get(server, "/i/one/0").await?.status == 200;
        self.adopted += usize::from(account || opened);
        Ok(())
    }
}

/// Cookies of a sign-in: one that was made up, and the attacker's own.
async fn by_password(
    attacker: &mut Person,
    victim: &mut Person,
    server: SocketAddr,
    outcome: &mut Outcome,
) -> Result<()> {
    ensure!(attacker.sign_in(server, PASSWORD).await?, "the attacker's own password is wrong");
    let own = attacker.cookie(SIGN_IN).context("the attacker has no cookie")?.to_owned();
    for (name, planted) in [(SIGN_IN, made_up()), (SIGN_IN, own)] {
        victim.sign_out();
        victim.plant(name, &planted);
        let fields = [("email", victim.email.clone()), ("password", PASSWORD.to_owned())];
        let fields = fields.each_ref().map(|(name, it)| (*name, it.as_str()));
        let path = "/account/sign-in";
        let shown = victim.get(server, path).await?;
        // Who seems to be signed in already is led on from the form: they send it all the same.
        let entered = victim.send(server, &shown.text(), path, &fields).await?;
        ensure!(entered.status == 303, "signing in answered {}", entered.status);
        outcome.look(victim, server, (name, &planted)).await?;
    }
    Ok(())
}

/// The cookie of a visitor's session, whose browser signs in and takes the session over.
async fn as_visitor(
    house: &House,
    victim: &mut Person,
    server: SocketAddr,
    outcome: &mut Outcome,
) -> Result<()> {
    let mut attacker = house.person(2);
    attacker.answer(server, "the attacker's word").await?;
    let planted = attacker.cookie(SESSION).context("a session has no cookie")?.to_owned();
    victim.sign_out();
    victim.plant(SESSION, &planted);
    let fields = [("email", victim.email.clone()), ("password", PASSWORD.to_owned())];
    let fields = fields.each_ref().map(|(name, it)| (*name, it.as_str()));
    let path = "/account/sign-in";
    let entered = victim.submit(server, path, path, &fields).await?;
    ensure!(entered.status == 303, "signing in answered {}", entered.status);
    outcome.look(victim, server, (SESSION, &planted)).await
}

/// The cookie in which a second factor is owed, before it is shown; and that of a sign-in while one
/// is turned on.
async fn by_second_factor(
    victim: &mut Person,
    server: SocketAddr,
    outcome: &mut Outcome,
) -> Result<()> {
    let before = victim.cookie(SIGN_IN).context("nobody is signed in")?.to_owned();
    let codes = victim.second_factor(server, PASSWORD).await?;
    outcome.look(victim, server, (SIGN_IN, &before)).await?;
    ensure!(victim.sign_in(server, PASSWORD).await?, "the password is wrong");
    let owing = victim.cookie(OWING).context("no second factor is owed")?.to_owned();
    let path = "/account/sign-in/code";
    let code = codes.first().context("there are no codes")?;
    let entered = victim.submit(server, path, path, &[("code", code)]).await?;
    ensure!(entered.status == 303, "a code on paper answered {}", entered.status);
    outcome.look(victim, server, (OWING, &owing)).await
}
