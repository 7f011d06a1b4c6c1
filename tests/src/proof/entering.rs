//! AT-09: whichever way people come in, they have a key of their own, and it opens nobody else's.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use affiant_backend::{AccountStore as _, GrantRole, GrantStore as _, SessionStore as _};
use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::Method;

use crate::client::Connection;
use crate::house::{House, stop};
use crate::person::{Person, coded, location};
use crate::proof::Figure;
use crate::proof::stored::Stored;

/// What holds the session that is open in a browser.
const COOKIE: &str = "__Host-s-one";

/// By what somebody came in.
enum Way {
    Browser(Box<Person>),
    ApiKey(String),
}

/// A session that somebody answered.
struct Written {
    id: String,
    word: String,
}

/// Somebody with every way in.
struct Somebody {
    ways: Vec<(&'static str, Way)>,
    sessions: Vec<Written>,
}

pub(crate) async fn figures() -> Result<Vec<Figure>> {
    let house = House::of_strangers()?;
    let server = house.serve("data")?;
    let at = server.address;
    let one = Somebody::new(&house, at, 0).await?;
    let other = Somebody::new(&house, at, 10).await?;
    let visitors = [visitor(&house, at, 20).await?, visitor(&house, at, 21).await?];
    let (mut own, mut crossed, mut tried) = (0, 0, 0);
    for (mine, others) in [(&one, &other), (&other, &one)] {
        for (name, way) in &mine.ways {
            for session in &mine.sessions {
                let opened = way.opens(at, session).await?;
                ensure!(opened, "{name} does not open {}", session.word);
                own += 1;
            }
            for session in &others.sessions {
                tried += 1;
                crossed += usize::from(way.opens(at, session).await?);
            }
        }
        for visitor in &visitors {
            for session in &mine.sessions {
                tried += 1;
                crossed += usize::from(visitor.opens(at, session).await?);
            }
        }
    }
    stop(server)?;
    let (shared, without) = keys(&house, visitors.len()).await?;
    let expected: usize = [&one, &other].iter().map(|it| it.ways.len() * it.sessions.len()).sum();
    Ok(vec![
        Figure::exactly("AT-09 own sessions opened, each way in", expected, own),
        Figure::at_least("AT-09 sessions of others tried, each way in", 30, tried),
        Figure::exactly("AT-09 of those opened", 0, crossed),
        Figure::exactly("AT-09 keys and wraps that two accounts share", 0, shared),
        Figure::exactly("AT-09 sessions that nobody has a key to", 0, without),
    ])
}

impl Way {
    /// Whether it shows what was answered in a session.
    async fn opens(&self, server: SocketAddr, session: &Written) -> Result<bool> {
        match self {
            Self::ApiKey(key) => {
                let mut connection = Connection::open(server).await?;
                // Programs write the same id in another way.
                let id = URL_SAFE_NO_PAD.decode(&session.id)?;
                let id: String = id.iter().map(|it| format!("{it:02x}")).collect();
                let path = format!("/api/v1/sessions/{id}");
                let shown = connection.call(Method::GET, &path, Some(key), None).await?;
                Ok(shown.text().contains(&session.word))
            }
            Self::Browser(person) => {
                // As whoever knows which session it is, and says that it is theirs.
                let mut person = person.as_ref().clone();
                person.plant(COOKIE, &format!("@{}", session.id));
                let page = person.get(server, "/i/one/1").await?;
                Ok(page.text().contains(&session.word))
            }
        }
    }
}

impl Somebody {
    async fn new(house: &House, server: SocketAddr, number: usize) -> Result<Self> {
        let mut it = Self { ways: Vec::new(), sessions: Vec::new() };
        let mut person = house.person(number);
        let mut password = format!("a long walk by river number {number}");
        person.register(server, &password).await?;
        it.came(server, "a link that confirms", person.clone()).await?;

        ensure!(person.sign_in(server, &password).await?, "the password is wrong");
        it.came(server, "a password", person.clone()).await?;
        let scopes = ["sessions:list", "sessions:read", "sessions:write"];

        let recovery = recovery_key(&mut person, server).await?;
        let (path, email) = ("/account/reset", person.email.clone());
        person.submit(server, path, path, &[("email", &email)]).await?;
        let link = person.link(server, "reset").await?;
        password.push_str(" anew");
        let fields = [("key", recovery.as_str()), ("new", password.as_str())];
        let reset = person.submit(server, &link, &link, &fields).await?;
        ensure!(reset.status == 200, "a reset answered {}", reset.status);
        it.ways.clear();
        ensure!(person.sign_in(server, &password).await?, "the new password is wrong");
        it.came(server, "a password behind a reset", person.clone()).await?;

        let codes = person.second_factor(server, &password).await?;
        ensure!(person.sign_in(server, &password).await?, "the password is wrong");
        let path = "/account/sign-in/code";
        let code = codes.first().context("there are no codes")?;
        let entered = person.submit(server, path, path, &[("code", code)]).await?;
        ensure!(entered.status == 303, "a code on paper answered {}", entered.status);
        it.ways.clear();
        it.came(server, "a password and a second factor", person.clone()).await?;
        let key = person.api_key(server, &password, &scopes).await?;
        it.ways.push(("an API key", Way::ApiKey(key)));
        Ok(it)
    }

