//! Packages, secret settings, what plugins keep and what was seen of them.

use affiant_backend::{
    Change, ObservedRow, PackageRow, PluginChange, PluginSecretRow, PluginStore as _,
    PluginValueRow, SwitchRow,
};

use super::{conflict, empty};

const SHOUTING: &str = "org.example.shouting";

fn package(number: u8) -> PackageRow {
    PackageRow {
        digest: [number; 32],
        plugin: SHOUTING.to_owned(),
        version: format!("{number}.0.0"),
        installed: i64::from(number),
        by: -1,
    }
}

fn put(number: u8) -> Change {
    Change::Plugin(PluginChange::PutPackage(package(number), vec![number; 100_000].into()))
}

#[tokio::test]
async fn packages_are_kept_by_their_digest() {
    let it = empty().await;
    it.commit(vec![put(1), put(2)]).await.unwrap();
    conflict(it.commit(vec![put(2)]).await);
    let mut rows = it.sessions().packages().await.unwrap();
    rows.sort_by_key(|it| it.digest);
    assert_eq!(rows, [package(1), package(2)]);
    let bytes = it.sessions().package_bytes([2; 32]).await.unwrap();
    assert_eq!(bytes.map(|it| it.len()), Some(100_000));
    let gone = Change::Plugin(PluginChange::DeletePackage([2; 32]));
    it.commit(vec![gone]).await.unwrap();
    assert_eq!(it.sessions().packages().await.unwrap(), [package(1)]);
    assert_eq!(it.sessions().package_bytes([2; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn what_belongs_to_a_plugin_goes_with_its_secrets() {
    let it = empty().await;
    let secret = |plugin: &str, sealed: &[u8]| PluginSecretRow {
        plugin: plugin.to_owned(),
        name: "key".to_owned(),
        sealed: sealed.to_vec(),
    };
    let value = |plugin: &str, key: &str, sealed: &[u8]| PluginValueRow {
        plugin: plugin.to_owned(),
        store: "counts".to_owned(),
        key: key.to_owned(),
        sealed: sealed.to_vec(),
    };
    let other = "org.example.other";
    let changes = [
        PluginChange::PutPluginSecret(secret(SHOUTING, b"old")),
        PluginChange::PutPluginSecret(secret(SHOUTING, b"new")),
        PluginChange::PutPluginSecret(secret(other, b"its own")),
        PluginChange::PutValue(value(SHOUTING, "a", b"1")),
        PluginChange::PutValue(value(SHOUTING, "a", b"2")),
        PluginChange::PutValue(value(SHOUTING, "b", b"3")),
        PluginChange::PutValue(value(other, "a", b"4")),
        PluginChange::DeleteValue(SHOUTING.to_owned(), "counts".to_owned(), "b".to_owned()),
    ];
    it.commit(changes.map(Change::Plugin).into()).await.unwrap();
    let mut secrets = it.sessions().plugin_secrets().await.unwrap();
    secrets.sort_by(|a, b| a.plugin.cmp(&b.plugin));
    assert_eq!(secrets, [secret(other, b"its own"), secret(SHOUTING, b"new")]);
    let mut values = it.sessions().plugin_values().await.unwrap();
    values.sort_by(|a, b| a.plugin.cmp(&b.plugin));
    assert_eq!(values, [value(other, "a", b"4"), value(SHOUTING, "a", b"2")]);
    let gone = Change::Plugin(PluginChange::DeletePluginSecrets(SHOUTING.to_owned()));
    it.commit(vec![gone]).await.unwrap();
    assert_eq!(it.sessions().plugin_secrets().await.unwrap(), [secret(other, b"its own")]);
    assert_eq!(it.sessions().plugin_values().await.unwrap(), [value(other, "a", b"4")]);
}

#[tokio::test]
async fn what_was_seen_adds_up_by_day_and_is_forgotten() {
    let it = empty().await;
    let seen = |day: i64, count: i64| ObservedRow {
        plugin: SHOUTING.to_owned(),
        day,
        what: "reached:api.example.org".to_owned(),
        count,
        sent: 10 * count,
        received: 20 * count,
    };
    let rows = [seen(5, 1), seen(5, 2), seen(6, 4)];
    let changes = rows.map(|it| Change::Plugin(PluginChange::Observed(it)));
    it.commit(changes.into()).await.unwrap();
    assert_eq!(it.sessions().observed(0).await.unwrap(), [seen(5, 3), seen(6, 4)]);
    assert_eq!(it.sessions().observed(6).await.unwrap(), [seen(6, 4)]);
    let gone = Change::Plugin(PluginChange::ForgetObserved(6));
    it.commit(vec![gone]).await.unwrap();
    assert_eq!(it.sessions().observed(0).await.unwrap(), [seen(6, 4)]);
}

#[tokio::test]
async fn the_stamp_changes_with_what_is_installed_and_decided_about_plugins() {
    let it = empty().await;
    let decision = |name: &str| {
        Change::DecideSwitch(SwitchRow {
            id: 0,
            name: name.to_owned(),
            value: String::new(),
            reason: "A test.".to_owned(),
            by: 1,
            second: None,
            asked: 10,
            effective: 20,
            cancelled: None,
        })
    };
    let secret = PluginSecretRow {
        plugin: SHOUTING.to_owned(),
        name: "key".to_owned(),
        sealed: b"sealed".to_vec(),
    };
    let mut stamps = vec![it.sessions().plugin_stamp().await.unwrap()];
    for change in [
        put(1),
        decision(&format!("plugin/{SHOUTING}")),
        Change::AgreeSwitch { id: 1, second: 2, effective: 15 },
        decision(&format!("plugin/{SHOUTING}")),
        Change::CancelSwitch { id: 2, at: 12 },
        Change::Plugin(PluginChange::PutPluginSecret(secret)),
        Change::Plugin(PluginChange::DeletePackage([1; 32])),
    ] {
        it.commit(vec![change.clone()]).await.unwrap();
        let stamp = it.sessions().plugin_stamp().await.unwrap();
        assert!(!stamps.contains(&stamp), "{change:?}");
        stamps.push(stamp);
    }
    // Other switches are other people's business.
    it.commit(vec![decision("keys")]).await.unwrap();
    assert_eq!(it.sessions().plugin_stamp().await.unwrap(), *stamps.last().unwrap());
}
