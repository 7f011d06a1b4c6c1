//! A second factor that a role needs.

use affiant_tests::account;
use affiant_tests::client::{Connection, Reply};
use affiant_tests::person::Person;
use affiant_tests::program::{Server, Setup};
use anyhow::{Context as _, ensure};
use hyper::Method;
use jiff::Timestamp;
use totp_rs::{Builder, Secret};

const PASSWORD: &str = "seven lamps on a wet quay";
const FACTOR: &str = "/account/second-factor";
const INTERVIEW: &str = "metadata:
  title: One question
---
mandatory: true
question: Hello
";

/// What an app shows that was given the key of a page.
#[expect(clippy::disallowed_methods, reason = "the real server reads the real clock")]
fn code(page: &str) -> anyhow::Result<String> {
    let (_, rest) = page.split_once("<p class=\"code\">").context("the page shows no key")?;
    let key: String = rest.split('<').next().unwrap_or("").split_whitespace().collect();
    let secret = Secret::try_from_base32(&key).context("the key is not in base 32")?;
    let totp = Builder::new().with_secret(secret).build().context("no code")?;
    Ok(totp.generate(u64::try_from(Timestamp::now().as_second())?).to_string())
}

/// A server with an administrator who signs in with a password alone.
async fn house() -> anyhow::Result<(tempfile::TempDir, Server, Person)> {
    let folder = tempfile::tempdir()?;
    let interviews = folder.path().join("interviews");
    fs_err::create_dir(&interviews)?;
    fs_err::write(interviews.join("one.yml"), INTERVIEW)?;
    let data = folder.path().join("data");
    let mail = data.join("mail");
    let flags = vec!["--dev".to_owned()];
    let setup = Setup { data, interviews, flags, folder: folder.path().to_owned() };
    let server = Server::start(&setup)?;
    let mut root = Person::new("root@example.org".to_owned(), "127.0.0.1".to_owned(), mail);
    root.register(server.address, PASSWORD).await?;
    let mut connection = Connection::open(server.address).await?;
    let link = account::printed(&server, &mut connection).await?;
    let made = root.submit(server.address, &link, &link, &[]).await?;
    ensure!(made.status == 303, "becoming the administrator answered {}", made.status);
    Ok((folder, server, root))
}

fn leads_to_the_factor(reply: &Reply) -> bool {
    reply.status == 303 && reply.header("location") == Some(FACTOR)
}

#[tokio::test]
async fn a_role_that_needs_a_second_factor_can_do_nothing_before_it_is_on() -> anyhow::Result<()> {
    let (_folder, server, mut root) = house().await?;
    let at = server.address;
    // A key for programs, made while the password was enough.
    let wanted = [("name", "Office"), ("scope", "people:see"), ("password", PASSWORD)];
    let made = root.submit(at, "/account/keys", "/account/keys", &wanted).await?.text();
    let (_, rest) = made.split_once("aff_").context("no key was made")?;
    let key = format!("aff_{}", rest.split('<').next().unwrap_or("").trim());
    let mut program = Connection::open(at).await?;
    let people = "/api/v1/admin/people";
    assert_eq!(program.call(Method::GET, people, Some(&key), None).await?.status, 200);

    let form = "/admin/switches/second-factor";
    let needed = [("roles", "admin"), ("reason", "They see who has an account.")];
    let decided = root.submit(at, form, form, &needed).await?;
    assert_eq!(decided.status, 303, "{}", decided.text());

    for path in ["/admin", "/admin/people", "/account", "/account/keys", "/account/export"] {
        assert!(leads_to_the_factor(&root.get(at, path).await?), "{path}");
    }
    let page = root.get(at, FACTOR).await?.text();
    assert!(page.contains("Your role needs a second factor."), "{page}");
    for (action, field) in [
        ("/account/profile", ("name", "Eve")),
        ("/admin/roles", ("name", "clerk")),
        ("/i/one/sessions", ("x", "y")),
    ] {
        let refused = root.send(at, &page, action, &[field]).await?;
        assert_eq!(refused.status, 403, "{action}");
        assert!(refused.text().contains("Your account needs a second factor"), "{action}");
    }
    assert_eq!(program.call(Method::GET, people, Some(&key), None).await?.status, 403);

    let typed = [("code", code(&page)?), ("password", PASSWORD.to_owned())];
    let typed = typed.each_ref().map(|(name, it)| (*name, it.as_str()));
    let on = root.send(at, &page, FACTOR, &typed).await?;
    assert_eq!(on.status, 200, "{}", on.text());
    for path in ["/admin", "/account"] {
        assert_eq!(root.get(at, path).await?.status, 200, "{path}");
    }
    assert_eq!(program.call(Method::GET, people, Some(&key), None).await?.status, 200);

    // It stays on for as long as the role needs it.
    let page = root.get(at, FACTOR).await?.text();
    assert!(page.contains("cannot be turned off while you have a role that needs it"), "{page}");
    let renew = root.get(at, "/account/second-factor/codes").await?.text();
    let off = root.send(at, &renew, "/account/second-factor/off", &typed).await?;
    assert_eq!(off.status, 403);
    Ok(())
}
