//! Kinds of personal data, where they come from, and who holds a key.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use crate::finding::Finding;
use crate::read::{Field, Findings, text, unknown_word, words};

words! {
    /// A kind of personal data.
    pub enum Category {
        /// A person's name.
        Name = "pd:Name",
        /// An e-mail address.
        EmailAddress = "pd:EmailAddress",
        /// A telephone number.
        TelephoneNumber = "pd:TelephoneNumber",
        /// A postal address.
        PhysicalAddress = "pd:PhysicalAddress",
        /// A date of birth.
        BirthDate = "pd:BirthDate",
        /// A number that an authority gave.
        OfficialId = "pd:OfficialID",
        /// A passport and its number.
        Passport = "pd:Passport",
        /// A number or mark that stands for a person.
        Identifier = "pd:Identifier",
        /// The name of an account.
        Username = "pd:Username",
        /// A password.
        Password = "pd:Password",
        /// When and how somebody signed in.
        AuthenticationHistory = "pd:AuthenticationHistory",
        /// The network address of a device.
        IpAddress = "pd:IPAddress",
        /// Name and version of a browser.
        UserAgent = "pd:UserAgent",
        /// Properties of a device.
        DeviceBased = "pd:DeviceBased",
        /// What makes a browser recognisable.
        BrowserFingerprint = "pd:BrowserFingerprint",
        /// Preferred languages.
        Language = "pd:Language",
        /// The country that a request comes from.
        Country = "pd:Country",
        /// The page that somebody came from.
        BrowsingReferral = "pd:BrowsingReferral",
        /// Who exchanged something with whom, how much and when.
        CommunicationsMetadata = "pd:CommunicationsMetadata",
        /// How somebody uses a service.
        ServiceConsumptionBehaviour = "pd:ServiceConsumptionBehaviour",
        /// What somebody clicked on.
        LinkClicked = "pd:LinkClicked",
        /// Which pages somebody looked at.
        BrowsingBehaviour = "pd:BrowsingBehaviour",
        /// What somebody earns.
        Income = "pd:Income",
        /// What somebody owns and owes.
        FinancialStatus = "pd:FinancialStatus",
        /// A bank account.
        BankAccount = "pd:BankAccount",
        /// A payment card.
        PaymentCard = "pd:PaymentCard",
        /// Loans and how they are paid back.
        Credit = "pd:Credit",
        /// Taxes.
        Tax = "pd:Tax",
        /// Whether somebody is married.
        MaritalStatus = "pd:MaritalStatus",
        /// A divorce.
        Divorce = "pd:Divorce",
        /// Who belongs to a family.
        FamilyStructure = "pd:FamilyStructure",
        /// Children.
        Offspring = "pd:Offspring",
        /// Where somebody worked.
        EmploymentHistory = "pd:EmploymentHistory",
        /// A wage.
        Salary = "pd:Salary",
        /// Who lives together.
        Household = "pd:Household",
        /// Where somebody lives.
        HomeLocation = "pd:HomeLocation",
        /// Nationality.
        Nationality = "pd:Nationality",
        /// Citizenship.
        Citizenship = "pd:Citizenship",
        /// A right to live somewhere.
        Residency = "pd:Residency",
        /// Health.
        MedicalHealth = "pd:MedicalHealth",
        /// A disability.
        Disability = "pd:Disability",
        /// Ethnic origin.
        Ethnicity = "pd:Ethnicity",
        /// Religion.
        Religion = "pd:Religion",
        /// What somebody believes in.
        ReligiousBelief = "pd:ReligiousBelief",
        /// Political opinions.
        PoliticalOpinion = "pd:PoliticalOpinion",
        /// Membership in a trade union.
        TradeUnionMembership = "pd:TradeUnionMembership",
        /// Sexual life and orientation.
        Sexual = "pd:Sexual",
        /// Measures of a body that recognise a person.
        Biometric = "pd:Biometric",
        /// Genes.
        Genetic = "pd:Genetic",
        /// Crimes, suspicions and sentences.
        Criminal = "pd:Criminal",
        /// What makes somebody easy to hurt.
        Vulnerability = "pd:Vulnerability",
        /// Documents about somebody.
        PersonalDocuments = "pd:PersonalDocuments",
        /// What mails say.
        EmailContent = "pd:EmailContent",
        /// A picture of somebody.
        Picture = "pd:Picture",
        /// What is told to a lawyer, doctor or counsellor.
        ProfessionalConfidentialData = "dpv:ProfessionalConfidentialData",
    }
}

