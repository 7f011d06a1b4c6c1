//! What protects data and people: encryption, keys, rights, consent.

use crate::read::words;

words! {
    /// What a plugin does to encryption. The last is the worst.
    pub enum EncryptionEffect {
        /// Encrypts more.
        Adds = "adds",
        /// Keeps what is sealed sealed.
        Preserves = "preserves",
        /// Has nothing to do with it.
        Unchanged = "unchanged",
        /// Seals less.
        Weakens = "weakens",
        /// Seals nothing.
        Removes = "removes",
    }
}

words! {
    /// What a plugin gets to see of what is sealed. The last is the worst.
    pub enum Sees {
        /// Nothing.
        Nothing = "nothing",
        /// Sizes and times.
        Metadata = "metadata",
        /// What is sealed.
        Ciphertext = "ciphertext",
        /// What is readable.
        Plaintext = "plaintext",
    }
}

words! {
    /// How data is protected on its way. The last is the worst.
    pub enum InTransit {
        /// It leaves no process.
        LocalProcess = "local-process",
        /// TLS 1.3.
        Tls13 = "tls1.3",
        /// TLS 1.2 or newer.
        Tls12 = "tls1.2+",
        /// Not at all.
        None = "none",
    }
}

words! {
    /// How data is protected where it lies. The last is the worst.
    pub enum AtRest {
        /// Nothing is stored.
        NoneStored = "none-stored",
        /// Sealed by the host.
        HostEnvelope = "host-envelope",
        /// Encrypted by a provider that holds the key.
        ProviderManaged = "provider-managed",
        /// The disk is encrypted.
        Disk = "disk",
        /// Not at all.
        None = "none",
    }
}

words! {
    /// Whose keys a plugin has something to do with.
    pub enum AppliesTo {
        /// All.
        All = "all",
        /// Documents.
        Documents = "documents",
        /// Accounts that use the plugin.
        AccountsUsingThisPlugin = "accounts-using-this-plugin",
        /// Sessions that use the plugin.
        SessionsUsingThisPlugin = "sessions-using-this-plugin",
    }
}

words! {
    /// What a plugin does to who holds a key. The last is the worst.
    pub enum CustodyEffect {
        /// Fewer can open.
        Strengthens = "strengthens",
        /// The same can open.
        Unchanged = "unchanged",
        /// More can open.
        Weakens = "weakens",
    }
}

words! {
    /// Who holds a key. The last is the worst.
    pub enum Custody {
        /// Nobody.
        Nobody = "nobody",
        /// The person.
        User = "user",
        /// Whoever did before.
        Inherit = "inherit",
        /// The person and the server, a part each.
        Split = "split",
        /// The server.
        Server = "server",
        /// An outside company.
        Provider = "provider",
    }
}

words! {
    /// Who can help when a key is lost.
    pub enum Recovery {
        /// Nobody.
        None = "none",
        /// Whoever runs the server.
        Operator = "operator",
        /// An outside company.
        Provider = "provider",
        /// Whoever could before.
        Inherit = "inherit",
    }
}

words! {
    /// When backups forget what was erased.
    pub enum BackupErasure {
        /// At once.
        Immediate = "immediate",
        /// When the backup is thrown away.
        ExpiresWithBackup = "expires-with-backup",
    }
}

words! {
    /// How a person's right is served. The last is the worst.
    pub enum RightSupport {
        /// There is nothing to do.
        NotApplicable = "not-applicable",
        /// The host does it.
        Automatic = "automatic",
        /// The plugin does it.
        Hook = "hook",
        /// Somebody does it by hand.
        Manual = "manual",
        /// Nobody does.
        NotSupported = "not-supported",
    }
}

words! {
    /// How somebody else erases. The last is the worst.
    pub enum ThirdPartyErase {
        /// The plugin asks them to.
        Api = "api",
        /// The person asks them to.
        Manual = "manual",
        /// Perhaps.
        NotGuaranteed = "not-guaranteed",
        /// Not at all.
        NotSupported = "not-supported",
    }
}

words! {
    /// What a person must agree to before the plugin acts. The last is the strictest.
    pub enum Gate {
        /// Nothing.
        None = "none",
        /// What a feature needs.
        Functional = "functional",
        /// Remembering preferences.
        Preferences = "preferences",
        /// Statistics.
        Statistics = "statistics",
        /// Marketing.
        Marketing = "marketing",
    }
}

words! {
    /// What happens when a person does not agree.
    pub enum IfDenied {
        /// The plugin is not loaded.
        DoNotLoad = "do-not-load",
        /// Its feature is not shown.
        HideFeature = "hide-feature",
        /// It does less.
        Degrade = "degrade",
    }
}

words! {
    /// What a browser can say for its person.
    pub enum Signal {
        /// Global Privacy Control.
        Gpc = "gpc",
        /// Do Not Track.
        Dnt = "dnt",
    }
}
