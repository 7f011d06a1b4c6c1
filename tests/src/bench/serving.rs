//! What plugins cost the server: an interview that calls one on each screen beside one that calls none,
//! and what people notice while hostile ones run.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use affiant_backend::{Change, Commit as _, PackageRow, PluginChange, SwitchRow};
use affiant_package::Package;
use affiant_plugins::{Choice, Scope};
use affiant_storage_sqlite::{Databases, Options};
use affiant_wasm::Kind;
use affiant_wasm::testing::{GIVES_BACK, functions, wide};
use anyhow::ensure;
use tokio::task::JoinSet;
use tokio::time::interval;

use crate::bench::figure::{Figure, milliseconds, percentile};
use crate::bench::interviews::{called, twelve};
use crate::bench::load::answer_until;
use crate::client::{Connection, Session};
use crate::program::{Server, Setup};

const MANIFEST: &str = include_str!("../../../examples/plugins/functions/plugin.toml");

/// The name in it.
const SHOUTING: &str = "org.example.shouting";

/// The plugin whose function gives its argument back.
const ECHO: &str = "org.example.echo";

/// What each hostile component does when it is called.
const HOSTILE: [&str; 8] = [
    // It never ends.
    "(loop $again (br $again)) (i32.const 256)",
    // It takes all memory.
    "(loop $again (drop (memory.grow (i32.const 64))) (br $again)) (i32.const 256)",
    // It fills a table.
    "(loop $again (drop (table.grow (ref.null func) (i32.const 1000))) (br $again)) (i32.const 256)",
    // It calls itself.
    "(call $call (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))",
    "unreachable",
    // It divides by nothing.
    "(i32.div_u (i32.const 1) (i32.const 0))",
    // It returns what lies nowhere.
    "(i32.const -4)",
    // It returns a text that has no end.
    "(i32.store (i32.const 256) (i32.const 0)) (i32.store (i32.const 264) (i32.const -1)) \
     (i32.store (i32.const 268) (i32.const -1)) (i32.const 256)",
];

/// How many hostile plugins run.
const MANY: usize = 200;

/// Connections that answer while throughput is measured, and while hostile plugins run.
const BUSY: usize = 64;
const CALM: usize = 4;

const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(8);

/// A component whose function `f` does this.
fn core(call: &str) -> String {
    functions(&[("f", 1)], call)
}

/// Measures a server whose data lies in a folder of this name.
pub(crate) async fn measure(setup: &Setup) -> anyhow::Result<Vec<Figure>> {
    let folder = setup.folder.join("plugins");
    let setup =
        Setup { data: folder.join("data"), interviews: folder.join("interviews"), ..setup.clone() };
    write(&setup.interviews)?;
    // Its first start makes the databases.
    Server::start(&setup)?.kill()?;
    install(&setup.data).await?;
    let server = Server::start(&setup)?;
    let mut figures = throughput(server.address).await?;
    figures.extend(disturbance(server.address).await?);
    Ok(figures)
}

fn write(folder: &Path) -> anyhow::Result<()> {
    fs_err::create_dir_all(folder)?;
    fs_err::write(folder.join("twelve.yml"), twelve())?;
    fs_err::write(folder.join("called.yml"), called(ECHO))?;
    for number in 0..MANY {
        let plugin = hostile(number);
        let text = format!(
            "plugins: [{plugin}]\n---\nmandatory: true\nquestion: Hello\nsubquestion: \"{{{{ f('you') }}}}\"\n"
        );
        fs_err::write(folder.join(format!("hostile-{number}.yml")), text)?;
    }
    Ok(())
}

fn hostile(number: usize) -> String {
    format!("org.example.hostile-{number}")
}

/// Installs the plugins and switches them on, while the server is down.
async fn install(data: &Path) -> anyhow::Result<()> {
    let databases = Databases::open(&Options { folder: data.to_owned(), max_pages: None }).await?;
    let cores = HOSTILE.map(|it| wide(&core(it), Kind::Functions));
    let mut all = vec![(ECHO.to_owned(), wide(&core(GIVES_BACK), Kind::Functions))];
    all.extend((0..MANY).map(|it| (hostile(it), cores[it % cores.len()].clone())));
    for (plugin, component) in all {
        databases.main.commit(installed(&plugin, component)?).await?;
    }
    Ok(databases.close().await?)
}

