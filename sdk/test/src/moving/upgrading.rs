//! U1: whether a new version works with the grants of an older one.

use std::collections::BTreeSet;

use affiant_manifest::Manifest;
use affiant_wasm::{Denial, Grant};

use super::{Found, Runs, broken, granted};
use crate::recorder::Plan;

impl Runs<'_> {
    /// U1: what is new and listed in `runs_without` is not granted until somebody agrees. Whatever
    /// else is new makes the old version run on.
    pub(super) fn upgrade(&self) -> Found {
        let Some(text) = self.older else {
            return Err("it takes an older package, which `--from` names");
        };
        let Some(older) = Manifest::parse(text).usable().cloned() else {
            return Ok(vec!["the older manifest cannot be read".to_owned()]);
        };
        if older.plugin.id != self.manifest.plugin.id {
            return Ok(vec![format!("the older package is of `{}`", older.plugin.id)]);
        }
        let before = granted(&older);
        let new: BTreeSet<Grant> = granted(self.manifest).difference(&before).copied().collect();
        if new.is_empty() {
            return Err("the plugin asks the host for nothing that the older one did not");
        }
        let listed = self.manifest.upgrade.iter().flat_map(|it| &it.runs_without);
        let listed: BTreeSet<&str> = listed.map(|it| it.value.as_str()).collect();
        let without: BTreeSet<Grant> =
            new.into_iter().filter(|it| listed.contains(it.capability())).collect();
        if without.is_empty() {
            return Err("`runs_without` lists nothing that is new: the old version runs on");
        }
        let mut wrong = Vec::new();
        for (_, rules) in &self.rules {
            let plan = Plan::fine(rules.clone(), 1);
            let (called, _) = self.run(plan.denying(without.clone(), Denial::NotGranted));
            let version = &older.plugin.version;
            wrong
                .extend(broken(&called).map(|it| format!("with what {version} was granted, {it}")));
        }
        Ok(wrong)
    }
}
