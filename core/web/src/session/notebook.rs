//! What plugins keep about a session: a sealed file of it. So it gets new keys with the session, is in
//! its owner's copy, and is gone when the session is.
//!
//! Each time that it is stored it is another file, which comes in place of the one before in the
//! transaction of the step that changed it. Where there is no step, the one before is deleted behind it,
//! so that a crash in between loses nothing; of a session that begins, the first screen may then be
//! stored without it, and nobody has been shown that. Whoever stores one has the turn of the session, and
//! reads it anew: two requests of a session lose nothing of each other.

use affiant_backend::{Content, FileRow, FilesOfStep, SessionId};
use affiant_engine::{Note, Notebook, Notes, OURS};
use affiant_manifest::{Duration, SubjectKey};
use affiant_plugins::Known;
use affiant_runtime::Loaded;
use affiant_vault::{COMMON, KeySet, SealedFile, random};

use super::Session;
use crate::app::App;
use crate::delivering::delivers;
use crate::error::{WebError, internal, kept};

/// What the ids of these files begin with; those of others are random. Behind it stands a number that
/// rises, and something random.
const PREFIX: &[u8; 8] = b"plugins:";

/// The file's own name, which nobody sees.
const NAME: &str = "plugins";

/// Whether a session of an interview has one: if it uses a plugin that keeps something about sessions, or
/// has something delivered. Where sections are kept apart it is for what is delivered alone, which comes
/// from the common part: what other plugins keep may come from any of them.
pub(super) fn has_one(app: &App, loaded: &Loaded) -> bool {
    let used = &loaded.interview().plugins;
    if used.is_empty() {
        return false;
    }
    if delivers(loaded) {
        return true;
    }
    if !loaded.program().apart().is_empty() {
        return false;
    }
    let (known, now) = (app.plugins.known(), app.clock.seconds());
    let stores = used.iter().filter_map(|it| known.package_of(&it.id, now));
    let mut stores = stores.flat_map(|it| &it.manifest.server_storage);
    stores.any(|it| it.subject_key == SubjectKey::Session)
}

/// Whether a file of a session is one of these.
pub(crate) fn is_one(file: [u8; 16]) -> bool {
    file.starts_with(PREFIX)
}

fn number(file: [u8; 16]) -> u32 {
    let [.., a, b, c, d, _, _, _, _] = file;
    u32::from_be_bytes([a, b, c, d])
}

/// The files of a session that hold what plugins keep, the newest last.
async fn files(app: &App, session: SessionId) -> Result<Vec<[u8; 16]>, WebError> {
    let mut files = app.store.files_of(session).await?;
    files.retain(|it| is_one(*it));
    files.sort_unstable_by_key(|it| (number(*it), *it));
    Ok(files)
}

/// What plugins keep about a session.
pub(crate) async fn read(
    app: &App,
    keys: &KeySet,
    session: SessionId,
) -> Result<Option<Notes>, WebError> {
    let Some(newest) = files(app, session).await?.pop() else { return Ok(None) };
    // It may be replaced since the list was read; then the next request sees it.
    let Some(sealed) = app.find_file(session, newest).await? else { return Ok(None) };
    let opened = match keys.open_file(newest, &sealed) {
        // It is from before the interview kept anything apart.
        Err(_) if !keys.is_whole() => return Err(kept()),
        opened => opened?,
    };
    Ok(Some(postcard::from_bytes(&opened).map_err(internal)?))
}

/// Whether something is still kept: its plugin is there, and its time is not over. What the plugin
/// that runs does not name waits for one that does.
fn is_kept(known: &Known, plugin: &str, store: &str, note: &Note, now: i64) -> bool {
    // What it delivered is delivered, and must not be again when it is back.
    if store == OURS {
        return true;
    }
    let Some(package) = known.package_of(plugin, now) else { return false };
    let mut stores = package.manifest.server_storage.iter();
    let named = stores.find(|it| it.id.value.as_str() == store);
    let most = named.and_then(|it| it.retention.max.as_ref()).map(Duration::seconds);
    let most = most.map_or(i64::MAX, |it| i64::try_from(it).unwrap_or(i64::MAX));
    now.saturating_sub(note.since) < most
}