fn installed(plugin: &str, component: Vec<u8>) -> anyhow::Result<Vec<Change>> {
    let package = Package {
        manifest: MANIFEST
            .replace(SHOUTING, plugin)
            .replace("levels = [\"interview\"]", "levels = [\"site\", \"interview\"]"),
        component,
        translations: BTreeMap::new(),
        licence: "MIT".to_owned(),
        readme: None,
    };
    let bytes = package.pack()?;
    let digest = Package::read(&bytes)?.digest;
    let (plugin, version) = (plugin.to_owned(), "0.1.0".to_owned());
    let choice = Choice { digest: Some(digest), scope: Scope::Site, ..Choice::default() };
    let row = SwitchRow {
        id: 0,
        name: format!("plugin/{plugin}"),
        value: choice.text(),
        reason: "It is measured.".to_owned(),
        by: -1,
        second: None,
        asked: 1_700_000_000,
        effective: 1_700_000_000,
        cancelled: None,
    };
    let package = PackageRow { digest, plugin, version, installed: 1_700_000_000, by: -1 };
    let put = PluginChange::PutPackage(package, bytes.into());
    Ok(vec![Change::Plugin(put), Change::DecideSwitch(row)])
}

/// Answered steps a second with and without a call on each screen.
async fn throughput(address: SocketAddr) -> anyhow::Result<Vec<Figure>> {
    let mut rates = Vec::new();
    for interview in ["twelve", "called"] {
        answer_until(address, interview, BUSY, Instant::now() + WARM_UP).await?;
        let start = Instant::now();
        let answered = answer_until(address, interview, BUSY, start + MEASURED).await?;
        #[expect(clippy::cast_precision_loss, reason = "fewer steps than fit")]
        rates.push(answered.len() as f64 / start.elapsed().as_secs_f64());
    }
    let [without, with] = rates[..] else { return Ok(Vec::new()) };
    ensure!(without > 0.0, "nothing was answered");
    Ok(vec![
        Figure::plain("answered steps a second, without plugins", without, "/s"),
        Figure::at_least(
            "… with a call of a plugin on each screen, of those without",
            100.0 * with / without,
            80.0,
            "%",
        ),
    ])
}

/// How much longer people wait while hostile plugins run.
async fn disturbance(address: SocketAddr) -> anyhow::Result<Vec<Figure>> {
    let calm = waiting(address).await?;
    let running = tokio::spawn(let_loose(address));
    let disturbed = waiting(address).await?;
    let stopped = running.await??;
    #[expect(clippy::cast_precision_loss, reason = "there are some hundreds")]
    let count = stopped.len() as f64;
    let slowest = stopped.into_iter().max().unwrap_or_default();
    Ok(vec![
        Figure::plain("p99 of an answered step, nobody hostile", milliseconds(calm), "ms"),
        Figure::at_least("hostile plugins that were stopped in interviews", count, 200.0, ""),
        Figure::at_most(
            "… the slowest of them, as seen from outside",
            milliseconds(slowest),
            1_000.0,
            "ms",
        ),
        Figure::at_most(
            "… how much longer the p99 of everybody else is meanwhile",
            100.0 * (milliseconds(disturbed) / milliseconds(calm) - 1.0),
            20.0,
            "%",
        ),
    ])
}

/// The p99 of some people who answer at their ease.
async fn waiting(address: SocketAddr) -> anyhow::Result<Duration> {
    let mut latencies = answer_until(address, "twelve", CALM, Instant::now() + MEASURED).await?;
    ensure!(!latencies.is_empty(), "nothing was answered");
    latencies.sort_unstable();
    Ok(percentile(&latencies, 0.99))
}

/// Begins an interview of each hostile plugin, one after another, all within the time that is measured.
/// Gives how long each took to be stopped.
async fn let_loose(address: SocketAddr) -> anyhow::Result<Vec<Duration>> {
    #[expect(clippy::cast_possible_truncation, reason = "there are some hundreds")]
    let mut due = interval(MEASURED / MANY as u32);
    let mut running = JoinSet::new();
    for number in 0..MANY {
        due.tick().await;
        running.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let start = Instant::now();
            let begun = Session::start(&mut connection, &format!("hostile-{number}")).await;
            ensure!(begun.is_err(), "the hostile plugin {number} did what it wanted");
            Ok(start.elapsed())
        });
    }
    let mut took = Vec::new();
    while let Some(ended) = running.join_next().await {
        took.push(ended??);
    }
    Ok(took)
}
