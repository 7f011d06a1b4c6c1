//! What a declaration lets out, and where to.

use std::collections::{BTreeMap, BTreeSet};

use affiant_manifest::{
    Combination, Declaration, Host, Manifest, Origin, SettingType, Side, Source, SubjectKey, Use,
    Value,
};
use affiant_wasm::{Method, Request};

/// The host that made-up settings name.
const MADE_UP: &str = "setting.example";

/// What may leave with one combination of settings.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    connections: Vec<Connection>,
    /// What each store may hold.
    stores: BTreeMap<String, BTreeSet<Origin>>,
    /// After how many seconds what a store holds is gone, where that is said.
    ends: BTreeMap<String, u64>,
    /// The stores whose values are about somebody, and so can be found, copied and erased.
    about_people: BTreeSet<String>,
    /// What the manifest speaks of at all.
    pub(crate) spoken_of: BTreeSet<Origin>,
    /// What the component is told when it asks for its settings.
    pub(crate) settings: BTreeMap<String, Value>,
    /// Names of the settings that it is never told.
    pub(crate) secrets: BTreeSet<String>,
}

#[derive(Clone, Debug)]
struct Connection {
    scheme: String,
    host: Option<Host>,
    /// When a setting names it.
    named: Option<String>,
    prefix: String,
    methods: BTreeSet<String>,
    carries: BTreeSet<Origin>,
}

impl Rules {
    pub(crate) fn of(
        manifest: &Manifest,
        combination: &Combination,
        given: &BTreeMap<String, Value>,
    ) -> Self {
        let declaration = Declaration::of(manifest, combination.clone());
        let settings = settings(manifest, combination, given);
        let named = |name: &str| match settings.get(name) {
            Some(Value::Text(address)) => {
                url::Url::parse(address).ok()?.host_str().map(str::to_owned)
            }
            _ => None,
        };
        let entries = declaration.network.iter();
        let entries =
            entries.filter(|it| it.side.value == Side::Server && it.used.value == Use::Fetch);
        let connections = entries.map(|it| Connection {
            scheme: it.scheme.as_ref().map(|it| it.value.to_string()).unwrap_or_default(),
            host: it.host.as_ref().map(|it| it.value.clone()),
            named: it.host_from.as_ref().and_then(|it| match &it.value {
                affiant_manifest::TakenFrom::Setting(name) => named(name),
                affiant_manifest::TakenFrom::Admin => None,
            }),
            prefix: it.path_prefix.as_ref().map_or("/".to_owned(), ToString::to_string),
            methods: it.methods.iter().map(ToString::to_string).collect(),
            carries: declaration
                .carried_by(it)
                .iter()
                .filter_map(|it| origin(&it.source.value))
                .collect(),
        });
        let connections = connections.collect();
        let stores = declaration.server_storage.iter().map(|it| {
            let items =
                it.contains.iter().filter_map(|it| declaration.data_item(it.value.as_str()));
            let origins = items.filter_map(|it| origin(&it.source.value)).collect();
            (it.id.value.to_string(), origins)
        });
        let stores = stores.collect();
        let ends = declaration
            .server_storage
            .iter()
            .filter_map(|it| Some((it.id.value.to_string(), it.retention.max.as_ref()?.seconds())));
        let ends = ends.collect();
        let about_people =
            declaration.server_storage.iter().filter(|it| it.subject_key != SubjectKey::None);
        let about_people = about_people.map(|it| it.id.value.to_string()).collect();
        let spoken_of = declaration.data.iter().filter_map(|it| origin(&it.source.value)).collect();
        let secrets = manifest.settings.0.iter().filter(|(_, it)| it.secret);
        let secrets = secrets.map(|(name, _)| name.value.clone()).collect();
        Self { connections, stores, ends, about_people, spoken_of, settings, secrets }
    }

    /// What a request may carry; `None` when nothing may go there.
    pub(crate) fn carried(&self, request: &Request) -> Option<BTreeSet<Origin>> {
        let address = url::Url::parse(&request.url).ok()?;
        let host = address.host_str()?;
        let method = match request.method {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        };
        let mut fitting = self.connections.iter().filter(|it| {
            it.scheme == address.scheme()
                && address.port().is_none()
                && (it.host.as_ref().is_some_and(|it| it.covers(host))
                    || it.named.as_deref() == Some(host))
                && address.path().starts_with(&it.prefix)
                && (it.methods.is_empty() || it.methods.contains(method))
        });
        let first = fitting.next()?;
        let others = fitting.flat_map(|it| it.carries.iter().copied());
        Some(first.carries.iter().copied().chain(others).collect())
    }

    /// What a store may hold; `None` when there is no such store.
    pub(crate) fn kept(&self, store: &str) -> Option<&BTreeSet<Origin>> {
        self.stores.get(store)
    }

    /// The stores that there are.
    pub(crate) fn stores(&self) -> impl Iterator<Item = &str> {
        self.stores.keys().map(String::as_str)
    }

    /// After how many seconds what a store holds is gone, if that is said.
    pub(crate) fn end(&self, store: &str) -> Option<u64> {
        self.ends.get(store).copied()
    }

    /// Each of these times once, the shortest first.
    pub(crate) fn ends(&self) -> BTreeSet<u64> {
        self.ends.values().copied().collect()
    }

    /// Whether what a store holds is about somebody.
    pub(crate) fn is_about_people(&self, store: &str) -> bool {
        self.about_people.contains(store)
    }
}

fn origin(source: &Source) -> Option<Origin> {
    match source {
        Source::Origin(origin) => Some(*origin),
        Source::Recipient(_) => None,
    }
}

/// What each setting is: what is given, what decides, the default, or something made up.
fn settings(
    manifest: &Manifest,
    combination: &Combination,
    given: &BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let chosen = manifest.settings.0.iter().map(|(name, setting)| {
        let decided = combination.get(&name.value).or_else(|| given.get(&name.value));
        let default = setting.default.as_ref().map(|it| &it.value);
        let value = decided.or(default).cloned().unwrap_or_else(|| match setting.kind.value {
            SettingType::Url => Value::Text(format!("https://{MADE_UP}/")),
            SettingType::String => Value::Text("made up".to_owned()),
            SettingType::Int => Value::Int(1),
            SettingType::Bool => Value::Bool(false),
            SettingType::Enum => {
                Value::Text(setting.values.first().map(|it| it.value.clone()).unwrap_or_default())
            }
            SettingType::Duration => Value::Text("P1D".to_owned()),
        });
        (name.value.clone(), value)
    });
    chosen.collect()
}