/// Kinds of personal data that people see as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Who somebody is.
    Identity,
    /// An account.
    Account,
    /// A device.
    Device,
    /// How a service is used.
    Use,
    /// Money.
    Money,
    /// Family.
    Family,
    /// Work and home.
    WorkAndHome,
    /// Status in a country.
    Status,
    /// What the law protects most.
    Sensitive,
    /// What somebody wrote or handed in.
    Content,
}

impl Category {
    /// The group that it is shown in.
    pub fn group(self) -> Group {
        match self {
            Self::Name
            | Self::EmailAddress
            | Self::TelephoneNumber
            | Self::PhysicalAddress
            | Self::BirthDate
            | Self::OfficialId
            | Self::Passport => Group::Identity,
            Self::Identifier | Self::Username | Self::Password | Self::AuthenticationHistory => {
                Group::Account
            }
            Self::IpAddress
            | Self::UserAgent
            | Self::DeviceBased
            | Self::BrowserFingerprint
            | Self::Language
            | Self::Country
            | Self::BrowsingReferral
            | Self::CommunicationsMetadata => Group::Device,
            Self::ServiceConsumptionBehaviour | Self::LinkClicked | Self::BrowsingBehaviour => {
                Group::Use
            }
            Self::Income
            | Self::FinancialStatus
            | Self::BankAccount
            | Self::PaymentCard
            | Self::Credit
            | Self::Tax => Group::Money,
            Self::MaritalStatus | Self::Divorce | Self::FamilyStructure | Self::Offspring => {
                Group::Family
            }
            Self::EmploymentHistory | Self::Salary | Self::Household | Self::HomeLocation => {
                Group::WorkAndHome
            }
            Self::Nationality | Self::Citizenship | Self::Residency => Group::Status,
            Self::MedicalHealth
            | Self::Disability
            | Self::Ethnicity
            | Self::Religion
            | Self::ReligiousBelief
            | Self::PoliticalOpinion
            | Self::TradeUnionMembership
            | Self::Sexual
            | Self::Biometric
            | Self::Genetic
            | Self::Criminal
            | Self::Vulnerability => Group::Sensitive,
            Self::PersonalDocuments
            | Self::EmailContent
            | Self::Picture
            | Self::ProfessionalConfidentialData => Group::Content,
        }
    }

    /// Whether Article 9 or 10 of the GDPR protects it.
    pub fn is_special(self) -> bool {
        self.group() == Group::Sensitive && self != Self::Vulnerability
    }

    /// Whether it tells of machines and counts alone: no account, no person, nothing written.
    pub fn is_technical(self) -> bool {
        matches!(self.group(), Group::Device | Group::Use) || self == Self::Identifier
    }
}

/// A kind of personal data as a manifest names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CategoryRef {
    /// Whatever the interview's fields are tagged with.
    Inherit,
    /// A term of the vocabulary.
    Known(Category),
    /// A term of the manifest's own, `x:vendor/term`, that names a broader one.
    Extension(String),
}

impl std::fmt::Display for CategoryRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Inherit => f.write_str("inherit"),
            Self::Known(category) => category.fmt(f),
            Self::Extension(term) => f.write_str(term),
        }
    }
}

