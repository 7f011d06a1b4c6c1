//! Tests of what is entered on a screen: small enough that server and browser mean the same.

use rust_decimal::Decimal;

/// A test of what is entered on a screen. `N` names what a field or variable is: a pattern as the
/// author wrote it, or what it stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Test<N> {
    /// What is entered in a field of the screen, or what a variable holds.
    Named(N),
    /// Literal text.
    Text(String),
    /// Literal number.
    Number(Decimal),
    /// Literal `true` or `false`.
    Flag(bool),
    /// `null`: nothing is entered.
    Nothing,
    /// A comparison.
    Compare(Comparison, Box<Test<N>>, Box<Test<N>>),
    /// All must hold.
    All(Vec<Test<N>>),
    /// One must hold.
    Any(Vec<Test<N>>),
    /// It must not hold.
    Not(Box<Test<N>>),
}

/// How two things are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl<N> Test<N> {
    /// Every name in it.
    pub fn names(&self) -> Vec<&N> {
        match self {
            Self::Named(name) => vec![name],
            Self::Text(_) | Self::Number(_) | Self::Flag(_) | Self::Nothing => Vec::new(),
            Self::Compare(_, one, other) => [one.names(), other.names()].concat(),
            Self::All(all) | Self::Any(all) => all.iter().flat_map(Self::names).collect(),
            Self::Not(inner) => inner.names(),
        }
    }

    /// The same test with each name replaced; stops at the first that fails.
    pub fn resolve<M, E>(
        &self,
        replace: &mut impl FnMut(&N) -> Result<Test<M>, E>,
    ) -> Result<Test<M>, E> {
        Ok(match self {
            Self::Named(name) => replace(name)?,
            Self::Text(text) => Test::Text(text.clone()),
            Self::Number(number) => Test::Number(*number),
            Self::Flag(flag) => Test::Flag(*flag),
            Self::Nothing => Test::Nothing,
            Self::Compare(how, one, other) => Test::Compare(
                *how,
                Box::new(one.resolve(replace)?),
                Box::new(other.resolve(replace)?),
            ),
            Self::All(all) => Test::All(resolved(all, replace)?),
            Self::Any(all) => Test::Any(resolved(all, replace)?),
            Self::Not(inner) => Test::Not(Box::new(inner.resolve(replace)?)),
        })
    }
}

fn resolved<N, M, E>(
    all: &[Test<N>],
    replace: &mut impl FnMut(&N) -> Result<Test<M>, E>,
) -> Result<Vec<Test<M>>, E> {
    all.iter().map(|it| it.resolve(replace)).collect()
}
