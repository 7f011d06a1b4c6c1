//! Gathering lists and dictionaries: the engine's own way of settling `LIST.gathered`.

use affiant_guest::{Content, Path, Value};

use crate::advance::Progress;
use crate::change::Change;
use crate::goal::{Halt, Run};
use crate::state::Computed;
use crate::world::Bindings;

/// The most items that one list is gathered to, so that a faulty interview ends.
const MAX_ITEMS: usize = 1_000;

/// What a collection says of itself.
struct Collection {
    count: usize,
    is_dictionary: bool,
    typed: bool,
    ask_number: bool,
    minimum: usize,
    complete_attribute: Vec<String>,
}

impl Run<'_> {
    /// One round of gathering the list or dictionary at `list`: what is missing is asked for, what
    /// was answered is taken up. Nothing here is rolled back by what is asked next.
    pub(crate) fn gather(&mut self, list: &Path) -> Result<Progress, Halt> {
        self.bind(&Bindings::default());
        {
            let mut inner = self.world.inner();
            if !inner.gathering.contains(list) {
                inner.gathering.push(list.clone());
            }
        }
        let result = self.gather_on(list);
        let done = matches!(result, Ok(Progress::Done)) || matches!(result, Err(Halt::Fault(_)));
        if done {
            self.world.inner().gathering.retain(|it| it != list);
        }
        result
    }

    fn gather_on(&mut self, list: &Path) -> Result<Progress, Halt> {
        let about = self.collection(list);
        let wanted = self.wanted_items(list, &about)?;
        if about.is_dictionary {
            return self.gather_entries(list, &about, wanted);
        }
        for at in 0..wanted.min(MAX_ITEMS) {
            self.complete(&list.index(at), &about)?;
            self.count_complete(list, at + 1);
        }
        let count = if wanted == 0 { 0 } else { wanted.max(about.count) };
        if about.ask_number || !self.another(list, count, &about)? {
            return Ok(self.gathered(list));
        }
        self.set(list, "_wanted", int(count + 1));
        self.drop(list, "there_is_another");
        Ok(Progress::Again)
    }

    /// How many items there are to be by what is known so far.
    fn wanted_items(&mut self, list: &Path, about: &Collection) -> Result<usize, Halt> {
        if about.ask_number {
            return self.number(list, "target_number");
        }
        if self.get(list, "there_are_any") == Some(Value::Bool(false)) {
            self.empty(list, about);
            return Ok(0);
        }
        let wanted = match self.get(list, "_wanted") {
            Some(Value::Int(wanted)) => usize::try_from(wanted).unwrap_or(0),
            _ => 0,
        };
        let wanted = wanted.max(about.count).max(about.minimum);
        if wanted > 0 {
            return Ok(wanted);
        }
        let any = self.need(list, "there_are_any")?.is_true();
        Ok(usize::from(any))
    }

    /// The user says there are none after all: what was entered is kept as defaults only.
    fn empty(&mut self, list: &Path, about: &Collection) {
        if about.is_dictionary {
            return;
        }
        for at in (0..about.count).rev() {
            self.forget(&list.index(at));
        }
    }

    /// Sees to it that one item is known in full.
    fn complete(&mut self, item: &Path, about: &Collection) -> Result<(), Halt> {
        if about.typed && !self.world.is_known(item) {
            self.make_item(item)?;
        }
        let value = self.read(item)?;
        if about.complete_attribute.is_empty() {
            return self.text_of(&value).map(|_| ());
        }
        for name in &about.complete_attribute {
            let mut path = item.clone();
            for part in name.split('.') {
                path = path.attribute(part);
            }
            self.read(&path)?;
        }
        Ok(())
    }

    /// Whether the user has another item. Lists with too few items always do.
    fn another(&mut self, list: &Path, count: usize, about: &Collection) -> Result<bool, Halt> {
        if count == 0 {
            return Ok(false);
        }
        if count < about.minimum {
            return Ok(true);
        }
        if count >= MAX_ITEMS {
            return Ok(false);
        }
        Ok(self.need(list, "there_is_another")?.is_true())
    }

    fn gather_entries(
        &mut self,
        list: &Path,
        about: &Collection,
        wanted: usize,
    ) -> Result<Progress, Halt> {
        let keys: Vec<String> = self.world.look(list, |it| match it {
            Some(Value::Object(object)) => match &object.content {
                Content::Entries(entries) => entries.keys().cloned().collect(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        });
        for (at, key) in keys.iter().enumerate() {
            self.complete(&list.key(key), about)?;
            self.count_complete(list, at + 1);
        }
        if keys.len() < wanted {
            let name = self.need(list, "new_item_name")?;
            let key = self.text_of(&name)?;
            let entry = list.key(&key);
            if about.typed {
                self.make_item(&entry)?;
            } else {
                self.read(&entry)?;
            }
            // Only now: until there is an entry, the key is all that is known of it.
            self.drop(list, "new_item_name");
            return Ok(Progress::Again);
        }
        if about.ask_number || !self.another(list, keys.len(), about)? {
            return Ok(self.gathered(list));
        }
        self.set(list, "_wanted", int(keys.len() + 1));
        self.drop(list, "there_is_another");
        Ok(Progress::Again)
    }

    /// Marks the collection as gathered and remembers what that rests on.
    fn gathered(&mut self, list: &Path) -> Progress {
        self.drop(list, "_complete");
        self.drop(list, "_wanted");
        let flag = list.attribute("gathered");
        self.world.apply(Change::Put { path: flag.clone(), value: Value::Bool(true) });
        let reads = ["there_are_any", "target_number", "minimum_number"]
            .iter()
            .map(|it| list.attribute(it))
            .filter(|it| self.world.is_known(it))
            .collect();
        let from = Some(Computed { block: "gather".to_owned(), reads });
        self.world.apply(Change::Computed { path: flag, from });
        Progress::Done
    }

    fn collection(&self, list: &Path) -> Collection {
        self.world.look(list, |it| {
            let Some(Value::Object(object)) = it else {
                return Collection {
                    count: 0,
                    is_dictionary: false,
                    typed: false,
                    ask_number: false,
                    minimum: 0,
                    complete_attribute: Vec::new(),
                };
            };
            let attribute = |name: &str| object.attributes.get(name);
            let number = |name: &str| match attribute(name) {
                Some(Value::Int(it)) => usize::try_from(*it).unwrap_or(0),
                _ => 0,
            };
            Collection {
                count: match &object.content {
                    Content::None => 0,
                    Content::Items(items) => items.len(),
                    Content::Entries(entries) => entries.len(),
                },
                is_dictionary: matches!(object.content, Content::Entries(_)),
                typed: attribute("object_type").is_some(),
                ask_number: attribute("ask_number").is_some_and(Value::is_true),
                minimum: number("minimum_number").max(number("minimum")),
                complete_attribute: names(attribute("complete_attribute")),
            }
        })
    }

    fn read(&mut self, path: &Path) -> Result<Value, Halt> {
        affiant_guest::Answers::read(&*self.world, path).map_err(|it| self.halt_here(it))
    }

    fn need(&mut self, list: &Path, name: &str) -> Result<Value, Halt> {
        self.read(&list.attribute(name))
    }

    fn number(&mut self, list: &Path, name: &str) -> Result<usize, Halt> {
        match self.need(list, name)? {
            Value::Int(number) => Ok(usize::try_from(number).unwrap_or(0).min(MAX_ITEMS)),
            _ => Ok(0),
        }
    }

    fn get(&self, list: &Path, name: &str) -> Option<Value> {
        self.world.look(&list.attribute(name), |it: Option<&Value>| it.cloned())
    }

    fn set(&mut self, list: &Path, name: &str, value: Value) {
        self.world.apply(Change::Put { path: list.attribute(name), value });
    }

    fn drop(&mut self, list: &Path, name: &str) {
        self.world.apply(Change::Take { path: list.attribute(name) });
    }

    fn count_complete(&mut self, list: &Path, count: usize) {
        if self.get(list, "_complete") != Some(int(count)) {
            self.set(list, "_complete", int(count));
            self.touch_shape(list, None);
        }
    }
}

fn int(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// `complete_attribute` as one name or several.
fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Text(name)) => vec![name.clone()],
        Some(Value::List(all)) => all
            .iter()
            .filter_map(|it| match it {
                Value::Text(name) => Some(name.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}
