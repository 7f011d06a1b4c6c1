//! A plugin that forgets what people may ask of it fails its tests, each check for another reason.

use anyhow::ensure;

use crate::plugins::{refused, run};

/// Learns what happens, and keeps it in each way that is wrong.
const SOURCE: &str = r#"
use affiant_plugin::analytics::{Analytics, Erased, Event};
use affiant_plugin::{Failure, clock, http, store};

struct Careless;

impl Analytics for Careless {
    fn handle(events: Vec<Event>) -> Result<(), Failure> {
        // A full store is too much for it.
        assert!(store::keys("visits", "", "", 2_000)?.len() < 1_000);
        // New, and nothing goes without it.
        let _ = clock::now().unwrap();
        for event in events {
            // Nobody can read that in a copy, and nobody finds the other.
            let backwards: String = event.pseudonym.chars().rev().collect();
            store::set("visits", "last", backwards)?;
            store::set("counts", &event.pseudonym, 1)?;
            // What was noted once is taken to be there for ever.
            if store::get("counts", "began")?.is_some() {
                store::get("visits", "began")?.unwrap();
            }
            store::set("counts", "began", 1)?;
            store::set("visits", "began", 1)?;
            http::Request::post("https://api.example.org/v1/", "{}").send()?;
        }
        Ok(())
    }

    fn erase(_: &str, _: Option<&str>) -> Result<Erased, Failure> {
        Ok(Erased::NothingHeld)
    }
}

affiant_plugin::export!(analytics: Careless);
"#;

const MANIFEST: &str = r#"manifest = 1

[plugin]
id = "org.example.careless"
name = "Careless"
version = "0.1.0"
privacy_revision = 1
kind = "analytics"
license = "MIT"
abi = "affiant:analytics@1.0"
component = "careless.wasm"
summary = "Counts visits."

[[capability]]
id = "events.subscribe"
events = ["screen.shown"]
reason = "core-function"
text = "Learns which page was shown."

[[capability]]
id = "kv.private"
reason = "core-function"
text = "Keeps numbers."

[[capability]]
id = "http.fetch"
reason = "core-function"
text = "Tells a friend."

[[recipient]]
id = "friend"
name = "A friend"
role = "dpv:DataProcessor"
country = "DE"
privacy_policy = "https://api.example.org/privacy"

[[data]]
id = "usage"
source = "event"
fields = ["event.screen_id", "session.pseudonym"]
categories = ["pd:ServiceConsumptionBehaviour", "pd:Identifier"]
linkage = "pseudonymous"
purposes = ["dpv:ServiceUsageAnalytics"]
processing = ["dpv:Collect", "dpv:Store"]
recipients = ["friend"]
legal_basis = ["eu-gdpr:A6-1-a"]
necessity = "dpv:Optional"
retention = { kind = "host-enforced", max = "P30D" }
text = "A friend learns which page somebody saw."

[[network]]
side = "server"
use = "fetch"
scheme = "https"
host = "api.example.org"
path_prefix = "/v1/"
methods = ["POST"]
recipient = "friend"
carries = ["usage"]

[[server_storage]]
id = "visits"
kind = "kv"
contains = ["usage"]
subject_key = "session"
retention = { kind = "period", max = "P7D" }

[[server_storage]]
id = "counts"
kind = "kv"
contains = ["usage"]
subject_key = "none"
retention = { kind = "period", max = "P30D" }

[[encryption]]
effect = "unchanged"
sees = "metadata"

[rights]
locate = "automatic"
export = "automatic"
erase = "automatic"
rectify = "not-applicable"

[[consent]]
gate = "statistics"
explicit = true
if_denied = "do-not-load"

[limits]
memory_mib = 16
cpu_ms = 50
wall_ms = 1000

[failure]
policy = "skip"

[scope]
default = "off"
levels = ["site", "interview"]
"#;

/// What the newer version asks for, and says that it goes without.
const CLOCK: &str = r#"
[[capability]]
id = "clock"
reason = "diagnostics"
text = "Reads the clock."

[upgrade]
runs_without = ["clock"]
"#;

#[test]
fn a_plugin_that_forgets_what_people_may_ask_fails_its_tests() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    run(folder.path(), &["plugin", "new", "careless", "--kind", "analytics"])?;
    let plugin = folder.path().join("careless");
    let file = plugin.join("plugin.toml");
    // The older version asks for no clock.
    fs_err::write(&file, MANIFEST)?;
    fs_err::write(
        plugin.join("src/lib.rs"),
        SOURCE.replace(" let _ = clock::now().unwrap();", "").replace(" clock,", ""),
    )?;
    run(&plugin, &["plugin", "build"])?;
    run(&plugin, &["plugin", "check", "--accept"])?;
    run(&plugin, &["plugin", "pack", "--output", "older.affiant"])?;
    let told = refused(&plugin, &["plugin", "test"])?;
    ensure!(told.contains("not run  U1"), "{told}");

    fs_err::write(&file, format!("{}{CLOCK}", MANIFEST.replace("0.1.0", "0.2.0")))?;
    fs_err::write(plugin.join("src/lib.rs"), SOURCE)?;
    run(&plugin, &["plugin", "build"])?;
    let told = refused(&plugin, &["plugin", "test", "--from", "older.affiant"])?;
    for line in [
        "FAILED   C2",
        "gets something of people whose browser says `gpc`, which no `[[consent]]` honours",
        "FAILED   R1",
        "the store `visits` holds data of the source `event` in a form that nobody can read",
        "the store `counts` holds data of the source `event`, and nobody finds it there",
        "FAILED   R2",
        "the store `counts` still holds data of somebody",
        "FAILED   R3",
        "after an erasure, `handle of ScreenShown`: the plugin broke off",
        "FAILED   R4",
        "after 7 days, `handle of ScreenShown`: the plugin broke off",
        "FAILED   R5",
        "with 10000 values kept, `handle of ScreenShown`: the plugin broke off",
        "FAILED   U1",
        "with what 0.1.0 was granted, `handle of ScreenShown`: the plugin broke off",
    ] {
        ensure!(told.contains(line), "`{line}` is not in\n{told}");
    }
    let other = refused(&plugin, &["plugin", "test", "--from", "plugin.toml"])?;
    ensure!(other.contains("plugin.toml is no package of a plugin"), "{other}");
    Ok(())
}
