//! What a plugin is, can be set to, and may use.

use crate::model::{
    Abi, Component, Country, Id, PluginId, Script, Sentence, Summary, TakenFrom, Url, Value,
    Version, When,
};
use crate::read::{Located, record};
use crate::vocabulary::{
    AutomationLevel, CapabilityId, Category, EventName, FailurePolicy, Kind, Onward, Reason, Role,
    ScopeDefault, ScopeLevel, SettingType, TransferBasis,
};

record! {
    /// What a plugin is.
    pub struct Plugin {
        /// Its name, which never changes.
        id: PluginId,
        /// Its name for people.
        name: Sentence,
        /// Its version.
        version: Version,
        /// Rises with each version that does more to people's privacy than the one before.
        privacy_revision: Located<u32>,
        /// What it is for.
        kind: Located<Kind>,
        /// Its licence.
        license: Sentence,
        /// Where it is at home.
        homepage: Option<Url>,
        /// What it does, in a sentence.
        summary: Summary,
        /// The contract that its component was built for. A plugin that is compiled in has none.
        abi: Option<Located<Abi>>,
        /// Its component. A plugin that is compiled in has none.
        component: Option<Located<Component>>,
        /// Its part that runs in browsers, for `page.inject-script`.
        script: Option<Located<Script>>,
    }
}

record! {
    /// Something that an administrator can set.
    pub struct Setting {
        /// What it holds.
        kind ("type"): Located<SettingType>,
        /// The words that it can be, for the type `enum`.
        values: Vec<Located<String>>,
        /// What it is when nobody sets it.
        default: Option<Located<Value>>,
        /// Whether it must be set.
        required: bool = false,
        /// Whether it is kept from the plugin, which only names where the host puts it.
        secret: bool = false,
        /// A regular expression that a text must match.
        pattern: Option<Located<String>>,
        /// What an address must begin with, for the type `url`.
        scheme: Option<Id>,
        /// What it is, for administrators.
        label: Option<Sentence>,
    }
}

record! {
    /// A data category of the author's own.
    pub struct Term {
        /// Its name, as in `x:acme/visa-status`.
        id: Located<String>,
        /// The category that it is a part of, and whose rules hold for it.
        broader: Located<Category>,
        /// What it is, for people.
        text: Sentence,
    }
}

record! {
    /// Something that a plugin may do.
    pub struct Capability {
        /// What.
        id: Located<CapabilityId>,
        /// Why.
        reason: Located<Reason>,
        /// The same in a sentence for people.
        text: Sentence,
        /// For which settings.
        when: Option<When>,
        /// What it learns of, for `events.subscribe`.
        events: Vec<Located<EventName>>,
        /// The setting that says where a script runs: `frame` or `page`.
        placement_from: Option<Located<TakenFrom>>,
    }
}

record! {
    /// Somebody who gets data.
    pub struct Recipient {
        /// Its name in this manifest.
        id: Located<Id>,
        /// Its name for people.
        name: Sentence,
        /// Who knows its name, when the author does not.
        name_from: Option<Located<TakenFrom>>,
        /// For which settings.
        when: Option<When>,
        /// What it is to this site.
        role: Located<Role>,
        /// What it is besides.
        also_role: Option<Located<Role>>,
        /// The country that it is in.
        country: Option<Country>,
        /// Who knows the country.
        country_from: Option<Located<TakenFrom>>,
        /// What it says of privacy.
        privacy_policy: Option<Url>,
        /// Who knows where it says that.
        privacy_policy_from: Option<Located<TakenFrom>>,
        /// Its contract for those whom it works for.
        processor_terms: Option<Url>,
        /// What allows data to go to its country.
        transfer_basis: Vec<TransferBasis>,
        /// Who knows what allows it.
        transfer_basis_from: Option<Located<TakenFrom>>,
        /// Whether it hands data on.
        onward: Onward = Onward::None,
        /// Who lists those whom it hands data on to.
        list_from: Option<Located<TakenFrom>>,
    }
}

impl Recipient {
    /// Whether it, or whom it hands data on to, uses data for ends of its own.
    pub fn decides(&self) -> bool {
        self.role.value.decides_alone()
            || self.also_role.as_ref().is_some_and(|it| it.value.decides_alone())
            || self.onward == Onward::RecipientDecides
    }
}

record! {
    /// How much a machine decides.
    pub struct Automation {
        /// How much.
        level: AutomationLevel,
        /// Whether people get something else because of it.
        affects_outcome: bool = true,
        /// The same in a sentence for people.
        text: Option<Sentence>,
    }
}

record! {
    /// How much a plugin may use; the host's own limits hold besides.
    pub struct Limits {
        /// Memory, in MiB.
        memory_mib: Option<Located<u32>>,
        /// Computing time of a call, in milliseconds.
        cpu_ms: Option<Located<u32>>,
        /// Time of a call, in milliseconds.
        wall_ms: Option<Located<u32>>,
        /// Calls in a minute.
        calls_per_minute: Option<Located<u32>>,
        /// Size of what it may be answered by the network, in KiB.
        response_kib: Option<Located<u32>>,
    }
}

record! {
    /// What happens when a plugin fails.
    pub struct Failure {
        /// What.
        policy: FailurePolicy,
    }
}

record! {
    /// Where a plugin can be switched on.
    pub struct Scope {
        /// Where it is on, unless somebody says otherwise.
        default: ScopeDefault,
        /// For what it can be switched on.
        levels: Vec<ScopeLevel>,
    }
}

record! {
    /// How a new version lives with what is not yet approved.
    pub struct Upgrade {
        /// The capabilities that it works without until somebody approves them.
        runs_without: Vec<Located<CapabilityId>>,
    }
}
