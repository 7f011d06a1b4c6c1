//! Sharing certain sections of an interview: what somebody without the others sees, answers and
//! cannot touch.

use affiant_backend::{GrantStore as _, Sweep as _};
use affiant_storage_sqlite::{Databases, Options};
use affiant_tests::parted::{INTERVIEW, Shared, answered, say};
use affiant_tests::person::Person;
use affiant_tests::program::{Server, Setup};
use anyhow::Context as _;
use tempfile::TempDir;

const PASSWORD: &str = "seven lamps on a wet quay";
const KEPT: &str = "This part of the interview was not shared with you";

struct House {
    folder: TempDir,
    server: Server,
    owner: Person,
    shared: Shared,
}

fn setup(folder: &TempDir) -> Setup {
    Setup {
        data: folder.path().join("data"),
        interviews: folder.path().join("interviews"),
        flags: vec!["--dev".to_owned()],
        folder: folder.path().to_owned(),
    }
}

impl House {
    /// A server with an owner who answered all of the interview.
    async fn new(interview: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        fs_err::create_dir(folder.path().join("interviews"))?;
        fs_err::write(folder.path().join("interviews/four.yml"), interview)?;
        let config = "trusted_proxies = [\"127.0.0.0/8\"]\n";
        fs_err::write(folder.path().join("affiant.toml"), config)?;
        let server = Server::start(&setup(&folder))?;
        let mut owner = somebody(&folder, "owner");
        owner.register(server.address, PASSWORD).await?;
        let shared = answered(&mut owner, server.address, "word").await?;
        Ok(Self { folder, server, owner, shared })
    }

    /// Somebody who was given these sections.
    async fn reader(&mut self, name: &str, role: &str, parts: &[&str]) -> anyhow::Result<Person> {
        let at = self.server.address;
        let mut reader = somebody(&self.folder, name);
        reader.register(at, PASSWORD).await?;
        self.shared.share(&mut self.owner, &mut reader, at, role, parts).await?;
        Ok(reader)
    }
}

fn somebody(folder: &TempDir, name: &str) -> Person {
    let mail = folder.path().join("data/mail");
    Person::new(format!("{name}@example.org"), format!("10.0.0.{}", name.len()), mail)
}

#[tokio::test]
async fn somebody_who_sees_one_section_answers_in_it_and_the_owner_sees_what_follows()
-> anyhow::Result<()> {
    let mut house = House::new(INTERVIEW).await?;
    let mut reader = house.reader("bea", "answer", &["b"]).await?;
    let at = house.server.address;
    assert!(house.owner.get(at, "/i/four/5").await?.text().contains("word-a word-b"));

    // What comes next puts all sections together: that is not hers, and what follows it is.
    let page = reader.get(at, "/i/four/5").await?.text();
    assert!(page.contains("The end of word-for-all"), "{page}");
    assert!(page.contains("Of the private parts only: Part B."), "{page}");
    let changing = "/i/four/5";
    let again = reader.submit(at, changing, changing, &[("_action", "action:change_b")]).await?;
    let page = again.header("location").context("the action leads nowhere")?.to_owned();
    assert!(reader.get(at, &page).await?.text().contains("word-b"));
    let row = reader.submit(at, &page, &page, &[("_action", "row:0")]).await?;
    let page = row.header("location").context("the row leads nowhere")?.to_owned();
    let page = say(&mut reader, at, &page, "in_b", "other-b").await?;
    let page = page.as_str();
    reader.submit(at, page, page, &[]).await?;

    // What was computed of her old answer, where she could not see it, is computed anew.
    let last = house.owner.get(at, "/i/four").await?;
    assert_eq!(last.status, 200);
    let page = house.owner.get(at, "/i/four/9").await?.text();
    assert!(page.contains("word-a other-b word-c word-d"), "{page}");
    Ok(())
}

#[tokio::test]
async fn nobody_answers_in_the_middle_of_what_they_do_not_see() -> anyhow::Result<()> {
    let mut house = House::new(INTERVIEW).await?;
    let mut reader = house.reader("bea", "answer", &["b"]).await?;
    let at = house.server.address;
    let fields = [("in_b", "other-b")];
    let refused = reader.submit(at, "/i/four/1", "/i/four/1", &fields).await?;
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("Other people have answered after this page"));
    let read = house.shared.read_by(&mut house.owner, at).await?;
    assert_eq!(read, [true; 5], "nothing of it is gone");
    Ok(())
}

