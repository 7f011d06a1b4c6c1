//! Every message to authors that loading adds to the parser's.

use affiant_diagnostic::{Diagnostic, Span};
use affiant_interview::SourceText;
use affiant_script::ScriptProblem;
use affiant_text::TextProblem;

/// A script that does not compile.
pub(crate) fn script(source: &SourceText, problem: &ScriptProblem) -> Diagnostic {
    let span = source.place(problem.line, problem.column, 1);
    let diagnostic = Diagnostic::error("bad-script", span, problem.message.clone());
    hinted(diagnostic, problem.hint.as_deref())
}

/// A text that does not compile.
pub(crate) fn text(source: &SourceText, problem: &TextProblem) -> Diagnostic {
    let span = source.place(problem.line, problem.column, problem.length.unwrap_or(1));
    let diagnostic = Diagnostic::error("bad-text", span, problem.message.clone());
    hinted(diagnostic, problem.hint.as_deref())
}

fn hinted(diagnostic: Diagnostic, hint: Option<&str>) -> Diagnostic {
    match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// A name is read that no block defines.
pub(crate) fn unknown_variable(
    span: Span,
    name: &str,
    uses: usize,
    nearest: Option<&str>,
) -> Diagnostic {
    let more = if uses > 1 { format!(" (read in {uses} places)") } else { String::new() };
    let message = format!("unknown variable `{name}`{more}");
    let diagnostic = Diagnostic::error("unknown-variable", span, message);
    match nearest {
        Some(nearest) => diagnostic.hint(format!("did you mean `{nearest}`?")),
        None => diagnostic.hint(format!(
            "no question, code block or object defines `{name}`: add one, or declare it under `sets`"
        )),
    }
}

/// A part of an object is asked for, but nothing makes the object.
pub(crate) fn no_object(span: Span, part: &str, root: &str) -> Diagnostic {
    Diagnostic::error(
        "no-object",
        span,
        format!("nothing makes `{root}`, which `{part}` belongs to"),
    )
    .hint(format!("add an `objects` block with `- {root}: Individual`, or the class that fits"))
}

/// A block defines only names that nothing reads.
pub(crate) fn unneeded_block(span: Span, names: &[String]) -> Diagnostic {
    let names = names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::warning(
        "unneeded-block",
        span,
        format!("this block is never used: nothing needs {names}"),
    )
    .hint("use the name in a mandatory block, a text or a condition, or make the block mandatory")
}

/// A call of a function that does not exist.
pub(crate) fn unknown_function(span: Span, name: &str, nearest: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("unknown-function", span, format!("there is no function `{name}`"));
    match (name, nearest) {
        ("store_variables_snapshot", _) => diagnostic.hint(
            "answers are stored sealed and nowhere else; whoever owns them gets them by the export or the API",
        ),
        (_, Some(nearest)) => diagnostic.hint(format!("did you mean `{nearest}`?")),
        (_, None) => diagnostic.hint("functions of your own go into a Rhai file under `modules`"),
    }
}

/// An object of a class that does not exist.
pub(crate) fn unknown_class(span: Span, name: &str, nearest: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("unknown-class", span, format!("there is no class `{name}`"));
    match nearest {
        Some(nearest) => diagnostic.hint(format!("did you mean `{nearest}`?")),
        None => {
            diagnostic.hint("the usual ones are Individual, Person, Address, List, Dict and Thing")
        }
    }
}

/// Fields that hold what people say freely, without a category of personal data.
pub(crate) fn unclassified(span: Span, names: &[String]) -> Diagnostic {
    let count = names.len();
    let shown = names.iter().take(5).map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    let more = if count > 5 { " and more" } else { "" };
    let message = if count == 1 {
        format!("the field {shown} says nothing about personal data")
    } else {
        format!("{count} fields say nothing about personal data: {shown}{more}")
    };
    Diagnostic::note("unclassified-data", span, message)
        .hint("add `data: name`, `data: contact`, `data: health` or the like, or `data: none`")
}

/// A field that a condition may hide is read as if it were always known.
pub(crate) fn may_be_hidden(span: Span, name: &str, field: Span, condition: &str) -> Diagnostic {
    Diagnostic::warning(
        "may-be-hidden",
        span,
        format!("`{name}` stays unknown when its field is hidden, and reading it here asks the same screen again"),
    )
    .related(field, "the field is shown only sometimes")
    .hint(format!("read it where `{condition}` says that it was asked, or behind `defined(\"{name}\")`"))
}

/// A question that never gets its turn.
pub(crate) fn shadowed(span: Span, names: &[String], later: usize) -> Diagnostic {
    let names = names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::warning(
        "shadowed-block",
        span,
        format!("this question is never asked: the one at line {later} asks for {names} too, and later blocks win"),
    )
    .hint("take one of them out, or give the later one an `if`")
}

/// Variables that need each other.
pub(crate) fn circle(span: Span, circle: &[String]) -> Diagnostic {
    let names = circle.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" needs ");
    Diagnostic::error("circle", span, format!("these need each other: {names}"))
        .hint("give one of them a question, or another block that does not need the rest")
}

