//! Plugins as their developers make them: by the commands, and the examples.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use affiant_guest::Value;
use affiant_manifest::Manifest;
use affiant_package::Package;
use affiant_tests::program::{Server, Setup, command, program};
use affiant_wasm::{Engine, Grant, Host, Identity, Limits, Plugin};
use anyhow::{Context as _, ensure};

const KINDS: [&str; 7] =
    ["analytics", "assembly", "delivery", "field", "functions", "logic", "lookup"];

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the root")
}

/// A call of the program in a folder. What plugins are compiled from is compiled once for all tests,
/// and was fetched before them.
fn affiant(folder: &Path, arguments: &[&str]) -> anyhow::Result<Command> {
    let mut command = command()?;
    command
        .args(arguments)
        .current_dir(folder)
        .env("AFFIANT_SDK", root().join("sdk/plugin"))
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_NET_OFFLINE", "true");
    Ok(command)
}

/// Where plugins are compiled.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugins")
}

/// What the program printed; fails when it fails.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    told(&affiant(folder, arguments)?.output()?)
        .with_context(|| format!("affiant {}", arguments.join(" ")))
}

fn told(output: &Output) -> anyhow::Result<String> {
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{printed}\n{complained}");
    Ok(printed)
}

/// How the program fails.
pub(crate) fn refused(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = affiant(folder, arguments)?.output()?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(!output.status.success(), "`{}` did not fail: {printed}", arguments.join(" "));
    Ok(format!("{printed}{}", String::from_utf8_lossy(&output.stderr)))
}

/// A host that does nothing.
struct Nobody;

impl Host for Nobody {}

/// Makes a packed plugin ready, with what its manifest asks for.
fn loaded(file: &Path) -> anyhow::Result<Plugin> {
    let package = Package::read(&fs_err::read(file)?)?.package;
    let manifest: Manifest = package.parsed()?;
    let asked: BTreeSet<&str> =
        manifest.capabilities.iter().map(|it| it.id.value.as_str()).collect();
    let grants = Grant::ALL.into_iter().filter(|it| asked.contains(it.capability())).collect();
    let who = Identity {
        plugin: manifest.plugin.id.to_string(),
        version: manifest.plugin.version.to_string(),
    };
    Ok(Plugin::load(&Engine::new()?, who, &package.component, &grants)?)
}

#[test]
fn each_example_is_built_checked_tested_packed_and_loads() -> anyhow::Result<()> {
    let folder = root().join("examples/plugins");
    let packages = tempfile::tempdir()?;
    for kind in KINDS {
        let built = run(&folder, &["plugin", "build", kind])?;
        ensure!(built.contains("Wrote"), "{kind}: {built}");
        let checked = run(&folder, &["plugin", "check", kind])?;
        ensure!(checked.contains("0 errors, 0 warnings"), "{kind}: {checked}");
        let tested = run(&folder, &["plugin", "test", kind])?;
        ensure!(tested.contains(" 0 failed"), "{kind}: {tested}");
        let file = packages.path().join(kind);
        run(&folder, &["plugin", "pack", kind, "--output", &file.display().to_string()])?;
        loaded(&file).with_context(|| kind)?;
    }
    Ok(())
}

#[test]
fn each_example_is_short() -> anyhow::Result<()> {
    for kind in KINDS {
        let file = root().join("examples/plugins").join(kind).join("src/lib.rs");
        let lines = fs_err::read_to_string(&file)?.lines().count();
        ensure!(lines < 100, "{} has {lines} lines", file.display());
    }
    Ok(())
}

#[test]
fn the_examples_pass_their_own_tests() -> anyhow::Result<()> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let tested = cargo
        .args(["test", "--workspace", "--quiet"])
        .current_dir(root().join("examples/plugins"))
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_NET_OFFLINE", "true")
        .output()?;
    told(&tested).map(drop)
}

#[test]
fn a_new_plugin_of_each_kind_is_in_order() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    for kind in KINDS {
        let name = format!("my-{kind}");
        run(folder.path(), &["plugin", "new", &name, "--kind", kind])?;
        let checked = run(folder.path(), &["plugin", "check", &name])?;
        ensure!(checked.contains("0 errors, 0 warnings"), "{kind}: {checked}");
        let manifest = fs_err::read_to_string(folder.path().join(&name).join("plugin.toml"))?;
        for line in [
            format!("id = \"org.example.{name}\""),
            format!("name = \"My {kind}\""),
            format!("component = \"{name}.wasm\""),
        ] {
            ensure!(manifest.contains(&line), "{kind}: {line} is not in {manifest}");
        }
    }
    let again = refused(folder.path(), &["plugin", "new", "my-field"])?;
    ensure!(again.contains("is there already"), "{again}");
    Ok(())
}

