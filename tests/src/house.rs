//! A server in a folder of its own, with one interview that asks for one word.

use std::path::Path;
use std::process::Output;

use anyhow::ensure;
use tempfile::TempDir;

use crate::person::Person;
use crate::program::{Server, Setup, command};

/// An interview that asks for one word.
const INTERVIEW: &str = "\
metadata:
  title: One word
---
mandatory: true
question: You said {{ word }}
---
question: What is the word?
fields:
  - Word: word
";

/// An interview that takes a file.
pub const PAPERS: &str = "\
metadata:
  title: Papers
---
mandatory: true
question: You sent {{ paper }}
---
question: Your paper?
fields:
  - Paper: paper
    datatype: file
";

/// A folder with one interview, `one`, in which servers start.
#[derive(Debug)]
pub struct House {
    folder: TempDir,
}

impl House {
    /// A new folder. `config` is what the configuration says.
    pub fn new(config: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        fs_err::create_dir(folder.path().join("interviews"))?;
        fs_err::write(folder.path().join("interviews/one.yml"), INTERVIEW)?;
        fs_err::write(folder.path().join("affiant.toml"), config)?;
        Ok(Self { folder })
    }

    /// A house whose people say themselves where they come from.
    pub fn of_strangers() -> anyhow::Result<Self> {
        Self::new("trusted_proxies = [\"127.0.0.0/8\"]\n")
    }

    /// Starts a server whose databases lie in this folder of the house.
    pub fn serve(&self, data: &str) -> anyhow::Result<Server> {
        Server::start(&Setup {
            data: self.path().join(data),
            interviews: self.path().join("interviews"),
            flags: vec!["--dev".to_owned()],
            folder: self.path().to_owned(),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Somebody with an empty browser, far from everybody else. Their mail is that of a server with
    /// the data folder `data`.
    pub fn person(&self, number: usize) -> Person {
        let from = format!("10.{}.{}.1", 1 + number / 250, number % 250);
        Person::new(format!("person{number}@example.org"), from, self.path().join("data/mail"))
    }

    /// Runs a command of the program that must succeed.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let output = command()?.args(arguments).current_dir(self.path()).output()?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?}: {complaint}");
        Ok(output)
    }
}

/// Ends a server in order.
pub fn stop(mut server: Server) -> anyhow::Result<()> {
    server.terminate()?;
    ensure!(server.wait()?.success(), "the server did not end in order");
    Ok(())
}