/// A screen without a heading.
pub(crate) fn no_heading(span: Span) -> Diagnostic {
    Diagnostic::warning("no-heading", span, "this screen has no heading")
        .hint("people who use a screen reader learn from `question` where they are")
}

/// An input that is told apart from others only by its place.
pub(crate) fn no_label(span: Span, name: &str) -> Diagnostic {
    Diagnostic::warning("no-label", span, format!("the field `{name}` has no label among others"))
        .hint("screen readers say the heading instead: write `Label: variable`")
}

/// A comparison that can never hold.
pub(crate) fn impossible(span: Span, name: &str, value: &str, nearest: Option<&str>) -> Diagnostic {
    let message = format!("`{name}` is never `{value}`: none of its choices is");
    let diagnostic = Diagnostic::warning("impossible-value", span, message);
    match nearest {
        Some(nearest) => diagnostic.hint(format!("did you mean `{nearest}`?")),
        None => diagnostic.hint("compare with the value of a choice, not with its label"),
    }
}

/// A question of a private section asks for a name that is asked for elsewhere too.
pub(crate) fn private_elsewhere(span: Span, root: &str, section: &str, there: Span) -> Diagnostic {
    let message = format!(
        "`{root}` belongs to the private section `{section}` and is asked for outside of it"
    );
    Diagnostic::error("not-apart", span, message)
        .hint(format!(
            "a name is private as a whole, `{root}` with all that follows a dot: use two names"
        ))
        .related(there, format!("`{section}` asks for it here"))
}

/// A question of a private section fits many objects, so nobody knows which of them are private.
pub(crate) fn private_generic(span: Span, target: &str, section: &str) -> Diagnostic {
    let message = format!(
        "the private section `{section}` asks for `{target}`, which may be part of anything"
    );
    Diagnostic::error("not-apart", span, message)
        .hint("write a question for each object, with its name in place of `x`")
}

/// The interview uses a plugin that this server does not have.
pub(crate) fn plugin_not_installed(span: Span, id: &str) -> Diagnostic {
    Diagnostic::error("no-plugin", span, format!("the plugin `{id}` is not installed")).hint(
        "an administrator installs it with `affiant plugin install FILE`, or on the page Plugins; \
         commands such as `affiant check` are told of it by `--plugin FILE`",
    )
}

/// A plugin's function has the name of another one, ours or of another plugin.
pub(crate) fn plugins_clash(span: Span, id: &str, name: &str, other: Option<&str>) -> Diagnostic {
    let whose = match other {
        Some(other) => format!("the plugin `{other}` has one of that name too"),
        None => "there is one of that name already".to_owned(),
    };
    let message = format!("the function `{name}` of `{id}` cannot be used: {whose}");
    Diagnostic::error("plugin-clash", span, message)
        .hint("use one of the two plugins, or ask the plugin's author for another name")
}

/// A block is left to a plugin that is of another kind.
pub(crate) fn plugin_decides_nothing(span: Span, id: &str) -> Diagnostic {
    let message = format!("the plugin `{id}` decides no interview");
    Diagnostic::error("no-decider", span, message)
        .hint("a plugin of the kind `logic` can stand here; functions of others go under `plugins`")
}

/// A document is left to a plugin that is of another kind.
pub(crate) fn plugin_makes_no_documents(span: Span, id: &str) -> Diagnostic {
    let message = format!("the plugin `{id}` makes no documents");
    Diagnostic::error("no-assembler", span, message)
        .hint("a plugin of the kind `assembly` can stand here")
}

/// A delivery is left to a plugin that is of another kind.
pub(crate) fn plugin_delivers_nothing(span: Span, id: &str) -> Diagnostic {
    let message = format!("the plugin `{id}` delivers nothing");
    Diagnostic::error("no-deliverer", span, message)
        .hint("a plugin of the kind `delivery` can stand here")
}