impl serde::Serialize for CategoryRef {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Field for CategoryRef {
    fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
        let word = text(value, findings)?;
        if word == "inherit" {
            return Some(Self::Inherit);
        }
        if is_extension(word) {
            return Some(Self::Extension(word.to_owned()));
        }
        let read = Category::named(word).map(Self::Known);
        if read.is_none() {
            findings.push(unknown_word(value.span().into(), word, Category::WORDS));
        }
        read
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "enum": ["inherit"] },
            { "enum": Category::WORDS },
            { "type": "string", "pattern": "^x:[a-z0-9-]+/[a-z0-9-]+$" },
        ] })
    }
}

/// Whether it is a term of somebody's own: `x:vendor/term`.
pub(crate) fn is_extension(word: &str) -> bool {
    let is_part = |it: &str| {
        !it.is_empty()
            && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
    };
    let parts = word.strip_prefix("x:").and_then(|it| it.split_once('/'));
    parts.is_some_and(|(vendor, term)| is_part(vendor) && is_part(term))
}

words! {
    /// Where data comes from, recipients apart.
    pub enum Origin {
        /// What people answer.
        Answers = "answers",
        /// What an account knows.
        Account = "account",
        /// Documents and files.
        Documents = "documents",
        /// What happened, without what was said.
        Event = "event",
        /// The visitor's browser.
        Browser = "browser",
        /// The page, and what is typed into it.
        Page = "page",
        /// Affiant itself: sealed records, their numbers, sizes and times.
        Platform = "platform",
        /// The plugin makes it.
        Generated = "generated",
    }
}

/// Where data comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// This site.
    Origin(Origin),
    /// The recipient of this name.
    Recipient(String),
}

words! {
    /// Who can open something, recipients apart.
    pub enum KeyHolder {
        /// The person alone.
        User = "user",
        /// Whoever runs the server.
        ServerOperator = "server-operator",
        /// Whoever holds the database and the key of the server.
        AnyoneWithDatabaseAndHostKey = "anyone-with-database-and-host-key",
        /// Whoever has a link that still works.
        AnyoneWithAnUnexpiredLink = "anyone-with-an-unexpired-link",
        /// Whoever could before.
        Inherit = "inherit",
    }
}

/// Who can open something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// Somebody here.
    Known(KeyHolder),
    /// The recipient of this name.
    Recipient(String),
}

/// A word, or `recipient:` and a name.
macro_rules! or_recipient {
    ($name:ident, $variant:ident, $word:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    Self::$variant(word) => word.fmt(f),
                    Self::Recipient(id) => write!(f, "recipient:{id}"),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl Field for $name {
            fn read(value: &Spanned<DeValue<'_>>, findings: &mut Findings) -> Option<Self> {
                let word = text(value, findings)?;
                if let Some(id) = word.strip_prefix("recipient:") {
                    return Some(Self::Recipient(id.to_owned()));
                }
                let read = $word::named(word).map(Self::$variant);
                if read.is_none() {
                    let mut finding = unknown_word(value.span().into(), word, $word::WORDS);
                    finding.hint.push_str("; or `recipient:` and the id of one");
                    findings.push(finding);
                }
                read
            }

            fn schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "anyOf": [
                    { "enum": $word::WORDS },
                    { "type": "string", "pattern": "^recipient:[a-z][a-z0-9-]*$" },
                ] })
            }
        }
    };
}

or_recipient!(Source, Origin, Origin);
or_recipient!(Holder, Known, KeyHolder);

impl Holder {
    /// The person themselves, or whoever could before: no change.
    pub(crate) fn is_no_change(&self) -> bool {
        matches!(self, Self::Known(KeyHolder::User | KeyHolder::Inherit))
    }
}

/// A term that ought to be one of somebody's own.
pub(crate) fn bad_extension(place: crate::finding::Place, word: &str) -> Finding {
    let message = format!("`{}` is no term of your own", crate::finding::short(word));
    let hint = "write `x:`, your name, `/` and the term in lower case, as in `x:acme/visa-status`";
    Finding::error("bad-term", place, message, hint)
}
