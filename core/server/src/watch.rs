//! Loading the interviews of a folder, and again when they change.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use affiant_diagnostic::{Diagnostic, render_human};
use affiant_runtime::Plugins;
use affiant_web::{App, Catalogue};
use anyhow::Context as _;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::command::serve::interviews;
use crate::files::Folder;

/// Loads every interview of a folder and takes away those that are gone. A broken one is told and
/// does not keep the others from being served.
pub(crate) fn load_all(
    folder: &Path,
    catalogue: &Catalogue,
    known: &BTreeSet<String>,
    plugins: &Arc<dyn Plugins>,
) -> anyhow::Result<()> {
    let mut present = BTreeSet::new();
    for file in interviews(folder)? {
        let (files, name) = Folder::of(&file);
        let loading = affiant_runtime::load_with(&name, &files, plugins);
        for diagnostic in loading.diagnostics.iter().filter(|it| Diagnostic::is_error(it)) {
            tracing::error!("{}", render_human(diagnostic, &loading.sources).trim_end());
        }
        let interview =
            file.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        catalogue.put(&interview, loading);
        present.insert(interview);
    }
    for gone in known.difference(&present) {
        catalogue.remove(gone);
    }
    Ok(())
}

/// Loads again whenever a file of the folder changes. Ends when the watcher is dropped.
pub(crate) fn start(
    folder: &Path,
    app: Arc<App>,
    plugins: Arc<dyn Plugins>,
) -> anyhow::Result<RecommendedWatcher> {
    let watched: PathBuf = folder.to_owned();
    let reload = watched.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let changed =
            event.is_ok_and(|it| it.kind.is_modify() || it.kind.is_create() || it.kind.is_remove());
        if !changed {
            return;
        }
        let known = app.catalogue.all().into_iter().map(|(name, _)| name).collect();
        match load_all(&reload, &app.catalogue, &known, &plugins) {
            Ok(()) => tracing::info!("interviews were loaded again"),
            Err(error) => tracing::error!("interviews could not be loaded again: {error:#}"),
        }
    })?;
    watcher
        .watch(&watched, RecursiveMode::Recursive)
        .context("the interviews cannot be watched")?;
    Ok(watcher)
}
