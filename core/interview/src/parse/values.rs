//! Reading the values that keys have: texts, expressions, variables, flags, numbers.

use affiant_diagnostic::Span;
use affiant_guest::Value;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::mako;
use crate::parse::yaml::{Entry, Literal, Node, Scalar, Shape, anchors};
use crate::{Anchor, Bound, CodeId, CodeKind, Pattern, SourceText, TextId, TextKind, When};

impl Builder<'_> {
    /// The scalar of a node; reports anything else as not being `expected`.
    pub(crate) fn scalar<'n>(
        &mut self,
        node: &'n Node,
        name: &str,
        expected: &str,
    ) -> Option<&'n Scalar> {
        let scalar = node.scalar().filter(|_| !node.is_null());
        if scalar.is_none() {
            self.report(diagnostics::wrong_type(node.span, name, expected));
        }
        scalar
    }

    /// A short plain text that is taken as it stands.
    pub(crate) fn word(&mut self, entry: &Entry) -> Option<String> {
        let scalar = self.scalar(&entry.value, entry.name(), "a text")?;
        Some(scalar.text.trim().to_owned())
    }

    /// A language tag such as `en` or `es-MX`, or `*`.
    pub(crate) fn language_tag(&mut self, entry: &Entry) -> Option<String> {
        self.language_tags(entry).into_iter().next()
    }

    /// One or more language tags.
    pub(crate) fn language_tags(&mut self, entry: &Entry) -> Vec<String> {
        let mut tags = Vec::new();
        for (tag, span) in self.words(entry) {
            let is_tag = |it: char| it.is_ascii_alphanumeric() || it == '-';
            if tag == "*" || (tag.len() >= 2 && tag.len() <= 35 && tag.chars().all(is_tag)) {
                tags.push(tag);
            } else {
                self.report(diagnostics::invalid_language(span, &tag));
            }
        }
        tags
    }

    /// One or more short plain texts with their places.
    pub(crate) fn words(&mut self, entry: &Entry) -> Vec<(String, Span)> {
        let mut words = Vec::new();
        for node in entry.value.items() {
            if let Some(scalar) = self.scalar(node, entry.name(), "a text or a list of texts") {
                words.push((scalar.text.trim().to_owned(), node.span));
            }
        }
        words
    }

    /// A scalar's text with its place in the file, without white space at its end.
    pub(crate) fn source_text(&self, node: &Node, scalar: &Scalar) -> SourceText {
        let file = self.interview.sources.text(node.span.source);
        let text = scalar.text.trim_end().to_owned();
        SourceText { text, span: node.span, anchors: anchors(file, node.span, scalar) }
    }

    /// Markdown with tags.
    pub(crate) fn markdown(&mut self, entry: &Entry) -> Option<TextId> {
        self.text(&entry.value, entry.name(), TextKind::Markdown)
    }

    /// Plain text with tags.
    pub(crate) fn plain(&mut self, entry: &Entry) -> Option<TextId> {
        self.text(&entry.value, entry.name(), TextKind::Plain)
    }

    /// A text with tags.
    pub(crate) fn text(&mut self, node: &Node, name: &str, kind: TextKind) -> Option<TextId> {
        if node.is_null() {
            self.report(diagnostics::empty_value(node.span, name));
            return None;
        }
        let scalar = self.scalar(node, name, "a text")?;
        let source = self.source_text(node, scalar);
        for found in mako::find(&source) {
            self.report(diagnostics::mako(&found));
        }
        Some(self.add_text(kind, source))
    }

    /// A text that is not in the file, standing for the node.
    pub(crate) fn made_text(&mut self, text: &str, kind: TextKind, span: Span) -> TextId {
        self.add_text(kind, SourceText::at(text, span))
    }

    /// One expression.
    pub(crate) fn expression(&mut self, entry: &Entry) -> Option<CodeId> {
        self.code(&entry.value, entry.name(), CodeKind::Expression)
    }

    /// An expression or statements.
    pub(crate) fn code(&mut self, node: &Node, name: &str, kind: CodeKind) -> Option<CodeId> {
        let expected = match kind {
            CodeKind::Expression => "an expression",
            CodeKind::Block => "statements",
        };
        let scalar = self.scalar(node, name, expected)?;
        if scalar.text.trim().is_empty() {
            self.report(diagnostics::empty_value(node.span, name));
            return None;
        }
        let is_tag = scalar.text.starts_with("${") || scalar.text.starts_with("{{");
        if kind == CodeKind::Expression && is_tag {
            self.report(diagnostics::template_in_expression(node.span, name, &scalar.text));
            return None;
        }
        let mut source = self.source_text(node, scalar);
        if let Some(Literal::Bool(value)) = node.literal() {
            source.text = value.to_string();
        }
        Some(self.add_code(kind, source))
    }

    /// An expression that gives a list of the values of several expressions.
    pub(crate) fn list_of(&mut self, nodes: &[Node], name: &str) -> Option<CodeId> {
        self.joined(nodes, name, ["[", ",", "]"])
    }

    /// An expression that is true if all of several are.
    pub(crate) fn all_of(&mut self, nodes: &[Node], name: &str) -> Option<CodeId> {
        match nodes {
            [one] => self.code(one, name, CodeKind::Expression),
            _ => self.joined(nodes, name, ["(", ") && (", ")"]),
        }
    }

    /// Joins expressions into one, each with lines of its own: a remark ends with its line.
    fn joined(
        &mut self,
        nodes: &[Node],
        name: &str,
        [open, between, close]: [&str; 3],
    ) -> Option<CodeId> {
        let (first, last) = (nodes.first()?, nodes.last()?);
        let span = Span::new(first.span.source, first.span.start as usize, last.span.end as usize);
        let mut whole = SourceText::at(open, span);
        for (at, node) in nodes.iter().enumerate() {
            let scalar = self.scalar(node, name, "a list of expressions")?;
            let source = self.source_text(node, scalar);
            if at > 0 {
                whole.text.push_str(between);
            }
            whole.text.push('\n');
            let start = u32::try_from(whole.text.len()).unwrap_or(u32::MAX);
            let moved = |it: &Anchor| Anchor { text: it.text.saturating_add(start), file: it.file };
            whole.anchors.extend(source.anchors.iter().map(moved));
            whole.text.push_str(&source.text);
            whole.text.push('\n');
        }
        whole.text.push_str(close);
        Some(self.add_code(CodeKind::Expression, whole))
    }

    /// One variable.
    pub(crate) fn variable(&mut self, entry: &Entry) -> Option<Pattern> {
        self.pattern(&entry.value, entry.name())
    }

    /// The variable that a node names.
    pub(crate) fn pattern(&mut self, node: &Node, name: &str) -> Option<Pattern> {
        let scalar = self.scalar(node, name, "the name of a variable")?;
        let is_text = matches!(node.literal(), Some(Literal::Text(_)));
        let pattern = Pattern::parse(&scalar.text).ok().filter(|_| is_text);
        if pattern.is_none() {
            self.report(diagnostics::invalid_variable(node.span, name, &scalar.text));
        }
        pattern
    }

    /// One or more variables.
    pub(crate) fn variables(&mut self, entry: &Entry) -> Vec<Pattern> {
        self.patterns(&entry.value, entry.name())
    }

    /// The variables that a node or its items name.
    pub(crate) fn patterns(&mut self, node: &Node, name: &str) -> Vec<Pattern> {
        node.items().iter().filter_map(|it| self.pattern(it, name)).collect()
    }

    /// `true` or `false`; `false` after a report of anything else.
    pub(crate) fn flag(&mut self, entry: &Entry) -> bool {
        if let Some(Literal::Bool(value)) = entry.value.literal() {
            value
        } else {
            self.report(diagnostics::wrong_type(
                entry.value.span,
                entry.name(),
                "`true` or `false`",
            ));
            false
        }
    }

    /// `true`, `false` or an expression.
    pub(crate) fn when(&mut self, entry: &Entry) -> When {
        let node = entry.value.get("code").unwrap_or(&entry.value);
        match node.literal() {
            Some(Literal::Bool(true)) => When::Always,
            Some(Literal::Bool(false)) => When::Never,
            Some(Literal::Text(text)) if is_yes_or_no(text) => {
                self.report(diagnostics::yes_is_text(node.span, entry.name(), text));
                When::Never
            }
            Some(Literal::Text(text)) if !text.trim().is_empty() => {
                self.code(node, entry.name(), CodeKind::Expression).map_or(When::Never, When::If)
            }
            _ => {
                let expected = "`true`, `false` or an expression";
                self.report(diagnostics::wrong_type(node.span, entry.name(), expected));
                When::Never
            }
        }
    }

    /// A whole number between two others.
    pub(crate) fn whole(&mut self, entry: &Entry, least: i64, most: i64) -> Option<i64> {
        match entry.value.literal() {
            Some(Literal::Int(value)) if (least..=most).contains(&value) => Some(value),
            _ => {
                let expected = format!("a whole number from {least} to {most}");
                self.report(diagnostics::wrong_type(entry.value.span, entry.name(), &expected));
                None
            }
        }
    }

    /// A number, a day or time, or an expression.
    pub(crate) fn bound(&mut self, entry: &Entry) -> Option<Bound> {
        let node = entry.value.get("code").unwrap_or(&entry.value);
        match node.literal() {
            Some(Literal::Int(value)) => Some(Bound::Value(Value::Int(value))),
            Some(Literal::Decimal(value)) => Some(Bound::Value(Value::Decimal(value))),
            Some(Literal::Text(text)) => match moment(text) {
                Some(value) => Some(Bound::Value(value)),
                None => self.code(node, entry.name(), CodeKind::Expression).map(Bound::Code),
            },
            _ => {
                let expected = "a number, a date or an expression";
                self.report(diagnostics::wrong_type(node.span, entry.name(), expected));
                None
            }
        }
    }
}

