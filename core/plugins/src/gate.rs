//! The one place through which every effect of a plugin passes.

use std::collections::BTreeSet;
use std::fmt;

use affiant_manifest::{
    CapabilityId, Category, CategoryRef, DataItem, Declaration, Gate as Consent, Method, Network,
    Scheme, Side, Use, path_begins_with,
};

use crate::choice::{Choice, Scope};
use crate::shelf::Package;

/// Why something is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The manifest does not ask for it with the settings chosen.
    NotDeclared,
    /// The plugin is not switched on here.
    NotGranted,
    /// The person has not agreed, or took it back.
    NoConsent,
    /// The data is of a kind that must not go there.
    LabelBlocked,
    /// A limit was passed.
    OverLimit,
}

impl Why {
    /// As it is counted and logged.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotDeclared => "not-declared",
            Self::NotGranted => "not-granted",
            Self::NoConsent => "no-consent",
            Self::LabelBlocked => "label-blocked",
            Self::OverLimit => "over-limit",
        }
    }
}

/// A capability that was denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{capability} was denied: {}", why.word())]
pub struct Denied {
    /// Which.
    pub capability: CapabilityId,
    /// Why.
    pub why: Why,
}

/// What somebody agreed to, as far as the present request knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreed(BTreeSet<Consent>);

impl Agreed {
    /// Agreed to these.
    pub fn to(gates: impl IntoIterator<Item = Consent>) -> Self {
        Self(gates.into_iter().collect())
    }

    /// Agreed to whatever can be asked: what an interview does by itself is what people came for.
    pub fn everything() -> Self {
        Self::to(Consent::ALL.iter().copied())
    }

    /// Whether they agreed to what a gate asks for.
    pub fn covers(&self, gate: Consent) -> bool {
        gate == Consent::None || self.0.contains(&gate)
    }
}

/// Which kinds of data something holds: a high-water mark, which only rises.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    known: BTreeSet<Category>,
    /// Something of which nobody said what it is: as bad as anything.
    unclassified: bool,
}

impl Mark {
    /// Data of these kinds.
    pub fn of(categories: impl IntoIterator<Item = Category>) -> Self {
        Self { known: categories.into_iter().collect(), unclassified: false }
    }

    /// Data of which nobody said what it is.
    pub fn unclassified() -> Self {
        Self { known: BTreeSet::new(), unclassified: true }
    }

    /// Takes in what something else holds.
    pub fn raise(&mut self, other: &Self) {
        self.known.extend(&other.known);
        self.unclassified |= other.unclassified;
    }

    /// Whether it is about nobody.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && !self.unclassified
    }
}

/// Where something goes.
#[derive(Clone, Copy, Debug)]
pub enum Sink<'a> {
    /// Nowhere: it is only looked at, or comes from the host.
    Within,
    /// To a host, with a request of this kind.
    Network {
        /// How.
        scheme: Scheme,
        /// Its name.
        host: &'a str,
        /// The path, without the query.
        path: &'a str,
        /// What the request does.
        method: Method,
    },
    /// Into a store of the plugin's.
    Store(&'a str),
    /// Into the log.
    Log,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Effect<'a> {
    /// The capability that it needs.
    pub capability: CapabilityId,
    /// The interview that it happens in, if it does.
    pub interview: Option<&'a str>,
    /// What the person agreed to.
    pub agreed: &'a Agreed,
    /// What kinds of data it is about.
    pub mark: &'a Mark,
    /// Where it goes.
    pub sink: Sink<'a>,
}

/// What one plugin may do, by what was decided about it: plugin, version, capability, interview,
/// consent and kinds of data come together here, and nowhere else.
pub struct Gate<'m> {
    declaration: Declaration<'m>,
    scope: &'m Scope,
}

impl fmt::Debug for Gate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl<'m> Gate<'m> {
    /// The gate of a package by what is chosen for it; `None` when the choice is about another
    /// package, or its settings do not fit.
    pub fn of(package: &'m Package, choice: &'m Choice) -> Option<Self> {
        if choice.digest != Some(package.digest) {
            return None;
        }
        let declaration = package.manifest.open_declaration(choice.installation.clone()).ok()?;
        Some(Self { declaration, scope: &choice.scope })
    }

