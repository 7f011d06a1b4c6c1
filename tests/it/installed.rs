//! Plugins of a server: installed, switched on and off and upgraded by the command line while it runs,
//! and called by its interviews.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use affiant_package::{Package, SigningKey, sign};
use affiant_tests::client::{Connection, Session};
use affiant_tests::program::{Server, Setup, command};
use affiant_wasm::Kind;
use affiant_wasm::testing::{GIVES_BACK, Module, functions, wide};
use anyhow::{Context as _, ensure};
use serde_json::json;
use tempfile::TempDir;
use tokio::time::interval;

/// How often it is looked whether the server followed.
const LOOK: Duration = Duration::from_millis(200);

pub(crate) const MANIFEST: &str = include_str!("../../examples/plugins/functions/plugin.toml");
pub(crate) const SHOUTING: &str = "org.example.shouting";

/// Has one function, `shout`, which gives its argument back.
fn core() -> String {
    functions(&[("shout", 1)], GIVES_BACK)
}

pub(crate) const INTERVIEW: &str = "\
metadata:
  title: Loud
---
plugins: [org.example.shouting]
---
mandatory: true
code: |
  loud = shout(name);
  the_end
---
question: Who are you?
fields:
  - Name: name
---
event: the_end
question: \"{{ loud }}, {{ shout('bye') }}\"
";

/// A server with the interview, and the folder that it lies in.
struct House {
    folder: TempDir,
    server: Server,
}

impl House {
    fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let interviews = folder.path().join("interviews");
        fs_err::create_dir(&interviews)?;
        fs_err::write(interviews.join("loud.yml"), INTERVIEW)?;
        let setup = Setup {
            data: folder.path().join("data"),
            interviews,
            flags: Vec::new(),
            folder: folder.path().to_owned(),
        };
        let server = Server::start(&setup)?;
        Ok(Self { folder, server })
    }

    /// What `affiant plugin …` prints beside the server, and whether it succeeded.
    fn plugin(&self, arguments: &[&str]) -> anyhow::Result<(bool, String)> {
        let mut call = command()?;
        let data = self.folder.path().join("data");
        call.arg("plugin").args(arguments).arg("--data").arg(data);
        let output = call.current_dir(self.folder.path()).output()?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let complained = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok((output.status.success(), format!("{printed}{complained}")))
    }

    /// The same, which must succeed.
    fn done(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let (is_done, said) = self.plugin(arguments)?;
        ensure!(is_done, "{arguments:?}: {said}");
        Ok(said)
    }

    /// The same, which must fail.
    fn refused(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let (is_done, said) = self.plugin(arguments)?;
        ensure!(!is_done, "{arguments:?} did not fail: {said}");
        Ok(said)
    }

    /// A package of a version, signed with a key or not, as a file.
    fn package(&self, version: &str, key: Option<u8>, core: &str) -> anyhow::Result<PathBuf> {
        let manifest = MANIFEST.replace("0.1.0", version);
        let component = wide(core, Kind::Functions);
        self.packed(version, key, &Package { manifest, component, ..bare() })
    }

    fn packed(&self, version: &str, key: Option<u8>, it: &Package) -> anyhow::Result<PathBuf> {
        let mut bytes = it.pack()?;
        if let Some(key) = key {
            bytes = sign(&bytes, &SigningKey::from_seed(&[key; 32]))?;
        }
        let file = self.folder.path().join(format!("{version}-{key:?}.affiant"));
        fs_err::write(&file, bytes)?;
        Ok(file)
    }

    /// What the server shows to somebody called Ann at the end, within some seconds of a change.
    async fn shown(&self, expected: &str) -> anyhow::Result<()> {
        let until = Instant::now() + Duration::from_secs(20);
        let mut due = interval(LOOK);
        loop {
            due.tick().await;
            let found = self.walk().await;
            if found.as_ref().is_ok_and(|it| it == expected) {
                return Ok(());
            }
            ensure!(Instant::now() < until, "not {expected:?} but {found:?}");
        }
    }

    async fn walk(&self) -> anyhow::Result<String> {
        let mut connection = Connection::open(self.server.address).await?;
        let mut session = Session::start(&mut connection, "loud").await?;
        session.answer(&mut connection, &json!({ "name": "Ann" })).await?;
        Ok(session.screen["title"].as_str().context("a screen has a title")?.to_owned())
    }

    /// That the interview cannot be answered, within some seconds of a change.
    async fn closed(&self) -> anyhow::Result<()> {
        let until = Instant::now() + Duration::from_secs(20);
        let mut due = interval(LOOK);
        while let Ok(title) = self.walk().await {
            ensure!(Instant::now() < until, "it shows {title:?}");
            due.tick().await;
        }
        Ok(())
    }
}

