//! Functions that scripts, texts and documents call.
//!
//! [`functions!`](crate::functions!) is the short way: plain functions of Rust, whose arguments are
//! decoded and whose comments are what authors read. [`Functions`] is the long one.

use crate::failure::Failure;
use crate::value::{FromValue, IntoValue, Value};

/// A plugin of functions: `export!(functions: …)`.
pub trait Functions {
    /// The functions that there are. Always the same.
    fn describe() -> Vec<Signature>;

    /// Calls one of them.
    fn call(name: &str, arguments: Vec<Value>) -> Result<Value, Failure>;
}

/// One function, for authors of interviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Its name.
    pub name: String,
    /// The names of its parameters, in order.
    pub parameters: Vec<String>,
    /// What it does, in a sentence.
    pub summary: String,
}

/// The arguments of a call, taken one after another.
#[derive(Debug)]
pub struct Arguments {
    left: std::vec::IntoIter<Value>,
    given: usize,
    taken: usize,
}

impl Arguments {
    /// These arguments.
    pub fn new(arguments: Vec<Value>) -> Self {
        Self { given: arguments.len(), left: arguments.into_iter(), taken: 0 }
    }

    /// The next one. One that is not there is nothing, so that the last ones can be optional.
    pub fn take<T: FromValue>(&mut self, parameter: &str) -> Result<T, Failure> {
        self.taken += 1;
        let given = self.left.next();
        let is_there = given.is_some();
        T::from_value(given.unwrap_or_default()).map_err(|it| {
            Failure::BadArgument(if is_there {
                format!("`{parameter}`: {it}")
            } else {
                format!("`{parameter}` is missing: {} is wanted", it.wanted)
            })
        })
    }

    /// Fails if some are left.
    pub fn end(self) -> Result<(), Failure> {
        if self.given <= self.taken {
            return Ok(());
        }
        let message = format!("{} arguments are given, and {} are taken", self.given, self.taken);
        Err(Failure::BadArgument(message))
    }
}

/// What a function of [`functions!`](crate::functions!) can return: whatever is a value, or that or
/// a [`Failure`].
pub trait Answer {
    /// The same as what a call returns.
    fn into_answer(self) -> Result<Value, Failure>;
}

impl<T: IntoValue> Answer for T {
    fn into_answer(self) -> Result<Value, Failure> {
        Ok(self.into_value())
    }
}

impl<T: IntoValue, E: Into<Failure>> Answer for Result<T, E> {
    fn into_answer(self) -> Result<Value, Failure> {
        self.map(T::into_value).map_err(E::into)
    }
}

/// Makes a plugin of functions, which are written as ever.
///
/// The comment of each is what authors of interviews read of it. Parameters are of any type that is
/// [`FromValue`]; an `Option` at the end can be left out. The result is [`IntoValue`], or a `Result`
/// of that whose error is a [`Failure`] or becomes one.
///
/// ```
/// use affiant_plugin::{Decimal, Failure};
///
/// affiant_plugin::functions! {
///     /// Adds tax to a price.
///     fn gross(net: Decimal, percent: Option<Decimal>) -> Result<Decimal, Failure> {
///         let percent = percent.unwrap_or(Decimal::from(19));
///         net.checked_mul(Decimal::ONE + percent / Decimal::ONE_HUNDRED)
///             .ok_or_else(|| "the price is too large".into())
///     }
/// }
/// ```
#[macro_export]
macro_rules! functions {
    ($(
        $(#[doc = $summary:literal])+
        $visibility:vis fn $name:ident($($parameter:ident: $type:ty),* $(,)?) -> $result:ty $body:block
    )+) => {
        $(
            $(#[doc = $summary])+
            $visibility fn $name($($parameter: $type),*) -> $result $body
        )+

        struct PluginOfFunctions;

        impl $crate::functions::Functions for PluginOfFunctions {
            fn describe() -> Vec<$crate::functions::Signature> {
                vec![$($crate::functions::Signature {
                    name: stringify!($name).to_owned(),
                    parameters: vec![$(stringify!($parameter).to_owned()),*],
                    summary: concat!($($summary),+).trim().to_owned(),
                }),+]
            }

            fn call(
                name: &str,
                arguments: Vec<$crate::Value>,
            ) -> Result<$crate::Value, $crate::Failure> {
                let mut arguments = $crate::functions::Arguments::new(arguments);
                $(
                    if name == stringify!($name) {
                        $(let $parameter: $type = arguments.take(stringify!($parameter))?;)*
                        arguments.end()?;
                        return $crate::functions::Answer::into_answer($name($($parameter),*));
                    }
                )+
                let _ = &mut arguments;
                Err($crate::Failure::Other("there is no such function".to_owned()))
            }
        }

        $crate::export!(functions: PluginOfFunctions);
    };
}
