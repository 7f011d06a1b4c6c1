//! `affiant serve`: joins the pages to storage, keys, clock and configuration.

use std::collections::BTreeSet;
use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use affiant_backend::{AuditEnd, Store};
use affiant_guard::{Admission, Guard};
use affiant_retention::{Eraser, Schedule};
use affiant_runtime::Plugins;
use affiant_vault::Master;
use affiant_web::{App, Catalogue, Parts, Settings, Theme, Warnings, metrics, router};
use anyhow::Context as _;
use notify::RecommendedWatcher;
use tokio::net::TcpListener;
use tokio::sync::watch::{Receiver, channel};

use crate::command::say;
use crate::config::Config;
use crate::news::Bell;
use crate::post::post;
use crate::storage::Storage;
use crate::system::{LocalClock, Names, SystemRandomness, cores};
use crate::turns::Turns;
use crate::{
    hosts, log, master, memory, news, objects, plugins, providers, retention, switches, watch,
};

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file; it may be missing.
    #[arg(long, env = "AFFIANT_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port to listen on (`listen`, 127.0.0.1:8080).
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Folder of the databases (`data`, `data`).
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The master key, which is made if there is no data yet (`master_key`, `master.key` in `data`).
    #[arg(long, value_name = "FILE")]
    master_key: Option<PathBuf>,
    /// Folder of the interviews (`interviews`, `examples/interviews`).
    #[arg(long, value_name = "DIR")]
    interviews: Option<PathBuf>,
    /// Reload changed interviews; show their mistakes and why each screen is asked in the browser.
    #[arg(long)]
    dev: bool,
}

/// How long requests under way may take to finish when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// How often it is noted how far sessions have come: for so long, a session that is put back to an
/// older state is noticed by the server alone that stored the newer one.
const HEADS: Duration = Duration::from_secs(5);

/// How often mails that wait are looked for.
const DELIVERY: Duration = Duration::from_secs(1);

/// Serves until it is told to stop.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = configuration(arguments)?;
    log::start(&config);
    log::tell_only_where_bugs_are();
    // Asked while the system still tells: behind the next line it does not.
    affiant_wasm::sees_own_pages();
    memory::keep_to_ourselves();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(memory::overwrite_stack)
        .on_thread_stop(memory::overwrite_stack)
        .build()
        .context("the server could not start its threads")?;
    runtime.block_on(serve(config))?;
    Ok(ExitCode::SUCCESS)
}

/// The configuration with the command line on top.
fn configuration(arguments: Arguments) -> anyhow::Result<Config> {
    let file = arguments.config.unwrap_or_else(|| PathBuf::from("affiant.toml"));
    let mut config = Config::read(&file)?;
    if let Some(listen) = arguments.listen {
        config.listen = listen;
    }
    if let Some(data) = arguments.data {
        config.data = data;
    }
    if let Some(interviews) = arguments.interviews {
        config.interviews = interviews;
    }
    config.master_key = arguments.master_key.or(config.master_key);
    config.dev |= arguments.dev;
    Ok(config)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let (built_in, direct) = (hosts::built_in(&config)?, objects::direct(&config)?);
    fs_err::create_dir_all(&config.data).context("the data folder could not be made")?;
    let storage = Storage::open(&config).await?;
    let _presence = storage.attend().await?;
    let objects = objects::open(&config, &storage).await?;
    let master = config.master_key.clone().unwrap_or_else(|| master::default_file(&config.data));
    let (keyring, master) = master::open(Arc::clone(&storage.secrets), &master).await?;
    let theme = Theme::load(config.theme.as_deref()).context("the theme cannot be used")?;
    let catalogue = Catalogue::default();
    let listener = listen(config.listen).await?;
    let address = listener.local_addr()?;
    let (store, keyring) = (Arc::clone(&storage.main), Arc::new(keyring));
    let eraser = Eraser::new(store.clone(), Arc::clone(&keyring), Arc::new(SystemRandomness));
    let eraser = Arc::new(eraser.with_objects(objects.clone()));
    let switches = switches::open(&config, store.clone()).await?;
    let plugins::Running { components, board, notes } =
        plugins::open(&config, store.clone(), &keyring, &master).await?;
    watch::load_all(&config.interviews, &catalogue, &BTreeSet::new(), &components)?;
    let guard = guard(store.clone(), Arc::clone(&master)).await?;
    let app = Arc::new(App::new(Parts {
        catalogue,
        store,
        objects,
        direct,
        keyring,
        eraser: Arc::clone(&eraser),
        switches,
        plugins: board,
        built_in,
        providers: providers::open(&config)?,
        master,
        guard: Arc::new(guard),
        admission: Arc::new(Admission::new(cores())),
        post: post(&config)?,
        clock: Box::new(LocalClock),
        randomness: Arc::new(SystemRandomness),
        theme,
        settings: settings(&config, address)?,
    }));
    retention::catch_up(&app).await?;
    // Before anybody is told where it listens: who stops it from then on stops it in order.
    let told = told_to_stop()?;
    // First: who waits for the line that it listens knows all addresses then.
    watched(&config, &app).await?;
    introduce(&app, address).await?;
    let _watch = watching(&config, &app, &components)?;
    let followed = plugins::Followed::new(components, Arc::clone(&notes), &app);
    let turns = Arc::new(Turns::new(Arc::clone(&app.store))?);
    see_to(&app, config, eraser, followed, &turns);
    let service = router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(until(told.clone()));
    tokio::select! {
        ended = server.into_future() => ended?,
        () = stopping(told) => tracing::warn!("requests under way did not finish in time"),
    }
    note(&app, &notes).await;
    turns.give_back().await;
    Ok(())
}

