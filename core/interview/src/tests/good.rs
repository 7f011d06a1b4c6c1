//! Interviews without mistakes.

use affiant_diagnostic::render_human;
use affiant_guest::Value;
use insta::assert_debug_snapshot;

use super::support::{Given, good};
use crate::{
    Argument, BlockKind, Bound, ChoiceSource, ChoiceValue, Control, Datatype, Default, FieldEntry,
    InputType, Interview, Question, ReviewTarget, Support, When, keys, parse,
};

const LETTER: &str = include_str!("good/letter.yml");
const EVERYTHING: &str = include_str!("good/everything.yml");

fn everything() -> Interview {
    let files = Given::new(&[
        ("all/everything.yml", EVERYTHING),
        ("all/parts/common.yml", "include: more.yml\n---\nmetadata:\n  title: Common\n"),
        ("all/parts/more.yml", "question: More\nyesno: more\n"),
        ("all/functions.rhai", "fn twice(n) { n * 2 }\n"),
        ("all/letter.md", "Hello {{ client }}\n"),
    ]);
    let (interview, diagnostics) = parse("all/everything.yml", &files);
    let printed: Vec<String> =
        diagnostics.iter().map(|it| render_human(it, &interview.sources)).collect();
    assert!(printed.is_empty(), "{}", printed.join("\n"));
    interview
}

fn questions(interview: &Interview) -> Vec<&Question> {
    let kinds = interview.blocks.iter().map(|it| &it.kind);
    kinds
        .filter_map(|it| match it {
            BlockKind::Question(question) => Some(&**question),
            _ => None,
        })
        .collect()
}

fn titled<'i>(interview: &'i Interview, title: &str) -> &'i Question {
    let all = questions(interview);
    all.iter().find(|it| interview.texts[it.title.0 as usize].source.text == title).unwrap()
}

/// The field of a variable on the big screen.
fn field(interview: &Interview, name: &str) -> crate::Field {
    let Control::Fields { entries, .. } = &titled(interview, "Everything about fields").control
    else {
        panic!("the question has fields");
    };
    let fields = entries.iter().filter_map(|it| match it {
        FieldEntry::Field(field) => Some(&**field),
        FieldEntry::Code(_) => None,
    });
    fields
        .into_iter()
        .find(|it| it.target.as_ref().is_some_and(|it| it.to_string() == name))
        .unwrap()
        .clone()
}

fn code(interview: &Interview, id: crate::CodeId) -> &str {
    &interview.codes[id.0 as usize].source.text
}

fn text(interview: &Interview, id: crate::TextId) -> &str {
    &interview.texts[id.0 as usize].source.text
}

#[test]
fn the_letter_is_read_without_a_mistake() {
    let interview = good(LETTER);
    assert_eq!(interview.blocks.len(), 7);
    assert_eq!(interview.metadata.title, "Letter to a landlord");
}

#[test]
fn every_supported_key_stands_in_an_interview_without_mistakes() {
    everything();
    let lines: Vec<&str> = EVERYTHING.lines().map(|it| it.trim_start_matches([' ', '-'])).collect();
    let is_used = |key: &str| {
        let (block, flow) = (format!("{key}:"), format!("{{{key}:"));
        lines.iter().any(|it| it.starts_with(&block) || it.contains(&flow))
    };
    for place in keys() {
        for key in place.keys.iter().filter(|it| it.support == Support::Full) {
            assert!(is_used(key.name), "`{}` of {} is not tried", key.name, place.place);
        }
    }
}

#[test]
fn every_key_has_a_summary_and_stands_once_in_its_table() {
    for place in keys() {
        let mut names: Vec<&str> = place.keys.iter().map(|it| it.name).collect();
        assert!(place.keys.iter().all(|it| !it.summary.is_empty()));
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all, "a key of {} stands twice", place.place);
    }
}

#[test]
fn the_interview_is_named_after_its_file_and_its_own_title_wins() {
    let interview = everything();
    assert_eq!(interview.name, "everything");
    assert_debug_snapshot!(interview.metadata);
}

#[test]
fn settings_reach_the_interview() {
    let interview = everything();
    assert_debug_snapshot!((&interview.features, &interview.sections, &interview.orders));
    let terms: Vec<_> = interview.terms.iter().map(|it| (it.word.as_str(), it.automatic)).collect();
    assert_eq!(terms, [("landlord", false), ("rent", false), ("rents", false), ("lease", true)]);
    assert_eq!(interview.modules[0].name, "all/functions.rhai");
    assert_eq!(interview.plugins[0].id, "org.example.shouting");
    assert_eq!(text(&interview, interview.default_parts.footer.unwrap()), "In the foot");
}

#[test]
fn an_included_file_is_read_where_it_is_included_and_depth_first() {
    let interview = everything();
    let BlockKind::Question(first) = &interview.blocks[0].kind else {
        panic!("a question comes first")
    };
    assert_eq!(text(&interview, first.title), "More");
    let names: Vec<&str> = interview.sources.ids().map(|it| interview.sources.name(it)).collect();
    assert_eq!(&names[..3], ["all/everything.yml", "all/parts/common.yml", "all/parts/more.yml"]);
}

