//! The kinds of plugins: which contract each fulfils, and what its world may import.

use std::fmt;

use wasmtime::Store;
use wasmtime::component::InstancePre;

use crate::bindings::{analytics, assembly, delivery, field, functions, logic, lookup};
use crate::grant::Grant;
use crate::plugin::State;

/// A kind of plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Functions that scripts, texts and documents call.
    Functions,
    /// A whole interview.
    Logic,
    /// Types of fields.
    Field,
    /// Learns how interviews are used.
    Analytics,
    /// Suggests while somebody types.
    Lookup,
    /// Sends what an interview made to somebody.
    Delivery,
    /// Makes documents.
    Assembly,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Functions,
        Self::Logic,
        Self::Field,
        Self::Analytics,
        Self::Lookup,
        Self::Delivery,
        Self::Assembly,
    ];

    /// As manifests write it; the name of its package and world too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Functions => "functions",
            Self::Logic => "logic",
            Self::Field => "field",
            Self::Analytics => "analytics",
            Self::Lookup => "lookup",
            Self::Delivery => "delivery",
            Self::Assembly => "assembly",
        }
    }

    /// The interface that its component exports.
    pub(crate) fn contract(self) -> &'static str {
        match self {
            Self::Functions => "affiant:functions/calls@1.0.0",
            Self::Logic => "affiant:logic/interview@1.0.0",
            Self::Field => "affiant:field/datatypes@1.0.0",
            Self::Analytics => "affiant:analytics/events@1.0.0",
            Self::Lookup => "affiant:lookup/suggestions@1.0.0",
            Self::Delivery => "affiant:delivery/deliveries@1.0.0",
            Self::Assembly => "affiant:assembly/documents@1.0.0",
        }
    }

    /// What its world may import, if it is granted. The others are not for it, whoever grants them:
    /// an assembly reaches no network.
    pub fn grants(self) -> &'static [Grant] {
        match self {
            Self::Functions => &[
                Grant::Account,
                Grant::Store,
                Grant::Http,
                Grant::Clock,
                Grant::Random,
                Grant::Log,
            ],
            Self::Logic | Self::Field => &[Grant::Clock, Grant::Log],
            Self::Analytics => &[Grant::Http, Grant::Store, Grant::Clock, Grant::Log],
            Self::Lookup => {
                &[Grant::Proposals, Grant::Http, Grant::Store, Grant::Clock, Grant::Log]
            }
            Self::Delivery => &[
                Grant::Account,
                Grant::Documents,
                Grant::Http,
                Grant::Mail,
                Grant::Store,
                Grant::Clock,
                Grant::Log,
            ],
            Self::Assembly => &[Grant::Answers, Grant::Templates, Grant::Log],
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The exports of one kind.
pub(crate) trait Exports: Sized {
    /// Those of an instance, if it is of this kind.
    fn of(instance: &Instance) -> Option<&Self>;
}

/// Makes what differs between kinds only in its types.
macro_rules! kinds {
    ($($kind:ident => $module:ident, $prepared:ident;)*) => {
        /// A component that is linked and fulfils its contract.
        #[derive(Clone)]
        pub(crate) enum Ready {
            $($kind($module::$prepared<State>),)*
        }

        /// An instance of it.
        pub(crate) enum Instance {
            $($kind($module::$kind),)*
        }

        impl Ready {
            /// Fails for what does not fulfil the contract.
            pub(crate) fn new(kind: Kind, linked: InstancePre<State>) -> wasmtime::Result<Self> {
                Ok(match kind {
                    $(Kind::$kind => Self::$kind($module::$prepared::new(linked)?),)*
                })
            }

            pub(crate) fn kind(&self) -> Kind {
                match self {
                    $(Self::$kind(_) => Kind::$kind,)*
                }
            }

            pub(crate) fn engine(&self) -> &wasmtime::Engine {
                match self {
                    $(Self::$kind(it) => it.engine(),)*
                }
            }

            pub(crate) fn instantiate(
                &self,
                store: &mut Store<State>,
            ) -> wasmtime::Result<Instance> {
                Ok(match self {
                    $(Self::$kind(it) => Instance::$kind(it.instantiate(store)?),)*
                })
            }
        }

        $(impl Exports for $module::$kind {
            fn of(instance: &Instance) -> Option<&Self> {
                match instance {
                    Instance::$kind(it) => Some(it),
                    _ => None,
                }
            }
        })*
    };
}

kinds! {
    Functions => functions, FunctionsPre;
    Logic => logic, LogicPre;
    Field => field, FieldPre;
    Analytics => analytics, AnalyticsPre;
    Lookup => lookup, LookupPre;
    Delivery => delivery, DeliveryPre;
    Assembly => assembly, AssemblyPre;
}
