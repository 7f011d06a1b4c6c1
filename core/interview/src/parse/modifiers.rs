//! Keys that any block may have: when it is used, what it defines, what it depends on.

use std::collections::BTreeMap;

use affiant_diagnostic::Span;
use affiant_guest::is_identifier;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::keys::{Place, ignores, refuses, takes};
use crate::parse::yaml::{Entry, Literal};
use crate::{Block, BlockKind, CodeId, CodeKind, Named, Need, Pattern, Reconsider, When};

/// What the modifiers of a block say.
#[derive(Debug, Default)]
pub(crate) struct Modifiers {
    id: Option<(String, Span)>,
    mandatory: When,
    initial: When,
    conditions: Vec<CodeId>,
    generic: Option<String>,
    sets: Vec<Pattern>,
    only_sets: Option<Vec<Pattern>>,
    keeps_assigned_names: bool,
    events: Vec<Pattern>,
    need: Vec<Need>,
    depends_on: Vec<Pattern>,
    reconsider: Reconsider,
    undefine: Vec<Pattern>,
    on_change: Vec<Pattern>,
    language: Option<String>,
    supersedes: Vec<String>,
    named: BTreeMap<&'static str, Named>,
}

/// Keys that any block may have.
pub(crate) static MODIFIERS: Place<Modifiers> = Place {
    name: "a block",
    keys: &[
        takes(
            "id",
            "A name for the block, used once: for `order`, `supersedes` and messages.",
            |b, it, entry| {
                it.id = b.word(entry).map(|id| (id, entry.value.span));
            },
        ),
        takes(
            "mandatory",
            "Run or ask the block without its being needed: `true` or an expression.",
            |b, it, entry| {
                it.mandatory = b.when(entry);
            },
        ),
        takes(
            "initial",
            "Run the code first on every evaluation: `true` or an expression.",
            |b, it, entry| {
                it.initial = b.when(entry);
            },
        ),
        takes(
            "if",
            "Expressions that must all be true for the block to be used.",
            |b, it, entry| {
                for node in entry.value.items() {
                    it.conditions.extend(b.code(node, entry.name(), CodeKind::Expression));
                }
            },
        ),
        takes(
            "generic object",
            "The class whose objects `x` stands for in the block.",
            generic_object,
        ),
        refuses("generic list object", "write `generic object: List` instead"),
        takes("sets", "Further variables that the block defines.", |b, it, entry| {
            it.sets = b.variables(entry);
        }),
        takes("only sets", "Exactly the variables that the block defines.", |b, it, entry| {
            it.only_sets = Some(b.variables(entry));
        }),
        takes(
            "scan for variables",
            "`false`: assigned names do not make the block one that defines them.",
            |b, it, entry| {
                it.keeps_assigned_names = !b.flag(entry);
            },
        ),
        takes("event", "The actions that the block answers.", |b, it, entry| {
            it.events = b.variables(entry);
        }),
        takes(
            "need",
            "Expressions whose variables must be known first; under `post`, afterwards.",
            need,
        ),
        takes(
            "depends on",
            "Variables whose change makes what the block defined stale.",
            |b, it, entry| {
                it.depends_on = b.variables(entry);
            },
        ),
        takes(
            "reconsider",
            "`true`, or variables to compute anew when the block is used.",
            reconsider,
        ),
        takes("undefine", "Variables to forget when the screen is answered.", |b, it, entry| {
            it.undefine = b.variables(entry);
        }),
        takes("on change", "Variables whose change runs the code.", |b, it, entry| {
            it.on_change = b.variables(entry);
        }),
        takes(
            "language",
            "The language of the block, such as `es`; `*` for any.",
            |b, it, entry| {
                it.language = b.language_tag(entry);
            },
        ),
        takes("supersedes", "Ids of blocks that this one outranks.", |b, it, entry| {
            let ids = b.words(entry);
            it.supersedes = ids.iter().map(|it| it.0.clone()).collect();
            b.named_ids.extend(ids);
        }),
        takes("comment", "A remark for people who read the file.", |_, _, _| {}),
        takes("ga id", "What the plugin for Google Analytics calls the screen.", |b, it, entry| {
            if let Some(name) = b.word(entry) {
                it.named_for(GOOGLE).name = Some(name);
            }
        }),
        takes("segment id", "What the plugin for Segment calls the screen.", |b, it, entry| {
            if let Some(name) = b.word(entry) {
                it.named_for(SEGMENT).name = Some(name);
            }
        }),
        takes("segment", "The same, as a mapping of `id` and `arguments`.", segment),
        ignores(
            "role",
            "who answers is not told apart yet: everybody who has the session may answer",
        ),
        refuses("usedefs", "write the text as a macro in a `template` block and include it"),
        refuses("require", "write the condition as `if`, or as an `if` in code"),
        refuses("orelse", "write the condition as an `if` in code"),
    ],
};

