//! A server where a plugin of a test's own is installed and switched on, with people who agree to what it
//! does or do not.

use affiant_tests::person::Person;
use affiant_tests::program::{Server, Setup, command};
use affiant_wasm::Kind;
use anyhow::{Context as _, ensure};
use tempfile::TempDir;

use crate::plugins::run;

/// A plugin that a test writes.
#[derive(Clone, Copy)]
pub(crate) struct Own {
    pub(crate) kind: Kind,
    /// What its folder is called, and what its id ends with.
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
    pub(crate) manifest: &'static str,
}

/// The server, and the folder that it lies in.
pub(crate) struct House {
    folder: TempDir,
    plugin: String,
    interview: &'static str,
    pub(crate) setup: Setup,
    pub(crate) server: Server,
}

impl House {
    /// A server with one interview, where the plugin is on everywhere.
    pub(crate) fn new(plugin: Own, interview: &'static str, text: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let at = folder.path();
        let interviews = at.join("interviews");
        fs_err::create_dir(&interviews)?;
        fs_err::write(interviews.join(format!("{interview}.yml")), text)?;
        fs_err::write(at.join("affiant.toml"), "trusted_proxies = [\"127.0.0.0/8\"]\n")?;
        let setup = Setup {
            data: at.join("data"),
            interviews,
            flags: vec!["--dev".to_owned()],
            folder: at.to_owned(),
        };
        // Its first start makes the databases.
        Server::start(&setup)?.kill()?;
        let Own { kind, name, source, manifest } = plugin;
        run(at, &["plugin", "new", name, "--kind", kind.name()])?;
        fs_err::write(at.join(name).join("src/lib.rs"), source)?;
        fs_err::write(at.join(name).join("plugin.toml"), manifest)?;
        run(at, &["plugin", "build", name])?;
        run(at, &["plugin", "check", "--accept", name])?;
        let file = at.join("own.affiant");
        let file = file.to_str().context("a path")?;
        run(at, &["plugin", "pack", name, "--output", file])?;
        let id = format!("org.example.{name}");
        for arguments in [["install", file, "--unsigned"].as_slice(), &["enable", &id]] {
            let mut call = command()?;
            call.arg("plugin").args(arguments).arg("--data").arg(at.join("data"));
            let output = call.current_dir(at).output()?;
            let said = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "{arguments:?}: {said}");
        }
        let server = Server::start(&setup)?;
        Ok(Self { folder, plugin: id, interview, setup, server })
    }

    /// Somebody whose requests come from an address of their own, by the length of their name.
    pub(crate) fn somebody(&self, name: &str) -> Person {
        let mail = self.folder.path().join("data/mail");
        Person::new(format!("{name}@example.org"), format!("10.0.0.{}", name.len()), mail)
    }

    /// Says yes or no to what the plugin does.
    pub(crate) async fn choose(&self, person: &mut Person, word: &str) -> anyhow::Result<()> {
        let (page, name) = ("/privacy/choices", format!("choice--{}", self.plugin));
        let kept = person.submit(self.server.address, page, page, &[(&name, word)]).await?;
        ensure!(kept.status == 303, "{}", kept.status);
        Ok(())
    }

    /// Begins the interview.
    pub(crate) async fn begin(&self, person: &mut Person) -> anyhow::Result<()> {
        let page = format!("/i/{}", self.interview);
        let sessions = format!("{page}/sessions");
        let begun = person.submit(self.server.address, &page, &sessions, &[]).await?;
        ensure!(begun.status == 303, "{}: {}", begun.status, begun.text());
        Ok(())
    }

    /// Posts the form of a page, and gives what comes of it: the page that it leads to, if it does.
    pub(crate) async fn post(
        &self,
        person: &mut Person,
        page: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<String> {
        let at = self.server.address;
        let shown = person.get(at, page).await?.text();
        // The panel that asks for consent is a form of its own, above.
        let form = shown.rsplit("<h1").next().context("there is a page")?;
        let taken = person.send(at, form, page, fields).await?;
        match taken.header("location").map(str::to_owned) {
            Some(to) => Ok(person.get(at, &to).await?.text()),
            None => Ok(taken.text()),
        }
    }
}
