//! What a plugin says of itself: its contract, its settings, its limits.

use crate::finding::{Finding, nearest, short};
use crate::model::{Capability, Limits, Manifest, Setting};
use crate::read::Located;
use crate::settings::compile;
use crate::vocabulary::{CapabilityId, Kind, SettingType};

/// Most values of an enum.
const MAX_VALUES: usize = 32;

/// The kinds of plugin that a WIT world exists for, and so can be components.
const COMPONENT_KINDS: &[Kind] = &[
    Kind::Functions,
    Kind::Logic,
    Kind::Field,
    Kind::Analytics,
    Kind::Lookup,
    Kind::Delivery,
    Kind::Assembly,
];

pub(crate) fn check(manifest: &Manifest) -> Vec<Finding> {
    let mut findings = contract(manifest);
    findings.extend(script(manifest));
    for (name, setting) in &manifest.settings.0 {
        setting_name(name, &mut findings);
        self::setting(setting, &mut findings);
    }
    findings.extend(undecided(manifest));
    findings.extend(manifest.limits.iter().flat_map(limits));
    findings
}

/// A component has a contract, which is that of its kind.
fn contract(manifest: &Manifest) -> Vec<Finding> {
    let plugin = &manifest.plugin;
    let kind = plugin.kind.value;
    let mut findings = Vec::new();
    match (&plugin.component, &plugin.abi) {
        (Some(component), None) => findings.push(Finding::error(
            "component-without-abi",
            component.place,
            "a component needs the contract that it was built for",
            format!("add a line `abi = \"affiant:{kind}@1.0\"`"),
        )),
        (None, Some(abi)) => findings.push(Finding::error(
            "abi-without-component",
            abi.place,
            "a contract is that of a component, and there is none",
            "add a line `component = \"….wasm\"`, or leave `abi` out",
        )),
        (Some(component), Some(_)) if !COMPONENT_KINDS.contains(&kind) => {
            findings.push(Finding::error(
                "kind-without-world",
                component.place,
                format!("a plugin of the kind `{kind}` is compiled in and has no component"),
                "choose a kind that has a world in `sdk/wit`, or leave `abi` and `component` out",
            ));
        }
        (Some(_), Some(abi)) if !abi.value.as_str().starts_with(&format!("affiant:{kind}@")) => {
            findings.push(Finding::error(
                "abi-of-another-kind",
                abi.place,
                format!("a plugin of the kind `{kind}` has another contract"),
                format!("write `affiant:{kind}@1.0`, or the kind that the component was built for"),
            ));
        }
        _ => {}
    }
    findings
}

/// What runs in browsers is in the package, where it can be read, and is asked for.
fn script(manifest: &Manifest) -> Option<Finding> {
    let is_asked = |it: &&Capability| it.id.value == CapabilityId::PageInjectScript;
    let asked = manifest.capabilities.iter().find(is_asked);
    match (&manifest.plugin.script, asked) {
        (Some(script), None) => Some(Finding::error(
            "script-without-capability",
            script.place,
            "a script is named, and `page.inject-script` is not asked for",
            "add `[[capability]]` with `id = \"page.inject-script\"`, or leave the script out",
        )),
        (None, Some(capability)) if manifest.plugin.component.is_some() => Some(Finding::error(
            "capability-without-script",
            capability.id.place,
            "`page.inject-script` is asked for, and there is no script that runs",
            "name it below `[plugin]`, as in `script = \"counting.js\"`",
        )),
        _ => None,
    }
}

fn setting_name(name: &Located<String>, findings: &mut Vec<Finding>) {
    let is_part = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
    let text = &name.value;
    let begins = text.starts_with(|it: char| it.is_ascii_lowercase());
    if !begins || text.len() > 64 || !text.bytes().all(is_part) {
        let message = format!("`{}` is no name of a setting", short(text));
        let hint = "write lower-case letters, digits and `_`, at most 64";
        findings.push(Finding::error("bad-form", name.place, message, hint));
    }
}

