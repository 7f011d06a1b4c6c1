//! What a component's bytes say that its manifest does not: X7 and X11.

use std::collections::BTreeSet;

use crate::finding::{Finding, short};
use crate::model::Manifest;
use crate::vocabulary::CapabilityId;

/// Most hosts that are told of.
const MAX_HOSTS: usize = 50;

/// Interfaces that need no capability: types alone give nobody anything, and settings are the
/// plugin's own, without the secret ones.
pub const FREE_INTERFACES: [&str; 2] = ["affiant:host/types", "affiant:host/settings"];

/// What a component says of itself.
#[derive(Clone, Debug, Default)]
pub struct BinaryReport {
    /// The mistakes.
    pub findings: Vec<Finding>,
    /// Hosts that are written in the component and in no `[[network]]` (X11). Not each is reached:
    /// an address can stand in a licence.
    pub unlisted_hosts: BTreeSet<String>,
}

/// The interfaces that a capability links into a component, without their version.
///
/// Capabilities of plugins that are compiled in, and those that only ask the host to do something,
/// link none.
pub fn interfaces(capability: CapabilityId) -> &'static [&'static str] {
    match capability {
        CapabilityId::AnswersRead => &["affiant:host/answers"],
        CapabilityId::AnswersPropose => &["affiant:host/proposals"],
        CapabilityId::TemplateRead => &["affiant:host/templates"],
        CapabilityId::DocumentsRead => &["affiant:host/documents"],
        CapabilityId::AccountRead => &["affiant:host/account"],
        CapabilityId::KvPrivate => &["affiant:host/store"],
        CapabilityId::HttpFetch => &["affiant:host/http"],
        CapabilityId::MailSend => &["affiant:host/mail"],
        CapabilityId::Clock => &["affiant:host/clock"],
        CapabilityId::Random => &["affiant:host/random"],
        CapabilityId::Log => &["affiant:host/log"],
        CapabilityId::DocumentWrite
        | CapabilityId::EventsSubscribe
        | CapabilityId::AuthProvideIdentity
        | CapabilityId::KeysProvideAccountKey
        | CapabilityId::StorageProvideRecords
        | CapabilityId::StorageProvideObjects
        | CapabilityId::ObjectsPresign
        | CapabilityId::NetTcp
        | CapabilityId::FsPrivateDir
        | CapabilityId::PageInjectScript
        | CapabilityId::PageFrame => &[],
    }
}

/// Compares a component with its manifest.
///
/// `imports` are the names of the interfaces that it imports, as in `affiant:host/http@1.0.0`;
/// `bytes` is the component itself.
pub fn check_binary(manifest: &Manifest, imports: &[String], bytes: &[u8]) -> BinaryReport {
    let unlisted_hosts = unlisted_hosts(manifest, bytes);
    let mut findings = imported(manifest, imports);
    findings.extend(unused(manifest, imports));
    if let (Some(host), Some(component)) =
        (unlisted_hosts.first(), manifest.plugin.component.as_ref())
    {
        findings.push(Finding::warning(
            "x11-unlisted-host",
            component.place,
            format!("the component names the host `{}`, which is not listed", short(host)),
            "list it as `[[network]]`, or take it out; what is not listed is never reached",
        ));
    }
    BinaryReport { findings, unlisted_hosts }
}

/// An interface without its version.
fn without_version(import: &str) -> &str {
    import.split_once('@').map_or(import, |(name, _)| name)
}

/// X7: no import without a capability.
fn imported(manifest: &Manifest, imports: &[String]) -> Vec<Finding> {
    let place = manifest.plugin.component.as_ref().map_or(manifest.plugin.place, |it| it.place);
    let granted: BTreeSet<&str> =
        manifest.capabilities.iter().flat_map(|it| interfaces(it.id.value)).copied().collect();
    let is_fine = |it: &str| {
        let name = without_version(it);
        granted.contains(name) || FREE_INTERFACES.contains(&name)
    };
    let told = imports.iter().filter(|it| !is_fine(it)).map(|import| {
        let by = |id: &&CapabilityId| interfaces(**id).contains(&without_version(import));
        let hint = match CapabilityId::ALL.iter().find(by) {
            Some(id) => format!("add `[[capability]]` with `id = \"{id}\"`, or do without"),
            None => "build the component without it; the host gives nothing of the kind".to_owned(),
        };
        let message = format!("the component imports `{}`, which nothing asks for", short(import));
        Finding::error("x7-import-without-capability", place, message, hint)
    });
    told.collect()
}

/// A capability that the component has no use for is one too many.
fn unused(manifest: &Manifest, imports: &[String]) -> Vec<Finding> {
    let imported: BTreeSet<&str> = imports.iter().map(|it| without_version(it)).collect();
    let idle = manifest.capabilities.iter().filter(|it| {
        let interfaces = interfaces(it.id.value);
        !interfaces.is_empty() && interfaces.iter().all(|it| !imported.contains(it))
    });
    let told = idle.map(|it| {
        let message =
            format!("`{}` is asked for, and the component does not import it", it.id.value);
        Finding::warning("x7-capability-without-import", it.id.place, message, "leave it out")
    });
    told.collect()
}

/// X11: the hosts of addresses in the bytes that the manifest does not list. The bytes are a
/// component's, or a script's.
pub fn unlisted_hosts(manifest: &Manifest, bytes: &[u8]) -> BTreeSet<String> {
    let mut hosts = BTreeSet::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(3).position(|it| it == b"://") {
        let before = &rest[..at];
        rest = &rest[at + 3..];
        let is_address =
            [&b"http"[..], b"https", b"ws", b"wss"].iter().any(|it| before.ends_with(it));
        let end = rest.iter().position(|it| !is_host_byte(*it)).unwrap_or(rest.len());
        let host = String::from_utf8_lossy(&rest[..end.min(253)]).to_lowercase();
        let host = host.trim_matches('.');
        if is_address && host.contains('.') && !is_listed(manifest, host) {
            hosts.insert(host.to_owned());
        }
        if hosts.len() >= MAX_HOSTS {
            break;
        }
    }
    hosts
}

fn is_host_byte(it: u8) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-')
}

fn is_listed(manifest: &Manifest, host: &str) -> bool {
    manifest.network.iter().filter_map(|it| it.host.as_ref()).any(|it| it.value.covers(host))
}
