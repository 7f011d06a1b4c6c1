//! Tests of decisions about plugins, and of the gate.

mod choices;
mod decisions;
mod gates;

use std::collections::BTreeSet;
use std::sync::Arc;

use affiant_backend::SwitchRow;
use affiant_manifest::{Installation, Manifest, Value};
use affiant_switch::{Refused, Second};

use crate::{Choice, Decisions, Package, Scope, Shelf};

const SEGMENT: &str = include_str!("../../../sdk/manifest/src/tests/manifests/segment.toml");
const ANALYTICS: &str =
    include_str!("../../../sdk/manifest/src/tests/manifests/google-analytics.toml");
const DOCX: &str = include_str!("../../../sdk/manifest/src/tests/manifests/docx.toml");

fn package(number: u8, text: &str) -> Arc<Package> {
    let manifest = Manifest::parse(text).manifest.unwrap();
    let text = text.to_owned();
    Arc::new(Package {
        digest: [number; 32],
        publisher: Some([9; 32]),
        installed: i64::from(number),
        manifest,
        text,
        script: None,
    })
}

fn shelf() -> Shelf {
    [package(1, SEGMENT), package(2, ANALYTICS), package(3, DOCX)].into_iter().collect()
}

/// A choice of the package of this number.
fn choice(number: u8, scope: Scope, settings: &[(&str, Value)]) -> Choice {
    let values = settings.iter().map(|(name, it)| ((*name).to_owned(), it.clone())).collect();
    let installation = Installation { values, ..Installation::default() };
    Choice { digest: Some([number; 32]), scope, installation }
}

fn only(interview: &str) -> Scope {
    Scope::Interviews(BTreeSet::from([interview.to_owned()]))
}

fn text(word: &str) -> Value {
    Value::Text(word.to_owned())
}

/// Segment without accounts: what one administrator can decide.
fn segment(scope: Scope) -> Choice {
    choice(1, scope, &[("region", text("eu"))])
}

/// Google Analytics in the page: as bad as can be.
fn analytics(scope: Scope) -> Choice {
    choice(2, scope, &[("mode", text("page")), ("measurement_id", text("G-ABC123"))])
}

/// A store of decisions, with a clock that only the test moves.
struct Site {
    rows: Vec<SwitchRow>,
    shelf: Shelf,
    now: i64,
}

impl Site {
    fn new() -> Self {
        Self { rows: Vec::new(), shelf: shelf(), now: 1_800_000_000 }
    }

    fn decisions(&self) -> Decisions {
        Decisions::read(self.rows.clone(), &self.shelf)
    }

    fn row(&mut self, id: i64) -> &mut SwitchRow {
        self.rows.iter_mut().find(|it| it.id == id).unwrap()
    }

    fn ask(&mut self, plugin: &str, to: &Choice, by: i64) -> Result<i64, Refused> {
        let why = "The board decided it.";
        let asked = self.decisions().ask(plugin, to, why, by, self.now, &self.shelf)?;
        let now = self.now;
        if let Some(id) = asked.cancels {
            self.row(id).cancelled = Some(now);
        }
        let id = i64::try_from(self.rows.len()).unwrap() + 1;
        self.rows.push(SwitchRow { id, ..asked.row });
        Ok(id)
    }

    fn agree(&mut self, id: i64, number: i64, since: i64) -> Result<(), Refused> {
        self.decisions().agree(id, Second { number, since }, self.now)?;
        let now = self.now;
        let row = self.row(id);
        (row.second, row.effective) = (Some(number), now);
        Ok(())
    }

    fn now(&self, plugin: &str) -> Choice {
        self.decisions().at(plugin, self.now).clone()
    }
}
