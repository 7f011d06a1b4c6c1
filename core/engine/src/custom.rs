//! Datatypes of plugins: what is typed becomes an answer by the plugin's rules, and is shown by them.

use affiant_diagnostic::Diagnostic;
use affiant_guest::{Stop, Value};

use crate::accept::Refused;
use crate::asked::one_line;
use crate::document::escape;
use crate::goal::{Halt, Run};
use crate::problem::{FieldError, Problem};
use crate::screen::{CustomField, ScreenField};

/// A datatype of a plugin, and how its input is drawn. Its texts are plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custom {
    /// The plugin that has it.
    pub plugin: String,
    /// As authors write it.
    pub name: String,
    /// The keys that a screen keyboard shows, as the attribute `inputmode` says it.
    pub keys: &'static str,
    /// HTML's token for what browsers can fill in; one that HTML does not know is left out.
    pub autocomplete: Option<String>,
    /// How many characters the input is wide.
    pub width: Option<u32>,
    /// How many characters it takes.
    pub longest: Option<u32>,
    /// Shown before it.
    pub prefix: Option<String>,
    /// Shown behind it.
    pub suffix: Option<String>,
    /// What can be entered, for example.
    pub example: Option<String>,
}

impl Run<'_> {
    /// Makes a field one of a plugin's datatype: drawn as the plugin says, with what it holds in the
    /// plugin's words.
    pub(crate) fn customize(&mut self, name: &str, field: &mut ScreenField) -> Result<(), Halt> {
        let Some(datatype) = self.host.custom(name) else {
            let message = format!("no plugin has the datatype `{name}`");
            let diagnostic = Diagnostic::error("unknown-datatype", self.span_here(), message);
            return Err(Halt::Fault(Box::new(diagnostic)));
        };
        field.max_length = match (field.max_length, datatype.longest) {
            (Some(own), Some(longest)) => Some(own.min(longest)),
            (own, longest) => own.or(longest),
        };
        let token = datatype.autocomplete.clone().filter(|it| TOKENS.contains(&it.as_str()));
        field.autocomplete = field.autocomplete.take().or(token);
        if let (None, Some(example)) = (&field.hint, &datatype.example) {
            field.hint = Some(self.say("for_example", &[("example", &escape(&one_line(example)))]));
        }
        let shown = match &field.value {
            None | Some(Value::Null | Value::Empty) => None,
            Some(Value::Text(text)) if text.is_empty() => None,
            Some(value) => {
                let shown = self.host.show(name, value, &self.language());
                Some(one_line(&shown.map_err(|it| self.datatype_stopped(&datatype, it))?))
            }
        };
        field.custom = Some(Box::new(CustomField { datatype, shown }));
        Ok(())
    }

    /// What was typed in a field as its plugin reads it; other fields hold what was typed.
    pub(crate) fn read_custom(
        &mut self,
        field: &ScreenField,
        value: Value,
    ) -> Result<Result<Value, FieldError>, Refused> {
        let (Some(custom), Value::Text(entered)) = (&field.custom, &value) else {
            return Ok(Ok(value));
        };
        let datatype = &custom.datatype;
        let read = self.host.parse(&datatype.name, entered, &self.language());
        let read = read.map_err(|it| {
            let halt = self.datatype_stopped(datatype, it);
            Refused::Fault(self.unready("the datatype", halt))
        })?;
        Ok(read.map_err(|message| FieldError {
            field: field.name.clone(),
            part: None,
            message: one_line(&message),
            problem: Problem::Author,
        }))
    }

    fn datatype_stopped(&self, datatype: &Custom, stop: Stop) -> Halt {
        match stop {
            Stop::Missing(path) => {
                let Custom { plugin, name, .. } = datatype;
                let message = format!("the plugin `{plugin}` wants `{path}` to read a `{name}`");
                let diagnostic = Diagnostic::error("bad-datatype", self.span_here(), message);
                Halt::Fault(Box::new(diagnostic.hint("whoever wrote the plugin can mend it")))
            }
            other => self.halt_here(other),
        }
    }
}

/// The tokens of HTML's attribute `autocomplete` that say what one input holds.
const TOKENS: &[&str] = &[
    "off",
    "name",
    "honorific-prefix",
    "given-name",
    "additional-name",
    "family-name",
    "honorific-suffix",
    "nickname",
    "organization-title",
    "organization",
    "street-address",
    "address-line1",
    "address-line2",
    "address-line3",
    "address-level1",
    "address-level2",
    "address-level3",
    "address-level4",
    "country",
    "country-name",
    "postal-code",
    "language",
    "bday",
    "sex",
    "url",
    "tel",
    "tel-national",
    "email",
    "impp",
];
