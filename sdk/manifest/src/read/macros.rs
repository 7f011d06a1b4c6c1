//! How records and sets of words are written down once, for reading and for the schema.

/// Declares words that can stand in a manifest, each with what it means.
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident {
            $( $(#[doc = $variant_doc:literal])* $variant:ident = $word:literal ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[doc = $variant_doc])* $variant ),* }

        impl $name {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),*];

            /// The words as they are written.
            pub const WORDS: &'static [&'static str] = &[$( $word ),*];

            /// The word as it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word ),* }
            }

            /// The one that is written so.
            pub fn named(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl $crate::read::Field for $name {
            fn read(
                value: &toml::Spanned<toml::de::DeValue<'_>>,
                findings: &mut $crate::read::Findings,
            ) -> Option<Self> {
                let word = $crate::read::text(value, findings)?;
                let read = Self::named(word);
                if read.is_none() {
                    let place = value.span().into();
                    findings.push($crate::read::unknown_word(place, word, Self::WORDS));
                }
                read
            }

            fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": Self::WORDS })
            }
        }
    };
}

/// Declares a table of the manifest. A field can name its key, where that is a word of Rust, and
/// what it is when the key is not there.
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident $(($key:literal))? : $type:ty $(= $absent:expr)?
            ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            /// Where it stands.
            pub place: $crate::finding::Place,
            $( $(#[doc = $field_doc])* pub $field: $type ),*
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                true $( && self.$field == other.$field )*
            }
        }

        impl $name {
            pub(crate) fn read_table(
                mut table: $crate::read::Table<'_, '_>,
                place: $crate::finding::Place,
                findings: &mut $crate::read::Findings,
            ) -> Option<Self> {
                // All fields are read before the first one that failed ends it.
                $(
                    let $field: Option<$type> = table.field(
                        $crate::read::macros::key!($field $(, $key)?),
                        $crate::read::macros::absent!($($absent)?),
                        findings,
                    );
                )*
                table.close(findings);
                Some(Self { place, $( $field: $field? ),* })
            }
        }

        impl $crate::read::Field for $name {
            fn read(
                value: &toml::Spanned<toml::de::DeValue<'_>>,
                findings: &mut $crate::read::Findings,
            ) -> Option<Self> {
                let table = $crate::read::Table::open(value, findings)?;
                Self::read_table(table, value.span().into(), findings)
            }

            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                generator.subschema_for::<Self>()
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut schema = schemars::json_schema!({
                    "description": concat!($($doc, "\n"),*).trim(),
                    "type": "object",
                    "additionalProperties": false,
                });
                $(
                    let absent: Option<$type> = $crate::read::macros::absent!($($absent)?);
                    let field = <$type as $crate::read::Field>::schema(generator);
                    let must = absent.or_else(<$type as $crate::read::Field>::absent).is_none();
                    let key = $crate::read::macros::key!($field $(, $key)?);
                    let doc = concat!($($field_doc, "\n"),*);
                    $crate::read::describe(&mut schema, key, field, doc, must);
                )*
                schema
            }
        }
    };
}

macro_rules! key {
    ($field:ident, $key:literal) => {
        $key
    };
    ($field:ident) => {
        stringify!($field)
    };
}

macro_rules! absent {
    () => {
        None
    };
    ($absent:expr) => {
        Some($absent)
    };
}

pub(crate) use {absent, key, record, words};
