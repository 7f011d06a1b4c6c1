//! The session's language: chosen by the user or by the interview's code.

use crate::change::Change;
use crate::goal::Run;
use crate::host::{Host, Moment};
use crate::program::Program;
use crate::state::State;
use crate::world::{World, language_path};

impl Program {
    /// Goes on in another of the interview's languages. Returns the changes, to be stored before
    /// those of the next step; none if the language is spoken already or is not one of the
    /// interview's.
    ///
    /// Answers stay; what was made in the other language, such as a table, is made anew.
    pub fn speak(
        &self,
        host: &dyn Host,
        state: State,
        language: &str,
        moment: &Moment,
    ) -> (State, Vec<Change>) {
        let known = self.interview.languages().iter().any(|it| it == language);
        let world = World::new(state, moment.clone(), self);
        if known && world.spoken() != language {
            Run::new(self, host, &world).speak(language);
        }
        World::finish(world)
    }
}

impl Run<'_> {
    /// Makes a language the session's and forgets what was made in another one.
    pub(crate) fn speak(&mut self, language: &str) {
        self.world.apply(Change::Language(Some(language.to_owned())));
        self.touch(&language_path(), None);
    }

    /// What is said for a key of the catalogue.
    pub(crate) fn say(&self, key: &str, given: &[(&str, &str)]) -> String {
        affiant_library::say(&self.shared, key, given)
    }
}
