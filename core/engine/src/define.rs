//! Trying a block for a variable, and the blocks that define without asking.

use std::collections::BTreeSet;

use affiant_diagnostic::Diagnostic;
use affiant_guest::{Answers, Content, Object, Path, Segment, Value};
use affiant_interview::{
    Argument, BlockIndex, BlockKind, ClassUse, ObjectDeclaration, Pattern, Reconsider, Template,
};

use crate::advance::Progress;
use crate::candidate::{self, Candidate};
use crate::change::Change;
use crate::goal::{Halt, Mode, Need, Run};
use crate::index;
use crate::state::Computed;
use crate::world::{Bindings, Trace};

impl Run<'_> {
    /// Tries a block for a need: asks, or defines and sees whether the variable is known then.
    pub(crate) fn try_block(
        &mut self,
        block: BlockIndex,
        bindings: &Bindings,
        need: &Need,
    ) -> Result<Progress, Halt> {
        if !self.conditions_hold(block, bindings)? {
            return Ok(self.next_candidate());
        }
        let outer = block;
        let block = self.chosen_inside(block);
        if let BlockKind::Question(_) = self.program.block(block).kind {
            return self.show(block, bindings, Some(&need.path));
        }
        if let BlockKind::Logic { .. } = self.program.block(block).kind {
            return self.decide(block, Some(need));
        }
        let mark = self.world.mark();
        self.define(block, bindings)?;
        match need.mode {
            Mode::Event => Ok(Progress::Done),
            // A choice that was made anew leads to code: that answers what was asked.
            Mode::Ask if block != outer => Ok(Progress::Done),
            Mode::Ask => Ok(self.next_candidate()),
            Mode::Want if self.world.is_known(&need.path) => Ok(Progress::Done),
            Mode::Want => {
                self.world.roll_back(mark);
                Ok(self.next_candidate())
            }
        }
    }

    /// The block inside the choice that was taken, if the block is a choice without a variable; or
    /// the one inside of the choice taken there, and so on.
    fn chosen_inside(&self, block: BlockIndex) -> BlockIndex {
        let mut block = block;
        loop {
            let key = self.program.index.key(block);
            let chosen = self.world.inner().store.state.chosen.get(key).copied();
            let inner = chosen
                .and_then(|it| index::embedded_blocks(self.program.block(block)).nth(it as usize));
            // A block stands inside of one choice only, so this ends.
            match inner {
                Some(inner) => block = inner,
                None => return block,
            }
        }
    }

    /// Makes the choices anew that lead to a variable which is asked for again.
    pub(crate) fn forget_choices(&mut self, path: &Path) {
        let program = self.program;
        let language = self.world.spoken();
        let all =
            candidate::candidates(&program.index, &program.interview, &self.world, &language, path);
        let mut waiting: Vec<BlockIndex> = all
            .into_iter()
            .filter_map(|it| match it {
                Candidate::Block { block, .. } => Some(block),
                _ => None,
            })
            .collect();
        while let Some(block) = waiting.pop() {
            waiting.extend(index::embedded_blocks(program.block(block)));
            let block = program.index.key(block).to_owned();
            if self.world.inner().store.state.chosen.contains_key(&block) {
                self.world.apply(Change::Chosen { block, choice: None });
            }
        }
    }

    /// Runs a block that defines without asking; returns what it read. When it stops before its
    /// end, nothing of it is kept.
    pub(crate) fn define(
        &mut self,
        block: BlockIndex,
        bindings: &Bindings,
    ) -> Result<Vec<Path>, Halt> {
        let mark = self.world.mark();
        let result = self.define_unguarded(block, bindings);
        match &result {
            Ok(_) => {}
            Err(Halt::Missing(_)) => self.keep_provisionally(block, mark)?,
            Err(_) => self.world.roll_back(mark),
        }
        result
    }

    /// A block stopped for a need: what it wrote is seen by whatever settles the need, and is
    /// remembered as computed from what it read, so that a changed answer makes stale what came
    /// of it.
    fn keep_provisionally(&mut self, block: BlockIndex, mark: usize) -> Result<(), Halt> {
        let undoing = self.world.inner().store.undoing(mark);
        let trace = self.note_reads();
        if undoing.is_empty() && trace.writes.is_empty() {
            return Ok(());
        }
        if let Some(goal) = self.stack.last_mut() {
            goal.provisional = undoing;
        }
        self.keep_record(block, &trace).map(drop)
    }

    fn define_unguarded(
        &mut self,
        block: BlockIndex,
        bindings: &Bindings,
    ) -> Result<Vec<Path>, Halt> {
        let program = self.program;
        self.prepare(block, bindings, false)?;
        match &program.block(block).kind {
            BlockKind::Question(_) | BlockKind::Logic { .. } => {}
            BlockKind::Code(code) => {
                self.bind(bindings);
                self.world.inner().may_begin = true;
                let ran = self.run_code(*code);
                self.world.inner().may_begin = false;
                ran?;
            }
            BlockKind::Objects(objects) => {
                for object in objects {
                    self.make_object(object, bindings)?;
                }
                // What an object was made from does not unmake it, or its answers would go too.
                let trace = self.note_reads();
                let reads = self.stack.last().map_or(&trace.reads, |it| &it.reads);
                for place in &trace.writes {
                    self.demand_apart(place, reads.iter())?;
                }
                return Ok(Vec::new());
            }
            BlockKind::Template(template) => self.make_template(template, bindings)?,
            BlockKind::Table(table) => self.make_table(table, bindings)?,
            BlockKind::Attachments(all) => self.make_documents(all, bindings)?,
            BlockKind::Delivery(delivery) => self.make_parcel(delivery, bindings)?,
            BlockKind::Data { target, value } => {
                self.bind(bindings);
                self.put(target, bindings, value.clone())?;
            }
        }
        let trace = self.note_reads();
        let reads = self.keep_record(block, &trace)?;
        self.prepare(block, bindings, true)?;
        Ok(reads)
    }

    /// What comes before (or `after`) a block's own work: `need`, `reconsider`, `undefine`.
    pub(crate) fn prepare(
        &mut self,
        block: BlockIndex,
        bindings: &Bindings,
        after: bool,
    ) -> Result<(), Halt> {
        let program = self.program;
        let block = program.block(block);
        if let (false, Reconsider::These(patterns)) = (after, &block.reconsider) {
            for path in bound(patterns, bindings) {
                if self.reconsidered.insert(path.clone()) {
                    self.forget_computed(&path);
                }
            }
        }
        for need in block.need.iter().filter(|it| it.after == after) {
            self.bind(bindings);
            self.evaluate(need.code)?;
            self.note_reads();
        }
        Ok(())
    }

    /// Remembers what each written variable was computed from, and makes stale what depended on
    /// a value that is now another one.
    fn keep_record(&mut self, block: BlockIndex, trace: &Trace) -> Result<Vec<Path>, Halt> {
        let written: BTreeSet<&Path> = trace.writes.iter().collect();
        // What the goal read holds what was read just now: see `note_reads`.
        let all = self.stack.last().map_or(&trace.reads, |it| &it.reads);
        let reads: Vec<Path> = all
            .iter()
            .filter(|read| !written.iter().any(|it| read.starts_with(it)))
            .cloned()
            .collect();
        let key = self.program.index.key(block).to_owned();
        for path in written {
            self.demand_apart(path, reads.iter())?;
            let from = Computed { block: key.clone(), reads: reads.clone() };
            self.world.apply(Change::Computed { path: path.clone(), from: Some(from) });
        }
        for path in &trace.changed {
            self.touch(path, Some(&key));
        }
        for list in &trace.reshaped {
            self.touch_shape(list, Some(&key));
        }
        Ok(reads)
    }

    fn make_object(
        &mut self,
        declaration: &ObjectDeclaration,
        bindings: &Bindings,
    ) -> Result<(), Halt> {
        self.bind(bindings);
        let object = self.object_of(&declaration.class)?;
        let Some(path) = bind(&declaration.target, bindings) else { return Ok(()) };
        if self.world.is_known(&path) {
            return Ok(());
        }
        self.world.write(&path, Value::Object(Box::new(object))).map_err(|it| self.halt_here(it))
    }

    /// An object of a class with its parts and the attributes given to `using`.
    fn object_of(&mut self, class: &ClassUse) -> Result<Object, Halt> {
        let mut object = affiant_library::new_object(&class.name)
            .ok_or_else(|| Halt::Fault(Box::new(self.unknown_class(&class.name))))?;
        for (name, argument) in &class.using {
            match argument {
                Argument::Class(class) => {
                    object.attributes.insert(name.clone(), Value::text(&class.name));
                    for (inner, value) in &class.using {
                        if let Argument::Code(code) = value {
                            let value = self.evaluate(*code)?;
                            object.attributes.insert(format!("_of_{inner}"), value);
                        }
                    }
                }
                Argument::Code(code) => {
                    let value = self.evaluate(*code)?;
                    object.attributes.insert(name.clone(), value);
                }
            }
        }
        Ok(object)
    }

    fn make_template(&mut self, template: &Template, bindings: &Bindings) -> Result<(), Halt> {
        self.bind(bindings);
        let subject = self.render_optional(template.subject)?;
        let content = self.render(template.content)?;
        let mut object = Object::new("Template");
        object.attributes.insert("subject".to_owned(), Value::Markup(subject.unwrap_or_default()));
        object.attributes.insert("content".to_owned(), Value::Markup(content));
        self.put(&template.target, bindings, Value::Object(Box::new(object)))
    }

    /// Makes the items of a typed list or dictionary up to the wanted one.
    pub(crate) fn make_item(&mut self, item: &Path) -> Result<(), Halt> {
        let Some(list) = item.parent() else { return Ok(()) };
        let (count, class, extra) = self.world.look(&list, |it| match it {
            Some(Value::Object(object)) => {
                let count = match &object.content {
                    Content::Items(items) => items.len(),
                    _ => 0,
                };
                let class = match object.attributes.get("object_type") {
                    Some(Value::Text(class)) => class.clone(),
                    _ => "Thing".to_owned(),
                };
                let extra: Vec<(String, Value)> = object
                    .attributes
                    .iter()
                    .filter_map(|(name, it)| {
                        Some((name.strip_prefix("_of_")?.to_owned(), it.clone()))
                    })
                    .collect();
                (count, class, extra)
            }
            _ => (0, "Thing".to_owned(), Vec::new()),
        });
        let Some(mut object) = affiant_library::new_object(&class) else {
            return Err(Halt::Fault(Box::new(self.unknown_class(&class))));
        };
        object.attributes.extend(extra);
        let object = Value::Object(Box::new(object));
        match item.last() {
            Some(Segment::Index(at)) => {
                for missing in count..=*at {
                    self.world
                        .apply(Change::Put { path: list.index(missing), value: object.clone() });
                }
            }
            _ => self.world.apply(Change::Put { path: item.clone(), value: object }),
        }
        Ok(())
    }

    /// Makes a part that objects of the class come with.
    pub(crate) fn make_part(&mut self, path: &Path, class: &str) -> Result<(), Halt> {
        let Some(object) = affiant_library::new_object(class) else {
            return Err(Halt::Fault(Box::new(self.unknown_class(class))));
        };
        self.world
            .apply(Change::Put { path: path.clone(), value: Value::Object(Box::new(object)) });
        Ok(())
    }

    /// Defines what a pattern names.
    pub(crate) fn put(
        &mut self,
        target: &Pattern,
        bindings: &Bindings,
        value: Value,
    ) -> Result<(), Halt> {
        let Some(path) = bind(target, bindings) else { return Ok(()) };
        self.world.write(&path, value).map_err(|it| self.halt_here(it))
    }

    fn unknown_class(&self, name: &str) -> Diagnostic {
        let names: Vec<&str> = affiant_library::classes().iter().map(|it| it.name).collect();
        Diagnostic::error("unknown-class", self.span_here(), format!("there is no class `{name}`"))
            .hint(format!("the classes are {}", names.join(", ")))
    }
}

/// The path a pattern means under these bindings.
pub(crate) fn bind(pattern: &Pattern, bindings: &Bindings) -> Option<Path> {
    pattern.bind(bindings.generic.as_ref(), &|name| bindings.segment(name))
}

/// The paths of those patterns that are bound.
pub(crate) fn bound<'a>(
    patterns: &'a [Pattern],
    bindings: &'a Bindings,
) -> impl Iterator<Item = Path> + 'a {
    patterns.iter().filter_map(|it| bind(it, bindings))
}
