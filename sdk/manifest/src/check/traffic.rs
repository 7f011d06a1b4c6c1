//! What goes where: X1 to X4, X6 and X12.

use crate::declaration::Declaration;
use crate::finding::Finding;
use crate::model::Network;
use crate::vocabulary::{CapabilityId, Exposure, Form, Origin, Side, Source, Use};

pub(crate) fn check(declaration: &Declaration<'_>) -> Vec<Finding> {
    let mut findings = egress(declaration);
    for (capability, wanted) in [
        (CapabilityId::HttpFetch, Use::Fetch),
        (CapabilityId::NetTcp, Use::Tcp),
        (CapabilityId::PageInjectScript, Use::Script),
    ] {
        findings.extend(capability_and_network(declaration, capability, wanted));
    }
    findings.extend(placement(declaration));
    findings.extend(uncarried(declaration));
    findings.extend(declaration.network.iter().flat_map(|it| connection(declaration, it)));
    findings.extend(declaration.network.iter().flat_map(|it| target(it)));
    findings.extend(unexplained(declaration));
    findings.extend(unadmitted(declaration));
    findings
}

/// X1 and X2: something leaves and it is said where to, or nothing does and it is said why.
fn egress(declaration: &Declaration<'_>) -> Vec<Finding> {
    let network = declaration.network.first();
    match (declaration.no_egress, network, declaration.recipients.first()) {
        (Some(no_egress), Some(network), _) => vec![Finding::error(
            "x1-egress-and-none",
            network.place,
            format!("this connects to somebody, and `no_egress` says `{}`", no_egress.reason),
            "leave out one of them, or give each a `when`",
        )],
        (Some(_), None, Some(recipient)) => vec![Finding::error(
            "x1-egress-and-none",
            recipient.place,
            "this is a recipient, and `no_egress` says that nothing leaves",
            "leave out one of them, or give each a `when`",
        )],
        (None, None, _) => vec![Finding::error(
            "x2-egress-unsaid",
            declaration.manifest.plugin.place,
            "it is not said whether anything leaves this server",
            "add `[[network]]` for each host, or `[no_egress]` with a reason",
        )],
        _ => Vec::new(),
    }
}

/// X3 and X4: a capability to connect and a connection to make with it.
fn capability_and_network(
    declaration: &Declaration<'_>,
    id: CapabilityId,
    wanted: Use,
) -> Option<Finding> {
    let code = match wanted {
        Use::Script => "x4-script-and-host",
        _ => "x3-fetch-and-host",
    };
    let side = wanted.side();
    let entry = declaration.network.iter().find(|it| it.used.value == wanted);
    match (declaration.capability(id), entry) {
        (Some(capability), None) => Some(Finding::error(
            code,
            capability.id.place,
            format!("`{id}` is asked for, and no host that it is for"),
            format!("add `[[network]]` with `side = \"{side}\"` and `use = \"{wanted}\"`"),
        )),
        (None, Some(entry)) => Some(Finding::error(
            code,
            entry.used.place,
            format!("this host is listed, and `{id}` is not asked for"),
            format!("add `[[capability]]` with `id = \"{id}\"`, or leave the host out"),
        )),
        _ => None,
    }
}

/// X4: where a script runs is said, and is one of two places.
fn placement(declaration: &Declaration<'_>) -> Option<Finding> {
    let capability = declaration.capability(CapabilityId::PageInjectScript)?;
    let Some(from) = &capability.placement_from else {
        return Some(Finding::error(
            "x4-placement",
            capability.id.place,
            "it is not said where the script runs: in the page it reads what people type",
            "add `placement_from = \"setting:…\"`, a setting that can be `frame` or `page`",
        ));
    };
    let value = declaration.setting(&from.value)?.to_string();
    (value != "frame" && value != "page").then(|| {
        Finding::error(
            "x4-placement",
            from.place,
            format!("a script runs in a `frame` or in the `page`, not in `{value}`"),
            "give the capability a `when` that leaves the other values out",
        )
    })
}

/// X6: what somebody gets must have a way to them.
fn uncarried(declaration: &Declaration<'_>) -> Vec<Finding> {
    let is_carried = |id: &str| {
        declaration.network.iter().any(|it| it.carries.iter().any(|it| it.value.as_str() == id))
    };
    let items = declaration.data.iter().filter(|it| {
        it.exposure == Exposure::Certain
            && !declaration.recipients_of(it).is_empty()
            && !is_carried(it.id.value.as_str())
    });
    let told = items.map(|item| {
        Finding::error(
            "x6-uncarried",
            item.recipients.first().map_or(item.place, |it| it.place),
            format!("`{}` has recipients, and no connection carries it", item.id.value),
            "name it in the `carries` of the connection that it takes, or leave the recipients out",
        )
    });
    told.collect()
}