#[test]
fn names_that_are_none_and_folders_that_hold_no_plugin_are_refused() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    for name in ["Shouting", "../up", "1st", "a_b", "ending-", &"a".repeat(41)] {
        let told = refused(folder.path(), &["plugin", "new", name])?;
        ensure!(told.contains("a plugin's name begins with a letter"), "{name}: {told}");
    }
    for command in ["build", "check", "pack"] {
        let told = refused(folder.path(), &["plugin", command])?;
        ensure!(told.contains("there is no plugin in"), "{command}: {told}");
    }
    let told = refused(folder.path(), &["plugin", "new", "a", "--sdk", "."])?;
    ensure!(told.contains("holds no crate"), "{told}");
    Ok(())
}

#[test]
fn what_is_wrong_is_told_with_its_line() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    run(folder.path(), &["plugin", "new", "shouting"])?;
    let file = folder.path().join("shouting/plugin.toml");
    let good = fs_err::read_to_string(&file)?;
    fs_err::write(&file, good.replace("kind = \"functions\"", "kind = \"function\""))?;
    for command in ["check", "build", "pack"] {
        let told = refused(folder.path(), &["plugin", command, "shouting"])?;
        ensure!(told.contains("shouting/plugin.toml:8:8"), "{told}");
        ensure!(told.contains("8 | kind = \"function\""), "{told}");
        ensure!(told.contains("did you mean `functions`?"), "{told}");
    }
    fs_err::write(&file, good)?;
    let unbuilt = refused(folder.path(), &["plugin", "pack", "shouting"])?;
    ensure!(unbuilt.contains("run `affiant plugin build` first"), "{unbuilt}");
    Ok(())
}

#[test]
fn a_plugin_that_does_more_than_was_agreed_to_is_not_packed() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let plugin = folder.path().join("shouting");
    run(folder.path(), &["plugin", "new", "shouting"])?;
    let file = plugin.join("plugin.toml");
    let mut text = fs_err::read_to_string(&file)?;
    text.push_str("\n[[capability]]\nid = \"clock\"\nreason = \"core-function\"\ntext = \"Reads the clock.\"\n");
    fs_err::write(&file, text)?;
    let told = refused(&plugin, &["plugin", "check"])?;
    ensure!(told.contains("error[unagreed-widening]"), "{told}");
    let accepted = run(&plugin, &["plugin", "check", "--accept"])?;
    ensure!(accepted.contains("0 errors"), "{accepted}");
    run(&plugin, &["plugin", "check"])?;
    fs_err::write(plugin.join("privacy.lock"), "[a]\nmuch more\n")?;
    let told = refused(&plugin, &["plugin", "check"])?;
    ensure!(told.contains("privacy.lock:2: this line does not belong there"), "{told}");
    Ok(())
}

#[test]
fn a_key_is_for_its_owner_alone_and_is_not_overwritten() -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir()?;
    let made = run(folder.path(), &["plugin", "key", "mine.key"])?;
    ensure!(made.contains("its fingerprint"), "{made}");
    let file = folder.path().join("mine.key");
    let mode = fs_err::metadata(&file)?.permissions().mode() & 0o777;
    ensure!(mode == 0o600, "{mode:o}");
    let secret = fs_err::read_to_string(&file)?;
    ensure!(!made.contains(secret.trim().rsplit(':').next().unwrap_or_default()), "it is shown");
    let again = refused(folder.path(), &["plugin", "key", "mine.key"])?;
    ensure!(again.contains("is there already"), "{again}");
    ensure!(fs_err::read_to_string(&file)? == secret, "the key was overwritten");
    fs_err::write(folder.path().join("a.affiant"), "nothing")?;
    let refusal = refused(folder.path(), &["plugin", "sign", "a.affiant", "--key", "mine.key"])?;
    ensure!(refusal.contains("this is no package of a plugin"), "{refusal}");
    Ok(())
}

/// Functions that do what their manifest does not say, each in another way.
const LEAKY: &str = "
use affiant_plugin::{Failure, clock, http, log};

