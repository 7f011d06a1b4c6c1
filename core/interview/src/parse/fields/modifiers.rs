//! Keys of a field.

use affiant_diagnostic::Span;

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::choices::{self, Setting};
use crate::parse::fields::{condition, default};
use crate::parse::keys::{Place, ignores, refuses, takes};
use crate::parse::yaml::{Entry, Literal};
use crate::{
    Bound, ChoiceSource, CodeId, CodeKind, Condition, CustomDatatype, Datatype, Default, InputType,
    OfTheAbove, Pattern, SourceText, TextId, When,
};

/// From how many characters on a list of a plugin is asked, unless `trigger at` says otherwise.
const LOOKED_UP_FROM: u32 = 2;

/// What a field says.
pub(crate) struct Draft {
    pub(super) target: Option<Pattern>,
    /// Whether a variable was named, rightly or not.
    pub(super) has_target: bool,
    pub(super) label: Option<TextId>,
    pub(super) datatype: Datatype,
    pub(super) custom: Option<CustomDatatype>,
    pub(super) input_type: InputType,
    pub(super) lookup: Option<(String, Span)>,
    pub(super) from: u32,
    pub(super) required: Option<When>,
    pub(super) choices: Option<ChoiceSource>,
    pub(super) exclude: Option<CodeId>,
    pub(super) none_of_the_above: OfTheAbove,
    pub(super) all_of_the_above: OfTheAbove,
    pub(super) default: Option<Default>,
    pub(super) hint: Option<TextId>,
    pub(super) help: Option<TextId>,
    pub(super) under_text: Option<TextId>,
    pub(super) min: Option<Bound>,
    pub(super) max: Option<Bound>,
    pub(super) step: Option<Bound>,
    pub(super) min_length: Option<Bound>,
    pub(super) max_length: Option<Bound>,
    pub(super) rows: Option<u32>,
    pub(super) conditions: Vec<Condition>,
    pub(super) validate: Option<CodeId>,
    pub(super) validation_messages: Vec<(String, TextId)>,
    pub(super) disable_others: Option<Vec<Pattern>>,
    pub(super) currency_symbol: Option<String>,
    pub(super) accept: Option<CodeId>,
    pub(super) object_labeler: Option<CodeId>,
    pub(super) address_autocomplete: bool,
    pub(super) grid: Option<u8>,
    pub(super) data: Option<String>,
    pub(super) note: Option<TextId>,
    pub(super) html: Option<TextId>,
}

impl std::default::Default for Draft {
    fn default() -> Self {
        Self {
            target: None,
            has_target: false,
            label: None,
            datatype: Datatype::Text,
            custom: None,
            input_type: InputType::Default,
            lookup: None,
            from: LOOKED_UP_FROM,
            required: None,
            choices: None,
            exclude: None,
            none_of_the_above: OfTheAbove::Default,
            all_of_the_above: OfTheAbove::Default,
            default: None,
            hint: None,
            help: None,
            under_text: None,
            min: None,
            max: None,
            step: None,
            min_length: None,
            max_length: None,
            rows: None,
            conditions: Vec::new(),
            validate: None,
            validation_messages: Vec::new(),
            disable_others: None,
            currency_symbol: None,
            accept: None,
            object_labeler: None,
            address_autocomplete: false,
            grid: None,
            data: None,
            note: None,
            html: None,
        }
    }
}