/// Words that older YAML took for booleans.
fn is_yes_or_no(text: &str) -> bool {
    ["yes", "no", "on", "off"].iter().any(|it| it.eq_ignore_ascii_case(text.trim()))
}

/// A day, a time of day or both, as ISO 8601 writes them.
fn moment(text: &str) -> Option<Value> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let is_date = bytes.len() >= 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    if is_date && bytes.len() == 10 {
        return text.parse().ok().map(Value::Date);
    }
    if is_date {
        return text.parse().ok().map(Value::DateTime);
    }
    let is_time = matches!(bytes.len(), 5 | 8) && bytes.get(2) == Some(&b':');
    if is_time { text.parse().ok().map(Value::Time) } else { None }
}

/// A node as a literal value.
pub(crate) fn value(node: &Node) -> Value {
    match &node.shape {
        Shape::Scalar(_) => match node.literal() {
            Some(Literal::Bool(value)) => Value::Bool(value),
            Some(Literal::Int(value)) => Value::Int(value),
            Some(Literal::Decimal(value)) => Value::Decimal(value),
            Some(Literal::Text(text)) => Value::text(text),
            Some(Literal::Null) | None => Value::Null,
        },
        Shape::List(items) => Value::List(items.iter().map(value).collect()),
        Shape::Map(entries) => {
            Value::Dict(entries.iter().map(|it| (it.name().to_owned(), value(&it.value))).collect())
        }
    }
}
