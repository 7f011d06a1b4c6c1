//! What happens in interviews, told to the plugins that may learn of it.

use affiant_engine::Screen;
use affiant_interview::{Block, Named};
use affiant_manifest::EventName;
use affiant_plugins::Happening;
use axum::http::HeaderMap;

use crate::app::App;
use crate::consent::Visitor;
use crate::running::{Running, in_interview};
use crate::session::{Holder, Session};

/// What a manifest asks for that wants the number of the account.
const ACCOUNT: &str = "account.internal_id";

/// Bytes of what stands for a visit or an account.
const LENGTH: usize = 8;

/// Somebody began.
pub(crate) fn started(app: &App, session: &Session, headers: &HeaderMap) {
    tell(app, session, headers, EventName::InterviewStarted, None);
}

/// Somebody sees a screen; one without a way on is an end.
pub(crate) fn shown(app: &App, session: &Session, headers: &HeaderMap, screen: &Screen) {
    tell(app, session, headers, EventName::ScreenShown, Some(screen));
    if screen.is_end || (screen.fields.is_empty() && !screen.can_continue) {
        tell(app, session, headers, EventName::InterviewFinished, Some(screen));
    }
}

fn tell(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    event: EventName,
    screen: Option<&Screen>,
) {
    let interview = &session.row.interview;
    let running = in_interview(app, interview);
    if running.is_empty() {
        return;
    }
    let visitor = Visitor::of(app, headers);
    for plugin in running.iter().filter(|it| visitor.lets(it)) {
        let name = plugin.package.plugin();
        let named = screen.and_then(|it| named(session, it, name));
        let own = screen.map(|it| it.id.clone());
        app.listener.happened(
            name,
            Happening {
                event,
                interview: interview.clone(),
                screen: named.and_then(|it| it.name.clone()).or(own),
                details: named.map(|it| it.details.clone()).unwrap_or_default(),
                time: u64::try_from(app.clock.seconds()).unwrap_or(0).saturating_mul(1_000),
                visit: visit(app, session, name),
                account: account(app, session, plugin),
            },
        );
    }
}

/// What the author calls a screen for a plugin.
fn named<'a>(session: &'a Session, screen: &Screen, plugin: &str) -> Option<&'a Named> {
    let blocks = &session.loaded.interview().blocks;
    let block = blocks.iter().find(|it: &&Block| it.id.as_deref() == Some(screen.id.as_str()));
    let block = block.or_else(|| {
        // A block without a name is called by its place.
        let place: usize = screen.id.strip_prefix("block-")?.parse().ok()?;
        blocks.get(place)
    });
    let (_, kind) = plugin.rsplit_once('.')?;
    block?.named.get(kind)
}

/// Stands for a visit for one plugin on one day: nobody without the server's key can tell whose it is,
/// and two plugins cannot compare.
fn visit(app: &App, session: &Session, plugin: &str) -> String {
    let day = app.clock.seconds().div_euclid(86_400).to_be_bytes();
    let tag = app.master.tag("visit", &[plugin.as_bytes(), &session.row.id.0, &day]);
    hex::encode(&tag[..LENGTH])
}

/// Stands for the account for one plugin, where its manifest asks for it.
fn account(app: &App, session: &Session, plugin: &Running) -> Option<String> {
    let Holder::Person(person) = &session.holder else { return None };
    let declaration = plugin.declaration()?;
    let wants =
        declaration.data.iter().any(|it| it.fields.iter().any(|it| it.value.as_str() == ACCOUNT));
    let name = plugin.package.plugin().as_bytes();
    wants.then(|| {
        let tag = app.master.tag("account-number", &[name, &person.id().0]);
        hex::encode(&tag[..LENGTH])
    })
}