/// Keys of a field besides `Label: variable`.
pub(crate) static FIELD: Place<Draft> = Place {
    name: "a field",
    keys: &[
        takes("field", "The variable, in the long form with `label`.", target),
        takes("label", "The label, in the long form with `field`.", |b, it, entry| {
            it.label = b.markdown(entry);
        }),
        takes("no label", "The variable of a field without a label.", target),
        // Both have been read before all others, which depend on them.
        takes("datatype", "What is entered.", |_, _, _| {}),
        takes("input type", "How it is entered, where the datatype leaves a choice.", |_, _, _| {}),
        takes(
            "required",
            "Whether it must be answered: `true`, `false` or an expression.",
            |b, it, entry| {
                it.required = Some(b.when(entry));
            },
        ),
        takes("choices", "What can be chosen: a list, or `code`.", choices),
        takes("code", "An expression that gives the choices.", |b, it, entry| {
            it.choices = b.expression(entry).map(ChoiceSource::Code);
        }),
        takes("exclude", "Expressions for values left out of the choices.", |b, it, entry| {
            it.exclude = match entry.value.list() {
                Some(all) => b.list_of(all, entry.name()),
                None => b.expression(entry),
            };
        }),
        takes(
            "none of the above",
            "A box that means none: `true`, `false` or its label.",
            none_of_the_above,
        ),
        takes("all of the above", "A box that means all: `true` or its label.", |b, it, entry| {
            it.all_of_the_above = match entry.value.literal() {
                Some(Literal::Bool(true)) => OfTheAbove::Yes(None),
                Some(Literal::Bool(false)) => OfTheAbove::No,
                _ => OfTheAbove::Yes(b.markdown(entry)),
            };
        }),
        takes(
            "default",
            "What it begins with: a literal, a text with tags, or `code`.",
            |b, it, entry| {
                it.default = default(b, entry);
            },
        ),
        takes("hint", "A short sentence that says how to answer.", |b, it, entry| {
            it.hint = b.markdown(entry);
        }),
        takes("help", "Longer help.", |b, it, entry| it.help = b.markdown(entry)),
        takes("under text", "Text below the input.", |b, it, entry| {
            it.under_text = b.markdown(entry);
        }),
        takes(
            "min",
            "The least value, number of items or day: a literal or an expression.",
            |b, it, entry| {
                it.min = b.bound(entry);
            },
        ),
        takes(
            "max",
            "The largest value, number of items or day: a literal or an expression.",
            |b, it, entry| {
                it.max = b.bound(entry);
            },
        ),
        takes("step", "The distance between values.", |b, it, entry| it.step = b.bound(entry)),
        takes("minlength", "The fewest characters.", |b, it, entry| it.min_length = b.bound(entry)),
        takes("maxlength", "The most characters.", |b, it, entry| it.max_length = b.bound(entry)),
        takes("rows", "The height of a text area in lines.", |b, it, entry| {
            it.rows = b.whole(entry, 1, 100).and_then(|it| u32::try_from(it).ok());
        }),
        takes(
            "show if",
            "Another field's variable, `variable` with `is`, or `code`.",
            condition::take,
        ),
        takes("hide if", "As `show if`, the other way round.", condition::take),
        takes(
            "enable if",
            "As `show if`, but the field is greyed out instead of hidden.",
            condition::take,
        ),
        takes("disable if", "As `enable if`, the other way round.", condition::take),
        takes(
            "js show if",
            "A test of what is entered on the screen, by `val(\"name\")`.",
            condition::take_screen,
        ),
        takes("js hide if", "As `js show if`, the other way round.", condition::take_screen),
        takes(
            "js enable if",
            "As `js show if`, but the field is greyed out instead of hidden.",
            condition::take_screen,
        ),
        takes("js disable if", "As `js enable if`, the other way round.", condition::take_screen),
        takes("validate", "An expression or function that checks the value.", |b, it, entry| {
            it.validate = b.expression(entry);
        }),
        takes(
            "validation messages",
            "Messages by rule, such as `required` or `min`.",
            validation_messages,
        ),
        takes(
            "disable others",
            "`true`, or the fields that are not needed once this one is answered.",
            disable_others,
        ),
        takes("currency symbol", "The currency's sign.", |b, it, entry| {
            it.currency_symbol = b.word(entry);
        }),
        takes("accept", "Media types that a file may have.", accept),
        takes(
            "object labeler",
            "An expression that gives the label of the object `x`.",
            |b, it, entry| {
                it.object_labeler = b.expression(entry);
            },
        ),
        takes(
            "address autocomplete",
            "`true` lets the browser fill in an address.",
            |b, it, entry| {
                it.address_autocomplete = entry.value.map().is_some() || b.flag(entry);
            },
        ),
        takes(
            "lookup",
            "A list of a plugin that suggests while somebody types.",
            |b, it, entry| {
                it.lookup = b.word(entry).map(|name| (name, entry.value.span));
            },
        ),
        takes(
            "trigger at",
            "From how many characters on `lookup` suggests; 2 unless said.",
            |b, it, entry| {
                let from = b.whole(entry, 1, 50).and_then(|it| u32::try_from(it).ok());
                it.from = from.unwrap_or(LOOKED_UP_FROM);
            },
        ),
        takes("grid", "The width in columns of twelve.", |b, it, entry| {
            let width = entry.value.map().and_then(|it| it.iter().find(|it| it.name() == "width"));
            it.grid = b.whole(width.unwrap_or(entry), 1, 12).and_then(|it| u8::try_from(it).ok());
        }),
        takes("data", "The category of personal data.", |b, it, entry| it.data = b.word(entry)),
        takes("note", "Markdown between fields, instead of a field.", |b, it, entry| {
            it.note = b.markdown(entry);
        }),
        takes("html", "HTML between fields, instead of a field; it is cleaned.", |b, it, entry| {
            it.html = b.markdown(entry);
        }),
        takes("raw html", "As `html`.", |b, it, entry| it.html = b.markdown(entry)),
        ignores("label above field", "labels always stand above their fields"),
        ignores("floating label", "labels always stand above their fields"),
        ignores("item grid", "choices stand one below the other"),
        ignores("css class", "looks are a matter of the theme"),
        ignores("file css class", "looks are a matter of the theme"),
        ignores("inline", "fields stand one below the other"),
        ignores("inline width", "fields stand one below the other"),
        ignores("shuffle", "choices keep their order, so that everybody gets the same screen"),
        ignores("uncheck others", "say it with `disable others` or `none of the above`"),
        ignores("check others", "say it with `all of the above`"),
        ignores("scale", "numbers are shown as they are"),
        ignores("maximum image size", "pictures are kept as they are"),
        ignores("image upload type", "pictures are kept as they are"),
        ignores("image generator", "choices are shown as text"),
        ignores("help generator", "give `help` with the choice"),
        ignores("allow privileges", "files can be read by those who have the session"),
        ignores("allow users", "files can be read by those who have the session"),
        ignores("persistent", "files live as long as the session"),
        ignores("private", "files are always private"),
        ignores("field metadata", "the JSON interface has the field itself"),
        ignores("using", "there is no machine learning"),
        ignores("keep for training", "there is no machine learning"),
        ignores("script", "authors' JavaScript is not run; ask for it as a plugin"),
        ignores("css", "looks are a matter of the theme"),
        refuses("disabled", "show the value in a `note` instead"),
        refuses(
            "action",
            "name a list of a plugin under `lookup`, or list the suggestions under `choices` with \
             `input type: combobox`",
        ),
    ],
};

