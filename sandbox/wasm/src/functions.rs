//! Plugins of the kind `functions`: what scripts, texts and documents call.

use affiant_guest::Value;

use crate::bindings::functions::Functions;
use crate::convert::to_guest;
use crate::evaluation::{Evaluation, Stopped};
use crate::fault::Fault;

/// A function of a component, for authors of interviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The names of its parameters, in order.
    pub parameters: Vec<String>,
    /// What it does, in a sentence.
    pub summary: String,
}

impl Evaluation {
    /// The functions that the component has.
    pub fn describe(&mut self) -> Result<Vec<Function>, Fault> {
        let described =
            self.run(|store, it: &Functions| it.affiant_functions_calls().call_describe(store))?;
        let functions = described.into_iter().map(|it| Function {
            name: it.name,
            parameters: it.parameters,
            summary: it.summary,
        });
        Ok(functions.collect())
    }

    /// Calls one of them.
    pub fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Value, Stopped> {
        let most = self.nodes();
        let given = arguments.iter().map(|it| to_guest(it, most)).collect::<Result<Vec<_>, _>>();
        let given = given.map_err(|it| self.fault(it))?;
        let answered = self.run(|store, it: &Functions| {
            it.affiant_functions_calls().call_call(store, name, &given)
        })?;
        let value = self.settled(answered)?;
        self.taken(value)
    }
}