affiant_plugin::functions! {
    /// Writes what it is given into the log, backwards.
    fn tell(text: String) -> () {
        log::info(&text.chars().rev().collect::<String>());
    }

    /// Sends it to somebody whom the manifest does not name.
    fn send(text: String) -> Result<u16, Failure> {
        Ok(http::Request::post(\"https://elsewhere.example/\", text).send()?.status)
    }

    /// Breaks off when the clock is denied.
    fn when() -> i64 {
        clock::now().unwrap().as_second()
    }

    /// Breaks off when there is no first letter.
    fn first(text: String) -> String {
        text.chars().next().unwrap().to_string()
    }
}
";

/// What the manifest of those says more than a starter's.
const LEAKY_MANIFEST: &str = "
[[capability]]
id = \"log\"
reason = \"diagnostics\"
text = \"Says how often it was used.\"
[[capability]]
id = \"clock\"
reason = \"core-function\"
text = \"Reads the clock.\"
[[capability]]
id = \"http.fetch\"
reason = \"core-function\"
text = \"Asks for the time.\"
[[recipient]]
id = \"time\"
name = \"A clock\"
role = \"dpv:DataProcessor\"
country = \"DE\"
privacy_policy = \"https://time.example.org/privacy\"
[[network]]
side = \"server\"
use = \"fetch\"
scheme = \"https\"
host = \"time.example.org\"
methods = [\"GET\"]
recipient = \"time\"
carries = []
";

#[test]
fn a_plugin_that_does_more_than_it_says_fails_its_tests() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    run(folder.path(), &["plugin", "new", "leaky"])?;
    let plugin = folder.path().join("leaky");
    let file = plugin.join("plugin.toml");
    let text = fs_err::read_to_string(&file)?;
    let egress = text.find("[no_egress]").context("the starter keeps all to itself")?;
    let behind = text.find("[[encryption]]").context("the starter has nothing to do with keys")?;
    let text = format!("{}{LEAKY_MANIFEST}\n{}", &text[..egress], &text[behind..]);
    fs_err::write(&file, text)?;
    fs_err::write(plugin.join("src/lib.rs"), LEAKY)?;
    run(&plugin, &["plugin", "build"])?;
    let told = refused(&plugin, &["plugin", "test"])?;
    for line in [
        "passed   S1",
        "passed   S2",
        "the component names the host `elsewhere.example`",
        "FAILED   S6",
        "data of the source `answers` reaches the log, which nothing declares",
        "it wants `https://elsewhere.example/`, which no `[[network]]` lists",
        "without `clock`, `when with ",
        "`first with text`: the plugin broke off",
        "passed   D2",
        "not run  C1",
    ] {
        ensure!(told.contains(line), "`{line}` is not in\n{told}");
    }
    Ok(())
}

#[test]
fn a_plugin_in_c_is_one_like_any_other() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let source = root().join("examples/plugins/c-functions");
    for file in ["initials.c", "plugin.toml", "LICENSE", "README.md"] {
        fs_err::copy(source.join(file), folder.path().join(file))?;
    }
    for block in shell_blocks(&fs_err::read_to_string(source.join("README.md"))?) {
        told(&shell(folder.path(), &block)?).with_context(|| block)?;
    }
    run(folder.path(), &["plugin", "pack", "--output", "initials.affiant"])?;
    let plugin = loaded(&folder.path().join("initials.affiant"))?;
    let mut evaluation = plugin.evaluation(Box::new(Nobody), Limits::default());
    for (name, initials) in [("Ada Lovelace", "AL"), ("  Örjan Åke", "ÖÅ"), ("", "")] {
        let answer = evaluation.call("initials", &[Value::text(name)]);
        ensure!(answer == Ok(Value::text(initials)), "{answer:?}");
    }
    ensure!(evaluation.describe()?[0].parameters == ["name"], "it is described otherwise");
    let refused = evaluation.call("initials", &[Value::Int(1)]);
    ensure!(refused.is_err(), "{refused:?}");
    Ok(())
}

#[test]
fn the_readme_leads_from_nothing_to_an_installed_plugin() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    site(&folder.path().join("site"))?;
    let readme = fs_err::read_to_string(root().join("sdk/plugin/README.md"))?;
    let blocks = shell_blocks(&readme);
    ensure!(blocks.len() > 3, "the README has {} blocks", blocks.len());
    // One shell for all, since people stay in the folder that they went to.
    let said = told(&shell(folder.path(), &blocks.join("\n"))?)?;
    ensure!(said.contains("org.example.shouting 0.1.0: on in hello"), "{said}");
    ensure!(said.contains(" 0 failed"), "{said}");

    let file = folder.path().join("shouting/shouting-0.1.0.affiant");
    ensure!(Package::read(&fs_err::read(&file)?)?.publisher.is_some(), "nobody signed it");
    let plugin = loaded(&file)?;
    let mut evaluation = plugin.evaluation(Box::new(Nobody), Limits::default());
    let answer = evaluation.call("shout", &[Value::text("stop"), Value::Int(2)]);
    ensure!(answer == Ok(Value::text("STOP!!")), "{answer:?}");
    Ok(())
}

/// Makes the data of a site, as its first start does.
fn site(folder: &Path) -> anyhow::Result<()> {
    let interviews = folder.join("interviews");
    fs_err::create_dir_all(&interviews)?;
    let data = folder.join("data");
    let flags = Vec::new();
    let mut server = Server::start(&Setup { data, interviews, flags, folder: folder.to_owned() })?;
    server.kill()
}

/// The texts of the blocks of a Markdown file that are to be typed.
fn shell_blocks(markdown: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if line == "```sh" {
            blocks
                .push(lines.by_ref().take_while(|it| *it != "```").collect::<Vec<_>>().join("\n"));
        }
    }
    blocks
}

/// Runs what somebody types, one line after another, until one fails.
fn shell(folder: &Path, text: &str) -> anyhow::Result<Output> {
    let program = program()?;
    let programs = program.parent().context("the program lies in a folder")?;
    let known = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(
        std::iter::once(programs.to_owned()).chain(std::env::split_paths(&known)),
    )?;
    let mut shell = Command::new("sh");
    shell
        .args(["-e", "-c", text])
        .current_dir(folder)
        .env("PATH", path)
        .env("AFFIANT_SDK", root().join("sdk/plugin"))
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_NET_OFFLINE", "true");
    Ok(shell.output()?)
}