fn target(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    draft.target = builder.variable(entry);
    draft.has_target = true;
}

fn choices(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    let is_object = matches!(
        draft.datatype,
        Datatype::Object
            | Datatype::ObjectRadio
            | Datatype::ObjectCheckboxes
            | Datatype::ObjectMultiselect
    );
    let setting = if is_object { Setting::Object } else { Setting::Value };
    draft.choices = choices::take(builder, &entry.value, entry.name(), setting);
}

fn none_of_the_above(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    draft.none_of_the_above = match entry.value.literal() {
        Some(Literal::Bool(false)) => OfTheAbove::No,
        Some(Literal::Bool(true)) => OfTheAbove::Yes(None),
        _ => OfTheAbove::Yes(builder.markdown(entry)),
    };
}

fn validation_messages(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    let Some(entries) = entry.value.map() else {
        let expected = "a mapping of rules to messages";
        builder.report(diagnostics::wrong_type(entry.value.span, entry.name(), expected));
        return;
    };
    for entry in entries {
        let message = builder.markdown(entry);
        draft.validation_messages.extend(message.map(|it| (entry.name().to_owned(), it)));
    }
}

fn disable_others(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    draft.disable_others = match entry.value.literal() {
        Some(Literal::Bool(true)) => Some(Vec::new()),
        Some(Literal::Bool(false)) => None,
        _ => Some(builder.variables(entry)),
    };
}

/// An expression; a bare list such as `image/png, .pdf` is taken as the text that it looks like.
fn accept(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    let text = entry.value.scalar().map_or("", |it| it.text.trim());
    draft.accept = if is_media_types(text) {
        let span: Span = entry.value.span;
        let source = SourceText::at(format!("\"{text}\""), span);
        Some(builder.add_code(CodeKind::Expression, source))
    } else {
        builder.expression(entry)
    };
}

fn is_media_types(text: &str) -> bool {
    let is_plain =
        |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"*+-._".contains(&it));
    !text.is_empty()
        && text.split(',').map(str::trim).all(|it| match it.split_once('/') {
            Some((kind, subtype)) => {
                !kind.is_empty() && !subtype.is_empty() && is_plain(kind) && is_plain(subtype)
            }
            None => it.len() > 1 && it.starts_with('.') && is_plain(it),
        })
}
