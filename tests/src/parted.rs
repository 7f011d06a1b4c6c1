//! An interview that keeps four sections apart, and what people do with a session of it.

use std::net::SocketAddr;

use anyhow::{Context as _, ensure};

use crate::person::{Person, location};

/// The keys of the private sections.
pub const SECTIONS: [&str; 4] = ["a", "b", "c", "d"];

/// An interview that asks for something common, for a word in each private section, and puts the
/// words together at the end. Its file is called `four.yml`.
pub const INTERVIEW: &str = "\
metadata:
  title: Four parts
---
sections:
  - common: For everybody
  - a: Part A
    private: true
  - b: Part B
    private: true
  - c: Part C
    private: true
  - d: Part D
    private: true
---
mandatory: true
section: common
question: What is common?
fields:
  - Common: common
    data: none
---
mandatory: true
section: a
question: What is A?
fields:
  - Word: in_a
    data: none
---
mandatory: true
section: b
question: What is B?
fields:
  - Word: in_b
    data: none
---
mandatory: true
section: c
question: What is C?
fields:
  - Word: in_c
    data: none
  - Paper: paper_c
    datatype: file
    required: false
    data: none
---
mandatory: true
section: d
question: What is D?
fields:
  - Word: in_d
    data: none
---
code: |
  together = in_a + \" \" + in_b + \" \" + in_c + \" \" + in_d
---
mandatory: true
section: common
question: All of it
subquestion: |
  {{ together }}
continue button field: seen
---
event: change_b
section: b
question: Part B again
review:
  - Edit: in_b
    button: \"{{ in_b }}\"
---
mandatory: true
question: The end of {{ common }}
";

/// A session of the interview, as its owner sees it.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The page of its people.
    pub people: String,
    /// What was answered in the common part.
    pub common: String,
    /// What was answered in each private section, in order.
    pub words: [String; 4],
}

/// Answers all of the interview. The words begin with `word`.
pub async fn answered(
    owner: &mut Person,
    server: SocketAddr,
    word: &str,
) -> anyhow::Result<Shared> {
    let mut page = location(&owner.submit(server, "/i/four", "/i/four/sessions", &[]).await?)?;
    let common = format!("{word}-for-all");
    let words = SECTIONS.map(|it| format!("{word}-{it}"));
    page = say(owner, server, &page, "common", &common).await?;
    for (section, word) in SECTIONS.iter().zip(&words) {
        page = say(owner, server, &page, &format!("in_{section}"), word).await?;
    }
    let account = owner.get(server, "/account").await?.text();
    let mut links = account.split('"').filter(|it| it.starts_with("/account/interviews/"));
    let people = links.find(|it| it.ends_with("/people")).context("nothing can be shared")?;
    Ok(Shared { people: people.to_owned(), common, words })
}

/// Answers one page; gives the next one.
pub async fn say(
    person: &mut Person,
    server: SocketAddr,
    page: &str,
    field: &str,
    word: &str,
) -> anyhow::Result<String> {
    location(&person.submit(server, page, page, &[(field, word)]).await?)
}

impl Shared {
    /// Shares private sections with somebody, who accepts.
    pub async fn share(
        &self,
        owner: &mut Person,
        reader: &mut Person,
        server: SocketAddr,
        role: &str,
        sections: &[&str],
    ) -> anyhow::Result<()> {
        let email = reader.email.clone();
        let mut fields = vec![("name", "Reader"), ("email", email.as_str()), ("role", role)];
        fields.extend(sections.iter().map(|it| ("part", *it)));
        let told = owner.submit(server, &self.people, &self.people, &fields).await?;
        ensure!(told.status == 200, "inviting answered {}", told.status);
        let told = told.text();
        // The link comes first, then its code alone.
        let code = told.split("class=\"code\">").nth(2).and_then(|it| it.split('<').next());
        let code = code.context("an invitation has no code")?.trim().to_owned();
        let path = "/account/invitation";
        let accepted = reader.submit(server, path, path, &[("code", &code)]).await?;
        ensure!(accepted.status == 303, "accepting answered {}", accepted.status);
        open(reader, server).await
    }

    /// Takes the session back from whoever the owner's page names first.
    pub async fn take_back(&self, owner: &mut Person, server: SocketAddr) -> anyhow::Result<()> {
        let list = owner.get(server, &self.people).await?.text();
        let (_, rest) = list.split_once("name=\"who\" value=\"").context("nobody reads it")?;
        let who = rest.split('"').next().unwrap_or_default();
        let action = format!("{}/remove", self.people);
        let taken = owner.submit(server, &self.people, &action, &[("who", who)]).await?;
        ensure!(taken.status == 303, "taking back answered {}", taken.status);
        Ok(())
    }

    /// Which words somebody finds on the pages of the session: the common one first.
    pub async fn read_by(
        &self,
        person: &mut Person,
        server: SocketAddr,
    ) -> anyhow::Result<[bool; 5]> {
        let mut found = [false; 5];
        for step in 0..=6 {
            let page = person.get(server, &format!("/i/four/{step}")).await?.text();
            let words = std::iter::once(&self.common).chain(&self.words);
            for (found, word) in found.iter_mut().zip(words) {
                *found |= page.contains(word.as_str());
            }
        }
        Ok(found)
    }
}

/// Opens the first interview on the page of somebody's account.
pub async fn open(person: &mut Person, server: SocketAddr) -> anyhow::Result<()> {
    let account = person.get(server, "/account").await?.text();
    let open = account.split('"').find(|it| it.ends_with("/open")).context("nothing to open")?;
    location(&person.submit(server, "/account", open, &[]).await?)?;
    Ok(())
}
