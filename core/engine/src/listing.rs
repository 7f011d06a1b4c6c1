//! Changing lists by buttons: another item, an item anew, an item removed.

use std::collections::BTreeMap;

use affiant_guest::{Content, Path, Segment, Value};
use affiant_interview::{BlockKind, Datatype, Table};

use crate::advance::{Progress, Shown};
use crate::change::Change;
use crate::choice::plain;
use crate::document::escape;
use crate::field::{CHOICE, blank};
use crate::goal::{Halt, Run};
use crate::screen::{Screen, Widget};
use crate::state::Target;
use crate::world::Bindings;

/// Actions that buttons of tables and `add_action` run. No author can name an event like them.
pub(crate) const ACTIONS: [&str; 3] = ["_add", "_edit", "_remove"];

/// What the user says to removing an item.
const REMOVE: &str = "remove";

/// One such action with what it is about.
pub(crate) fn is_of_list(name: &str) -> bool {
    ACTIONS.contains(&name)
}

impl Run<'_> {
    /// What an action on a list does; `None` when there is no such list or item, or no table of
    /// the interview offers the button.
    pub(crate) fn list_targets(
        &mut self,
        name: &str,
        arguments: &BTreeMap<String, Value>,
    ) -> Option<Vec<Target>> {
        let text = |name: &str| match arguments.get(name) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let path = self.world.place(&Path::parse(text("of")?).ok()?).ok()?;
        if name == "_add" {
            return self.is_collection(&path).then(|| vec![Target::Add(path)]);
        }
        let list = path.parent()?;
        if !self.is_collection(&list) || !self.world.is_known(&path) {
            return None;
        }
        if name == "_remove" {
            let tables = self.tables_of(&list, |it| it.delete_buttons);
            let confirm = tables.iter().any(|it| it.confirm);
            let target = if confirm { Target::Confirm(path) } else { Target::Remove(path) };
            return (!tables.is_empty()).then(|| vec![target]);
        }
        let tables = self.tables_of(&list, |it| it.edit.is_some());
        let named = tables.first()?.edit.clone().unwrap_or_default();
        let attributes = if named.is_empty() { self.needed_attributes(&list) } else { named };
        if attributes.is_empty() {
            return Some(vec![Target::Ask(path)]);
        }
        let parts = attributes.iter();
        Some(
            parts
                .filter_map(|it| Path::parse(&format!("{path}.{it}")).ok())
                .map(Target::Ask)
                .collect(),
        )
    }

    fn is_collection(&self, list: &Path) -> bool {
        self.world.look(list, |it| match it {
            Some(Value::Object(object)) => !matches!(object.content, Content::None),
            _ => false,
        })
    }

    fn needed_attributes(&self, list: &Path) -> Vec<String> {
        self.world.look(&list.attribute("complete_attribute"), |it| match it {
            Some(Value::Text(name)) => vec![name.clone()],
            Some(Value::List(all)) => all
                .iter()
                .filter_map(|it| match it {
                    Value::Text(name) => Some(name.clone()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        })
    }

    /// The tables that show a list and offer a button. Those of generic objects may show any.
    fn tables_of(&mut self, list: &Path, offers: fn(&Table) -> bool) -> Vec<Table> {
        let program = self.program;
        let mut found = Vec::new();
        for block in &program.interview.blocks {
            let BlockKind::Table(table) = &block.kind else { continue };
            if !offers(table) {
                continue;
            }
            let shows = table.target.is_generic() || {
                self.bind(&Bindings::default());
                let rows = self.evaluate(table.rows);
                matches!(rows, Ok(Value::Alias(path)) if path == *list)
            };
            if shows {
                found.push((**table).clone());
            }
        }
        found
    }

    /// Makes room for another item, which gathering then asks for.
    pub(crate) fn add_item(&mut self, list: &Path) {
        let count = self.count(list);
        let next = Value::Int(i64::try_from(count + 1).unwrap_or(i64::MAX));
        let by_number = self.world.is_known(&list.attribute("target_number"));
        let wanted = list.attribute(if by_number { "target_number" } else { "_wanted" });
        self.world.apply(Change::Put { path: wanted, value: next });
        let any = list.attribute("there_are_any");
        if self.world.is_known(&any) {
            self.world.apply(Change::Put { path: any, value: Value::Bool(true) });
        }
        for flag in ["gathered", "there_is_another"] {
            self.world.apply(Change::Take { path: list.attribute(flag) });
        }
    }

    /// Takes an item out for good.
    pub(crate) fn remove_item(&mut self, item: &Path) {
        let Some(list) = item.parent() else { return };
        self.forget_below(item);
        self.world.inner().take(item);
        let count = self.count(&list);
        let number = Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
        let target = list.attribute("target_number");
        if self.world.is_known(&target) {
            self.world.apply(Change::Put { path: target, value: number });
        }
        let any = list.attribute("there_are_any");
        if count == 0 && self.world.is_known(&any) {
            self.world.apply(Change::Put { path: any, value: Value::Bool(false) });
        }
        self.touch_shape(&list, None);
    }

    /// What was computed for an item, or kept as default for it or a later one, goes with it:
    /// later items move up.
    fn forget_below(&mut self, item: &Path) {
        let (Some(list), Some(Segment::Index(at))) = (item.parent(), item.last()) else { return };
        let depth = list.segments().len();
        let behind = |path: &Path| {
            path.starts_with(&list)
                && matches!(path.segments().get(depth), Some(Segment::Index(it)) if it >= at)
        };
        let (computed, remembered) = {
            let inner = self.world.inner();
            let state = &inner.store.state;
            let computed: Vec<Path> =
                state.computed.keys().filter(|it| behind(it)).cloned().collect();
            let kept: Vec<Path> =
                state.remembered.keys().filter(|it| behind(it)).cloned().collect();
            (computed, kept)
        };
        for path in computed {
            self.forget_computed(&path);
        }
        for path in remembered {
            self.world.apply(Change::Remembered { path, value: None });
        }
    }

    fn count(&self, list: &Path) -> usize {
        self.world.look(list, |it| match it {
            Some(Value::Object(object)) => match &object.content {
                Content::Items(items) => items.len(),
                Content::Entries(entries) => entries.len(),
                Content::None => 0,
            },
            _ => 0,
        })
    }

    /// Asks whether an item is to be removed.
    pub(crate) fn confirm_screen(&mut self, item: Path) -> Progress {
        let value = self.world.look(&item, |it| match it {
            Some(Value::Object(_)) | None => Value::Alias(item.clone()),
            Some(value) => value.clone(),
        });
        // As far as it is known: a half-told item can be removed too.
        self.world.inner().lenient = true;
        let name = self.text_of(&value).map(|it| escape(it.trim())).unwrap_or_default();
        self.world.inner().lenient = false;
        let name = if name.is_empty() { self.say("this_item", &[]) } else { name };
        let title = self.say("remove_title", &[("item", &name)]);
        let mut screen = Screen::blank(title, self.world.spoken());
        REMOVE.clone_into(&mut screen.id);
        screen.text = Some(self.say("remove_text", &[]));
        let mut field = blank(CHOICE.to_owned(), Datatype::Text, Widget::Buttons);
        field.choices = vec![
            plain(Value::text(REMOVE), self.say("remove_yes", &[])),
            plain(Value::text("keep"), self.say("remove_no", &[])),
        ];
        screen.fields = vec![field];
        screen.why = self.reasons();
        let mut shown = Shown::without_block(screen);
        shown.confirms = Some(item);
        Progress::Show(Box::new(shown))
    }

    /// Takes the answer to whether an item is to be removed.
    pub(crate) fn confirmed(&mut self, item: &Path, answer: Option<&Value>) {
        if answer == Some(&Value::text(REMOVE)) {
            self.replace_target(Target::Remove(item.clone()));
        } else {
            self.drop_target();
        }
    }

    /// The buttons of a table's row as Markdown; empty when it has none.
    pub(crate) fn row_buttons(
        &mut self,
        table: &Table,
        item: Option<&Path>,
        name: &str,
    ) -> Result<Option<String>, Halt> {
        if table.edit.is_none() && !table.delete_buttons {
            return Ok(None);
        }
        let Some(item) = item else { return Ok(Some(String::new())) };
        let mut buttons = Vec::new();
        let offered = [
            ("_edit", "table_edit", table.edit.is_some()),
            ("_remove", "table_delete", table.delete_buttons),
        ];
        for (action, label, _) in offered.into_iter().filter(|it| it.2) {
            let label = self.say(label, &[]);
            let mut arguments = affiant_library::Arguments::default();
            arguments.named.insert("of".to_owned(), Value::text(item.to_string()));
            let link = self.action_link(action, arguments)?;
            buttons.push(format!("[{} {name}](<{link}>)", escape(&label)));
        }
        Ok(Some(buttons.join(" · ")))
    }
}

/// Whether a table has buttons that change its list.
pub(crate) fn has_buttons(table: &Table) -> bool {
    table.edit.is_some() || table.delete_buttons
}