/// X6: what goes to a host that the author chose goes to somebody, and is something.
fn connection(declaration: &Declaration<'_>, network: &Network) -> Vec<Finding> {
    let mut findings = Vec::new();
    let id = network.recipient.value.as_str();
    if network.host.is_some() && declaration.recipient(id).is_none() {
        findings.push(Finding::error(
            "x6-nobody",
            network.recipient.place,
            format!("this host is `{id}`'s, who is no recipient here"),
            "give the connection the `when` of its recipient",
        ));
    }
    let source = Source::Recipient(id.to_owned());
    for carried in &network.carries {
        let Some(item) = declaration.data_item(carried.value.as_str()) else { continue };
        let is_said =
            item.source.value == source || item.recipients.iter().any(|it| it.value.as_str() == id);
        if declaration.recipient(id).is_some() && !is_said {
            findings.push(Finding::error(
                "x6-unsaid-recipient",
                carried.place,
                format!("`{}` goes to `{id}`, which its `recipients` do not say", carried.value),
                format!("add `{id}` to its `recipients`, or do not let it go there"),
            ));
        }
    }
    let visitor = network.used.value.loads_into_page();
    if visitor && declaration.carried_by(network).is_empty() {
        findings.push(Finding::error(
            "x6-visitor",
            network.place,
            "the browser tells this host at least its address, and nothing says so",
            "add a data item with `source = \"browser\"`, and name it in `carries`",
        ));
    }
    findings
}

/// A connection has one host, on the side that its use is on.
fn target(network: &Network) -> Vec<Finding> {
    let mut findings = Vec::new();
    let used = network.used.value;
    if used.side() != network.side.value {
        findings.push(Finding::error(
            "wrong-side",
            network.used.place,
            format!("`{used}` is opened by the {}", used.side()),
            format!("write `side = \"{}\"`", used.side()),
        ));
    }
    if network.host.is_some() == network.host_from.is_some() {
        findings.push(Finding::error(
            "one-host",
            network.place,
            "a connection has either a `host` or a `host_from`",
            "write the host if it is always the same, else name the setting that holds it",
        ));
    }
    match (&network.scheme, used) {
        (Some(scheme), Use::Tcp) => findings.push(Finding::error(
            "no-scheme",
            scheme.place,
            "a raw connection has no scheme",
            "leave it out; `tls_from` says how it is encrypted",
        )),
        (None, used) if used != Use::Tcp => findings.push(Finding::error(
            "missing-key",
            network.place,
            "`scheme` is missing here",
            "add a line `scheme = \"https\"`",
        )),
        _ => {}
    }
    if let (Use::Tcp, Some(host)) = (used, &network.host) {
        findings.push(Finding::error(
            "one-host",
            host.place,
            "a raw connection goes to the one peer that the administrator sets",
            "write `host_from = \"setting:…\"`",
        ));
    }
    if network.side.value == Side::Browser && network.private_address.is_some() {
        findings.push(Finding::error(
            "wrong-side",
            network.place,
            "what a browser reaches is not this server's to allow",
            "leave `private_address` out",
        ));
    }
    findings
}

/// X12: what is wide, or readable to somebody else, is said in a sentence.
fn unexplained(declaration: &Declaration<'_>) -> Vec<Finding> {
    let hosts = declaration.network.iter().filter_map(|network| {
        let host = network.host.as_ref().filter(|it| it.value.is_wildcard())?;
        network.text.is_none().then(|| {
            Finding::error(
                "x12-wildcard-unexplained",
                host.place,
                format!("`{}` stands for any number of hosts, and no `text` says why", host.value),
                "name the hosts, or add a `text` that says what they are",
            )
        })
    });
    let items = declaration.data.iter().filter_map(|item| {
        let is_readable = item.form != Form::Ciphertext;
        let leaves = !declaration.recipients_of(item).is_empty();
        (is_readable && leaves && item.text.is_none()).then(|| {
            Finding::error(
                "x12-readable-unexplained",
                item.id.place,
                format!("others can read `{}`, and no `text` says what that means", item.id.value),
                "add a `text`: what who learns of whom",
            )
        })
    });
    hosts.chain(items).collect()
}

/// What a capability shows is said as data: the record of processing is made of that.
fn unadmitted(declaration: &Declaration<'_>) -> Vec<Finding> {
    let shown = [
        (CapabilityId::AnswersRead, Origin::Answers),
        (CapabilityId::DocumentsRead, Origin::Documents),
        (CapabilityId::AccountRead, Origin::Account),
        (CapabilityId::EventsSubscribe, Origin::Event),
    ];
    let unsaid = shown.into_iter().filter_map(|(id, origin)| {
        let capability = declaration.capability(id)?;
        let source = Source::Origin(origin);
        let is_said = declaration.data.iter().any(|it| it.source.value == source);
        (!is_said).then(|| {
            Finding::error(
                "unsaid-data",
                capability.id.place,
                format!("`{id}` shows data that nothing speaks of"),
                format!("add `[[data]]` with `source = \"{origin}\"`, or do without"),
            )
        })
    });
    unsaid.collect()
}
