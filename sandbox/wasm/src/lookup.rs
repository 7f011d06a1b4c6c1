//! Plugins of the kind `lookup`: they suggest while somebody types.

use affiant_guest::Value;

use crate::bindings::lookup::Lookup;
use crate::bindings::lookup::exports::affiant::lookup::suggestions as wit;
use crate::evaluation::{Evaluation, Stopped};
use crate::fault::{Fault, FaultKind};

/// What somebody typed so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which of the component's lists, as authors name it.
    pub source: String,
    /// What was typed.
    pub typed: String,
    /// The language of the interview.
    pub language: String,
    /// How many suggestions at most.
    pub most: u32,
}

/// Something that is suggested.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// What is shown.
    pub label: String,
    /// What becomes the answer.
    pub value: Value,
}

impl Evaluation {
    /// The lists that the component has.
    pub fn sources(&mut self) -> Result<Vec<String>, Fault> {
        self.run(|store, it: &Lookup| it.affiant_lookup_suggestions().call_sources(store))
    }

    /// What it suggests: not more than was asked for.
    pub fn suggest(&mut self, question: &Question) -> Result<Vec<Suggestion>, Stopped> {
        let given = wit::Question {
            source: question.source.clone(),
            typed: question.typed.clone(),
            language: question.language.clone(),
            most: question.most,
        };
        let answered = self.run(|store, it: &Lookup| {
            it.affiant_lookup_suggestions().call_suggest(store, &given)
        })?;
        let suggested = self.settled(answered)?;
        if u32::try_from(suggested.len()).map_or(true, |it| it > question.most) {
            let kind = FaultKind::BadValue("it suggests more than was asked for");
            return Err(self.fault(kind).into());
        }
        let suggested = suggested.into_iter();
        suggested
            .map(|it| Ok(Suggestion { label: it.label, value: self.taken(it.value)? }))
            .collect()
    }
}