/// A package without what makes it one.
fn bare() -> Package {
    Package {
        manifest: String::new(),
        component: Vec::new(),
        translations: std::collections::BTreeMap::new(),
        licence: "MIT".to_owned(),
        readme: None,
        script: None,
    }
}

fn name(file: &Path) -> &str {
    file.to_str().unwrap_or("")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_installed_switched_on_upgraded_and_off_while_the_server_runs()
-> anyhow::Result<()> {
    let house = House::new()?;
    house.closed().await?;
    let first = house.package("0.1.0", Some(1), &core())?;
    let said = house.done(&["install", name(&first)])?;
    ensure!(said.contains("is installed, and off"), "{said}");
    ensure!(said.contains("Leaves this server: never"), "{said}");
    // It is known now, and off.
    house.closed().await?;
    let everywhere = house.refused(&["enable", SHOUTING])?;
    ensure!(everywhere.contains("in single interviews only: say `--interview"), "{everywhere}");
    house.done(&["enable", SHOUTING, "--interview", "other"])?;
    house.closed().await?;
    house.done(&["enable", SHOUTING, "--interview", "loud"])?;
    house.shown("Ann, bye").await?;
    let said = house.done(&["list"])?;
    ensure!(said.contains("org.example.shouting 0.1.0: on in loud"), "{said}");

    let second = house.package("0.2.0", Some(1), &core())?;
    house.done(&["install", name(&second)])?;
    let said = house.done(&["upgrade", SHOUTING, "--dry-run"])?;
    ensure!(said.contains("0.1.0 to 0.2.0") && said.contains("Nothing changes"), "{said}");
    house.done(&["upgrade", SHOUTING])?;
    house.shown("Ann, bye").await?;
    let said = house.done(&["list"])?;
    ensure!(said.contains("0.2.0: on in loud") && said.contains("0.1.0: off"), "{said}");

    ensure!(house.refused(&["remove", SHOUTING])?.contains("switch it off first"));
    house.done(&["disable", SHOUTING])?;
    house.closed().await?;
    house.done(&["remove", SHOUTING])?;
    ensure!(house.done(&["list"])?.contains("No plugin is installed"));
    ensure!(house.refused(&["enable", SHOUTING])?.contains("is not installed"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_that_are_not_in_order_are_refused() -> anyhow::Result<()> {
    let house = House::new()?;
    let unsigned = house.package("0.1.0", None, &core())?;
    let said = house.refused(&["install", name(&unsigned)])?;
    ensure!(said.contains("nobody signed this package"), "{said}");
    let signed = house.package("0.1.0", Some(1), &core())?;

    let mut bytes = fs_err::read(&signed)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let changed = house.folder.path().join("changed.affiant");
    fs_err::write(&changed, bytes)?;
    let said = house.refused(&["install", name(&changed)])?;
    ensure!(said.contains("a byte of the package changed"), "{said}");

    house.done(&["install", name(&signed)])?;
    ensure!(house.refused(&["install", name(&signed)])?.contains("installed already"));
    let other = house.package("0.2.0", Some(2), &core())?;
    let said = house.refused(&["install", name(&other)])?;
    ensure!(said.contains("signed by somebody else"), "{said}");
    let same = house.package("0.1.0", Some(1), &core().replace("text", "word"))?;
    let said = house.refused(&["install", name(&same)])?;
    ensure!(said.contains("installed with other contents"), "{said}");
    Ok(())
}

#[test]
fn authors_check_and_test_with_the_packages_of_plugins() -> anyhow::Result<()> {
    let house = House::new()?;
    let file = house.package("0.1.0", None, &core())?;
    let interview = house.folder.path().join("interviews/loud.yml");
    let cases = house.folder.path().join("cases.md");
    let case = "```yaml interview\n".to_owned()
        + INTERVIEW
        + "```\n\n```text transcript\nWho are you?\n  Name: \n> name: Ann\n\nAnn, bye\n```\n";
    fs_err::write(&cases, format!("# Loud\n\n{case}"))?;
    let run = |arguments: &[&str]| -> anyhow::Result<(bool, String)> {
        let output = command()?.args(arguments).current_dir(house.folder.path()).output()?;
        Ok((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
    };
    let (is_fine, said) = run(&["check", name(&interview)])?;
    ensure!(!is_fine && said.contains("is not installed"), "{said}");
    let (is_fine, said) = run(&["check", name(&interview), "--plugin", name(&file)])?;
    ensure!(is_fine, "{said}");
    let (_, said) = run(&["test", "--accept", name(&cases), "--plugin", name(&file)])?;
    ensure!(said.contains("1 passed, 0 failed"), "{said}");
    let written = fs_err::read_to_string(&cases)?;
    ensure!(written.contains("Ann, bye"), "{written}");
    let (is_fine, said) = run(&["test", name(&cases)])?;
    ensure!(!is_fine && said.contains("is not installed"), "{said}");
    Ok(())
}

/// A plugin that counts on the server, by one administrator's word, and in the page from its second
/// version on.
const COUNTING: &str = include_str!("../../plugins/google-analytics/plugin.toml");

#[test]
fn no_command_puts_a_script_into_pages_unless_the_operator_allows_it() -> anyhow::Result<()> {
    let house = House::new()?;
    let first = COUNTING
        .replace("also_role = \"dpv:ThirdParty\"\n", "")
        .replace("onward = \"recipient-decides\"\n", "");
    let second = first
        .replace("\"1.0.0\"", "\"1.1.0\"")
        .replace("privacy_revision = 1", "privacy_revision = 2")
        .replace("default = \"server-eu\"", "default = \"page\"");
    let body = "(unreachable)".to_owned();
    let component = Module { body, ..Module::default() }.component(Kind::Analytics);
    let install = |version: &str, manifest: String| {
        let script = Some("affiant.ready();".to_owned());
        let package = Package { manifest, component: component.clone(), script, ..bare() };
        house.done(&["install", name(&house.packed(version, Some(1), &package)?)])
    };
    install("1.0.0", first)?;
    let secret = house.folder.path().join("secret");
    fs_err::write(&secret, "secret")?;
    let secret = format!("api_secret={}", name(&secret));
    let plugin = "org.affiant.google-analytics";
    let enable = ["enable", plugin, "--set", "measurement_id=G-ABC123", "--secret", &secret];
    let said = house.refused(&[&enable[..], &["--set", "mode=page"]].concat())?;
    ensure!(said.contains("a script is in the page itself"), "{said}");
    let said = house.done(&enable)?;
    ensure!(said.contains("It holds from now on"), "{said}");
    // Nor does one that is on come to be there by an upgrade.
    install("1.1.0", second)?;
    let said = house.refused(&["upgrade", plugin])?;
    ensure!(said.contains("a script is in the page itself"), "{said}");
    fs_err::write(house.folder.path().join("affiant.toml"), "plugins_in_pages = true\n")?;
    let said = house.done(&["upgrade", plugin])?;
    ensure!(said.contains("it holds in 24 hours"), "{said}");
    Ok(())
}