#[test]
fn a_file_is_included_once() {
    let files = Given::new(&[
        ("a.yml", "include: [b.yml, c.yml, b.yml]\n"),
        ("b.yml", "question: B\nyesno: b\n"),
        ("c.yml", "include: ./b.yml\n---\nquestion: C\nyesno: c\n"),
    ]);
    let (interview, _) = parse("a.yml", &files);
    assert_eq!(interview.blocks.len(), 2);
}

#[test]
fn modifiers_reach_their_block() {
    let interview = everything();
    let block = interview.blocks.iter().find(|it| it.id.as_deref() == Some("second")).unwrap();
    let shown = |all: &[crate::Pattern]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(matches!(block.initial, When::If(it) if code(&interview, it) == "ready"));
    assert_eq!(block.conditions.len(), 2);
    assert_eq!(block.need.iter().map(|it| it.after).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(shown(&block.sets), ["a", "b[i].c"]);
    assert_eq!(shown(block.only_sets.as_ref().unwrap()), ["a"]);
    assert_eq!(shown(&block.depends_on), ["rent", "rents"]);
    assert_eq!(shown(&block.events), ["changed", "also_changed"]);
    assert!(!block.scan_for_variables);
    assert_eq!(block.language.as_deref(), Some("*"), "in words that fit each language");
    assert_eq!(block.supersedes, ["first"]);
    let generic = interview.blocks.iter().find(|it| it.generic.is_some()).unwrap();
    assert_eq!(generic.generic.as_deref(), Some("Individual"));
    assert_eq!(generic.language.as_deref(), Some("es"));
    assert_eq!(
        interview.blocks.last().unwrap().language.as_deref(),
        Some("en"),
        "the file's default"
    );
}

#[test]
fn objects_are_declared_with_attributes_and_classes_in_them() {
    let interview = everything();
    let declared = interview.blocks.iter().filter_map(|it| match &it.kind {
        BlockKind::Objects(objects) => Some(objects.iter()),
        _ => None,
    });
    let objects: Vec<_> = declared.flatten().collect();
    assert_eq!(objects.len(), 4);
    let class = &objects[2].class;
    assert_eq!(class.name, "List");
    let [(object_type, Argument::Class(repair)), (any, Argument::Code(is_any))] =
        class.using.as_slice()
    else {
        panic!("a class and an expression: {:?}", class.using);
    };
    assert_eq!((object_type.as_str(), any.as_str()), ("object_type", "there_are_any"));
    assert_eq!(code(&interview, *is_any), "true");
    let [(_, Argument::Code(cost)), (_, Argument::Code(kind))] = repair.using.as_slice() else {
        panic!("two expressions: {:?}", repair.using);
    };
    assert_eq!(code(&interview, *cost), "rent * 12");
    assert_eq!(code(&interview, *kind), "\"a, b\"");
    let place = interview.codes[cost.0 as usize].source.place(1, 1, 4);
    assert_eq!(interview.sources.slice(place), "rent");
    assert_eq!(objects[3].class.using.len(), 2, "over several lines");
}

#[test]
fn fields_have_their_types_and_limits() {
    let interview = everything();
    let types: Vec<_> = ["client.name.first", "client.age", "colour", "token", "likes", "person"]
        .into_iter()
        .map(|it| field(&interview, it))
        .map(|it| (it.datatype, it.input_type, it.required))
        .collect();
    assert_eq!(
        types,
        [
            (Datatype::Text, InputType::Default, When::Always),
            (Datatype::Integer, InputType::Default, When::Always),
            (Datatype::Text, InputType::Radio, When::Always),
            (Datatype::Text, InputType::Hidden, When::Never),
            (Datatype::YesNo, InputType::Default, When::Never),
            (Datatype::Object, InputType::Default, When::Always),
        ]
    );
    let bounds = |name: &str| {
        let field = field(&interview, name);
        format!("{:?} {:?}", field.min, field.max)
    };
    let born = field(&interview, "client.birthdate");
    assert_eq!(format!("{:?}", born.min), "Some(Value(Date(1900-01-01)))");
    assert!(matches!(born.max, Some(Bound::Code(it)) if code(&interview, it) == "today()"));
    assert_eq!(bounds("meeting"), "Some(Value(DateTime(2026-01-01T10:00:00))) None");
    assert_eq!(bounds("hour"), "Some(Value(Time(08:30:00))) None");
    assert_eq!(bounds("client.weight"), "Some(Value(Decimal(0.5))) None");
    assert!(matches!(field(&interview, "story").default, Some(Default::Text(_))));
    assert!(matches!(field(&interview, "token").default, Some(Default::Code(_))));
    assert_eq!(
        code(&interview, field(&interview, "picture").accept.unwrap()),
        "\"image/png, .pdf\""
    );
}

#[test]
fn choices_have_labels_values_and_more() {
    let interview = everything();
    let Some(ChoiceSource::Items(items)) = field(&interview, "colour").choices else {
        panic!("a list")
    };
    let shown: Vec<_> =
        items.iter().map(|it| (text(&interview, it.label), &it.value, it.default)).collect();
    let value = |it: &str| ChoiceValue::Value(Value::text(it));
    assert_eq!(
        shown,
        [
            ("Red", &value("Red"), false),
            ("Blue", &value("b"), false),
            ("Green", &value("g"), true),
            ("Yellow", &ChoiceValue::Value(Value::Int(4)), false),
            ("Black", &value("k"), false),
        ]
    );
    assert_eq!(items[2].group.as_deref(), Some("Cold"));
    assert!(items[2].help.is_some() && items[2].show_if.is_some());
    let Some(ChoiceSource::Items(items)) = field(&interview, "kinds").choices else {
        panic!("a list")
    };
    assert_eq!(items[1].value, value("small"));
    let Some(ChoiceSource::Code(objects)) = field(&interview, "person").choices else {
        panic!("code")
    };
    assert_eq!(code(&interview, objects), "[\nclient\n,\nhousehold\n]");
    let source = &interview.codes[objects.0 as usize].source;
    assert_eq!(interview.sources.slice(source.place(4, 1, 9)), "household");
}

#[test]
fn conditions_of_fields_are_told_apart() {
    let interview = everything();
    let shown: Vec<String> = ["why", "why_not", "which", "what", "where", "when", "who", "whose"]
        .into_iter()
        .map(|it| format!("{:?}", field(&interview, it).conditions))
        .collect();
    assert_debug_snapshot!(shown);
}

#[test]
fn questions_are_answered_in_every_way() {
    let interview = everything();
    let shown: Vec<String> = questions(&interview)
        .iter()
        .map(|it| {
            let control = format!("{:?}", it.control);
            let kind: String = control.chars().take_while(|it| it.is_alphanumeric()).collect();
            format!("{}: {kind}", text(&interview, it.title))
        })
        .collect();
    assert_debug_snapshot!(shown);
}

#[test]
fn a_choice_can_hold_a_block_or_a_command() {
    let interview = everything();
    let Control::Choice { target: None, choices: ChoiceSource::Items(items), .. } =
        &titled(&interview, "What now?").control
    else {
        panic!("choices without a variable");
    };
    let [leave, restart, told, compute] = items.as_slice() else { panic!("four choices") };
    assert_eq!(
        leave.value,
        ChoiceValue::Command {
            name: "leave".to_owned(),
            url: Some("https://example.com".to_owned())
        }
    );
    assert_eq!(restart.value, ChoiceValue::Command { name: "restart".to_owned(), url: None });
    let block = |value: &ChoiceValue| match value {
        ChoiceValue::Block(block) => &interview.blocks[block.0 as usize].kind,
        other => panic!("a block: {other:?}"),
    };
    assert!(matches!(block(&told.value), BlockKind::Question(_)));
    assert!(matches!(block(&compute.value), BlockKind::Code(_)));
}

#[test]
fn a_review_has_rows_with_steps() {
    let interview = everything();
    let Control::Review(review) = &titled(&interview, "Your answers").control else {
        panic!("a review")
    };
    assert!(!review.skip_undefined);
    assert_eq!(text(&interview, review.resume_label.unwrap()), "All right");
    assert_eq!(review.items.len(), 5);
    let steps: Vec<String> = review.items[1]
        .targets
        .iter()
        .map(|it| match it {
            ReviewTarget::Ask(it) => format!("ask {it}"),
            ReviewTarget::Recompute(it) => format!("recompute {}", it[0]),
            ReviewTarget::Undefine(it) => format!("undefine {}", it[0]),
            ReviewTarget::FollowUp(it) => format!("follow up {}", it[0]),
        })
        .collect();
    assert_eq!(
        steps,
        [
            "undefine yearly_rent",
            "undefine monthly_rent",
            "ask rent",
            "recompute yearly_rent",
            "follow up reason"
        ]
    );
    let condition = code(&interview, review.items[1].show_if.unwrap());
    assert_eq!(condition, "(\nrents\n) && (\nrent > 0\n)");
}

#[test]
fn tables_templates_documents_and_data_are_read() {
    let interview = everything();
    let rest: Vec<String> = interview
        .blocks
        .iter()
        .filter_map(|it| match &it.kind {
            BlockKind::Table(it) => Some(format!(
                "table {} of {}: {} columns, edit {:?}, delete {}",
                it.target,
                code(&interview, it.rows),
                it.columns.len(),
                it.edit,
                it.delete_buttons
            )),
            BlockKind::Template(it) => {
                Some(format!("template {}: {}", it.target, text(&interview, it.content)))
            }
            BlockKind::Attachments(it) => {
                Some(format!("document {}", it[0].target.as_ref().unwrap()))
            }
            BlockKind::Data { target, value } => Some(format!("data {target}: {value:?}")),
            _ => None,
        })
        .collect();
    assert_debug_snapshot!(rest);
}