/// What the names of the plugins end with that authors name screens for.
const GOOGLE: &str = "google-analytics";
const SEGMENT: &str = "segment";

impl Modifiers {
    fn named_for(&mut self, plugin: &'static str) -> &mut Named {
        self.named.entry(plugin).or_default()
    }

    /// The same for a block that is mandatory unless it says otherwise.
    pub(crate) fn mandatory_unless_said(mut self, entries: &[Entry]) -> Self {
        if !entries.iter().any(|it| it.name() == "mandatory") {
            self.mandatory = When::Always;
        }
        self
    }

    /// The block of these modifiers.
    pub(crate) fn finish(self, builder: &mut Builder<'_>, span: Span, kind: BlockKind) -> Block {
        if let Some((id, place)) = &self.id {
            match builder.ids.get(id) {
                Some(before) => {
                    let before = *before;
                    builder.report(diagnostics::duplicate_id(*place, id, before));
                }
                None => {
                    builder.ids.insert(id.clone(), *place);
                }
            }
        }
        let language = self.language.or_else(|| builder.language.clone());
        Block {
            span,
            id: self.id.map(|it| it.0),
            kind,
            mandatory: self.mandatory,
            initial: self.initial,
            conditions: self.conditions,
            generic: self.generic,
            sets: self.sets,
            only_sets: self.only_sets,
            scan_for_variables: !self.keeps_assigned_names,
            events: self.events,
            need: self.need,
            depends_on: self.depends_on,
            reconsider: self.reconsider,
            undefine: self.undefine,
            on_change: self.on_change,
            language,
            supersedes: self.supersedes,
            named: self.named,
        }
    }
}

/// A screen's name and further words for Segment.
fn segment(builder: &mut Builder<'_>, modifiers: &mut Modifiers, entry: &Entry) {
    let Some(parts) = entry.value.map() else {
        let expected = "a mapping of `id` and `arguments`";
        builder.report(diagnostics::wrong_type(entry.value.span, entry.name(), expected));
        return;
    };
    for part in parts {
        match part.name() {
            "id" => {
                if let Some(name) = builder.word(part) {
                    modifiers.named_for(SEGMENT).name = Some(name);
                }
            }
            "arguments" => {
                for detail in part.value.map().unwrap_or_default() {
                    if let Some(value) = builder.word(detail) {
                        let details = &mut modifiers.named_for(SEGMENT).details;
                        details.push((detail.name().to_owned(), value));
                    }
                }
            }
            other => builder.report(diagnostics::unknown_key(
                part.key.span,
                other,
                "`segment`",
                &["id", "arguments"],
            )),
        }
    }
}

fn generic_object(builder: &mut Builder<'_>, modifiers: &mut Modifiers, entry: &Entry) {
    let Some(class) = builder.word(entry) else { return };
    if is_identifier(&class) {
        modifiers.generic = Some(class);
    } else {
        builder.report(diagnostics::invalid_class(entry.value.span, &class));
    }
}

/// A list of expressions, of which some stand under `pre` or `post`; or both as one mapping.
fn need(builder: &mut Builder<'_>, modifiers: &mut Modifiers, entry: &Entry) {
    for item in entry.value.items() {
        let Some(parts) = item.map() else {
            let code = builder.code(item, entry.name(), CodeKind::Expression);
            modifiers.need.extend(code.map(|code| Need { code, after: false }));
            continue;
        };
        for part in parts {
            let after = match part.name() {
                "pre" => false,
                "post" => true,
                other => {
                    builder.report(diagnostics::unknown_key(
                        part.key.span,
                        other,
                        "`need`",
                        &["pre", "post"],
                    ));
                    continue;
                }
            };
            for node in part.value.items() {
                let code = builder.code(node, entry.name(), CodeKind::Expression);
                modifiers.need.extend(code.map(|code| Need { code, after }));
            }
        }
    }
}

fn reconsider(builder: &mut Builder<'_>, modifiers: &mut Modifiers, entry: &Entry) {
    modifiers.reconsider = match entry.value.literal() {
        Some(Literal::Bool(true)) => Reconsider::Always,
        Some(Literal::Bool(false)) => Reconsider::No,
        _ => Reconsider::These(builder.variables(entry)),
    };
}
