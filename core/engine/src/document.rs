//! Documents and tables: texts assembled from answers.

use affiant_guest::{Answers, Object, Path, Value};
use affiant_interview::{Assembly, Attachment, Format, Question, Table};

use crate::define::bind;
use crate::goal::{Halt, Run};
use crate::listing;
use crate::screen::{Assembled, ScreenDocument};
use crate::world::Bindings;

/// Formats offered when the author names none.
const ALL_FORMATS: [Format; 3] = [Format::Pdf, Format::Docx, Format::Html];

impl Run<'_> {
    /// The documents a question offers.
    pub(crate) fn documents(
        &mut self,
        question: &Question,
        bindings: &Bindings,
    ) -> Result<Vec<ScreenDocument>, Halt> {
        let mut found = Vec::new();
        for attachment in &question.attachments {
            found.push(self.document(attachment)?);
            if let Some(target) = &attachment.target
                && let Some(document) = found.last()
            {
                let value = as_object(document);
                self.put(target, bindings, value)?;
            }
        }
        if let Some(code) = question.attachment_code {
            let value = self.evaluate(code)?;
            self.documents_of(&value, &mut found)?;
        }
        Ok(found)
    }

    /// Fails if a document that is kept would show what its variable may not.
    pub(crate) fn demand_documents_apart(
        &self,
        question: &Question,
        bindings: &Bindings,
    ) -> Result<(), Halt> {
        if self.program.apart().is_empty() {
            return Ok(());
        }
        for target in question.attachments.iter().filter_map(|it| it.target.as_ref()) {
            if let Some(path) = bind(target, bindings) {
                let trace = self.world.reads();
                self.demand_apart(&path, trace.iter())?;
            }
        }
        Ok(())
    }

    fn document(&mut self, attachment: &Attachment) -> Result<ScreenDocument, Halt> {
        let name = self.render_optional(attachment.name)?;
        let name = name.map_or_else(|| self.say("document", &[]), |it| unescaped(it.trim()));
        let filename = match attachment.filename {
            Some(text) => unescaped(self.render(text)?.trim()),
            None => name.clone(),
        };
        let description = self.render_optional(attachment.description)?;
        let content = self.content(attachment)?;
        let assembly = self.assembled(attachment)?;
        let formats = if attachment.formats.is_empty() {
            ALL_FORMATS.to_vec()
        } else {
            attachment.formats.clone()
        };
        let language = attachment.language.clone().unwrap_or_else(|| self.world.language());
        let filename = file_name(&filename);
        Ok(ScreenDocument { name, filename, description, content, formats, language, assembly })
    }

    /// The text of a document. Tables in it have no buttons; where the author says so, what is not
    /// known is left blank instead of being asked for.
    fn content(&mut self, attachment: &Attachment) -> Result<String, Halt> {
        self.world.inner().words.insert("document".to_owned(), Value::Bool(true));
        self.world.inner().lenient = attachment.skip_undefined;
        let content = self.render_optional(attachment.content);
        self.world.inner().lenient = false;
        self.world.inner().words.remove("document");
        Ok(content?.unwrap_or_default())
    }

    /// What a plugin makes a document of: the answers that its template names are asked for first.
    fn assembled(&mut self, attachment: &Attachment) -> Result<Option<Assembled>, Halt> {
        let Some(Assembly { plugin, template, span }) = &attachment.assembly else {
            return Ok(None);
        };
        self.world.inner().lenient = attachment.skip_undefined;
        let named = self.host.named(plugin, template, &self.shared);
        self.world.inner().lenient = false;
        let values = named.map_err(|it| match self.halt_here(it) {
            Halt::Fault(mut diagnostic) => {
                diagnostic.span = *span;
                Halt::Fault(diagnostic)
            }
            other => other,
        })?;
        let (plugin, template) = (plugin.clone(), template.clone());
        Ok(Some(Assembled { plugin, template, values }))
    }

    /// The documents a variable names: one, or a list of them.
    fn documents_of(&mut self, value: &Value, found: &mut Vec<ScreenDocument>) -> Result<(), Halt> {
        match value {
            Value::List(all) => {
                for value in all {
                    self.documents_of(value, found)?;
                }
            }
            Value::Alias(path) => {
                if let Some(document) = self.world.look(path, from_object) {
                    found.push(document);
                    return Ok(());
                }
                let items = Answers::items(&*self.world, path).map_err(|it| self.halt_here(it))?;
                for item in items {
                    if let Some(document) = self.world.look(&item, from_object) {
                        found.push(document);
                    }
                }
            }
            Value::Object(_) => found.extend(from_object(Some(value))),
            _ => {}
        }
        Ok(())
    }

    /// Makes the documents that variables of a block name.
    pub(crate) fn make_documents(
        &mut self,
        all: &[Attachment],
        bindings: &Bindings,
    ) -> Result<(), Halt> {
        self.bind(bindings);
        for attachment in all {
            let document = self.document(attachment)?;
            if let Some(target) = &attachment.target {
                self.put(target, bindings, as_object(&document))?;
            }
        }
        Ok(())
    }

    /// Makes a table as Markdown, each cell escaped.
    pub(crate) fn make_table(&mut self, table: &Table, bindings: &Bindings) -> Result<(), Halt> {
        self.bind(bindings);
        let rows = self.rows(table)?;
        let (mut content, mut without) = (String::new(), String::new());
        if rows.is_empty() && (table.hide_empty || table.empty.is_some()) {
            content = self.render_optional(table.empty)?.unwrap_or_default();
            without.clone_from(&content);
        } else {
            let mut headers = Vec::new();
            for column in &table.columns {
                headers.push(one_line(&self.render(column.header)?));
            }
            push_row(&mut without, &headers);
            push_row(&mut without, &vec!["---".to_owned(); headers.len()]);
            if listing::has_buttons(table) {
                headers.push(self.say("table_actions", &[]));
            }
            push_row(&mut content, &headers);
            push_row(&mut content, &vec!["---".to_owned(); headers.len()]);
            for (at, (row, item)) in rows.iter().enumerate() {
                let mut cells = Vec::new();
                for column in &table.columns {
                    self.bind_row(at, row);
                    let value = self.evaluate(column.cell)?;
                    cells.push(self.cell(&value)?);
                }
                push_row(&mut without, &cells);
                let name = cells.first().cloned().unwrap_or_default();
                cells.extend(self.row_buttons(table, item.as_ref(), &name)?);
                push_row(&mut content, &cells);
            }
        }
        self.world.bind_locals(Vec::new());
        let mut object = Object::new("Table");
        if listing::has_buttons(table) {
            // Documents show the table without its buttons.
            object.attributes.insert("plain".to_owned(), Value::Markup(without));
        }
        object.attributes.insert("content".to_owned(), Value::Markup(content));
        self.put(&table.target, bindings, Value::Object(Box::new(object)))
    }

    /// The rows that a table shows, filtered and sorted, each with its place if it is an item.
    fn rows(&mut self, table: &Table) -> Result<Vec<(Value, Option<Path>)>, Halt> {
        let all = match self.evaluate(table.rows)? {
            Value::List(all) => all.into_iter().map(with_place).collect(),
            Value::Alias(path) => {
                let items = if table.require_gathered {
                    Answers::items(&*self.world, &path).map_err(|it| self.halt_here(it))?
                } else {
                    Answers::items_so_far(&*self.world, &path)
                };
                items.into_iter().map(|it| (self.value_or_alias(&it), Some(it))).collect()
            }
            Value::Null | Value::Empty => Vec::new(),
            other => vec![with_place(other)],
        };
        let mut keyed = Vec::new();
        for (at, (row, item)) in all.into_iter().enumerate() {
            self.bind_row(at, &row);
            if let Some(code) = table.filter
                && !self.is_true(code)?
            {
                continue;
            }
            let key = match table.sort_key {
                Some(code) => {
                    let value = self.evaluate(code)?;
                    self.text_of(&value)?
                }
                None => String::new(),
            };
            keyed.push((key, (row, item)));
        }
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        if table.sort_reverse {
            keyed.reverse();
        }
        Ok(keyed.into_iter().map(|(_, row)| row).collect())
    }

    /// An item as a script sees it: objects by their path, everything else by value.
    fn value_or_alias(&self, path: &Path) -> Value {
        self.world.look(path, |it| match it {
            Some(Value::Object(_)) | None => Value::Alias(path.clone()),
            Some(value) => value.clone(),
        })
    }

    fn bind_row(&mut self, at: usize, row: &Value) {
        let index = Value::Int(i64::try_from(at).unwrap_or(i64::MAX));
        self.world.bind_locals(vec![
            ("row_item".to_owned(), row.clone()),
            ("row_index".to_owned(), index),
        ]);
    }

    fn cell(&mut self, value: &Value) -> Result<String, Halt> {
        Ok(match value {
            Value::Markup(markup) => one_line(markup),
            other => one_line(&escape(&self.text_of(other)?)),
        })
    }
}