    /// What the plugin says that it does, with the settings chosen.
    pub fn declaration(&self) -> &Declaration<'m> {
        &self.declaration
    }

    /// The capabilities that are granted: those that are declared, while it is on anywhere.
    pub fn granted(&self) -> BTreeSet<CapabilityId> {
        if !self.scope.is_on() {
            return BTreeSet::new();
        }
        self.declaration.capabilities.iter().map(|it| it.id.value).collect()
    }

    /// Whether it is on in an interview.
    pub fn is_on_in(&self, interview: &str) -> bool {
        self.scope.covers(interview)
    }

    /// Whether the server may fetch anything at all from a host.
    pub fn names_host(&self, host: &str) -> bool {
        let mut fetches = self.declaration.network.iter().filter(|it| it.used.value == Use::Fetch);
        fetches.any(|it| self.declaration.allows_host(it, host))
    }

    /// Allows something, or says why not. For a request it gives the line of the manifest that
    /// allows it.
    pub fn allow(&self, effect: &Effect<'_>) -> Result<Option<&'m Network>, Denied> {
        let denied = |why| Denied { capability: effect.capability, why };
        if self.declaration.capability(effect.capability).is_none() {
            return Err(denied(Why::NotDeclared));
        }
        let is_on = effect.interview.map_or(self.scope.is_on(), |it| self.scope.covers(it));
        if !is_on {
            return Err(denied(Why::NotGranted));
        }
        if !self.declaration.consent.iter().all(|it| effect.agreed.covers(it.gate)) {
            return Err(denied(Why::NoConsent));
        }
        self.through(effect).map_err(denied)
    }

    /// What a capability may be used for, each with where what it takes along can go: for what it is
    /// there for, and for nothing else.
    fn through(&self, effect: &Effect<'_>) -> Result<Option<&'m Network>, Why> {
        match effect.capability {
            CapabilityId::HttpFetch => match effect.sink {
                Sink::Network { scheme, host, path, method } => {
                    self.connection(effect.mark, scheme, host, path, method).map(Some)
                }
                Sink::Within | Sink::Store(_) | Sink::Log => Err(Why::NotDeclared),
            },
            CapabilityId::KvPrivate => match effect.sink {
                Sink::Store(name) => self.store(effect.mark, name).map(|()| None),
                Sink::Within | Sink::Network { .. } | Sink::Log => Err(Why::NotDeclared),
            },
            CapabilityId::Log => match effect.sink {
                Sink::Log if effect.mark.is_empty() => Ok(None),
                Sink::Log => Err(Why::LabelBlocked),
                Sink::Within | Sink::Network { .. } | Sink::Store(_) => Err(Why::NotDeclared),
            },
            // What the host does for these leaves by no way of the plugin's.
            CapabilityId::AnswersRead
            | CapabilityId::AnswersPropose
            | CapabilityId::TemplateRead
            | CapabilityId::DocumentWrite
            | CapabilityId::DocumentsRead
            | CapabilityId::EventsSubscribe
            | CapabilityId::AccountRead
            | CapabilityId::Clock
            | CapabilityId::Random
            | CapabilityId::MailSend
            | CapabilityId::PageInjectScript
            | CapabilityId::PageFrame
            | CapabilityId::AuthProvideIdentity
            | CapabilityId::KeysProvideAccountKey
            | CapabilityId::StorageProvideRecords
            | CapabilityId::StorageProvideObjects
            | CapabilityId::ObjectsPresign
            | CapabilityId::NetTcp
            | CapabilityId::FsPrivateDir => match effect.sink {
                Sink::Within => Ok(None),
                Sink::Network { .. } | Sink::Store(_) | Sink::Log => Err(Why::NotDeclared),
            },
        }
    }

    /// The connection that a request may go by. One that is declared and may not carry the data is
    /// another thing than one that is not declared.
    fn connection(
        &self,
        mark: &Mark,
        scheme: Scheme,
        host: &str,
        path: &str,
        method: Method,
    ) -> Result<&'m Network, Why> {
        let declared = self.declaration.network.iter().copied().filter(|it| {
            it.side.value == Side::Server
                && it.used.value == Use::Fetch
                && it.scheme.as_ref().is_some_and(|it| it.value == scheme)
                && self.declaration.allows_host(it, host)
                && it.path_prefix.as_ref().is_none_or(|it| path_begins_with(path, it.as_str()))
                && (it.methods.is_empty() || it.methods.contains(&method))
        });
        let declared: Vec<&Network> = declared.collect();
        if declared.is_empty() {
            return Err(Why::NotDeclared);
        }
        let carries = |it: &&&Network| self.covers(&self.declaration.carried_by(it), mark);
        declared.iter().find(carries).copied().ok_or(Why::LabelBlocked)
    }

    fn store(&self, mark: &Mark, name: &str) -> Result<(), Why> {
        let mut stores = self.declaration.server_storage.iter();
        let store = stores.find(|it| it.id.value.as_str() == name).ok_or(Why::NotDeclared)?;
        let holds = store.contains.iter();
        let holds: Vec<&DataItem> =
            holds.filter_map(|it| self.declaration.data_item(it.value.as_str())).collect();
        if self.covers(&holds, mark) { Ok(()) } else { Err(Why::LabelBlocked) }
    }

    /// Whether these items of data, together, may hold all that a mark says.
    fn covers(&self, items: &[&DataItem], mark: &Mark) -> bool {
        let categories: Vec<&CategoryRef> =
            items.iter().flat_map(|it| it.categories.iter().map(|it| &it.value)).collect();
        if categories.contains(&&CategoryRef::Inherit) {
            return true;
        }
        let known: BTreeSet<Category> =
            categories.iter().filter_map(|it| self.declaration.known_category(it)).collect();
        !mark.unclassified && mark.known.is_subset(&known)
    }
}