fn setting(setting: &Setting, findings: &mut Vec<Finding>) {
    let kind = setting.kind.value;
    let mut refuse = |code, place, message: &str, hint: &str| {
        findings.push(Finding::error(code, place, message, hint));
    };
    let is_enum = kind == SettingType::Enum;
    if is_enum && (setting.values.is_empty() || setting.values.len() > MAX_VALUES) {
        refuse(
            "bad-values",
            setting.kind.place,
            "an enum has between 1 and 32 values",
            "list them as `values = [\"…\", \"…\"]`",
        );
    }
    if let (false, Some(value)) = (is_enum, setting.values.first()) {
        refuse("bad-values", value.place, "only an enum has values", "write `type = \"enum\"`");
    }
    for (number, value) in setting.values.iter().enumerate() {
        if setting.values[..number].contains(value) {
            refuse("duplicate", value.place, "this value is there twice", "leave one out");
        }
        if value.value.is_empty() || value.value.len() > 64 {
            refuse("bad-values", value.place, "a value has 1 to 64 letters", "choose a short word");
        }
    }
    if let Some(pattern) = &setting.pattern
        && compile(&pattern.value).is_err()
    {
        refuse(
            "bad-pattern",
            pattern.place,
            "this is no regular expression, or a very large one",
            "write a short one, as in `^G-[A-Z0-9]+$`",
        );
    }
    if let Some(default) = &setting.default {
        if setting.secret {
            refuse(
                "default-secret",
                default.place,
                "a secret that everybody can read in the manifest is none",
                "leave the default out",
            );
        } else if setting.problem("", &default.value).is_some() {
            refuse(
                "bad-default",
                default.place,
                "the default is none that the setting could be set to",
                "write one that fits its type, values and pattern",
            );
        }
    }
}

/// A setting that decides must always be decided, or what holds were in no combination.
fn undecided(manifest: &Manifest) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, _) in manifest.deciding_settings() {
        let setting = manifest.settings.0.iter().find(|(it, _)| it.value == name);
        let Some((_, setting)) = setting else { continue };
        let is_decided = setting.required || setting.default.is_some();
        if setting.kind.value == SettingType::Enum && !is_decided {
            findings.push(Finding::error(
                "undecided-setting",
                setting.kind.place,
                format!("`{name}` decides what the plugin does, and can be left open"),
                "add a `default`, the one that does least, or `required = true`",
            ));
        }
        if setting.secret {
            findings.push(Finding::error(
                "secret-decides",
                setting.kind.place,
                format!("`{name}` decides what the plugin does, which everybody may know"),
                "leave `secret` out",
            ));
        }
    }
    findings
}

/// The host's own limits, which no plugin may pass.
fn limits(limits: &Limits) -> Vec<Finding> {
    let bounds = [
        (&limits.memory_mib, 256, "MiB of memory"),
        (&limits.cpu_ms, 10_000, "milliseconds of computing"),
        (&limits.wall_ms, 60_000, "milliseconds for a call"),
        (&limits.calls_per_minute, 6_000, "calls in a minute"),
        (&limits.response_kib, 4_096, "KiB of an answer"),
    ];
    let broken = bounds.into_iter().filter_map(|(limit, most, what)| {
        let limit = limit.as_ref().filter(|it| it.value > most || it.value == 0)?;
        let message = format!("the host allows 1 to {most} {what}");
        Some(Finding::error("over-limit", limit.place, message, "ask for what the plugin needs"))
    });
    broken.collect()
}

/// The setting of this name was not found.
pub(super) fn unknown_setting(manifest: &Manifest, name: &Located<String>) -> Finding {
    let known: Vec<&str> = manifest.settings.0.iter().map(|(it, _)| it.value.as_str()).collect();
    let hint = nearest(&name.value, &known, "add it as a table `[settings.…]`");
    let message = format!("there is no setting `{}`", short(&name.value));
    Finding::error("unknown-setting", name.place, message, hint)
}
