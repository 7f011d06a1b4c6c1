//! Which data moves where, and where it is kept.

use crate::finding::Place;
use crate::model::{
    Duration, Host, Id, PathPrefix, Selector, Sentence, StorageName, TakenFrom, When,
};
use crate::read::{Located, record};
use crate::vocabulary::{
    CategoryRef, Exposure, Form, LegalBasis, Linkage, Method, Necessity, NoEgressReason, Party,
    PrivateAddress, Processing, Purpose, RetentionKind, Scheme, Side, Source, StorageKind,
    StoreKind, SubjectKey, Use,
};

record! {
    /// Data that a plugin handles, and what for. What is not said is the worst that it could be.
    pub struct DataItem {
        /// Its name in this manifest.
        id: Located<Id>,
        /// For which settings.
        when: Option<When>,
        /// Where it comes from.
        source: Located<Source>,
        /// The fields that the host lets through.
        fields: Vec<Located<Selector>>,
        /// Which kinds of data it is.
        categories: Vec<Located<CategoryRef>>,
        /// What state it is in.
        form: Form = Form::Plaintext,
        /// Whether it is seen, or only can be.
        exposure: Exposure = Exposure::Certain,
        /// How closely it belongs to a person.
        linkage: Linkage = Linkage::Identified,
        /// What it is used for.
        purposes: Vec<Located<Purpose>>,
        /// What is done with it.
        processing: Vec<Processing>,
        /// The legal bases that the author suggests.
        legal_basis: Vec<LegalBasis>,
        /// Whether people can do without.
        necessity: Necessity,
        /// Who gets it.
        recipients: Vec<Located<Id>>,
        /// How long it is kept.
        retention: Retention = Retention::worst(),
        /// The same in a sentence for people.
        text: Option<Sentence>,
    }
}

record! {
    /// How long something is kept.
    pub struct Retention {
        /// By what.
        kind: RetentionKind,
        /// At most how long.
        max: Option<Duration>,
        /// More, for people.
        note: Option<Sentence>,
    }
}

impl Retention {
    /// As long as somebody else likes: what holds when nothing is said.
    pub(crate) fn worst() -> Self {
        let kind = RetentionKind::ControlledByRecipient;
        Self { place: Place::default(), kind, max: None, note: None }
    }
}

record! {
    /// A connection that a plugin makes.
    pub struct Network {
        /// For which settings.
        when: Option<When>,
        /// Which side opens it.
        side: Located<Side>,
        /// What it is for.
        used ("use"): Located<Use>,
        /// How requests are made; a raw connection has none.
        scheme: Option<Located<Scheme>>,
        /// The host.
        host: Option<Located<Host>>,
        /// The setting that names the host.
        host_from: Option<Located<TakenFrom>>,
        /// What paths begin with; any, when nothing is said.
        path_prefix: Option<PathPrefix>,
        /// What requests do; anything, when nothing is said.
        methods: Vec<Method>,
        /// Whether a private address may be reached.
        private_address: Option<PrivateAddress>,
        /// The setting that says how a raw connection is encrypted.
        tls_from: Option<Located<TakenFrom>>,
        /// Whose host it is.
        recipient: Located<Id>,
        /// Which data it may carry.
        carries: Vec<Located<Id>>,
        /// The same in a sentence for people.
        text: Option<Sentence>,
    }
}

record! {
    /// Something that is left in a browser.
    pub struct BrowserStorage {
        /// For which settings.
        when: Option<When>,
        /// Where.
        kind: Located<StorageKind>,
        /// Its name.
        name: StorageName,
        /// Whose it is.
        party: Party = Party::Third,
        /// How long it stays.
        duration: Located<Duration>,
        /// Whether each visit makes it stay longer.
        refreshed: bool = true,
        /// What makes it again when it was deleted.
        restored_from: Option<StorageName>,
        /// Whether what a person asked for does not work without it.
        essential: bool = false,
        /// What it is for.
        purpose: Purpose,
    }
}

record! {
    /// Something that the host keeps for a plugin, and erases and exports without it.
    pub struct ServerStorage {
        /// Its name in this manifest.
        id: Located<Id>,
        /// For which settings.
        when: Option<When>,
        /// What it is.
        kind: StoreKind,
        /// Which data it may hold.
        contains: Vec<Located<Id>>,
        /// What its values belong to.
        subject_key: SubjectKey,
        /// How long they are kept.
        retention: Retention = Retention::worst(),
    }
}

record! {
    /// Why nothing leaves this server.
    pub struct NoEgress {
        /// For which settings.
        when: Option<When>,
        /// Why.
        reason: NoEgressReason,
        /// The same in a sentence for people.
        text: Sentence,
    }
}