    /// Somebody came in, and answers an interview.
    async fn came(
        &mut self,
        server: SocketAddr,
        name: &'static str,
        mut person: Person,
    ) -> Result<()> {
        let word = format!("{name} of {}", person.email);
        person.answer(server, &word).await?;
        let id = person.cookie(COOKIE).and_then(|it| it.strip_prefix('@'));
        let id = id.context("no session is open")?.to_owned();
        self.sessions.push(Written { id, word });
        self.ways.push((name, Way::Browser(Box::new(person))));
        Ok(())
    }
}

/// Makes and keeps a recovery key.
async fn recovery_key(person: &mut Person, server: SocketAddr) -> Result<String> {
    let path = "/account/recovery-key";
    let key = coded(&person.submit(server, path, path, &[]).await?.text())?;
    let groups: Vec<&str> = key.split(['-', ' ']).filter(|it| !it.is_empty()).collect();
    let (third, seventh) = groups.get(2).zip(groups.get(6)).context("a recovery key is short")?;
    let fields = [("key", key.as_str()), ("third", third), ("seventh", seventh)];
    let kept = person.submit(server, path, "/account/recovery-key/keep", &fields).await?;
    ensure!(kept.status == 303, "keeping a recovery key answered {}", kept.status);
    Ok(key)
}

/// Somebody without an account who comes back with a return code.
async fn visitor(house: &House, server: SocketAddr, number: usize) -> Result<Way> {
    let mut person = house.person(number);
    let page = person.answer(server, "a visitor's word").await?;
    let saved = person.submit(server, &page, "/i/one/save", &[]).await?;
    let code = coded(&saved.text())?;
    let mut elsewhere = house.person(number);
    let path = "/i/one/resume";
    let resumed = elsewhere.submit(server, path, path, &[("code", &code)]).await?;
    location(&resumed).context("a return code leads nowhere")?;
    Ok(Way::Browser(Box::new(elsewhere)))
}

/// How many keys or wraps two accounts have in common, and how many sessions nobody can open. So many
/// visitors' sessions open by a cookie.
async fn keys(house: &House, visitors: usize) -> Result<(usize, usize)> {
    let stored = Stored::open(&house.path().join("data")).await?;
    let (mut parts, mut all, mut owned) = (BTreeSet::new(), 0, BTreeSet::new());
    for account in stored.main.accounts(0, 1_000).await? {
        let mut of_account = vec![account.public_key.to_vec(), account.secret_key.clone()];
        for method in stored.main.methods(account.id).await? {
            of_account.extend([method.salt, method.wrap].into_iter().filter(|it| !it.is_empty()));
        }
        for (grant, session) in stored.main.grants_of(account.id).await? {
            of_account.push(grant.sealed);
            if grant.role == GrantRole::Owner && grant.key_epoch == account.key_epoch {
                owned.insert(session.id);
            }
        }
        all += of_account.len();
        parts.extend(of_account);
    }
    let sessions = stored.main.idle_since(i64::MAX, 10_000).await?;
    ensure!(sessions.len() > visitors, "hardly any session is stored");
    let without = sessions.iter().filter(|it| !owned.contains(*it)).count();
    Ok((all - parts.len(), without.abs_diff(visitors)))
}
