//! Terms of the Data Privacy Vocabulary: purposes, ways of processing, legal bases, roles.

use crate::read::words;

words! {
    /// What data is used for.
    pub enum Purpose {
        /// Doing what was asked for.
        RequestedServiceProvision = "dpv:RequestedServiceProvision",
        /// Keeping the service running.
        TechnicalServiceProvision = "dpv:TechnicalServiceProvision",
        /// Keeping records.
        RecordManagement = "dpv:RecordManagement",
        /// Managing accounts.
        AccountManagement = "dpv:AccountManagement",
        /// Signing people in.
        IdentityAuthentication = "dpv:IdentityAuthentication",
        /// Proving who somebody is.
        IdentityVerification = "dpv:IdentityVerification",
        /// Learning how the service is used.
        ServiceUsageAnalytics = "dpv:ServiceUsageAnalytics",
        /// Seeing whether the service works.
        ServiceMonitoring = "dpv:ServiceMonitoring",
        /// Making the service better.
        ServiceOptimisation = "dpv:ServiceOptimisation",
        /// Security.
        EnforceSecurity = "dpv:EnforceSecurity",
        /// Finding fraud.
        FraudPreventionAndDetection = "dpv:FraudPreventionAndDetection",
        /// Payments.
        PaymentManagement = "dpv:PaymentManagement",
        /// Writing to people.
        CommunicationManagement = "dpv:CommunicationManagement",
        /// Fitting the service to a person.
        Personalisation = "dpv:Personalisation",
        /// Doing what a law demands.
        LegalCompliance = "dpv:LegalCompliance",
        /// Answering people who use their rights.
        RightsFulfilment = "dpv:RightsFulfilment",
        /// Research.
        ResearchAndDevelopment = "dpv:ResearchAndDevelopment",
        /// Marketing.
        Marketing = "dpv:Marketing",
        /// Advertising chosen for a person.
        TargetedAdvertising = "dpv:TargetedAdvertising",
        /// Selling data.
        SellDataToThirdParties = "dpv:SellDataToThirdParties",
        /// Legal aid.
        LegalAidProvision = "law:LegalAidProvision",
        /// Complaints.
        LegalComplaintManagement = "law:LegalComplaintManagement",
        /// Cases at court.
        JudicialCaseManagement = "law:JudicialCaseManagement",
        /// Records of a court.
        JudicialRecordKeeping = "law:JudicialRecordKeeping",
    }
}

words! {
    /// What is done with data.
    pub enum Processing {
        /// Collects it.
        Collect = "dpv:Collect",
        /// Uses it.
        Use = "dpv:Use",
        /// Turns it into something else.
        Transform = "dpv:Transform",
        /// Makes something of it.
        Generate = "dpv:Generate",
        /// Stores it.
        Store = "dpv:Store",
        /// Fetches it from a store.
        Retrieve = "dpv:Retrieve",
        /// Erases it.
        Erase = "dpv:Erase",
        /// Shares it.
        Share = "dpv:Share",
        /// Transmits it.
        Transmit = "dpv:Transmit",
        /// Discloses it by transmitting something.
        DiscloseByTransmission = "dpv:DiscloseByTransmission",
        /// Makes it available.
        MakeAvailable = "dpv:MakeAvailable",
        /// Matches it with other data.
        Match = "dpv:Match",
        /// Draws conclusions about a person.
        Profiling = "dpv:Profiling",
        /// Follows people on this site.
        TrackingByFirstParty = "dpv:TrackingByFirstParty",
        /// Lets somebody else follow people.
        TrackingByThirdParty = "dpv:TrackingByThirdParty",
        /// Is able to read it.
        Access = "dpv:Access",
    }
}

words! {
    /// A legal basis that the author suggests; the administrator chooses.
    pub enum LegalBasis {
        /// The interview's.
        Inherit = "inherit",
        /// Consent.
        A61a = "eu-gdpr:A6-1-a",
        /// A contract.
        A61b = "eu-gdpr:A6-1-b",
        /// A legal duty.
        A61c = "eu-gdpr:A6-1-c",
        /// Vital interests.
        A61d = "eu-gdpr:A6-1-d",
        /// A public task.
        A61e = "eu-gdpr:A6-1-e",
        /// Legitimate interests.
        A61f = "eu-gdpr:A6-1-f",
        /// Explicit consent.
        A92a = "eu-gdpr:A9-2-a",
        /// Employment and social security.
        A92b = "eu-gdpr:A9-2-b",
        /// Vital interests of somebody who cannot consent.
        A92c = "eu-gdpr:A9-2-c",
        /// Members of a body with a political, religious or trade union aim.
        A92d = "eu-gdpr:A9-2-d",
        /// What the person made public.
        A92e = "eu-gdpr:A9-2-e",
        /// Legal claims and courts.
        A92f = "eu-gdpr:A9-2-f",
        /// Substantial public interest.
        A92g = "eu-gdpr:A9-2-g",
        /// Health and social care.
        A92h = "eu-gdpr:A9-2-h",
        /// Public health.
        A92i = "eu-gdpr:A9-2-i",
        /// Archives, research and statistics.
        A92j = "eu-gdpr:A9-2-j",
    }
}

impl LegalBasis {
    /// Whether it is one for what Articles 9 and 10 protect.
    pub fn is_for_special(self) -> bool {
        self.as_str().starts_with("eu-gdpr:A9-2-")
    }
}

words! {
    /// What allows data to leave for another country.
    pub enum TransferBasis {
        /// An adequacy decision.
        A453 = "eu-gdpr:A45-3",
        /// An instrument between public bodies.
        A462a = "eu-gdpr:A46-2-a",
        /// Binding corporate rules.
        A462b = "eu-gdpr:A46-2-b",
        /// Standard clauses of the Commission.
        A462c = "eu-gdpr:A46-2-c",
        /// Standard clauses of an authority.
        A462d = "eu-gdpr:A46-2-d",
        /// A code of conduct.
        A462e = "eu-gdpr:A46-2-e",
        /// A certificate.
        A462f = "eu-gdpr:A46-2-f",
        /// Explicit consent.
        A491a = "eu-gdpr:A49-1-a",
        /// A contract with the person.
        A491b = "eu-gdpr:A49-1-b",
        /// A contract in the person's interest.
        A491c = "eu-gdpr:A49-1-c",
        /// Public interest.
        A491d = "eu-gdpr:A49-1-d",
        /// Legal claims.
        A491e = "eu-gdpr:A49-1-e",
        /// Vital interests.
        A491f = "eu-gdpr:A49-1-f",
        /// A public register.
        A491g = "eu-gdpr:A49-1-g",
    }
}

words! {
    /// What a recipient is to this site.
    pub enum Role {
        /// Works for this site.
        Processor = "dpv:DataProcessor",
        /// Works for somebody who works for this site.
        SubProcessor = "dpv:DataSubProcessor",
        /// Decides for themselves.
        Controller = "dpv:DataController",
        /// Decides together with this site.
        JointControllers = "dpv:JointDataControllers",
        /// Somebody else.
        ThirdParty = "dpv:ThirdParty",
    }
}

impl Role {
    /// Whether it uses data for ends of its own.
    pub fn decides_alone(self) -> bool {
        matches!(self, Self::Controller | Self::JointControllers | Self::ThirdParty)
    }
}

words! {
    /// Whether a person can do without.
    pub enum Necessity {
        /// Not without it.
        Required = "dpv:Required",
        /// Also without it.
        Optional = "dpv:Optional",
    }
}