#[tokio::test]
async fn who_only_sees_the_common_part_is_told_that_the_rest_was_not_shared() -> anyhow::Result<()>
{
    let text = INTERVIEW.replace("mandatory: true\nquestion: The end of {{ common }}\n", "");
    let text = text.trim_end().trim_end_matches("---").to_owned();
    let mut house = House::new(&text).await?;
    let mut reader = house.reader("carl", "view", &[]).await?;
    let at = house.server.address;
    let page = reader.get(at, "/i/four/3").await?.text();
    assert!(page.contains(KEPT) && page.contains("Without the private parts."), "{page}");
    assert!(!page.contains("word-a"), "{page}");
    assert!(reader.get(at, "/i/four/0").await?.text().contains("word-for-all"));
    Ok(())
}

#[tokio::test]
async fn the_list_of_readers_says_which_sections_and_what_is_no_section_is_refused()
-> anyhow::Result<()> {
    let mut house = House::new(INTERVIEW).await?;
    let mut reader = house.reader("dora", "view", &["a", "c"]).await?;
    let at = house.server.address;
    let people = house.shared.people.clone();
    let list = house.owner.get(at, &people).await?.text();
    assert!(list.contains("Can read. Of the private parts only: Part A, Part C."), "{list}");
    assert!(list.contains("Which private parts may they see?"), "{list}");
    let theirs = reader.get(at, &people).await?.text();
    assert!(theirs.contains("Of the private parts only: Part A, Part C."), "{theirs}");
    let log = house.owner.get(at, "/account/activity").await?.text();
    assert!(log.contains("with 2 of its private parts"), "{log}");

    let fields = [("email", "eve@example.org"), ("role", "view"), ("part", "common")];
    assert_eq!(house.owner.submit(at, &people, &people, &fields).await?.status, 400);
    // All of them are the whole interview, what was put together of them included.
    let mut all = house.reader("emma", "view", &["a", "b", "c", "d"]).await?;
    assert!(all.get(at, "/i/four/5").await?.text().contains("word-a word-b word-c word-d"));
    let list = house.owner.get(at, &people).await?.text();
    assert!(list.contains("Can read everything."), "{list}");
    // A newer invitation says how much somebody sees, be it less.
    house.shared.share(&mut house.owner, &mut reader, at, "view", &["d"]).await?;
    let read = house.shared.read_by(&mut reader, at).await?;
    assert_eq!(read, [true, false, false, false, true]);
    Ok(())
}

#[tokio::test]
async fn what_was_answered_before_sections_were_private_is_kept_from_whom_it_was_not_given()
-> anyhow::Result<()> {
    let open = INTERVIEW.replace("    private: true\n", "");
    let mut house = House::new(&open).await?;
    house.server.terminate()?;
    house.server.wait()?;
    fs_err::write(house.folder.path().join("interviews/four.yml"), INTERVIEW)?;
    house.server = Server::start(&setup(&house.folder))?;
    let mut reader = house.reader("fay", "view", &["b"]).await?;
    let at = house.server.address;
    let read = house.shared.read_by(&mut reader, at).await?;
    assert_eq!(read, [true, false, false, false, false], "the pages of before are closed");
    let page = reader.get(at, "/i/four/3").await?;
    assert_eq!(page.status, 403);
    assert_eq!(house.shared.read_by(&mut house.owner, at).await?, [true; 5]);
    Ok(())
}

#[tokio::test]
async fn what_is_stored_of_a_section_stands_in_an_envelope_of_its_own() -> anyhow::Result<()> {
    let mut house = House::new(INTERVIEW).await?;
    let mut reader = house.reader("gus", "view", &["b"]).await?;
    assert!(house.shared.read_by(&mut reader, house.server.address).await?[2]);
    house.server.terminate()?;
    house.server.wait()?;
    let options = Options { folder: house.folder.path().join("data"), max_pages: None };
    let databases = Databases::open(&options).await?;
    let idle = databases.main.idle("four", true, i64::MAX, u32::MAX, 1).await?;
    let session = idle.first().context("there is no session")?.id;
    let steps = databases.main.steps_of(session).await?;
    assert!(steps.len() > 5);
    for step in &steps {
        let stored = step.snapshot.as_ref().unwrap_or(&step.delta);
        assert!(affiant_vault::is_parted(stored), "step {}", step.number);
        assert!(step.snapshot.is_none() || step.delta.is_empty(), "step {}", step.number);
    }
    let grants = databases.main.grants_on(session).await?;
    let given = grants.iter().find(|it| it.granter.is_some()).context("nobody reads it")?;
    assert_eq!((given.section.as_str(), given.sealed.len()), ("*\nb", 2 * 81));
    databases.close().await?;
    Ok(())
}
