//! What plugins cost the server: an interview that calls one on each screen beside one that calls none,
//! and what people notice while hostile ones run.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Range;
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
use crate::bench::load::{answer_at_ease, answer_until};
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

/// Connections that answer as fast as they can while throughput is measured.
const BUSY: usize = 64;

/// People who answer while hostile plugins run, and how far apart the answers of each are. A server
/// that people load with as much as it can do is slower for whatever else runs on its processors; so
/// they leave it room, and what is seen is whether anybody has to wait.
const CALM: usize = 8;
const PAUSE: Duration = Duration::from_millis(25);

const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(4);

/// What is compared is measured by turns, so that a machine that becomes slower meanwhile counts for
/// both.
const TURNS: usize = 4;

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
        script: None,
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
    let mut answered = [0.0; 2];
    let mut took = [Duration::ZERO; 2];
    for _ in 0..TURNS {
        for (at, interview) in ["twelve", "called"].into_iter().enumerate() {
            answer_until(address, interview, BUSY, Instant::now() + WARM_UP).await?;
            let start = Instant::now();
            let steps = answer_until(address, interview, BUSY, start + MEASURED).await?;
            #[expect(clippy::cast_precision_loss, reason = "fewer steps than fit")]
            let count = steps.len() as f64;
            answered[at] += count;
            took[at] += start.elapsed();
        }
    }
    let [without, with] = [0, 1].map(|at| answered[at] / took[at].as_secs_f64());
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
    let (mut calm, mut disturbed, mut stopped) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..TURNS {
        calm.extend(answer_at_ease(address, "twelve", CALM, PAUSE, MEASURED).await?);
        let these = turn * MANY / TURNS..(turn + 1) * MANY / TURNS;
        let running = tokio::spawn(let_loose(address, these));
        disturbed.extend(answer_at_ease(address, "twelve", CALM, PAUSE, MEASURED).await?);
        stopped.extend(running.await??);
    }
    #[expect(clippy::cast_precision_loss, reason = "there are some hundreds")]
    let count = stopped.len() as f64;
    let slowest = stopped.into_iter().max().unwrap_or_default();
    let [calm, disturbed] = [calm, disturbed].map(|mut it| {
        it.sort_unstable();
        milliseconds(percentile(&it, 0.99))
    });
    ensure!(calm > 0.0, "nothing was answered");
    Ok(vec![
        Figure::plain("p99 of an answered step, nobody hostile", calm, "ms"),
        Figure::at_least("hostile plugins that were stopped in interviews", count, 200.0, ""),
        Figure::at_most(
            "… the slowest of them, as seen from outside",
            milliseconds(slowest),
            1_000.0,
            "ms",
        ),
        Figure::at_most(
            "… how much longer the p99 of everybody else is meanwhile",
            100.0 * (disturbed / calm - 1.0),
            20.0,
            "%",
        ),
    ])
}

/// Begins an interview of each of these hostile plugins, one after another, all within the time that
/// is measured. Gives how long each took to be stopped.
async fn let_loose(address: SocketAddr, these: Range<usize>) -> anyhow::Result<Vec<Duration>> {
    #[expect(clippy::cast_possible_truncation, reason = "there are some hundreds")]
    let mut due = interval(MEASURED / these.len() as u32);
    let mut running = JoinSet::new();
    for number in these {
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
