//! What plugins keep, on several servers of one store.

use std::sync::Arc;

use affiant_backend::{Change, Commit as _, PluginChange, PluginValueRow};
use affiant_component::World as _;
use affiant_plugins::Registry;
use affiant_storage_sqlite::{Databases, Options};

use super::Notes;
use crate::master;
use crate::system::SystemRandomness;

const PLUGIN: &str = "org.example.counting";

#[tokio::test]
async fn what_another_server_stored_is_read_and_what_is_not_stored_here_yet_is_newer() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { folder: folder.path().to_owned(), max_pages: None };
    let databases = Databases::open(&options).await.unwrap();
    let file = folder.path().join("master.key");
    let (keys, master) = master::open(Arc::new(databases.secrets), &file).await.unwrap();
    let notes = Notes::new(&Arc::new(Registry::default()), &keys, &master);
    let put = |key: &str, value: &str| {
        let name = format!("s\n{key}");
        let place = notes.place(PLUGIN, &name);
        let sealed = master.seal_setting(&place, &hex::encode(value), &SystemRandomness).unwrap();
        let (plugin, store, key) = (PLUGIN.to_owned(), "s".to_owned(), key.to_owned());
        Change::Plugin(PluginChange::PutValue(PluginValueRow { plugin, store, key, sealed }))
    };
    let kept = |key: &str| notes.kept(PLUGIN, "s", key);

    databases.main.commit(vec![put("a", "1"), put("b", "1"), put("c", "1")]).await.unwrap();
    notes.read(&databases.main).await.unwrap();
    assert_eq!(kept("a"), Some(b"1".to_vec()));
    // Here one is changed and one removed; elsewhere all are changed, and one comes.
    notes.keep(PLUGIN, "s", "b", Some(b"here".to_vec()));
    notes.keep(PLUGIN, "s", "c", None);
    let all = ["a", "b", "c", "d"].map(|it| put(it, "2")).to_vec();
    databases.main.commit(all).await.unwrap();
    notes.read(&databases.main).await.unwrap();
    assert_eq!(kept("a"), Some(b"2".to_vec()));
    assert_eq!(kept("b"), Some(b"here".to_vec()));
    assert_eq!(kept("c"), None);
    assert_eq!(kept("d"), Some(b"2".to_vec()));
    // What another server removed is gone here.
    let gone = PluginChange::DeleteValue(PLUGIN.to_owned(), "s".to_owned(), "a".to_owned());
    databases.main.commit(vec![Change::Plugin(gone)]).await.unwrap();
    notes.read(&databases.main).await.unwrap();
    assert_eq!(kept("a"), None);
}