/// What counts tries, and knows the networks of administrators.
async fn guard(store: Arc<dyn Store>, master: Arc<Master>) -> anyhow::Result<Guard> {
    let guard = Guard::new(store, Arc::new(Names(master)));
    guard.read_networks().await.context("the networks of administrators cannot be read")?;
    Ok(guard)
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}: is another program using it?"))
}

/// Says where the server listens, and how somebody becomes its first administrator.
async fn introduce(app: &App, address: SocketAddr) -> anyhow::Result<()> {
    say(&format!("Affiant listens on http://{address}"));
    if let Some(link) = app.first_link().await? {
        say(&format!("To become its first administrator, open {link} (works once)"));
    }
    Ok(())
}

/// Tells those who watch the server how much is asked of it, on an address of its own.
async fn watched(config: &Config, app: &Arc<App>) -> anyhow::Result<()> {
    let Some(address) = config.metrics_listen else { return Ok(()) };
    let listener = listen(address).await.context("metrics_listen")?;
    say(&format!("Metrics are at http://{}/metrics", listener.local_addr()?));
    let metrics = metrics(Arc::clone(app));
    tokio::spawn(async move { axum::serve(listener, metrics).await });
    Ok(())
}

/// Stores what is kept in memory until it is noted: how far sessions have come, tries that failed, and
/// what plugins did.
async fn note(app: &App, notes: &plugins::Notes) {
    note_heads(app).await;
    retention::note(app, AuditEnd::default()).await;
    notes.store(&*app.store).await;
}

/// Watches the interviews, where authors work on them.
fn watching(
    config: &Config,
    app: &Arc<App>,
    plugins: &Arc<dyn Plugins>,
) -> anyhow::Result<Option<RecommendedWatcher>> {
    let start = || watch::start(&config.interviews, Arc::clone(app), Arc::clone(plugins));
    config.dev.then(start).transpose()
}

/// Starts what goes on beside the requests, for ever.
fn see_to(
    app: &Arc<App>,
    config: Config,
    eraser: Arc<Eraser>,
    followed: plugins::Followed,
    turns: &Arc<Turns>,
) {
    let warnings = Arc::new(Warnings(Arc::clone(app)));
    let schedule = Schedule::new(eraser).with_warner(warnings);
    for _ in 0..config.job_workers {
        tokio::spawn(work(Arc::clone(app)));
    }
    let bell = Arc::new(Bell::default());
    let followed = Arc::new(followed);
    tokio::spawn(plugins::keep_on(Arc::clone(app), config.clone(), followed, Arc::clone(&bell)));
    tokio::spawn(news::keep_on(Arc::clone(app), Arc::clone(&bell)));
    tokio::spawn(news::listen(Arc::clone(app), bell));
    tokio::spawn(objects::take_back(Arc::clone(app), config.clone()));
    tokio::spawn(retention::keep_on(Arc::clone(app), config, schedule, Arc::clone(turns)));
    tokio::spawn(deliver(Arc::clone(app)));
    tokio::spawn(keep_heads(Arc::clone(app)));
}

fn settings(config: &Config, address: SocketAddr) -> anyhow::Result<Settings> {
    let origin = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let origin = origin.trim_end_matches('/').to_owned();
    if config.insecure_cookies {
        tracing::warn!(
            "insecure_cookies is on: whoever listens on the network can take over interviews"
        );
    } else if origin.starts_with("http://") && !address.ip().is_loopback() {
        tracing::warn!(
            "browsers keep no secure cookie over plain HTTP: put a proxy that speaks TLS in front, and set public_url"
        );
    }
    Ok(Settings {
        origin,
        insecure_cookies: config.insecure_cookies,
        max_upload_bytes: config.max_upload_bytes,
        trusted_proxies: config.proxies()?,
        jobs: config.jobs(),
        hashing: config.hashing()?,
        dev: config.dev,
        for_interviews: config.told(),
    })
}

/// Notes how far sessions have come, for ever.
async fn keep_heads(app: Arc<App>) {
    let mut due = tokio::time::interval(HEADS);
    loop {
        due.tick().await;
        note_heads(&app).await;
    }
}

async fn note_heads(app: &App) {
    if let Err(error) = app.note_heads().await {
        tracing::error!(%error, "how far interviews have come could not be noted; trying again");
    }
}

/// Sends mails, for ever.
async fn deliver(app: Arc<App>) {
    let mut due = tokio::time::interval(DELIVERY);
    loop {
        due.tick().await;
        if let Err(error) = app.deliver_mail().await {
            tracing::error!(%error, "mails that wait could not be read; trying again");
        }
    }
}

/// Does what interviews began, one after the other, for ever.
async fn work(app: Arc<App>) {
    let mut due = tokio::time::interval(DELIVERY);
    loop {
        match app.work().await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "jobs could not be read; trying again"),
        }
        tokio::select! {
            _ = due.tick() => {}
            () = app.jobs_begun() => {}
        }
    }
}

/// Tells when the operator or the system asks the server to stop, from this call on.
fn told_to_stop() -> anyhow::Result<Receiver<bool>> {
    let (tell, told) = channel(false);
    #[cfg(unix)]
    let asked = {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
    };
    #[cfg(not(unix))]
    let asked = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    tokio::spawn(async move {
        asked.await;
        tell.send_replace(true);
    });
    Ok(told)
}

/// Ends when the server is to stop.
async fn until(mut told: Receiver<bool>) {
    let _ = told.wait_for(|it| *it).await;
}

/// Ends when the time for finishing is over.
async fn stopping(told: Receiver<bool>) {
    until(told).await;
    // Nothing comes; what ends it is the time.
    let _ = tokio::time::timeout(GRACE, std::future::pending::<()>()).await;
}

/// The files of a folder that are interviews.
pub(crate) fn interviews(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).context("the interviews could not be read")? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "yml" || it == "yaml") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
