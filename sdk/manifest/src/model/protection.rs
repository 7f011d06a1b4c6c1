//! What protects data and people: encryption, keys, backups, rights, consent.

use crate::model::{Duration, Id, Sentence, TakenFrom, When};
use crate::read::{Located, record};
use crate::vocabulary::{
    AppliesTo, AtRest, BackupErasure, Custody, CustodyEffect, EncryptionEffect, Gate, Holder,
    IfDenied, InTransit, Recovery, RightSupport, Sees, Signal, ThirdPartyErase,
};

record! {
    /// What a plugin does to encryption.
    pub struct Encryption {
        /// For which settings.
        when: Option<When>,
        /// What it changes.
        effect: EncryptionEffect,
        /// What it sees.
        sees: Sees = Sees::Plaintext,
        /// How data is protected on its way.
        in_transit: Option<InTransit>,
        /// How data is protected where it lies.
        at_rest: Option<AtRest>,
        /// What is readable all the same.
        metadata_visible: Vec<Sentence>,
        /// The same in a sentence for people.
        text: Option<Sentence>,
    }
}

record! {
    /// What a plugin does to who can open answers.
    pub struct KeyCustody {
        /// For which settings.
        when: Option<When>,
        /// Whose keys.
        applies_to: AppliesTo,
        /// What it changes.
        effect: Located<CustodyEffect>,
        /// Who holds the key without the plugin.
        before: Custody,
        /// Who holds it with the plugin.
        after: Custody,
        /// Who can open answers with the plugin.
        can_decrypt: Vec<Located<Holder>>,
        /// Who can help when the key is lost.
        recovery: Recovery,
        /// The same in a sentence for people.
        text: Option<Sentence>,
    }
}

record! {
    /// What happens to backups.
    pub struct Backups {
        /// Who makes them: `admin`, `host`, or `recipient:` and the id of one.
        made_by: Located<String>,
        /// Who knows how long they are kept.
        retention_from: Option<Located<TakenFrom>>,
        /// When they forget what was erased.
        erasure: BackupErasure,
        /// Whether what was erased cannot be opened in them, since its key is gone.
        crypto_erase: bool = false,
        /// Whether what was erased is overwritten where it lay.
        secure_delete: bool = false,
        /// Whether old versions can be left behind.
        versioning_warning: bool = false,
    }
}

record! {
    /// How people's rights are served.
    pub struct Rights {
        /// Finding what is held about a person.
        locate: RightSupport = RightSupport::NotSupported,
        /// A copy of it.
        export: RightSupport = RightSupport::NotSupported,
        /// Erasing it.
        erase: RightSupport = RightSupport::NotSupported,
        /// Correcting it.
        rectify: RightSupport = RightSupport::NotSupported,
        /// How long erasing takes at most.
        erase_deadline: Option<Duration>,
        /// What recipients do.
        third_party: Vec<ThirdPartyRight>,
    }
}

record! {
    /// How a recipient erases.
    pub struct ThirdPartyRight {
        /// Who.
        recipient: Located<Id>,
        /// Whether.
        erase: ThirdPartyErase,
        /// How, for people.
        how: Option<Sentence>,
    }
}

record! {
    /// What people must agree to before a plugin acts.
    pub struct Consent {
        /// For which settings.
        when: Option<When>,
        /// To what.
        gate: Gate,
        /// Whether they must say so themselves.
        explicit: bool = false,
        /// What happens when they do not.
        if_denied: IfDenied,
        /// Which signals of a browser count as a no.
        honours: Vec<Signal>,
    }
}
