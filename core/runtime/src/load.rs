//! Making an interview ready: parsing, compiling, checking. All mistakes come at once.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use affiant_diagnostic::{Diagnostic, Sources};
use affiant_engine::{Custom, Definitions, Program};
use affiant_interview::{
    Assembly, Attachment, Block, BlockKind, CodeId, Files, Format, Interview, Pattern, Text,
    TextKind,
};

use crate::apart;
use crate::check;
use crate::diagnostics;
use crate::loaded::{Loaded, Sandbox};
use crate::placed::Placed;
use crate::plugins::{NoPlugins, PluginFunction, Plugins, Used};

/// What loading an interview came to.
#[derive(Debug)]
pub struct Loading {
    /// The interview, unless something is wrong with it.
    pub loaded: Option<Loaded>,
    /// The texts that diagnostics point into.
    pub sources: Sources,
    /// Everything that was found, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// Loads the interview in the file of this name, where no plugin is installed.
pub fn load(file_name: &str, files: &dyn Files) -> Loading {
    load_with(file_name, files, &(Arc::new(NoPlugins) as Arc<dyn Plugins>))
}

/// Loads the interview in the file of this name.
pub fn load_with(file_name: &str, files: &dyn Files, plugins: &Arc<dyn Plugins>) -> Loading {
    let (interview, mut diagnostics) = affiant_interview::parse(file_name, files);
    let used = used(&interview, plugins, &mut diagnostics);
    let sandbox = Sandbox {
        scripts: compile_scripts(&interview, &used, &mut diagnostics),
        texts: compile_texts(&interview, &used, &mut diagnostics),
    };
    let sources = interview.sources.clone();
    let interview = Arc::new(interview);
    let program = Program::new(Arc::clone(&interview), &|code| definitions(&sandbox, code));
    let apart = apart::apart(&program, &sandbox);
    let program = program.keeping_apart(apart);
    let asks_for_user = sources.ids().any(|it| sources.text(it).contains("user_info"));
    let begins = ["background_action", "send_email"];
    let begins_tasks =
        sources.ids().any(|it| begins.iter().any(|function| sources.text(it).contains(function)));
    let digest = OnceLock::new();
    let loaded = Loaded { program, sandbox, asks_for_user, begins_tasks, digest, used };
    check::check(&loaded, &mut diagnostics);
    diagnostics.sort_by_key(|it| (it.span.source, it.span.start));
    diagnostics.dedup();
    let fails = diagnostics.iter().any(Diagnostic::is_error);
    Loading { loaded: (!fails).then_some(loaded), sources, diagnostics }
}

/// The functions of the plugins that an interview names. A plugin that is not installed, and a
/// name that two have, are told at the place where the interview names the plugin.
fn used(
    interview: &Interview,
    plugins: &Arc<dyn Plugins>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Used {
    let mut functions: BTreeMap<String, (String, PluginFunction)> = BTreeMap::new();
    for plugin in &interview.plugins {
        let Some(has) = plugins.functions(&plugin.id) else {
            diagnostics.push(diagnostics::plugin_not_installed(plugin.span, &plugin.id));
            continue;
        };
        for function in has {
            let name = function.name.clone();
            let is_ours = affiant_script::is_reachable(&name);
            if let Some((other, _)) = functions.get(&name).filter(|_| !is_ours) {
                let other = diagnostics::plugins_clash(plugin.span, &plugin.id, &name, Some(other));
                diagnostics.push(other);
            } else if is_ours {
                diagnostics.push(diagnostics::plugins_clash(plugin.span, &plugin.id, &name, None));
            } else {
                functions.insert(name, (plugin.id.clone(), function));
            }
        }
    }
    let names = Arc::new(functions.keys().cloned().collect());
    let plugins = Arc::clone(plugins);
    let is_decided = demand_deciders(interview, &*plugins, diagnostics);
    let datatypes = Arc::new(datatypes(interview, &*plugins, diagnostics));
    let sources = sources(interview, &*plugins, diagnostics);
    demand_assemblers(interview, &*plugins, diagnostics);
    demand_deliverers(interview, &*plugins, diagnostics);
    let (functions, templates) = (Arc::new(functions), interview.templates.clone());
    Used { plugins, functions, names, datatypes, sources, templates, is_decided }
}

/// The datatypes of the plugins that an interview names, if it has a field that is of none of ours. A
/// name that two have is told where the interview names the plugin.
fn datatypes(
    interview: &Interview,
    plugins: &dyn Plugins,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Custom> {
    let mut named = interview.blocks.iter().flat_map(check::question_fields);
    if named.all(|it| it.custom.is_none()) {
        return BTreeMap::new();
    }
    let ours = affiant_interview::datatypes().datatypes;
    let mut found: BTreeMap<String, Custom> = BTreeMap::new();
    for plugin in &interview.plugins {
        for datatype in plugins.datatypes(&plugin.id) {
            let name = datatype.name.clone();
            let other = found.get(&name).map(|it| it.plugin.as_str());
            if other.is_some() || ours.contains(&name.as_str()) {
                let (id, span) = (&plugin.id, plugin.span);
                diagnostics.push(diagnostics::datatypes_clash(span, id, &name, other));
            } else {
                found.insert(name, datatype);
            }
        }
    }
    found
}

/// The lists that suggest of the plugins that an interview names, if it has a field that names one. A
/// name that two have is told where the interview names the plugin.
fn sources(
    interview: &Interview,
    plugins: &dyn Plugins,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, String> {
    let mut fields = interview.blocks.iter().flat_map(check::question_fields);
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    if fields.all(|it| it.lookup.is_none()) {
        return found;
    }
    for plugin in &interview.plugins {
        for source in plugins.sources(&plugin.id) {
            if let Some(other) = found.get(&source) {
                let (id, span) = (&plugin.id, plugin.span);
                diagnostics.push(diagnostics::sources_clash(span, id, &source, other));
            } else {
                found.insert(source, plugin.id.clone());
            }
        }
    }
    found
}

/// Whether a plugin decides a block. One that is there and does not is told at the block.
fn demand_deciders(
    interview: &Interview,
    plugins: &dyn Plugins,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let mut is_decided = false;
    for block in &interview.blocks {
        let BlockKind::Logic { plugin } = &block.kind else { continue };
        is_decided = true;
        if plugins.functions(plugin).is_some() && !plugins.decides(plugin) {
            diagnostics.push(diagnostics::plugin_decides_nothing(block.span, plugin));
        }
    }
    is_decided
}

/// Tells of plugins that are there and do not make the documents that they are named for.
fn demand_assemblers(
    interview: &Interview,
    plugins: &dyn Plugins,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for assembly in
        interview.blocks.iter().flat_map(attachments).filter_map(|it| it.assembly.as_ref())
    {
        let Assembly { plugin, template, span } = assembly;
        if plugins.functions(plugin).is_none() {
            continue;
        }
        let Some(fills) = plugins.templates(plugin) else {
            diagnostics.push(diagnostics::plugin_makes_no_documents(*span, plugin));
            continue;
        };
        let ending = template.rsplit_once('.').map_or("", |it| it.1);
        let kind = Format::of_ending(ending).map(Format::media_type);
        if let Some(kind) = kind.filter(|kind| fills.iter().all(|it| it != kind)) {
            let all = fills.join("`, `");
            diagnostics.push(diagnostics::template_does_not_fit(*span, plugin, kind, &all));
        }
    }
}

/// Tells of plugins that are there and deliver nothing.
fn demand_deliverers(
    interview: &Interview,
    plugins: &dyn Plugins,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for block in &interview.blocks {
        let BlockKind::Delivery(delivery) = &block.kind else { continue };
        let (plugin, span) = (&delivery.plugin, delivery.span);
        if plugins.functions(plugin).is_some() && !plugins.delivers(plugin) {
            diagnostics.push(diagnostics::plugin_delivers_nothing(span, plugin));
        }
    }
}

/// The documents of a block.
pub(crate) fn attachments(block: &Block) -> &[Attachment] {
    match &block.kind {
        BlockKind::Question(question) => &question.attachments,
        BlockKind::Attachments(all) => all,
        _ => &[],
    }
}

fn compile_scripts(
    interview: &Interview,
    used: &Used,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Option<Arc<Placed>>> {
    let modules = modules(interview, used, diagnostics);
    interview
        .codes
        .iter()
        .map(|code| match Placed::compile(code, &modules, &used.names) {
            Ok(script) => Some(Arc::new(script)),
            Err(problem) => {
                diagnostics.push(diagnostics::script(&code.source, &problem));
                None
            }
        })
        .collect()
}

/// The functions of the interview's modules, as one source. A module that does not compile is told
/// once, at its own place, and left out.
fn modules(interview: &Interview, used: &Used, diagnostics: &mut Vec<Diagnostic>) -> String {
    let mut all = String::new();
    for module in &interview.modules {
        let kind = affiant_script::Kind::Block;
        match affiant_script::compile_with(&module.source.text, kind, &used.names) {
            Ok(_) => {
                all.push_str(&module.source.text);
                all.push('\n');
            }
            Err(problem) => diagnostics.push(diagnostics::script(&module.source, &problem)),
        }
    }
    all
}

fn compile_texts(
    interview: &Interview,
    used: &Used,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Option<Arc<affiant_text::Compiled>>> {
    let kind = |text: &Text| match text.kind {
        TextKind::Markdown => affiant_text::Kind::Markdown,
        TextKind::Plain => affiant_text::Kind::Plain,
    };
    let sources: Vec<(&str, affiant_text::Kind)> =
        interview.texts.iter().map(|it| (it.source.text.as_str(), kind(it))).collect();
    affiant_text::compile_all(&sources, &used.names)
        .into_iter()
        .zip(&interview.texts)
        .map(|(made, text)| match made {
            Ok(compiled) => Some(Arc::new(compiled)),
            Err(problem) => {
                diagnostics.push(diagnostics::text(&text.source, &problem));
                None
            }
        })
        .collect()
}

/// The names a script assigns, as patterns.
fn definitions(sandbox: &Sandbox, code: CodeId) -> Definitions {
    let Some(script) = sandbox.scripts.get(code.0 as usize).and_then(Option::as_ref) else {
        return Definitions::default();
    };
    let assigns = script
        .analysis()
        .assigns
        .iter()
        .filter_map(|it| Pattern::parse(&it.pattern).ok())
        .collect();
    Definitions { assigns }
}
