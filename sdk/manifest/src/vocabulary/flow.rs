//! How data moves and where it is kept.

use crate::read::words;

words! {
    /// Whether a recipient hands data on. The last is the worst.
    pub enum Onward {
        /// To nobody.
        None = "none",
        /// To those listed as recipients.
        Listed = "listed",
        /// To whom the administrator lists.
        AdminDeclares = "admin-declares",
        /// To whom it likes.
        RecipientDecides = "recipient-decides",
    }
}

words! {
    /// What state data is in. The last is the worst.
    pub enum Form {
        /// Sealed.
        Ciphertext = "ciphertext",
        /// With parts taken out.
        Redacted = "redacted",
        /// Readable.
        Plaintext = "plaintext",
    }
}

words! {
    /// Whether data is seen. The last is the worst.
    pub enum Exposure {
        /// Can be seen although the plugin does not want it.
        Possible = "possible",
        /// Is seen.
        Certain = "certain",
    }
}

words! {
    /// How closely data belongs to a person. The last is the worst.
    pub enum Linkage {
        /// To nobody.
        None = "none",
        /// To many at once.
        Aggregate = "aggregate",
        /// To a number.
        Pseudonymous = "pseudonymous",
        /// To a person.
        Identified = "identified",
    }
}

words! {
    /// How long data is kept. The last is the worst.
    pub enum RetentionKind {
        /// As long as one call lasts.
        Call = "call",
        /// As long as the session.
        Session = "session",
        /// As long as the host says, which deletes it.
        HostEnforced = "host-enforced",
        /// For a time.
        Period = "period",
        /// As long as the account.
        UntilAccountDeleted = "until-account-deleted",
        /// At the recipient, for a time.
        AtRecipient = "at-recipient",
        /// As long as the recipient likes.
        ControlledByRecipient = "controlled-by-recipient",
    }
}

words! {
    /// Which side opens a connection.
    pub enum Side {
        /// This server.
        Server = "server",
        /// The visitor's browser.
        Browser = "browser",
    }
}

words! {
    /// What a connection is for.
    pub enum Use {
        /// Requests of the server.
        Fetch = "fetch",
        /// A raw connection of the server.
        Tcp = "tcp",
        /// Scripts.
        Script = "script",
        /// Requests of scripts.
        Connect = "connect",
        /// Images.
        Img = "img",
        /// Frames.
        Frame = "frame",
        /// Fonts.
        Font = "font",
        /// Styles.
        Style = "style",
        /// The visitor goes there.
        Navigate = "navigate",
        /// The visitor sends a form there.
        Form = "form",
    }
}

impl Use {
    /// The side that it belongs to.
    pub fn side(self) -> Side {
        if matches!(self, Self::Fetch | Self::Tcp) { Side::Server } else { Side::Browser }
    }

    /// Whether the page itself loads something from there.
    pub fn loads_into_page(self) -> bool {
        self.side() == Side::Browser && !matches!(self, Self::Navigate | Self::Form)
    }
}

words! {
    /// How a request is made.
    pub enum Scheme {
        /// Encrypted.
        Https = "https",
        /// Not encrypted; for peers inside of the own network.
        Http = "http",
    }
}

words! {
    /// What a request does.
    pub enum Method {
        /// Reads.
        Get = "GET",
        /// Asks for headers.
        Head = "HEAD",
        /// Sends.
        Post = "POST",
        /// Puts.
        Put = "PUT",
        /// Changes.
        Patch = "PATCH",
        /// Deletes.
        Delete = "DELETE",
    }
}

words! {
    /// How a private address may be reached.
    pub enum PrivateAddress {
        /// Only when this line and a flag of the server both say so.
        TwoKey = "two-key",
    }
}

words! {
    /// Where a browser keeps something.
    pub enum StorageKind {
        /// A cookie.
        Cookie = "cookie",
        /// Local storage.
        LocalStorage = "local-storage",
        /// Session storage.
        SessionStorage = "session-storage",
        /// An indexed database.
        IndexedDb = "indexed-db",
    }
}

words! {
    /// Whose it is that a browser keeps.
    pub enum Party {
        /// This site's.
        First = "first",
        /// Somebody else's.
        Third = "third",
    }
}

words! {
    /// What the host keeps for a plugin.
    pub enum StoreKind {
        /// Values by key.
        Kv = "kv",
        /// Records.
        Records = "records",
        /// Files.
        Objects = "objects",
        /// Secrets.
        Secrets = "secrets",
    }
}

words! {
    /// What kept values belong to.
    pub enum SubjectKey {
        /// A session.
        Session = "session",
        /// An account.
        Account = "account",
        /// Nobody.
        None = "none",
    }
}

words! {
    /// Why nothing leaves.
    pub enum NoEgressReason {
        /// There is no personal data.
        NoPersonalData = "no-personal-data",
        /// Everything happens in memory.
        InMemoryOnly = "in-memory-only",
        /// Everything stays on this server.
        LocalOnly = "local-only",
    }
}