/// A row that is an object stands at its own place.
fn with_place(row: Value) -> (Value, Option<Path>) {
    let place = match &row {
        Value::Alias(path) => Some(path.clone()),
        _ => None,
    };
    (row, place)
}

fn push_row(content: &mut String, cells: &[String]) {
    content.push_str("| ");
    content.push_str(&cells.join(" | "));
    content.push_str(" |\n");
}

/// A cell on one line; a bar that is not escaped would end it.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An answer inside Markdown: every character that could mean something is escaped.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Markdown that only escapes, as plain text: for messages and names.
pub(crate) fn unescaped(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut characters = markdown.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek().is_some_and(char::is_ascii_punctuation) => {
                text.extend(characters.next());
            }
            '*' | '`' => {}
            other => text.push(other),
        }
    }
    text
}

/// A file name without what file systems or headers could take for something else.
fn file_name(text: &str) -> String {
    let cleaned: String = text
        .chars()
        .map(|it| {
            if it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | ' ' | '(' | ')') {
                it
            } else {
                '-'
            }
        })
        .take(100)
        .collect();
    let cleaned = cleaned.trim_matches(['.', ' ', '-']);
    if cleaned.is_empty() { "document".to_owned() } else { cleaned.to_owned() }
}

/// A document as the value of the variable that names it.
pub(crate) fn as_object(document: &ScreenDocument) -> Value {
    let mut object = Object::new("Document");
    let mut set = |name: &str, value: Value| object.attributes.insert(name.to_owned(), value);
    set("name", Value::text(&document.name));
    set("filename", Value::text(&document.filename));
    set("content", Value::Markup(document.content.clone()));
    set("language", Value::text(&document.language));
    if let Some(description) = &document.description {
        set("description", Value::Markup(description.clone()));
    }
    let formats = document.formats.iter().map(|it| Value::text(it.ending())).collect();
    set("formats", Value::List(formats));
    if let Some(Assembled { plugin, template, values }) = &document.assembly {
        set("assembly", Value::text(plugin));
        set("template", Value::text(template));
        let values = values.iter().map(|(path, it)| (path.to_string(), it.clone()));
        set("values", Value::Dict(values.collect()));
    }
    Value::Object(Box::new(object))
}

