//! What interviews are told of the site and of whoever answers.

use affiant_tests::client::Connection;
use affiant_tests::person::Person;
use affiant_tests::program::{Server, Setup};

use crate::visitor::SAME;

const PASSWORD: &str = "seven lamps on a wet quay";

const INTERVIEW: &str = "metadata:
  title: Who is there
---
mandatory: true
question: |
  {{ 'Welcome back' if user_logged_in() else 'Welcome' }}, {{ user_info().email or 'stranger' }}
subquestion: |
  {{ user_info().first_name }} of {{ user_info().last_name }}

  Call {{ get_config('court')['phone'] }}, room {{ get_config('court').rooms[1] }},
  until {{ get_config('closes', 17) }}.

  Pass it on: {{ interview_url() }} or {{ interview_url(i='another one') }}
";

/// Asks who answers in a module alone.
const BY_MODULE: &str = "modules:
  - names.rhai
---
mandatory: true
question: Good day, {{ caller }}
---
code: caller = called()
";

const MODULE: &str = "fn called() { user_info().first_name }";

const CONFIG: &str = "public_url = \"https://forms.example.org\"
insecure_cookies = true

[for_interviews.court]
phone = \"+49 30 1234\"
rooms = [1, 7]
";

#[tokio::test]
async fn interviews_are_told_what_was_set_for_them_and_who_answers() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let interviews = folder.path().join("interviews");
    fs_err::create_dir(&interviews)?;
    fs_err::write(interviews.join("who.yml"), INTERVIEW)?;
    fs_err::write(interviews.join("module.yml"), BY_MODULE)?;
    fs_err::write(interviews.join("names.rhai"), MODULE)?;
    fs_err::write(folder.path().join("affiant.toml"), CONFIG)?;
    let data = folder.path().join("data");
    let mail = data.join("mail");
    let flags = vec!["--dev".to_owned()];
    let server = Server::start(&Setup { data, interviews, flags, folder: folder.path().into() })?;
    let mut connection = Connection::open(server.address).await?;

    let program = serde_json::json!({ "interview": "who" });
    let shown = connection.call(hyper::Method::POST, "/api/v1/sessions", None, Some(&program));
    let screen = shown.await?.expect(201)?["screen"].clone();
    assert_eq!(screen["title"], "Welcome, stranger");
    let text = screen["text"].as_str().unwrap_or_default().to_owned();
    for says in [
        "Call +49 30 1234, room 7,",
        "until 17.",
        "https://forms.example.org/i/who or https://forms.example.org/i/another%20one",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }

    let mut ada = Person::new("ada@example.org".to_owned(), "127.0.0.1".to_owned(), mail);
    ada.register(server.address, PASSWORD).await?;
    let begun = ada.submit(server.address, "/i/who", "/i/who/sessions", &[]).await?;
    assert_eq!(begun.status, 303, "{}", begun.text());
    let page = ada.get(server.address, "/i/who/0").await?.text();
    assert!(page.contains("Welcome back, ada@example.org"), "{page}");
    assert!(page.contains("Ada of"), "{page}");
    ada.submit(server.address, "/i/module", "/i/module/sessions", &[]).await?;
    let page = ada.get(server.address, "/i/module/0").await?.text();
    assert!(page.contains("Good day, Ada"), "{page}");
    // Somebody else is told nothing of her.
    let other = connection.post("/i/who/sessions", &[SAME], String::new()).await?;
    assert_eq!(other.status, 303);
    Ok(())
}
