//! What a plugin is, what it may do, and how it runs.

use crate::read::words;

words! {
    /// What a plugin is for. Some kinds have a WIT world of the same name in `sdk/wit`.
    pub enum Kind {
        /// Functions that scripts, texts and documents call.
        Functions = "functions",
        /// Decides a whole interview.
        Logic = "logic",
        /// A type of field.
        Field = "field",
        /// Learns how interviews are used.
        Analytics = "analytics",
        /// Suggests while somebody types.
        Lookup = "lookup",
        /// Sends what was made to somebody.
        Delivery = "delivery",
        /// Makes documents.
        Assembly = "assembly",
        /// Signs people in.
        Auth = "auth",
        /// Keeps records.
        Storage = "storage",
        /// Keeps files.
        Objects = "objects",
        /// Takes payments.
        Payment = "payment",
        /// Translates.
        Translation = "translation",
        /// Asks a model.
        Ai = "ai",
        /// How pages look.
        Theme = "theme",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// What a plugin may do; what is not listed is not linked into it.
    pub enum CapabilityId {
        /// Reads answers.
        AnswersRead = "answers.read",
        /// Proposes answers, which the person sees and can refuse.
        AnswersPropose = "answers.propose",
        /// Reads the template that it is asked to fill.
        TemplateRead = "template.read",
        /// Returns documents.
        DocumentWrite = "document.write",
        /// Reads documents and files.
        DocumentsRead = "documents.read",
        /// Learns what happened, without what was answered.
        EventsSubscribe = "events.subscribe",
        /// Reads what an account says of its person.
        AccountRead = "account.read",
        /// Says who somebody is.
        AuthProvideIdentity = "auth.provide-identity",
        /// Supplies the key that opens a person's answers.
        KeysProvideAccountKey = "keys.provide-account-key",
        /// Stores sealed records.
        StorageProvideRecords = "storage.provide-records",
        /// Stores sealed files.
        StorageProvideObjects = "storage.provide-objects",
        /// Makes links that open a file without this server.
        ObjectsPresign = "objects.presign",
        /// Keeps values of its own in a store that the host erases and exports.
        KvPrivate = "kv.private",
        /// Sends requests to the hosts that it lists, through the host.
        HttpFetch = "http.fetch",
        /// Opens a connection to the one peer that it lists.
        NetTcp = "net.tcp",
        /// Writes into a folder of its own.
        FsPrivateDir = "fs.private-dir",
        /// Loads scripts in the visitor's browser.
        PageInjectScript = "page.inject-script",
        /// Shows a frame in the page.
        PageFrame = "page.frame",
        /// Sends mail through the host.
        MailSend = "mail.send",
        /// Reads the clock.
        Clock = "clock",
        /// Gets random numbers.
        Random = "random",
        /// Writes to the log, without personal data.
        Log = "log",
    }
}

words! {
    /// Why a plugin needs a capability.
    pub enum Reason {
        /// It is what the plugin is for.
        CoreFunction = "core-function",
        /// It decides who holds a key.
        KeyCustody = "key-custody",
        /// It makes something faster.
        Performance = "performance",
        /// It protects people or the site.
        Security = "security",
        /// A law demands it.
        LegalDuty = "legal-duty",
        /// It finds faults.
        Diagnostics = "diagnostics",
        /// It is for a feature that can be left out.
        OptionalFeature = "optional-feature",
    }
}

words! {
    /// What a plugin can be told of.
    pub enum EventName {
        /// An interview began.
        InterviewStarted = "interview.started",
        /// A screen was shown.
        ScreenShown = "screen.shown",
        /// An interview came to its end.
        InterviewFinished = "interview.finished",
    }
}

words! {
    /// How much a machine decides. The last is the worst.
    pub enum AutomationLevel {
        /// Nothing.
        None = "none",
        /// It helps somebody who decides.
        Assistive = "assistive",
        /// All.
        Full = "full",
    }
}

words! {
    /// What happens when a plugin fails.
    pub enum FailurePolicy {
        /// What needed it fails too.
        FailClosed = "fail-closed",
        /// The interview goes on without it.
        Skip = "skip",
        /// It is loaded again.
        Reload = "reload",
    }
}

words! {
    /// Where a plugin is on, unless somebody says otherwise.
    pub enum ScopeDefault {
        /// Nowhere.
        Off = "off",
        /// Everywhere.
        Site = "site",
        /// In interviews that name it.
        Interview = "interview",
    }
}

words! {
    /// For what a plugin can be switched on.
    pub enum ScopeLevel {
        /// The site.
        Site = "site",
        /// A tenant.
        Tenant = "tenant",
        /// An interview.
        Interview = "interview",
    }
}

words! {
    /// What a setting holds.
    pub enum SettingType {
        /// A text.
        String = "string",
        /// An address.
        Url = "url",
        /// A whole number.
        Int = "int",
        /// Yes or no.
        Bool = "bool",
        /// One of some words.
        Enum = "enum",
        /// A time, such as `P30D`.
        Duration = "duration",
    }
}