/// Something would be delivered that comes from private sections.
pub(crate) fn delivery_of_private(span: Span, name: &str, sections: &str) -> Diagnostic {
    let message = format!("what `{name}` delivers comes from the private section `{sections}`");
    Diagnostic::error("delivery-of-private", span, message).hint(
        "what is delivered, and what became of it, is seen by everybody in the interview: leave private answers out of `to`, `files`, `details` and the documents, or let people download them",
    )
}

/// A plugin is given a template of a kind that it does not fill.
pub(crate) fn template_does_not_fit(span: Span, id: &str, kind: &str, fills: &str) -> Diagnostic {
    let message = format!("the plugin `{id}` does not fill templates of the type `{kind}`");
    Diagnostic::error("no-assembler", span, message).hint(format!("it fills `{fills}`"))
}

/// A field's datatype is none of ours, and no plugin of the interview has it.
pub(crate) fn unknown_datatype(span: Span, name: &str, nearest: Option<&str>) -> Diagnostic {
    let message = format!("neither we nor a plugin of this interview have a datatype `{name}`");
    let diagnostic = Diagnostic::error("unknown-datatype", span, message);
    match nearest {
        Some(nearest) => diagnostic.hint(format!("did you mean `{nearest}`?")),
        None => diagnostic.hint("list the plugin that has it under `plugins`"),
    }
}

/// A field names a list that no plugin of the interview has.
pub(crate) fn unknown_source(span: Span, name: &str, nearest: Option<&str>) -> Diagnostic {
    let message = format!("no plugin of this interview has a list `{name}` to look things up in");
    let diagnostic = Diagnostic::error("unknown-lookup", span, message);
    match nearest {
        Some(nearest) => diagnostic.hint(format!("did you mean `{nearest}`?")),
        None => diagnostic.hint("list the plugin that has it under `plugins`"),
    }
}

/// Two plugins of an interview have a list of the same name.
pub(crate) fn sources_clash(span: Span, id: &str, name: &str, other: &str) -> Diagnostic {
    let message = format!(
        "the list `{name}` of `{id}` cannot be used: the plugin `{other}` has one of that name too"
    );
    Diagnostic::error("plugin-clash", span, message)
        .hint("use one of the two plugins, or ask the plugin's author for another name")
}

/// A plugin's datatype has the name of another one, ours or of another plugin.
pub(crate) fn datatypes_clash(span: Span, id: &str, name: &str, other: Option<&str>) -> Diagnostic {
    let whose = match other {
        Some(other) => format!("the plugin `{other}` has one of that name too"),
        None => "there is one of that name already".to_owned(),
    };
    let message = format!("the datatype `{name}` of `{id}` cannot be used: {whose}");
    Diagnostic::error("plugin-clash", span, message)
        .hint("use one of the two plugins, or ask the plugin's author for another name")
}

/// A task or mail begins where nothing can begin.
pub(crate) fn begins_nowhere(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` is called where nothing can begin");
    Diagnostic::error("begins-nowhere", span, message)
        .hint("call it in a `code` block: conditions and texts are worked out again and again")
}

/// A task or mail begins in a block that runs again from its start.
pub(crate) fn begins_again(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` begins nothing until this block runs to its end");
    Diagnostic::warning("begins-again", span, message).hint(format!(
        "while the block stops for a screen it runs again from its start: give the call a code block of its own, such as `begun = {name}(…)`, and name `begun` here"
    ))
}

/// No block answers the event that runs in the background, or when a page looks.
pub(crate) fn unknown_event(span: Span, name: &str, nearest: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("unknown-event", span, format!("no block answers the event `{name}`"));
    match nearest {
        Some(nearest) => diagnostic.hint(format!("did you mean `{nearest}`?")),
        None => diagnostic.hint(format!("add `event: {name}` to a code block")),
    }
}

/// A mail goes to what is no address.
pub(crate) fn no_address(span: Span, text: &str) -> Diagnostic {
    let message = format!("`{text}` is no e-mail address");
    Diagnostic::error("no-address", span, message)
        .hint("write an address such as `office@example.org`, or name a variable that holds one")
}

/// A task or mail beside private sections.
pub(crate) fn begins_beside_private(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` cannot be used in an interview with private sections");
    Diagnostic::error("begins-beside-private", span, message).hint(
        "what runs in the background sees the whole interview, and what became of it is seen by everybody in it",
    )
}

/// An event would run by itself, but no screen lets anybody allow it.
pub(crate) fn never_allowed(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` never runs: no question asks for `allow_cron`");
    Diagnostic::warning("never-allowed", span, message).hint(
        "add a question with `yesno: allow_cron` that says what the interview does by itself, and need it",
    )
}