pub(crate) fn from_object(value: Option<&Value>) -> Option<ScreenDocument> {
    let Some(Value::Object(object)) = value else { return None };
    if object.class != "Document" {
        return None;
    }
    let text = |name: &str| match object.attributes.get(name) {
        Some(Value::Text(text) | Value::Markup(text)) => Some(text.clone()),
        _ => None,
    };
    let formats = match object.attributes.get("formats") {
        Some(Value::List(all)) => {
            Format::ALL.into_iter().filter(|it| all.contains(&Value::text(it.ending()))).collect()
        }
        _ => ALL_FORMATS.to_vec(),
    };
    Some(ScreenDocument {
        name: text("name")?,
        filename: text("filename")?,
        description: text("description"),
        content: text("content")?,
        formats,
        language: text("language").unwrap_or_else(|| "en".to_owned()),
        assembly: assembled(object),
    })
}

/// What a stored document of a plugin is made of.
fn assembled(object: &Object) -> Option<Assembled> {
    let text = |name: &str| match object.attributes.get(name) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let values = match object.attributes.get("values") {
        Some(Value::Dict(all)) => all
            .iter()
            .filter_map(|(path, it)| Some((Path::parse(path).ok()?, it.clone())))
            .collect(),
        _ => Vec::new(),
    };
    Some(Assembled { plugin: text("assembly")?, template: text("template")?, values })
}
