//! AT-05: of all rows that a session ever had, only those of its log open beside its head.

use affiant_account::head_of;
use affiant_backend::{Lookup, SessionId, SessionRow};
use affiant_vault::{Head, KeySet, Scope, Secret, Seed};
use anyhow::Result;

use crate::proof::Figure;
use crate::proof::tampering::Chance;

const SCOPE: Scope = Scope { deployment: [9; 16], session: [3; 16], epoch: 0 };

/// A step as it was stored once.
struct Step {
    number: u32,
    revision: u64,
    sealed: Vec<u8>,
}

/// A session with all that was ever stored of it.
struct Course {
    keys: KeySet,
    steps: Vec<Step>,
    /// Its row after each change.
    rows: Vec<SessionRow>,
    head: Head,
}

fn row(head: &Head, sealed: Vec<u8>) -> SessionRow {
    SessionRow {
        id: SessionId(SCOPE.session),
        lookup: Lookup([3; 32]),
        interview: "letter".to_owned(),
        wrapped: vec![1],
        revision: head.revision,
        last_step: head.last_step,
        created: 0,
        touched: 0,
        epoch: SCOPE.epoch,
        head: sealed,
    }
}

impl Course {
    /// A session in which somebody goes back at a third of the changes, and answers anew.
    fn play(changes: u64, chance: &Chance) -> Result<Self> {
        let [seed, secret] = [1, 2].map(|it| Secret::take(&mut [it; 32]));
        let keys = KeySet::whole(SCOPE, Seed::anonymous(seed), secret);
        let mut it = Self { keys, steps: Vec::new(), rows: Vec::new(), head: Head::first() };
        it.store(chance)?;
        for revision in 1..=changes {
            let last = it.head.last_step;
            let back = if chance.below(3) == 0 { chance.below(8) } else { 0 };
            it.head = it.head.next(last.saturating_sub(u32::try_from(back)?), revision);
            it.store(chance)?;
        }
        Ok(it)
    }

    fn store(&mut self, chance: &Chance) -> Result<()> {
        let name = self.head.step(self.head.last_step)?;
        let sealed = self.keys.seal(name, "delta", b"an answer", chance)?;
        self.steps.push(Step { number: name.number, revision: self.head.revision, sealed });
        let sealed = self.keys.seal_head("letter", &self.head, chance)?;
        self.rows.push(row(&self.head, sealed));
        Ok(())
    }

    /// Whether a stored step opens beside a row of the session.
    fn opens(&self, row: &SessionRow, step: &Step) -> bool {
        let head = head_of(&self.keys, row).ok();
        let name = head.and_then(|it| it.step(step.number).ok());
        name.is_some_and(|it| self.keys.open(it, "delta", &step.sealed, |_, _| ()).is_ok())
    }

    /// The newest row, and which of the stored steps are its log.
    fn newest(&self) -> Option<(&SessionRow, Vec<&Step>)> {
        let row = self.rows.last()?;
        let log = (0..=row.last_step)
            .map(|number| self.steps.iter().rev().find(|it| it.number == number));
        Some((row, log.collect::<Option<_>>()?))
    }
}

/// What comes of steps that are put back, of logs that are cut, and of rows beside the head of another
/// change.
pub(crate) fn figures(changes: u64, chance: &Chance) -> Result<Vec<Figure>> {
    let it = Course::play(changes, chance)?;
    let Some((newest, log)) = it.newest() else { anyhow::bail!("nothing was played") };
    let of_log = log.iter().filter(|step| it.opens(newest, step)).count();
    let is_of_log = |step: &Step| log.iter().any(|it| it.revision == step.revision);
    let replaced: Vec<&Step> = it.steps.iter().filter(|step| !is_of_log(step)).collect();
    let put_back = replaced.iter().filter(|step| it.opens(newest, step)).count();

    let (mut tried, mut taken) = (0, 0);
    for last_step in 0..newest.last_step {
        for revision in [newest.revision, u64::from(last_step)] {
            let cut = SessionRow { last_step, revision, ..newest.clone() };
            tried += 1;
            taken += usize::from(head_of(&it.keys, &cut).is_ok());
        }
    }
    for (at, before) in it.rows.iter().enumerate() {
        let others = [
            SessionRow { head: before.head.clone(), ..newest.clone() },
            SessionRow { head: newest.head.clone(), ..before.clone() },
            SessionRow { interview: "another".to_owned(), ..before.clone() },
        ];
        let is_newest = at + 1 == it.rows.len();
        for other in others.iter().skip(if is_newest { 2 } else { 0 }) {
            tried += 1;
            taken += usize::from(head_of(&it.keys, other).is_ok());
        }
    }
    Ok(vec![
        Figure::exactly("AT-05 steps of the log that open beside its head", log.len(), of_log),
        Figure::at_least("AT-05 steps put back that were replaced", 100, replaced.len()),
        Figure::exactly("AT-05 of these opened", 0, put_back),
        Figure::at_least("AT-05 logs cut, heads exchanged, interviews exchanged", 500, tried),
        Figure::exactly("AT-05 of these taken", 0, taken),
    ])
}