impl Session {
    /// Reads what plugins keep about it, where its interview uses any.
    pub(super) async fn with_notebook(mut self, app: &App) -> Result<Self, WebError> {
        if has_one(app, &self.loaded) {
            let notes = read(app, &self.keys, self.row.id).await?.unwrap_or_default();
            let (now, known) = (app.clock.seconds(), app.plugins.known());
            let notebook = Notebook::new(notes, now);
            notebook.retain(|plugin, store, note| is_kept(&known, plugin, store, note, now));
            self.notebook = Some(notebook);
        }
        Ok(self)
    }

    /// What changes of its files because of what plugins keep: nothing, if they keep what they kept. For
    /// whoever has its turn.
    pub(super) async fn changed_notes(&self, app: &App) -> Result<FilesOfStep, WebError> {
        let changed = self.notebook.as_ref().filter(|it| it.is_changed());
        let Some(notebook) = changed else { return Ok(FilesOfStep::default()) };
        let notes = notebook.onto(read(app, &self.keys, self.row.id).await?.unwrap_or_default());
        let deleted = files(app, self.row.id).await?;
        let number = deleted.last().map_or(0, |it| number(*it).saturating_add(1));
        let is_some = notes.values().flat_map(|it| it.values()).any(|it| !it.is_empty());
        let put = is_some.then(|| self.file(app, number, &notes)).transpose()?;
        Ok(FilesOfStep { put, deleted, jobs: Vec::new() })
    }

    /// Stores what plugins keep about it, if that changed, without a step.
    pub(crate) async fn store_notebook(&self, app: &App) -> Result<(), WebError> {
        let changed = self.notebook.as_ref().filter(|it| it.is_changed());
        let Some(notebook) = changed else { return Ok(()) };
        let turn = app.taken_back.turn(self.row.id).await;
        turn.forget_in(notebook, self.began);
        self.store_notes(app).await
    }

    async fn store_notes(&self, app: &App) -> Result<(), WebError> {
        let FilesOfStep { put, deleted, .. } = self.changed_notes(app).await?;
        if let Some(file) = put {
            app.store.put_file(file).await?;
        }
        for file in deleted {
            app.store.delete_file(self.row.id, file).await?;
        }
        if let Some(notebook) = &self.notebook {
            notebook.stored();
        }
        Ok(())
    }

    fn file(&self, app: &App, number: u32, notes: &Notes) -> Result<FileRow, WebError> {
        let mut id = [0; 16];
        id[..8].copy_from_slice(PREFIX);
        id[8..12].copy_from_slice(&number.to_be_bytes());
        id[12..].copy_from_slice(&random::<4>(&*app.randomness)?);
        let content = postcard::to_stdvec(notes).map_err(internal)?;
        let part = (!self.loaded.program().apart().is_empty()).then_some(COMMON);
        let sealed = self.keys.seal_file(part, id, NAME, &content, &*app.randomness)?;
        let SealedFile { wrapped, name, chunks } = sealed;
        // It is small and read at every step, so it lies with its row wherever other files lie.
        let content = Content::Chunks(chunks);
        Ok(FileRow { session: self.row.id, id, wrapped, name, content })
    }

    /// Erases what a plugin keeps about it, for whoever may answer in it: what it kept, and what it
    /// wants to keep in steps that are on their way.
    pub(crate) async fn forget_notes_of(
        &mut self,
        app: &App,
        plugin: &str,
    ) -> Result<(), WebError> {
        if self.notebook.is_none() || self.demand_answering().is_err() {
            return Ok(());
        }
        let mut turn = app.taken_back.turn(self.row.id).await;
        turn.take_back(plugin);
        // Another step may have kept something since this request read it.
        let notes = read(app, &self.keys, self.row.id).await?.unwrap_or_default();
        let notebook = Notebook::new(notes, app.clock.seconds());
        notebook.retain(|it, store, _| it != plugin || store == OURS);
        self.notebook = Some(notebook);
        self.store_notes(app).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_plugin_did_stays_known_when_it_is_removed() {
        let (known, note) = (Known::default(), Note { since: 0, value: Vec::new() });
        assert!(is_kept(&known, "org.example.gone", OURS, &note, 7));
        assert!(!is_kept(&known, "org.example.gone", "notes", &note, 7));
    }
}
